# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Role power_sequence: waves up and down, in order, healthy before the next, and stopped by the one that fails."""

from __future__ import annotations

import json
import socket

import pytest
import yaml

from .roles import attempt, newest, role, told

ROLE = 'power_sequence'
WAVES = [
    {'name': 'web', 'after': ['app'], 'where': {'name': 'DC0_*_VM1'}},
    {'name': 'app', 'after': ['database'], 'vms': [{'name': 'DC0_C0_RP0_VM0'}]},
    {'name': 'database', 'vms': [{'moid': 'vm-1'}]},
]
POWER = 'vsphere.vm.power_sequence : Bring the wave into its power state'
BEGUN = ('PowerOnVM_Task', 'ShutdownGuest', 'PowerOffVM_Task')


@pytest.fixture
def simulator(start_simulator):
    return start_simulator(vms=4)


def begun(simulator):
    """The virtual machines that were powered on or off, in the order in which they were."""
    return [entry['path'].split('/')[-2] for entry in simulator.requests if entry['path'].endswith(BEGUN)]


def states(simulator):
    return [simulator.call(vm.get, 'runtime.powerState') for vm in simulator.call(simulator.vcenter.objects, 'VirtualMachine')]


def power_off(simulator, *moids):
    simulator.call(lambda: [simulator.vcenter.find(moid).become_powered_off(True) for moid in moids])


def test_down_and_up_again(ansible_playbook, simulator):
    down, up = role(ROLE, waves=WAVES, state='powered_off'), role(ROLE, waves=WAVES)
    ansible_playbook([down, down, up, up]).assert_ok(changed=6)
    order = begun(simulator)
    assert [sorted(order[:2]), order[2:4]] == [['vm-3', 'vm-4'], ['vm-2', 'vm-1']]
    assert [order[4:6], sorted(order[6:])] == [['vm-1', 'vm-2'], ['vm-3', 'vm-4']]
    assert states(simulator) == ['poweredOn'] * 4


def test_wave_that_fails_stops_the_next(ansible_playbook, simulator):
    power_off(simulator, 'vm-1', 'vm-2', 'vm-3', 'vm-4')
    simulator.order('PowerOnVM_Task', 'InsufficientMemoryResourcesFault', vm='DC0_C0_RP0_VM0', task=True)
    failed = ansible_playbook([role(ROLE, waves=WAVES)]).failure('vsphere.vm.power_sequence : Stop at the wave that failed')
    assert failed['msg'].startswith('Wave app failed at "Bring the wave into its power state": DC0_C0_RP0_VM0: ')
    assert failed['msg'].endswith('Done before: database. Not begun: web.')
    assert states(simulator) == ['poweredOn', 'poweredOff', 'poweredOff', 'poweredOff']


@newest
def test_guest_that_does_not_follow_is_powered_off(ansible_playbook, simulator):
    simulator.call(setattr, simulator.vm('vm-1'), 'guest_ignores_shutdown', True)
    ansible_playbook([role(ROLE, waves=WAVES[2:], state='powered_off', guest_timeout=1)]).assert_ok(changed=1)
    assert [entry['path'].split('/')[-1] for entry in simulator.requests if entry['path'].endswith(BEGUN)] == [
        'ShutdownGuest', 'PowerOffVM_Task']


@newest
def test_check_mode_changes_nothing(ansible_playbook, simulator):
    power_off(simulator, 'vm-1', 'vm-2')
    before = simulator.state()
    run = ansible_playbook([role(ROLE, waves=WAVES)], args=['--check']).assert_ok(changed=2)
    assert run.result(POWER)['changed'] is False, 'of the last wave, which runs'
    assert simulator.state() == before


