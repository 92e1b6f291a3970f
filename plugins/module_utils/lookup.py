# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From what a user names to managed objects: one virtual machine, or a host, pool, datastore, network or folder.

One resolver for every module. Knows the inventory's shape and the property collector; knows no Ansible.
Source: the API pages of SearchIndex, PropertyCollector, Folder, Datacenter, ComputeResource and VirtualApp.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone
from difflib import get_close_matches

from . import wire
from .answers import as_fault
from .faults import Failure, Refusal
from .inventory_tree import ABOVE, EDGES, KINDS, PLACES, PLACES_EDGES, path_from, path_in
from .log_in import SERVICE_INSTANCE
from .memory import Memory
from .retrieval import DISPENSABLE, first_page, gone, next_page, property_filter, unauthenticated

ROLE = 'config.ftInfo.role'
FIRST_SECONDARY = 2  # the role of a primary is 1
TARGETS = ('moid', 'name', 'uuid', 'instance_uuid', 'path')

# What a virtual machine holds references to; a base type stands for those that derive from it, such as a port group.
RELATED = ('HostSystem', 'Datastore', 'Network', 'ResourcePool', 'Folder')
SPOKEN = {'VirtualMachine': 'virtual machine', 'ClusterComputeResource': 'cluster', 'HostSystem': 'host',
          'ResourcePool': 'resource pool', 'StoragePod': 'datastore cluster'}


def how_of(target):
    """Returns which of the options that name a virtual machine a target has, None if it has none."""
    return next((option for option in TARGETS if target.get(option)), None)


def suggestion(name, names):
    """Returns a hint with those of `names` that a name may have been meant for, None if none is like it."""
    written = {each.lower(): each for each in names}
    same = [name.lower()] if name.lower() in written else []
    close = [written[each] for each in same or get_close_matches(name.lower(), written, cutoff=0.8)]
    return f'Check the name, which counts as it is written; it is like {", ".join(close)}.' if close else None


def unread_but_names(unread):
    """Returns an `unread` that passes over what is only named for convenience, and may be beyond the user's rights."""
    def passing_over(ref, path, fault):
        if ref['type'] in RELATED:
            return
        if unread is None:
            raise fault
        unread(ref, path, fault)
    return passing_over


