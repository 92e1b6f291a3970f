# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The configuration, and ReconfigVM_Task: which member of a VirtualMachineConfigSpec goes where."""

from __future__ import annotations

import copy
import uuid

from ...fault import Fault
from .device_change import apply_device_changes
from .guest_os import IDS, full_name
from .hardware_version import LATEST, VERSIONS, version_name
from .reconfigure_privileges import require_privileges

# Members that VirtualMachineConfigInfo has under the same name. The value replaces the present one.
COPIED = frozenset((
    'alternateGuestName', 'annotation', 'changeTrackingEnabled', 'cpuHotAddEnabled', 'cpuHotRemoveEnabled',
    'firmware', 'fixedPassthruHotPlugEnabled', 'ftEncryptionMode', 'guestAutoLockEnabled', 'guestId',
    'instanceUuid', 'locationId', 'managedBy', 'maxMksConnections', 'memoryHotAddEnabled',
    'memoryReservationLockedToMax', 'messageBusTunnelEnabled', 'metroFtEnabled', 'metroFtHostGroup',
    'migrateEncryption', 'nestedHVEnabled', 'pmemFailoverEnabled', 'rebootPowerOff', 'sevEnabled', 'sevSnpEnabled',
    'swapPlacement', 'tdxEnabled', 'uuid', 'vAssertsEnabled', 'vPMCEnabled', 'vmOpNotificationTimeout',
    'vmOpNotificationToAppEnabled', 'vmxStatsCollectionEnabled', 'createDate', 'version',
))
# Data objects: their set members replace those of the present value. spec member -> config member.
MERGED = {
    'bootOptions': 'bootOptions', 'consolePreferences': 'consolePreferences', 'cpuAffinity': 'cpuAffinity',
    'cpuAllocation': 'cpuAllocation', 'deviceSwap': 'deviceSwap', 'flags': 'flags',
    'guestMonitoringModeInfo': 'guestMonitoringModeInfo', 'latencySensitivity': 'latencySensitivity',
    'memoryAffinity': 'memoryAffinity', 'memoryAllocation': 'memoryAllocation', 'powerOpInfo': 'defaultPowerOps',
    'scheduledHardwareUpgradeInfo': 'scheduledHardwareUpgradeInfo', 'sgxInfo': 'sgxInfo', 'tools': 'tools',
}
# Members of VirtualHardware. spec member -> hardware member.
HARDWARE = {
    'memoryMB': 'memoryMB', 'motherboardLayout': 'motherboardLayout', 'numCPUs': 'numCPU',
    'numCoresPerSocket': 'numCoresPerSocket', 'simultaneousThreads': 'simultaneousThreads',
    'virtualICH7MPresent': 'virtualICH7MPresent', 'virtualSMCPresent': 'virtualSMCPresent',
}
OWN = frozenset(('changeVersion', 'deviceChange', 'extraConfig', 'name'))
# What this vCenter cannot do: refused with NotSupported.
REFUSED = frozenset((
    'cpuFeatureMask', 'crypto', 'deviceGroups', 'files', 'ftInfo', 'networkShaper', 'npivDesiredNodeWwns',
    'npivDesiredPortWwns', 'npivNodeWorldWideName', 'npivOnNonRdmDisks', 'npivPortWorldWideName',
    'npivTemporaryDisabled', 'npivWorldWideNameOp', 'npivWorldWideNameType', 'pmem', 'repConfig', 'tagSpecs',
    'vAppConfig', 'vAppConfigRemoved', 'vcpuConfig', 'virtualNuma', 'vmPlacementPolicies', 'vmProfile',
))
# Members that a running or suspended machine cannot take.
POWERED_OFF_ONLY = frozenset((
    'cpuHotAddEnabled', 'cpuHotRemoveEnabled', 'firmware', 'guestId', 'instanceUuid', 'memoryHotAddEnabled',
    'motherboardLayout', 'nestedHVEnabled', 'numCoresPerSocket', 'sevEnabled', 'sevSnpEnabled', 'sgxInfo',
    'simultaneousThreads', 'tdxEnabled', 'uuid', 'vPMCEnabled', 'version', 'virtualICH7MPresent',
    'virtualSMCPresent',
))
# Shares a processor, and a MB of memory, by level. Source: the API page of SharesInfo.
CPU_SHARES = {'low': 500, 'normal': 1000, 'high': 2000}
MEMORY_SHARES = {'low': 5, 'normal': 10, 'high': 20}
MAX_CPUS, MEMORY_STEP_MB, MAX_MEMORY_MB = 768, 4, 24 * 1024 * 1024


