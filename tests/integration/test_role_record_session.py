# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The role record_session: where the server can record, and where it cannot."""

from __future__ import annotations

from .roles import attempt, called, ended, newest, role, snapshots, tasks_file

VM = 'DC0_H0_VM0'
ANNOTATE = {'vsphere.vm.config': {'moid': 'vm-1', 'annotation': 'provoked'}}
FAIL = {'ansible.builtin.fail': {'msg': 'The log-in hangs.'}}
TELL = {'name': 'Tell', 'ansible.builtin.debug': {'msg': '{{ record_session_result }}'}}


def session(**options):
    return role('record_session', vm={'moid': 'vm-1'}, **options)


def state(simulator):
    return simulator.call(simulator.vm(VM).get, 'runtime.recordReplayState')


def looks(path, wanted):
    """A file with a task that fails unless the machine is in that state of recording or replaying."""
    return tasks_file(path, {
        'vsphere.vm.info': {'moid': 'vm-1', 'properties': ['runtime.recordReplayState']}, 'register': 'seen',
        'failed_when': f"seen.vm.runtime.recordReplayState != '{wanted}'"})


def test_a_run_is_recorded_kept_and_replayed(ansible_playbook, simulator, tmp_path):
    bug = tasks_file(tmp_path / 'bug.yml', {'vsphere.vm.info': {'moid': 'vm-1', 'properties': []}}, FAIL)
    run = ended(ansible_playbook([
        session(name='first', tasks=looks(tmp_path / 'recording.yml', 'recording'), description='How it begins'), TELL,
        attempt('The bug', session(name='bug', tasks=bug)),
        session(state='replayed', name='first', tasks=looks(tmp_path / 'replaying.yml', 'replaying')),
        session(state='replayed', seconds=1), session(state='replayed', snapshot_id='1'),
        attempt('No recording of that name', session(state='replayed', name='nothing')),
        attempt('A look that fails', session(state='replayed', tasks=bug)),
    ]))
    recorded = run.result('Tell')['msg']
    assert recorded['supported'] is True and recorded['snapshot_id'].startswith('snapshot-')
    assert recorded['vm'] == {'moid': 'vm-1', 'name': VM}
    told = run.result('The bug')['msg']
    assert told.startswith('"bug 2" failed: The log-in hangs. ')
    assert f'The session of {VM} is kept as the recording "bug" (snapshot-' in told
    assert "no snapshot 'nothing'" in run.result('No recording of that name')['msg']
    assert run.result('A look that fails')['msg'] == f'"bug 2" failed: The log-in hangs. {VM} has been replayed.'
    assert snapshots(simulator, VM) == {'first': 'How it begins', 'bug': 'A recorded session'}
    assert state(simulator) == 'inactive'
    assert [called(simulator, f'{verb}ing_Task') for verb in ('StartRecord', 'StopRecord', 'StartReplay', 'StopReplay')] == [2, 2, 4, 4]


@newest
def test_where_it_is_not_supported_that_is_said(ansible_playbook, start_simulator, tmp_path):
    simulator = start_simulator(vms=2, record_replay=False)
    good = tasks_file(tmp_path / 'good.yml', ANNOTATE)
    run = ended(ansible_playbook([
        attempt('Not recorded', session(name='bug', tasks=good)),
        attempt('Not replayed', session(state='replayed')),
        attempt('Without a name', session(state='replayed', instead='snapshot')),
        session(name='kept', tasks=good, instead='snapshot'), TELL,
        attempt('There already', session(name='kept', instead='snapshot')),
        session(state='replayed', name='kept', instead='snapshot'),
    ], simulator=simulator))
    for name, verb in (('Not recorded', 'recorded'), ('Not replayed', 'replayed'), ('Without a name', 'replayed')):
        told = run.result(name)['msg']
        assert told.startswith(f'{VM} cannot be {verb}, for its server or host does not support record and replay. ')
        assert 'left ESXi after vSphere 5.1' in told or name != 'Not recorded'
        assert 'record_session_instead: snapshot' in told
    assert run.result('Tell')['msg']['supported'] is False
    assert run.result('There already')['msg'] == f'{VM} has a snapshot kept already.'
    assert snapshots(simulator, VM) == {'kept': 'A recorded session'}
    assert not simulator.call(simulator.vm(VM).get, 'config.annotation'), 'it did not go back'


@newest
def test_check_mode_changes_nothing(ansible_playbook, simulator, tmp_path):
    ansible_playbook([session(name='first')]).assert_ok()
    before = simulator.state()
    run = ended(ansible_playbook([
        session(name='second', tasks=tasks_file(tmp_path / 'good.yml', ANNOTATE)), session(state='replayed', seconds=60),
        attempt('Foretold', session(state='replayed', name='nothing')),
    ], args=['--check']))
    assert "no snapshot 'nothing'" in run.result('Foretold')['msg']
    assert simulator.state() == before


@newest
def test_what_is_under_way_already_and_what_cannot_be_stopped(ansible_playbook, simulator, tmp_path):
    fault = {'fault': 'FileFault', 'fields': {'file': '[LocalDS_0] a.vmsn'}}
    simulator.order('StopRecording_Task', **fault)
    run = ended(ansible_playbook([
        attempt('Not stopped', session(name='first', tasks=tasks_file(tmp_path / 'bug.yml', FAIL))),
        attempt('Recording already', session(name='second')),
        attempt('No file', session(name='third', tasks='nowhere.yml')),
    ]))
    told = run.result('Not stopped')['msg']
    assert told.startswith('"bug 1" failed: The log-in hangs. It could not be stopped: ') and 'FileFault' in told
    assert run.result('Recording already')['msg'] == f'{VM} is being recorded already; nothing was done.'
    assert 'nowhere.yml' in run.result('No file')['msg']
    assert state(simulator) == 'recording'
