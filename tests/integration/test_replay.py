# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.record and vsphere.vm.replay, the whole story: each documented fault told apart, foretold where reads can tell."""

from __future__ import annotations

import pytest

from . import matrix

VM = 'DC0_H0_VM0'
RECORD = {'name': VM, 'snapshot_name': 'bug', 'enable': True}

STORY = '''
- name: Record
  vsphere.vm.record:
    name: DC0_H0_VM0
    snapshot_name: bug
    description: What happens at log-in
    enable: true
- name: Stop recording
  vsphere.vm.record:
    name: DC0_H0_VM0
    state: stopped
- name: Replay
  vsphere.vm.replay:
    name: DC0_H0_VM0
    snapshot_name: bug
- name: Stop replaying
  vsphere.vm.replay:
    name: DC0_H0_VM0
    state: stopped
'''


def state(simulator):
    return simulator.call(simulator.vm(VM).get, 'runtime.recordReplayState')


def on(simulator, **attributes):
    """Sets test knobs of the virtual machine."""
    vm = simulator.vm(VM)
    simulator.call(lambda: [setattr(vm, name, value) for name, value in attributes.items()])


def enabled(simulator):
    vm = simulator.vm(VM)
    simulator.call(lambda: vm.configuration['flags'].update(recordReplayEnabled=True))


def test_the_story_on_both_paths(ansible_playbook, simulator, path):
    run = ansible_playbook(STORY, path=path).assert_ok(changed=4)
    assert run.result('Record')['vm'] == {'moid': 'vm-1', 'name': VM, 'recording': True, 'enabled': True}
    assert run.result('Record')['result']['type'] == 'VirtualMachineSnapshot'
    assert run.result('Record')['operation'] == 'StartRecording_Task'
    assert run.result('Replay')['vm']['replaying'] is True
    assert run.result('Stop replaying')['vm']['replaying'] is False
    assert state(simulator) == 'inactive'
    called = [request['method'] for request in simulator.requests]
    assert [called.count(method) for method in (
        'ReconfigVM_Task', 'StartRecording_Task', 'StopRecording_Task', 'StartReplaying_Task', 'StopReplaying_Task')] == 5 * [1]


def test_states_are_declared(ansible_playbook):
    run = ansible_playbook([
        *matrix.tasks('vsphere.vm.record', RECORD, {'name': VM, 'state': 'stopped'}),
        *[{**task, 'name': f'replay {task["name"]}'} for task in matrix.tasks(
            'vsphere.vm.replay', {'name': VM}, {'name': VM, 'state': 'stopped'})]]).assert_ok()
    matrix.assert_declared(run, True, True)
    assert [run.result(f'replay {step}')['changed'] for step in (
        '0 forecast', '0 real', '0 again', '1 forecast', '1 real', '1 again')] == [True, True, False] * 2


def test_check_mode_changes_nothing(ansible_playbook, simulator):
    before = simulator.state()
    ansible_playbook([{'name': 'Record', 'vsphere.vm.record': RECORD},
                      {'name': 'Stop', 'vsphere.vm.replay': {'name': VM, 'state': 'stopped'}}],
                     args=['--check', '--diff']).assert_ok(changed=1)
    assert simulator.state() == before


def failures(ansible_playbook, **task):
    """The failures of a task: as it is foretold, and as it is."""
    run = ansible_playbook([{'name': name, 'check_mode': name == 'Foretold', 'ignore_errors': True, **task}
                            for name in ('Foretold', 'Real')])
    assert 'Traceback' not in run.output
    return run.result('Foretold'), run.result('Real')


STATES = {
    'RecordReplayDisabled': (lambda simulator: None, 'state', 'enable: true'),
    'NotSupported': (lambda simulator: on(simulator, record_replay_supported=False), 'unsupported', 'memory: true'),
    'InvalidPowerState': (lambda simulator: (enabled(simulator), on(simulator, power_state='poweredOff')), 'state', ''),
}


@pytest.mark.parametrize('fault', STATES)
def test_recording_that_cannot_be_is_foretold(ansible_playbook, simulator, fault):
    prepare, category, hint = STATES[fault]
    prepare(simulator)
    task = {'vsphere.vm.record': {'name': VM, 'snapshot_name': 'bug'}}
    foretold, real = failures(ansible_playbook, **task)
    assert (real['fault']['name'], real['fault']['category']) == (fault, category)
    assert hint in real['fault']['hint']
    assert real['msg'].startswith(f'StartRecording_Task of {VM} failed: ')
    if fault == 'InvalidPowerState':
        assert foretold['fault']['name'] in (fault, 'InvalidState')
    else:
        assert foretold['fault']['name'] == fault
    assert foretold['fault']['http_status'] is None


def test_a_host_without_the_feature(ansible_playbook, simulator):
    enabled(simulator)
    host = simulator.call(lambda: simulator.vcenter.resolve(simulator.vcenter.objects('HostSystem')[0].ref))
    simulator.call(lambda: [each.set('capability', {**each.get('capability'), 'recordReplaySupported': False})
                            for each in simulator.vcenter.objects('HostSystem')])
    assert host is not None
    _foretold, real = failures(ansible_playbook, **{'vsphere.vm.record': {'name': VM, 'snapshot_name': 'bug'}})
    assert (real['fault']['name'], real['fault']['category']) == ('HostIncompatibleForRecordReplay', 'unsupported')
    assert real['fault']['details']['hostName'] == 'DC0_H0'
    assert 'Migrate' in real['fault']['hint'] and 'memory: true' in real['fault']['hint']


