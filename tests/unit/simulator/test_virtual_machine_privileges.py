# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The privileges that the schema leaves open, because they depend on the arguments."""

from __future__ import annotations

import pytest

from tests.simulator import Simulator
from tests.unit.simulator.virtual_machine_client import Client

SPEC = {'_typeName': 'VirtualMachineConfigSpec'}
CLONE = {'_typeName': 'VirtualMachineCloneSpec', 'template': False, 'powerOn': False,
         'location': {'_typeName': 'VirtualMachineRelocateSpec'}}
REMOVED_DISK = {'_typeName': 'VirtualDeviceConfigSpec', 'operation': 'remove',
                'device': {'_typeName': 'VirtualDisk', 'key': 2000, 'capacityInKB': 0}}


def edit(type_name, key, **members):
    return {'spec': {**SPEC, 'deviceChange': [{
        '_typeName': 'VirtualDeviceConfigSpec', 'operation': 'edit',
        'device': {'_typeName': type_name, 'key': key, **members}}]}}


GROWN_DISK = edit('VirtualDisk', 2000, capacityInKB=2 ** 30)
CONNECTION = {'_typeName': 'VirtualDeviceConnectInfo', 'migrateConnect': 'unset', 'startConnected': True,
              'allowGuestControl': True, 'connected': False, 'status': 'ok'}
OTHER_NETWORK = {'_typeName': 'VirtualEthernetCardNetworkBackingInfo', 'deviceName': 'VM Network'}
CASES = [
    ('VirtualMachine.Config.DiskExtend', 'ReconfigVM_Task', GROWN_DISK),
    ('VirtualMachine.Interact.SetCDMedia', 'ReconfigVM_Task', edit('VirtualCdrom', 16000, backing={
        '_typeName': 'VirtualCdromIsoBackingInfo', 'fileName': '[LocalDS_0] a.iso'})),
    ('VirtualMachine.Interact.DeviceConnection', 'ReconfigVM_Task',
     edit('VirtualVmxnet3', 4000, connectable=CONNECTION)),
    ('VirtualMachine.Config.EditDevice', 'ReconfigVM_Task', edit('VirtualVmxnet3', 4000, wakeOnLanEnabled=False)),
    ('Network.Assign', 'ReconfigVM_Task', edit('VirtualVmxnet3', 4000, backing=OTHER_NETWORK)),
    ('VirtualMachine.Config.Annotation', 'ReconfigVM_Task', {'spec': {**SPEC, 'annotation': 'x'}}),
    ('VirtualMachine.Config.Settings', 'ReconfigVM_Task', {'spec': {**SPEC, 'firmware': 'efi'}}),
    ('VirtualMachine.Config.RemoveDisk', 'ReconfigVM_Task', {'spec': {**SPEC, 'deviceChange': [REMOVED_DISK]}}),
    ('VirtualMachine.Config.Rename', 'Rename_Task', {'newName': 'x'}),
    ('VirtualMachine.Inventory.Delete', 'Destroy_Task', {}),
    ('VirtualMachine.Interact.GuestControl', 'AcquireTicket', {'ticketType': 'guestControl'}),
    ('VirtualMachine.Provisioning.Clone', 'CloneVM_Task', {'name': 'x', 'spec': CLONE}),
    ('VirtualMachine.Provisioning.CreateTemplateFromVM', 'CloneVM_Task',
     {'name': 'x', 'spec': {**CLONE, 'template': True}}),
    ('VirtualMachine.Inventory.CreateFromExisting', 'CloneVM_Task', {'name': 'x', 'spec': CLONE}),
]


@pytest.mark.parametrize(('privilege', 'method', 'params'), CASES)
def test_no_permission(privilege, method, params):
    users = {'op@vsphere.local': {'password': 'secret', 'denied': [privilege]}}
    with Simulator(vms=2, users=users) as sim, Client(sim, 'op@vsphere.local', 'secret') as client:
        vm = client.vm()
        if method == 'CloneVM_Task':
            params = {**params, 'folder': vm.get('parent')}
        fault = vm.fault(method, **params)
        assert (fault.name, fault.wire['privilegeId']) == ('NoPermission', privilege)
