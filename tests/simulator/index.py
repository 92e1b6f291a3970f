# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Look-up tables of the inventory: children by name, virtual machines by uuid, address and path. No scans."""
from __future__ import annotations

import collections


class Index:
    """{key: objects}; the keys of an object come from its ``index_keys()``, if it has one, and from name and parent."""

    def __init__(self):
        self._found = collections.defaultdict(dict)
        self._keys = {}

    def update(self, obj):
        """Note the present keys of an object."""
        keys = self._keys_of(obj)
        old = self._keys.get(obj.moid, ())
        if keys == old:
            return
        for key in old:
            self._drop(key, obj)
        for key in keys:
            self._found[key][obj.moid] = obj
        self._keys[obj.moid] = keys

    def forget(self, obj):
        """Drop an object."""
        for key in self._keys.pop(obj.moid, ()):
            self._drop(key, obj)

    def find(self, kind, value):
        """The objects with that key, oldest first; ``kind`` is one of those of index_keys()."""
        return list(self._found.get((kind, value), {}).values())

    def child(self, parent, name):
        """The child of ``parent`` with that name, or None."""
        return next(iter(self._found.get(('child', parent.moid, name), {}).values()), None)

    def _drop(self, key, obj):
        objects = self._found[key]
        objects.pop(obj.moid, None)
        if not objects:
            del self._found[key]

    @staticmethod
    def _keys_of(obj):
        stored = vars(obj).get('_properties', {})
        parent, name = stored.get('parent'), stored.get('name')
        keys = (('child', parent['value'], name),) if parent and name is not None else ()
        own = getattr(obj, 'index_keys', None)
        return keys if own is None else (*keys, *own())
