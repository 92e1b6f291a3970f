# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""CustomFieldsManager: custom attributes and the values that entities have for them."""
from __future__ import annotations

import itertools

from .. import schema
from ..fault import Fault, invalid_argument
from ..managed_object import ManagedObject


class CustomFieldsManager(ManagedObject):
    """The definitions; the values are stored with the entities, as `value`."""

    def __init__(self, vcenter, moid):
        super().__init__(vcenter, moid)
        self._fields, self._keys = {}, itertools.count(1)

    def property_field(self):
        """The CustomFieldDefs."""
        return list(self._fields.values())

    def definitions(self, type_name):
        """The CustomFieldDefs that apply to a managed object type, by name."""
        return [field for field in sorted(self._fields.values(), key=lambda field: field['name'])
                if schema.is_a(type_name, field.get('managedObjectType', type_name))]

    def AddCustomFieldDef(self, call, name, moType=None, fieldDefPolicy=None, fieldPolicy=None):
        """A new field; raises DuplicateName."""
        self._check_free(name)
        field = {'_typeName': 'CustomFieldDef', 'key': next(self._keys), 'name': name, 'type': 'string'}
        optional = {'managedObjectType': moType, 'fieldDefPrivileges': fieldDefPolicy,
                    'fieldInstancePrivileges': fieldPolicy}
        field.update((member, value) for member, value in optional.items() if value is not None)
        self._fields[field['key']] = field
        self.changed('field')
        return field

    def RemoveCustomFieldDef(self, call, key):
        """Remove a field with its values."""
        self._field(key)
        del self._fields[key]
        for obj in self.vcenter.objects():
            values = obj.get('value') if hasattr(obj, 'setCustomValue') else None
            if values and any(one['key'] == key for one in values):
                obj.set('value', [one for one in values if one['key'] != key])
        self.changed('field')

    def RenameCustomFieldDef(self, call, key, name):
        """Rename a field; raises DuplicateName."""
        self._check_free(name)
        self._fields[key] = {**self._field(key), 'name': name}
        self.changed('field')

    def SetField(self, call, entity, key, value):
        """Set the value of a field of an entity."""
        obj = self.vcenter.resolve(entity)
        self._set(obj, call, self._field(key), value)

    def set_by_name(self, obj, call, name, value):
        """Set the value of the field of that name; raises InvalidArgument when the object has no such field."""
        for field in self.definitions(obj.ref['type']):
            if field['name'] == name:
                return self._set(obj, call, field, value)
        raise invalid_argument('key')

    def _set(self, obj, call, field, value):
        call.require('Global.SetCustomField', obj)
        if field not in self.definitions(obj.ref['type']):
            raise invalid_argument('key')
        others = [one for one in obj.get('value') or [] if one['key'] != field['key']]
        if value:
            others.append({'_typeName': 'CustomFieldStringValue', 'key': field['key'], 'value': value})
        obj.set('value', others)
        obj.changed()
        self.vcenter.events.post('CustomFieldValueChangedEvent', obj, fieldKey=field['key'], name=field['name'],
                                 value=value, entity={'_typeName': 'ManagedEntityEventArgument', 'entity': obj.ref,
                                                      'name': obj.get('name')})

    def _field(self, key):
        if key not in self._fields:
            raise invalid_argument('key')
        return self._fields[key]

    def _check_free(self, name):
        for field in self._fields.values():
            if field['name'] == name:
                raise Fault('DuplicateName', name=name, object=self.ref)
