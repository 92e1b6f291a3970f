# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reading of one property path from many objects: the path is checked and typed once, then read and boxed fast."""
from __future__ import annotations

import functools

from . import paths, schema
from .fault import Fault

READ = 'System.Read'
# Properties that each session sees differently; the object answers them by session_property(name, session).
SESSION_PROPERTIES = frozenset((
    ('SessionManager', 'currentSession'), ('PropertyCollector', 'filter'), ('ViewManager', 'viewList')))


class Reader:
    """Reads ``path`` from objects of one managed type. ``privilege`` is what reading asks for."""

    def __init__(self, path, name, steps, declared, privilege, of_session):
        self.path, self.name, self.privilege = path, name, privilege
        self._steps, self._declared = steps, declared
        # What stands behind an array's key or a base type is typed by the value itself.
        self._boxed_name = declared.boxed_name if declared is not None else None
        self._of_session = of_session

    def value(self, obj, session, known=None):
        """The plain wire value for the caller with that session, None when unset.

        ``known`` {first-level property: value} keeps what was computed, for the other paths of the same reading.
        """
        known = {} if known is None else known
        if self.name not in known:
            known[self.name] = obj.session_property(self.name, session) if self._of_session else obj.top(self.name)
        value = known[self.name]
        return value if self._steps is None else paths.walk(value, self._steps)

    def box(self, value, obj):
        """A value that was read from ``obj``, as it stands in DynamicProperty.val."""
        if self._declared is not None:
            return value if self._boxed_name is None else {'_typeName': self._boxed_name, '_value': value}
        holder = obj.top(self.name)
        for step in self._steps[:-1]:
            holder = paths.walk(holder, (step,))
        declared = schema.members(holder['_typeName'])[self._steps[-1][1]].type
        return value if declared.boxed_name is None else {'_typeName': declared.boxed_name, '_value': value}

    @property
    def nested(self):
        """Whether the path goes below a property."""
        return self._steps is not None


@functools.lru_cache(maxsize=4096)
def reader(type_name, path, release):
    """The Reader of a path; raises InvalidProperty for one that the type does not have in that release."""
    try:
        name, steps = paths.split(path)
    except ValueError:
        raise Fault('InvalidProperty', name=path) from None
    found = schema.properties(type_name).get(name)
    if found is None or found.since > release:
        raise Fault('InvalidProperty', name=path)
    declared = found.type
    for step in steps or ():
        declared = _below(declared, step, path)
        if declared is None:
            break
    return Reader(path, name, steps, declared, found.privilege or READ, (type_name, name) in SESSION_PROPERTIES)


def _below(declared, step, path):
    """The Type one step below a Type; None when only the value can tell."""
    kind, name = step
    if kind == 'key' and declared.array:
        return declared.element
    if kind == 'member' and declared.kind == 'data' and not declared.array:
        member = schema.members(declared.name).get(name)
        if member is not None:
            return member.type
        if schema.has_member_below(declared.name, name):
            return None
    raise Fault('InvalidProperty', name=path)
