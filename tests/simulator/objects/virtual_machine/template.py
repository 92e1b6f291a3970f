# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The configuration of a new virtual machine: a VirtualMachineConfigInfo as vCenter gives it for a small server."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from ...managed_object import escaped_name
from .devices import default_devices
from .guest_os import full_name

HARDWARE_VERSION = 'vmx-20'


def free_folder(vcenter, datastore, name):
    """The name of a folder on a Datastore that no machine's files are in: `name`, escaped, or with a number behind."""
    stem = folder = escaped_name(name)
    number = 0
    while True:
        path = f'[{datastore.get("name")}] {folder}/{folder}.vmx'
        if path not in vcenter.files_left and not vcenter.index.find('datastorePath', path):
            return folder
        number += 1
        folder = f'{stem}_{number}'


class Identity(NamedTuple):
    """What tells one new virtual machine from another.

    folder: the folder of its files in the datastore, without brackets. network, datastore: managed objects.
    """

    name: str
    uuid: str
    instance_uuid: str
    mac_address: str
    folder: str
    created: str
    datastore: object
    network: object


class Size(NamedTuple):
    """What a test may choose: guest id, processors, memory in MB, disk in GB, notes, and the record/replay flag."""

    guest_id: str = 'ubuntu64Guest'
    num_cpus: int = 1
    memory_mb: int = 1024
    disk_gb: int = 10
    annotation: str = ''
    record_replay_enabled: bool = False


def derived_uuid(prefix, seed):
    """A UUID that is the same in each run. vCenter's BIOS uuids begin with 42, its instance uuids with 50."""
    digits = prefix + hashlib.sha256(seed.encode()).hexdigest()[:30]
    return '-'.join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def new_config(identity, size):
    """The VirtualMachineConfigInfo."""
    return {
        '_typeName': 'VirtualMachineConfigInfo',
        'changeVersion': identity.created,
        'modified': '1970-01-01T00:00:00Z',
        'name': escaped_name(identity.name),
        'guestFullName': full_name(size.guest_id),
        'version': HARDWARE_VERSION,
        'uuid': identity.uuid,
        'createDate': identity.created,
        'instanceUuid': identity.instance_uuid,
        'npivTemporaryDisabled': True,
        'template': False,
        'guestId': size.guest_id,
        'alternateGuestName': '',
        'annotation': size.annotation,
        'files': _files(identity),
        'tools': _tools(),
        'flags': _flags(size.record_replay_enabled),
        'defaultPowerOps': _power_ops(),
        'rebootPowerOff': False,
        'hardware': _hardware(identity, size),
        'cpuAllocation': allocation(1000 * size.num_cpus),
        'memoryAllocation': allocation(10 * size.memory_mb),
        'latencySensitivity': {'_typeName': 'LatencySensitivity', 'level': 'normal'},
        'memoryHotAddEnabled': False,
        'cpuHotAddEnabled': False,
        'cpuHotRemoveEnabled': False,
        'extraConfig': _extra_config(identity.name),
        'datastoreUrl': [{'_typeName': 'VirtualMachineConfigInfoDatastoreUrlPair',
                          'name': identity.datastore.get('name'), 'url': identity.datastore.get('summary.url')}],
        'swapPlacement': 'inherit',
        'bootOptions': _boot_options(),
        'vAssertsEnabled': False,
        'changeTrackingEnabled': False,
        'firmware': 'bios',
        'maxMksConnections': -1,
        'guestAutoLockEnabled': True,
        'memoryReservationLockedToMax': False,
        'nestedHVEnabled': False,
        'vPMCEnabled': False,
        'scheduledHardwareUpgradeInfo': {'_typeName': 'ScheduledHardwareUpgradeInfo', 'upgradePolicy': 'never',
                                         'scheduledHardwareUpgradeStatus': 'none'},
        'messageBusTunnelEnabled': False,
        'guestIntegrityInfo': {'_typeName': 'VirtualMachineGuestIntegrityInfo', 'enabled': False},
        'migrateEncryption': 'opportunistic',
        'sgxInfo': {'_typeName': 'VirtualMachineSgxInfo', 'epcSize': 0, 'flcMode': 'unlocked',
                    'requireAttestation': False},
        'ftEncryptionMode': 'ftEncryptionOpportunistic',
        'guestMonitoringModeInfo': {'_typeName': 'VirtualMachineGuestMonitoringModeInfo'},
        'sevEnabled': False,
        'pmemFailoverEnabled': False,
        'vmxStatsCollectionEnabled': True,
        'vmOpNotificationToAppEnabled': False,
        'vmOpNotificationTimeout': -1,
    }


