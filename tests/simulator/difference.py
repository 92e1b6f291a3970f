# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""PropertyChanges between what a client knows of an object and what is true now."""
from __future__ import annotations

from . import paths, schema, wire


def entered(obj, values, readers):
    """One assignment for each value that is set; ``readers`` is {path: Reader}."""
    return [_assign(path, readers[path].box(value, obj)) for path, value in values.items()]


def changed(obj, old, new, readers, partial):
    """The changes from ``old`` to ``new``, both {path: plain value}.

    ``partial`` allows changes below a path: `config.hardware.device[4000].connectable.connected`.
    """
    changes = []
    for path, value in new.items():
        before = old.get(path)
        if before is value or before == value:
            continue
        if partial and before is not None and isinstance(value, (dict, list)):
            changes += _below(path, before, value, readers[path].box(value, obj))
        else:
            changes.append(_assign(path, readers[path].box(value, obj)))
    for path in old:
        if path not in new:
            changes.append(_unset(path, readers[path].nested))
    return changes


def _assign(path, boxed):
    return {'_typeName': 'PropertyChange', 'name': path, 'op': 'assign', 'val': boxed}


def _unset(path, nested=False):
    return {'_typeName': 'PropertyChange', 'name': path, 'op': 'indirectRemove' if nested else 'assign'}


def _below(path, old, new, boxed):
    """The changes of a value that was set and is set; ``boxed`` is the new one as it stands in an any slot."""
    if isinstance(new, dict) and isinstance(old, dict) and old.get('_typeName') == new['_typeName'] != schema.REFERENCE:
        return _of_members(path, old, new)
    if isinstance(new, list) and isinstance(old, list) and _keyed(old) and _keyed(new):
        return _of_elements(path, old, new)
    return [_assign(path, boxed)]


def _of_members(path, old, new):
    changes = []
    for name, info in schema.members(new['_typeName']).items():
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        inner = f'{path}.{name}'
        if after is None:
            changes.append(_unset(inner))
        elif before is None or info.type.kind == 'any':
            changes.append(_assign(inner, after if info.type.kind == 'any' else wire.box(after, info.type)))
        else:
            changes += _below(inner, before, after, wire.box(after, info.type))
    return changes


def _of_elements(path, old, new):
    before = {paths.key_of(item): item for item in old}
    after = {paths.key_of(item): item for item in new}
    changes = []
    for key, item in after.items():
        inner = f'{path}[{key}]' if key.lstrip('-').isdigit() else f'{path}["{key}"]'
        if key not in before:
            changes.append({**_assign(inner, item), 'op': 'add'})
        elif before[key] != item:
            changes += _below(inner, before[key], item, item)
    for key in before:
        if key not in after:
            inner = f'{path}[{key}]' if key.lstrip('-').isdigit() else f'{path}["{key}"]'
            changes.append({'_typeName': 'PropertyChange', 'name': inner, 'op': 'remove'})
    return changes


def _keyed(items):
    """Whether every element is a data object or a reference with a key of its own."""
    keys = [paths.key_of(item) if isinstance(item, dict) else None for item in items]
    return None not in keys and len(set(keys)) == len(keys)
