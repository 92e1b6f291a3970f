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


@contextmanager
def in_order():
    """Has SIGTERM and SIGHUP raise SystemExit meanwhile; the process then ends by the signal, as it would have at once.

    Those that are ignored stay so. Elsewhere than in the main thread, where no handler can be set, it does nothing.
    """
    told = []
    handlers = {}
    if threading.current_thread() is threading.main_thread():
        handlers = {number: signal.getsignal(number) for number in NUMBERS}
    before = {number: handler for number, handler in handlers.items() if handler not in (signal.SIG_IGN, None)}

    def leave(number, _frame):
        told.append(number)
        for each in before:
            signal.signal(each, signal.SIG_IGN)
        raise SystemExit(128 + number)
    try:
        for number in before:
            signal.signal(number, leave)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for number in told:
            os.kill(os.getpid(), number)
