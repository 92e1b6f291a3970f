# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""VI JSON values: on payloads of a real vCenter, and on every shape that servers are known to send."""

from __future__ import annotations

import json
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from ansible_collections.vsphere.vm.plugins.module_utils import wire

from tests.unit.plugins import schema

PAYLOADS = {path.stem.partition('_')[2]: json.loads(path.read_text(encoding='utf-8'))
            for path in sorted((Path(__file__).parents[2] / 'payloads').glob('*.json'))}
VM = wire.reference('VirtualMachine', 'vm-41')

each_payload = pytest.mark.parametrize('name', list(PAYLOADS))


def members(value):
    """Every (name, value) at any depth."""
    if isinstance(value, list):
        for each in value:
            yield from members(each)
    elif isinstance(value, dict):
        for name, member in value.items():
            yield name, member
            yield from members(member)


def names(value):
    return {name for name, _member in members(value)}


# -- real payloads


def test_the_payloads_are_there():
    assert set(PAYLOADS) == {'RetrieveResult', 'VirtualMachineConfigInfo'}


@each_payload
def test_a_payload_loses_its_decoration_and_nothing_else(name):
    whole = PAYLOADS[name]
    bare = wire.plain(whole)
    assert '_typeName' in names(whole)
    assert names(bare) - {'typeName'} == names(whole) - {'_typeName', '_value'}


@each_payload
def test_what_is_plain_stays_so(name):
    bare = wire.plain(PAYLOADS[name])
    assert wire.plain(bare) == bare
    assert json.loads(json.dumps(bare)) == bare


@each_payload
def test_references_that_were_made_plain_are_references_again(name):
    def references(value):
        return [member for _name, member in members(value) if wire.type_of(member) == wire.REFERENCE]

    bare = wire.plain(PAYLOADS[name])
    assert references(bare) == []
    assert references(wire.annotated(bare)) == references(PAYLOADS[name])


@each_payload
def test_annotating_leaves_what_is_annotated(name):
    assert wire.annotated(PAYLOADS[name]) == PAYLOADS[name]


def test_a_retrieved_object_is_its_properties_out_of_their_boxes():
    read = wire.retrieved(PAYLOADS['RetrieveResult']['objects'][0])
    assert read['alarmActionsEnabled'] is True
    assert read['childType'] == ['Folder', 'Datacenter']
    assert read['configStatus'] == 'gray'
    assert read['declaredAlarmState'][0]['_typeName'] == 'AlarmState'
    assert wire.retrieved({'_typeName': 'ObjectContent', 'obj': VM}) == {}
    assert wire.retrieved({'propSet': [{'name': 'snapshot'}]}) == {'snapshot': None}


def test_devices_and_their_backings_keep_their_kind_and_nothing_else_does():
    config = wire.plain(PAYLOADS['VirtualMachineConfigInfo'])
    devices = config['hardware']['device']
    assert {'VirtualIDEController', 'VirtualPCIController'} <= {each['typeName'] for each in devices}
    assert [each['backing']['typeName'] for each in devices if each.get('backing')]
    assert 'typeName' not in config and 'typeName' not in config['flags'] and 'typeName' not in config['hardware']


@pytest.mark.parametrize('member', ['device', 'backing', 'connectable', 'configIssue', 'fault', 'faultCause', 'error'])
def test_what_differs_in_kind_tells_it_if_it_has_one(member):
    thing = {'_typeName': 'Thing', 'key': 1}
    assert wire.plain({'_typeName': 'Other', member: thing}) == {member: {'typeName': 'Thing', 'key': 1}}
    assert wire.plain({member: [thing, {'key': 2}, VM, 'text']}) == {
        member: [{'typeName': 'Thing', 'key': 1}, {'key': 2}, {'type': 'VirtualMachine', 'value': 'vm-41'}, 'text']}
    assert wire.plain({'other': thing}) == {'other': {'key': 1}}


def test_only_objects_have_a_type():
    assert wire.type_of(VM) == 'ManagedObjectReference'
    assert [wire.type_of(each) for each in ({}, [], 'text', None)] == [None] * 4


def test_at_follows_a_path_through_boxes_and_what_is_unset():
    config = PAYLOADS['VirtualMachineConfigInfo']
    assert wire.at(config, 'flags.recordReplayEnabled') is False
    assert wire.at(config, 'hardware.numCPU') == 1
    assert wire.at({'a': wire.boxed('x')}, 'a') == 'x'
    for nothing in ('nothing', 'nothing.here', 'name.deeper', 'hardware.device.key'):
        assert wire.at(config, nothing) is None
    assert wire.at(None, 'a.b') is None


# -- what is sent


