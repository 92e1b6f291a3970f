# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Call: one request under way, as the managed object's method sees it."""
from __future__ import annotations

import collections.abc
import dataclasses

from . import schema
from .access import User


@dataclasses.dataclass
class Call:
    """``session`` and ``user`` are None when nobody is logged in; ``method`` is the schema's Method.

    ``task_fault`` is a Fault with which the task that the method starts shall end. ``new_session`` is set by a method
    that logs in: its token is sent with the answer. ``address`` and ``user_agent`` are the client's. ``release`` is
    the release number of the URL. ``is_gone()`` tells whether the client has closed the connection.
    """

    access: object
    session: object
    user: User | None
    method: schema.Method
    address: str = ''
    user_agent: str = ''
    release: tuple = (0,)
    is_gone: collections.abc.Callable = bool
    task_fault: Exception | None = None
    new_session: object = None

    def has(self, privilege, obj):
        """Whether the caller has the privilege on the managed object."""
        return self.access.has(self.user, privilege, obj)

    def require(self, privilege, obj):
        """Raise NoPermission unless the caller has the privilege on the managed object."""
        self.access.require(self.user, privilege, obj)
