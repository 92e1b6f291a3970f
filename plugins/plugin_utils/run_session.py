# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The session that all workers of a run of ansible-playbook share.

The session is a private file in the run's folder (run_folder.py); the file's lock makes the first worker log in while
the others wait. run_end.py ends it.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import secrets
from contextlib import contextmanager, suppress

from ..module_utils.client import Client
from ..module_utils.faults import Failure, Fault, Refusal
from ..module_utils.keeper import Keeper, Session
from . import run_folder
from .run_folder import begin_nothing_more, files, is_ended, private_file, run_file
from .run_watch import watch

SESSION = '.session'
REFUSED = '.refused'
# What makes two log-ins the same one; the rest of the options may differ from task to task.
REACHING = ('hostname', 'port', 'validate_certs', 'ca_cert', 'proxy_host', 'proxy_port')
IDENTITY = (*REACHING, 'username', 'password', 'session_id', 'release')
# Names of files tell nothing of a password: the key that they are made with lives in the processes of this run alone,
# which inherit it from the parent that imports this file.
KEY = secrets.token_bytes(32)
COLLECTORS = 1000
END_TIMEOUT = 10  # seconds that a vCenter may take to log out: a run that ends waits for it


class RunKeeper(Keeper):
    """Keeps a session in a file for all processes of the run."""

    shared = True

    def __init__(self, options):
        super().__init__()
        identity = json.dumps([options.get(name) for name in IDENTITY]).encode()
        self.path = run_file(hmac.new(KEY, identity, hashlib.sha256).hexdigest()[:16])
        self.reaching = {name: options.get(name) for name in REACHING}
        self._session = self._load()

    @property
    def session(self):
        """The session as this process knows it."""
        return self._session

    @session.setter
    def session(self, session):
        self._session = session
        if session is None:
            return
        try:
            run_folder.write(self.path + SESSION, {'session': vars(session), 'reaching': self.reaching})
        except FileNotFoundError:  # the folder of a run that has ended is gone
            pass
        except OSError:  # a full disk: nobody else would know of this session
            end_session(session, self.reaching)
            raise
        # Who ends the run marks it first and looks for sessions then: this one is seen there, or the mark here.
        if is_ended():
            end_session(session, self.reaching)
        refuse_if_ended()

    @property
    def refused(self):
        """The Fault that this log-in has come to in this run, in whatever process, or None."""
        fault = self._kept(REFUSED)
        return fault and Fault.from_dict(fault)

    @refused.setter
    def refused(self, fault):
        if fault is not None:
            run_folder.write(self.path + REFUSED, fault.as_dict())

    @contextmanager
    def locked(self):
        """Holds off the other processes of the run, and takes what they have logged in meanwhile."""
        # Before too: a file that is made while the folder is removed would keep it.
        refuse_if_ended()
        with private_file(f'{self.path}.lock') as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            # Before the log-in: there is no moment at which a killed run leaves a session that nobody ends.
            watch(end_killed_run)
            refuse_if_ended()
            self._session = self._load()
            with super().locked():
                yield self

    @contextmanager
    def leased_collector(self):
        """Lends one of the run's property collectors, each of which one process at a time may wait on."""
        for number in range(COLLECTORS):
            with private_file(f'{self.path}.collector-{number}') as slot:
                try:
                    fcntl.flock(slot, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                state = json.loads(slot.read() or '{}')
                try:
                    yield state
                finally:
                    # On a full disk it is forgotten, and ends with the session.
                    with suppress(OSError):
                        os.ftruncate(slot.fileno(), 0)
                        os.pwrite(slot.fileno(), json.dumps(state).encode(), 0)
                return
        raise Failure(f'More than {COLLECTORS} operations wait at once in this run.', 'TooManyWaits', category='busy')

    def _load(self):
        content = self._kept(SESSION)
        return content and Session(**content['session'])

    def _kept(self, suffix):
        try:
            return run_folder.read(self.path + suffix)
        except FileNotFoundError:
            return None


def refuse_if_ended():
    """Raises Refusal for who would log in to a run that is being ended."""
    if is_ended():
        raise Refusal('The run is ending: no new log-in.', 'RunEnded', category='state')


def log_out():
    """Ends every session of the run; those that were handed in by session_id stay."""
    for path in files(SESSION):
        with suppress(FileNotFoundError):
            content = run_folder.read(path)
            end_session(Session(**content['session']), content['reaching'])
            # Not before: who is killed meanwhile leaves it to the watch.
            os.unlink(path)


def end_session(session, reaching):
    """Ends a session, unless it was handed in by session_id."""
    # One that there is no way to any more, its ca_cert removed, must not keep the others from being ended.
    with suppress(Failure), Client({**reaching, 'request_timeout': END_TIMEOUT}) as client:
        if session.owned:
            client.log_out(session)


def end_killed_run():
    """Ends the sessions of a run whose parent was killed, and has workers that outlived it begin nothing more."""
    if run_folder.is_there():
        begin_nothing_more()
        log_out()
        run_folder.remove()
