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


def test_check_mode_changes_nothing(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=4)

    def prepare():
        for vm, now in zip(simulator.vcenter.objects('VirtualMachine'), ('inactive', 'recording', 'inactive', 'replaying')):
            if vm.moid != 'vm-1':
                configure(vm, 'flags', recordReplayEnabled=True)
                vm.take_snapshot('bug', '', memory=True, quiesced=False, replay_supported=True)
            vm.record_replay_state = now
    simulator.call(prepare)
    before = simulator.state()
    run = ansible_playbook('\n'.join(f'''
    - name: {method}
      vsphere.vm.{module}: {{moid: {moid}, state: {wanted}, {more}}}
    ''' for method, module, moid, wanted, more in (
        ('StartRecording_Task', 'record', 'vm-1', 'started', 'snapshot_name: bug, enable: true'),
        ('StopRecording_Task', 'record', 'vm-2', 'stopped', ''), ('StartReplaying_Task', 'replay', 'vm-3', 'started', ''),
        ('StopReplaying_Task', 'replay', 'vm-4', 'stopped', ''))), simulator=simulator, args=['--check', '--diff']).assert_ok(changed=4)
    assert simulator.state() == before
    for method in METHODS:
        assert run.result(method)['operation'] == method
    assert run.result('StartRecording_Task')['diff'] == {
        'before': {'recording': False, 'enabled': False}, 'after': {'recording': True, 'enabled': True}}


# What stands in the way of both, each in a virtual machine of its own: the category, and what the hint says of it.
REAL = {
    'NotSupported': ('unsupported', 'memory: true'),
    'HostIncompatibleForRecordReplay': ('unsupported', 'Migrate'),
    'RecordReplayDisabled': ('state', 'enable: true'),
    'VmConfigIncompatibleForRecordReplay': ('unsupported', 'virtual CPU'),
    'InvalidPowerState': ('state', ''),
    'InvalidState': ('state', ''),
    'TaskInProgress': ('busy', 'busy_timeout'),
    # These are of replaying alone.
    'InvalidArgument': ('invalid_argument', 'snapshot_info'),
    'NotFound': ('not_found', 'snapshot_info'),
}
# The state of the other machinery, in which neither can be begun.
OTHER = {'StartRecording_Task': 'replaying', 'StartReplaying_Task': 'recording'}
START = {
    'StartRecording_Task': ('vsphere.vm.record', {'snapshot_name': 'new'}, list(REAL)[:-2]),
    'StartReplaying_Task': ('vsphere.vm.replay', {'snapshot_name': 'bug'}, list(REAL))}


def configure(vm, part, **members):
    """Sets members of a part of the configuration; a configuration is never changed in place."""
    vm.configuration = {**vm.configuration, part: {**vm.configuration[part], **members}}


def bring_about(simulator, method):
    """Gives the first machines what stands in the way, one fault each; returns {fault: moid}."""
    machines = simulator.vcenter.objects('VirtualMachine')
    hosts = {host.get('name'): host for host in simulator.vcenter.objects('HostSystem')}
    hosts['DC0_C0_H0'].set('capability', {**hosts['DC0_C0_H0'].get('capability'), 'recordReplaySupported': False})
    moids = {}
    for vm, fault in zip(machines, REAL):
        moids[fault] = vm.moid
        vm.host = hosts['DC0_C0_H0' if fault == 'HostIncompatibleForRecordReplay' else 'DC0_H0'].ref
        configure(vm, 'flags', recordReplayEnabled=fault != 'RecordReplayDisabled')
        configure(vm, 'hardware', numCPU=2 if fault == 'VmConfigIncompatibleForRecordReplay' else 1)
        vm.take_snapshot('bug', '', memory=True, quiesced=False, replay_supported=fault != 'InvalidArgument')
        if fault == 'NotSupported':
            vm.record_replay_supported = False
        if fault == 'InvalidPowerState':
            vm.become_suspended()
        if fault == 'InvalidState':
            vm.record_replay_state = OTHER[method]
        if fault == 'NotFound':
            replace_by_one_too_late(vm)
    return moids


def replace_by_one_too_late(vm):
    """Has somebody remove the snapshots just before a replay is begun: after the module has read them."""
    begin = vm.StartReplaying_Task

    def too_late(call, **parameters):
        vm.remove_snapshots(vm.snapshots())
        return begin(call, **parameters)
    vm.StartReplaying_Task = too_late


