# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What happens when a run of ansible-playbook ends, in whatever way: interrupted fleets are told of, sessions ended.

Imported in the run's parent process, before the workers are forked: its exit handler runs in the parent alone, and
while the run's folder still exists.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
from contextlib import contextmanager, suppress

from .progress import interrupted
from .run_folder import begin_nothing_more
from .run_session import log_out
from .run_watch import hold

PARENT = os.getpid()


def end():
    """Ends the run's own affairs, if this is the process that began it; workers leave them to the others."""
    if os.getpid() == PARENT:
        with undisturbed():
            begin_nothing_more()
            # Where the terminal or the reader of a pipe is gone, the session is still there.
            with suppress(OSError, ValueError, RuntimeError):
                for told in interrupted():
                    print(told, file=sys.stderr)
            log_out()


@contextmanager
def undisturbed():
    """Ignores the signals that end a run: Ctrl-C, pressed again, would leave the session behind."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            if handler is not None:  # None is one that was not set in Python
                signal.signal(number, handler)


def register():
    """Has the end of this process, the run's parent, end the run's affairs."""
    hold()
    atexit.register(end)
    end_when_terminated()


def end_when_terminated():
    """Has SIGTERM, with which AWX cancels a job, end the run's affairs too: Python runs no exit handlers then."""
    before = signal.getsignal(signal.SIGTERM)
    if before == signal.SIG_IGN:
        return

    def terminated(number, frame):
        end()
        if callable(before):
            before(number, frame)
        else:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
    signal.signal(signal.SIGTERM, terminated)
