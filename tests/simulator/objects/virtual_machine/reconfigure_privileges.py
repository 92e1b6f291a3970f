# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which privileges ReconfigVM_Task asks for, on which objects: they depend on what the specification changes.

Source: the API page of ReconfigVM_Task.
"""

from __future__ import annotations

# VirtualMachine.Config.Settings for the rest.
PRIVILEGES = {
    'annotation': 'VirtualMachine.Config.Annotation', 'changeTrackingEnabled': 'VirtualMachine.Config.ChangeTracking',
    'cpuAffinity': 'VirtualMachine.Config.Resource', 'cpuAllocation': 'VirtualMachine.Config.Resource',
    'extraConfig': 'VirtualMachine.Config.AdvancedConfig', 'guestAutoLockEnabled': 'VirtualMachine.Config.MksControl',
    'maxMksConnections': 'VirtualMachine.Config.MksControl', 'memoryAffinity': 'VirtualMachine.Config.Resource',
    'memoryAllocation': 'VirtualMachine.Config.Resource', 'memoryMB': 'VirtualMachine.Config.Memory',
    'name': 'VirtualMachine.Config.Rename', 'numCPUs': 'VirtualMachine.Config.CPUCount',
    'numCoresPerSocket': 'VirtualMachine.Config.CPUCount', 'swapPlacement': 'VirtualMachine.Config.SwapPlacement',
}
SIZE = {'capacityInKB', 'capacityInBytes'}


def require_privileges(call, vm, spec):
    """Raise NoPermission for the first privilege that the caller lacks for a VirtualMachineConfigSpec."""
    members = set(spec) - {'_typeName', 'changeVersion', 'deviceChange'}
    found = {PRIVILEGES.get(member, 'VirtualMachine.Config.Settings') for member in members}
    present = {device['key']: device for device in vm.configuration['hardware']['device']}
    changes = [(change, present.get(change['device']['key'])) for change in spec.get('deviceChange', ())]
    for change, device in changes:
        found |= _of_change(change, device)
    for privilege in sorted(found):
        call.require(privilege, vm)
    for change, device in changes:
        for obj, privilege in _elsewhere(vm, change, device or {}):
            call.require(privilege, obj)


def _of_change(change, present):
    """The privileges on the virtual machine for a VirtualDeviceConfigSpec; `present` is the device that it means."""
    operation, disk = change.get('operation', 'add'), change['device']['_typeName'] == 'VirtualDisk'
    if operation == 'edit':
        return _of_edit(change['device'], present or {})
    if not disk:
        return {'VirtualMachine.Config.AddRemoveDevice'}
    if operation == 'remove':
        return {'VirtualMachine.Config.RemoveDisk'}
    return {f'VirtualMachine.Config.{"AddNewDisk" if "fileOperation" in change else "AddExistingDisk"}'}


def _of_edit(device, present):
    changed = {member for member, value in device.items() if value != present.get(member)} - {'deviceInfo'}
    found = set()
    if changed & SIZE:
        found.add('VirtualMachine.Config.DiskExtend')
    if device['_typeName'] == 'VirtualCdrom' and 'backing' in changed:
        found.add('VirtualMachine.Interact.SetCDMedia')
        changed.discard('backing')
    before = present.get('connectable', {})
    connection = {name for name, value in device.get('connectable', {}).items() if value != before.get(name)}
    if 'connected' in connection:
        found.add('VirtualMachine.Interact.DeviceConnection')
    if connection == {'connected'}:
        changed.discard('connectable')
    return found | ({'VirtualMachine.Config.EditDevice'} if changed - SIZE else set())


def _elsewhere(vm, change, present):
    """(object, privilege) for the network or the datastore that a device begins to use."""
    device, operation = change['device'], change.get('operation', 'add')
    backing = device.get('backing', {})
    if operation == 'remove':
        return
    network = vm.find_network(backing)
    if network is not None and backing != present.get('backing'):
        yield network, 'Network.Assign'
    allocated = change.get('fileOperation') == 'create' if operation == 'add' else (
        device.get('capacityInKB', 0) > present.get('capacityInKB', 0))
    if allocated and 'datastore' in backing:
        yield vm.vcenter.resolve(backing['datastore']), 'Datastore.AllocateSpace'