def attempts(ansible_playbook, start_simulator, method):
    """A run in which a start is foretold, `fault foretold`, and tried, `fault real`, with each fault in its way."""
    module, options, faults = START[method]
    simulator = start_simulator(vms=len(REAL), delay=60)
    moids = simulator.call(bring_about, simulator, method)
    busy = {'moid': moids['TaskInProgress'], 'snapshot_name': 'other', 'wait': False}
    tasks = [{'name': 'Keep it busy', 'vsphere.vm.snapshot': busy}]
    before = simulator.state()
    for fault in faults:
        task = {'ignore_errors': True, module: {'moid': moids[fault], **options}}
        tasks += [{'name': f'{fault} foretold', 'check_mode': True, **task}, {'name': f'{fault} real', **task}]
    run = ansible_playbook(tasks, simulator=simulator)
    assert run.rc == 0 and 'Traceback' not in run.output, run.output
    after = simulator.state()
    for fault in faults:
        assert fault == 'NotFound' or after[f'VirtualMachine:{moids[fault]}'] == before[f'VirtualMachine:{moids[fault]}']
    return run


@pytest.mark.parametrize('method', START)
def test_each_fault_from_the_real_state_and_foretold(ansible_playbook, start_simulator, method):
    run = attempts(ansible_playbook, start_simulator, method)
    for fault in START[method][2]:
        told, (category, hint) = run.result(f'{fault} real'), REAL[fault]
        assert (told['fault']['name'], told['fault']['category'], told['fault']['operation']) == (fault, category, method)
        assert hint in told['fault']['hint'], fault
        assert (told['fault']['retryable'], told['fault']['http_status'], told['fault']['task']) == (fault == 'TaskInProgress', 500, None)
        assert told['changed'] is False
        assert told['msg'].startswith(f'{method} of {told["vm"]["name"]} failed: ') and told['msg'].endswith(f' ({fault}).')
    details = {fault: run.result(f'{fault} real')['fault']['details'] for fault in START[method][2]}
    assert details['HostIncompatibleForRecordReplay']['hostName'] == 'DC0_C0_H0'
    assert details['InvalidPowerState'] == {'requestedState': 'poweredOn', 'existingState': 'suspended'}
    assert details['TaskInProgress']['task']['value'] == run.result('Keep it busy')['task']['moid']
    cause = run.result('VmConfigIncompatibleForRecordReplay real')['fault']['cause']
    assert (cause['name'], cause['details']['numCpu']) == ('NumVirtualCpusIncompatible', 2)
    assert 'memory: true' in run.result('HostIncompatibleForRecordReplay real')['fault']['hint']
    for fault in ('NotSupported', 'RecordReplayDisabled', 'InvalidState', 'InvalidArgument'):
        if fault not in START[method][2]:
            continue
        foretold, real = (run.result(f'{fault} {when}') for when in ('foretold', 'real'))
        for member in ('name', 'category', 'hint', 'operation', 'vm'):
            assert foretold['fault'][member] == real['fault'][member], (fault, member)
        assert foretold['msg'].startswith(f'{method} would fail: ') and foretold['msg'].endswith('.')
        assert foretold['fault']['http_status'] is None
    # Which power states do is the server's to say: that the method is disabled is what reads tell of it.
    assert run.result('InvalidPowerState foretold')['fault']['name'] in ('InvalidPowerState', 'InvalidState')
    # Nobody can know of these beforehand: they pass, or come about meanwhile.
    assert run.result('TaskInProgress foretold')['changed'] is True
    if method == 'StartReplaying_Task':
        assert run.result('NotFound foretold')['changed'] is True


def test_a_server_without_the_feature(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=1, record_replay=False)
    run = ansible_playbook([
        {'name': f'{number} {module}', 'check_mode': number == 'foretold', 'ignore_errors': True, f'vsphere.vm.{module}': options}
        for number in ('foretold', 'real') for module, options in (('record', RECORD), ('replay', {'name': VM}))], simulator=simulator)
    for when in ('foretold', 'real'):
        fault = run.result(f'{when} record')['fault']
        assert (fault['name'], fault['category']) == ('NotSupported', 'unsupported')
        assert 'vsphere.vm.snapshot (memory: true)' in fault['hint'] and 'state: reverted' in fault['hint']
        assert run.result(f'{when} replay')['fault']['name'] == 'NotFound', 'nothing was recorded there'


def test_replaying_what_is_no_recording(ansible_playbook, simulator):
    simulator.call(lambda: configure(simulator.vcenter.find('vm-1'), 'flags', recordReplayEnabled=True))
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
