# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The watch: a process that waits for the end of the run's parent, out of reach of what ends the run's workers."""

from __future__ import annotations

import errno
import fcntl
import os
import select
import signal
from pathlib import Path

import pytest
from ansible.errors import AnsibleError
from ansible_collections.vsphere.vm.plugins.plugin_utils import run_folder, run_watch

pytestmark = pytest.mark.filterwarnings('ignore:.*multi-threaded:DeprecationWarning')


@pytest.fixture
def parent():
    """A function that ends the parent of the run, which this process is until then."""
    held = [run_folder.begin()]
    fcntl.lockf(held[0], fcntl.LOCK_EX)

    def end():
        while held:
            os.close(held.pop())
    yield end
    end()


def children():
    """The processes that the only thread of this one has begun."""
    (thread,) = Path('/proc/self/task').iterdir()
    return (thread / 'children').read_text(encoding='ascii').split()


def known_of(process):
    """Whether a process is alone in its session and its group, what signals it ignores, and what it has open."""
    status = Path(f'/proc/{process}/status').read_text(encoding='ascii')
    ignored = int(status.partition('SigIgn:\t')[2].split()[0], 16)
    return {'alone': os.getsid(int(process)) == os.getpgid(int(process)) == int(process),
            'deaf': [number for number in range(1, 32) if ignored >> number - 1 & 1],
            'open': sorted({os.readlink(each) for each in Path(f'/proc/{process}/fd').iterdir()})}


def test_it_is_out_of_reach_when_the_worker_goes_on_and_sees_to_the_rest_when_the_parent_ends(in_children, folder, parent):
    fifo = folder / 'fifo'
    os.mkfifo(fifo)
    told = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)

    def see_to():
        os.write(os.open(fifo, os.O_WRONLY | os.O_NONBLOCK), b'seen to')

    def work():
        run_watch.watch(see_to)
        run_watch.watch(see_to)
        return [known_of(watch) for watch in children()]
    ((known,),) = in_children(work, 1)
    assert known['alone'] and {signal.SIGINT, signal.SIGTERM, signal.SIGHUP} <= {*known['deaf']}
    # It waits; nothing of the worker's is open in it.
    assert known['open'] == [os.devnull, run_folder.run_file(run_folder.ALIVE)]
    assert select.select([told], [], [], 0)[0] == []
    parent()
    select.select([told], [], [])
    assert os.read(told, 100) == b'seen to'
    os.close(told)


def test_there_is_none_in_a_run_that_has_ended(in_children):
    run_folder.begin_nothing_more()

    def work():
        run_watch.watch(lambda: None)
        return children()
    assert in_children(work, 1) == [[]]


@pytest.mark.parametrize('number', [errno.ENOLCK, errno.ENOSYS])
def test_a_folder_that_takes_no_locks_is_told_of_in_a_sentence(folder, monkeypatch, number):
    def refuse(*_arguments):
        raise OSError(number, os.strerror(number))
    monkeypatch.setattr(fcntl, 'lockf', refuse)
    with pytest.raises(AnsibleError, match='set ANSIBLE_LOCAL_TEMP') as caught:
        run_watch.hold()
    assert str(folder) in str(caught.value) and os.strerror(number) in str(caught.value)
