# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The session of a run: one log-in and one log-out, whatever the number of hosts, forks and loops; and no trace of it."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
import yaml

from .playbook import connection

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


def until(process, happened):
    """Returns what `happened()` does when that is true; the process must not end before."""
    while not (found := happened()):
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    return found


def sessions_of(simulator):
    """A list to which each session of the simulator is added as it is opened: with the tokens, which no log may tell."""
    opened, sessions = [], simulator.vcenter.sessions
    real = sessions.open

    def noted(*arguments):
        opened.append(real(*arguments))
        return opened[-1]
    sessions.open = noted
    return opened


def assert_untold(opened, text):
    """Neither the token nor the key of a session is in a text."""
    secrets = {secret for session in opened for secret in (session.key, *session.tokens)}
    assert secrets and not [secret for secret in secrets if secret in text]


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


EXPIRING = [
    'vsphere.vm.power: {moid: "{{ vm }}", state: powered_on}', 'vsphere.vm.power: {path: "DC0/vm/{{ vm_name }}", state: powered_on}',
    'vsphere.vm.power: {name: "{{ vm_name }}", state: powered_on}', 'vsphere.vm.info: {uuid: "{{ uuid }}", properties: []}',
    'vsphere.vm.snapshot: {moid: "{{ vm }}", snapshot_name: a}', 'vsphere.vm.task: {task: task-999}']


def test_a_session_that_expires_between_tasks_is_renewed_once_for_all_unseen(ansible_playbook, start_simulator, tmp_path):
    simulator = start_simulator(vms=4)
    gates = [tmp_path / f'gate-{number}' for number in range(len(EXPIRING))]
    for gate in gates:
        os.mkfifo(gate)
    machines = simulator.call(lambda: [(vm.moid, vm.get('name'), vm.get('config.uuid')) for vm in simulator.vcenter.objects('VirtualMachine')])
    named = {name: f'{{{{ machines[number | int][{index}] }}}}' for index, name in enumerate(('vm', 'vm_name', 'uuid'))}
    playbook = [{'name': 'Test', 'hosts': 'all', 'gather_facts': False, 'vars': {
        'number': '{{ inventory_hostname[4:] | int }}', **named},
        'tasks': [{'name': 'Before', 'vsphere.vm.power': {'moid': 'vm-1', 'state': 'powered_on'}}]}]
    for number, task in enumerate(EXPIRING):
        module, _colon, options = task.partition(': ')
        playbook[0]['tasks'] += [
            {'name': f'Gate {number}', 'ansible.builtin.command': f'cat {gates[number]}', 'run_once': True, 'changed_when': False},
            {'name': f'After {number}', 'ignore_errors': True, module: yaml.safe_load(options)}]
    process, home = ansible_playbook.start(playbook, simulator=simulator, hosts=4, forks=2, extra_vars={'machines': machines})
    for gate in gates:
        with os.fdopen(until(process, lambda gate=gate: opened(gate)), 'w'):
            simulator.expire_sessions()
    run = ansible_playbook.finish(process, home, simulator=simulator)
    assert run.rc == 0, run.output
    for number, (moid, name, _uuid) in enumerate(machines):
        for task in range(5):
            assert run.result(f'After {task}', f'host{number}').get('vm', {}).get('moid') == moid, (EXPIRING[task], name)
        assert run.result('After 5', f'host{number}')['fault']['category'] == 'not_found'
    assert run.changed == 4
    assert count(simulator, 'Login') == [1 + len(EXPIRING)]
    assert len(simulator.sessions) == 0


def opened(gate):
    """The descriptor of a fifo that somebody reads from, or None."""
    try:
        return os.open(gate, os.O_WRONLY | os.O_NONBLOCK)
    except OSError as error:
        if error.errno != errno.ENXIO:
            raise
        return None


def test_a_session_that_expires_during_a_wait_is_renewed_once_unseen(ansible_playbook, start_simulator, path):
    simulator = start_simulator(vms=1, delay=3600)
    simulator.after('CreateFilter', simulator.expire_sessions)
    simulator.after('CreateFilter', simulator.let_tasks_end, times=2)
    run = ansible_playbook('''
    - name: Power off
      vsphere.vm.power: {name: DC0_H0_VM0, state: powered_off}
    ''', simulator=simulator, path=path).assert_ok(changed=1)
    assert run.result('Power off')['vm']['power_state'] == 'powered_off'
    assert count(simulator, 'Login', 'PowerOffVM_Task') == [2, 1]
    assert len(simulator.sessions) == 0


def test_a_run_that_fails_logs_out(ansible_playbook, simulator):
    run = ansible_playbook('''
    - name: Fail
      vsphere.vm.power: {name: nothing, state: powered_on}
    ''', hosts=3)
    assert run.rc == 2
    assert count(simulator, 'Login', 'Logout') == [1, 1]


