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
from .lookup import KINDS, how_of
from .tasks import key_of

FEW = 3  # as many look-ups of one VM each cost less than one walk through all of them
PLACES = ('folder', 'datacenter', 'cluster', 'host', 'resource_pool')
POWER = {'poweredOn': 'powered_on', 'poweredOff': 'powered_off', 'suspended': 'suspended'}


def select(inventory, params, properties, related=()):
    """Returns what a fleet's options mean: [(reference, properties, names)], and [(target, Failure)] of what they miss.

    Raises Refusal if a place that `where` names is not there.
    """
    refs, missed = _where(inventory, params['where']), []
    if params['vms'] is not None:
        refs, missed = _targets(inventory, params['vms'])
    read = inventory.read(refs, properties, related)
    names = {ref['value']: wire.name(each['name']) for ref, each in read if 'name' in each}
    found = {ref['value']: (ref, each, names) for ref, each in read if ref['type'] == 'VirtualMachine'}
    missed += [({'moid': ref['value']}, inventory.no_virtual_machine({'moid': ref['value']}))
               for ref in refs if ref['value'] not in found and params['vms'] is not None]
    return [found[ref['value']] for ref in refs if ref['value'] in found], missed


# -- where


def _where(inventory, where):
    """Returns the references of the virtual machines that fit all of `where`, by name."""
    if where is None:
        return []
    fitting = list(matching(inventory, where))
    return [ref for ref, each in sorted(fitting, key=lambda found: (found[1].get('name', ''), found[0]['value']))]


def matching(inventory, where, paths=(), beside=(), unread=None):
    """Yields (reference, {path: value}) of the virtual machines that fit all of `where`, page by page.

    `paths` are read with them. What the PropertyFilterSpecs of `beside` select comes along in the same request.
    `unread` is as in Inventory.retrieve. Raises Refusal if a place that `where` names is not there.
    """
    places = [_place(inventory, where, option) for option in PLACES if where.get(option)
              and not (option == 'datacenter' and where.get('folder'))] or [(None, 'VirtualMachine')]
    fields = custom_attributes(inventory) if where.get('custom_attributes') else {}
    wanted = ('name', 'runtime.powerState', 'config.template', *(['customValue'] if fields else []), *paths)
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
        and where.get('power_state') in (None, POWER.get(properties.get('runtime.powerState')))
        and where.get('template') in (None, bool(properties.get('config.template')))
        and all(name in fields and fnmatchcase(values.get(fields[name], ''), str(pattern))
                for name, pattern in (where.get('custom_attributes') or {}).items()))


# -- vms


def _targets(inventory, targets):
    """Returns the references that targets mean, each once, in their order, and [(target, Failure)] of the others."""
    known = _known(inventory, targets)
    refs, missed = {}, []
    for target in targets:
        try:
            found = known(target)
            if not found:
                raise inventory.no_virtual_machine(target)
            if len(found) > 1:
                raise inventory.ambiguous(target, found)
            refs[found[0]['value']] = found[0]
        except Failure as failure:
            missed.append((target, failure))
    return list(refs.values()), missed


def _known(inventory, targets):
    """Returns a function that gives the references a target means, from one walk where many have to be looked up."""
    looked_up = [target for target in targets
                 if how_of(target) != 'moid' and not target.get('folder') and not target.get('datacenter')]
    if len(looked_up) <= FEW:
        return inventory.targeted
    index = {}
    for ref, how, value in _catalogue(inventory, {how_of(target) for target in looked_up}):
        index.setdefault((how, value), []).append(ref)

    def known(target):
        if target not in looked_up:
            return inventory.targeted(target)
        how = how_of(target)
        spoken = {'path': lambda path: path.strip('/'), 'name': wire.name}.get(how, str.lower)
        value = spoken(target[how])
        if how == 'uuid' and target.get('use_instance_uuid'):
            how = 'instance_uuid'
        return index.get((how, value), [])
    return known


def _catalogue(inventory, hows):
    """Yields (reference, option, value) for every virtual machine and every option that can name it."""
    paths = ['name', 'parent', 'parentVApp']
    if hows & {'uuid', 'instance_uuid'}:
        paths += ['config.uuid', 'config.instanceUuid']
    tree = {key_of(ref): each for ref, each in inventory.walk('VirtualMachine', None, paths, ('Folder', 'Datacenter'))}
    for key, each in tree.items():
        if key[0] != 'VirtualMachine':
            continue
        ref = wire.reference(*key)
        yield ref, 'name', wire.name(each['name'])
        yield ref, 'uuid', (each.get('config.uuid') or '').lower()
        yield ref, 'instance_uuid', (each.get('config.instanceUuid') or '').lower()
        yield ref, 'path', path_in(tree, key)


def path_in(tree, key):
    """Returns the inventory path of an object by the names and parents in `tree`, without the root folder."""
    names = []
    while key in tree and tree[key].get('parent'):
        names.insert(0, tree[key]['name'])
        key = key_of(tree[key]['parent'])
    return '/'.join(names)
