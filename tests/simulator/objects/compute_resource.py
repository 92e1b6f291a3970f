# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ComputeResource, a standalone host with its resource pool, and ClusterComputeResource."""
from __future__ import annotations

from ..fault import Fault
from ..managed_object import ManagedEntity
from .environment_browser import EnvironmentBrowser
from .host_datastore_browser import HostDatastoreBrowser
from .resource_pool import ResourcePool
from .virtual_machine.references import add_reference


class ComputeResource(ManagedEntity):
    """Stored: host, datastore, network, resourcePool (the root pool), environmentBrowser."""

    RENAME_PRIVILEGE = 'Host.Inventory.EditCluster'

    @classmethod
    def create(cls, vcenter, name, folder):
        """A registered compute resource without hosts, with its root resource pool `Resources`."""
        resource = cls(vcenter, vcenter.new_moid('domain'), name=name, parent=folder.ref, host=[], datastore=[],
                       network=[])
        vcenter.add(resource)
        browser = vcenter.add(HostDatastoreBrowser(vcenter, vcenter.new_moid('datastoreBrowser'), datastore=[]))
        environment = EnvironmentBrowser(vcenter, vcenter.new_moid('envbrowser'), resource,
                                         datastoreBrowser=browser.ref)
        resource.set('environmentBrowser', vcenter.add(environment).ref)
        resource.set('resourcePool', ResourcePool.create(vcenter, 'Resources', resource, resource).ref)
        add_reference(folder, 'childEntity', resource.ref)
        return resource

    def property_summary(self):
        """The ComputeResourceSummary: the sum of the hosts."""
        return {'_typeName': 'ComputeResourceSummary', **self._totals()}

    def property_configurationEx(self):
        """The ComputeResourceConfigInfo."""
        return {'_typeName': 'ComputeResourceConfigInfo', 'vmSwapPlacement': 'vmDirectory'}

    def _totals(self):
        hosts = [self.vcenter.resolve(reference) for reference in self.get('host')]
        usable = [host for host in hosts if not host.get('runtime.inMaintenanceMode')]
        hardware = [host.get('summary.hardware') for host in hosts]
        effective = [host.get('summary.hardware') for host in usable]
        return {
            'totalCpu': sum(one['cpuMhz'] * one['numCpuCores'] for one in hardware),
            'totalMemory': sum(one['memorySize'] for one in hardware),
            'numCpuCores': sum(one['numCpuCores'] for one in hardware),
            'numCpuThreads': sum(one['numCpuThreads'] for one in hardware),
            'effectiveCpu': sum(one['cpuMhz'] * one['numCpuCores'] for one in effective),
            'effectiveMemory': sum(one['memorySize'] for one in effective) // (1024 * 1024),
            'numHosts': len(hosts), 'numEffectiveHosts': len(usable), 'overallStatus': 'green',
        }


class ClusterComputeResource(ComputeResource):
    """A cluster with DRS on and, until it is reconfigured, HA off."""

    def ReconfigureComputeResource_Task(self, call, spec, modify):
        """Change the settings of HA and DRS as a ClusterConfigSpecEx says; raises NotSupported for any other."""
        unknown = set(spec) - {'_typeName', *_SERVICES}
        if unknown:
            raise Fault('NotSupported', text=f'Not supported by this server: {", ".join(sorted(unknown))}.')
        return self.vcenter.start_task(self, call, lambda: self._reconfigure(spec))

    def property_summary(self):
        """The ClusterComputeResourceSummary."""
        return {'_typeName': 'ClusterComputeResourceSummary', **self._totals(), 'currentFailoverLevel': 0,
                'numVmotions': 0}

    def property_summaryEx(self):
        """The same."""
        return self.property_summary()

    def property_configuration(self):
        """The deprecated ClusterConfigInfo."""
        return {'_typeName': 'ClusterConfigInfo', **self._services()}

    def property_configurationEx(self):
        """The ClusterConfigInfoEx."""
        return {'_typeName': 'ClusterConfigInfoEx', 'vmSwapPlacement': 'vmDirectory', **self._services()}

    def _services(self):
        return self._properties.get('services', _SERVICES)

    def _reconfigure(self, spec):
        services = self._services()
        self.set('services', {name: {**value, **spec.get(name, {})} for name, value in services.items()})
        self.changed()


_SERVICES = {
    'dasConfig': {'_typeName': 'ClusterDasConfigInfo', 'enabled': False},
    'drsConfig': {'_typeName': 'ClusterDrsConfigInfo', 'enabled': True, 'defaultVmBehavior': 'fullyAutomated',
                  'vmotionRate': 3}}
