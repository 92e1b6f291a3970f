# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What each fault means: driven from every fault of every method, and from all that derive from these."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from ansible_collections.vsphere.vm.plugins.module_utils import faults
from pyVmomi import VmomiSupport, vmodl

OPERATIONS = yaml.safe_load((Path(__file__).parents[3] / 'operations.yml').read_text(encoding='utf-8'))
LISTED = sorted({fault for method in OPERATIONS['methods'].values() for fault in method['faults']})
# The documented base of all faults says nothing by itself, nor does a power-on that failed within an OVF consumer.
UNTOLD = {'VimFault', 'OvfConsumerPowerOnFault'}


def fault_type(name):
    return VmomiSupport.GetWsdlType('urn:vim25', name)


def derived():
    """Every fault of pyVmomi's schema that derives from a documented one."""
    bases = tuple(fault_type(name) for name in LISTED if name != 'VimFault')
    names = {name for _namespace, name in VmomiSupport._wsdlDefMap}
    for name in sorted(names):
        try:
            kind = fault_type(name)
        except KeyError:
            continue
        if isinstance(kind, type) and issubclass(kind, bases):
            yield name


def test_there_is_something_to_hold():
    assert len(LISTED) > 25
    assert len(list(derived())) > 200


@pytest.mark.parametrize('name', [*LISTED, *derived()])
def test_every_documented_fault_and_what_derives_from_it_is_told(name):
    category = faults.category_of(name)
    assert category in faults.CATEGORIES
    assert category != 'server' or name in UNTOLD


@pytest.mark.parametrize(
    ('name', 'category'),
    [
        ('InvalidLogin', 'auth'),
        ('NotAuthenticated', 'auth'),
        ('NoPermission', 'permission'),
        ('NotFound', 'not_found'),
        ('ManagedObjectNotFound', 'not_found'),
        ('FileNotFound', 'not_found'),
        ('InvalidArgument', 'invalid_argument'),
        ('InvalidName', 'invalid_argument'),
        ('InvalidDeviceSpec', 'invalid_argument'),
        ('InvalidPowerState', 'state'),
        ('InvalidState', 'state'),
        ('ToolsUnavailable', 'state'),
        ('RecordReplayDisabled', 'state'),
        ('TaskInProgress', 'busy'),
        ('FileLocked', 'busy'),
        ('ResourceInUse', 'busy'),
        ('NotSupported', 'unsupported'),
        ('HostIncompatibleForRecordReplay', 'unsupported'),
        ('VmConfigIncompatibleForRecordReplay', 'unsupported'),
        ('CpuIncompatible', 'unsupported'),
        ('NoDiskSpace', 'capacity'),
        ('InsufficientMemoryResourcesFault', 'capacity'),
        ('DuplicateName', 'conflict'),
        ('AlreadyExists', 'conflict'),
        ('ConcurrentAccess', 'conflict'),
        ('Timedout', 'timeout'),
        ('SystemError', 'server'),
        ('SomethingOfTomorrow', 'server'),
        ('SomethingInUseOfTomorrow', 'busy'),
    ],
)
def test_the_category_is_what_an_operator_would_say(name, category):
    assert faults.category_of(name) == category


def test_a_name_has_one_category():
    names = [name for group in faults.NAMED.values() for name in group.split()]
    assert sorted(names) == sorted(set(names))


def test_every_named_fault_that_the_schema_knows_is_a_fault():
    known = {name for _namespace, name in VmomiSupport._wsdlDefMap}
    for name in faults.CATEGORY_OF:
        if name in known:
            assert issubclass(fault_type(name), vmodl.MethodFault), name


def test_a_failure_is_plain_data():
    cause = faults.Fault('Two CPUs', 'NumVirtualCpusIncompatible', details={'numCpu': 2})
    failure = faults.Fault(
        'No',
        'TaskInProgress',
        details={'task': {'type': 'Task', 'value': 'task-1'}},
        cause=cause,
        operation='PowerOnVM_Task',
        vm={'moid': 'vm-1', 'name': 'a'},
        task='task-2',
        http_status=500,
    )
    told = json.loads(json.dumps(failure.as_dict()))
    assert told['name'] == 'TaskInProgress'
    assert told['category'] == 'busy'
    assert told['retryable'] is True
    assert told['hint'] == faults.CATEGORIES['busy']
    assert told['cause']['details'] == {'numCpu': 2}
    assert set(told) >= {
        'name',
        'category',
        'retryable',
        'hint',
        'details',
        'cause',
        'operation',
        'vm',
        'task',
        'http_status',
    }


def test_what_can_be_tried_again():
    assert faults.TransportError('', 'ConnectionLost').retryable
    assert not faults.TransportError('', 'CertificateNotTrusted', retryable=False).retryable
    assert not faults.Refusal('', 'NotFound').retryable
    assert faults.WaitTimeout('').category == 'timeout'
