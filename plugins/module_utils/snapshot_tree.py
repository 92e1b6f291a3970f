# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The snapshots of a virtual machine as a list, and the one that a user means.

Source: the API pages of VirtualMachineSnapshotInfo and VirtualMachineSnapshotTree.
"""

from __future__ import annotations

from . import wire
from .faults import Refusal
from .power_states import power_state_of

SECONDS_A_DAY = 86400


def flat(info):
    """Returns a VirtualMachineSnapshotInfo as a list in the tree's order, a parent before its children.

    Each is a dict: ref, moid, path (names from the root), depth, current, children (moids), tree (the wire's own).
    """
    current = wire.at(info or {}, 'currentSnapshot.value')
    return list(_flat((info or {}).get('rootSnapshotList') or [], (), current))


def _flat(trees, above, current):
    for tree in trees:
        path = (*above, wire.name(tree['name']))
        below = tree.get('childSnapshotList') or []
        moid = tree['snapshot']['value']
        yield {'ref': tree['snapshot'], 'moid': moid, 'path': '/'.join(path), 'depth': len(above), 'tree': tree,
               'current': moid == current, 'children': [each['snapshot']['value'] for each in below]}
        yield from _flat(below, path, current)


def age_of(vm, snapshot):
    """Returns the age of a snapshot in days, by the clock that has stamped it: the server's."""
    return (vm.inventory.now - wire.date(snapshot['tree']['createTime'])).total_seconds() / SECONDS_A_DAY


def paths(vm):
    """Returns the paths of all snapshots."""
    return [each['path'] for each in vm.snapshots()]


def paths_left(vm, days):
    """Returns the paths that snapshots have once those are gone that are older than `days` days; None spares none."""
    gone = {each['moid'] for each in vm.snapshots() if days is None or age_of(vm, each) > days}
    return [each['path'] for each in flat({'rootSnapshotList': _without(vm['snapshot.rootSnapshotList'] or [], gone)})]


def _without(trees, gone):
    """Returns VirtualMachineSnapshotTrees without some snapshots (moids), whose children take their places."""
    found = []
    for tree in trees:
        below = _without(tree.get('childSnapshotList') or [], gone)
        found += below if tree['snapshot']['value'] in gone else [{**tree, 'childSnapshotList': below}]
    return found


def snapshot_facts(snapshot):
    """Returns what a user wants to see of a snapshot of `flat`."""
    tree = snapshot['tree']
    return {
        'id': tree.get('id'), 'moid': snapshot['moid'], 'name': wire.name(tree['name']), 'path': snapshot['path'],
        'depth': snapshot['depth'], 'description': tree.get('description'), 'created': tree.get('createTime'),
        'power_state': power_state_of(tree.get('state')), 'quiesced': tree.get('quiesced'),
        'current': snapshot['current'], 'replay_supported': bool(tree.get('replaySupported')),
        'children': snapshot['children'],
    }


def new_facts(name, description):
    """Returns what is known of a snapshot before it is there."""
    return {'name': wire.meant(name), 'description': description or ''}


def described_facts(facts, name, description):
    """Returns the facts of a snapshot with another name and description, and what of these two is new.

    None leaves either as it is.
    """
    wanted = {'name': name and wire.meant(name), 'description': description}
    new = {member: value for member, value in wanted.items() if value not in (None, facts[member])}
    path = facts['path'][:len(facts['path']) - len(facts['name'])] + new.get('name', facts['name'])
    return {**facts, **new, 'path': path}, new


def chosen_snapshot(vm, name=None, number=None):
    """Returns the one snapshot of a VirtualMachine that is meant, None if there is none.

    `name` is a name or a path of names from the root (`base/patched`), `number` the id in the tree or the moid.
    Raises Refusal with the candidates if several have that name, and if neither is given.
    """
    if not name and not number:
        raise Refusal('Name the snapshot: snapshot_name and snapshot_id are both missing.', 'InvalidArgument',
                      details={'option': 'snapshot_name'})

    name = name and wire.meant(name)

    def is_meant(each):
        if number:
            return number in (str(each['tree'].get('id')), each['moid'])
        return name in (each['path'], wire.name(each['tree']['name']))
    found = [each for each in vm.snapshots() if is_meant(each)]
    if len(found) > 1 and '/' in (name or ''):
        found = [each for each in found if each['path'] == name]
    if len(found) > 1:
        raise _ambiguous(vm, name, found)
    return found[0] if found else None


def existing_snapshot(vm, name=None, number=None):
    """Returns the snapshot that `chosen_snapshot` finds. Raises Refusal if there is none."""
    found = chosen_snapshot(vm, name, number)
    if found is None:
        there = paths(vm)
        told = f'it has {", ".join(map(repr, there))}' if there else 'it has none'
        raise Refusal(f'{vm.name} has no snapshot {name or number!r}; {told}.', 'NotFound',
                      details={'snapshot': name or number, 'snapshots': there})
    return found


def _ambiguous(vm, name, found):
    candidates = [{'id': each['tree']['id'], 'moid': each['moid'], 'path': each['path'],
                   'created': each['tree']['createTime']} for each in found]
    told = '; '.join(f'id {each["id"]} ({each["path"]}, created {each["created"]})' for each in candidates)
    return Refusal(f'{len(found)} snapshots of {vm.name} are named {name!r}: {told}. Say which one by snapshot_id.',
                   'AmbiguousSnapshot', category='invalid_argument', details={'candidates': candidates})