class Config:
    """The property config and what changes it."""

    def ReconfigVM_Task(self, call, spec):
        """Apply a VirtualMachineConfigSpec, all of it or nothing.

        Arguments and power state are checked at once; changeVersion (ConcurrentAccess) when the task runs.
        """
        return self.vcenter.start_task(self, call, self.reconfiguration(call, spec))

    def reconfiguration(self, call, spec):
        """What the task of ReconfigVM_Task does, its parameters checked."""
        require_privileges(call, self, spec)
        self.check('ReconfigVM_Task')
        self.check_spec(spec)
        return lambda: self._reconfigure(spec)

    def property_config(self):
        """The VirtualMachineConfigInfo; devices are connected only while the machine is powered on.

        It is unset, as its documentation says, where the files cannot be read.
        """
        if self.connection_state in ('inaccessible', 'invalid'):
            return None
        config = {**self.configuration, **self.ft_info()}
        if self.power_state == 'poweredOn':
            return config
        devices = [_disconnected(device) for device in config['hardware']['device']]
        return {**config, 'hardware': {**config['hardware'], 'device': devices}}

    @property
    def disks(self):
        """The VirtualDisk devices."""
        return [device for device in self.configuration['hardware']['device']
                if device['_typeName'] == 'VirtualDisk']

    @property
    def network_adapters(self):
        """The network adapters: the devices with a MAC address."""
        return [device for device in self.configuration['hardware']['device'] if 'macAddress' in device]

    def edit_config(self, change):
        """Let `change` alter a copy of the configuration, and make that the configuration."""
        config = copy.deepcopy(self.configuration)
        change(config)
        self.configuration = config
        self.stamp_config()
        self.changed()

    def stamp_config(self):
        """Note the time of a change: it is the changeVersion that the next ReconfigVM_Task may ask for."""
        now = self.vcenter.now()
        self.configuration = {**self.configuration, 'changeVersion': now, 'modified': now}

    def check_spec(self, spec):
        """Raise what is wrong with a VirtualMachineConfigSpec for this machine in its present state."""
        if self.power_state != 'poweredOff' and set(spec) & POWERED_OFF_ONLY:
            raise Fault('InvalidPowerState', requestedState='poweredOff', existingState=self.power_state)
        self.check_spec_itself(spec)
        self._check_hot_plug(spec)

    def check_spec_itself(self, spec):
        """Raise what is wrong with a VirtualMachineConfigSpec whatever the power state: it may be for a clone."""
        refused = sorted(set(spec) & REFUSED)
        if refused:
            raise Fault('NotSupported', text=f'Not supported by this server: {", ".join(refused)}.')
        if 'name' in spec:
            self.vcenter.check_name(spec['name'], self)
        self._check_values(spec)

    def apply_spec(self, config, spec):
        """Alter `config`, a copy, as `spec` says. The name is not part of it: see rename."""
        for member, value in spec.items():
            if member in COPIED:
                config[member] = value
            elif member in MERGED:
                config[MERGED[member]] = {**config.get(MERGED[member], {}), **value}
            elif member in HARDWARE:
                config['hardware'][HARDWARE[member]] = value
        config['guestFullName'] = config['alternateGuestName'] or full_name(config['guestId'])
        if config['flags'].get('recordReplayEnabled'):
            # The documentation of VirtualMachineFlagInfo: the flag forces hardware virtualization.
            config['flags']['virtualExecUsage'] = 'hvOn'
        hardware = config['hardware']
        config['cpuAllocation'] = _with_shares(config['cpuAllocation'], CPU_SHARES, hardware['numCPU'])
        config['memoryAllocation'] = _with_shares(config['memoryAllocation'], MEMORY_SHARES, hardware['memoryMB'])
        _merge_options(config, spec.get('extraConfig', ()))
        apply_device_changes(self, config, spec.get('deviceChange', ()))

    def _reconfigure(self, spec):
        if spec.get('changeVersion') not in (None, '', self.configuration['changeVersion']):
            raise Fault('ConcurrentAccess')
        if 'name' in spec:
            self.vcenter.check_free(self.vcenter.resolve(self.get('parent')), spec['name'], self)
        self.edit_config(lambda config: self.apply_spec(config, spec))
        if 'name' in spec:
            self._rename(spec['name'])
        self.refresh_holders()
        self.storage_changed()
        self.vcenter.events.post('VmReconfiguredEvent', self, configSpec=spec)

    def _check_values(self, spec):
        hardware = self.configuration['hardware']
        cores = spec.get('numCoresPerSocket', hardware['numCoresPerSocket'])
        cpus = spec.get('numCPUs', hardware['numCPU'])
        checks = {
            'guestId': spec.get('guestId', 'otherGuest') in IDS,
            'numCPUs': 1 <= cpus <= MAX_CPUS,
            'numCoresPerSocket': cores >= 1 and cpus % max(cores, 1) == 0,
            'memoryMB': _is_memory_size(spec.get('memoryMB', hardware['memoryMB'])),
            'uuid': _is_uuid(spec.get('uuid')),
            'instanceUuid': _is_uuid(spec.get('instanceUuid')),
            'firmware': spec.get('firmware', 'bios') in ('bios', 'efi'),
            'version': spec.get('version', version_name(LATEST)) in map(version_name, VERSIONS),
        }
        for member, valid in checks.items():
            if not valid:
                raise Fault('InvalidArgument', invalidProperty=f'configSpec.{member}')

    def _check_hot_plug(self, spec):
        """While powered on, processors and memory change only where hot-plug was enabled before."""
        if self.power_state == 'poweredOff':
            return
        config, hardware = self.configuration, self.configuration['hardware']
        more_cpus = spec.get('numCPUs', hardware['numCPU']) - hardware['numCPU']
        more_memory = spec.get('memoryMB', hardware['memoryMB']) - hardware['memoryMB']
        if self.power_state == 'suspended' and (more_cpus or more_memory):
            raise Fault('InvalidPowerState', requestedState='poweredOff', existingState='suspended')
        if (more_cpus > 0 and not config['cpuHotAddEnabled']) or (more_cpus < 0 and not config['cpuHotRemoveEnabled']):
            raise Fault('CpuHotPlugNotSupported')
        if more_memory < 0 or (more_memory > 0 and not config['memoryHotAddEnabled']):
            raise Fault('MemoryHotPlugNotSupported')


def _disconnected(device):
    if 'connectable' not in device:
        return device
    return {**device, 'connectable': {**device['connectable'], 'connected': False, 'status': 'untried'}}


def _merge_options(config, changes):
    """Options replace those with the same key; one with an empty value goes."""
    options = {option['key']: option for option in config['extraConfig']}
    for change in changes:
        value = change.get('value')
        if value is None or value.get('_value') == '':
            options.pop(change['key'], None)
        else:
            options[change['key']] = change
    config['extraConfig'] = list(options.values())


def _with_shares(allocation, shares, size):
    """A ResourceAllocationInfo with the number of shares that its level stands for; a custom one keeps its own."""
    level = allocation['shares']['level']
    if level == 'custom':
        return allocation
    return {**allocation, 'shares': {**allocation['shares'], 'shares': shares[level] * size}}


def _is_memory_size(megabytes):
    return MEMORY_STEP_MB <= megabytes <= MAX_MEMORY_MB and megabytes % MEMORY_STEP_MB == 0


def _is_uuid(text):
    try:
        uuid.UUID(text or '0' * 32)
    except ValueError:
        return False
    return True
