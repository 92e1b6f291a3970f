# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""EnvironmentBrowser: what a compute resource offers to a virtual machine."""
from __future__ import annotations

from ..fault import invalid_argument
from ..managed_object import ManagedObject
from .config_option import config_option
from .virtual_machine.config import MAX_MEMORY_MB
from .virtual_machine.hardware_version import LATEST, VERSIONS, version_name


class EnvironmentBrowser(ManagedObject):
    """`datastoreBrowser` is stored. resource: the ComputeResource."""

    def __init__(self, vcenter, moid, resource, **properties):
        super().__init__(vcenter, moid, **properties)
        self.resource = resource

    def QueryConfigOptionDescriptor(self, call):
        """The virtual hardware versions, the oldest first; the latest one is that of a new virtual machine."""
        return [{'_typeName': 'VirtualMachineConfigOptionDescriptor', 'key': version_name(number),
                 'description': f'Hardware version {number}', 'createSupported': True,
                 'defaultConfigOption': number == LATEST, 'runSupported': True, 'upgradeSupported': True}
                for number in VERSIONS]

    def QueryConfigOption(self, call, key=None, host=None):
        """The VirtualMachineConfigOption of a hardware version, the latest when none is named; None for a cluster
        without hosts. Raises InvalidArgument for a version that there is not, and for a host of another compute
        resource."""
        return self._option(key, host)

    def QueryConfigOptionEx(self, call, spec=None):
        """The same, for the guests that an EnvironmentBrowserConfigOptionQuerySpec names."""
        spec = spec or {}
        return self._option(spec.get('key'), spec.get('host'), spec.get('guestId', ()))

    def QueryConfigTarget(self, call, host=None):
        """The ConfigTarget: processors of all hosts or of one, and what a device may be backed with there; None for a
        cluster without hosts.

        Raises InvalidArgument for a host of another compute resource.
        """
        hosts = self._hosts(host)
        if not hosts:
            return None
        hardware = [each.get('summary.hardware') for each in hosts]
        return {
            '_typeName': 'ConfigTarget', 'numCpus': sum(each['numCpuThreads'] for each in hardware),
            'numCpuCores': sum(each['numCpuCores'] for each in hardware),
            'numNumaNodes': sum(each['numCpuPkgs'] for each in hardware),
            'maxCpusPerHost': max(each['numCpuThreads'] for each in hardware), 'smcPresent': False,
            'maxMemMBOptimalPerf': min(each['memorySize'] for each in hardware) // (1024 * 1024),
            'supportedMaxMemMB': MAX_MEMORY_MB,
            'datastore': [self._datastore(each) for each in self._shared(hosts, 'datastore')],
            'network': [{'_typeName': 'VirtualMachineNetworkInfo', 'name': each.get('name'),
                         'network': each.get('summary')} for each in self._shared(hosts, 'network')
                        if each.ref['type'] == 'Network'],
        }

    def QueryTargetCapabilities(self, call, host=None):
        """The HostCapability of a host, of the first one when none is named, None without any; raises InvalidArgument
        as above."""
        hosts = self._hosts(host)
        return hosts[0].get('capability') if hosts else None

    def _option(self, key, host, guests=()):
        number = next((each for each in VERSIONS if key == version_name(each)), None)
        if key is not None and number is None:
            raise invalid_argument('key')
        hosts = self._hosts(host)
        return config_option(number or LATEST, hosts[0].get('capability'), guests) if hosts else None

    def _hosts(self, wanted):
        """The HostSystems, or the one of a reference."""
        present = self.resource.get('host')
        if wanted is not None and wanted not in present:
            raise invalid_argument('host')
        return [self.vcenter.resolve(reference) for reference in ([wanted] if wanted else present)]

    def _shared(self, hosts, name):
        """What every one of the hosts has of the property."""
        return [self.vcenter.resolve(reference) for reference in hosts[0].get(name)
                if all(reference in host.get(name) for host in hosts)]

    @staticmethod
    def _datastore(datastore):
        info = datastore.get('info')
        return {'_typeName': 'VirtualMachineDatastoreInfo', 'name': datastore.get('name'),
                'datastore': datastore.get('summary'), 'capability': datastore.get('capability'),
                'maxFileSize': info['maxFileSize'], 'mode': 'readWrite'}