def allocation(shares):
    """A ResourceAllocationInfo without limit, with the normal number of shares."""
    return {'_typeName': 'ResourceAllocationInfo', 'reservation': 0, 'expandableReservation': False, 'limit': -1,
            'shares': {'_typeName': 'SharesInfo', 'shares': shares, 'level': 'normal'}}


def option(key, value):
    """An OptionValue that holds a string."""
    return {'_typeName': 'OptionValue', 'key': key, 'value': {'_typeName': 'string', '_value': value}}


def config_file(identity):
    """The datastore path of the configuration file."""
    return f'[{identity.datastore.get("name")}] {identity.folder}/{identity.folder}.vmx'


def _files(identity):
    path = config_file(identity)
    folder = path.rpartition('/')[0] + '/'
    return {'_typeName': 'VirtualMachineFileInfo', 'vmPathName': path, 'snapshotDirectory': folder,
            'suspendDirectory': folder, 'logDirectory': folder}


def _tools():
    return {
        '_typeName': 'ToolsConfigInfo', 'toolsVersion': 12352, 'toolsInstallType': 'guestToolsTypeOpenVMTools',
        'afterPowerOn': True, 'afterResume': True, 'beforeGuestStandby': True, 'beforeGuestShutdown': True,
        'toolsUpgradePolicy': 'manual', 'syncTimeWithHostAllowed': True, 'syncTimeWithHost': False,
        'lastInstallInfo': {'_typeName': 'ToolsConfigInfoToolsLastInstallInfo', 'counter': 0},
    }


def _flags(record_replay_enabled):
    return {
        '_typeName': 'VirtualMachineFlagInfo', 'enableLogging': True, 'useToe': False, 'runWithDebugInfo': False,
        'monitorType': 'release', 'htSharing': 'any', 'snapshotDisabled': False, 'snapshotLocked': False,
        'diskUuidEnabled': False, 'virtualMmuUsage': 'automatic',
        'virtualExecUsage': 'hvOn' if record_replay_enabled else 'hvAuto', 'snapshotPowerOffBehavior': 'powerOff',
        'recordReplayEnabled': record_replay_enabled, 'faultToleranceType': 'unset', 'cbrcCacheEnabled': False,
        'vvtdEnabled': False, 'vbsEnabled': False,
    }


def _power_ops():
    return {
        '_typeName': 'VirtualMachineDefaultPowerOpInfo', 'powerOffType': 'soft', 'suspendType': 'hard',
        'resetType': 'soft', 'defaultPowerOffType': 'soft', 'defaultSuspendType': 'hard', 'defaultResetType': 'soft',
        'standbyAction': 'checkpoint',
    }


def _hardware(identity, size):
    return {
        '_typeName': 'VirtualHardware', 'numCPU': size.num_cpus, 'numCoresPerSocket': 1, 'autoCoresPerSocket': False,
        'memoryMB': size.memory_mb, 'virtualICH7MPresent': False, 'virtualSMCPresent': False,
        'device': default_devices(identity, size), 'motherboardLayout': 'i440bxHostBridge', 'simultaneousThreads': 1,
    }


def _extra_config(name):
    return [option('nvram', f'{name}.nvram'), option('svga.present', 'TRUE'), option('hpet0.present', 'TRUE'),
            option('RemoteDisplay.maxConnections', '-1'), option('sched.cpu.latencySensitivity', 'normal')]


def _boot_options():
    return {'_typeName': 'VirtualMachineBootOptions', 'bootDelay': 0, 'enterBIOSSetup': False,
            'efiSecureBootEnabled': False, 'bootRetryEnabled': False, 'bootRetryDelay': 10000,
            'networkBootProtocol': 'ipv4'}
