# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is kept of a log-in, and where: by the client itself, or by plugin_utils/run_session.py for a whole run.

Knows no HTTP and no files.
"""

from __future__ import annotations

import threading
from contextlib import ExitStack, contextmanager

from . import termination


class Session:
    """A log-in at a vCenter: what later requests, and other processes of the same run, need of it."""

    def __init__(self, release, token, content, key=None, user=None, owned=True):
        self.release = release
        self.token = token
        self.content = content
        self.key = key
        self.user = user
        self.owned = owned


class Keeper:
    """Where a client's session is kept: here in the client's own process; the controller has one for a whole run.

    `refused` is the Fault that a log-in has come to, if it was one: it is not tried again, lest the account be locked.
    """

    shared = False

    def __init__(self):
        self.session = None
        self.refused = None
        self.collector = {}
        self._of_thread = threading.local()

    @contextmanager
    def locked(self):
        """Holds off everybody else who may log in with this keeper, until the session is kept."""
        with ExitStack() as self._of_thread.until_kept:
            yield self

    def is_to_be_kept(self):
        """Holds off, while `locked`, what ends this process: nobody could end a session that is not kept yet."""
        self._of_thread.until_kept.enter_context(termination.held_off())

    @contextmanager
    def leased_collector(self):
        """Lends the state of a property collector, a dict that the borrower changes, to one borrower at a time."""
        yield self.collector
