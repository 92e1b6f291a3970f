# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The session that all workers of a run of ansible-playbook share, and its end when the run ends.

Imported in the run's parent process, before the workers are forked. The session is a private file in the folder that Ansible makes for
the run (DEFAULT_LOCAL_TMP) and removes at its end; the file's lock makes the first worker log in while the others wait.
"""

from __future__ import annotations

import atexit
import fcntl
import glob
import hashlib
import hmac
import json
import os
import secrets
import signal
from contextlib import contextmanager

from ansible import constants

from ..module_utils.client import Client
from ..module_utils.faults import Failure, Refusal
from ..module_utils.keeper import Keeper, Session

PREFIX = 'vsphere.vm-'
SESSION = '.session'
ENDED = f'{PREFIX}ended'
# What makes two log-ins the same one; the rest of the options may differ from task to task.
IDENTITY = ('hostname', 'port', 'username', 'password', 'session_id', 'release', 'validate_certs', 'ca_cert', 'proxy_host', 'proxy_port')
REACHING = ('hostname', 'port', 'validate_certs', 'ca_cert', 'proxy_host', 'proxy_port', 'request_timeout')
# Names of files tell nothing of a password: the key that they are made with lives in the processes of this run alone.
KEY = secrets.token_bytes(32)
PARENT = os.getpid()
COLLECTORS = 64


class RunKeeper(Keeper):
    """Keeps a session in a file for all processes of the run."""

    shared = True

    def __init__(self, options, folder=None):
        super().__init__()
        identity = json.dumps([options.get(name) for name in IDENTITY]).encode()
        self.path = os.path.join(folder or constants.DEFAULT_LOCAL_TMP, PREFIX + hmac.new(KEY, identity, hashlib.sha256).hexdigest()[:16])
        self.reaching = {name: options.get(name) for name in REACHING}
        self._session = self._load()

    @property
    def session(self):
        """The session as this process knows it."""
        return self._session

    @session.setter
    def session(self, session):
        self._session = session
        if session is not None:
            self._save({'session': vars(session), 'reaching': self.reaching})

    @contextmanager
    def locked(self):
        """Holds off the other processes of the run, and takes what they have logged in meanwhile."""
        with private_file(f'{self.path}.lock') as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if os.path.exists(os.path.join(os.path.dirname(self.path), ENDED)):
                raise Refusal('The run is being ended: no new log-in.', 'RunEnded', category='state')
            self._session = self._load()
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
                    slot.seek(0)
                    slot.truncate()
                    json.dump(state, slot)
                return
        raise Failure(f'More than {COLLECTORS} operations wait at once in this run.', 'TooManyWaits', category='busy')

    def _load(self):
        try:
            with private_file(self.path + SESSION, create=False) as kept:
                return Session(**json.load(kept)['session'])
        except FileNotFoundError:
            return None

    def _save(self, content):
        beside = f'{self.path}.{os.getpid()}'
        with private_file(beside) as kept:
            json.dump(content, kept)
        os.replace(beside, self.path + SESSION)


def private_file(path, create=True):
    """Opens a file for reading and writing that nobody else may read. Raises OSError for a link, or a file of another user."""
    opened = os.open(path, os.O_RDWR | (os.O_CREAT if create else 0) | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    status = os.fstat(opened)
    if status.st_uid != os.geteuid() or status.st_mode & 0o077:
        os.close(opened)
        raise PermissionError(f'{path} is not private to this user.')
    return os.fdopen(opened, 'r+', encoding='utf-8')


def log_out(folder=None):
    """Ends every session of the run; those that are handed in by session_id stay."""
    for path in glob.glob(os.path.join(glob.escape(folder or constants.DEFAULT_LOCAL_TMP), f'{PREFIX}*{SESSION}')):
        with private_file(path) as kept:
            content = json.load(kept)
        os.unlink(path)
        session = Session(**content['session'])
        if session.owned:
            with Client(content['reaching']) as client:
                client.log_out(session)


def log_out_in_parent():
    """Logs out if this is the process that began the run; workers leave the session to the others."""
    if os.getpid() == PARENT:
        log_out()


def log_out_when_terminated():
    """Has SIGTERM, with which AWX cancels a job, log out too: Python runs no exit handlers then."""
    before = signal.getsignal(signal.SIGTERM)

    def terminated(number, frame):
        if os.getpid() == PARENT:
            # Workers that run on must not log in again behind the log-out.
            private_file(os.path.join(constants.DEFAULT_LOCAL_TMP, ENDED)).close()
            log_out()
        if callable(before):
            before(number, frame)
        else:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
    signal.signal(signal.SIGTERM, terminated)


atexit.register(log_out_in_parent)
log_out_when_terminated()
