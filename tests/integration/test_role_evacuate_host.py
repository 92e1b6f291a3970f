# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Role evacuate_host: who goes where, who stays and why, and who could not be moved while all others were."""

from __future__ import annotations

import re

import pytest
import yaml

from .places import host, set_of
from .playbook import CHECKOUT
from .roles import attempt, newest, role, told

ROLE = 'evacuate_host'
MOVE = 'vsphere.vm.evacuate_host : Move them, host by host'
RESULT = {'name': 'Result', 'ansible.builtin.debug': {'var': 'evacuate_host_result'}}


@pytest.fixture
def simulator(start_simulator):
    """Three hosts in the cluster; on the first of them are VM0, VM3, VM6, and VM9, which is powered off."""
    simulator = start_simulator(vms=20, hosts=3)
    simulator.call(lambda: simulator.vcenter.find('vm-20').become_powered_off(True))
    return simulator


def on(simulator, name):
    """The short names of the virtual machines on a host of the cluster."""
    of_it = host(simulator, name)
    machines = simulator.call(lambda: [simulator.vcenter.find(ref['value']).get('name') for ref in of_it.get('vm')])
    return sorted(each.rpartition('_')[2] for each in machines)


def names(entries):
    return sorted(each['name'].rpartition('_')[2] for each in entries)


def test_host_is_emptied_evenly(ansible_playbook, simulator):
    others = {name: on(simulator, name) for name in ('DC0_C0_H1', 'DC0_C0_H2')}
    assert on(simulator, 'DC0_C0_H0') == ['VM0', 'VM3', 'VM6', 'VM9']
    run = ansible_playbook([
        role(ROLE, name='DC0_C0_H0', **{'except': ['.*_VM6', '.*_VM']}), {**RESULT, 'name': 'First'},
        role(ROLE, name='DC0_C0_H0', powered_off=True), {**RESULT, 'name': 'Second'},
        role(ROLE, name='DC0_C0_H0', powered_off=True), {**RESULT, 'name': 'Third'},
    ]).assert_ok(changed=2)
    first, second, third = (run.result(name)['evacuate_host_result'] for name in ('First', 'Second', 'Third'))
    assert names(first['moved']) == ['VM0', 'VM3']
    assert {each['name'][-3:]: each['reason'] for each in first['stayed']} == {
        'VM6': 'It is excepted by evacuate_host_except.',
        'VM9': 'It does not run, and evacuate_host_powered_off is false.'}
    assert names(second['moved']) == ['VM6', 'VM9'] and second['stayed'] == second['failed'] == []
    assert third == {'moved': [], 'stayed': [], 'failed': []}
    assert on(simulator, 'DC0_C0_H0') == []
    assert [len(on(simulator, name)) - len(before) for name, before in others.items()] == [2, 2]


def test_who_cannot_be_moved_is_named_and_the_others_are_moved(ansible_playbook, simulator):
    simulator.order('MigrateVM_Task', 'InsufficientMemoryResourcesFault', vm='DC0_C0_RP0_VM3', task=True)
    run = ansible_playbook([role(ROLE, name='DC0_C0_H0')])
    failed = run.failure('vsphere.vm.evacuate_host : Fail for what could not be moved')
    assert failed['msg'].startswith('1 of 3 virtual machines could not be moved off DC0_C0_H0, the others were. '
                                    'DC0_C0_RP0_VM3: ')
    assert on(simulator, 'DC0_C0_H0') == ['VM3', 'VM9']


@newest
def test_check_mode_tells_who_would_go_where(ansible_playbook, simulator):
    before = simulator.state()
    run = ansible_playbook([role(ROLE, name='DC0_C0_H0'), RESULT], args=['--check']).assert_ok(changed=1)
    assert names(run.result('Result')['evacuate_host_result']['moved']) == ['VM0', 'VM3', 'VM6']
    assert simulator.state() == before


@newest
def test_hosts_to_move_to(ansible_playbook, simulator):
    """Named ones, those that can take any, and none at all."""
    set_of(simulator, host(simulator, 'DC0_C0_H1'), 'runtime.inMaintenanceMode', True)
    before = on(simulator, 'DC0_C0_H1')
    run = ansible_playbook([
        role(ROLE, name='DC0_C0_H0', **{'except': ['.*_VM0']}), {**RESULT, 'name': 'Able'},
        role(ROLE, name='DC0_C0_H0', destinations=['DC0_H0']), {**RESULT, 'name': 'Named'},
        attempt('alone', role(ROLE, name='DC0_H0')),
        attempt('unknown', role(ROLE, name='nowhere')),
    ])
    assert run.rc == 0, run.output
    assert {each['host'] for each in run.result('Able')['evacuate_host_result']['moved']} == {'host-4'}
    assert on(simulator, 'DC0_C0_H1') == before
    assert [each['host'] for each in run.result('Named')['evacuate_host_result']['moved']] == ['DC0_H0']
    assert told(run, 'alone').startswith('Nothing is moved off DC0_H0: its cluster has no other host')
    assert 'nowhere' in told(run, 'unknown')


@newest
def test_host_then_enters_maintenance_mode(ansible_playbook, simulator):
    """As the role's README has it."""
    _first, example = re.findall(r'^```yaml\n(.*?)^```', (CHECKOUT / 'roles' / ROLE / 'README.md').read_text(),
                                 flags=re.MULTILINE | re.DOTALL)
    tasks = yaml.safe_load(example.replace('esx-01.example.com', 'DC0_C0_H0'))
    ansible_playbook([role(ROLE, name='DC0_C0_H0'), *tasks]).assert_ok(changed=2)
    assert simulator.call(host(simulator, 'DC0_C0_H0').get, 'runtime.inMaintenanceMode') is True
