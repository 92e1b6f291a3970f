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

from .progress import interrupted
from .run_folder import begin_nothing_more
from .run_session import log_out
from .run_watch import hold

PARENT = os.getpid()


def end():
    """Ends the run's own affairs, if this is the process that began it; workers leave them to the others."""
    if os.getpid() == PARENT:
        begin_nothing_more()
        for told in interrupted():
            print(told, file=sys.stderr)
        log_out()


def register():
    """Has the end of this process, the run's parent, end the run's affairs."""
    hold()
    atexit.register(end)
    end_when_terminated()


def end_when_terminated():
    """Has SIGTERM, with which AWX cancels a job, end the run's affairs too: Python runs no exit handlers then."""
    before = signal.getsignal(signal.SIGTERM)

    def terminated(number, frame):
        end()
        if callable(before):
            before(number, frame)
        else:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
    signal.signal(signal.SIGTERM, terminated)