class Inventory:
    """Finds objects of one vCenter with as few requests as the question allows.

    One is made for each task. It remembers what a name or path of anything but a virtual machine means. `once` has it
    remember more, as Memory.once does.
    """

    def __init__(self, client):
        self.client = client
        self.once = Memory().once
        self.suggestions = {}   # {(type, name that was not found): hint}
        self._now = None

    @property
    def now(self):
        """The time at the server when it was first asked for, aware; this machine's where the server has no clock."""
        if self._now is None:
            told = self.if_known(SERVICE_INSTANCE, 'CurrentTime')
            self._now = wire.date(told) if told else datetime.now(timezone.utc)
        return self._now

    # -- reading properties

    def retrieve(self, *filters, unread=None):
        """Yields (reference, {path: value}) of everything that the PropertyFilterSpecs select, page by page.

        Raises Fault if a property that was asked for cannot be read; or, if it is given, calls
        unread(reference, path, fault) before it yields the object without that property. That the session is over is
        never left to `unread`.
        """
        session = self.client.session
        page = first_page(self.client, filters)
        if unauthenticated(page) and session.owned:
            self.client.renew(session)
            page = first_page(self.client, filters)
        elif not page and self.expired():
            page = first_page(self.client, filters)
        yielded, passed = set(), set()
        session = self.client.session
        while page:
            for content in page.get('objects') or []:
                if wire.key_of(content['obj']) in passed:
                    continue
                yielded.add(wire.key_of(content['obj']))
                for missing in content.get('missingSet') or []:
                    fault = as_fault(missing['fault'], 'RetrievePropertiesEx')
                    is_over = fault.name == 'NotAuthenticated'
                    if missing['path'] in DISPENSABLE and not is_over:
                        continue
                    if unread is None or is_over:
                        raise fault
                    unread(content['obj'], missing['path'], fault)
                yield content['obj'], wire.retrieved(content)
            try:
                page = next_page(self.client, page)
            except Failure:
                if passed or self.client.session.token == session.token:
                    raise
                # The pages were those of a session that has expired since: once more, without what is known.
                passed, page = yielded, first_page(self.client, filters)

    def read(self, refs, properties, related=(), unread=None):
        """Returns [(reference, properties)] of virtual machines; one that is deleted meanwhile is left out.

        `related` are paths of references that a VM holds; what they name comes along in this request, with its name.
        `unread` is as in retrieve.
        """
        if not refs:
            return []
        wanted = property_filter({wire.key_of(ref): properties for ref in refs}, reportMissingObjectsInResults=True)
        if related:
            wanted['propSet'] += [wire.data('PropertySpec', type=kind, all=False, pathSet=['name']) for kind in RELATED]
            for each in wanted['objectSet']:
                each['selectSet'] = [wire.data('TraversalSpec', type='VirtualMachine', path=path, skip=False)
                                     for path in related]
        return list(self.retrieve(wanted, unread=unread_but_names(unread) if related else unread))

    def if_known(self, target, method):
        """Returns what a method without parameters, which changes nothing, returns; None where the server lacks it."""
        try:
            return self.client.call(target, method, repeatable=True)
        except Failure as failure:
            if not failure.is_unknown_call:
                raise
            return None

    def properties(self, ref, *paths):
        """Returns {path: value} of one object of any type. Raises Fault."""
        for _ref, found in self.retrieve(property_filter({wire.key_of(ref): paths})):
            return found
        raise gone(ref)

    def fixed(self, ref, path):
        """Returns a property that nobody expects to change while a task runs, such as a name: a fleet reads it once.

        Raises Fault.
        """
        return self.once(self._fixed, *wire.key_of(ref), path)

    def _fixed(self, kind, moid, path):
        return self.properties(wire.reference(kind, moid), path)[path]

    def named(self, kind, name, below=None):
        """Returns the references of all objects of a type with that name, below a folder or datacenter, or the root."""
        names = [(ref, wire.name(properties.get('name', ''))) for ref, properties in self.walk(kind, below, ['name'])]
        found = [ref for ref, each in names if each == wire.name(name)]
        if not found:
            self.suggestions[kind, name] = suggestion(wire.name(name), [each for _ref, each in names])
        return found

    def walk(self, kind, below, paths, also=()):
        """Yields (reference, {path: value}) of all objects of a type below `below` (the root if None), page by page.

        `also` are types on the way that come along with their name and parent.
        """
        wanted = {kind.replace('Placed', ''): list(paths), **{each: ['name', 'parent'] for each in also}}
        return self.retrieve(self.below(below, KINDS[kind][0], wanted))

    def places(self):
        """Returns the PropertyFilterSpec for name and parent of everything that a virtual machine can be in or on."""
        return self.below(None, PLACES_EDGES, {each: ['name', 'parent'] for each in PLACES})

    def below(self, start, edges, wanted):
        """Returns the PropertyFilterSpec for {type: paths} of what edges lead to from `start` (the root if None)."""
        selection = [
            wire.data('TraversalSpec', name=name, type=EDGES[name][0], path=EDGES[name][1], skip=False,
                      selectSet=[wire.data('SelectionSpec', name=edge) for edge in EDGES[name][2] if edge in edges])
            for name in edges]
        return wire.data(
            'PropertyFilterSpec',
            propSet=[wire.data('PropertySpec', type=each, all=False, pathSet=wanted[each]) for each in wanted],
            objectSet=[wire.data('ObjectSpec', obj=start or self.client.service('rootFolder'), skip=False,
                                 selectSet=selection)])

    def expired(self):
        """Tells whether nothing was found since the session had expired, which reads may not say; renews it.

        Raises Refusal for a session that was handed in, which cannot be renewed.
        """
        session = self.client.session
        if self.client.is_logged_in():
            return False
        if not session.owned:
            raise Refusal('The vCenter does not know the session of session_id: it has expired or is logged out.',
                          'NotAuthenticated',
                          hint='Log in again with vsphere.vm.session, or give username and password.')
        self.client.renew(session)
        return True

    def tasks(self, moids):
        """Returns the TaskInfo of each of these tasks, in their order, in one request."""
        if not moids:
            return []
        wanted = property_filter({('Task', moid): ('info',) for moid in moids})
        read = {ref['value']: properties['info'] for ref, properties in self.retrieve(wanted) if properties.get('info')}
        forgotten = [moid for moid in moids if moid not in read]
        if forgotten:
            raise gone(wire.reference('Task', forgotten[0]))
        return [read[moid] for moid in moids]

    # -- anything but virtual machines

    def find(self, kind, name, datacenter=None):
        """Returns the reference of the one object of a type that a name or moid means.

        Raises Refusal if there is none, or several.
        """
        if re.fullmatch(f'{KINDS[kind][1]}-[a-z]?[0-9]+', name):
            return wire.reference(kind, name)
        return self.once(self._find, kind, name, datacenter)

    def _find(self, kind, name, datacenter):
        spoken = SPOKEN.get(kind, kind.lower())
        found = self.named(kind, name, self.datacenter(datacenter) if datacenter else None)
        if not found:
            raise Refusal(f'There is no {spoken} named {name!r}.', 'NotFound', details={'type': kind, 'name': name},
                          hint=self.suggestions[kind, name])
        if len(found) > 1:
            moids = [ref['value'] for ref in found]
            raise Refusal(f'{len(found)} {spoken}s are named {name!r}: {", ".join(moids)}. Give the moid.',
                          'AmbiguousName', category='invalid_argument',
                          details={'type': kind, 'name': name, 'candidates': moids})
        return found[0]

    def by_path(self, path):
        """Returns the reference of what is at an inventory path (`DC0/vm/web/app-01`), or None."""
        try:
            return self.client.call(self.client.service('searchIndex'), 'FindByInventoryPath', repeatable=True,
                                    inventoryPath=path.strip('/'))
        except Failure as failure:
            if not failure.is_unknown_call:
                raise
        everything = {**dict.fromkeys(PLACES, ('name', 'parent')), 'VirtualMachine': ('name', 'parent')}
        tree = {wire.key_of(ref): each for ref, each in self.retrieve(self.below(None, PLACES_EDGES, everything))}
        return next((wire.reference(*key) for key in tree if path_in(tree, key) == path.strip('/')), None)

    def child(self, folder, name):
        """Returns the reference of what has a name right in a folder, or None."""
        try:
            return self.client.call(self.client.service('searchIndex'), 'FindChild', repeatable=True, entity=folder,
                                    name=wire.escaped(name))
        except Failure as failure:
            if not failure.is_unknown_call:
                raise
        children = self.properties(folder, 'childEntity').get('childEntity') or []
        return next((ref for ref, each in self.read(children, ['name'])
                     if wire.name(each['name']) == wire.meant(name)), None)

    def datacenter(self, name):
        """Returns the reference of a datacenter by name or path."""
        return self.once(self._datacenter, name)

    def _datacenter(self, name):
        return self.by_path(name) or self.find('Datacenter', name)

    def folder(self, path, datacenter=None):
        """Returns the reference of a VM folder by its path, which may begin at or below the VM folder of `datacenter`.

        Raises Refusal if there is none.
        """
        return self.once(self._folder, path, datacenter)

    def _folder(self, path, datacenter):
        inside = path.strip('/')
        paths = [inside]
        if datacenter and not inside.startswith(f'{datacenter.strip("/")}/'):
            paths = [f'{datacenter.strip("/")}/vm/{inside}']
            if re.match('vm(/|$)', inside):
                paths.append(f'{datacenter.strip("/")}/{inside}')
        for each in paths:
            found = self.by_path(each)
            if found and found['type'] in ('Folder', 'Datacenter'):
                return found
        within = f' in datacenter {datacenter!r}' if datacenter else ''
        raise Refusal(f'There is no folder {path!r}{within}.', 'NotFound', details={'type': 'Folder', 'path': path},
                      hint='Give its whole path, such as /DC0/vm/web, or the datacenter beside it.')

    # -- virtual machines

    def virtual_machine(self, target, properties, related=()):
        """Returns (reference, {path: value}, {moid: name of the related}) of the one VM that a target means, or None.

        `target` holds exactly one of moid, name, uuid, instance_uuid and path, maybe with folder and datacenter.
        `properties` are the paths to read, `name` among them. Raises Refusal if more than one is meant.
        """
        refs = self.targeted(target)
        if not refs and self.expired():
            refs = self.targeted(target)
        read = self.read(refs, properties, related)
        found = [each for each in read if each[0]['type'] == 'VirtualMachine']
        names = {ref['value']: wire.name(properties['name']) for ref, properties in read if 'name' in properties}
        if len(found) > 1:
            primaries = self.without_secondaries([ref for ref, _properties in found])
            if len(primaries) > 1:
                raise self.ambiguous(target, primaries)
            found = [each for each in found if each[0] in primaries]
        return (*found[0], names) if found else None

    def no_virtual_machine(self, target):
        """Returns the Refusal for a target that means no virtual machine."""
        how = how_of(target)
        places = [f'{option} {target[option]!r}' for option in ('folder', 'datacenter') if target.get(option)]
        within = f' in {" of ".join(places)}' if places else ''
        return Refusal(f'There is no virtual machine with {how} {target[how]!r}{within}.', 'NotFound',
                       details={how: target[how]}, hint=self.suggestions.get(('VirtualMachine', target[how])))

    def targeted(self, target):
        """Returns the references of the virtual machines that a target means. Raises Refusal for an empty name."""
        if not any(target.get(option) for option in TARGETS):
            empty = next((option for option in TARGETS if target.get(option) is not None), None)
            told = f'{empty} is empty' if empty else 'What names the virtual machine is null'
            raise Refusal(f'{told}: name a virtual machine.', 'InvalidArgument',
                          details={'option': empty} if empty else {})
        if target.get('moid'):
            return [wire.reference('VirtualMachine', target['moid'])]
        if target.get('path'):
            found = self.by_path(target['path'])
            return [found] if found and found['type'] == 'VirtualMachine' else []
        if target.get('name'):
            return self.named('VirtualMachine', target['name'], self.place(target))
        return self.by_uuid(target)

    def by_uuid(self, target):
        """Returns the references of the virtual machines with the UUID of a target."""
        instance = bool(target.get('instance_uuid') or target.get('use_instance_uuid'))
        uuid = target.get('instance_uuid') or target['uuid']
        datacenter = self.datacenter(target['datacenter']) if target.get('datacenter') else None
        try:
            return self.client.call(self.client.service('searchIndex'), 'FindAllByUuid', repeatable=True, vmSearch=True,
                                    instanceUuid=instance, uuid=uuid, datacenter=datacenter) or []
        except Failure as failure:
            if not failure.is_unknown_call:
                raise
        path = 'config.instanceUuid' if instance else 'config.uuid'
        return [ref for ref, properties in self.walk('VirtualMachine', datacenter, [path])
                if (properties.get(path) or '').lower() == uuid.lower()]

    def place(self, target):
        """Returns the reference of the folder or datacenter that narrows a target, None if nothing does."""
        if target.get('folder'):
            return self.folder(target['folder'], target.get('datacenter'))
        return self.datacenter(target['datacenter']) if target.get('datacenter') else None

    def without_secondaries(self, refs):
        """Returns those of several virtual machines that are no secondaries of fault tolerance.

        They have name and BIOS UUID of their primary, which is the one that a user means.
        """
        roles = {ref['value']: properties.get(ROLE, 0) for ref, properties in self.read(refs, [ROLE])}
        return [ref for ref in refs if roles.get(ref['value'], 0) < FIRST_SECONDARY]

    def ambiguous(self, target, refs):
        """Returns the Refusal for a target that means several virtual machines."""
        how = how_of(target)
        read = self.read(refs, ['name', 'config.instanceUuid', 'parent', 'parentVApp'])
        candidates = [{'moid': ref['value'], 'path': self.path_of(ref),
                       'instance_uuid': properties.get('config.instanceUuid')}
                      for ref, properties in read]
        told = '; '.join(f'{each["moid"]} ({each["path"]}, instance_uuid {each["instance_uuid"]})'
                         for each in candidates)
        return Refusal(f'{len(candidates)} virtual machines have {how} {target[how]!r}: {told}. Say which one by moid, '
                       'path or instance_uuid.', 'AmbiguousTarget', category='invalid_argument',
                       details={how: target[how], 'candidates': candidates})

    def path_of(self, ref):
        """Returns the inventory path of an object, one request a level: for failures, not for the daily work."""
        return path_from(list(self.above(ref)))

    def datacenter_of(self, ref):
        """Returns (reference, inventory path) of the datacenter that an object is in, one request a level."""
        above = list(self.above(ref))
        kinds = [each['type'] for each, _name in above]
        place = kinds.index('Datacenter')
        return above[place][0], path_from(above[place:])

    def above(self, ref):
        """Yields (reference, name) of an object and of all that it is in, up to the root."""
        while ref:
            paths = ABOVE.get(ref['type'], ('parent',))
            properties = self.properties(ref, 'name', *paths)
            yield ref, properties['name']
            ref = next((properties[path] for path in paths if properties.get(path)), None)
