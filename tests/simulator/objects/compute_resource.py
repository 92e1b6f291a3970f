# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ComputeResource, a standalone host with its resource pool, and ClusterComputeResource."""
from __future__ import annotations

from ..fault import Fault, invalid_argument
from ..managed_object import ManagedEntity
from .environment_browser import EnvironmentBrowser
from .host_datastore_browser import HostDatastoreBrowser
from .resource_pool import ResourcePool
from .virtual_machine.references import add_reference, remove_reference


class ComputeResource(ManagedEntity):
    """Stored: host, datastore, network, resourcePool (the root pool), environmentBrowser."""

    RENAME_PRIVILEGE = 'Host.Inventory.EditCluster'
    DESTROY_PRIVILEGE = 'Host.Inventory.DeleteCluster'

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
        check_settings(spec)
        return self.vcenter.start_task(self, call, lambda: self.configure(spec))

    def PlaceVm(self, call, placementSpec):
        """The PlacementResult for a virtual machine that is to come: the hosts that can take it, one recommendation
        each, that with the fewest running machines first, and a datastore of each.

        Only what `hosts` and `datastores` name is chosen from, if they do. Raises InvalidArgument for a host that is
        not in the cluster; the result has no recommendations when nothing fits.
        """
        hosts, wanted = placementSpec.get('hosts') or self.get('host'), placementSpec.get('datastores')
        if any(host not in self.get('host') for host in hosts):
            raise invalid_argument('placementSpec.hosts')
        asked = (placementSpec.get('relocateSpec') or {}).get('datastore')
        found = []
        for host in sorted(map(self.vcenter.resolve, hosts), key=_running):
            stores = [each for each in host.get('datastore') if each in (wanted or [asked or each])]
            if host.in_use and stores:
                found.append((host, stores[0]))
        recommendations = [self._recommendation(placementSpec, *each) for each in found]
        return {'_typeName': 'PlacementResult', **({'recommendations': recommendations} if found else {})}

    def Destroy_Task(self, call):
        """Delete the cluster; the task ends with ResourceInUse while hosts are in it."""
        call.require(self.DESTROY_PRIVILEGE, self)
        return self.vcenter.start_task(self, call, self.destroy)

    def destroy(self):
        """Leave the inventory with the pools; raises ResourceInUse."""
        if self.get('host'):
            raise Fault('ResourceInUse', type='ClusterComputeResource', name=self.get('name'))
        pools = [self.vcenter.resolve(self.get('resourcePool'))]
        for pool in pools:
            pools += map(self.vcenter.resolve, pool.get('resourcePool'))
        environment = self.vcenter.resolve(self.get('environmentBrowser'))
        for obj in (*pools, self.vcenter.resolve(environment.get('datastoreBrowser')), environment, self):
            self.vcenter.remove(obj)
        remove_reference(self.vcenter.resolve(self.get('parent')), 'childEntity', self.ref)

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

    def configure(self, spec):
        """Take over the settings of a ClusterConfigSpecEx."""
        services = self._services()
        self.set('services', {name: {**value, **spec.get(name, {})} for name, value in services.items()})
        self.changed()

    def _recommendation(self, spec, host, datastore):
        target = {'_typeName': 'VirtualMachineRelocateSpec', 'host': host.ref, 'datastore': datastore}
        action = {'_typeName': 'PlacementAction', 'type': 'PlaceVm', 'target': host.ref, 'targetHost': host.ref,
                  'relocateSpec': target, **({'vm': spec['vm']} if 'vm' in spec else {})}
        return {'_typeName': 'ClusterRecommendation', 'key': host.moid, 'type': 'V1', 'time': self.vcenter.now(),
                'rating': 1, 'reason': 'xvmotionPlacement', 'reasonText': 'The host can run the virtual machine.',
                'target': self.ref, 'action': [action]}


def check_settings(spec):
    """Raise NotSupported for what a ClusterConfigSpecEx would change beside HA and DRS."""
    empty = spec.get('vsanConfig', {}).get('enabled', False) is False
    unknown = set(spec) - {'_typeName', *_SERVICES, *(['vsanConfig'] if empty else [])}
    if unknown:
        raise Fault('NotSupported', text=f'Not supported by this server: {", ".join(sorted(unknown))}.')


def _running(host):
    """How many machines run on a HostSystem."""
    return sum(host.vcenter.resolve(each).power_state == 'poweredOn' for each in host.get('vm'))


_SERVICES = {
    'dasConfig': {'_typeName': 'ClusterDasConfigInfo', 'enabled': False},
    'drsConfig': {'_typeName': 'ClusterDrsConfigInfo', 'enabled': True, 'defaultVmBehavior': 'fullyAutomated',
                  'vmotionRate': 3}}
