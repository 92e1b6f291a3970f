# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a virtual machine is doing and can do: runtime, capability, environmentBrowser, resourceConfig."""

from __future__ import annotations

CPU_MHZ = 2294
OVERHEAD_BYTES = 45 * 1024 * 1024

# VirtualMachineCapability: what a current ESXi host offers any virtual machine; the record/replay member is computed.
SUPPORTED = (
    'snapshotOperationsSupported', 'multipleSnapshotsSupported', 'snapshotConfigSupported',
    'poweredOffSnapshotsSupported', 'memorySnapshotsSupported', 'revertToSnapshotSupported',
    'quiescedSnapshotsSupported', 'disableSnapshotsSupported', 'lockSnapshotsSupported', 'cpuFeatureMaskSupported',
    's1AcpiManagementSupported', 'settingScreenResolutionSupported', 'toolsAutoUpdateSupported',
    'swapPlacementSupported', 'toolsSyncTimeSupported', 'virtualMmuUsageSupported', 'diskSharesSupported',
    'bootOptionsSupported', 'bootRetryOptionsSupported', 'settingVideoRamSizeSupported',
    'settingDisplayTopologySupported', 'changeTrackingSupported', 'multipleCoresPerSocketSupported',
    'hostBasedReplicationSupported', 'guestAutoLockSupported', 'memoryReservationLockSupported',
    'featureRequirementSupported', 'poweredOnMonitorTypeChangeSupported', 'seSparseDiskSupported',
    'nestedHVSupported', 'vPMCSupported', 'secureBootSupported', 'toolsSyncTimeAllowSupported',
)
UNSUPPORTED = (
    'consolePreferencesSupported', 'vmNpivWwnSupported', 'npivWwnOnNonRdmVmSupported', 'vmNpivWwnDisableSupported',
    'vmNpivWwnUpdateSupported', 'virtualMmuUsageIgnored', 'virtualExecUsageIgnored',
    'diskOnlySnapshotOnSuspendedVMSupported', 'suspendToMemorySupported', 'sevSupported', 'pmemFailoverSupported',
    'requireSgxAttestationSupported', 'changeModeDisksSupported', 'vendorDeviceGroupSupported',
)


class Runtime:
    """Properties computed from the state of the virtual machine."""

    def property_runtime(self):
        """The VirtualMachineRuntimeInfo."""
        info = {
            '_typeName': 'VirtualMachineRuntimeInfo', 'host': self.host, 'connectionState': self.connection_state,
            'powerState': self.power_state, 'vmFailoverInProgress': False, 'faultToleranceState': self.ft_state(),
            'toolsInstallerMounted': self.tools_installer_mounted, 'numMksConnections': len(self.connections),
            'recordReplayState': self.record_replay_state, 'onlineStandby': self.online_standby,
            'consolidationNeeded': self.consolidation_needed, 'paused': False, 'snapshotInBackground': False,
            'quiescedForkParent': False, 'instantCloneFrozen': False, 'cryptoState': self.crypto_state,
            'suspendedToMemory': False, 'suspendInterval': self.suspend_interval,
            'maxCpuUsage': CPU_MHZ * self.configuration['hardware']['numCPU'],
            'maxMemoryUsage': self.configuration['hardware']['memoryMB'], 'memoryOverhead': OVERHEAD_BYTES,
        }
        optional = {'bootTime': self.boot_time, 'suspendTime': self.suspend_time, 'question': self.question,
                    'cleanPowerOff': self.clean_power_off, 'featureMask': list(self.feature_masks) or None,
                    'dasVmProtection': self._ha_protection()}
        info.update((name, value) for name, value in optional.items() if value is not None)
        return info

    def _ha_protection(self):
        """The VirtualMachineRuntimeInfoDasProtectionState; None without vSphere HA."""
        home = self.vcenter.resolve(self.vcenter.resolve(self.host).get('parent'))
        if not home.get('configuration.dasConfig.enabled'):
            return None
        return {'_typeName': 'VirtualMachineRuntimeInfoDasProtectionState',
                'dasProtected': self.power_state == 'poweredOn'}

    def property_capability(self):
        """The VirtualMachineCapability; record and replay need the virtual machine, its host and the product."""
        host = self.vcenter.resolve(self.host)
        record_replay = (self.record_replay_supported and self.vcenter.settings.record_replay
                         and bool(host.get('capability.recordReplaySupported')))
        return {'_typeName': 'VirtualMachineCapability', **dict.fromkeys(SUPPORTED, True),
                **dict.fromkeys(UNSUPPORTED, False), 'recordReplaySupported': record_replay,
                'perVmEvcSupported': self.per_vm_evc_supported}

    def property_environmentBrowser(self):
        """The EnvironmentBrowser of the compute resource that its host belongs to."""
        compute_resource = self.vcenter.resolve(self.vcenter.resolve(self.host).get('parent'))
        return compute_resource.get('environmentBrowser')

    def property_resourceConfig(self):
        """The ResourceConfigSpec: the allocations of its configuration, None for a template, which is in no pool."""
        if self.is_template:
            return None
        config = self.configuration
        return {'_typeName': 'ResourceConfigSpec', 'entity': self.ref, 'changeVersion': config['changeVersion'],
                'lastModified': config['modified'], 'cpuAllocation': config['cpuAllocation'],
                'memoryAllocation': config['memoryAllocation']}
