# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A process that is told to end closes what it has open, and then ends."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading

import pytest
from ansible_collections.vsphere.vm.plugins.module_utils import termination

# A process of its own: what it is about is how it ends. Who runs the tests may have signals ignored, as nohup does.
SCRIPT = '''
import os, signal, sys
sys.path[:0] = {path!r}
from ansible_collections.vsphere.vm.plugins.module_utils import termination
for number in (signal.SIGINT, *termination.NUMBERS):
    signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
{before}
try:
    with termination.in_order():
        try:
            {inside}
            print('went on', flush=True)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)
            print('closed', flush=True)
    print('done', flush=True)
except SystemExit:
    print('left', flush=True)
    raise
'''


def run(script):
    return subprocess.run([sys.executable, '-c', script], capture_output=True, text=True, check=False)


def ended(inside, before='pass'):
    """Returns (return code, what was printed)."""
    done = run(SCRIPT.format(path=sys.path, before=before, inside=inside))
    assert done.stderr == ''
    return done.returncode, done.stdout.split('\n')[:-1]


@pytest.mark.parametrize('number', termination.NUMBERS)
def test_what_is_open_is_closed_whatever_else_comes_and_then_the_process_ends(number):
    assert ended(f'os.kill(os.getpid(), {number:d})') == (128 + number, ['closed', 'left'])


def test_who_ignores_a_signal_still_does():
    ignoring = 'signal.signal(signal.SIGTERM, signal.SIG_IGN)'
    assert ended('os.kill(os.getpid(), signal.SIGTERM)', ignoring) == (0, ['went on', 'closed', 'done'])


def test_what_is_held_off_comes_afterwards():
    script = SCRIPT.replace('in_order', 'held_off').replace('SIGTERM', 'SIGINT')
    done = run(script.format(path=sys.path, before='pass', inside='pass'))
    assert (done.returncode, done.stdout) == (-signal.SIGINT, 'went on\nclosed\n')
    assert done.stderr.endswith('KeyboardInterrupt\n')


def test_but_not_for_ever():
    done = run(SCRIPT.replace('in_order', 'held_off').format(
        path=sys.path, before='termination.GRACE = 1', inside='os.kill(os.getpid(), signal.SIGTERM); signal.pause(); signal.pause()'))
    assert (done.returncode, done.stdout) == (-signal.SIGALRM, '')


def test_nothing_is_left_of_it_where_no_signal_came():
    before = [signal.getsignal(number) for number in termination.NUMBERS]
    with termination.in_order():
        assert [signal.getsignal(number) for number in termination.NUMBERS] != before
    assert [signal.getsignal(number) for number in termination.NUMBERS] == before


def test_a_thread_goes_on_as_it_is():
    seen = []

    def work():
        with termination.in_order():
            seen.append(signal.getsignal(signal.SIGTERM))
    before = signal.getsignal(signal.SIGTERM)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]
