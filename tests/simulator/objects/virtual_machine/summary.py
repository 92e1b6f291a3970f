# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""VirtualMachineSummary: the other properties once more, in the form that lists show."""

from __future__ import annotations

from .clock import seconds_between
from .runtime import OVERHEAD_BYTES

BYTES_A_MB = 1024 * 1024


class Summary:
    """The property summary and its parts; each member is taken from the property that it repeats."""

    def property_summary(self):
        """The VirtualMachineSummary."""
        summary = {
            '_typeName': 'VirtualMachineSummary', 'vm': self.ref, 'runtime': self.property_runtime(),
            'guest': self._guest_summary(), 'config': self._config_summary(), 'storage': self._storage_summary(),
            'quickStats': self._quick_stats(), 'overallStatus': self.get('overallStatus'),
        }
        custom_values = self.get('customValue')
        return {**summary, 'customValue': custom_values} if custom_values else summary

    def _guest_summary(self):
        guest = self.property_guest()
        shared = ('guestId', 'guestFullName', 'hostName', 'ipAddress', 'hwVersion')
        return {'_typeName': 'VirtualMachineGuestSummary', **self.tools_status(),
                **{name: guest[name] for name in shared if name in guest}}

    def _config_summary(self):
        config = self.configuration
        hardware = config['hardware']
        kinds = [each['_typeName'] for device in hardware['device'] for each in (device, device.get('backing'))
                 if each]
        return {
            '_typeName': 'VirtualMachineConfigSummary', 'name': self.get('name'), 'template': config['template'],
            'vmPathName': config['files']['vmPathName'], 'memorySizeMB': hardware['memoryMB'],
            'cpuReservation': config['cpuAllocation']['reservation'],
            'memoryReservation': config['memoryAllocation']['reservation'], 'numCpu': hardware['numCPU'],
            'numEthernetCards': len(self.network_adapters), 'numVirtualDisks': len(self.disks),
            'uuid': config['uuid'], 'instanceUuid': config['instanceUuid'], 'guestId': config['guestId'],
            'guestFullName': config['guestFullName'], 'annotation': config['annotation'],
            'installBootRequired': False, 'tpmPresent': 'VirtualTPM' in kinds,
            'numVmiopBackings': kinds.count('VirtualPCIPassthroughVmiopBackingInfo'), 'hwVersion': config['version'],
            **self.ft_info(), **{name: config[name] for name in ('managedBy',) if name in config},
        }

    def _storage_summary(self):
        storage = self.property_storage()
        usage = storage['perDatastoreUsage']
        return {'_typeName': 'VirtualMachineStorageSummary',
                **{name: sum(entry[name] for entry in usage) for name in ('committed', 'uncommitted', 'unshared')},
                'timestamp': storage['timestamp']}

    def _quick_stats(self):
        """The VirtualMachineQuickStats of an idle guest; the memory figures are in MB."""
        stats = {'_typeName': 'VirtualMachineQuickStats',
                 'guestHeartbeatStatus': self.property_guestHeartbeatStatus()}
        memory = self.configuration['hardware']['memoryMB'] if self.power_state == 'poweredOn' else 0
        idle = dict.fromkeys(('overallCpuReadiness', 'sharedMemory', 'swappedMemory', 'balloonedMemory',
                              'compressedMemory', 'ssdSwappedMemory'), 0)
        return {
            **stats, **idle, 'overallCpuUsage': memory // 64, 'overallCpuDemand': memory // 64,
            'guestMemoryUsage': memory // 16, 'hostMemoryUsage': memory // 2, 'privateMemory': memory // 2,
            'grantedMemory': memory, 'activeMemory': memory // 16,
            'consumedOverheadMemory': OVERHEAD_BYTES // BYTES_A_MB if memory else 0, 'uptimeSeconds': self._uptime(),
        }

    def _uptime(self):
        if self.power_state != 'poweredOn':
            return 0
        return max(0, seconds_between(self.boot_time, self.vcenter.now()) - self.suspend_interval)
