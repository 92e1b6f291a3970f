# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ManagedObject: the state of one vSphere object, in wire form, and the notice of its changes."""
from __future__ import annotations

import re

from . import paths, schema

_TO_ESCAPE = re.compile(r'[/\\]|%(?!2f|5c|25)')


def escaped_name(name):
    """An entity's name as vCenter keeps it (documentation of ManagedEntity.name): / \\ and % as %2f, %5c and %25; a %
    that begins such a sequence stays."""
    name = re.sub('%(2F|5C)', lambda found: found.group().lower(), name)
    return _TO_ESCAPE.sub(lambda found: f'%{ord(found.group()):02x}', name)


class ManagedObject:
    """Base of every managed object; a subclass bears the WSDL name of its type.

    A property is either stored (given to the constructor or to ``set``) or computed by a method
    ``property_<name>(self)`` each time it is read. An operation is a method named as in the WSDL,
    ``PowerOnVM_Task(self, call, host=None)``, that takes the validated parameters in wire form and returns the wire
    value, None, or a Task. Stored values are never changed in place: ``set`` replaces them, so that whoever waits
    for changes may keep the old value.
    """

    # Properties that move by themselves, which Simulator.state() therefore leaves out.
    VOLATILE = ('recentTask',)

    def __init__(self, vcenter, moid, **properties):
        self.vcenter = vcenter
        self.moid = moid
        self.session = None  # the session that owns it, for filters, views and collectors
        self.ref = {'_typeName': schema.REFERENCE, 'type': type(self).__name__, 'value': moid}
        self._properties = properties

    def __repr__(self):
        return f'<{self.ref["type"]} {self.moid}>'

    def get(self, path):
        """The value at a dotted path ('runtime.powerState', 'config.hardware.device[4000]'); None when unset."""
        name, rest = paths.split(path)
        value = self.top(name)
        return value if rest is None else paths.walk(value, rest)

    def set(self, path, value):
        """Assign the value at a dotted path of a stored property (None = unset) and tell those who wait for it."""
        name, rest = paths.split(path)
        if rest is not None:
            value = paths.replaced(self._properties.get(name), rest, value)
        if value is None:
            self._properties.pop(name, None)
        else:
            self._properties[name] = value
        self.vcenter.changed(self, name)

    def changed(self, name=None):
        """Tell those who wait that the computed property ``name``, or any property (None), may have changed."""
        self.vcenter.changed(self, name)

    def removed(self):
        """Called once when the object has left the inventory."""

    def picture(self):
        """{property: value} of all that is set and does not move by itself."""
        values = {name: self.get(name) for name in schema.properties(self.ref['type']) if name not in self.VOLATILE}
        return {name: value for name, value in values.items() if value is not None}

    def top(self, name):
        """The value of the first-level property ``name``, None when unset."""
        computed = getattr(self, 'property_' + name, None)
        return self._properties.get(name) if computed is None else computed()


class ExtensibleManagedObject(ManagedObject):
    """An object with custom fields: `availableField`, `value`, and `customValue` of managed entities."""

    def property_availableField(self):
        """The CustomFieldDefs of the vCenter that apply to this type."""
        return self.vcenter.custom_fields.definitions(self.ref['type'])

    def property_value(self):
        """The CustomFieldStringValues that are set here."""
        return list(self._properties.get('value', ()))

    def setCustomValue(self, call, key, value):
        """Set the field that is named ``key``; raises InvalidArgument for a name that is not defined for the type."""
        self.vcenter.custom_fields.set_by_name(self, call, key, value)


class ManagedEntity(ExtensibleManagedObject):
    """What stands in the inventory tree: stored `name` and `parent`, and what every entity answers."""

    # The privileges that Rename_Task and Destroy_Task ask for; the schema leaves them open.
    RENAME_PRIVILEGE = 'System.Read'
    DESTROY_PRIVILEGE = 'System.Read'

    def __init__(self, vcenter, moid, **properties):
        super().__init__(vcenter, moid, **{**properties, 'name': escaped_name(properties['name'])})

    def set(self, path, value):
        """As every object's; a name is stored escaped."""
        super().set(path, escaped_name(value) if path == 'name' else value)

    def property_customValue(self):
        """The same values as `value`."""
        return self.property_value()

    def property_recentTask(self):
        """References of the tasks on this entity that the server still knows."""
        return [task.ref for task in self.vcenter.tasks_of(self)]

    def property_overallStatus(self):
        """green, unless a status was stored."""
        return self._properties.get('overallStatus', 'green')

    def property_configStatus(self):
        """green, unless a status was stored."""
        return self._properties.get('configStatus', 'green')

    def property_configIssue(self):
        """No events speak of a problem."""
        return self._properties.get('configIssue', [])

    def property_effectiveRole(self):
        """The id of the role that the users of this vCenter have: Admin, less what is denied."""
        return [-1]

    def property_permission(self):
        """Permissions are defined on the root folder only and inherited from there."""
        return []

    def property_disabledMethod(self):
        """Names of the methods that the present state refuses."""
        return []

    def property_declaredAlarmState(self):
        """No alarms are defined."""
        return []

    def property_triggeredAlarmState(self):
        """No alarms are triggered."""
        return []

    def property_alarmActionsEnabled(self):
        """Alarm actions are enabled unless EnableAlarmActions said otherwise."""
        return self._properties.get('alarmActionsEnabled', True)

    def property_tag(self):
        """No tags."""
        return []

    def ancestors(self):
        """The entity itself and its parents up to the root folder."""
        entity = self
        while entity is not None:
            yield entity
            parent = entity.get('parent') or entity.get('parentVApp')
            entity = self.vcenter.find(parent['value']) if parent else None

    def Reload(self, call):
        """Read the state anew: it is always true, so nothing changes."""

    def Rename_Task(self, call, newName):
        """Give another name. Raises InvalidName, and DuplicateName in the task."""
        call.require(self.RENAME_PRIVILEGE, self)
        self.vcenter.check_name(newName, self)
        return self.vcenter.start_task(self, call, lambda: self._rename(newName))

    def _rename(self, name):
        parent = self.get('parent')
        if parent is not None:
            self.vcenter.check_free(self.vcenter.resolve(parent), name, self)
        self.set('name', name)
