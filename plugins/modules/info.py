#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: info
short_description: Tell everything about a virtual machine, or just what is asked for
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Reads properties of a virtual machine in one request, under their vSphere names, beside a short summary.
options:
  properties:
    description:
      - Property paths, such as V(runtime.powerState) or V(config.hardware); V(config.hardware.device) with all devices.
      - All 33 properties if it is not set; an empty list reads what the summary needs and no more.
    type: list
    elements: str
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.reads
  - vsphere.vm.connection
  - vsphere.vm.target
seealso:
  - module: vsphere.vm.snapshot_info
  - name: VirtualMachine
    description: The properties and their types.
    link: https://developer.broadcom.com/xapis/virtual-infrastructure-json-api/latest/
'''

EXAMPLES = r'''
- name: Tell all about a virtual machine
  vsphere.vm.info:
    name: app-01
  register: app

- name: Tell its address
  ansible.builtin.debug:
    msg: "{{ app.summary.ip_address }} on {{ app.summary.host.name }}, {{ app.vm.config.hardware.numCPU }} CPUs"

- name: Read two properties
  vsphere.vm.info:
    path: DC0/vm/web/app-01
    properties:
      - runtime.powerState
      - config.flags
'''

RETURN = r'''
vm:
  description:
    - The virtual machine with the properties that were asked for, under their vSphere names, one within the other; null where unset.
    - A reference is C(type) and C(value). Devices, backings and faults, which come in many types, tell theirs as C(typeName).
  returned: success
  type: dict
  sample: {moid: vm-41, name: app-01, runtime: {powerState: poweredOn}}
summary:
  description: What people look for first.
  returned: success
  type: dict
  sample:
    moid: vm-41
    name: app-01
    power_state: powered_on
    guest: Debian GNU/Linux 12 (64-bit)
    host_name: app-01.example.com
    ip_address: 192.0.2.7
    ip_addresses: [192.0.2.7]
    tools: {status: guestToolsRunning, version: guestToolsCurrent}
    host: {moid: host-21, name: esx-01.example.com}
    hardware: {version: vmx-20, cpus: 2, memory_mb: 4096, disks: [], network_adapters: []}
fault:
  description: Why the task failed, with name, category, retryable, hint, details, cause, operation, vm, task and http_status.
  returned: on failure
  type: dict
  sample: {name: InvalidProperty, category: invalid_argument, retryable: false}
'''

from ..module_utils import wire
from ..module_utils.decision import Facts
from ..module_utils.operation import Operation
from ..module_utils.options import Options
from ..module_utils.snapshot_tree import snapshot_facts

ALL = (
    'alarmActionsEnabled', 'availableField', 'capability', 'config', 'configIssue', 'configStatus', 'customValue', 'datastore',
    'declaredAlarmState', 'disabledMethod', 'effectiveRole', 'environmentBrowser', 'guest', 'guestHeartbeatStatus', 'layout', 'layoutEx',
    'name', 'network', 'overallStatus', 'parent', 'parentVApp', 'permission', 'recentTask', 'resourceConfig', 'resourcePool',
    'rootSnapshot', 'runtime', 'snapshot', 'storage', 'summary', 'tag', 'triggeredAlarmState', 'value')
SUMMARY = (
    'runtime.powerState', 'runtime.host', 'runtime.connectionState', 'runtime.question', 'config.guestFullName', 'config.template', 'config.annotation',
    'config.uuid', 'config.instanceUuid', 'config.version', 'config.hardware', 'config.files.vmPathName', 'guest.hostName', 'guest.ipAddress',
    'guest.net', 'guest.toolsRunningStatus', 'guest.toolsVersionStatus2', 'snapshot', 'datastore', 'network', 'resourcePool', 'parent')
RELATED = ('runtime.host', 'datastore', 'network', 'resourcePool', 'parent')


def info(vm, params):
    """Returns the properties of a VM that were asked for, and the summary."""
    return Facts(nested(vm, asked(params)), summary=summary(vm))


def asked(params):
    """Returns the property paths that the options ask for."""
    return ALL if params['properties'] is None else params['properties']


def needed(params):
    """Returns these, and the paths that the summary needs beside them."""
    wanted = asked(params)
    return (*wanted, *(path for path in SUMMARY if not any(f'{path}.'.startswith(f'{each}.') for each in wanted)))


def nested(vm, paths):
    """Returns {'runtime': {'powerState': ...}} for the path runtime.powerState, and so on."""
    facts = {}
    for path in paths:
        *above, last = path.split('.')
        inner = facts
        for name in above:
            inner = inner.setdefault(name, {})
        inner[last] = wire.plain(vm[path], last in wire.POLYMORPHIC)
    return facts


def summary(vm):
    """Returns what people look for first, with the names of what the VM is related to."""
    addresses = [address for card in vm['guest.net'] or [] for address in card.get('ipAddress') or []]
    snapshots = [snapshot_facts(each) for each in vm.snapshots()]
    return {
        'moid': vm.moid, 'name': vm.name, 'power_state': vm.power_state, 'connection_state': vm['runtime.connectionState'],
        'template': vm['config.template'], 'annotation': vm['config.annotation'], 'guest': vm['config.guestFullName'],
        'host_name': vm['guest.hostName'], 'ip_address': vm['guest.ipAddress'], 'ip_addresses': addresses,
        'tools': {'status': vm['guest.toolsRunningStatus'], 'version': vm['guest.toolsVersionStatus2']},
        'uuid': vm['config.uuid'], 'instance_uuid': vm['config.instanceUuid'], 'vmx_path': vm['config.files.vmPathName'],
        'host': related(vm, vm['runtime.host']), 'folder': related(vm, vm['parent']), 'resource_pool': related(vm, vm['resourcePool']),
        'datastores': [related(vm, ref) for ref in vm['datastore'] or []], 'networks': [related(vm, ref) for ref in vm['network'] or []],
        'hardware': hardware(vm), 'snapshots': snapshots, 'question': vm.pending_question(),
    }


def related(vm, ref):
    """Returns {moid, name} of an object that the VM refers to, the name null where the user may not see it."""
    return ref and {'moid': ref['value'], 'name': vm.names.get(ref['value'])}


def hardware(vm):
    """Returns CPUs, memory, disks and network adapters."""
    devices = vm['config.hardware.device'] or []
    disks = [each for each in devices if wire.type_of(each) == 'VirtualDisk']
    return {
        'version': vm['config.version'], 'cpus': vm['config.hardware.numCPU'], 'cores_per_socket': vm['config.hardware.numCoresPerSocket'],
        'memory_mb': vm['config.hardware.memoryMB'],
        'disks': [{'key': each['key'], 'label': wire.at(each, 'deviceInfo.label'), 'capacity_bytes': each.get('capacityInBytes'),
                   'file': wire.at(each, 'backing.fileName')} for each in disks],
        'network_adapters': [{'key': each['key'], 'label': wire.at(each, 'deviceInfo.label'), 'type': wire.type_of(each),
                              'mac_address': each['macAddress'], 'network': wire.at(each, 'backing.deviceName'),
                              'connected': wire.at(each, 'connectable.connected')} for each in devices if 'macAddress' in each],
    }


OPERATION = Operation(info, Options({'properties': {'type': 'list', 'elements': 'str'}}), properties=needed, related=RELATED, changes=False)


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
