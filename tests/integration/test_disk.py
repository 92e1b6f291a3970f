# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.disk: added, grown and removed by every name that a disk has; never shrunk."""

from __future__ import annotations

import pytest

from . import matrix
from .places import add_datastore

MODULE = 'vsphere.vm.disk'
GB = 1024 ** 3
BOTH_PATHS = '''
- name: Add
  vsphere.vm.disk:
    name: DC0_H0_VM0
    disk:
      - unit_number: 1
        size_gb: 2
        type: thin
- name: Add as before
  vsphere.vm.disk:
    name: DC0_H0_VM0
    disk:
      - label: Hard disk 2
        size: 2GB
'''


@pytest.fixture
def simulator(start_simulator):
    simulator = start_simulator(vms=2)
    add_datastore(simulator, 'SSD_1')
    return simulator


def devices(simulator, kind='VirtualDisk', vm='vm-1'):
    found = simulator.call(simulator.vm(vm).get, 'config.hardware.device')
    return [device for device in found if device['_typeName'] == kind]


def step(**options):
    return {'disk': [options]}


def test_both_paths_do_the_same(ansible_playbook, simulator, path):
    run = ansible_playbook(BOTH_PATHS, path=path).assert_ok(changed=1)
    disk = {'label': 'Hard disk 2', 'file': '[LocalDS_0] DC0_H0_VM0/DC0_H0_VM0_1.vmdk', 'capacity_bytes': 2 * GB,
            'type': 'thin', 'disk_mode': 'persistent', 'controller_type': 'paravirtual', 'controller_number': 0,
            'unit_number': 1}
    assert run.result('Add')['vm'] == {'moid': 'vm-1', 'name': 'DC0_H0_VM0', 'disks': {'scsi 0:1': disk}}
    assert run.result('Add')['diff'] == {'before': {'disks': {'scsi 0:1': None}}, 'after': {'disks': {'scsi 0:1': disk}}}
    assert run.result('Add as before')['vm']['disks'] == {'Hard disk 2': disk}


def test_disks_are_declared(ansible_playbook, simulator):
    """By label, place and file; every type of controller, disk and size; grown and removed."""
    file = '[SSD_1] DC0_H0_VM0/data.vmdk'
    run = ansible_playbook(matrix.tasks(
        MODULE, step(label='Hard disk 1', size='10GB'), step(label='Hard disk 1', size_gb=20),
        step(label='Hard disk 2', size_mb=512, datastore='SSD_1', type='eagerzeroedthick'),
        step(unit_number=3, scsi_controller=1, size_kb=4096, scsi_type='lsilogicsas'),
        step(filename=file, size='1.5 tb', disk_mode='independent_persistent', controller_type='nvme'),
        step(filename=file, disk_mode='persistent', size='1.5TB'),
        {'disk': [{'controller_type': 'sata', 'unit_number': 4, 'size_gb': 1},
                  {'controller_type': 'ide', 'controller_number': 1, 'unit_number': 0, 'size_gb': 1}]},
        step(filename=file, state='absent', destroy=False), step(file=file), step(filename=file, state='absent'),
        step(label='Hard disk 2', state='absent'), step(unit_number=9, state='absent'), moid='vm-1')).assert_ok()
    matrix.assert_declared(run, False, True, True, True, True, True, True, True, True, True, True, False)
    told = run.result('1 real')['diff']
    assert [told[side]['disks']['Hard disk 1']['capacity_bytes'] for side in ('before', 'after')] == [10 * GB, 20 * GB]
    made = run.result('2 real')['vm']['disks']['Hard disk 2']
    assert (made['type'], made['file']) == ('eagerzeroedthick', '[SSD_1] DC0_H0_VM0/DC0_H0_VM0.vmdk')
    made = run.result('3 real')['vm']['disks']['lsilogicsas 1:3']
    assert (made['controller_type'], made['controller_number'], made['unit_number']) == ('lsilogicsas', 1, 3)
    made = run.result('4 real')['vm']['disks'][file]
    assert (made['controller_type'], made['capacity_bytes'], made['disk_mode']) == (
        'nvme', 1.5 * 1024 * GB, 'independent_persistent')
    assert run.result('8 real')['vm']['disks'][file]['capacity_bytes'] == 1.5 * 1024 * GB
    assert [each['deviceInfo']['label'] for each in devices(simulator)] == [
        'Hard disk 1', 'Hard disk 3', 'Hard disk 5', 'Hard disk 6']


def test_several_disks_find_room_in_one_request(ansible_playbook, simulator):
    """More than one controller holds, past unit 7, which is the controller's own."""
    disks = [{'filename': f'[SSD_1] many/{number}.vmdk', 'size_mb': 1} for number in range(16)]
    run = ansible_playbook(matrix.tasks(MODULE, {'disk': disks}, moid='vm-1')).assert_ok()
    matrix.assert_declared(run, True)
    places = [(each['controllerKey'], each['unitNumber']) for each in devices(simulator)]
    assert places == [(1000, unit) for unit in range(16) if unit != 7] + [(1001, 0), (1001, 1)]
    assert [request['method'] for request in simulator.requests].count('ReconfigVM_Task') == 1


