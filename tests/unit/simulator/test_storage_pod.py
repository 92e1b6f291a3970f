# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Datastore clusters, what Storage DRS recommends, and what applying a recommendation does."""

from __future__ import annotations

import pytest

from tests.simulator import Simulator, schema
from tests.unit.simulator.virtual_machine_client import Client

GB_KB = 1024 ** 2
USERS = {'op': {'password': 'secret', 'denied': ['Resource.ApplyRecommendation', 'StoragePod.Config']}}


@pytest.fixture
def running():
    with Simulator(vms=2, pods=2, users=USERS) as sim, Client(sim) as client:
        yield client


class Pods:
    """The machine, both pods and the manager, as one user sees them."""

    def __init__(self, client):
        self.sim, self.vm = client.sim, client.vm()
        gold, silver = client.sim.call(client.sim.vcenter.objects, 'StoragePod')
        self.gold, self.silver = self.vm.other(gold.ref), self.vm.other(silver.ref)
        self.manager = self.vm.other(self.content()['storageResourceManager'])
        self.folder, self.pool = self.vm.get('parent'), self.vm.get('resourcePool')

    def content(self):
        return self.vm.other({'type': 'ServiceInstance', 'value': 'ServiceInstance'}).get('content')

    def ask(self, kind, pod=None, **members):
        return {'storageSpec': {
            '_typeName': 'StoragePlacementSpec', 'type': kind, **members, 'podSelectionSpec': {
                '_typeName': 'StorageDrsPodSelectionSpec', 'storagePod': (pod or self.gold).ref}}}

    def recommended(self, kind, pod=None, **members):
        """The recommendations, which the schema knows as such."""
        result = self.manager.call('RecommendDatastores', **self.ask(kind, pod, **members))
        assert schema.problems(result, schema.find('StoragePlacementResult')) == []
        return result['recommendations']

    def apply(self, *recommendations):
        return self.manager.run('ApplyStorageDrsRecommendation_Task', key=[each['key'] for each in recommendations])

    def name_of(self, reference):
        return self.vm.other(reference).get('name')


@pytest.fixture
def pods(running):
    return Pods(running)


def clone_spec(**location):
    return {'_typeName': 'VirtualMachineCloneSpec', 'powerOn': False, 'template': False,
            'location': {'_typeName': 'VirtualMachineRelocateSpec', **location}}


def config_spec(name, size_kb=GB_KB):
    return {'_typeName': 'VirtualMachineConfigSpec', 'name': name, 'deviceChange': [
        {'_typeName': 'VirtualDeviceConfigSpec', 'operation': 'add', 'device': {
            '_typeName': 'ParaVirtualSCSIController', 'key': -1, 'busNumber': 0, 'sharedBus': 'noSharing'}},
        {'_typeName': 'VirtualDeviceConfigSpec', 'operation': 'add', 'fileOperation': 'create', 'device': {
            '_typeName': 'VirtualDisk', 'key': -2, 'controllerKey': -1, 'unitNumber': 0, 'capacityInKB': size_kb,
            'backing': {'_typeName': 'VirtualDiskFlatVer2BackingInfo', 'fileName': '', 'diskMode': 'persistent'}}}]}


def test_a_pod_is_a_folder_of_datastores(pods):
    assert [pods.name_of(each) for each in pods.gold.get('childEntity')] == ['DC0_POD0_DS0', 'DC0_POD0_DS1']
    assert (pods.gold.get('childType'), pods.name_of(pods.gold.get('parent'))) == (['Datastore'], 'datastore')
    summary = pods.gold.get('summary')
    assert (summary['name'], summary['capacity']) == ('DC0_POD0', 2 * summary['freeSpace'])
    assert pods.gold.fault('CreateFolder', name='x').name == 'NotSupported'
    assert pods.gold.fault('Destroy_Task').name == 'ResourceInUse'
    found = pods.vm.other(pods.content()['searchIndex']).call(
        'FindByInventoryPath', inventoryPath='DC0/datastore/DC0_POD1/DC0_POD1_DS0')
    assert found['type'] == 'Datastore'


