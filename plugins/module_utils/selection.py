# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From `vms` and `where` to the virtual machines of a fleet, with as few requests as there are pages.

Knows the inventory; runs nothing. Source: the API pages of PropertyCollector, HostSystem, ResourcePool and
CustomFieldsManager.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from . import wire
from .faults import Failure
from .inventory_tree import KINDS, above, path_in
from .lookup import FIRST_SECONDARY, ROLE, how_of
from .power_states import power_state_of

FEW = 3  # as many look-ups of one VM each cost less than one walk through all of them
PLACES = ('folder', 'datacenter', 'cluster', 'host', 'resource_pool')


def select(inventory, params, properties, related=()):
    """Returns what a fleet's options mean: [(reference, properties, names)], and [(target, Failure)] of what they miss.

    Raises Refusal if a place that `where` names is not there.
    """
    found, missed = _select(inventory, params, properties, related)
    if not found and inventory.expired():
        found, missed = _select(inventory, params, properties, related)
    return found, missed


def _select(inventory, params, properties, related):
    if params['vms'] is None:
        refs, missed = _where(inventory, params['where']), []
    else:
        refs, missed = _targets(inventory, params['vms'])
    unread = {}
    read = inventory.read(refs, properties, related, lambda ref, _path, fault: unread.update({ref['value']: fault}))
    names = {ref['value']: wire.name(each['name']) for ref, each in read if 'name' in each}
    found = {ref['value']: (ref, each, names) for ref, each in read
             if ref['type'] == 'VirtualMachine' and ref['value'] not in unread}
    for ref in refs:
        fault = unread.get(ref['value'])
        if fault and fault.name != 'ManagedObjectNotFound':
            missed.append(({'moid': ref['value'], 'name': names.get(ref['value'])}, fault))
        elif ref['value'] not in found and params['vms'] is not None:
            missed.append(({'moid': ref['value']}, inventory.no_virtual_machine({'moid': ref['value']})))
    return [found[ref['value']] for ref in refs if ref['value'] in found], missed


def _pass_over(_ref, _path, _fault):
    """Takes what cannot be read of one that is deleted meanwhile, or that the user may not see."""


# -- where


def _where(inventory, where):
    """Returns the references of the virtual machines that fit all of `where`, by name."""
    fitting = matching(inventory, where, unread=_pass_over)
    return [ref for ref, each in sorted(fitting, key=lambda found: (found[1].get('name', ''), found[0]['value']))]


def matching(inventory, where, paths=(), beside=(), unread=None):
    """Yields (reference, {path: value}) of the virtual machines that fit all of `where`, page by page.

    `paths` are read with them. What the PropertyFilterSpecs of `beside` select comes along in the same request.
    `unread` is as in Inventory.retrieve. Raises Refusal if a place that `where` names is not there.
    """
    places = [_place(inventory, where, option) for option in PLACES if where.get(option)
              and not (option == 'datacenter' and where.get('folder'))] or [(None, 'VirtualMachine')]
    fields = custom_attributes(inventory) if where.get('custom_attributes') else {}
    wanted = ('name', 'runtime.powerState', 'config.template', ROLE, *(['customValue'] if fields else []), *paths)
    (first, kind), *others = places
    inside = [{ref['value'] for ref, _none in inventory.walk(of, place, [])} for place, of in others]
    machines = inventory.below(first, KINDS[kind][0], {'VirtualMachine': list(dict.fromkeys(wanted))})
    for ref, each in inventory.retrieve(machines, *beside, unread=unread):
        if ref['type'] != 'VirtualMachine' or (
                _fits(each, where, fields) and all(ref['value'] in moids for moids in inside)):
            yield ref, each


def _place(inventory, where, option):
    """Returns the reference of a place, and the way that leads from it to its virtual machines."""
    if option == 'folder':
        return inventory.folder(where['folder'], where.get('datacenter')), 'VirtualMachine'
    if option == 'datacenter':
        return inventory.datacenter(where['datacenter']), 'VirtualMachine'
    kind = {'cluster': 'ClusterComputeResource', 'host': 'HostSystem', 'resource_pool': 'ResourcePool'}[option]
    return inventory.find(kind, where[option], where.get('datacenter')), 'PlacedVirtualMachine'


