# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""First class disks, changed blocks and consolidation, where the API's pages ask for a fault of their own."""

from __future__ import annotations

import pytest

from tests.simulator import Simulator
from tests.simulator.objects.virtual_machine import disk_chain
from tests.unit.simulator.virtual_machine_client import Client, snapshot

MANAGER = {'_typeName': 'ManagedObjectReference', 'type': 'VcenterVStorageObjectManager',
           'value': 'VStorageObjectManager'}
DATASTORE = {'_typeName': 'ManagedObjectReference', 'type': 'Datastore', 'value': 'datastore-1'}


@pytest.fixture
def vm():
    with Simulator(vms=2) as sim, Client(sim) as client:
        yield client.vm()


def create(vm, **spec):
    return {'spec': {'_typeName': 'VslmCreateSpec', 'name': 'data', 'capacityInMB': 16, 'backingSpec': {
        '_typeName': 'VslmCreateSpecDiskFileBackingSpec', 'datastore': DATASTORE}, **spec}}


def test_the_store(vm):
    manager = vm.other(MANAGER)
    disk = manager.run('CreateDisk_Task', **create(vm))['config']['id']
    assert manager.call('ListVStorageObject', datastore=DATASTORE) == [disk]
    vm.run('AttachDisk_Task', diskId=disk, datastore=DATASTORE, controllerKey=1000)
    consumers = manager.call('RetrieveVStorageObject', id=disk, datastore=DATASTORE)['config']['consumerId']
    assert consumers == [{'_typeName': 'ID', 'id': vm.get('config.instanceUuid')}]
    assert manager.fault('DeleteVStorageObject_Task', id=disk, datastore=DATASTORE).name == 'InvalidState'
    assert vm.fault('AttachDisk_Task', diskId=disk, datastore=DATASTORE, controllerKey=1000).name == 'FileLocked'
    vm.run('DetachDisk_Task', diskId=disk)
    assert vm.fault('DetachDisk_Task', diskId=disk).name == 'NotFound'
    assert vm.fault('AttachDisk_Task', diskId=disk, datastore=DATASTORE).name == 'MissingController'
    manager.run('DeleteVStorageObject_Task', id=disk, datastore=DATASTORE)
    assert manager.fault('RetrieveVStorageObject', id=disk, datastore=DATASTORE).name == 'NotFound'


@pytest.mark.parametrize(('spec', 'fault'), [
    ({'capacityInMB': 0}, 'InvalidArgument'),
    ({'metadata': [{'_typeName': 'KeyValue', 'key': 'a', 'value': 'b'}]}, 'NotSupported')])
def test_a_disk_that_cannot_be_made(vm, spec, fault):
    assert vm.other(MANAGER).fault('CreateDisk_Task', **create(vm, **spec)).name == fault


def test_changed_areas(vm):
    vm.reconfigure(changeTrackingEnabled=True)
    first = snapshot(vm, 'first')
    (disk,) = (each for each in first.get('config')['hardware']['device'] if each['_typeName'] == 'VirtualDisk')
    change_id = disk['backing']['changeId']
    vm.client.sim.call(vm.object.write_disk, 2000, 70000, 10)
    second = snapshot(vm, 'second')
    ask = {'deviceKey': 2000, 'startOffset': 0, 'changeId': change_id, 'snapshot': second.ref}
    assert vm.call('QueryChangedDiskAreas', **ask)['changedArea'] == [
        {'_typeName': 'DiskChangeExtent', 'start': 65536, 'length': 65536}]
    for wrong in ({'deviceKey': 4000}, {'startOffset': 10 * 1024 ** 3}, {'startOffset': -1}, {'changeId': 'x'}):
        assert vm.fault('QueryChangedDiskAreas', **{**ask, **wrong}).wire['invalidProperty'] == next(iter(wrong))
    second.run('RemoveSnapshot_Task', removeChildren=False)
    assert vm.fault('QueryChangedDiskAreas', **ask).name == 'NotFound'
    vm.reconfigure(changeTrackingEnabled=False)
    assert vm.fault('QueryChangedDiskAreas', **{**ask, 'snapshot': snapshot(vm).ref}).name == 'InvalidArgument'


def test_consolidation_needs_room(vm):
    assert vm.run('EstimateStorageForConsolidateSnapshots_Task')['_value'] == []
    snapshot(vm).run('RemoveSnapshot_Task', removeChildren=False, consolidate=False)
    (need,) = vm.run('EstimateStorageForConsolidateSnapshots_Task')['_value']
    datastore = vm.object.vcenter.find('datastore-1')
    vm.client.sim.call(datastore.set, 'summary.freeSpace', need['freeSpaceRequiredInKb'] * 1024 - 1)
    assert vm.fault('ConsolidateVMDisks_Task').name == 'NoDiskSpace'
    vm.client.sim.call(datastore.set, 'summary.freeSpace', need['freeSpaceRequiredInKb'] * 1024)
    vm.run('ConsolidateVMDisks_Task')
    assert vm.get('runtime.consolidationNeeded') is False


@pytest.mark.parametrize(('parent', 'is_kept'), [
    ('[a] vm/base.vmdk', True), ('[b] vm/base.vmdk', True), ('[a] other/base.vmdk', False)])
def test_a_disk_stands_on_files_of_its_own_on_any_datastore(parent, is_kept):
    """Only what another machine may share is copied when a disk is unlinked."""
    flat = {'_typeName': 'VirtualDiskFlatVer2BackingInfo', 'diskMode': 'persistent'}
    disk = {'_typeName': 'VirtualDisk', 'key': 2000, 'backing': {
        **flat, 'fileName': '[a] vm/top.vmdk', 'parent': {**flat, 'fileName': parent}}}
    after = disk_chain.unlinked({'hardware': {'device': [disk]}}, {2000}, '[a] vm/')
    assert ('parent' in after['hardware']['device'][0]['backing']) is is_kept


def test_files_follow_their_datastore_to_its_new_name(vm):
    picture, manager = vm.run('CreateScreenshot_Task')['_value'], vm.other(MANAGER)
    disk = manager.run('CreateDisk_Task', **create(vm))['config']['id']
    snapshot(vm)
    left = vm.client.vm('DC0_C0_RP0_VM0')
    left.run('PowerOffVM_Task')
    path, pool, folder = left.get('config.files.vmPathName'), left.get('resourcePool'), vm.other(left.get('parent'))
    left.call('UnregisterVM')
    vm.other(vm.get('datastore')[0]).run('Rename_Task', newName='Renamed')
    names = [each['name'] for each in vm.get('layoutEx.file')]
    assert all(name.startswith('[Renamed] ') for name in names)
    assert vm.get('config.datastoreUrl')[0]['name'] == 'Renamed'
    assert vm.run('CreateScreenshot_Task')['_value'].startswith('[Renamed] ')
    assert vm.object.vcenter.find('FileManager').files_on(vm.object.vcenter.resolve(vm.get('datastore')[0])).keys() >= {
        picture.replace('LocalDS_0', 'Renamed')}
    stored = manager.call('RetrieveVStorageObject', id=disk, datastore=DATASTORE)['config']['backing']['filePath']
    assert stored.startswith('[Renamed] ')
    again = folder.run('RegisterVM_Task', path=path.replace('LocalDS_0', 'Renamed'), asTemplate=False, pool=pool)
    assert vm.other(again).get('config.files.vmPathName').startswith('[Renamed] ')
