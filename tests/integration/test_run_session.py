# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The session of a run: one log-in and one log-out, whatever the number of hosts, forks and loops; and no trace of it."""

from __future__ import annotations

import os
import signal

import pytest

MANY = '''
- name: Power
  vsphere.vm.power: {moid: vm-1, state: powered_on}
- name: Look
  vsphere.vm.snapshot_info: {moid: vm-2}
- name: Loop
  vsphere.vm.power: {moid: vm-1, state: powered_on}
  loop: [1, 2, 3, 4]
'''


def count(simulator, *methods):
    called = [request['method'] for request in simulator.requests]
    return [called.count(method) for method in methods]


def test_one_log_in_and_one_log_out(ansible_playbook, simulator):
    ansible_playbook(MANY, hosts=20, forks=5).assert_ok(changed=0)
    assert count(simulator, 'hello', 'Login', 'Logout') == [1, 1, 1]
    assert count(simulator, 'RetrievePropertiesEx') == [20 * 6]
    assert len(simulator.sessions) == 0


def test_changes_on_many_hosts_share_it_too(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=10, delay=0.2)
    ansible_playbook('''
    - name: Power off
      vsphere.vm.power: {moid: "vm-{{ inventory_hostname[4:] | int + 1 }}", state: powered_off}
    ''', simulator=simulator, hosts=10, forks=5).assert_ok(changed=10)
    assert count(simulator, 'Login', 'Logout', 'PowerOffVM_Task') == [1, 1, 10]
    assert 1 <= count(simulator, 'CreatePropertyCollector')[0] <= 5, 'one for each fork at most'


def test_each_shipped_module_has_its_own_and_ends_it(ansible_playbook, simulator):
    ansible_playbook(MANY.split('- name: Loop', maxsplit=1)[0], path='module').assert_ok(changed=0)
    assert count(simulator, 'Login', 'Logout') == [2, 2]
    assert len(simulator.sessions) == 0


def test_async_tasks_are_shipped(ansible_playbook, simulator):
    process, home = ansible_playbook.start('''
    - name: In the background
      vsphere.vm.power: {moid: vm-1, state: powered_off}
      async: 60
      poll: 1
    ''')
    # Not by ansible_playbook.finish: Ansible leaves the files of asynchronous tasks, its own ping's too.
    ansible_playbook.core.finish(process, home).assert_ok(changed=1)
    assert len(simulator.sessions) == 0


def test_two_users_have_two_sessions(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=1, users={'other@vsphere.local': 'An0ther-one'})
    ansible_playbook('''
    - name: One
      vsphere.vm.power: {moid: vm-1, state: powered_on}
    - name: Other
      vsphere.vm.power: {moid: vm-1, state: powered_on, username: other@vsphere.local, password: An0ther-one}
    - name: One again
      vsphere.vm.power: {moid: vm-1, state: powered_on}
    ''', simulator=simulator).assert_ok(changed=0)
    assert count(simulator, 'Login', 'Logout') == [2, 2]


@pytest.mark.parametrize('task', [
    'vsphere.vm.power: {moid: vm-1, state: powered_on}', 'vsphere.vm.power: {path: DC0/vm/DC0_H0_VM0, state: powered_on}',
    'vsphere.vm.power: {name: DC0_H0_VM0, state: powered_off}', 'vsphere.vm.snapshot: {moid: vm-1, snapshot_name: a}'])
def test_a_session_that_expires_in_the_middle_is_renewed_once_unseen(ansible_playbook, simulator, task):
    simulator.order('RetrievePropertiesEx', 'NotAuthenticated', times=1)
    ansible_playbook(f'''
    - name: Before
      vsphere.vm.info: {{moid: vm-1, properties: []}}
    - name: After
      {task}
    ''').assert_ok()
    assert count(simulator, 'Login') == [2]


def test_sessions_that_an_administrator_ends_are_renewed_once_for_all(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=1, session_timeout=0.4)
    run = ansible_playbook('''
    - name: Before
      vsphere.vm.power: {moid: vm-1, state: powered_on}
    - name: Meanwhile it expires
      ansible.builtin.command: sleep 1
      run_once: true
      changed_when: false
    - name: After
      vsphere.vm.power: {moid: vm-1, state: powered_on}
    ''', simulator=simulator, hosts=6, forks=3)
    run.assert_ok(changed=0)
    assert count(simulator, 'Login') == [2]


def test_a_run_that_fails_logs_out(ansible_playbook, simulator):
    run = ansible_playbook('''
    - name: Fail
      vsphere.vm.power: {name: nothing, state: powered_on}
    ''', hosts=3)
    assert run.rc == 2
    assert count(simulator, 'Login', 'Logout') == [1, 1]


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_interrupted_logs_out(ansible_playbook, start_simulator, number):
    simulator = start_simulator(vms=1, delay=60)
    process, home = ansible_playbook.start('''
    - name: Wait long
      vsphere.vm.power: {moid: vm-1, state: powered_off}
    ''', simulator=simulator)
    while not any(request['method'] == 'CreateFilter' for request in simulator.requests):
        assert process.poll() is None, process.communicate()
        os.sched_yield()
    process.send_signal(number)
    run = ansible_playbook.finish(process, home, simulator=simulator)
    assert run.rc != 0
    assert len(simulator.sessions) == 0
    assert count(simulator, 'Login', 'Logout') == [1, 1]


SECRETS = '''
- name: Work
  vsphere.vm.power:
    moid: vm-1
    state: powered_off
- name: Fail
  vsphere.vm.power:
    moid: vm-1
    state: restarted
  ignore_errors: true
- name: Wrong
  vsphere.vm.power:
    moid: vm-1
    state: powered_on
    password: a-wrong-passw0rd
  ignore_errors: true
'''


def test_no_secret_is_told_however_much_is(ansible_playbook, simulator, path):
    run = ansible_playbook(SECRETS, path=path, args=['-vvvv', '--diff'])
    assert run.rc == 0
    assert simulator.password not in run.output and 'a-wrong-passw0rd' not in run.output
    keys = {request['session'] for request in simulator.requests if request['session']}
    assert keys and not [key for key in keys if key in run.output]
    assert 'vmware-api-session-id' not in run.output
