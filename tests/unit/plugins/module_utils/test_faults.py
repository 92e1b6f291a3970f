# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What each fault means: for every fault of every method, for all that derive from these, and for names to come."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path

import pytest
import yaml
from ansible_collections.vsphere.vm.plugins.module_utils import faults

from tests.unit.plugins import schema

OPERATIONS = yaml.safe_load((Path(__file__).parents[3] / 'operations.yml').read_text(encoding='utf-8'))
DOCUMENTED = sorted({fault for method in OPERATIONS['methods'].values() for fault in method['faults']})
# The base of all faults is documented of some methods, and says nothing by itself.
UNTOLD = {'VimFault'}
# What any method may fail with, documented or not.
OF_ANY_METHOD = (
    'HostNotConnected', 'InvalidArgument', 'InvalidRequest', 'InvalidType', 'ManagedObjectNotFound', 'MethodNotFound',
    'NoPermission', 'NotAuthenticated', 'NotImplemented', 'RequestCanceled', 'ResourceInUse', 'RestrictedVersion')


def test_the_table_of_operations_is_whole():
    assert len(OPERATIONS['methods']) == 68
    assert len(DOCUMENTED) == 29
    assert len(schema.derived_from(set(DOCUMENTED) - UNTOLD)) > 250


@pytest.mark.parametrize('name', sorted({*DOCUMENTED, *OF_ANY_METHOD, *schema.derived_from(set(DOCUMENTED) - UNTOLD)}))
def test_every_documented_fault_and_what_derives_from_it_has_a_category(name):
    assert (faults.category_of(name) == 'server') == (name in UNTOLD)


@pytest.mark.parametrize(('category', 'names'), [
    ('auth', 'InvalidLogin NotAuthenticated PasswordExpired InvalidLocale SessionNotFound'),
    ('permission', 'NoPermission RestrictedVersion RestrictedByAdministrator HostAccessRestrictedToManagementServer'),
    ('not_found', 'NotFound ManagedObjectNotFound FileNotFound NoDiskFound MissingController DeviceNotFound'),
    ('invalid_argument', '''InvalidArgument InvalidName InvalidDeviceSpec InvalidRequest InvalidDatastorePath
        VmConfigFault CustomizationFault InvalidProperty DatacenterMismatch'''),
    ('state', '''InvalidPowerState InvalidState ToolsUnavailable RecordReplayDisabled HostNotConnected FileFault
        SnapshotFault InvalidHostState CannotAccessFile EncryptionKeyRequired SecondaryVmAlreadyEnabled
        LegacyNetworkInterfaceInUse SoftRuleVioCorrectionDisallowed DisallowedMigrationDeviceAttached
        StorageDrsCannotMoveVmInUserFolder'''),
    ('busy', 'TaskInProgress FileLocked ResourceInUse SnapshotLocked ToolsInstallationInProgress VAppTaskInProgress'),
    ('unsupported', '''NotSupported NotImplemented HostIncompatibleForRecordReplay DeviceUnsupportedForVmVersion
        VmConfigIncompatibleForRecordReplay CpuIncompatible RDMNotSupported UncustomizableGuest VMotionNotLicensed
        ReplicationNotSupportedOnHost MultipleSnapshotsNotSupported'''),
    ('capacity', '''NoDiskSpace InsufficientResourcesFault InsufficientMemoryResourcesFault TooManySnapshotLevels
        NotEnoughCpus FileTooLarge VmSmpFaultToleranceTooManyVMsOnHost LimitExceeded NoCompatibleHost'''),
    ('conflict', '''DuplicateName AlreadyExists ConcurrentAccess FileAlreadyExists VmWwnConflict RuleViolation
        VmHostAffinityRuleViolation VMOnConflictDVPort ConcurrentChange'''),
    ('timeout', 'Timedout PowerOnFtSecondaryTimedout WaitTimeout'),
    ('server', 'SystemError VimFault RuntimeFault MethodFault HostCommunication DatabaseError SomethingOfTomorrow'),
    # What the collection itself raises.
    ('unsupported', 'UnsupportedRelease NotVIJSON'),
    ('transport', 'ServiceUnavailable'),
])
def test_the_category_is_what_an_operator_would_say(category, names):
    assert {name: faults.category_of(name) for name in names.split()} == dict.fromkeys(names.split(), category)


@pytest.mark.parametrize(('name', 'category'), [
    ('SomethingInUseOfTomorrow', 'busy'), ('MoreThingsInUse', 'busy'), ('VmInUserFolder', 'server'),
    ('NoPermissionOnThing', 'permission'), ('ThingNotLicensed', 'unsupported'), ('TooManyThings', 'capacity'),
    ('ThingsExceeded', 'capacity'), ('ThingNotFound', 'not_found'), ('ThingAlreadyExists', 'conflict'),
    ('ThingTimedOut', 'timeout'), ('ThingNotReady', 'state'), ('ThingDisallowed', 'state'),
    ('InvalidThing', 'invalid_argument'), ('ThingNotSupportedInState', 'unsupported'), ('InvalidThingState', 'state'),
    ('ThingNotAuthorized', 'permission'), ('ThingLicenseExpired', 'capacity'), ('ThingPending', 'busy'),
    ('ThingAuthenticationFailed', 'auth'), ('ThingInaccessible', 'state'), ('MigrationOfThing', 'state'),
    ('NoThingFoundThere', 'not_found'), ('ThingEditorFailed', 'invalid_argument'), ('ThingRule', 'conflict'),
])
def test_a_fault_of_tomorrow_has_the_category_of_its_family(name, category):
    assert schema.fault_type(name) is None
    assert faults.category_of(name) == category


