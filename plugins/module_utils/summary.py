# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What people look for first of a virtual machine, under tidy names.

Knows property paths; reads nothing itself.
"""

from __future__ import annotations

from . import wire
from .device import is_adapter, is_disk, label_of
from .snapshot_tree import snapshot_facts

PATHS = (
    'name', 'runtime.powerState', 'runtime.host', 'runtime.connectionState', 'runtime.question', 'config.guestFullName',
    'config.template', 'config.annotation', 'config.uuid', 'config.instanceUuid', 'config.version', 'config.hardware',
    'config.files.vmPathName', 'guest.hostName', 'guest.ipAddress', 'guest.net', 'guest.toolsRunningStatus',
    'guest.toolsVersionStatus2', 'snapshot', 'datastore', 'network', 'resourcePool', 'parent')
RELATED = ('runtime.host', 'datastore', 'network', 'resourcePool', 'parent')


def summary(vm):
    """Returns the summary of a VirtualMachine that was read with PATHS, and with the names of RELATED."""
    return {
        'moid': vm.moid, 'name': vm.name, 'power_state': vm.power_state,
        'connection_state': vm['runtime.connectionState'],
        'template': vm['config.template'], 'annotation': vm['config.annotation'], 'guest': vm['config.guestFullName'],
        'host_name': vm['guest.hostName'], 'ip_address': vm['guest.ipAddress'],
        'ip_addresses': [address for card in vm['guest.net'] or [] for address in card.get('ipAddress') or []],
        'tools': {'status': vm['guest.toolsRunningStatus'], 'version': vm['guest.toolsVersionStatus2']},
        'uuid': vm['config.uuid'], 'instance_uuid': vm['config.instanceUuid'],
        'vmx_path': vm['config.files.vmPathName'],
        'host': related(vm, vm['runtime.host']), 'folder': related(vm, vm['parent']),
        'resource_pool': related(vm, vm['resourcePool']),
        'datastores': [related(vm, ref) for ref in vm['datastore'] or []],
        'networks': [related(vm, ref) for ref in vm['network'] or []],
        'hardware': hardware(vm), 'snapshots': [snapshot_facts(each) for each in vm.snapshots()],
        'question': vm.pending_question(),
    }


def related(vm, ref):
    """Returns {moid, name} of an object that the VM refers to; the name is None where the user may not see it."""
    return ref and {'moid': ref['value'], 'name': vm.names.get(ref['value'])}


def hardware(vm):
    """Returns CPUs, memory, disks and network adapters of a VM that was read with config.hardware."""
    devices = vm['config.hardware.device'] or []
    return {
        'version': vm['config.version'], 'cpus': vm['config.hardware.numCPU'],
        'cores_per_socket': vm['config.hardware.numCoresPerSocket'], 'memory_mb': vm['config.hardware.memoryMB'],
        'disks': [
            {'key': each['key'], 'label': label_of(each), 'file': wire.at(each, 'backing.fileName'),
             'capacity_bytes': each.get('capacityInBytes')} for each in devices if is_disk(each)],
        'network_adapters': [
            {'key': each['key'], 'label': label_of(each), 'type': wire.type_of(each),
             'mac_address': each['macAddress'], 'network': wire.at(each, 'backing.deviceName'),
             'connected': wire.at(each, 'connectable.connected')} for each in devices if is_adapter(each)],
    }