def test_datastores_move_into_a_pod_and_out_of_it(pods):
    local, datastores = pods.vm.get('datastore')[0], pods.vm.other(pods.gold.get('parent'))
    pods.silver.run('MoveIntoFolder_Task', list=[local])
    assert pods.silver.get('childEntity')[-1] == local
    assert pods.silver.fault('MoveIntoFolder_Task', list=[pods.folder]).name == 'InvalidFolder'
    datastores.run('MoveIntoFolder_Task', list=[local])
    assert local not in pods.silver.get('childEntity')


def test_the_one_with_the_most_room_comes_first(pods):
    first, second = pods.gold.get('childEntity')
    pods.sim.call(pods.vm.other(first).object.set, 'summary.freeSpace', 50 * 1024 ** 4 - 1)
    found = pods.recommended('relocate', vm=pods.vm.ref)
    assert [each['action'][0]['destination'] for each in found] == [second, first]
    assert [each['rating'] for each in found] == [5, 4]
    pods.sim.call(pods.vm.other(second).object.set, 'summary.maintenanceMode', 'inMaintenance')
    assert len(pods.recommended('relocate', vm=pods.vm.ref)) == 1


def test_machines_are_created_copied_and_moved_there(pods):
    made = pods.apply(pods.recommended(
        'create', configSpec=config_spec('new'), resourcePool=pods.pool, folder=pods.folder)[0])['vm']
    assert pods.vm.other(made).get('config.files.vmPathName') == '[DC0_POD0_DS0] new/new.vmx'
    made = pods.apply(pods.recommended('create', pods.silver, configSpec=config_spec('there'), resourcePool=pods.pool)[0])['vm']
    assert pods.vm.other(made).get('parent') == pods.folder
    (one,) = [each for each in pods.recommended('clone', vm=pods.vm.ref, cloneName='copy', folder=pods.folder,
                                                cloneSpec=clone_spec()) if each['rating'] == 4]
    copy = pods.apply(one)['vm']
    assert pods.vm.other(copy).get('config.files.vmPathName') == '[DC0_POD0_DS0] copy/copy.vmx'
    answer = pods.manager.run('ApplyStorageDrsRecommendationToPod_Task', pod=pods.silver.ref, key=pods.recommended(
        'relocate', pods.silver, vm=pods.vm.ref)[0]['key'])
    assert 'vm' not in answer
    assert pods.name_of(pods.vm.get('datastore')[0]) == 'DC0_POD1_DS1'
    spec = config_spec('x')
    spec['deviceChange'][1]['device'].update(controllerKey=1000, unitNumber=4)
    pods.apply(pods.recommended('reconfigure', vm=pods.vm.ref, configSpec={
        '_typeName': 'VirtualMachineConfigSpec', 'deviceChange': spec['deviceChange'][1:]})[0])
    assert [pods.name_of(each) for each in pods.vm.get('datastore')] == ['DC0_POD1_DS1', 'DC0_POD0_DS1']


def test_a_recommendation_is_applied_once(pods):
    one, other = pods.recommended('relocate', vm=pods.vm.ref)
    pods.apply(one)
    for keys in ([one['key']], [], [other['key']] * 2):
        assert pods.manager.fault('ApplyStorageDrsRecommendation_Task', key=keys).name == 'InvalidArgument'
    refused = pods.manager.fault('ApplyStorageDrsRecommendationToPod_Task', pod=pods.silver.ref, key=other['key'])
    assert refused.wire['invalidProperty'] == 'key'
    pods.manager.call('CancelStorageDrsRecommendation', key=[other['key']])
    assert pods.manager.fault('CancelStorageDrsRecommendation', key=[other['key']]).name == 'InvalidArgument'


