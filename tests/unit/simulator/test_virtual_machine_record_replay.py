# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Record and replay: the states, the snapshots, and the documented faults told apart."""

from __future__ import annotations

import pytest

from tests.simulator import Simulator
from tests.unit.simulator.virtual_machine_client import OFF, ON, Client, allow_record_replay, record, snapshot

NO_SNAPSHOT = {'type': 'VirtualMachineSnapshot', 'value': 'snapshot-999'}


@pytest.fixture
def vm():
    with Simulator(vms=2) as sim, Client(sim) as client:
        yield client.vm()


def state(vm):
    return vm.get('runtime.recordReplayState')


def start_faults(vm, reference):
    """The faults of both starting methods."""
    return [vm.fault('StartRecording_Task', name='x'), vm.fault('StartReplaying_Task', replaySnapshot=reference)]


def finished_recording(vm):
    recording = record(vm)
    vm.run('StopRecording_Task')
    return recording


def test_a_recording_is_a_snapshot(vm):
    recording = record(vm)
    assert state(vm) == 'recording' and vm.get('config.flags.virtualExecUsage') == 'hvOn'
    node = vm.get('snapshot')['rootSnapshotList'][0]
    assert vm.get('snapshot.currentSnapshot') == recording.ref == node['snapshot']
    assert node['replaySupported'] is True and node['state'] == ON
    vm.run('StopRecording_Task')
    assert state(vm) == 'inactive' and vm.get('runtime.powerState') == ON


@pytest.mark.parametrize('power', ['on', 'off'])
def test_a_replay_makes_its_snapshot_the_current_one(vm, power):
    recording = finished_recording(vm)
    snapshot(vm, 'later')
    vm.enter(power)
    assert vm.run('StartReplaying_Task', replaySnapshot=recording.ref) is None
    assert state(vm) == 'replaying' and vm.get('runtime.powerState') == ON
    assert vm.get('snapshot.currentSnapshot') == recording.ref
    vm.run('StopReplaying_Task')
    assert state(vm) == 'inactive'


def test_power_off_ends_a_session(vm):
    record(vm)
    vm.run('PowerOffVM_Task')
    assert state(vm) == 'inactive' and vm.get('runtime.powerState') == OFF


def test_the_flag_must_be_set(vm):
    assert vm.fault('StartRecording_Task', name='x').name == 'RecordReplayDisabled'
    recording = finished_recording(vm)
    vm.reconfigure(flags={'_typeName': 'VirtualMachineFlagInfo', 'recordReplayEnabled': False})
    assert vm.fault('StartReplaying_Task', replaySnapshot=recording.ref).name == 'RecordReplayDisabled'
    assert vm.get('snapshot')['rootSnapshotList'][0]['replaySupported'] is True


@pytest.mark.parametrize(('issues', 'reason'), [(['incompatibleProduct'], 'product'), (['hvDisabled'], 'processor')])
def test_the_host_must_support_it(vm, issues, reason):
    allow_record_replay(vm)
    host = vm.object.vcenter.resolve(vm.get('runtime.host'))
    vm.client.sim.call(lambda: host.set('capability', {
        **host.get('capability'), 'recordReplaySupported': False, 'replayCompatibilityIssues': issues}))
    for fault in start_faults(vm, NO_SNAPSHOT):
        assert fault.name == 'HostIncompatibleForRecordReplay'
        assert (fault.wire['hostName'], fault.wire['reason']) == (host.get('name'), reason)
    assert vm.get('capability.recordReplaySupported') is False


def test_one_processor_only(vm):
    recording = finished_recording(vm)
    vm.run('PowerOffVM_Task')
    vm.reconfigure(numCPUs=2)
    vm.run('PowerOnVM_Task')
    for fault in start_faults(vm, recording.ref):
        assert fault.name == 'VmConfigIncompatibleForRecordReplay'
        assert fault.wire['fault']['_typeName'] == 'NumVirtualCpusIncompatible'
        assert fault.wire['fault']['reason'] == 'recordReplay' and fault.wire['fault']['numCpu'] == 2


def test_only_recordings_of_this_machine_are_replayed(vm):
    finished_recording(vm)
    plain = snapshot(vm)
    foreign = finished_recording(vm.client.vm('DC0_C0_RP0_VM0'))
    for reference in (plain.ref, foreign.ref):
        fault = vm.fault('StartReplaying_Task', replaySnapshot=reference)
        assert (fault.name, fault.wire['invalidProperty']) == ('InvalidArgument', 'replaySnapshot')


def test_a_recording_that_is_gone(vm):
    recording = finished_recording(vm)
    vm.run('RemoveAllSnapshots_Task')
    assert vm.fault('StartReplaying_Task', replaySnapshot=recording.ref).name == 'NotFound'


@pytest.mark.parametrize('power', ['off', 'suspended'])
def test_power_state(vm, power):
    recording = finished_recording(vm)
    vm.enter(power)
    assert vm.fault('StartRecording_Task', name='x').name == 'InvalidPowerState'
    assert vm.fault('StopRecording_Task').name == 'InvalidPowerState'
    assert vm.fault('StopReplaying_Task').name == 'InvalidPowerState'
    if power == 'suspended':
        assert vm.fault('StartReplaying_Task', replaySnapshot=recording.ref).name == 'InvalidPowerState'


def test_one_session_at_a_time(vm):
    recording = record(vm)
    assert vm.fault('StartRecording_Task', name='x').name == 'InvalidState'
    assert vm.fault('StartReplaying_Task', replaySnapshot=recording.ref).name == 'InvalidState'
    assert vm.fault('StopReplaying_Task').name == 'InvalidState'
    assert vm.fault('CreateSnapshot_Task', name='x', memory=False, quiesce=False).name == 'InvalidState'
    vm.run('StopRecording_Task')
    assert vm.fault('StopRecording_Task').name == 'InvalidState'


def test_name_and_snapshot_faults(vm):
    allow_record_replay(vm)
    assert vm.fault('StartRecording_Task', name='').name == 'InvalidName'
    vm.reconfigure(flags={'_typeName': 'VirtualMachineFlagInfo', 'snapshotDisabled': True})
    assert vm.fault('StartRecording_Task', name='x').name == 'SnapshotDisabled'


def test_busy(vm):
    recording = finished_recording(vm)
    vm.client.sim.vcenter.settings.task_seconds = 0.3
    task = vm.call('StartRecording_Task', name='x')
    assert vm.fault('StartReplaying_Task', replaySnapshot=recording.ref).name == 'TaskInProgress'
    assert vm.fault('StopRecording_Task').name == 'TaskInProgress'
    assert vm.fault('StopReplaying_Task').name == 'TaskInProgress'
    vm.finish(task)


def test_a_machine_without_the_capability(vm):
    vm.set(record_replay_supported=False)
    faults = [*start_faults(vm, NO_SNAPSHOT), vm.fault('StopRecording_Task'), vm.fault('StopReplaying_Task')]
    assert [fault.name for fault in faults] == ['NotSupported'] * 4


def test_a_server_without_the_feature():
    with Simulator(vms=2, record_replay=False) as sim, Client(sim) as client:
        vm = client.vm()
        assert vm.get('capability.recordReplaySupported') is False
        assert vm.fault('StartRecording_Task', name='x').name == 'NotSupported'
