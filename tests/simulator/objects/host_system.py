# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""HostSystem: where virtual machines run."""
from __future__ import annotations

from .. import schema
from ..fault import Fault
from ..managed_object import ManagedEntity
from .host_datastore_browser import HostDatastoreBrowser
from .virtual_machine.references import add_reference

CPU_MHZ, CORES, THREADS, MEMORY_BYTES = 2294, 16, 32, 128 * 1024 ** 3
CPU_MODEL = 'Intel(R) Xeon(R) CPU E5-2670 v3 @ 2.30GHz'
# HostCapability's required members that a current ESXi host does not offer.
LACKING = frozenset((
    'datastorePrincipalSupported', 'storageIORMSupported', 'localSwapDatastoreSupported', 'tpmSupported',
    'perVMNetworkTrafficShapingSupported', 'accel3dSupported', 'interVMCommunicationThroughVMCISupported',
    'ftSupported', 'recordReplaySupported',
))


class HostSystem(ManagedEntity):
    """Stored: vm, datastore, network, runtime, capability."""

    @classmethod
    def create(cls, vcenter, name, compute_resource, number):
        """A registered host of a compute resource; ``number`` tells its address and uuid."""
        host = cls(vcenter, vcenter.new_moid('host'), name=name, parent=compute_resource.ref, vm=[], datastore=[],
                   network=[])
        host.uuid = f'4c4c4544-0000-1000-8000-{number:012x}'
        host.address = f'192.0.2.{number % 254 + 1}'
        host.set('runtime', {'_typeName': 'HostRuntimeInfo', 'connectionState': 'connected', 'powerState': 'poweredOn',
                             'inMaintenanceMode': False, 'bootTime': vcenter.now()})
        host.set('capability', _capability(vcenter.settings.record_replay))
        browser = HostDatastoreBrowser(vcenter, vcenter.new_moid('datastoreBrowser'), datastore=[])
        host.set('datastoreBrowser', vcenter.add(browser).ref)
        vcenter.add(host)
        add_reference(compute_resource, 'host', host.ref)
        return host

    @property
    def in_use(self):
        """Whether virtual machines can run here now."""
        return not self.get('runtime.inMaintenanceMode') and self.get('runtime.connectionState') == 'connected'

    def index_keys(self):
        """What SearchIndex finds it by."""
        return [('uuid', self.uuid), ('dns', self.get('name').lower()), ('ip', self.address)]

    def property_hardware(self):
        """The HostHardwareInfo."""
        return {
            '_typeName': 'HostHardwareInfo', 'memorySize': MEMORY_BYTES, 'smcPresent': False,
            'systemInfo': {'_typeName': 'HostSystemInfo', 'vendor': 'VMware, Inc.', 'model': 'VMware7,1',
                           'uuid': self.uuid},
            'cpuInfo': {'_typeName': 'HostCpuInfo', 'numCpuPackages': 2, 'numCpuCores': CORES,
                        'numCpuThreads': THREADS, 'hz': CPU_MHZ * 1_000_000},
            'cpuPkg': [{'_typeName': 'HostCpuPackage', 'index': index, 'vendor': 'intel', 'hz': CPU_MHZ * 1_000_000,
                        'busHz': 100_000_000, 'description': CPU_MODEL,
                        'threadId': list(range(index * 16, index * 16 + 16))} for index in (0, 1)],
        }

    def property_summary(self):
        """The HostListSummary."""
        return {
            '_typeName': 'HostListSummary', 'host': self.ref, 'hardware': self._hardware_summary(),
            'runtime': self.get('runtime'), 'config': {
                '_typeName': 'HostConfigSummary', 'name': self.get('name'), 'port': 443, 'product': self._product(),
                'vmotionEnabled': True, 'faultToleranceEnabled': True},
            'quickStats': {'_typeName': 'HostListSummaryQuickStats', 'overallCpuUsage': 0, 'overallMemoryUsage': 0},
            'overallStatus': 'green', 'rebootRequired': False,
        }

    def property_config(self):
        """The HostConfigInfo: the product and little else."""
        return {'_typeName': 'HostConfigInfo', 'host': self.ref, 'product': self._product()}

    def property_configManager(self):
        """The host's managers are not part of this server."""
        return {'_typeName': 'HostConfigManager'}

    def property_licensableResource(self):
        """What is counted for licenses."""
        return {'_typeName': 'HostLicensableResourceInfo', 'resource': [
            {'_typeName': 'KeyAnyValue', 'key': 'numCpuPackages', 'value': {'_typeName': 'long', '_value': 2}}]}

    def EnterMaintenanceMode_Task(self, call, timeout, evacuatePoweredOffVms=False, maintenanceSpec=None):
        """Enter maintenance mode; raises InvalidState when in it, or when virtual machines run here."""
        if self.get('runtime.inMaintenanceMode'):
            raise Fault('InvalidState')
        return self.vcenter.start_task(self, call, self._enter_maintenance, cancelable=True)

    def ExitMaintenanceMode_Task(self, call, timeout):
        """Leave maintenance mode; raises InvalidState when not in it."""
        if not self.get('runtime.inMaintenanceMode'):
            raise Fault('InvalidState')
        return self.vcenter.start_task(self, call, lambda: self._maintain(False))

    def _enter_maintenance(self):
        if any(self.vcenter.resolve(vm).get('runtime.powerState') == 'poweredOn' for vm in self.get('vm')):
            raise Fault('InvalidState', text='Virtual machines are powered on on this host.')
        self._maintain(True)

    def _maintain(self, under_way):
        self.set('runtime.inMaintenanceMode', under_way)
        # Its compute resource counts the hosts in use, with what they have.
        self.vcenter.resolve(self.get('parent')).changed()

    def _hardware_summary(self):
        return {'_typeName': 'HostHardwareSummary', 'vendor': 'VMware, Inc.', 'model': 'VMware7,1', 'uuid': self.uuid,
                'memorySize': MEMORY_BYTES, 'cpuModel': CPU_MODEL, 'cpuMhz': CPU_MHZ, 'numCpuPkgs': 2,
                'numCpuCores': CORES, 'numCpuThreads': THREADS, 'numNics': 2, 'numHBAs': 1}

    def _product(self):
        version = '.'.join(self.vcenter.settings.release.split('.')[:3])
        return {'_typeName': 'AboutInfo', 'name': 'VMware ESXi', 'fullName': f'VMware ESXi {version} (simulated)',
                'vendor': 'VMware, Inc.', 'version': version, 'build': '24322831', 'osType': 'vmnix-x86',
                'productLineId': 'embeddedEsx', 'apiType': 'HostAgent',
                'apiVersion': self.vcenter.settings.release}


def _capability(record_replay):
    """A HostCapability; the record/replay members follow the server's setting."""
    capability = {'_typeName': 'HostCapability'}
    for name, member in schema.members('HostCapability').items():
        if not member.optional:
            capability[name] = name not in LACKING
    capability['cryptoSupported'] = True
    capability['recordReplaySupported'] = record_replay
    if not record_replay:
        capability['replayCompatibilityIssues'] = ['incompatibleProduct']
    return capability
