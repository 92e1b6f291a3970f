# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Property paths: `runtime.powerState`, `config.hardware.device[4000].backing`, `config.extraConfig["a.b"]`."""
from __future__ import annotations

import functools
import re

_STEP = re.compile(r'\.?([A-Za-z_]\w*)|\[(?:"((?:[^"\\]|\\.)*)"|(-?\w[^\]]*))\]')


@functools.cache
def parse(path):
    """The steps of a path: a member's name as ('member', name), an array's key as ('key', key), a string.

    Raises ValueError for what is not a path.
    """
    steps, position = [], 0
    while position < len(path):
        found = _STEP.match(path, position)
        if not found or (path[position] == '.' and not steps):
            raise ValueError(f'{path!r} is not a property path')
        position = found.end()
        name, quoted, plain = found.groups()
        steps.append(('member', name) if name else ('key', plain if quoted is None else quoted))
    if not steps or steps[0][0] != 'member':
        raise ValueError(f'{path!r} is not a property path')
    return tuple(steps)


@functools.cache
def split(path):
    """(first property's name, the remaining steps or None)."""
    if '.' not in path and '[' not in path:
        return path, None
    steps = parse(path)
    return steps[0][1], steps[1:] or None


def walk(value, steps):
    """The value at ``steps`` below a wire value, None when something on the way is unset."""
    for kind, name in steps:
        value = member(value, name) if kind == 'member' else element(value, name)
        if value is None:
            return None
    return value


def member(value, name):
    """A member of a data object, or None."""
    return value.get(name) if isinstance(value, dict) else None


def key_of(item):
    """What a path names an array's element by: its `key`, a reference's id, a plain value itself; as a string."""
    if not isinstance(item, dict):
        return str(item)
    if item.get('_typeName') == 'ManagedObjectReference':
        return item['value']
    return str(item['key']) if 'key' in item else None


def element(items, key):
    """The element of an array with that key, or None."""
    if not isinstance(items, list):
        return None
    return next((item for item in items if key_of(item) == key), None)


def replaced(value, steps, new):
    """A copy of a wire value in which what stands at ``steps`` is ``new`` (None = absent)."""
    (kind, name), rest = steps[0], steps[1:]
    if kind == 'member':
        copy = dict(value)
        inner = replaced(copy[name], rest, new) if rest else new
        if inner is None:
            copy.pop(name, None)
        else:
            copy[name] = inner
        return copy
    items = [replaced(item, rest, new) if rest and key_of(item) == name else item if key_of(item) != name else new
             for item in value]
    return [item for item in items if item is not None]
