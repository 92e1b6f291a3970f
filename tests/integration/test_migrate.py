# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.migrate: every place, both methods, what is in the way."""

from __future__ import annotations

import pytest

from . import faulty, matrix
from .places import add_datastore, add_folder, host, set_of

MIGRATE = 'vsphere.vm.migrate'
VM = 'DC0_C0_RP0_VM0'
BOTH_PATHS = '''
- name: Move
  vsphere.vm.migrate:
    name: DC0_C0_RP0_VM0
    destination: DC0_C0_H1
- name: There already
  vsphere.vm.migrate:
    path: /DC0/vm/DC0_C0_RP0_VM0
    destination_host: DC0_C0_H1
    resource_pool: DC0_C0_RP0
    datastore: LocalDS_0
    disks:
      - label: Hard disk 1
        datastore: LocalDS_0
'''


@pytest.fixture
def simulator(start_simulator):
    simulator = start_simulator(vms=2, hosts=2)
    add_datastore(simulator, 'SSD_1')
    add_datastore(simulator, 'Far_1', 'DC0_H0')
    add_folder(simulator, 'web')
    return simulator


def now(simulator, path):
    return simulator.call(simulator.vm(VM).get, path)


def name_of(simulator, path):
    return simulator.call(lambda: simulator.vcenter.resolve(simulator.vcenter.find('vm-2').get(path)).get('name'))


def test_both_paths_do_the_same(ansible_playbook, simulator, path):
    run = ansible_playbook(BOTH_PATHS, path=path).assert_ok(changed=1)
    assert run.result('Move')['operation'] == 'MigrateVM_Task'
    assert run.result('Move')['vm'] == {'moid': 'vm-2', 'name': VM, 'host': 'DC0_C0_H1'}
    assert run.result('Move')['diff'] == {'before': {'host': 'DC0_C0_H0'}, 'after': {'host': 'DC0_C0_H1'}}
    assert name_of(simulator, 'runtime.host') == 'DC0_C0_H1'


def test_every_place_is_declared(ansible_playbook, simulator):
    run = ansible_playbook(matrix.tasks(
        MIGRATE, {'destination_host': 'DC0_C0_H1'}, {'destination_datastore': 'SSD_1'},
        {'destination_folder': '/DC0/vm/web'},
        {'disks': [{'disk': '2000', 'datastore': 'LocalDS_0', 'provisioning': 'thick'}], 'power_state': 'powered_on'},
        {'destination_host': 'DC0_H0'}, {'cluster': 'DC0_C0', 'resource_pool': 'DC0_C0_RP0', 'priority': 'high'},
        {'destination_host': 'DC0_H0', 'datastore': 'Far_1', 'destination_datacenter': 'DC0',
         'destination_folder': 'web'},
        {'cluster': 'DC0_C0', 'host': 'DC0_C0_H0', 'destination_datastore': 'SSD_1'},
        moid='vm-2')).assert_ok()
    matrix.assert_declared(run, True, True, True, True, True, True, True, True)
    methods = [run.result(f'{number} real')['operation'].partition('VM')[0] for number in range(8)]
    assert methods == ['Migrate', 'Relocate', 'Relocate', 'Relocate', 'Migrate', 'Migrate', 'Relocate', 'Relocate']
    assert run.result('3 real')['vm']['disks'] == {'Hard disk 1': 'LocalDS_0'}
    assert run.result('3 real')['diff']['before'] == {'disks': {'Hard disk 1': 'SSD_1'}}
    assert run.result('5 real')['diff']['before'] == {'cluster': 'DC0_H0', 'resource_pool': 'Resources'}
    assert now(simulator, 'config.files.vmPathName') == f'[SSD_1] {VM}/{VM}.vmx'
    assert now(simulator, 'config.hardware.device[2000]')['backing']['fileName'].startswith('[SSD_1] ')
    assert now(simulator, 'config.hardware.device[2000]')['backing']['thinProvisioned'] is False
    assert (name_of(simulator, 'parent'), name_of(simulator, 'resourcePool')) == ('web', 'Resources')
    assert [ref['value'] for ref in now(simulator, 'datastore')] == ['datastore-2']


def test_check_mode_changes_nothing(ansible_playbook, simulator):
    before = simulator.state()
    ansible_playbook('''
    - name: Everything
      vsphere.vm.migrate:
        name: DC0_C0_RP0_VM0
        destination_host: DC0_H0
        destination_datastore: Far_1
        destination_folder: /DC0/vm/web
    ''', args=['--check', '--diff']).assert_ok(changed=1)
    assert simulator.state() == before