def test_a_configuration_that_cannot_be_recorded_is_told_with_its_cause(ansible_playbook, simulator):
    enabled(simulator)
    vm = simulator.vm(VM)
    simulator.call(lambda: vm.configuration['hardware'].update(numCPU=2))
    _foretold, real = failures(ansible_playbook, **{'vsphere.vm.record': {'name': VM, 'snapshot_name': 'bug'}})
    assert real['fault']['name'] == 'VmConfigIncompatibleForRecordReplay'
    assert real['fault']['cause']['name'] == 'NumVirtualCpusIncompatible'
    assert real['fault']['cause']['details']['numCpu'] == 2


def test_replaying_what_is_no_recording(ansible_playbook, simulator):
    enabled(simulator)
    run = ansible_playbook('''
    - name: Snapshot
      vsphere.vm.snapshot:
        name: DC0_H0_VM0
        snapshot_name: plain
    - name: Foretold
      vsphere.vm.replay: &replay
        name: DC0_H0_VM0
        snapshot_name: plain
      check_mode: true
      ignore_errors: true
    - name: Real
      vsphere.vm.replay: *replay
      ignore_errors: true
    - name: Nothing of that name
      vsphere.vm.replay:
        name: DC0_H0_VM0
        snapshot_name: other
      ignore_errors: true
    - name: No recording at all
      vsphere.vm.replay:
        name: DC0_H0_VM0
      ignore_errors: true
    ''')
    for name in ('Foretold', 'Real'):
        assert run.result(name)['fault']['name'] == 'InvalidArgument'
        assert 'snapshot_info' in run.result(name)['fault']['hint']
    assert run.result('Nothing of that name')['fault']['category'] == 'not_found'
    assert "has no snapshot 'other'; it has 'plain'" in run.result('Nothing of that name')['msg']
    assert run.result('No recording at all')['fault']['name'] == 'NotFound'


def test_recording_and_replaying_exclude_each_other(ansible_playbook, simulator):
    run = ansible_playbook('''
    - name: Record
      vsphere.vm.record: {name: DC0_H0_VM0, snapshot_name: bug, enable: true}
    - name: Foretold
      vsphere.vm.replay: {name: DC0_H0_VM0, snapshot_name: bug}
      check_mode: true
      ignore_errors: true
    - name: Real
      vsphere.vm.replay: {name: DC0_H0_VM0, snapshot_name: bug}
      ignore_errors: true
    ''')
    for name in ('Foretold', 'Real'):
        assert run.result(name)['fault']['name'] == 'InvalidState'
    assert state(simulator) == 'recording'


REPLAY_FAULTS = {
    'TaskInProgress': 'busy', 'NotSupported': 'unsupported', 'InvalidArgument': 'invalid_argument',
    'SnapshotFault': 'state', 'InvalidSnapshotFormat': 'invalid_argument', 'FileFault': 'state',
    'VmConfigIncompatibleForRecordReplay': 'unsupported', 'InvalidPowerState': 'state', 'InvalidState': 'state',
    'NotFound': 'not_found', 'RecordReplayDisabled': 'state', 'HostIncompatibleForRecordReplay': 'unsupported'}
RECORD_FAULTS = {**{name: category for name, category in REPLAY_FAULTS.items() if name not in ('NotFound', 'InvalidArgument')},
                 'MultipleSnapshotsNotSupported': 'unsupported', 'InvalidName': 'invalid_argument'}
STOP_FAULTS = {name: REPLAY_FAULTS[name] for name in (
    'TaskInProgress', 'NotSupported', 'SnapshotFault', 'FileFault', 'InvalidPowerState', 'InvalidState')}
METHODS = {
    'StartReplaying_Task': ('vsphere.vm.replay', {'moid': 'vm-1', 'snapshot_name': 'bug'}, REPLAY_FAULTS, 'inactive'),
    'StopReplaying_Task': ('vsphere.vm.replay', {'moid': 'vm-1', 'state': 'stopped'}, STOP_FAULTS, 'replaying'),
    'StartRecording_Task': ('vsphere.vm.record', {'moid': 'vm-1', 'snapshot_name': 'new'}, RECORD_FAULTS, 'inactive'),
    'StopRecording_Task': ('vsphere.vm.record', {'moid': 'vm-1', 'state': 'stopped'}, STOP_FAULTS, 'recording'),
}


@pytest.mark.parametrize('method', METHODS)
def test_every_documented_fault_is_told_apart(ansible_playbook, simulator, method):
    module, options, faults, before = METHODS[method]
    ansible_playbook(STORY).assert_ok()
    on(simulator, record_replay_state=before)
    for fault in faults:
        simulator.order(method, fault)
        simulator.order(method, fault, task=True)
    tasks = [{'name': f'{fault} {how}', 'ignore_errors': True, module: options} for fault in faults for how in ('at once', 'later')]
    run = ansible_playbook(tasks)
    for fault, category in faults.items():
        for how in ('at once', 'later'):
            told = run.result(f'{fault} {how}')
            assert (told['fault']['name'], told['fault']['category'], told['fault']['operation']) == (fault, category, method)
            assert (told['fault']['task'] is not None) == (how == 'later')
            assert told['fault']['hint'] and fault in told['msg']
    assert state(simulator) == before
