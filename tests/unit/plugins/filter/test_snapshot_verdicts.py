# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The filter snapshot_verdicts: what is due, and why the others stay."""

from __future__ import annotations

import pytest
from ansible_collections.vsphere.vm.plugins.filter.snapshot_verdicts import FilterModule

verdicts = FilterModule().filters()['snapshot_verdicts']


def snapshot(**members):
    return {'id': 1, 'moid': 'snapshot-1', 'name': 'before-patch', 'path': 'before-patch', 'description': '',
            'created': '2026-01-01T00:00:00Z', 'age_days': 8.5, 'size_bytes': 100, 'power_state': 'powered_off',
            'current': True, 'replay_supported': False, **members}


def machine(*snapshots, moid='vm-1', name='app-01'):
    return {'vm': {'moid': moid, 'name': name, 'snapshots': list(snapshots)}}


@pytest.mark.parametrize(('options', 'reason'), [
    ({}, ''),
    ({'min_age_days': 8.5}, ''),
    ({'min_age_days': '9'}, 'younger than 9 days'),
    ({'min_size_bytes': 100}, ''),
    ({'min_size_bytes': 101}, 'smaller than 101 bytes'),
    ({'names': ['x', 'before-*']}, ''),
    ({'names': ['Before-*', 'before']}, 'named otherwise'),
    ({'names': []}, 'named otherwise'),
    ({'keep_snapshots': ['*-patch']}, 'the snapshot is an exception'),
    ({'keep_vms': ['app-*']}, 'the virtual machine is an exception'),
    ({'keep_vms': ['vm-1']}, 'the virtual machine is an exception'),
    ({'keep_vms': ['vm-2']}, ''),
])
def test_conditions_and_exceptions(options, reason):
    (verdict,) = verdicts([machine(snapshot())], **options)
    assert (verdict['due'], verdict['reason']) == (not reason, reason)


def test_recordings_stay_unless_told_otherwise():
    machines = [machine(snapshot(replay_supported=True))]
    assert verdicts(machines)[0]['reason'] == 'it is a recording'
    assert verdicts(machines, keep_recordings=False)[0]['due'] is True


def test_an_unknown_size_is_no_size():
    assert verdicts([machine(snapshot(size_bytes=None))])[0]['due'] is True
    assert verdicts([machine(snapshot(size_bytes=None))], min_size_bytes=1)[0]['due'] is False


def test_custom_values_are_those_of_the_same_machine():
    information = [{'vm': {
        'moid': moid, 'availableField': [{'key': 7, 'name': 'Keep'}, {'key': 8, 'name': 'Owner'}],
        'customValue': [{'key': 7, 'value': value}]}} for moid, value in (('vm-1', 'yes'), ('vm-2', ''))]
    information.append({'vm': {'moid': 'vm-3', 'availableField': None, 'customValue': None}})
    information.append({'vm': {'name': 'gone'}, 'failed': True})
    machines = [machine(snapshot(), moid=f'vm-{number}') for number in (1, 2, 3)]
    told = verdicts(machines, keep_custom_values={'Keep': 'y*'}, information=information)
    assert [each['reason'] for each in told] == ['the custom attribute Keep is yes', '', '']
    anything = verdicts(machines, keep_custom_values={'Keep': '*'}, information=information)
    assert [bool(each['reason']) for each in anything] == [True, False, False]


def test_the_oldest_come_first_and_what_failed_is_left_out():
    machines = [machine(snapshot(age_days=1), snapshot(age_days=3)), machine(snapshot(age_days=2), moid='vm-2'),
                {'vm': {'name': 'gone'}, 'failed': True}]
    assert [(each['vm']['moid'], each['age_days']) for each in verdicts(machines)] == [('vm-1', 3), ('vm-2', 2), ('vm-1', 1)]
