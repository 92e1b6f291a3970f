# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.console_connections: listed, dropped, only those that are meant, and what stands against it."""

from __future__ import annotations

import pytest

from . import faulty, matrix

CONNECTIONS = 'vsphere.vm.console_connections'
PLAY = '''
- name: List
  vsphere.vm.console_connections:
    moid: vm-1
- name: Drop
  vsphere.vm.console_connections: {moid: vm-1, state: dropped}
'''


def connection(user, client, label='mks'):
    return {'_typeName': 'VirtualMachineMksConnection', 'label': label, 'client': client, 'userName': user}


def plain(*users):
    return [{'label': 'mks', 'client': client, 'userName': user} for user, client in users]


@pytest.fixture
def vm(simulator):
    vm = simulator.vm('vm-1')
    simulator.call(setattr, vm, 'connections', [connection('ann', '192.0.2.1'), connection('bob', '192.0.2.2')])
    return vm


def test_both_paths_do_the_same(ansible_playbook, simulator, vm, path):
    run = ansible_playbook(PLAY, path=path).assert_ok(changed=1)
    both = plain(('ann', '192.0.2.1'), ('bob', '192.0.2.2'))
    assert run.result('List')['vm']['connections'] == both and run.result('List')['changed'] is False
    assert run.result('Drop')['operation'] == 'DropConnections' and run.result('Drop')['result'] is True
    assert run.result('Drop')['diff'] == {'before': {'connections': both}, 'after': {'connections': []}}
    assert simulator.call(vm.get, 'runtime.numMksConnections') == 0


def test_only_those_that_are_meant(ansible_playbook, simulator, vm):
    drop = {'state': 'dropped'}
    run = ansible_playbook(matrix.tasks(
        CONNECTIONS, {**drop, 'label': 'usb'}, {**drop, 'user_name': 'bob', 'client': '192.0.2.9'},
        {**drop, 'user_name': 'bob'}, {**drop, 'client': '192.0.2.1'}, drop, moid='vm-1')).assert_ok()
    matrix.assert_declared(run, False, False, True, True, False)
    assert run.result('2 real')['diff']['before'] == {'connections': plain(('bob', '192.0.2.2'))}


def test_check_mode_changes_nothing(ansible_playbook, simulator, vm):
    before = simulator.state()
    ansible_playbook([{'name': 'Drop', CONNECTIONS: {'moid': 'vm-1', 'state': 'dropped'}}], args=['--check']).assert_ok(changed=1)
    assert simulator.state() == before and len(vm.connections) == 2


def test_a_machine_that_is_off_has_none(ansible_playbook, simulator, vm):
    simulator.call(vm.become_powered_off, True)
    run = ansible_playbook(PLAY).assert_ok(changed=0)
    assert run.result('List')['vm']['connections'] == [] and run.result('Drop')['vm']['connections'] == []


def test_one_that_cannot_be_reached(ansible_playbook, simulator, vm):
    simulator.call(setattr, vm, 'connection_state', 'disconnected')
    fault = ansible_playbook([{'name': 'List', CONNECTIONS: {'moid': 'vm-1'}}]).failure()['fault']
    assert (fault['name'], fault['category'], fault['operation']) == ('InvalidState', 'state', 'QueryConnections')


def test_faults_of_both_methods(ansible_playbook, simulator, vm):
    query = ('InvalidState', 'Timedout', 'VmConfigFault')
    tasks = faulty.order(simulator, CONNECTIONS, {'moid': 'vm-1'}, 'QueryConnections', *query)
    tasks += faulty.order(simulator, CONNECTIONS, {'moid': 'vm-1', 'state': 'dropped'}, 'DropConnections', 'InvalidState')
    run = ansible_playbook(tasks)
    faulty.assert_told(run, 'QueryConnections', *query)
    faulty.assert_told(run, 'DropConnections', 'InvalidState')
