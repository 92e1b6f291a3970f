# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""On which datastore of a cluster something is put: by Storage DRS, by free space, and what stays where it is."""

from __future__ import annotations

import pytest

from tests.simulator import Simulator
from tests.unit.plugins.in_process import Tasks

VM = 'DC0_C0_RP0_VM0'
ROOMY, FULL, LOCAL = 'DC0_POD0_DS1', 'DC0_POD0_DS0', 'LocalDS_0'
SECOND_DISK = {'unit_number': 1, 'size_mb': 64}
NEW = {'cluster': 'DC0_C0', 'datastore_cluster': 'DC0_POD0'}


class Cluster:
    """A vCenter with the datastore cluster DC0_POD0, of whose two datastores ROOMY has more free space."""

    def __init__(self, simulator, tasks):
        self.simulator, self.tasks, self.run = simulator, tasks, tasks.run
        self.set_of(FULL, 'summary.freeSpace', 10 ** 12)

    def set_of(self, name, path, value):
        """Sets a property of the datastore or the cluster of that name."""
        def change():
            found = [*self.simulator.vcenter.objects('Datastore'), *self.simulator.vcenter.objects('StoragePod')]
            next(each for each in found if each.get('name') == name).set(path, value)
        self.simulator.call(change)

    def switch_off(self, how):
        """Leaves Storage DRS out, by the cluster's setting or for the whole server."""
        if how == 'setting':
            self.set_of('DC0_POD0', 'podConfig.enabled', False)
        else:
            assert self.run('info', moid='vm-2', properties=['name'])['vm']['name'] == VM
            del self.tasks.keeper.session.content['storageResourceManager']

    def asked(self):
        """The specifications that RecommendDatastores was called with."""
        return [each for each in self.simulator.requests if each['method'] == 'RecommendDatastores']

    def datastores(self, name=VM):
        """The names of the datastores of a virtual machine, that of its own files first, and those of its disks."""
        def names():
            vm = next(each for each in self.simulator.vcenter.objects('VirtualMachine') if each.get('name') == name)
            path = vm.get('config.files.vmPathName')
            return [each[1:].partition(']')[0] for each in (path, *(disk['backing']['fileName'] for disk in vm.disks))]
        return self.simulator.call(names)


@pytest.fixture
def cluster():
    with Simulator(vms=2, pods=1) as simulator, Tasks(simulator) as tasks:
        yield Cluster(simulator, tasks)


@pytest.mark.parametrize('how', ['recommended', 'setting', 'server'])
def test_each_module_takes_the_one_with_the_most_room(cluster, how):
    if how != 'recommended':
        cluster.switch_off(how)
    made = cluster.run('vm', name='new', **NEW, disk=[{'size_gb': 1}])
    assert made['vm'] == {'moid': 'vm-3', 'name': 'new', 'present': True, 'datastore': ROOMY}
    copied = cluster.run('clone', moid='vm-2', new_name='copy', datastore_cluster='/DC0/datastore/DC0_POD0')
    assert copied['vm']['clone'] == {'moid': 'vm-4', 'name': 'copy', 'datastore': ROOMY}
    assert cluster.datastores('new') == cluster.datastores('copy') == [ROOMY, ROOMY]
    added = cluster.run('disk', moid='vm-2', disk=[{**SECOND_DISK, 'datastore_cluster': 'group-p1'}])
    assert added['vm']['disks']['scsi 0:1']['file'].startswith(f'[{ROOMY}] ')
    assert cluster.datastores() == [LOCAL, LOCAL, ROOMY]
    moved = cluster.run('migrate', moid='vm-2', datastore_cluster='DC0_POD0')
    assert moved['diff'] == {
        'before': {'datastore': LOCAL, 'disks': {'Hard disk 1': LOCAL, 'Hard disk 2': ROOMY}},
        'after': {'datastore': ROOMY, 'disks': {'Hard disk 1': ROOMY, 'Hard disk 2': ROOMY}}}
    assert cluster.datastores() == [ROOMY] * 3
    assert bool(cluster.asked()) is (how == 'recommended')