def test_check_mode_changes_nothing(ansible_playbook, simulator):
    before = simulator.state()
    run = ansible_playbook([{'name': 'All', MODULE: {'moid': 'vm-1', 'disk': [
        {'label': 'Hard disk 1', 'size_gb': 40}, {'unit_number': 1, 'size_gb': 1},
        {'controller_type': 'nvme', 'unit_number': 0, 'size_gb': 1}]}}], args=['--check', '--diff']).assert_ok(changed=1)
    assert run.result('All')['diff']['after']['disks']['Hard disk 1']['capacity_bytes'] == 40 * GB
    assert simulator.state() == before


def test_what_is_in_the_way_is_told(ansible_playbook, simulator):
    wrong = {
        'Shrink': (step(label='Hard disk 1', size_gb=5), 'InvalidArgument', 'cannot be shrunk'),
        'No size': (step(unit_number=1), 'InvalidArgument', 'needs a size'),
        'Not a size': (step(unit_number=1, size='big'), 'InvalidArgument', 'such as 40GB'),
        'No label': (step(label='Hard disk 9', size_gb=5), 'NotFound', 'Hard disk 2'),
        'Taken': (step(filename='[SSD_1] a/b.vmdk', size_gb=1, unit_number=0), 'InvalidController', 'no room'),
        'Own unit': (step(unit_number=7, size_gb=1), 'InvalidController', 'unit 7'),
        'No datastore': (step(unit_number=1, size_gb=1, datastore='nowhere'), 'NotFound', 'nowhere')}
    tasks = [{'name': f'{name} {check}', 'check_mode': check, 'ignore_errors': True, MODULE: {
        'moid': 'vm-1', **options}} for name, (options, _fault, _told) in wrong.items() for check in (True, False)]
    server = {'InvalidDatastorePath': step(filename='[nowhere] a/b.vmdk', size_gb=1),
              'FileNotFound': step(filename='[SSD_1] a/b.vmdk')}
    tasks += [{'name': name, 'ignore_errors': True, MODULE: {'moid': 'vm-1', **options}}
              for name, options in server.items()]
    before = simulator.state()
    run = ansible_playbook(tasks)
    for name, (_options, fault, told) in wrong.items():
        for check in (True, False):
            failure = run.result(f'{name} {check}')
            assert failure['fault']['name'] == fault and told in failure['msg'], failure
    assert {name: run.result(name)['fault']['name'] for name in server} == {name: name for name in server}
    assert simulator.state() == before


def test_a_disk_under_a_snapshot_keeps_its_size(ansible_playbook, simulator):
    grow = {'moid': 'vm-1', **step(label='Hard disk 1', size_gb=40)}
    run = ansible_playbook([
        {'name': 'Snapshot', 'vsphere.vm.snapshot': {'moid': 'vm-1', 'snapshot_name': 'a'}},
        *[{'name': f'Grow {check}', 'check_mode': check, 'ignore_errors': True, MODULE: grow} for check in (True, False)]])
    for check in (True, False):
        fault = run.result(f'Grow {check}')['fault']
        assert (fault['name'], fault['operation']) == ('InvalidDeviceSpec', 'ReconfigVM_Task')


def test_privileges_are_those_of_what_changes(ansible_playbook, start_simulator):
    cases = {'AddNewDisk': step(unit_number=1, size_gb=1), 'DiskExtend': step(label='Hard disk 1', size_gb=40),
             'RemoveDisk': step(label='Hard disk 1', state='absent'),
             'AddExistingDisk': step(filename='[LocalDS_0] a.vmdk'),
             'EditDevice': step(label='Hard disk 1', disk_mode='independent_persistent')}
    denied = {'op': [f'VirtualMachine.Config.{each}' for each in cases],
              'no-space': [('Datastore.AllocateSpace', 'LocalDS_0'), 'VirtualMachine.Config.AddRemoveDevice']}
    simulator = start_simulator(vms=1, users={
        f'{user}@vsphere.local': {'password': 'Op3rator!', 'denied': each} for user, each in denied.items()})

    def lacking(user, tried):
        """The privilege that each step fails for, in check mode and for real."""
        run = ansible_playbook([{'name': f'{name} {check}', 'check_mode': check, 'ignore_errors': True, MODULE: {
            'moid': 'vm-1', **options}} for name, options in tried.items() for check in (True, False)],
            simulator=simulator, env={'VMWARE_USER': f'{user}@vsphere.local', 'VMWARE_PASSWORD': 'Op3rator!'})
        assert {result['host0']['fault']['name'] for result in run.tasks.values()} == {'NoPermission'}
        return {name: {run.result(f'{name} {check}')['fault']['details']['privilegeId'].rpartition('.')[2]
                       for check in (True, False)} for name in tried}
    assert lacking('op', cases) == {name: {name} for name in cases}
    assert lacking('no-space', {
        'AllocateSpace': cases['DiskExtend'], 'AddRemoveDevice': step(filename='[LocalDS_0] a.vmdk', controller_type='nvme'),
    }) == {'AllocateSpace': {'AllocateSpace'}, 'AddRemoveDevice': {'AddRemoveDevice'}}
