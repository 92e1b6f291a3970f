# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A process that is told to end first closes what it has open: a session would else live on in the vCenter.

Ctrl-C is an exception in Python, which does that; the other signals just end a process.
"""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager

NUMBERS = (signal.SIGTERM, signal.SIGHUP)
GRACE = 5  # seconds that a log-in under way is waited for


def in_order():
    """A context manager in which SIGTERM and SIGHUP raise SystemExit, with the code that a shell tells of them."""
    def leave(number):
        for each in NUMBERS:
            signal.signal(each, signal.SIG_IGN)
        raise SystemExit(128 + number)
    return _taken(NUMBERS, leave)


@contextmanager
def held_off():
    """Holds off the signals that end a process, SIGINT among them: they take effect afterwards.

    Not for long: GRACE seconds after the first of them the process is ended by SIGALRM.
    """
    came = []

    def hold(number):
        came.append(number)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(GRACE)
    try:
        with _taken((signal.SIGINT, *NUMBERS), hold):
            yield
    finally:
        if came:
            signal.alarm(0)
        for number in dict.fromkeys(came):
            os.kill(os.getpid(), number)


@contextmanager
def _taken(numbers, take):
    """Has `take(number)` called when a signal comes. Those that are ignored stay so.

    Elsewhere than in the main thread, where no handler can be set, it does nothing.
    """
    before = {}
    if threading.current_thread() is threading.main_thread():
        before = {number: signal.getsignal(number) for number in numbers}
    before = {number: handler for number, handler in before.items() if handler not in (signal.SIG_IGN, None)}
    try:
        for number in before:
            signal.signal(number, lambda number, _frame: take(number))
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
