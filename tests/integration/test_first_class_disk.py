# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.first_class_disk: attached, detached, and what is in the way."""

from __future__ import annotations

import pytest

from . import faulty, matrix
from .places import add_datastore

FCD = 'vsphere.vm.first_class_disk'
MODULE = '''
- name: Attach
  vsphere.vm.first_class_disk:
    name: DC0_H0_VM0
    disk_id: "{{ disk_id }}"
    datastore: LocalDS_0
- name: Attached already
  vsphere.vm.first_class_disk:
    name: DC0_H0_VM0
    disk_id: "{{ disk_id }}"
    datastore: LocalDS_0
- name: Detach
  vsphere.vm.first_class_disk:
    name: DC0_H0_VM0
    disk_id: "{{ disk_id }}"
    state: detached
'''


@pytest.fixture
def disk(ansible_playbook, simulator):
    """The options that name a disk of 1 GB, made as a user makes one."""
    datastore = simulator.call(lambda: simulator.vcenter.objects('Datastore')[0].ref)
    run = ansible_playbook([{'name': 'Create', 'vsphere.vm.method': {
        'object_type': 'VcenterVStorageObjectManager', 'object_moid': 'VStorageObjectManager',
        'method': 'CreateDisk_Task',
        'arguments': {'spec': {
            '_typeName': 'VslmCreateSpec', 'name': 'data', 'capacityInMB': 1024,
            'backingSpec': {'_typeName': 'VslmCreateSpecDiskFileBackingSpec',
                            'datastore': datastore}}}}}]).assert_ok(changed=1)
    return {'disk_id': run.result('Create')['result']['config']['id']['id'], 'datastore': 'LocalDS_0'}


def attached(simulator):
    devices = simulator.call(simulator.vm('vm-1').get, 'config.hardware.device')
    return [device for device in devices if 'vDiskId' in device]


def test_both_paths_do_the_same(ansible_playbook, simulator, path, disk):
    run = ansible_playbook(MODULE, path=path, extra_vars=disk).assert_ok(changed=2)
    told = run.result('Attach')['vm']['disk']
    assert run.result('Attach')['operation'] == 'AttachDisk_Task'
    assert (told['id'], told['label'], told['capacity_bytes']) == (disk['disk_id'], 'Hard disk 2', 1024 ** 3)
    assert (told['controller_key'], told['unit_number']) == (1000, 1) and told['file'].startswith('[LocalDS_0] fcd/')
    assert run.result('Detach')['operation'] == 'DetachDisk_Task'
    assert run.result('Detach')['diff']['after'] == {'disk': None}
    assert attached(simulator) == []


def test_it_is_declared(ansible_playbook, simulator, disk):
    run = ansible_playbook(matrix.tasks(
        FCD, {'state': 'present', **disk, 'controller_key': 15000, 'unit_number': 5}, {'state': 'absent',
                                                                                       'disk_id': disk['disk_id']},
        {**disk}, moid='vm-1')).assert_ok()
    matrix.assert_declared(run, True, True, True)
    assert run.result('0 real')['vm']['disk']['controller_key'] == 15000
    assert run.result('0 real')['vm']['disk']['unit_number'] == 5
    assert len(attached(simulator)) == 1


def test_check_mode_changes_nothing(ansible_playbook, simulator, disk):
    before = simulator.state()
    ansible_playbook([{'name': 'Attach', FCD: {'moid': 'vm-1', **disk}}], args=['--check']).assert_ok(changed=1)
    assert simulator.state() == before


def test_what_is_in_the_way_is_told(ansible_playbook, simulator, disk):
    add_datastore(simulator, 'Far_1', 'DC0_C0_H0')
    simulator.call(simulator.vm('vm-2').edit_config, lambda config: config.update(version='vmx-11'))
    wrong = {
        'NotFound': {**disk, 'disk_id': 'fcd-9'}, 'InvalidDatastore': {**disk, 'datastore': 'Far_1'},
        'InvalidController': {**disk, 'controller_key': 1000, 'unit_number': 0},
        'DeviceUnsupportedForVmVersion': {'moid': 'vm-2', **disk}}
    run = ansible_playbook([{'name': name, 'ignore_errors': True, FCD: {'moid': 'vm-1', **options}} for name,
                            options in wrong.items()] + [
        {'name': 'Attach', FCD: {'moid': 'vm-1', **disk}},
        {'name': 'Snapshot', 'vsphere.vm.snapshot': {'moid': 'vm-1', 'snapshot_name': 'on it'}},
        {'name': 'Under a snapshot', 'ignore_errors': True,
         FCD: {'moid': 'vm-1', 'disk_id': disk['disk_id'], 'state': 'absent'}}])
    for name in wrong:
        assert run.result(name)['fault']['name'] == name, run.result(name)
    assert run.result('DeviceUnsupportedForVmVersion')['fault']['details']['expectedVersion'] == 'vmx-13'
    assert run.result('Under a snapshot')['fault']['name'] == 'InvalidState'
    simulator.call(simulator.vm('vm-2').edit_config, lambda config: config.update(version='vmx-20'))
    run = ansible_playbook([{'name': 'Taken', FCD: {'moid': 'vm-2', **disk}}])
    assert (run.failure()['fault']['name'], run.failure()['fault']['category']) == ('FileLocked', 'busy')


def test_faults_of_both_methods(ansible_playbook, simulator, disk):
    faults, in_task = ('NotFound', 'InvalidState'), ('VmConfigFault', 'FileFault')
    more = ('InvalidDatastore', 'InvalidController', 'MissingController', 'DeviceUnsupportedForVmVersion')
    tasks = faulty.order(simulator, FCD, {'moid': 'vm-1', **disk}, 'AttachDisk_Task', *faults, *more, in_task=in_task)
    tasks.append({'name': 'Attach', FCD: {'moid': 'vm-1', **disk}})
    tasks += faulty.order(simulator, FCD, {'moid': 'vm-1', 'disk_id': disk['disk_id'], 'state': 'detached'},
                          'DetachDisk_Task', *faults, in_task=in_task)
    run = ansible_playbook(tasks)
    faulty.assert_told(run, 'AttachDisk_Task', *faults, *more, *in_task)
    faulty.assert_told(run, 'DetachDisk_Task', *faults, *in_task)
