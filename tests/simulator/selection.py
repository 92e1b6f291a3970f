# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From a PropertyFilterSpec to objects and to what is read of each: object specs, traversals, property specs."""
from __future__ import annotations

from . import schema
from .fault import Fault, invalid_argument
from .reader import reader

VIEW = 'System.View'


class Selection:
    """What a PropertyFilterSpec selects at one moment.

    objects: {moid: managed object}. watched: {moid: names of the properties that led on from there}.
    missing: references of object specs whose object is gone.
    """

    def __init__(self):
        self.objects, self.watched, self.missing = {}, {}, []


class Selector:
    """A checked PropertyFilterSpec of a session (None = nobody is logged in)."""

    def __init__(self, vcenter, spec, session, release):
        self._vcenter, self._spec, self._session, self._release = vcenter, spec, session, release
        self._user = session and session.user
        self._plans = {}
        if not spec['propSet']:
            raise invalid_argument('specSet.propSet')
        if not spec['objectSet']:
            raise invalid_argument('specSet.objectSet')
        for property_spec in spec['propSet']:
            self._check(property_spec)
        self._named = [_named(object_spec.get('selectSet', ())) for object_spec in spec['objectSet']]
        for named, object_spec in zip(self._named, spec['objectSet']):
            self._check_traversals(object_spec.get('selectSet', ()), named)

    def select(self, tolerant=False):
        """The present Selection; raises ManagedObjectNotFound for an object spec's object that is gone, unless
        ``tolerant`` or reportMissingObjectsInResults."""
        selection = Selection()
        for named, object_spec in zip(self._named, self._spec['objectSet']):
            reference = object_spec['obj']
            try:
                obj = self._vcenter.resolve(reference)
                if obj.session not in (None, self._session):
                    raise Fault('ManagedObjectNotFound', obj=reference)
            except Fault:
                if not tolerant and not self._spec.get('reportMissingObjectsInResults'):
                    raise
                selection.missing.append(reference)
                continue
            if not object_spec.get('skip'):
                selection.objects[obj.moid] = obj
            self._follow(obj, object_spec.get('selectSet', ()), named, selection, set())
        return selection

    def readers(self, obj):
        """The Readers for an object; None when no property spec is for its type, so that it is no result."""
        type_name = obj.ref['type']
        if type_name not in self._plans:
            self._plans[type_name] = self._plan(type_name)
        return self._plans[type_name]

    def _plan(self, type_name):
        specs = [spec for spec in self._spec['propSet'] if schema.is_a(type_name, spec['type'])]
        if not specs:
            return None
        wanted = {}
        for spec in specs:
            if spec.get('all'):
                wanted.update((name, None) for name, info in schema.properties(type_name).items()
                              if info.since <= self._release)
            else:
                wanted.update(dict.fromkeys(spec.get('pathSet', ())))
        return [reader(type_name, path, self._release) for path in wanted]

    def _check(self, spec):
        if not schema.is_managed(spec['type']):
            raise Fault('InvalidType', argument=spec['type'])
        for path in spec.get('pathSet', ()):
            reader(spec['type'], path, self._release)

    def _check_traversals(self, specs, named):
        for spec in specs:
            if spec['_typeName'] == 'SelectionSpec':
                if spec.get('name') not in named:
                    raise invalid_argument('selectSet.name')
                continue
            if not schema.is_managed(spec['type']):
                raise Fault('InvalidType', argument=spec['type'])
            reader(spec['type'], spec['path'], self._release)
            self._check_traversals(spec.get('selectSet', ()), named)

    def _follow(self, obj, specs, named, selection, seen):
        type_name = obj.ref['type']
        for spec in specs:
            if spec['_typeName'] == 'SelectionSpec':
                spec = named[spec['name']]
            if (obj.moid, id(spec)) in seen or not schema.is_a(type_name, spec['type']):
                continue
            seen.add((obj.moid, id(spec)))
            path = reader(type_name, spec['path'], self._release)
            selection.watched.setdefault(obj.moid, set()).add(path.name)
            if not self._vcenter.access.has(self._user, path.privilege, obj):
                continue
            self._follow_references(path.value(obj, self._session), spec, named, selection, seen)

    def _follow_references(self, value, spec, named, selection, seen):
        below = spec.get('selectSet', ())
        for reference in value if isinstance(value, list) else [value]:
            if not isinstance(reference, dict) or reference.get('_typeName') != schema.REFERENCE:
                continue
            child = self._vcenter.find(reference['value'])
            if child is None:
                continue
            if not spec.get('skip'):
                selection.objects[child.moid] = child
            if below:
                self._follow(child, below, named, selection, seen)


def _named(specs):
    """{name: TraversalSpec} of all traversals at any depth."""
    found = {}
    for spec in specs:
        if spec['_typeName'] == 'TraversalSpec':
            if spec.get('name'):
                found[spec['name']] = spec
            found.update(_named(spec.get('selectSet', ())))
    return found


def read(vcenter, obj, readers, session):
    """({path: plain value}, {path: Fault}) of what is set, and of what must not be read."""
    values, missing, known = {}, {}, {}
    user = session and session.user
    trusted = user is not None and not user.denied
    for path in readers:
        if not trusted and not vcenter.access.has(user, path.privilege, obj):
            missing[path.path] = denial(vcenter, obj, path.privilege, user)
            continue
        value = path.value(obj, session, known)
        if value is not None:
            values[path.path] = value
    return values, missing


def denial(vcenter, obj, privilege, user):
    """The Fault that tells why a property cannot be read."""
    if user is None:
        return Fault('NotAuthenticated', object=obj.ref, privilegeId=privilege)
    try:
        vcenter.access.require(user, privilege, obj)
    except Fault as fault:
        return fault
    raise AssertionError(f'{privilege} is not denied')


def content(vcenter, obj, readers, session):
    """The ObjectContent of an object."""
    result = {'_typeName': 'ObjectContent', 'obj': obj.ref}
    if session is not None and not session.user.denied:
        found, known = [], {}
        for path in readers:
            value = path.value(obj, session, known)
            if value is not None:
                found.append({'_typeName': 'DynamicProperty', 'name': path.path, 'val': path.box(value, obj)})
        if found:
            result['propSet'] = found
        return result
    values, missing = read(vcenter, obj, readers, session)
    by_path = {path.path: path for path in readers}
    if values:
        result['propSet'] = [{'_typeName': 'DynamicProperty', 'name': path, 'val': by_path[path].box(value, obj)}
                             for path, value in values.items()]
    if missing:
        result['missingSet'] = [missing_property(path, fault) for path, fault in missing.items()]
    return result


def missing_property(path, fault):
    """A MissingProperty."""
    return {'_typeName': 'MissingProperty', 'path': path, 'fault': fault.wire()}
