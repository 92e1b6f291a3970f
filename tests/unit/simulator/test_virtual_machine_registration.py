# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Virtual machines that leave the inventory and come back from their files; new ones without peripherals."""

from __future__ import annotations

import pytest

from tests.simulator import Simulator
from tests.unit.simulator.virtual_machine_client import Client, snapshot

PATH = '[LocalDS_0] DC0_H0_VM0/DC0_H0_VM0.vmx'


@pytest.fixture
def vm():
    with Simulator(vms=2) as sim, Client(sim) as client:
        yield client.vm()


def places(vm):
    """The folder, the pool and the host of a virtual machine."""
    return vm.other(vm.get('parent')), vm.get('resourcePool'), vm.get('runtime.host')


def test_files_come_back_with_their_snapshots(vm):
    first, second = snapshot(vm), snapshot(vm, 'second')
    vm.run('SuspendVM_Task')
    folder, pool, host = places(vm)
    before = {name: vm.get(f'config.{name}') for name in ('uuid', 'instanceUuid', 'hardware')}
    vm.call('UnregisterVM')
    back = vm.other(folder.run('RegisterVM_Task', path=PATH, asTemplate=False, name='back', pool=pool, host=host))
    assert back.ref != vm.ref and back.get('name') == back.get('config.name') == 'back'
    assert {name: back.get(f'config.{name}') for name in before} == before
    assert back.get('runtime.powerState') == 'suspended'
    (tree,) = back.get('snapshot.rootSnapshotList')
    (child,) = tree['childSnapshotList']
    assert (tree['name'], child['name']) == ('first', 'second')
    assert back.get('snapshot.currentSnapshot') == child['snapshot'] != second.ref
    assert first.fault('RevertToSnapshot_Task').name == 'ManagedObjectNotFound'
    back.other(child['snapshot']).run('RevertToSnapshot_Task')
    assert back.get('runtime.powerState') == 'poweredOff'


def test_a_template_is_registered_on_a_host(vm):
    folder, pool, host = places(vm)
    vm.run('PowerOffVM_Task')
    vm.call('UnregisterVM')
    for wrong in ({'pool': pool, 'host': host}, {}):
        assert folder.fault('RegisterVM_Task', path=PATH, asTemplate=True, **wrong).name == 'InvalidArgument'
    back = vm.other(folder.run('RegisterVM_Task', path=PATH, asTemplate=True, host=host))
    assert back.get('config.template') is True and back.get('resourcePool') is None
    assert back.get('name') == 'DC0_H0_VM0'


@pytest.mark.parametrize(('path', 'options', 'fault'), [
    (PATH, {}, 'AlreadyExists'), ('[No] a/a.vmx', {}, 'InvalidDatastorePath'), ('a.vmx', {}, 'InvalidDatastorePath'),
    ('[LocalDS_0] a/a.vmx', {}, 'NotFound'), ('[LocalDS_0] a/a.vmx', {'name': 'DC0_H0_VM0'}, 'DuplicateName'),
    ('[LocalDS_0] a/a.vmx', {'name': ''}, 'InvalidName'), ('[LocalDS_0] a/a.vmx', {'pool': None}, 'InvalidArgument')])
def test_register_faults(vm, path, options, fault):
    folder, pool, _host = places(vm)
    wanted = {name: value for name, value in {'pool': pool, **options}.items() if value is not None}
    assert folder.fault('RegisterVM_Task', path=path, asTemplate=False, **wanted).name == fault


def test_reload_from_another_path(vm):
    other = vm.client.vm('DC0_C0_RP0_VM0')
    path = other.get('config.files.vmPathName')
    assert vm.fault('reloadVirtualMachineFromPath_Task', configurationPath=path).name == 'InvalidPowerState'
    old = snapshot(vm)
    vm.run('PowerOffVM_Task')
    assert vm.fault('reloadVirtualMachineFromPath_Task', configurationPath=path).name == 'AlreadyExists'
    nowhere = '[LocalDS_0] no/no.vmx'
    assert vm.fault('reloadVirtualMachineFromPath_Task', configurationPath=nowhere).name == 'FileNotFound'
    other.run('PowerOffVM_Task')
    uuid = other.get('config.uuid')
    snapshot(other, 'theirs')
    other.call('UnregisterVM')
    vm.set(connection_state='orphaned')
    vm.run('reloadVirtualMachineFromPath_Task', configurationPath=path)
    assert (vm.get('config.uuid'), vm.get('name'), vm.get('runtime.connectionState')) == (uuid, 'DC0_H0_VM0', 'connected')
    assert vm.get('snapshot.rootSnapshotList')[0]['name'] == 'theirs'
    assert old.fault('RevertToSnapshot_Task').name == 'ManagedObjectNotFound'
    vm.run('reloadVirtualMachineFromPath_Task', configurationPath=PATH)
    assert vm.get('snapshot.rootSnapshotList')[0]['name'] == 'first'


def test_reload_of_a_template_in_place_of_a_virtual_machine(vm):
    other = vm.client.vm('DC0_C0_RP0_VM0')
    other.enter('template').call('UnregisterVM')
    vm.run('PowerOffVM_Task')
    path = '[LocalDS_0] DC0_C0_RP0_VM0/DC0_C0_RP0_VM0.vmx'
    assert vm.fault('reloadVirtualMachineFromPath_Task', configurationPath=path).name == 'NotSupported'


def test_a_new_virtual_machine_has_the_peripherals_that_are_asked_for(vm):
    folder, pool, _host = places(vm)
    config = {'_typeName': 'VirtualMachineConfigSpec', 'name': 'bare'}
    bare = vm.other(folder.run('CreateVM_Task', config=config, pool=pool))
    kinds = {device['_typeName'] for device in bare.get('config.hardware.device')}
    assert not kinds & {'VirtualDisk', 'VirtualVmxnet3', 'ParaVirtualSCSIController'} and 'VirtualPCIController' in kinds
    assert not bare.get('network')
    changes = [
        {'_typeName': 'VirtualDeviceConfigSpec', 'operation': 'add', 'device': {
            '_typeName': 'ParaVirtualSCSIController', 'key': -1, 'busNumber': 0, 'sharedBus': 'noSharing'}},
        {'_typeName': 'VirtualDeviceConfigSpec', 'operation': 'add', 'fileOperation': 'create', 'device': {
            '_typeName': 'VirtualDisk', 'key': -2, 'controllerKey': -1, 'unitNumber': 0, 'capacityInKB': 1024, 'backing': {
                '_typeName': 'VirtualDiskFlatVer2BackingInfo', 'fileName': '', 'diskMode': 'persistent'}}}]
    full = vm.other(folder.run('CreateVM_Task', config={**config, 'name': 'full', 'deviceChange': changes}, pool=pool))
    devices = {device['_typeName']: device for device in full.get('config.hardware.device')}
    assert devices['VirtualDisk']['controllerKey'] == devices['ParaVirtualSCSIController']['key'] == 1000