def test_a_name_is_in_one_category_only():
    names = [name for group in faults.NAMED.values() for name in group.split()]
    assert sorted(names) == sorted(set(names))


def test_every_category_is_one_that_is_promised_and_has_a_hint():
    assert list(faults.CATEGORIES) == [
        'auth', 'permission', 'not_found', 'invalid_argument', 'state', 'busy', 'unsupported', 'capacity', 'conflict',
        'timeout', 'transport', 'server']
    assert {*faults.NAMED, *dict(faults.FAMILIES), *faults.RETRYABLE} <= set(faults.CATEGORIES)
    assert all(hint.endswith('.') for hint in (*faults.CATEGORIES.values(), *faults.HINTS.values()))


def test_a_failure_is_plain_data():
    cause = faults.Fault('Two CPUs.', 'NumVirtualCpusIncompatible', details={'numCpu': 2})
    failure = faults.Fault('No.', 'TaskInProgress', details={'task': {'type': 'Task', 'value': 'task-1'}}, cause=cause,
                           operation='PowerOnVM_Task', vm={'moid': 'vm-1', 'name': 'a'}, task='task-2', http_status=500)
    told = failure.as_dict()
    assert json.loads(json.dumps(told)) == told
    assert told == {
        'name': 'TaskInProgress', 'message': 'No.', 'category': 'busy', 'retryable': True,
        'hint': faults.HINTS['TaskInProgress'], 'details': {'task': {'type': 'Task', 'value': 'task-1'}},
        'cause': cause.as_dict(), 'operation': 'PowerOnVM_Task', 'vm': {'moid': 'vm-1', 'name': 'a'}, 'task': 'task-2',
        'http_status': 500}
    assert told['cause']['name'] == 'NumVirtualCpusIncompatible' and told['cause']['details'] == {'numCpu': 2}
    assert told['cause']['cause'] is None


def test_a_failure_is_an_exception_that_says_its_message():
    assert str(faults.Refusal('Not there.', 'NotFound')) == 'Not there.'
    assert faults.Refusal('Not there.', 'NotFound').details == {}


@pytest.mark.parametrize('failure', [
    faults.TransportError('Lost.', 'ConnectionLost', may_have_run=True, operation='a'), faults.WaitTimeout('Late.'),
    faults.Fault('No.', 'NotFound', details={'a': 1})])
def test_a_copy_is_the_same_failure_and_an_exception_of_its_own(failure):
    copy = failure.copy()
    assert copy is not failure and type(copy) is type(failure)
    assert (vars(copy), str(copy)) == (vars(failure), str(failure))
    copy.vm = {'moid': 'vm-1'}
    assert failure.vm is None


def test_who_gave_no_answer_may_have_done_the_work():
    assert faults.TransportError('', 'ConnectionLost', may_have_run=True).may_have_run is True
    assert faults.TransportError('', 'ConnectionRefused').may_have_run is False
    assert faults.WaitTimeout('').name == 'WaitTimeout'


@pytest.mark.parametrize('kind', [each for _name, each in inspect.getmembers(faults, inspect.isclass)])
def test_the_tree_is_as_it_is_drawn(kind):
    drawn = re.search(rf'^ *([│ ]*[├└]── )?{kind.__name__}\b', faults.__doc__, flags=re.MULTILINE)
    assert drawn and issubclass(kind, faults.Failure)
    assert (kind.__mro__[1] is faults.Refusal) == (kind is faults.WaitTimeout)


@pytest.mark.parametrize(('failure', 'category', 'retryable'), [
    (faults.Fault('', 'FileLocked'), 'busy', True),
    (faults.Fault('', 'InvalidPowerState'), 'state', False),
    (faults.TransportError('', 'ConnectionLost'), 'transport', True),
    (faults.TransportError('', 'CertificateNotTrusted', retryable=False), 'transport', False),
    (faults.TransportError('', 'NotVIJSON', category='unsupported'), 'unsupported', False),
    (faults.Refusal('', 'NotFound'), 'not_found', False),
    (faults.Refusal('', 'QuestionPending', category='state'), 'state', False),
    (faults.WaitTimeout(''), 'timeout', False),
])
def test_what_can_be_tried_again(failure, category, retryable):
    assert (failure.category, failure.retryable) == (category, retryable)
    assert failure.hint == faults.CATEGORIES[category]


@pytest.mark.parametrize(('name', 'said'), [('TaskInProgress', 'busy_timeout'), ('ToolsUnavailable', 'vsphere.vm.tools')])
def test_a_name_that_says_more_than_its_category_has_a_hint_of_its_own(name, said):
    assert said in faults.Fault('', name).hint


def test_who_knows_better_says_what_to_do():
    assert faults.Fault('', 'NotSupported', hint='Try a cluster.').as_dict()['hint'] == 'Try a cluster.'
