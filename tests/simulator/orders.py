# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Trouble to order: a method answers with a fault, late, with another status, or drops the connection."""
from __future__ import annotations

import dataclasses

from . import schema
from .fault import Fault

DROPS = ('before', 'after', 'body')
_ZERO = {'boolean': False, 'string': '', 'dateTime': '1970-01-01T00:00:00Z', 'float': 0.0, 'double': 0.0}


@dataclasses.dataclass
class Order:
    """One order. ``times`` None = for ever; ``vm`` is a name or moid, None = any object; ``task``: the fault ends the
    task instead of the request. ``drop``: the connection breaks before the method is run, after it, or in the middle
    of the answer's body. ``status``, ``body``, ``content_type``: a raw answer instead of running the method."""

    method: str
    fault: str | None = None
    fields: dict = dataclasses.field(default_factory=dict)
    text: str | None = None
    times: int | None = 1
    vm: str | None = None
    task: bool = False
    delay: float = 0.0
    drop: str | None = None
    status: int | None = None
    body: str = ''
    content_type: str = 'text/plain'

    def __post_init__(self):
        if self.drop is not None and self.drop not in DROPS:
            raise ValueError(f'drop: {self.drop!r} is none of {", ".join(DROPS)}')
        if self.fault is not None and not schema.is_a(self.fault, 'MethodFault'):
            raise ValueError(f'{self.fault!r} is not a fault of the vSphere API')
        if not _is_operation(self.method):
            raise ValueError(f'{self.method!r} is no method or property of the vSphere API')

    def matches(self, name, obj):
        """Whether the order is for the method or property ``name`` of ``obj``."""
        return (name == self.method and self.times != 0
                and (self.vm is None or self.vm in (obj.moid, obj.get('name') if _has_name(obj) else None)))

    def make_fault(self, obj):
        """The Fault, with its required members filled in where the order does not give them."""
        fields = {name: _filler(member.type, obj) for name, member in schema.members(self.fault).items()
                  if not member.optional and not member.type.array}
        return Fault(self.fault, text=self.text, **{**fields, **self.fields})


class Orders:
    """The orders of a server, oldest first."""

    def __init__(self):
        self._orders = []

    def add(self, order):
        """Take an order; returns it."""
        self._orders.append(order)
        return order

    def clear(self):
        """Forget all orders."""
        self._orders.clear()

    def take(self, name, obj):
        """The oldest order for this request, one of its times used up, or None."""
        for order in self._orders:
            if order.matches(name, obj):
                if order.times is not None:
                    order.times -= 1
                return order
        return None


def _is_operation(name):
    return any(name in schema.methods(owner) or name in schema.properties(owner) for owner in schema.managed_types())


def _has_name(obj):
    return 'name' in schema.properties(obj.ref['type'])


def _filler(declared, obj):
    if declared.kind == 'reference':
        if schema.is_a(obj.ref['type'], declared.name):
            return obj.ref
        return {'_typeName': schema.REFERENCE, 'type': declared.name, 'value': f'{declared.name.lower()}-0'}
    if declared.kind == 'enum':
        return min(schema.enum_values(declared.name))
    if declared.kind == 'primitive':
        return _ZERO.get(declared.name, '' if declared.name[0].isupper() else 0)
    return {'_typeName': declared.name, **{
        name: _filler(member.type, obj) for name, member in schema.members(declared.name).items()
        if not member.optional and not member.type.array}}
