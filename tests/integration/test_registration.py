# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.registration: into the inventory and out of it, reloaded, deleted, and what is in the way."""

from __future__ import annotations

import pytest

from . import faulty, matrix
from .places import add_datastore, add_folder

REGISTRATION = 'vsphere.vm.registration'
PATH = '[LocalDS_0] DC0_H0_VM0/DC0_H0_VM0.vmx'
OTHER = '[LocalDS_0] DC0_C0_RP0_VM0/DC0_C0_RP0_VM0.vmx'
BOTH_PATHS = '''
- name: Unregister
  vsphere.vm.registration:
    name: DC0_H0_VM0
    state: unregistered
- name: Register
  vsphere.vm.registration:
    name: app-01
    folder: /DC0/vm/web
    vmx_path: "[LocalDS_0] DC0_H0_VM0/DC0_H0_VM0.vmx"
    cluster: DC0_C0
- name: Reload
  vsphere.vm.registration:
    name: app-01
    state: reloaded
- name: Delete
  vsphere.vm.registration:
    name: app-01
    state: deleted
'''


@pytest.fixture
def simulator(start_simulator):
    simulator = start_simulator(vms=2, hosts=2)
    simulator.call(lambda: [vm.become_powered_off(True) for vm in simulator.vcenter.objects('VirtualMachine')])
    add_datastore(simulator, 'Far_1', 'DC0_H0')
    add_folder(simulator, 'web')
    return simulator


def get(simulator, name, path):
    return simulator.call(simulator.vm(name).get, path)


def test_both_paths_do_the_same(ansible_playbook, simulator, path):
    run = ansible_playbook(BOTH_PATHS, path=path).assert_ok(changed=4)
    there = {'registered': True, 'vmx_path': PATH}
    gone = {'registered': False, 'vmx_path': None}
    assert {name: run.result(name)['operation'] for name in run.tasks} == {
        'Unregister': 'UnregisterVM', 'Register': 'RegisterVM_Task', 'Reload': 'Reload', 'Delete': 'Destroy_Task'}
    assert run.result('Unregister')['vm'] == {'moid': 'vm-1', 'name': 'DC0_H0_VM0', **gone}
    assert run.result('Register')['vm'] == {'moid': 'vm-3', 'name': 'app-01', **there}
    assert run.result('Register')['result'] == {'type': 'VirtualMachine', 'value': 'vm-3'}
    assert run.result('Register')['diff'] == {'before': gone, 'after': there}
    assert run.result('Delete')['diff'] == {'before': there, 'after': gone}
    with pytest.raises(KeyError):
        simulator.vm('app-01')


def test_states_are_declared(ansible_playbook, simulator):
    into = {'path': 'DC0/vm/web/a%2fb', 'vmx_path': PATH}
    run = ansible_playbook(matrix.tasks(
        REGISTRATION, {'moid': 'vm-1', 'state': 'absent'}, {**into, 'host': 'DC0_C0_H1', 'resource_pool': 'DC0_C0_RP0'},
        {'path': 'DC0/vm/web/a%2fb', 'state': 'unregistered'},
        {**into, 'state': 'present', 'is_template': True, 'host': 'DC0_H0'}, {'name': 'a/b', 'state': 'unregistered'},
        {'path': 'DC0/vm/DC0_C0_RP0_VM0', 'state': 'reloaded_from_path', 'vmx_path': OTHER},
        {'name': 'nobody', 'state': 'deleted'}, {'name': 'DC0_C0_RP0_VM0', 'state': 'unregistered'},
        {'name': 'app-01', 'vmx_path': OTHER, 'cluster': 'DC0_C0'})).assert_ok()
    matrix.assert_declared(run, True, True, True, True, True, False, False, True, True)
    assert run.result('1 again')['vm']['name'] == 'a/b'
    assert get(simulator, 'app-01', 'config.files.vmPathName') == OTHER


def test_a_virtual_machine_takes_other_files(ansible_playbook, simulator):
    run = ansible_playbook([
        {'name': 'Leave', REGISTRATION: {'moid': 'vm-2', 'state': 'unregistered'}},
        *matrix.tasks(REGISTRATION, {'moid': 'vm-1', 'state': 'reloaded_from_path', 'configuration_path': OTHER})]).assert_ok()
    matrix.assert_declared(run, True)
    assert run.result('0 real')['diff']['before']['vmx_path'] == PATH
    assert run.result('0 real')['vm'] == {'moid': 'vm-1', 'name': 'DC0_H0_VM0', 'registered': True, 'vmx_path': OTHER}


def test_a_running_one_is_deleted_by_force(ansible_playbook, simulator):
    simulator.call(simulator.vm('vm-1').become_powered_on)
    options = {'moid': 'vm-1', 'state': 'deleted'}
    run = ansible_playbook([
        {'name': 'Foretold', 'ignore_errors': True, 'check_mode': True, REGISTRATION: options},
        {'name': 'Refused', 'ignore_errors': True, REGISTRATION: options},
        *matrix.tasks(REGISTRATION, {**options, 'force': True})])
    matrix.assert_declared(run, True)
    for name in ('Foretold', 'Refused'):
        assert (run.result(name)['fault']['name'], run.result(name)['fault']['category']) == ('InvalidPowerState', 'state')