def family(pid):
    """A process and all that descend from it, which Ctrl-C in a terminal signals too."""
    try:
        children = Path(f'/proc/{pid}/task/{pid}/children').read_text(encoding='utf-8').split()
    except (FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
        return []
    return [pid, *(each for child in children for each in family(int(child)))]


def until_logged_out(simulator, seconds=60):
    """Returns when no session is left: a worker may outlive the run that it was in for a moment."""
    end = time.monotonic() + seconds
    while simulator.sessions:
        assert time.monotonic() < end, simulator.requests[-5:]
        time.sleep(0.01)


def send(number, pids):
    """Sends a signal to processes, as far as they are still there."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


@pytest.mark.parametrize('whom', ['parent', 'all'])
@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_interrupted_logs_out(ansible_playbook, start_simulator, number, whom):
    simulator = start_simulator(vms=2, delay=60)
    sessions = sessions_of(simulator)
    process, home = ansible_playbook.start('''
    - name: Wait long
      vsphere.vm.power: {moid: "vm-{{ inventory_hostname[4:] | int + 1 }}", state: powered_off}
    ''', simulator=simulator, hosts=2)
    until(process, lambda: count(simulator, 'CreateFilter') == [2])
    send(number, family(process.pid) if whom == 'all' else [process.pid])
    run = ansible_playbook.finish(process, home, simulator=simulator)
    assert run.rc != 0 and 'Traceback' not in run.output, run.output
    assert len(simulator.sessions) == 0
    assert count(simulator, 'Login', 'Logout') == [1, 1]
    assert_untold(sessions, run.output)
    run.await_cleanup()


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM])
def test_a_session_that_is_being_made_is_ended_too(ansible_playbook, simulator, number):
    started = []
    # The vCenter has made the session, and nobody else knows of it yet.
    simulator.after('Login', lambda: send(number, family(started[0].pid)))
    process, home = ansible_playbook.start(MANY)
    started.append(process)
    run = ansible_playbook.finish(process, home)
    assert run.rc != 0 and 'Traceback' not in run.output, run.output
    until_logged_out(simulator)
    assert count(simulator, 'Login') == [1]
    run.await_cleanup()


def test_a_shipped_module_that_is_terminated_logs_out(ansible_playbook, start_simulator):
    simulator, started = start_simulator(vms=1, delay=3600), []
    simulator.after('CreateFilter', lambda: send(signal.SIGTERM, family(started[0].pid)[2:]))
    process, home = ansible_playbook.start('''
    - name: Wait long
      vsphere.vm.power: {moid: vm-1, state: powered_off}
    ''', simulator=simulator, path='module')
    started.append(process)
    assert ansible_playbook.finish(process, home, simulator=simulator).rc != 0
    until_logged_out(simulator)
    assert count(simulator, 'Login', 'Logout') == [1, 1]


def test_an_inventory_that_is_terminated_logs_out(ansible_core, simulator, tmp_path):
    source, home, started = tmp_path / 'lab.vms.yml', ansible_core.home(), []
    source.write_text(yaml.safe_dump({'plugin': 'vsphere.vm.vms', 'ca_cert': str(simulator.ca_cert)}), encoding='utf-8')
    simulator.after('RetrievePropertiesEx', lambda: send(signal.SIGTERM, [started[0].pid]))
    started.append(subprocess.Popen(
        [str(ansible_core.python), '-m', 'ansible', 'inventory', '-i', str(source), '--list'], cwd=home, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ansible_core.environment(home, connection(simulator))))
    output = b''.join(started[0].communicate())
    assert started[0].returncode == 128 + signal.SIGTERM and b'Traceback' not in output, output
    assert simulator.sessions == [] and count(simulator, 'Login', 'Logout') == [1, 1]


def test_a_run_that_is_killed_logs_out(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=2, delay=60)
    process, home = ansible_playbook.start('''
    - name: Wait long
      vsphere.vm.power: {moid: "vm-{{ inventory_hostname[4:] | int + 1 }}", state: powered_off}
    ''', simulator=simulator, hosts=2)
    until(process, lambda: count(simulator, 'CreateFilter') == [2])
    process.kill()
    run = ansible_playbook.finish(process, home, simulator=simulator)
    run.await_cleanup()
    assert len(simulator.sessions) == 0
    assert count(simulator, 'Login', 'Logout') == [1, 1]


SECRETS = '''
- name: Log in
  vsphere.vm.session:
  register: login
  no_log: true
- name: By hand
  vsphere.vm.power:
    session_id: "{{ login.session.session_id }}"
    moid: vm-1
    state: powered_on
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
    password: "{{ lookup('ansible.builtin.env', 'WRONG') }}"
  ignore_errors: true
- name: Unknown option
  vsphere.vm.power:
    moid: vm-1
    state: powered_on
    session_id: "{{ login.session.session_id }}"
    nonsense: 1
  ignore_errors: true
'''


def test_no_secret_is_told_however_much_is(ansible_playbook, simulator, path):
    sessions = sessions_of(simulator)
    run = ansible_playbook(SECRETS, path=path, args=['-vvvv', '--diff'], env={'WRONG': 'a-wrong-passw0rd'})
    assert run.rc == 0
    assert run.result('By hand')['vm']['power_state'] == 'powered_on' and run.result('Work')['changed']
    assert run.result('Wrong')['fault']['name'] == 'InvalidLogin'
    assert simulator.password not in run.output and 'a-wrong-passw0rd' not in run.output
    assert_untold(sessions, run.output)
    assert 'vmware-api-session-id' not in run.output