def test_a_template_and_a_snapshot_move_too(ansible_playbook, simulator):
    def prepare():
        simulator.vcenter.find('vm-2').take_snapshot('base', '', False, False)
    simulator.call(prepare)
    run = ansible_playbook('''
    - name: Storage under a snapshot
      vsphere.vm.migrate: {moid: vm-2, destination_datastore: SSD_1}
    - name: Back
      vsphere.vm.snapshot: {moid: vm-2, state: reverted}
    - name: Power off
      vsphere.vm.power: {moid: vm-1, state: powered_off}
    - name: Template
      vsphere.vm.method: {object_moid: vm-1, method: MarkAsTemplate}
    - name: Folder
      vsphere.vm.migrate: {moid: vm-1, destination_folder: /DC0/vm/web}
    - name: Storage of a template
      vsphere.vm.migrate: {moid: vm-1, destination_datastore: SSD_1}
      ignore_errors: true
    ''')
    assert run.result('Back')['changed']
    assert now(simulator, 'config.hardware.device[2000]')['backing']['fileName'].startswith('[SSD_1]')
    assert run.result('Folder')['operation'] == 'RelocateVM_Task'
    assert run.result('Storage of a template')['fault']['name'] == 'NotSupported'


def test_what_is_in_the_way_is_told(ansible_playbook, simulator):
    def only_here():
        far = next(each for each in simulator.vcenter.objects('Datastore') if each.get('name') == 'Far_1')
        simulator.vcenter.find('vm-1')._move_files(far.ref, {}, {})
    simulator.call(only_here)
    set_of(simulator, host(simulator, 'DC0_C0_H1'), 'runtime.inMaintenanceMode', True)
    wrong = {
        'NotFound': {'destination_host': 'DC0_C0_H9'}, 'InvalidState': {'destination_host': 'DC0_C0_H1'},
        'InvalidDatastore': {'destination_datastore': 'Far_1'},
        'InvalidArgument': {'destination_host': 'DC0_H0', 'resource_pool': 'DC0_C0_RP0'},
        'CannotAccessVmConfig': {'moid': 'vm-1', 'destination_cluster': 'DC0_C0'},
        'DuplicateName': {'moid': 'vm-1', 'destination_folder': '/DC0/vm/web'},
        'InvalidPowerState': {'destination_datastore': 'SSD_1', 'power_state': 'suspended'}}
    simulator.call(lambda: simulator.vcenter.find('vm-2').set('name', 'DC0_H0_VM0'))
    web = {'name': 'Into the folder', MIGRATE: {'moid': 'vm-2', 'destination_folder': '/DC0/vm/web'}}
    run = ansible_playbook([web] + [{'name': name, 'ignore_errors': True, MIGRATE: {'moid': 'vm-2', **options}}
                                    for name, options in wrong.items()] + [
        {'name': f'Foretold {number}', 'ignore_errors': True, 'check_mode': number == 0,
         MIGRATE: {'moid': 'vm-1', 'destination_host': 'DC0_C0_H0', 'power_state': 'powered_off'}}
        for number in (0, 1)])
    for name in wrong:
        assert run.result(name)['fault']['name'] == name, run.result(name)
    for number in (0, 1):
        assert run.result(f'Foretold {number}')['fault']['name'] == 'InvalidPowerState'
    categories = [run.result(name)['fault']['category'] for name in ('NotFound', 'InvalidState', 'DuplicateName')]
    assert categories == ['not_found', 'state', 'conflict']


def test_a_privilege_that_is_lacking(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=2, hosts=2, users={
        'op@vsphere.local': {'password': 'secret-of-op', 'denied': ['Resource.HotMigrate']}})
    task = {'name': 'Move', 'ignore_errors': True, MIGRATE: {'moid': 'vm-2', 'destination_host': 'DC0_C0_H1'}}
    run = ansible_playbook([{**task, 'name': 'Foretold', 'check_mode': True}, task], simulator=simulator,
                           env={'VMWARE_USER': 'op@vsphere.local', 'VMWARE_PASSWORD': 'secret-of-op'})
    for name in ('Foretold', 'Move'):
        assert run.result(name)['fault']['name'] == 'NoPermission'
        assert run.result(name)['fault']['details']['privilegeId'] == 'Resource.HotMigrate'


FAULTS = ('InvalidState', 'VmConfigFault', 'InsufficientResourcesFault', 'TaskInProgress')
IN_TASK = ('MigrationFault', 'Timedout', 'FileFault')


def test_faults_of_both_methods(ansible_playbook, simulator):
    moves = {'MigrateVM_Task': ({'moid': 'vm-2', 'destination_host': 'DC0_C0_H1'}, FAULTS),
             'RelocateVM_Task': ({'moid': 'vm-2', 'destination_datastore': 'SSD_1'}, (*FAULTS, 'InvalidDatastore'))}
    run = ansible_playbook([task for method, (options, faults) in moves.items()
                            for task in faulty.order(simulator, MIGRATE, options, method, *faults, in_task=IN_TASK)])
    for method, (_options, faults) in moves.items():
        faulty.assert_told(run, method, *faults, *IN_TASK)
