# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.record by itself; what it has in common with replay is in test_replay.py."""

from __future__ import annotations

VM = 'DC0_H0_VM0'


def test_a_recording_is_a_snapshot_that_can_be_replayed(ansible_playbook, simulator):
    run = ansible_playbook('''
    - name: Record
      vsphere.vm.record:
        name: DC0_H0_VM0
        recording_name: bug
        description: What happens at log-in
        enable: true
      register: recording
    - name: Look
      vsphere.vm.snapshot_info:
        name: DC0_H0_VM0
    ''').assert_ok(changed=1)
    recorded = run.result('Record')
    (snapshot,) = run.result('Look')['vm']['snapshots']
    assert snapshot['moid'] == recorded['result']['value']
    assert (snapshot['name'], snapshot['description']) == ('bug', 'What happens at log-in')
    assert snapshot['replay_supported'] and snapshot['current']
    assert recorded['diff']['before'] == {'recording': False, 'enabled': False}
    assert recorded['diff']['after'] == {'recording': True, 'enabled': True}


def test_the_flag_is_set_only_if_it_is_asked_for(ansible_playbook, simulator):
    run = ansible_playbook('''
    - name: Record
      vsphere.vm.record:
        name: DC0_H0_VM0
        snapshot_name: bug
    ''')
    assert run.failure('Record')['fault']['name'] == 'RecordReplayDisabled'
    assert [request['method'] for request in simulator.requests].count('ReconfigVM_Task') == 0


def test_the_name_is_needed_to_start(ansible_playbook):
    run = ansible_playbook('''
    - name: Record
      vsphere.vm.record:
        name: DC0_H0_VM0
    ''')
    assert 'snapshot_name' in run.failure('Record')['msg']


def test_what_was_done_before_a_failure_is_told(ansible_playbook, simulator):
    simulator.order('StartRecording_Task', 'FileFault', fields={'file': '[LocalDS_0] a.vmsn'})
    run = ansible_playbook('''
    - name: Record
      vsphere.vm.record:
        name: DC0_H0_VM0
        snapshot_name: bug
        enable: true
    ''')
    failed = run.failure('Record')
    assert failed['fault']['operation'] == 'StartRecording_Task'
    assert failed['changed'] is True, 'the flag was set'
    assert simulator.call(simulator.vm(VM).get, 'config.flags.recordReplayEnabled') is True
