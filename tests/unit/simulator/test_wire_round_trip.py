# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every type that a method of VirtualMachine takes or returns: the collection writes it, the simulator reads it, and back."""

from __future__ import annotations

import json

import pytest
from ansible_collections.vsphere.vm.plugins.module_utils import wire as ours
from hypothesis import given, settings
from hypothesis import strategies as some
from pyVmomi import VmomiSupport

from tests.simulator import schema, wire

NEWEST = (99,)
PRIMITIVES = {
    'boolean': some.booleans(), 'byte': some.integers(-2 ** 7, 2 ** 7 - 1), 'short': some.integers(-2 ** 15, 2 ** 15 - 1),
    'int': some.integers(-2 ** 31, 2 ** 31 - 1), 'long': some.integers(-2 ** 63, 2 ** 63 - 1), 'float': some.floats(-1e30, 1e30),
    'double': some.floats(allow_nan=False, allow_infinity=False), 'base64Binary': some.sampled_from(['', 'YQ==', '/+A=']),
    'dateTime': some.sampled_from(['2026-11-24T12:00:00Z', '1970-01-01T00:00:00.000001Z', '2026-11-24T12:00:00.5-03:30'])}
TEXTS = some.text(max_size=5)


def derived():
    """{data type: the names of those that derive from it}."""
    found = {}
    for python in map(VmomiSupport.GetVmodlType, VmomiSupport.ListDataTypes()):
        name = VmomiSupport.GetWsdlName(python)
        if schema.find(name):
            for base in python.__mro__[1:]:
                if issubclass(base, VmomiSupport.DataObject):
                    found.setdefault(VmomiSupport.GetWsdlName(base), set()).add(name)
    return found


def reached():
    """The names of all data types that parameters and results of VirtualMachine's methods, and its properties, lead to."""
    found, ahead, below = set(), [], derived()
    for method in schema.methods('VirtualMachine').values():
        ahead += [each.type for each in method.params.values()] + [method.result, method.task_result]
    ahead += [each.type for each in schema.properties('VirtualMachine').values()]
    while ahead:
        declared = ahead.pop()
        if declared.kind == 'data' and declared.name not in found:
            found.add(declared.name)
            ahead += [each.type for each in schema.members(declared.name).values()]
            ahead += [schema.find(each) for each in sorted(below.get(declared.name, ()))]
    return sorted(found)


def value_of(draw, declared, depth):
    """Draws a wire value of a declared type, made by the collection's own means; deep down only what is required."""
    if declared.array:
        return [value_of(draw, declared.element, depth - 1) for _each in range(draw(some.integers(0, 2 if depth > 0 else 0)))]
    if declared.kind == 'primitive':
        return draw(PRIMITIVES.get(declared.name, TEXTS))
    if declared.kind == 'enum':
        return draw(some.sampled_from(sorted(schema.enum_values(declared.name))))
    if declared.kind == 'any':
        return ours.boxed(draw(some.booleans() | PRIMITIVES['long'] | TEXTS | some.lists(TEXTS, max_size=2)))
    if declared.kind == 'reference':
        kind = declared.name if declared.name != 'ManagedObject' else 'VirtualMachine'
        return ours.reference(kind, draw(some.text('abc-123', min_size=1, max_size=5)))
    members = {name: value_of(draw, each.type, depth - 1) for name, each in schema.members(declared.name).items()
               if not each.optional or (depth > 0 and draw(some.booleans()))}
    return ours.data(declared.name, **members)


def undecorated(value):
    """A wire value without boxes and types, at any depth: what `plain` is to make of it, said in another way."""
    text = json.dumps(value)
    return json.loads(text, object_hook=lambda found: found['_value'] if '_value' in found else {
        name: member for name, member in found.items() if name != '_typeName'})


def without_type_names(value):
    """Plain data without the `typeName` that what differs in kind keeps."""
    if isinstance(value, list):
        return [without_type_names(each) for each in value]
    if isinstance(value, dict):
        return {name: without_type_names(each) for name, each in value.items() if name != 'typeName'}
    return value


TYPES = reached()


def test_they_are_many():
    assert len(TYPES) > 500 and {'VirtualMachineConfigSpec', 'VirtualMachineRelocateSpec', 'VirtualDisk'} <= set(TYPES)


# Each type, or each method, has examples of its own beside what these draw.
fewer = settings(max_examples=settings.default.max_examples // 15)


@pytest.mark.parametrize('part', range(8))
@settings(max_examples=settings.default.max_examples // 3)
@given(some.data())
def test_what_is_written_is_what_is_read(part, data):
    for name in TYPES[part::8][data.draw(some.integers(0, 19))::20]:
        declared = schema.find(name)
        value = value_of(data.draw, declared, 2)
        assert schema.problems(value, declared) == []
        assert wire.decode(json.loads(json.dumps(value)), declared, 'value', NEWEST) == value
        assert ours.unboxed(wire.box(value, declared)) == value
        assert wire.decode(wire.box([value], declared._replace(array=True)), schema.find('anyType'), 'value', NEWEST)['_value'] == [value]
        plain = ours.plain(value)
        assert without_type_names(plain) == without_type_names(undecorated(value))
        json.dumps(plain)


@pytest.mark.parametrize('method', sorted(schema.methods('VirtualMachine')))
@fewer
@given(some.data())
def test_arguments_of_methods(method, data):
    params = schema.methods('VirtualMachine')[method].params
    body = {name: value_of(data.draw, each.type, 2) for name, each in params.items() if not each.optional or data.draw(some.booleans())}
    assert wire.decode_arguments(schema.methods('VirtualMachine')[method], json.loads(json.dumps(body)), NEWEST) == body
