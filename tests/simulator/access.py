# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Users and what each of them is denied: everybody is an administrator but for that."""
from __future__ import annotations

import dataclasses
import hmac

from . import schema
from .fault import Fault

ANONYMOUS = 'System.Anonymous'


@dataclasses.dataclass(eq=False)
class User:
    """``denied`` holds (privilege, object's name or moid, or None for everywhere); what is denied on an object is
    denied on all below it."""

    name: str
    password: str
    denied: set = dataclasses.field(default_factory=set)

    @property
    def principal(self):
        """The name as sessions show it: administrator@vsphere.local -> VSPHERE.LOCAL\\administrator."""
        account, _at, domain = self.name.partition('@')
        return f'{domain.upper()}\\{account}' if domain else self.name


class Access:
    """The users of a vCenter."""

    def __init__(self, users):
        self._users = {user.name.lower(): user for user in users}

    def authenticate(self, name, password):
        """The User; raises InvalidLogin, alike for an unknown name and a wrong password."""
        user = self.user(name)
        if user is None or not hmac.compare_digest(user.password.encode(), password.encode()):
            raise Fault('InvalidLogin')
        return user

    def users(self):
        """All users."""
        return list(self._users.values())

    def user(self, name):
        """The user with that name, as account@domain or DOMAIN\\account, or None."""
        domain, backslash, account = name.partition('\\')
        return self._users.get(f'{account}@{domain}'.lower() if backslash else name.lower())

    def has(self, user, privilege, obj):
        """Whether ``user`` (None = nobody is logged in) has a privilege on an object."""
        if privilege == ANONYMOUS:
            return True
        if user is None:
            return False
        if not user.denied:
            return True
        places = {None}
        for holder in _holders(obj):
            places.add(holder.moid)
            if 'name' in schema.properties(holder.ref['type']):
                places.add(holder.get('name'))
        return not any(denied == privilege and place in places for denied, place in user.denied)

    def require(self, user, privilege, obj):
        """Raise NoPermission when the privilege is lacking."""
        if self.has(user, privilege, obj):
            return
        missing = {'_typeName': 'NoPermissionEntityPrivileges', 'entity': obj.ref, 'privilegeIds': [privilege]}
        raise Fault('NoPermission', object=obj.ref, privilegeId=privilege, missingPrivileges=[missing])


def _holders(obj):
    """The objects on which a denial counts for ``obj``: itself and, for an entity or a snapshot, what holds it."""
    entity = getattr(obj, 'vm', None)
    if hasattr(obj, 'ancestors'):
        return obj.ancestors()
    if hasattr(entity, 'ancestors'):
        return [obj, *entity.ancestors()]
    return [obj]