@pytest.mark.parametrize(('value', 'kind', 'box'), [
    ('a', None, 'string'), ('', None, 'string'), (True, None, 'boolean'), (1, None, 'int'), (-2 ** 31, None, 'int'),
    (2 ** 31 - 1, None, 'int'), (2 ** 31, None, 'long'), (-2 ** 31 - 1, None, 'long'), (1.5, None, 'double'),
    (['a'], None, 'ArrayOfString'), ([1], 'ArrayOfInt', 'ArrayOfInt'),
    ('poweredOn', 'VirtualMachinePowerState', 'VirtualMachinePowerState'),
])
def test_what_an_any_slot_boxes(value, kind, box):
    boxed = wire.boxed(value, kind)
    assert boxed == {'_typeName': box, '_value': value}
    assert wire.unboxed(boxed) == value


@pytest.mark.parametrize('value', [VM, wire.data('OptionValue', key='a')])
def test_references_and_data_objects_are_not_boxed(value):
    assert wire.boxed(value) is value
    assert wire.unboxed(value) is value


def test_a_boxed_reference_as_one_page_of_the_guide_shows_it_is_read_but_never_made():
    boxed = {'_typeName': 'ManagedObjectReference', '_value': VM}
    assert wire.unboxed(boxed) == VM
    assert wire.plain(boxed) == {'type': 'VirtualMachine', 'value': 'vm-41'}


def test_boxes_within_boxes_are_opened():
    value = wire.boxed([wire.boxed([wire.boxed(1), VM], 'ArrayOfAnyType')], 'ArrayOfAnyType')
    assert wire.plain(value) == [[1, {'type': 'VirtualMachine', 'value': 'vm-41'}]]


def test_a_users_references_get_their_type_and_nothing_else_does():
    given = {
        'spec': {'_typeName': 'VirtualMachineRelocateSpec', 'host': {'value': 'host-1', 'type': 'HostSystem'}},
        'list': [{'type': 'Datastore', 'value': 'datastore-1'}, 'text', 1, None],
        'numbers': {'type': 1, 'value': 2}, 'more': {'type': 'a', 'value': 'b', 'key': 'c'}, 'less': {'type': 'a'},
    }
    assert wire.annotated(given) == {
        **given, 'list': [wire.reference('Datastore', 'datastore-1'), 'text', 1, None],
        'spec': {'_typeName': 'VirtualMachineRelocateSpec', 'host': wire.reference('HostSystem', 'host-1')}}


def test_unset_members_are_left_out_and_falsy_ones_are_not():
    assert wire.data('VirtualMachineConfigSpec', annotation=None, name='', numCPUs=0, flag=False, device=[]) == {
        '_typeName': 'VirtualMachineConfigSpec', 'name': '', 'numCPUs': 0, 'flag': False, 'device': []}


# -- names and dates


@pytest.mark.parametrize(('written', 'spoken'), [
    ('a%2fb', 'a/b'), ('a%2Fb', 'a/b'), ('50%25', '50%'), ('a%5cb', 'a\\b'), ('a%5Cb', 'a\\b'), ('%252f', '%2f'),
    ('%25252f', '%252f'), ('a%20b', 'a%20b'), ('ü %', 'ü %'), ('', ''),
])
def test_names_are_spoken_as_people_write_them(written, spoken):
    assert wire.name(written) == spoken


@pytest.mark.parametrize(('spoken', 'written'), [
    ('a/b', 'a%2fb'), ('a\\b', 'a%5cb'), ('50%', '50%25'), ('%%', '%25%25'), ('a%2fb', 'a%2fb'), ('a%5Cb', 'a%5Cb'),
    ('50%25', '50%25'), ('a%20b', 'a%2520b'), ('ü b', 'ü b'),
])
def test_names_are_written_as_the_server_does_but_for_what_is_written_so_already(spoken, written):
    assert wire.escaped(spoken) == written


@pytest.mark.parametrize(('text', 'microsecond'), [
    ('2026-01-05T08:01:00Z', 0), ('2026-01-05T08:01:00', 0), ('2026-01-05T08:01:00.1Z', 100000),
    ('2026-01-05T08:01:00.123Z', 123000), ('2026-01-05T08:01:00.123456Z', 123456),
    ('2026-01-05T08:01:00.123456789Z', 123456), ('2026-01-05T08:01:00.000001', 1),
    ('2026-01-05T09:01:00+01:00', 0), ('2026-01-05T02:31:00.5-05:30', 500000), ('2026-01-05T09:01:00.25+01:00', 250000),
])
def test_dates_of_every_precision_are_one_moment_in_utc(text, microsecond):
    moment = wire.date(text)
    assert moment == datetime(2026, 1, 5, 8, 1, 0, microsecond, tzinfo=timezone.utc)
    assert moment.utcoffset() == timedelta(0)


def test_a_date_without_a_zone_is_in_utc_wherever_the_controller_is(monkeypatch):
    monkeypatch.setenv('TZ', 'Asia/Tokyo')
    time.tzset()
    try:
        assert wire.date('2026-01-05T08:01:00.5') == datetime(2026, 1, 5, 8, 1, 0, 500000, tzinfo=timezone.utc)
    finally:
        monkeypatch.undo()
        time.tzset()


# -- faults