def test_what_is_in_the_cluster_stays_where_it_is(cluster):
    assert cluster.run('disk', moid='vm-2', disk=[{**SECOND_DISK, 'datastore': FULL}])['changed']
    cluster.run('migrate', moid='vm-2', destination_datastore_cluster='DC0_POD0')
    assert cluster.datastores() == [ROOMY, ROOMY, FULL]
    before = len(cluster.asked())
    assert not cluster.run('migrate', moid='vm-2', destination_datastore_cluster='DC0_POD0')['changed']
    assert len(cluster.asked()) == before
    cluster.run('migrate', moid='vm-2', disks=[{'disk': 'Hard disk 1', 'datastore': LOCAL}])
    assert cluster.datastores() == [ROOMY, LOCAL, FULL]
    done = cluster.run('migrate', moid='vm-2', destination_datastore_cluster='DC0_POD0')
    assert done['vm']['disks'] == {'Hard disk 1': ROOMY, 'Hard disk 2': FULL}
    assert cluster.datastores() == [ROOMY, ROOMY, FULL]


def test_a_disk_with_a_datastore_of_its_own_is_left_out(cluster):
    options = {'moid': 'vm-2', 'destination_datastore_cluster': 'DC0_POD0',
               'disks': [{'disk': 'Hard disk 1', 'datastore': LOCAL}]}
    assert cluster.run('migrate', **options)['vm'] == {
        'moid': 'vm-2', 'name': VM, 'datastore': ROOMY, 'disks': {'Hard disk 1': LOCAL}}
    assert cluster.datastores() == [ROOMY, LOCAL]
    assert not cluster.run('migrate', **options)['changed']


def test_disks_are_copied_to_datastores_of_their_own(cluster):
    assert cluster.run('disk', moid='vm-2', disk=[{**SECOND_DISK, 'type': 'thin'}])['changed']
    cluster.run('clone', moid='vm-2', new_name='split', disks=[{'label': 'Hard disk 2', 'datastore': FULL, 'provisioning': 'thick'}])
    assert cluster.datastores('split') == [LOCAL, LOCAL, FULL]
    thin = [disk['backing']['thinProvisioned'] for disk in cluster.simulator.vm('split').disks]
    assert thin == [True, False]
    cluster.run('clone', moid='vm-2', new_name='both', datastore_cluster='DC0_POD0', disks=[{'disk': '2000', 'datastore': FULL}])
    assert cluster.datastores('both') == [ROOMY, FULL, ROOMY]
    assert cluster.run('snapshot', moid='vm-2', snapshot_name='base')['changed']
    cluster.run('clone', moid='vm-2', new_name='linked', linked_clone=True, snapshot_name='base', datastore=FULL,
                disks=[{'disk': 'Hard disk 1', 'datastore': ROOMY}])
    assert cluster.datastores('linked') == [FULL, ROOMY, FULL]
    assert all('parent' in disk['backing'] for disk in cluster.simulator.vm('linked').disks)


@pytest.mark.parametrize('how', ['recommended', 'setting'])
def test_datastores_that_are_not_in_use_are_passed_over(cluster, how):
    if how != 'recommended':
        cluster.switch_off(how)
    cluster.set_of(ROOMY, 'summary.maintenanceMode', 'inMaintenance')
    assert cluster.run('vm', name='one', **NEW)['vm']['datastore'] == FULL
    cluster.set_of(FULL, 'summary.accessible', False)
    fault = cluster.run('vm', name='two', check_mode=True, **NEW)['fault']
    assert fault['name'] == ('InsufficientStorageSpace' if how == 'recommended' else 'InvalidDatastore')
    assert cluster.run('vm', name='two', **NEW)['fault'] == fault


