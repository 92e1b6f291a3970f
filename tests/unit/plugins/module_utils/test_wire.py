# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""VI JSON values, on payloads of a real vCenter and on the shapes that vijson.md tells of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.vsphere.vm.plugins.module_utils import wire

PAYLOADS = Path(__file__).parents[2] / 'payloads'


def payload(name):
    return json.loads((PAYLOADS / f'payload_{name}.json').read_text(encoding='utf-8'))


def keys(value):
    """All member names at any depth."""
    if isinstance(value, list):
        return set().union(*map(keys, value)) if value else set()
    return set(value) | set().union(*map(keys, value.values())) if isinstance(value, dict) and value else set()


@pytest.mark.parametrize('name', ['RetrieveResult', 'VirtualMachineConfigInfo'])
def test_a_real_payload_loses_its_decoration_and_nothing_else(name):
    whole = payload(name)
    assert '_typeName' in keys(whole)
    bare = wire.plain(whole)
    assert keys(bare) & {'_typeName', '_value'} == set()
    assert keys(bare) - {'typeName'} == keys(whole) - {'_typeName', '_value'}


def test_a_retrieved_object_is_a_dict_of_its_properties():
    content = payload('RetrieveResult')['objects'][0]
    read = wire.retrieved(content)
    assert read['alarmActionsEnabled'] is True
    assert read['childType'] == ['Folder', 'Datacenter']
    assert read['configStatus'] == 'gray'
    assert read['declaredAlarmState'][0]['_typeName'] == 'AlarmState'


def test_devices_keep_their_kind():
    config = wire.plain(payload('VirtualMachineConfigInfo'))
    assert 'typeName' not in config and 'typeName' not in config['flags']
    kinds = {device['typeName'] for device in config['hardware']['device']}
    assert {'VirtualIDEController', 'VirtualPCIController'} <= kinds


def test_at_goes_through_what_is_unset():
    config = payload('VirtualMachineConfigInfo')
    assert wire.at(config, 'flags.recordReplayEnabled') is False
    assert wire.at(config, 'hardware.numCPU') == 1
    assert wire.at(config, 'nothing.here') is None
    assert wire.at(config, 'name.deeper') is None


@pytest.mark.parametrize(
    ('value', 'kind', 'box'),
    [
        ('a', None, 'string'),
        (True, None, 'boolean'),
        (1, None, 'int'),
        (2**31, None, 'long'),
        (1.5, None, 'double'),
        (['a'], None, 'ArrayOfString'),
        ('poweredOn', 'VirtualMachinePowerState', 'VirtualMachinePowerState'),
    ],
)
def test_boxes(value, kind, box):
    boxed = wire.boxed(value, kind)
    assert boxed == {'_typeName': box, '_value': value}
    assert wire.unboxed(boxed) == value


def test_references_and_data_objects_are_not_boxed():
    ref = wire.reference('VirtualMachine', 'vm-1')
    assert wire.boxed(ref) is ref
    assert wire.plain({'_typeName': 'ManagedObjectReference', '_value': ref}) == {
        'type': 'VirtualMachine',
        'value': 'vm-1',
    }


def test_a_users_references_are_annotated():
    given = {
        'spec': {'_typeName': 'VirtualMachineRelocateSpec', 'host': {'type': 'HostSystem', 'value': 'host-1'}},
        'list': [{'type': 'Datastore', 'value': 'datastore-1'}],
        'option': {'type': 1, 'value': 2},
    }
    assert wire.annotated(given) == {
        'spec': {'_typeName': 'VirtualMachineRelocateSpec', 'host': wire.reference('HostSystem', 'host-1')},
        'list': [wire.reference('Datastore', 'datastore-1')],
        'option': {'type': 1, 'value': 2},
    }


def test_unset_members_are_left_out():
    assert wire.data('VirtualMachineConfigSpec', annotation=None, numCPUs=0) == {
        '_typeName': 'VirtualMachineConfigSpec',
        'numCPUs': 0,
    }


@pytest.mark.parametrize(
    ('written', 'spoken'),
    [
        ('a%2fb', 'a/b'),
        ('a%2Fb', 'a/b'),
        ('50%25', '50%'),
        ('a%5cb', 'a\\b'),
        ('%252f', '%2f'),
        ('a%20b', 'a%20b'),
        ('ü', 'ü'),
    ],
)
def test_names_are_spoken_as_people_write_them(written, spoken):
    assert wire.name(written) == spoken


@pytest.mark.parametrize(
    ('text', 'microsecond'),
    [
        ('2026-01-05T08:01:00Z', 0),
        ('2026-01-05T08:01:00.1Z', 100000),
        ('2026-01-05T08:01:00.123456Z', 123456),
        ('2026-01-05T08:01:00.123456789Z', 123456),
        ('2026-01-05T09:01:00.5+01:00', 500000),
    ],
)
def test_dates_of_every_precision(text, microsecond):
    moment = wire.date(text)
    assert (moment.utctimetuple()[:5], moment.microsecond) == ((2026, 1, 5, 8, 1), microsecond)


def test_a_flat_fault():
    value = {
        '_typeName': 'InvalidPowerState',
        'faultstring': 'Not now.',
        'requestedState': 'poweredOn',
        'existingState': 'poweredOff',
    }
    assert wire.fault_parts(value) == (
        'InvalidPowerState',
        'Not now.',
        {'requestedState': 'poweredOn', 'existingState': 'poweredOff'},
        None,
    )


def test_a_wrapped_fault():
    inner = {'_typeName': 'NotFound'}
    for wrapped in (
        {'_typeName': 'LocalizedMethodFault', 'fault': inner, 'localizedMessage': 'Gone.'},
        {'fault': inner, 'localizedMessage': 'Gone.'},
    ):
        assert wire.fault_parts(wrapped) == ('NotFound', 'Gone.', {}, None)


def test_a_fault_within_a_fault_is_its_cause():
    nested = {'_typeName': 'NumVirtualCpusIncompatible', 'numCpu': 2}
    name, _message, details, cause = wire.fault_parts(
        {'_typeName': 'VmConfigIncompatibleForRecordReplay', 'fault': nested}
    )
    assert (name, cause) == ('VmConfigIncompatibleForRecordReplay', nested)
    assert details['fault'] == {'typeName': 'NumVirtualCpusIncompatible', 'numCpu': 2}
    assert wire.fault_parts({'_typeName': 'NotSupported', 'faultCause': nested})[3] == nested


def test_messages_of_a_fault_are_kept():
    value = {
        '_typeName': 'GenericVmConfigFault',
        'reason': 'x',
        'faultMessage': [
            {'_typeName': 'LocalizableMessage', 'key': 'a.b', 'message': 'One.'},
            {'_typeName': 'LocalizableMessage', 'key': 'c'},
        ],
    }
    name, message, details, _cause = wire.fault_parts(value)
    assert (name, message) == ('GenericVmConfigFault', 'One.')
    assert details == {'reason': 'x', 'faultMessage': ['One.']}


def test_a_fault_without_a_type():
    assert wire.fault_parts({'faultstring': 'Invalid URI format'})[:2] == ('MethodFault', 'Invalid URI format')
