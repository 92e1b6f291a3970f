# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tagging service of the Automation API, as far as it is read: which tags objects have, tags and categories.

Source: the API pages of Cis Tagging TagAssociation, Tag and Category.
"""
from __future__ import annotations

import uuid

READ = 'System.Read'
MOST_OBJECTS = 2000


class TaggingError(Exception):
    """An error of the Automation API: the HTTP status, the error_type and a text."""

    def __init__(self, status, error_type, text):
        super().__init__(text)
        self.status, self.error_type, self.text = status, error_type, text


class Tagging:
    """Tags of a vCenter. Tests make them with add() and attach()."""

    def __init__(self, vcenter):
        self._vcenter = vcenter
        self.categories, self.tags, self._attached = {}, {}, {}

    def add(self, category, name):
        """The id of a new tag in a category, which is made when there is none of that name."""
        known = {each['name']: key for key, each in self.categories.items()}
        if category not in known:
            known[category] = f'urn:vmomi:InventoryServiceCategory:{uuid.uuid4()}:GLOBAL'
            self.categories[known[category]] = {
                'id': known[category], 'name': category, 'description': '', 'cardinality': 'MULTIPLE',
                'associable_types': [], 'used_by': []}
        tag = f'urn:vmomi:InventoryServiceTag:{uuid.uuid4()}:GLOBAL'
        self.tags[tag] = {'id': tag, 'category_id': known[category], 'name': name, 'description': '', 'used_by': []}
        return tag

    def attach(self, tag, moid):
        """Attach a tag to an object."""
        self._attached.setdefault(moid, []).append(tag)

    def answer(self, user, verb, path, query, body):
        """The value of GET tag/{id}, GET category/{id} and of listing the attached tags; raises TaggingError."""
        if (verb, path, query) == ('POST', ['tag-association'], 'action=list-attached-tags-on-objects'):
            return self._attached_to(user, body)
        if verb == 'GET' and len(path) == 2 and path[0] in ('tag', 'category'):
            found = (self.tags if path[0] == 'tag' else self.categories).get(path[1])
            if found is None:
                raise TaggingError(404, 'NOT_FOUND', f'There is no {path[0]} {path[1]}.')
            return found
        raise TaggingError(404, 'OPERATION_NOT_FOUND', 'There is no such operation.')

    def _attached_to(self, user, body):
        try:
            wanted = [(each['type'], each['id']) for each in body['object_ids']]
        except (KeyError, TypeError) as error:
            raise TaggingError(400, 'INVALID_ARGUMENT', 'object_ids is not valid.') from error
        if len(wanted) > MOST_OBJECTS:
            raise TaggingError(400, 'INVALID_ARGUMENT', 'Too many objects.')
        return [{'object_id': {'type': kind, 'id': moid}, 'tag_ids': list(self._attached[moid])}
                for kind, moid in wanted if moid in self._attached and self._may_read(user, moid)]

    def _may_read(self, user, moid):
        found = self._vcenter.find(moid)
        return found is not None and self._vcenter.access.has(user, READ, found)
