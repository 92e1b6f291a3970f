# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Everything that is served conforms to the schema; the schema helper finds what does not."""

from __future__ import annotations

import pytest

from tests.simulator import schema
from tests.unit.simulator.wire_client import filter_spec, retrieve


def every_problem(sim):
    """What is wrong with the properties of all objects."""
    found = []
    for obj in sim.vcenter.objects():
        for name, info in schema.properties(obj.ref['type']).items():
            if info.since > schema.release_number(sim.vcenter.settings.release):
                continue
            value = obj.get(name)
            where = f'{obj.ref["type"]}:{obj.moid}.{name}'
            if value is not None:
                found += schema.problems(value, info.type, where)
            elif not info.optional:
                found.append(f'{where}: required, unset')
    return found


def test_every_property_of_every_object_conforms(shared_sim):
    assert shared_sim.call(every_problem, shared_sim) == []


def test_every_property_has_a_get(shared_sim, reader):
    objects = shared_sim.call(lambda: [obj.ref for obj in shared_sim.vcenter.objects() if obj.session is None])
    for ref in objects:
        for name, info in schema.properties(ref['type']).items():
            if info.since <= (8, 0, 3, 0):
                answer = reader.read(ref, name)
                assert answer.status == 200, (ref, name, answer.text)
                assert answer.value is not None or info.optional


def test_what_the_collector_says_conforms(shared_sim, reader):
    objects = shared_sim.call(lambda: [obj.ref for obj in shared_sim.vcenter.objects() if obj.session is None])
    types = {ref['type'] for ref in objects}
    answer = retrieve(reader, filter_spec(dict.fromkeys(types, True), objects))
    assert schema.problems(answer.value, schema.find('RetrieveResult')) == []
    assert len(answer.value['objects']) == len(objects)


@pytest.mark.parametrize(('value', 'type_name', 'problem'), [
    ('x', 'int', 'is not a int'),
    (True, 'int', 'is not a int'),
    (2 ** 31, 'int', 'is not a int'),
    ('on', 'VirtualMachinePowerState', 'is not a VirtualMachinePowerState'),
    ('2026-01-01', 'dateTime', 'is not a dateTime'),
    ('2026-01-01T00:00:00', 'dateTime', 'is not a dateTime'),
    ('a', 'base64Binary', 'is not a base64Binary'),
    ('x', 'ArrayOfString', 'is not an array of string'),
    ({'label': 'x', 'summary': 'y'}, 'Description', 'carries no _typeName'),
    ({'_typeName': 'Description', 'label': 'x'}, 'Description', '.summary: required'),
    ({'_typeName': 'Description', 'label': 'x', 'summary': 'y', 'z': 1}, 'Description', 'no such member'),
    ({'_typeName': 'AboutInfo'}, 'Description', 'is not a Description'),
    ({'_typeName': 'ManagedObjectReference', 'type': 'Folder', 'value': 'group-d1'}, 'VirtualMachine', 'is not a Virt'),
    ('x', 'anyType', 'unboxed'),
    ({'_typeName': 'int', '_value': 'x'}, 'anyType', 'is not a int'),
    ({'_typeName': 'ArrayOfInt', 'int': [1]}, 'anyType', 'must have _typeName and _value'),
])
def test_problems_are_found(value, type_name, problem):
    [found] = schema.problems(value, schema.find(type_name))
    assert problem in found


@pytest.mark.parametrize(('value', 'type_name'), [
    (-1, 'byte'), (2 ** 40, 'long'), (1, 'double'), ('2026-01-01T00:00:00.5Z', 'dateTime'), ('YQ==', 'base64Binary'),
    ({'_typeName': 'VirtualMachinePowerState', '_value': 'poweredOn'}, 'anyType'),
    ({'_typeName': 'ArrayOfInt', '_value': [1, 2]}, 'anyType'),
    ({'_typeName': 'NotSupported', 'faultstring': 'no'}, 'MethodFault'),
])
def test_good_values_have_no_problems(value, type_name):
    assert schema.problems(value, schema.find(type_name)) == []


@pytest.mark.parametrize(('owner', 'name', 'boxed'), [
    ('VirtualMachine', 'name', 'string'),
    ('VirtualMachine', 'disabledMethod', 'ArrayOfString'),
    ('VirtualMachine', 'datastore', 'ArrayOfManagedObjectReference'),
    ('VirtualMachine', 'runtime', None),
    ('VirtualMachine', 'overallStatus', 'ManagedEntityStatus'),
    ('Folder', 'childType', 'ArrayOfString'),
    ('ManagedEntity', 'customValue', 'ArrayOfCustomFieldValue'),
    ('ManagedEntity', 'parent', None),
    ('ManagedEntity', 'alarmActionsEnabled', 'boolean'),
])
def test_boxes_are_named_as_vcenter_names_them(owner, name, boxed):
    assert schema.properties(owner)[name].type.boxed_name == boxed
