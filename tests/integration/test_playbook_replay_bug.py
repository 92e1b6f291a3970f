# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The playbook replay_bug: where the server can record, and where a snapshot takes the place of the recording."""

from __future__ import annotations

from pathlib import Path

from .roles import called, newest, snapshots, tasks_file

PLAYBOOK = Path('vsphere.vm.replay_bug')
VM = 'DC0_H0_VM0'
PROVOKE = {'vsphere.vm.config': {'name': VM, 'annotation': 'provoked'}}
BUG = {'ansible.builtin.fail': {'msg': 'The log-in hangs.'}}


def provoked(simulator):
    return simulator.call(simulator.vm(VM).get, 'config.annotation') == 'provoked'


def play(ansible_playbook, simulator, tasks, *args, **variables):
    return ansible_playbook(PLAYBOOK, simulator=simulator, env={'VMWARE_CA_CERT': str(simulator.ca_cert)}, args=list(args),
                            extra_vars={'replay_bug_vm': VM, 'replay_bug_tasks': tasks, **variables})


@newest
def test_a_bug_is_recorded_and_replayed(ansible_playbook, simulator, tmp_path):
    bug = tasks_file(tmp_path / 'bug.yml', BUG)
    run = play(ansible_playbook, simulator, bug)
    assert run.rc == 0, run.output
    assert run.result('Tell how the bug shows')['msg'].startswith('"bug 1" failed: The log-in hangs. The session of ')
    assert list(snapshots(simulator, VM)) == ['bug']
    assert play(ansible_playbook, simulator, bug, '--tags', 'replay').rc == 0
    assert [called(simulator, f'Start{verb}ing_Task') for verb in ('Record', 'Replay')] == [1, 2]


@newest
def test_where_it_is_not_supported_the_bug_is_provoked_again(ansible_playbook, start_simulator, tmp_path):
    simulator = start_simulator(vms=2, record_replay=False)
    provoke = tasks_file(tmp_path / 'provoke.yml', PROVOKE)
    run = play(ansible_playbook, simulator, provoke).assert_ok()
    assert run.result('vsphere.vm.record_session : Say that a snapshot takes its place')['msg'].startswith(
        'Record and replay is not supported (NotSupported).')
    assert list(snapshots(simulator, VM)) == ['bug']
    assert provoked(simulator)
    assert called(simulator, 'RevertToSnapshot_Task') == 1
    failed = play(ansible_playbook, simulator, provoke, replay_bug_instead='fail')
    told = failed.failure('vsphere.vm.record_session : Fail where it is not supported')['msg']
    assert 'does not support record and replay' in told and 'left ESXi after vSphere 5.1' in told


@newest
def test_check_mode_changes_nothing(ansible_playbook, simulator, tmp_path):
    before = simulator.state()
    play(ansible_playbook, simulator, tasks_file(tmp_path / 'provoke.yml', PROVOKE), '--check', '--tags', 'record').assert_ok()
    assert simulator.state() == before


@newest
def test_what_is_missing_is_said_before_anything_is_done(ansible_playbook, simulator):
    failed = ansible_playbook(PLAYBOOK, extra_vars={'replay_bug_vm': VM}).failure()
    assert failed['msg'].startswith('Set replay_bug_vm to the name of a virtual machine, and replay_bug_tasks to the path')
