# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What can go wrong, as one tree of exceptions, and what each vSphere fault means to an operator.

    Failure
    ├── Fault            the server said no, in its answer or as the error of a task
    ├── TransportError   there is no answer of the API: no connection, no trust, no JSON
    └── Refusal          the collection itself says no: nothing found, an ambiguous target, a forecast
        └── WaitTimeout  what was waited for did not come in time; the task runs on

Knows no HTTP, no wire form and no Ansible.
"""

from __future__ import annotations

import re

# Hints tell what to do next; they are kept beside the category because both answer the question "what now?".
CATEGORIES = {
    'auth': 'Check the user name, the password and that the account is not locked or expired.',
    'permission': 'Ask for the privilege named in the details on the object named there.',
    'not_found': 'Check the name or id; the object may have been renamed, moved or deleted.',
    'invalid_argument': 'Correct the option that the message names.',
    'state': 'Bring the virtual machine into the state that the operation needs, then run the task again.',
    'busy': 'Another operation holds the object: wait until it has ended, then run the task again.',
    'unsupported': 'This server, host or virtual machine cannot do it; the details say what prevents it.',
    'capacity': 'Free resources, or choose another host, resource pool or datastore.',
    'conflict': 'Something of that name exists, or somebody has changed the object: check it, then run the task again.',
    'timeout': 'Look at the vCenter task; raise timeout if it is just slow.',
    'transport': 'Check hostname, port, proxy, and that the vCenter service is up.',
    'server': 'Look at the tasks and events of the vCenter, and at its vpxd log, for the time of the failure.',
}

RETRYABLE = frozenset({'busy', 'transport'})

# What to do where a fault's name says more of it than its category.
HINTS = {
    'TaskInProgress': 'Another task holds the object: wait for it, or set busy_timeout to have this task wait.',
    'ToolsUnavailable': 'Wait for VMware Tools with vsphere.vm.tools and state: running, or do it without the guest.',
}

# Names that say less, or something else, than they mean. Source: the API page of each fault.
NAMED = {
    'auth': '''
        InvalidLogin NotAuthenticated SessionNotFound InvalidToken AuthenticationRequired PasswordExpired
        NoClientCertificate InvalidLocale''',
    'permission': '''
        NoPermission RestrictedByAdministrator RestrictedVersion SecurityError
        HostAccessRestrictedToManagementServer DisallowedChangeByService''',
    'not_found': '''
        NotFound ManagedObjectNotFound FileNotFound NoDiskFound MissingController NoSuchSnapshot
        SecondaryVmNotRegistered''',
    'invalid_argument': '''
        CustomizationFault InvalidRequest MethodNotFound IncorrectFileType NotADirectory NotAFile FileNameTooLong
        IpHostnameGeneratorError NicSettingMismatch NoDisksToCustomize VmConfigFault GenericVmConfigFault
        UnconfiguredPropertyValue NotUserConfigurableProperty MissingNetworkIpConfig MissingIpPool
        NoVcManagedIpConfigured CannotUseNetwork CannotDecryptPasswords MemorySizeNotRecommended
        MissingLinuxCustResources MissingWindowsCustResources OvfConsumerValidationFault VAppPropertyFault
        DatacenterMismatch OutOfBounds UnexpectedInput''',
    'state': '''
        InvalidState InvalidPowerState ToolsUnavailable RecordReplayDisabled SnapshotFault SnapshotDisabled
        SnapshotNoChange FileFault AlreadyUpgraded MigrationFault HostNotConnected MethodDisabled
        VmFaultToleranceIssue VmPowerOnDisabled EncryptionKeyRequired UncommittedUndoableDisk LinuxVolumeNotClean
        MigrationDisabled MigrationNotReady VmToolsUpgradeFault ToolsUpgradeCancelled RequestCanceled
        NoActiveHostInCluster VAppNotRunning SecondaryVmAlreadyDisabled SecondaryVmAlreadyEnabled
        SecondaryVmAlreadyRegistered ToolsAlreadyUpgraded PowerOnFtSecondaryFailed
        FaultTolerancePrimaryPowerOnNotAttempted VmFaultToleranceOpIssuesList MountError
        DirectoryNotEmpty FilesystemQuiesceFault ApplicationQuiesceFault NoGuestHeartbeat AffinityConfigured
        SnapshotRevertIssue HAErrorsAtDest WillLoseHAProtection WillModifyConfigCpuRequirements
        WillResetSnapshotDirectory InaccessibleDatastore InaccessibleFTMetadataDatastore NetworkCopyFault
        QuarantineModeFault InvalidOperationOnSecondaryVm FileNotWritable ToolsImageCopyFailed
        DatastoreNotWritableOnHost SwapDatastoreNotWritableOnHost RDMPointsToInaccessibleDisk
        UnusedVirtualDiskBlocksNotScrubbed VirtualDiskBlocksNotFullyProvisioned ReadOnlyDisksWithLegacyDestination
        VMotionLinkDown VMotionInterfaceIssue VMotionNotConfigured MaintenanceModeFileMove
        DisallowedMigrationDeviceAttached SoftRuleVioCorrectionDisallowed LegacyNetworkInterfaceInUse RebootRequired
        BlockedByFirewall AlreadyInDesiredState''',
    'busy': '''
        TaskInProgress VAppTaskInProgress ResourceInUse FileLocked SnapshotLocked QuestionPending
        CustomizationPending ToolsInstallationInProgress VAppOperationInProgress FailToLockFaultToleranceVMs
        TooManyConcurrentNativeClones ResourceBusy''',
    'unsupported': '''
        NotSupported NotImplemented RDMNotPreserved CpuCompatibilityUnknown UncustomizableGuest
        FaultToleranceNeedsThickDisk FaultToleranceNotSameBuild MemorySnapshotOnIndependentDisk
        NetworksMayNotBeTheSame VMOnVirtualIntranet MismatchedNetworkPolicies MismatchedVMotionNetworkNames
        DisallowedDiskModeChange FeatureRequirementsNotMet FaultToleranceNotLicensed VMotionNotLicensed
        VmFaultToleranceConfigIssue VmFaultToleranceConfigIssueWrapper VmFaultToleranceInvalidFileBacking
        FtIssuesOnHost UnsupportedDatastore UnsupportedGuest UnsupportedVmxLocation UnSupportedDatastoreForVFlash
        VirtualHardwareCompatibilityIssue FaultToleranceCannotEditMem ToolsImageNotAvailable
        ToolsImageSignatureCheckFailed DrsVmotionIncompatibleFault UnsupportedRelease NotVIJSON''',
    'capacity': '''
        NoDiskSpace FileTooLarge NotEnoughCpus NotEnoughLogicalCpus NoAvailableIp NoCompatibleHost
        NoHostSuitableForFtSecondary CannotComputeFTCompatibleHosts InvalidResourcePoolStructureFault
        NumVirtualCpusExceedsLimit EightHostLimitViolated DestinationSwitchFull VMotionLinkCapacityLow
        HostInventoryFull VmLimitLicense VramLimitLicense MksConnectionLimitReached NotEnoughLicenses
        NoCompatibleHardAffinityHost NoCompatibleSoftAffinityHost NoCompatibleHostWithAccessToDevice VmValidateMaxDevice
        UnableToAllocateResource InsufficientStorageSpace''',
    'conflict': 'AlreadyExists DuplicateName ConcurrentAccess ConcurrentChange FileAlreadyExists VMOnConflictDVPort',
    'timeout': 'Timedout PowerOnFtSecondaryTimedout WaitTimeout',
    'transport': 'ServiceUnavailable',
    'server': 'SystemError VimFault UnexpectedFault RuntimeFault MethodFault HostCommunication DatabaseError',
}

# A fault that is not named above means what its family does, which vSphere's names tell: the first pattern that fits.
FAMILIES = (
    ('permission', r'Permission|Restricted|NotAuthorized'),
    ('unsupported', r'NotSupported|Unsupported|Incompatib|EVC|NotLicensed'),
    ('capacity', r'^Insufficient|TooMany|Exceed|LimitReached|License'),
    ('not_found', r'NotFound|NotRegistered|^No[A-Z].*Found'),
    ('conflict', r'Already|Exists|Duplicate|Conflict|Violat|Rule'),
    ('timeout', r'Time(d)?[Oo]ut'),
    ('busy', r'InUse(?![a-z])|Locked|InProgress|Pending'),
    ('auth', r'Login|Authenticat'),
    ('state', r'State|Cannot|Not(Ready|Connected|Reachable)|Disabled|Disallowed|Unavailable|Inaccessible'),
    ('state', r'^(Snapshot|VMotion|Migration)'),
    ('invalid_argument', r'^Invalid|^Ovf|^Customization|^Missing|Mismatch|^Unexpected.*Customization|Editor'),
)

CATEGORY_OF = {name: category for category, names in NAMED.items() for name in names.split()}


def category_of(name):
    """Returns the category of a fault by its name (`InvalidPowerState` -> `state`), `server` if nothing tells of it."""
    families = (category for category, family in FAMILIES if re.search(family, name))
    return CATEGORY_OF.get(name) or next(families, 'server')


# What a server says to a method or property that it does not have; one that is not a vCenter's own may say anything.
UNKNOWN_CALL = ('MethodNotFound', 'NotImplemented', 'NotSupported', 'InvalidRequest', 'MethodFault', 'NotVIJSON')
UNKNOWN_PATH = (404, 405, 501)


class Failure(Exception):
    """A failure as data: everything an operator needs to act, in the members of `fault`."""

    def __init__(self, message, name, category=None, hint=None, details=None, cause=None, operation=None, vm=None,
                 task=None, http_status=None, retryable=None):
        super().__init__(message)
        self.message = message
        self.name = name
        self.category = category or category_of(name)
        self.retryable = self.category in RETRYABLE if retryable is None else retryable
        self.hint = hint or HINTS.get(name) or CATEGORIES[self.category]
        self.details = details or {}
        self.cause = cause
        self.operation = operation
        self.vm = vm
        self.task = task
        self.http_status = http_status

    @property
    def is_unknown_call(self):
        """Whether it means that the server does not have what was called, so that something else is worth a try."""
        return self.name in UNKNOWN_CALL or (self.http_status in UNKNOWN_PATH and self.name != 'ManagedObjectNotFound')

    def copy(self):
        """Returns the same failure as an exception of its own: one of several runs that it came to."""
        own = type(self).__new__(type(self), *self.args)
        own.__dict__.update(self.__dict__)
        return own

    @classmethod
    def from_dict(cls, fault):
        """Returns the failure that `as_dict` has told."""
        return cls(**{**fault, 'cause': fault['cause'] and cls.from_dict(fault['cause'])})

    def sentence(self):
        """Returns the `msg` of a task that failed of it."""
        return self.message

    def as_result(self):
        """Returns what the result of a failed task has: `failed`, `msg` and `fault`."""
        return {'failed': True, 'msg': self.sentence(), 'fault': self.as_dict()}

    def as_dict(self):
        """Returns the failure as a result's `fault`, plain data only."""
        return {
            'name': self.name, 'category': self.category, 'retryable': self.retryable, 'hint': self.hint,
            'details': self.details, 'cause': self.cause.as_dict() if self.cause else None,
            'operation': self.operation, 'vm': self.vm, 'task': self.task, 'http_status': self.http_status,
            'message': self.message,
        }


class Fault(Failure):
    """The server's refusal: a vSphere MethodFault."""

    def sentence(self):
        """Returns the server's own words, and what they do not say: what was done to which VM, and what is lacking."""
        if not self.operation:
            return self.message
        of = f' of {self.vm["name"]}' if self.vm else ''
        privilege, on = self.details.get('privilegeId'), self.details.get('object')
        lacking = f'; the user lacks {privilege} on {on["type"]} {on["value"]}' if privilege and on else ''
        return f'{self.operation}{of} failed: {self.message.rstrip(".")}{lacking} ({self.name}).'


class TransportError(Failure):
    """No answer of the API. `may_have_run` is true if the request may have reached the server."""

    def __init__(self, message, name, may_have_run=False, **more):
        super().__init__(message, name, **{'category': 'transport', **more})
        self.may_have_run = may_have_run


class Refusal(Failure):
    """The collection's own refusal, from what it has read."""


class WaitTimeout(Refusal):
    """The wait ended, not the work."""

    def __init__(self, message, **more):
        super().__init__(message, 'WaitTimeout', **more)
