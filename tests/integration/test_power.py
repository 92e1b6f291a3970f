# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.power, from playbook to power state."""

from __future__ import annotations

import pytest

from . import matrix

POWER = 'vsphere.vm.power'
VM = 'DC0_H0_VM0'

BOTH_PATHS = '''
- name: Power off
  vsphere.vm.power:
    name: DC0_H0_VM0
    state: powered_off
- name: Off again
  vsphere.vm.power:
    path: /DC0/vm/DC0_H0_VM0
    state: powered-off
- name: On at a host
  vsphere.vm.power:
    uuid: "{{ uuid }}"
    state: powered_on
    host: DC0_H0
- name: Restart
  vsphere.vm.power:
    instance_uuid: "{{ instance_uuid }}"
    state: restarted
'''


def uuids(simulator):
    return {'uuid': simulator.call(simulator.vm(VM).get, 'config.uuid'),
            'instance_uuid': simulator.call(simulator.vm(VM).get, 'config.instanceUuid')}


def power_state(simulator, name=VM):
    return simulator.call(simulator.vm(name).get, 'runtime.powerState')


def test_both_paths_do_the_same(ansible_playbook, simulator, path):
    run = ansible_playbook(BOTH_PATHS, path=path, extra_vars=uuids(simulator)).assert_ok(changed=3)
    assert run.result('Power off')['vm'] == {'moid': 'vm-1', 'name': VM, 'power_state': 'powered_off'}
    assert run.result('Power off')['operation'] == 'PowerOffVM_Task'
    assert run.result('Power off')['diff'] == {'before': {'power_state': 'powered_on'}, 'after': {'power_state': 'powered_off'}}
    assert run.result('Power off')['task']['state'] == 'success'
    assert run.result('Off again')['changed'] is False
    assert 'task' not in run.result('Off again')
    assert run.result('On at a host')['vm']['power_state'] == 'powered_on'
    assert run.result('Restart')['operation'] == 'ResetVM_Task'
    assert power_state(simulator) == 'poweredOn'


def test_every_state_is_declared(ansible_playbook, simulator):
    run = ansible_playbook(matrix.tasks(
        POWER, {'state': 'powered_on'}, {'state': 'suspended'}, {'state': 'powered_on'}, {'state': 'powered_off'},
        {'state': 'powered-on'}, {'state': 'terminated'}, {'state': 'powered_off', 'method': 'guest'}, name=VM))
    run.assert_ok()
    matrix.assert_declared(run, False, True, True, True, True, True, False)
    assert run.result('5 real')['operation'] == 'TerminateVM'


@pytest.mark.parametrize('options', [
    {'state': 'powered_off', 'method': 'guest'}, {'state': 'shutdown-guest'}, {'state': 'suspended', 'method': 'guest'},
    {'state': 'standby'}, {'state': 'powered_off', 'method': 'guest_then_hard'}])
def test_the_guest_is_asked_and_awaited(ansible_playbook, start_simulator, options):
    simulator = start_simulator(vms=1, guest_delay=0.3)
    run = ansible_playbook(matrix.tasks(POWER, options, moid='vm-1'), simulator=simulator).assert_ok()
    matrix.assert_declared(run, True)
    assert run.result('0 real')['operation'] in ('ShutdownGuest', 'StandbyGuest')
    assert power_state(simulator) == ('suspended' if options['state'] in ('suspended', 'standby') else 'poweredOff')


def test_a_guest_reboots_and_is_back(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=1, guest_delay=0.3)
    run = ansible_playbook([{'name': 'Reboot', POWER: {'moid': 'vm-1', 'state': 'reboot-guest'}}], simulator=simulator)
    run.assert_ok(changed=1)
    assert run.result('Reboot')['operation'] == 'RebootGuest'
    assert simulator.call(simulator.vm('vm-1').get, 'guest.toolsRunningStatus') == 'guestToolsRunning'


def test_a_guest_that_does_not_follow(ansible_playbook, simulator):
    vm = simulator.vm(VM)
    simulator.call(lambda: setattr(vm, 'guest_ignores_shutdown', True))
    run = ansible_playbook('''
    - name: Ask only
      vsphere.vm.power:
        name: DC0_H0_VM0
        state: powered_off
        method: guest
        timeout: 1
      ignore_errors: true
    - name: Ask, then act
      vsphere.vm.power:
        name: DC0_H0_VM0
        state: powered_off
        method: guest_then_hard
        guest_timeout: 1
    ''')
    assert run.rc == 0
    asked = run.result('Ask only')
    assert asked['fault']['name'] == 'WaitTimeout' and asked['fault']['category'] == 'timeout'
    assert asked['fault']['operation'] == 'ShutdownGuest' and 'guest_then_hard' in asked['fault']['hint']
    assert run.result('Ask, then act')['changed'] is True
    assert power_state(simulator) == 'poweredOff'


def test_check_mode_sends_nothing_that_changes(ansible_playbook, simulator):
    before = simulator.state()
    run = ansible_playbook('\n'.join(f'''
    - name: {state}
      vsphere.vm.power:
        name: DC0_H0_VM0
        state: {state}
    ''' for state in ('powered_on', 'powered_off', 'suspended', 'standby', 'restarted', 'terminated')),
        args=['--check', '--diff']).assert_ok(changed=5)
    assert simulator.state() == before
    assert run.result('powered_off')['operation'] == 'PowerOffVM_Task'