def test_datastores_out_of_reach_are_passed_over(cluster):
    cluster.switch_off('setting')
    here = cluster.simulator.vcenter.objects('ClusterComputeResource')[0]
    cluster.simulator.call(lambda: here.set('datastore', [each for each in here.get('datastore') if each['value'] == 'datastore-2']))
    assert cluster.run('vm', name='one', **NEW)['vm']['datastore'] == FULL
    cluster.simulator.call(lambda: here.set('datastore', []))
    assert cluster.run('vm', name='two', **NEW)['msg'] == (
        'The datastore cluster DC0_POD0 has no datastore in use that DC0_C0 reaches.')


@pytest.mark.parametrize('check_mode', [True, False])
def test_no_room(cluster, check_mode):
    failed = cluster.run('vm', name='huge', check_mode=check_mode, **NEW, disk=[{'size_gb': 10 ** 5}])
    assert (failed['fault']['name'], failed['fault']['category']) == ('InsufficientStorageSpace', 'capacity')
    assert failed['fault']['operation'] == 'RecommendDatastores'


@pytest.mark.parametrize('answer', [{}, {'recommendations': []}, {'recommendations': [{
    'action': [{'_typeName': 'StorageMigrationAction', 'destination': {'type': 'Datastore', 'value': 'datastore-1'}}]}]}])
def test_nothing_is_recommended_and_no_reason_given(cluster, answer):
    manager = cluster.simulator.vcenter.find('StorageResourceManager')
    cluster.simulator.call(setattr, manager, 'RecommendDatastores', lambda call, storageSpec: {
        '_typeName': 'StoragePlacementResult', **answer})
    failed = cluster.run('clone', moid='vm-2', new_name='copy', datastore_cluster='DC0_POD0')
    assert failed['fault']['name'] == 'InsufficientStorageSpace'
    assert failed['msg'] == 'Storage DRS recommends no datastore of the datastore cluster DC0_POD0.'


@pytest.mark.parametrize('given', ['nowhere', '/DC0/datastore/nowhere', '/DC0/datastore/LocalDS_0', 'DC0_POD9'])
def test_a_cluster_that_is_not_there(cluster, given):
    fault = cluster.run('migrate', moid='vm-2', destination_datastore_cluster=given)['fault']
    assert (fault['name'], fault['message']) == ('NotFound', f'There is no datastore cluster named {given!r}.')


def test_a_fleet_reads_the_cluster_once(cluster):
    assert cluster.run('vm', name='third', cluster='DC0_C0', datastore=LOCAL)['changed']
    before = len(cluster.simulator.requests)
    done = cluster.run('migrate', where={'name': '*'}, destination_datastore_cluster='/DC0/datastore/DC0_POD0')
    assert done['summary'] == {'total': 3, 'ok': 3, 'failed': 0, 'not_attempted': 0, 'changed': 3}
    assert len(cluster.asked()) == 3
    names = [each['method'] for each in cluster.simulator.requests[before:]]
    assert names.count('FindByInventoryPath') == 1
    assert {tuple(cluster.datastores(name)[:1]) for name in (VM, 'third', 'DC0_H0_VM0')} == {(ROOMY,)}


def test_a_customization_and_its_passwords_are_not_sent_to_storage_drs(cluster):
    asked = []
    manager = cluster.simulator.vcenter.find('StorageResourceManager')
    recommend = manager.RecommendDatastores

    def note(call, storageSpec):
        asked.append(storageSpec)
        return recommend(call, storageSpec)
    cluster.simulator.call(setattr, manager, 'RecommendDatastores', note)
    done = cluster.run('clone', moid='vm-2', new_name='copy', datastore_cluster='DC0_POD0', customization={
        'hostname': 'h', 'domain': 'example.com'})
    assert done.get('fault') is None and len(asked) == 1
    assert asked[0]['cloneName'] == 'copy' and 'customization' not in asked[0]['cloneSpec']