def test_a_flat_fault():
    value = {'_typeName': 'InvalidPowerState', 'faultstring': 'Not now.', 'requestedState': 'poweredOn',
             'existingState': 'poweredOff'}
    assert wire.fault_parts(value) == (
        'InvalidPowerState', 'Not now.', {'requestedState': 'poweredOn', 'existingState': 'poweredOff'}, None)


@pytest.mark.parametrize('wrapper', [{'_typeName': 'LocalizedMethodFault'}, {}])
def test_a_wrapped_fault_is_what_it_wraps_in_the_wrappers_words(wrapper):
    inner = {'_typeName': 'FileNotFound', 'file': '[a] b.vmx', 'faultstring': 'Inner.'}
    assert wire.fault_parts({**wrapper, 'fault': inner, 'localizedMessage': 'Gone.'}) == (
        'FileNotFound', 'Gone.', {'file': '[a] b.vmx'}, None)
    assert wire.fault_parts({**wrapper, 'fault': inner})[1] == 'Inner.'


def test_a_boxed_fault_is_out_of_its_box():
    assert wire.fault_parts({'_typeName': 'NotFound', '_value': {'_typeName': 'NotFound'}})[0] == 'NotFound'


INNER = {'_typeName': 'NumVirtualCpusIncompatible', 'numCpu': 2, 'faultstring': 'Two.'}
WRAPPED = {'_typeName': 'LocalizedMethodFault', 'fault': INNER, 'localizedMessage': 'Two.'}


@pytest.mark.parametrize('inner', [INNER, WRAPPED])
@pytest.mark.parametrize('member', ['faultCause', 'fault', 'reason', 'rootCause', 'error'])
def test_a_fault_within_a_fault_is_its_cause(member, inner):
    details, cause = wire.fault_parts({'_typeName': 'VmConfigIncompatibleForRecordReplay', member: inner})[2:]
    assert wire.fault_parts(cause)[:3] == ('NumVirtualCpusIncompatible', 'Two.', {'numCpu': 2})
    assert set(details) == {member} - {'faultCause'}


def test_a_cause_is_told_before_other_faults_within_and_a_reason_in_words_is_none():
    assert wire.fault_parts({'_typeName': 'A', 'fault': {'_typeName': 'B'}, 'faultCause': INNER})[3] == INNER
    name, _message, details, cause = wire.fault_parts({'_typeName': 'SystemError', 'reason': 'out of luck'})
    assert (name, details, cause) == ('SystemError', {'reason': 'out of luck'}, None)


@pytest.mark.parametrize(('kind', 'member'), sorted(
    (kind, member) for kind in schema.faults() for member in schema.members_that_are_faults(kind)
    if member != 'faultCause'))
def test_faults_in_the_details_of_any_fault_keep_their_names(kind, member):
    """Flat as the API has them, they are told by their type alone."""
    for inner in (INNER, [INNER], [WRAPPED]):
        details = wire.fault_parts({'_typeName': kind, member: inner})[2]
        assert 'NumVirtualCpusIncompatible' in json.dumps(details)


def test_messages_of_a_fault_are_kept_and_stand_in_for_its_text():
    value = {'_typeName': 'GenericVmConfigFault', 'reason': 'x', 'faultMessage': [
        {'_typeName': 'LocalizableMessage', 'key': 'a.b', 'message': 'One.'},
        {'_typeName': 'LocalizableMessage', 'key': 'c'}, {'_typeName': 'LocalizableMessage', 'message': 'Two.'}]}
    assert wire.fault_parts(value) == (
        'GenericVmConfigFault', 'One.; Two.', {'reason': 'x', 'faultMessage': ['One.', 'Two.']}, None)
    assert wire.fault_parts({**value, 'faultstring': 'Whole.'})[1] == 'Whole.'
    assert wire.fault_parts({'_typeName': 'NotSupported', 'faultMessage': [{'key': 'c'}]})[1:3] == ('NotSupported', {})


def test_a_fault_that_says_nothing_says_its_name():
    assert wire.fault_parts({'_typeName': 'NotSupported'}) == ('NotSupported', 'NotSupported', {}, None)
    assert wire.fault_parts({'faultstring': 'Invalid URI format'}) == ('MethodFault', 'Invalid URI format', {}, None)


def test_paths_become_nested():
    read = {'config': {'uuid': 'u', 'hardware': {'numCPU': 2}}, 'config.hardware.memoryMB': 4, 'guest.net': [], 'name': 'n'}
    assert wire.nested(read) == {
        'config': {'uuid': 'u', 'hardware': {'numCPU': 2, 'memoryMB': 4}}, 'guest': {'net': []}, 'name': 'n'}
    assert read['config'] == {'uuid': 'u', 'hardware': {'numCPU': 2}}, 'what may be cached is changed'


def test_what_is_within_something_unset_is_unset_with_it():
    given = {'snapshot.currentSnapshot': None, 'snapshot': None, 'a.b': {'c': 1}, 'a.b.d': 2}
    assert wire.nested(given) == {'snapshot': None, 'a': {'b': {'c': 1, 'd': 2}}}
    assert given['a.b'] == {'c': 1}