def test_without_tools_the_guest_cannot_be_asked(ansible_playbook, simulator):
    vm = simulator.vm(VM)
    simulator.call(lambda: setattr(vm, 'tools', 'absent'))
    run = ansible_playbook('''
    - name: Foretold
      vsphere.vm.power: &shutdown
        name: DC0_H0_VM0
        state: powered_off
        method: guest
      check_mode: true
      ignore_errors: true
    - name: Asked
      vsphere.vm.power: *shutdown
      ignore_errors: true
    - name: Cut
      vsphere.vm.power:
        name: DC0_H0_VM0
        state: powered_off
        method: guest_then_hard
    ''')
    for name in ('Foretold', 'Asked'):
        assert run.result(name)['fault']['name'] == 'ToolsUnavailable'
        assert run.result(name)['fault']['category'] == 'state'
    assert run.result('Foretold')['fault']['http_status'] is None
    assert run.result('Asked')['fault']['http_status'] == 500
    assert run.result('Cut')['operation'] == 'PowerOffVM_Task'
    assert power_state(simulator) == 'poweredOff'


def test_restart_of_what_is_off_fails_as_foretold(ansible_playbook, simulator):
    run = ansible_playbook('''
    - name: Power off
      vsphere.vm.power: {name: DC0_H0_VM0, state: powered_off}
    - name: Foretold
      vsphere.vm.power: {name: DC0_H0_VM0, state: restarted}
      check_mode: true
      ignore_errors: true
    - name: Refused
      vsphere.vm.power: {name: DC0_H0_VM0, state: restarted}
      ignore_errors: true
    ''')
    for name in ('Foretold', 'Refused'):
        assert run.result(name)['fault']['name'] == 'InvalidPowerState'
        assert run.result(name)['fault']['category'] == 'state'
    assert run.result('Refused')['fault']['details']['existingState'] == 'poweredOff'
    assert run.result('Refused')['fault']['vm'] == {'moid': 'vm-1', 'name': VM}


def test_a_question_is_answered_or_told(ansible_playbook, simulator):
    vm = simulator.vm(VM)
    simulator.call(lambda: setattr(vm, 'ask_on_power_on', True))
    run = ansible_playbook('''
    - name: Power off
      vsphere.vm.power: {name: DC0_H0_VM0, state: powered_off}
    - name: Unanswered
      vsphere.vm.power: {name: DC0_H0_VM0, state: powered_on}
      ignore_errors: true
    - name: Still pending
      vsphere.vm.power: {name: DC0_H0_VM0, state: powered_on}
      check_mode: true
      ignore_errors: true
    - name: Answered
      vsphere.vm.power:
        name: DC0_H0_VM0
        state: powered_on
        busy_timeout: 30
        question_answers:
          - question: moved.*copied|msg.uuid.altered
            response: I Copied It
    ''')
    assert run.rc == 0, run.output
    for name in ('Unanswered', 'Still pending'):
        fault = run.result(name)['fault']
        assert fault['name'] == 'QuestionPending'
        assert {choice['summary'] or choice['label'] for choice in fault['details']['choices']} >= {'I Copied It'}
    assert run.result('Unanswered')['fault']['task'].startswith('task-')
    assert power_state(simulator) == 'poweredOn'


def test_a_task_that_runs_on(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=1, delay=3600)
    # Not before the one that is patient has been refused.
    simulator.after('PowerOffVM_Task', simulator.let_tasks_end, times=2)
    run = ansible_playbook('''
    - name: Too slow
      vsphere.vm.power: {moid: vm-1, state: powered_off, timeout: 1}
      ignore_errors: true
    - name: Busy
      vsphere.vm.power: {moid: vm-1, state: suspended}
      ignore_errors: true
    - name: Patient
      vsphere.vm.power: {moid: vm-1, state: powered_off, busy_timeout: 20}
      ignore_errors: true
    - name: On without waiting
      vsphere.vm.power: {moid: vm-1, state: powered_on, wait: false, busy_timeout: 20}
    ''', simulator=simulator)
    slow, busy = run.result('Too slow'), run.result('Busy')
    assert slow['fault']['name'] == 'WaitTimeout' and slow['fault']['category'] == 'timeout'
    assert slow['fault']['task'] == slow['task']['moid'] and slow['changed'] is True
    assert busy['fault']['name'] == 'TaskInProgress' and busy['fault']['category'] == 'busy' and busy['fault']['retryable']
    assert run.result('On without waiting')['task']['state'] == 'running'


FAULTS = {'InsufficientResourcesFault': 'capacity', 'VmConfigFault': 'invalid_argument', 'FileFault': 'state',
          'NotSupported': 'unsupported', 'NoPermission': 'permission', 'TaskInProgress': 'busy'}


@pytest.mark.parametrize('in_task', [False, True])
def test_faults_of_the_server_are_told_apart(ansible_playbook, simulator, in_task):
    for fault in FAULTS:
        fields = {'file': '[LocalDS_0] a.vmx'} if fault == 'FileFault' else {}
        simulator.order('PowerOffVM_Task', fault, fields=fields, task=in_task)
    run = ansible_playbook([{'name': fault, 'ignore_errors': True, POWER: {'moid': 'vm-1', 'state': 'powered_off'}}
                            for fault in FAULTS])
    for fault, category in FAULTS.items():
        failure = run.result(fault)
        assert failure['fault']['name'] == fault
        assert failure['fault']['category'] == category
        assert failure['fault']['operation'] == 'PowerOffVM_Task'
        assert failure['fault']['task'] == (failure['task']['moid'] if in_task else None)
        assert failure['msg'].startswith(f'PowerOffVM_Task of {VM} failed: ') and fault in failure['msg']
    assert 'Traceback' not in run.output