@pytest.mark.parametrize(('kind', 'members', 'wrong'), [
    ('nothing', {}, 'type'), ('clone', {}, 'vm'), ('create', {}, 'configSpec'), ('reconfigure', {}, 'vm'),
    ('relocate', {'podSelectionSpec': {'_typeName': 'StorageDrsPodSelectionSpec'}}, 'podSelectionSpec.storagePod')])
def test_a_question_that_is_refused(pods, kind, members, wrong):
    asked = pods.ask(kind)
    asked['storageSpec'].update(members)
    assert pods.manager.fault('RecommendDatastores', **asked).wire['invalidProperty'] == f'storageSpec.{wrong}'


def test_without_room_and_without_storage_drs(pods):
    result = pods.manager.call('RecommendDatastores', **pods.ask(
        'create', configSpec=config_spec('huge', 10 ** 12), resourcePool=pods.pool, folder=pods.folder))
    assert schema.problems(result, schema.find('StoragePlacementResult')) == []
    assert result['drsFault']['faultsByVm'][0]['fault'][0]['_typeName'] == 'InsufficientStorageSpace'
    for enabled in (False, True):
        pods.manager.run('ConfigureStorageDrsForPod_Task', pod=pods.gold.ref, modify=True, spec={
            '_typeName': 'StorageDrsConfigSpec', 'podConfigSpec': {
                '_typeName': 'StorageDrsPodConfigSpec', 'enabled': enabled}})
        assert pods.gold.get('podStorageDrsEntry.storageDrsConfig.podConfig.enabled') is enabled
        if not enabled:
            refused = pods.manager.fault('RecommendDatastores', **pods.ask('relocate', vm=pods.vm.ref))
            assert refused.wire['invalidProperty'] == 'storageSpec.podSelectionSpec.storagePod'


def test_privileges(pods):
    with Client(pods.sim, 'op', 'secret') as client:
        mine = Pods(client)
        key = mine.recommended('relocate', vm=mine.vm.ref)[0]['key']
        assert mine.manager.fault('ApplyStorageDrsRecommendation_Task', key=[key]).name == 'NoPermission'
        assert mine.manager.fault('ConfigureStorageDrsForPod_Task', pod=mine.gold.ref, modify=True, spec={
            '_typeName': 'StorageDrsConfigSpec'}).name == 'NoPermission'


def test_disks_are_copied_to_datastores_of_their_own(pods):
    disk = next(each for each in pods.vm.get('config.hardware.device') if each['_typeName'] == 'VirtualDisk')
    first, second = pods.gold.get('childEntity')
    locator = {'_typeName': 'VirtualMachineRelocateSpecDiskLocator', 'diskId': disk['key'], 'datastore': second,
               'diskBackingInfo': {'_typeName': 'VirtualDiskFlatVer2BackingInfo', 'fileName': '',
                                   'diskMode': 'persistent', 'thinProvisioned': False}}
    made = pods.vm.other(pods.vm.run('CloneVM_Task', folder=pods.folder, name='split',
                                     spec=clone_spec(datastore=first, disk=[locator])))
    assert made.get('datastore') == [first, second]
    (copied,) = [each['backing'] for each in made.get('config.hardware.device') if each['key'] == disk['key']]
    assert (copied['fileName'], copied['thinProvisioned']) == ('[DC0_POD0_DS1] split/split.vmdk', False)
    refused = pods.vm.fault('CloneVM_Task', folder=pods.folder, name='none', spec=clone_spec(
        disk=[{**locator, 'diskId': 9}]))
    assert refused.wire['invalidProperty'] == 'spec.location.disk.diskId'
    refused = pods.vm.fault('CloneVM_Task', folder=pods.folder, name='none', spec=clone_spec(
        disk=[{**locator, 'profile': [{'_typeName': 'VirtualMachineDefaultProfileSpec'}]}]))
    assert refused.name == 'NotSupported'
