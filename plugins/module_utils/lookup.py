# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From what a user names to managed objects: one virtual machine, or a host, pool, datastore, network or folder.

One resolver for every module. Knows the inventory's shape; knows no Ansible. Source: the API pages of SearchIndex,
Folder, Datacenter, ComputeResource and VirtualApp.
"""

from __future__ import annotations

import re
from difflib import get_close_matches

from . import wire
from .faults import Failure, Refusal
from .inventory_tree import ABOVE, KINDS, PLACES, PLACES_EDGES, path_from, path_in
from .reader import Reader

ROLE = 'config.ftInfo.role'
FIRST_SECONDARY = 2  # the role of a primary is 1
TARGETS = ('moid', 'name', 'uuid', 'instance_uuid', 'path')
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
    return f'Check the spelling, and upper and lower case; it is like {", ".join(close)}.' if close else None


class Inventory(Reader):
    """Finds objects of one vCenter; remembers what a name or path of anything but a virtual machine means."""

    def __init__(self, client):
        super().__init__(client)
        self.suggestions = {}   # {(type, name that was not found): hint}

    def named(self, kind, name, below=None):
        """Returns the references of all objects of a type with that name, below a folder or datacenter, or the root."""
        names = [(ref, wire.name(properties.get('name', ''))) for ref, properties in self.walk(kind, below, ['name'])]
        found = [ref for ref, each in names if each == wire.name(name)]
        if not found:
            self.suggestions[kind, name] = suggestion(wire.name(name), [each for _ref, each in names])
        return found

    # -- anything but virtual machines

    def find(self, kind, name, datacenter=None, near=None):
        """Returns the reference of the one object of a type that a name or moid means.

        Of several of that name it is the one in the datacenter of `near` (a reference). Raises Refusal if there is
        none, or several.
        """
        if re.fullmatch(f'{KINDS[kind][1]}-[a-z]?[0-9]+', name):
            return wire.reference(kind, name)
        try:
            return self.once(self._find, kind, name, datacenter)
        except Refusal as refusal:
            if refusal.name != 'AmbiguousName' or near is None:
                raise
        return self.once(self._find, kind, name, self._datacenter_around(near))

    def _datacenter_around(self, ref):
        """Returns the moid of the datacenter that something is in; a fleet reads what is above a place once."""
        if ref['type'] == 'Datacenter':
            return ref['value']
        paths = ABOVE.get(ref['type'], ('parent',))
        above = self.properties(ref, *paths)
        return self.once(self._datacenter_at, *next(wire.key_of(above[path]) for path in paths if above.get(path)))

    def _datacenter_at(self, kind, moid):
        return self._datacenter_around(wire.reference(kind, moid))

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
                      hint='Give its whole path, such as /DC0/vm/web, or set datacenter too.')

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
            told = f'{empty} is empty' if empty else 'The option that names the virtual machine is null'
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
