# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A vSphere fault: raised anywhere in the simulator, sent as a flat data object with ``faultstring``."""
from __future__ import annotations

import re

# The sentences a vCenter in English answers with; {members} are filled from the fault's own fields.
TEXTS = {
    'AlreadyExists': "The specified key, name, or identifier '{name}' already exists.",
    'ConcurrentAccess': 'The resource is being modified by another client.',
    'DuplicateName': "The name '{name}' already exists.",
    'FileNotFound': 'File {file} was not found.',
    'InvalidArgument': 'A specified parameter was not correct: {invalidProperty}',
    'InvalidCollectorVersion': 'The version of the collector is not valid.',
    'InvalidLogin': 'Cannot complete login due to an incorrect user name or password.',
    'InvalidLocale': 'The locale is not known to the server.',
    'InvalidName': "The name '{name}' is not valid.",
    'InvalidPowerState': 'The attempted operation cannot be performed in the current state ({existingState}).',
    'InvalidProperty': "The property '{name}' is not valid.",
    'InvalidState': 'The operation is not allowed in the current state.',
    'InvalidType': "The type '{argument}' is not valid here.",
    'ManagedObjectNotFound':
        "The object 'vim.{obj[type]}:{obj[value]}' has already been deleted or has not been completely created",
    'MethodNotFound': "The method '{method}' was not found on '{receiver[type]}:{receiver[value]}'.",
    'NoPermission': 'Permission to perform this operation was denied.',
    'NotAuthenticated': 'The session is not authenticated.',
    'NotFound': 'The object or item referred to could not be found.',
    'NotSupported': 'The operation is not supported on the object.',
    'RecordReplayDisabled': 'Record and replay is disabled for this virtual machine.',
    'RequestCanceled': 'The task was canceled by a user.',
    'SystemError': 'A general system error occurred: {reason}',
    'TaskInProgress': 'Another task is already in progress.',
    'ToolsUnavailable': 'VMware Tools is not running in this virtual machine.',
}
_POWER_STATES = {'poweredOn': 'Powered on', 'poweredOff': 'Powered off', 'suspended': 'Suspended'}


class Fault(Exception):
    """``Fault('InvalidPowerState', requestedState='poweredOn', existingState='poweredOff')``.

    ``type_name`` is the WSDL name, ``fields`` its members in wire form (None = unset), ``text`` replaces the usual
    sentence, ``cause`` is a Fault that becomes ``faultCause``.
    """

    def __init__(self, type_name, /, *, text=None, cause=None, **fields):
        super().__init__(type_name)
        self.name = type_name
        self.fields = {name: value for name, value in fields.items() if value is not None}
        self.cause = cause
        self.text = text or self._usual_text()

    def wire(self):
        """The flat data object, as the body of a status 500, as Task.info.error or as a missingSet's fault."""
        value = {'_typeName': self.name, 'faultstring': self.text, **self.fields}
        if self.cause is not None:
            value['faultCause'] = self.cause.wire()
        return value

    def _usual_text(self):
        template = TEXTS.get(self.name)
        if template is None:
            return re.sub(r'(?<=[a-z])(?=[A-Z])', ' ', self.name) + '.'
        fields = dict(self.fields)
        if 'existingState' in fields:
            fields['existingState'] = _POWER_STATES.get(fields['existingState'], fields['existingState'])
        try:
            return template.format(**fields)
        except (KeyError, TypeError):
            return template.split(':')[0].split(' {')[0].rstrip('.') + '.'


def invalid_argument(name, text=None):
    """An InvalidArgument for the parameter or member at the dotted path ``name``."""
    return Fault('InvalidArgument', invalidProperty=name, text=text)