def test_check_mode_changes_nothing(ansible_playbook, simulator):
    before = simulator.state()
    run = ansible_playbook([{'name': state, REGISTRATION: {'moid': 'vm-1', 'state': state, 'vmx_path': OTHER}} for state in (
        'unregistered', 'deleted', 'reloaded', 'reloaded_from_path')] + [
            {'name': 'registered', REGISTRATION: {'name': 'x', 'vmx_path': OTHER, 'cluster': 'DC0_C0'}}],
        args=['--check', '--diff']).assert_ok(changed=5)
    assert run.result('registered')['diff']['after'] == {'registered': True, 'vmx_path': OTHER}
    assert simulator.state() == before


def test_what_is_in_the_way(ansible_playbook, simulator):
    simulator.call(simulator.vm('vm-2').become_powered_on)
    new = {'name': 'new', 'vmx_path': '[LocalDS_0] no/no.vmx', 'cluster': 'DC0_C0'}
    wrong = {
        'Running': {'moid': 'vm-2', 'state': 'unregistered'}, 'Running to reload': {
            'moid': 'vm-2', 'state': 'reloaded_from_path', 'vmx_path': PATH},
        'Taken': {'moid': 'vm-1', 'state': 'reloaded_from_path', 'vmx_path': OTHER},
        'No file to reload': {'moid': 'vm-1', 'state': 'reloaded_from_path', 'vmx_path': '[LocalDS_0] no/no.vmx'},
        'Other files': {'name': 'DC0_H0_VM0', 'vmx_path': OTHER, 'cluster': 'DC0_C0'}, 'No file': new,
        'Registered': {**new, 'vmx_path': PATH}, 'No datastore': {**new, 'vmx_path': '[No] a/a.vmx'},
        'No pool': {**new, 'cluster': None}, 'No host': {**new, 'is_template': True},
        'Long': {**new, 'name': 'x' * 81}, 'Nobody': {'name': 'nobody', 'state': 'reloaded'},
        'No moid': {'moid': 'vm-99', 'vmx_path': PATH}, 'No path': {'name': 'new'}}
    tasks = [{'name': name, 'ignore_errors': True, REGISTRATION: {
        option: value for option, value in options.items() if value is not None}} for name, options in wrong.items()]
    run = ansible_playbook([*tasks, {**tasks[0], 'name': 'Foretold', 'check_mode': True},
                            {**tasks[1], 'name': 'Reload foretold', 'check_mode': True}])
    assert {name: run.result(name).get('fault', {}).get('name') for name in run.tasks} == {
        'Running': 'InvalidPowerState', 'Running to reload': 'InvalidPowerState', 'Taken': 'AlreadyExists',
        'No file to reload': 'FileNotFound', 'Other files': 'AlreadyExists', 'No file': 'NotFound',
        'Registered': 'AlreadyExists', 'No datastore': 'InvalidDatastorePath', 'No pool': 'InvalidArgument',
        'No host': 'InvalidArgument', 'Long': 'InvalidName', 'Nobody': 'NotFound', 'No moid': 'NotFound', 'No path': None,
        'Foretold': 'InvalidPowerState', 'Reload foretold': 'InvalidPowerState'}
    assert run.result('Registered')['fault']['category'] == 'conflict'
    assert 'by another name' in run.result('Registered')['fault']['hint']
    assert 'vmx_path' in run.result('No path')['msg']


def test_a_host_that_lacks_the_datastore(ansible_playbook, simulator):
    simulator.call(lambda: simulator.vcenter.find('vm-1')._move_files(simulator.vcenter.find('datastore-2').ref, {}, {}))
    path = '[Far_1] DC0_H0_VM0/DC0_H0_VM0.vmx'
    run = ansible_playbook([
        {'name': 'Leave', REGISTRATION: {'moid': 'vm-1', 'state': 'unregistered'}},
        {'name': 'Register', REGISTRATION: {'name': 'app-01', 'vmx_path': path, 'cluster': 'DC0_C0'}}])
    assert run.failure('Register')['fault']['name'] == 'InvalidDatastore'


def test_one_that_is_out_of_reach_is_unregistered(ansible_playbook, simulator):
    simulator.call(setattr, simulator.vm('vm-1'), 'connection_state', 'orphaned')
    ansible_playbook([{'name': 'Leave', REGISTRATION: {'moid': 'vm-1', 'state': 'absent'}}]).assert_ok(changed=1)


def test_faults(ansible_playbook, simulator):
    new, vm = {'name': 'new', 'vmx_path': '[LocalDS_0] no/no.vmx', 'cluster': 'DC0_C0'}, {'moid': 'vm-1'}
    ordered = {
        'UnregisterVM': ({**vm, 'state': 'unregistered'}, ('TaskInProgress', 'InvalidPowerState'), ()),
        'Destroy_Task': ({**vm, 'state': 'deleted'}, ('VimFault',), ('ResourceInUse',)),
        'Reload': ({**vm, 'state': 'reloaded'}, ('HostCommunication',), ()),
        'reloadVirtualMachineFromPath_Task': (
            {**vm, 'state': 'reloaded_from_path', 'vmx_path': '[LocalDS_0] a/a.vmx'},
            ('InvalidPowerState', 'TaskInProgress', 'InvalidState', 'AlreadyExists'), ('FileFault', 'VmConfigFault')),
        'RegisterVM_Task': (new, ('OutOfBounds', 'AlreadyExists', 'InvalidName', 'InvalidState'), (
            'DuplicateName', 'InvalidDatastore', 'NotFound', 'VmConfigFault', 'InsufficientResourcesFault', 'FileFault'))}
    run = ansible_playbook([task for method, (options, faults, in_task) in ordered.items() for task in faulty.order(
        simulator, REGISTRATION, options, method, *faults, in_task=in_task)])
    for method, (_options, faults, in_task) in ordered.items():
        faulty.assert_told(run, method, *faults, *in_task)
