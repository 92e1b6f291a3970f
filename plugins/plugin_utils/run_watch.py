# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A process that sees to what a killed run leaves behind: after SIGKILL, Python runs no exit handler.

ansible-runner, and AWX with it, cancels a job by SIGKILL to the process group of ansible-playbook. The watch is in a
group of its own, so that the signal does not reach it. It knows nothing of what is left behind.
"""

from __future__ import annotations

import fcntl
import gc
import os
import signal
from contextlib import suppress

from ansible import constants
from ansible.errors import AnsibleError

from .run_folder import ALIVE, begin, is_first, private_file, run_file

PARENT = os.getpid()
WATCHED = 'watched'


def hold():
    """Begins the run: this process, its parent, holds a lock until it ends. A POSIX lock: no fork inherits it."""
    try:
        # Never closed, which would let go of the lock.
        fcntl.lockf(begin(), fcntl.LOCK_EX)
    except OSError as error:
        raise AnsibleError(
            f'{constants.DEFAULT_LOCAL_TMP} takes no file with a lock ({error.strerror}): set ANSIBLE_LOCAL_TEMP, '
            'or local_tmp in ansible.cfg, to a folder that does.') from None


def watch(see_to):
    """Begins the watch, once a run, from one of its workers; `see_to()` is called in it when the parent has ended.

    Returns when no signal that is meant for the worker reaches it any more. There is none in a run that has ended.
    """
    if os.getpid() == PARENT or not is_first(WATCHED):
        return
    with suppress(FileNotFoundError), private_file(run_file(ALIVE), create=False) as alive:
        left, leaving = os.pipe()
        if os.fork() == 0:
            try:
                leave_the_worker(alive.fileno())
                fcntl.lockf(alive, fcntl.LOCK_EX)
                see_to()
            finally:
                os._exit(0)
        os.close(leaving)
        os.read(left, 1)
        os.close(left)


def leave_the_worker(kept):
    """Lets go of all that this fork shares with the worker, but for a descriptor: signals, terminal, connections."""
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    # An object of the worker that is collected would close a file of ours that has its number now.
    gc.freeze()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(nowhere, standard)
    # Not a range up to the limit, which is a thousand million in some containers.
    for number in [int(name) for name in os.listdir('/dev/fd') if int(name) > 2 and int(name) != kept]:
        with suppress(OSError):
            os.close(number)
