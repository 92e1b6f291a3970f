# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every documented fault of the methods of power, snapshots, record and replay arrives with its name and category."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from . import faulty

METHODS = yaml.safe_load((Path(__file__).parents[1] / 'operations.yml').read_text(encoding='utf-8'))['methods']
POWER, SNAPSHOT, RECORD, REPLAY = (f'vsphere.vm.{name}' for name in ('power', 'snapshot', 'record', 'replay'))
VM = {'moid': 'vm-1'}


def off(vm):
    vm.become_powered_off(clean=True)


def with_snapshot(vm):
    vm.take_snapshot('a', '', False, False)


def in_state(state):
    """A machine that has a recording, and is in that record and replay state."""
    def prepare(vm):
        vm.configuration['flags'].update(recordReplayEnabled=True)
        vm.take_snapshot('bug', '', memory=True, quiesced=False, replay_supported=True)
        vm.record_replay_state = state
    return prepare


# method: the module and options that lead to it, and the state of the machine in which they do
CASES = {
    'PowerOnVM_Task': (POWER, {'state': 'powered_on'}, off),
    'PowerOffVM_Task': (POWER, {'state': 'powered_off'}, None),
    'SuspendVM_Task': (POWER, {'state': 'suspended'}, None),
    'ResetVM_Task': (POWER, {'state': 'restarted'}, None),
    'TerminateVM': (POWER, {'state': 'terminated'}, None),
    'ShutdownGuest': (POWER, {'state': 'powered_off', 'method': 'guest'}, None),
    'RebootGuest': (POWER, {'state': 'restarted', 'method': 'guest'}, None),
    'StandbyGuest': (POWER, {'state': 'standby'}, None),
    'CreateSnapshot_Task': (SNAPSHOT, {'snapshot_name': 'b'}, None),
    'CreateSnapshotEx_Task': (SNAPSHOT, {'snapshot_name': 'b', 'quiesce_spec': {'timeout': 1}}, None),
    'RemoveAllSnapshots_Task': (SNAPSHOT, {'state': 'remove_all'}, with_snapshot),
    'RevertToCurrentSnapshot_Task': (SNAPSHOT, {'state': 'reverted'}, with_snapshot),
    'StartRecording_Task': (RECORD, {'snapshot_name': 'new'}, in_state('inactive')),
    'StopRecording_Task': (RECORD, {'state': 'stopped'}, in_state('recording')),
    'StartReplaying_Task': (REPLAY, {'snapshot_name': 'bug'}, in_state('inactive')),
    'StopReplaying_Task': (REPLAY, {'state': 'stopped'}, in_state('replaying')),
}


@pytest.mark.parametrize('method', CASES)
def test_faults_in_the_answer(ansible_playbook, simulator, method):
    module, options, prepare = CASES[method]
    if prepare:
        simulator.call(prepare, simulator.vm('vm-1'))
    before = simulator.state()
    faults = tuple(METHODS[method]['faults'])
    run = ansible_playbook(faulty.order(simulator, module, {**VM, **options}, method, *faults))
    faulty.assert_told(run, method, *faults)
    assert simulator.state() == before
    assert 'Traceback' not in run.output


def test_an_answer_that_comes_too_late(ansible_playbook, simulator):
    vm = simulator.vm('vm-1')
    simulator.call(off, vm)
    simulator.call(setattr, vm, 'ask_on_power_on', True)
    simulator.order('AnswerVM', 'ConcurrentAccess')
    run = ansible_playbook('''
    - name: Answer
      vsphere.vm.power:
        moid: vm-1
        state: powered_on
        question_answers:
          - question: copied
            response: I Copied It
    ''')
    fault = run.failure('Answer')['fault']
    assert (fault['name'], fault['category'], fault['operation']) == ('ConcurrentAccess', 'conflict', 'AnswerVM')