@newest
def test_what_cannot_be_is_refused_before_anything_is_begun(ansible_playbook, simulator):
    power_off(simulator, 'vm-1', 'vm-2')
    before = simulator.state()
    circle = [{**WAVES[2], 'after': ['web']}, *WAVES[:2]]
    refused = {
        'circle': (circle, 'These wait for one another: database, web, app, database.'),
        'unknown': (WAVES[:2], 'app is to come after database, which is not there.'),
        'same name': ([WAVES[2], WAVES[2]], 'Several are named database.'),
        'in two': ([WAVES[2], {'name': 'all', 'where': {}}], 'In more than one wave: DC0_H0_VM0.'),
        'both': ([{'name': 'x', 'vms': [], 'where': {}}], 'Wave x takes either vms or where.'),
        'neither': ([{'name': 'x'}], 'Wave x takes either vms or where.'),
        'not there': ([*WAVES, {'name': 'x', 'vms': [{'name': 'nobody'}]}], 'nobody'),
    }
    tasks = [attempt(label, role(ROLE, waves=waves)) for label, (waves, _said) in refused.items()]
    run = ansible_playbook(tasks)
    assert run.rc == 0, run.output
    for label, (_waves, said) in refused.items():
        result = json.dumps(run.result(label)) + run.output
        assert said in result, label
    assert told(run, 'circle').endswith(refused['circle'][1])
    assert begun(simulator) == []
    assert simulator.state() == before


@newest
def test_health_is_checked(ansible_playbook, simulator, tmp_path):
    """A port that answers, and tasks that are told who they are about."""
    power_off(simulator, 'vm-1')
    simulator.vm('vm-1').guest_identity = {'ip_address': '127.0.0.1'}
    tasks = tmp_path / 'healthy.yml'
    tasks.write_text(yaml.safe_dump([{'name': 'Healthy', 'ansible.builtin.debug': {
        'msg': '{{ power_sequence_wave }}: {{ power_sequence_vms | map(attribute="name") | join(" ") }}'}}]))
    with socket.create_server(('127.0.0.1', 0)) as server:
        checks = {'ports': [server.getsockname()[1]], 'tasks': str(tasks)}
        run = ansible_playbook([role(ROLE, waves=[{**WAVES[2], 'checks': checks}])]).assert_ok(changed=1)
    assert run.result('vsphere.vm.power_sequence : Healthy')['msg'] == 'database: DC0_H0_VM0'
    assert len(run.result('vsphere.vm.power_sequence : Wait for the ports')['results']) == 1


@newest
def test_wave_that_is_not_healthy_stops_the_next(ansible_playbook, simulator, tmp_path):
    power_off(simulator, 'vm-2')
    simulator.call(setattr, simulator.vm('vm-1'), 'tools', 'absent')
    simulator.vm('vm-4').guest_identity = {'ip_address': '127.0.0.1'}
    tasks = tmp_path / 'unhealthy.yml'
    tasks.write_text(yaml.safe_dump([{'name': 'See', 'ansible.builtin.fail': {'msg': 'The pool is not filled.'}}]))
    with socket.create_server(('127.0.0.1', 0)) as server:
        closed = server.getsockname()[1]
    unhealthy = {
        'Tools': ('vm-1', {}, '"Wait until VMware Tools run": DC0_H0_VM0: '),
        'address': ('vm-1', {'tools': False, 'ip_address': True}, '"Wait for the IP addresses": DC0_H0_VM0: The guest has no'),
        'port': ('vm-4', {'ports': [closed]}, f'"Wait for the ports": DC0_C0_RP0_VM1: Timeout when waiting for 127.0.0.1:{closed}'),
        'tasks': ('vm-4', {'tasks': str(tasks)}, '"See": The pool is not filled.'),
    }
    run = ansible_playbook([attempt(label, role(ROLE, check_timeout=1, check_interval=1, waves=[
        {'name': 'first', 'vms': [{'moid': moid}], 'checks': checks},
        {'name': 'second', 'after': ['first'], 'vms': [{'moid': 'vm-2'}]},
    ])) for label, (moid, checks, _said) in unhealthy.items()])
    assert run.rc == 0, run.output
    for label, (_moid, _checks, said) in unhealthy.items():
        assert told(run, label).startswith(f'Wave first failed at {said}'), label
        assert told(run, label).endswith('Done before: none. Not begun: second.')
    assert begun(simulator) == []
