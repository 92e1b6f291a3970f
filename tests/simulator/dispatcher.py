# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From a request's (type, moid, method or property) to the managed object's answer: checks in vCenter's order."""
from __future__ import annotations

import inspect

from . import events, schema, wire
from .call import Call
from .fault import Fault
from .reader import reader

READ, VIEW, ANONYMOUS = 'System.Read', 'System.View', 'System.Anonymous'


class Dispatcher:
    """Finds, checks and runs. It knows no HTTP."""

    def __init__(self, vcenter):
        self.vcenter = vcenter

    def find(self, type_name, moid, session):
        """The object at a path, which may name a base type of it; raises ManagedObjectNotFound.

        What belongs to a session is there for that session only.
        """
        obj = self.vcenter.find(moid)
        alien = obj is not None and obj.session is not None and obj.session is not session
        if obj is None or alien or not schema.is_a(obj.ref['type'], type_name):
            raise Fault('ManagedObjectNotFound',
                        obj={'_typeName': schema.REFERENCE, 'type': type_name, 'value': moid})
        return obj

    def method(self, type_name, moid, name, release):
        """The schema's Method; raises MethodNotFound, also for one that came after ``release``."""
        method = schema.methods(type_name).get(name)
        if method is None or method.since > release:
            raise Fault('MethodNotFound', method=name,
                        receiver={'_typeName': schema.REFERENCE, 'type': type_name, 'value': moid})
        return method

    def property(self, type_name, name, release):
        """The schema's Property; raises InvalidProperty."""
        found = schema.properties(type_name).get(name)
        if found is None or found.since > release:
            raise Fault('InvalidProperty', name=name)
        return found

    def check_session(self, session, privilege, obj):
        """Raise NotAuthenticated when there is no session and the privilege asks for one."""
        if session is None and privilege != ANONYMOUS:
            raise Fault('NotAuthenticated', object=obj, privilegeId=privilege or VIEW)

    def read(self, obj, found, session):
        """The value of a property (None = unset) for the caller; raises NoPermission."""
        self.vcenter.access.require(session and session.user, found.privilege or READ, obj)
        return reader(obj.ref['type'], found.name, found.since).value(obj, session)

    async def invoke(self, obj, method, body, call: Call):
        """Run a method: the wire value that it answers, None for void and unset."""
        if method.privilege:
            self.vcenter.access.require(call.user, method.privilege, obj)
        arguments = wire.decode_arguments(method, body, call.release)
        function = getattr(obj, method.name, None)
        events.CAUSE.set((call.session.user_name if call.session else '', None))
        if function is None:
            raise Fault('NotSupported')
        result = function(call, **arguments)
        if inspect.isawaitable(result):
            result = await result
        return result.ref if method.is_task and result is not None else result
