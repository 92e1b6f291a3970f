# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How far a fleet is: shown while it runs, and kept in a note for whoever outlives an interrupted worker."""

from __future__ import annotations

import os
import stat

import pytest
from ansible_collections.vsphere.vm.plugins.plugin_utils import progress, run_folder

RUNNING = {'moid': 'vm-2', 'name': 'b', 'task': 'task-7', 'seconds': 1.5}
STATE = {'total': 3, 'failed': 1, 'done': [{'moid': 'vm-1', 'name': 'a'}], 'not_begun': [{'moid': 'vm-3', 'name': 'c'}],
         'running': [RUNNING]}


@pytest.mark.parametrize(('state', 'line'), [
    (STATE, 'power: [======              ] 1 of 3 done, 1 failed, 1 running, the slowest b for 1.5 s, 1 not begun'),
    ({**STATE, 'running': [], 'failed': 0}, 'power: [======              ] 1 of 3 done, 0 failed, 0 running, 1 not begun'),
    ({**STATE, 'total': 1, 'running': [], 'not_begun': []}, f'power: [{20 * "="}] 1 of 1 done, 1 failed, 0 running, 0 not begun'),
    ({'total': 0, 'failed': 0, 'done': [], 'running': [], 'not_begun': []},
     f'power: [{20 * " "}] 0 of 0 done, 0 failed, 0 running, 0 not begun'),
])
def test_a_state_in_one_line(state, line):
    assert progress.line('power', state) == line


@pytest.mark.parametrize(('state', 'seconds', 'told'), [
    (STATE, 10.2, ', about 20 s left'), (STATE, 60, ', about 2 min left'), ({**STATE, 'done': []}, 5, ''),
    ({**STATE, 'running': [], 'not_begun': []}, 5, ''),
])
def test_what_is_left_is_told_by_what_is_done(state, seconds, told):
    assert progress.left(state, seconds) == told


def test_it_is_shown_now_and_then_and_noted_each_time(made, monkeypatch):
    moments = iter([10.0, 10.9, 12.0])
    monkeypatch.setattr(progress.time, 'monotonic', lambda: next(moments))
    shown = []
    with progress.Progress('power', shown.append) as told:
        for total in (1, 2, 3):
            told({**STATE, 'total': total})
            (note,) = made()
            assert f'"total": {total}' in note.read_text(encoding='utf-8')
            assert stat.S_IMODE(note.stat().st_mode) == 0o600
    assert [line.partition('] ')[2][:8] for line in shown] == ['1 of 1 d', '1 of 3 d']
    assert shown[1].endswith(', 1 not begun, about 4 s left') and ' left' in shown[0]
    assert not made()


def test_a_task_that_has_no_fleet_leaves_and_shows_nothing(made):
    shown = []
    with progress.Progress('power', shown.append):
        pass
    assert (shown, made()) == ([], [])


@pytest.mark.parametrize(('error', 'left'), [(LookupError, 0), (KeyboardInterrupt, 1), (SystemExit, 1)])
def test_the_note_of_a_fleet_stays_only_if_it_was_interrupted(made, error, left):
    def fails():
        with progress.Progress('power', str) as told:
            told(STATE)
            raise error

    with pytest.raises(error):
        fails()
    assert len(made()) == left


def test_a_fleet_of_a_run_that_is_ended_goes_no_further_than_its_note():
    run_folder.begin_nothing_more()
    with pytest.raises(KeyboardInterrupt):
        progress.Progress('power', str)(STATE)
    assert len(list(progress.interrupted())) == 1


def test_a_fleet_goes_on_where_no_note_can_be_written(monkeypatch):
    def full(*_arguments):
        raise OSError('No space left on device')
    monkeypatch.setattr(run_folder, 'write', full)
    shown = []
    with progress.Progress('power', shown.append) as told:
        told(STATE)
    assert len(shown) == 1


def test_a_fleet_that_comes_to_its_end_while_the_run_does_is_no_interrupted_one(monkeypatch):
    with progress.Progress('power', str) as told:
        told(STATE)
        found = progress.files(progress.NOTE)
    monkeypatch.setattr(progress, 'files', lambda suffix: found)
    assert found and list(progress.interrupted()) == []


def test_a_note_that_has_been_told_of_keeps_no_fleet_from_its_end():
    with progress.Progress('power', str) as told:
        told(STATE)
        assert len(list(progress.interrupted())) == 1


@pytest.mark.filterwarnings('ignore:.*multi-threaded:DeprecationWarning')
def test_a_worker_whose_run_is_ended_ends_without_a_word(folder):
    child = os.fork()
    if child == 0:
        try:
            run_folder.begin_nothing_more()
            with progress.Progress('power', str) as told:
                told(STATE)
        finally:
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
    assert len(list(progress.interrupted())) == 1


def test_a_note_takes_the_place_of_one_that_was_left_half_written(folder):
    told = progress.Progress('power', str)
    left = folder / f'{told.path.rpartition("/")[2]}.new'
    left.touch(mode=0o600)
    left.write_text('x' * 10000, encoding='utf-8')
    told(STATE)
    assert len(list(progress.interrupted())) == 1


def test_an_interrupted_fleet_is_told_of_and_its_note_removed(made):
    untold = {'moid': 'vm-4', 'name': 'd', 'task': None, 'seconds': 0.1}
    progress.Progress('power', str)({**STATE, 'running': [RUNNING, untold]})
    (told,) = progress.interrupted()
    assert told.splitlines() == [
        'power: [======              ] 1 of 3 done, 1 failed, 2 running, the slowest b for 1.5 s, 1 not begun when it was interrupted.',
        '  done: a', '  may run on in the vCenter: b (task-7), d (vm-4)', '  not begun: c']
    assert not made()
    assert list(progress.interrupted()) == []


def test_a_note_says_none_where_there_are_none():
    progress.Progress('power', str)({**STATE, 'done': [], 'running': [], 'not_begun': []})
    (told,) = progress.interrupted()
    assert told.splitlines()[1:] == ['  done: none', '  may run on in the vCenter: none', '  not begun: none']