def custom_attributes(inventory):
    """Returns {name: key} of the custom attributes that virtual machines can have."""
    manager = inventory.client.service('customFieldsManager')
    return {each['name']: each['key'] for each in inventory.client.get(manager, 'field') or []}


def _fits(properties, where, fields):
    values = {each['key']: each['value'] for each in properties.get('customValue') or []}
    return (
        (where.get('name') is None or fnmatchcase(wire.name(properties.get('name', '')), where['name']))
        and where.get('power_state') in (None, power_state_of(properties.get('runtime.powerState')))
        # A secondary of fault tolerance goes with its primary.
        and properties.get(ROLE, 0) < FIRST_SECONDARY
        and where.get('template') in (None, bool(properties.get('config.template')))
        and all(has_value(values.get(fields.get(name)), str(pattern))
                for name, pattern in (where.get('custom_attributes') or {}).items()))


def has_value(value, pattern):
    """Tells whether a custom attribute fits; one that is not set fits the empty pattern alone."""
    return fnmatchcase(value or '', pattern) and bool(value or not pattern)


# -- vms


def _targets(inventory, targets):
    """Returns the references that targets mean, each once, in their order, and [(target, Failure)] of the others."""
    looked_up = [target for target in targets if how_of(target) != 'moid']
    known = inventory.targeted if len(looked_up) <= FEW else Catalogue(inventory, looked_up).targeted
    refs, missed = {}, []
    for target in targets:
        try:
            found = known(target)
            if len(found) > 1:
                found = inventory.without_secondaries(found)
            if not found:
                raise inventory.no_virtual_machine(target)
            if len(found) > 1:
                raise inventory.ambiguous(target, found)
            refs[found[0]['value']] = found[0]
        except Failure as failure:
            missed.append((target, failure))
    return list(refs.values()), missed


class Catalogue:
    """All virtual machines by what can name them, from one walk: for more targets than are worth a look-up each."""

    def __init__(self, inventory, targets):
        self.inventory = inventory
        self.index = {}
        paths = ['name', 'parent', 'parentVApp']
        if {how_of(target) for target in targets} & {'uuid', 'instance_uuid'}:
            paths += ['config.uuid', 'config.instanceUuid']
        self.tree = {wire.key_of(ref): each for ref, each in inventory.retrieve(
            inventory.below(None, KINDS['VirtualMachine'][0], {
                'VirtualMachine': paths, 'Folder': ['name', 'parent'], 'Datacenter': ['name', 'parent']}),
            unread=_pass_over)}
        for key, each in self.tree.items():
            if key[0] == 'VirtualMachine':
                self._add(wire.reference(*key), each)

    def _add(self, ref, properties):
        named = {'name': wire.name(properties.get('name', '')), 'path': path_in(self.tree, wire.key_of(ref)),
                 'uuid': (properties.get('config.uuid') or '').lower(),
                 'instance_uuid': (properties.get('config.instanceUuid') or '').lower()}
        for how, value in named.items():
            self.index.setdefault((how, value), []).append(ref)

    def targeted(self, target):
        """Returns the references of the virtual machines that a target means, as Inventory.targeted does."""
        how = how_of(target)
        if how in (None, 'moid'):
            return self.inventory.targeted(target)
        spoken = {'path': lambda path: path.strip('/'), 'name': wire.name}.get(how, str.lower)
        value = spoken(target[how])
        if how == 'uuid' and target.get('use_instance_uuid'):
            how = 'instance_uuid'
        place = self._place(target)
        found = [ref for ref in self.index.get((how, value), [])
                 if place in (None, *above(self.tree, wire.key_of(ref)))]
        # What is in a vApp has no place in the tree.
        return found or (self.inventory.targeted(target) if place or how == 'path' else [])

    def _place(self, target):
        if how_of(target) == 'path':
            return None
        place = self.inventory.place(target)
        return place and wire.key_of(place)
