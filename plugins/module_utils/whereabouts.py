# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where a virtual machine is, where it is wanted, and the way from one to the other.

Source: the API pages of MigrateVM_Task, RelocateVM_Task and VirtualMachineRelocateSpec.
"""

from __future__ import annotations

from . import wire
from .datastore_clusters import datastore_cluster
from .datastore_paths import datastore_under
from .device import label_of
from .disk_locators import located, locator
from .placement import datastore_of, pool_named, resource_of, root_pool_in
from .virtual_disks import virtual_disks

# What is looked up by name with the VM itself.
RELATED = ('runtime.host', 'resourcePool', 'datastore')


class Whereabouts:
    """The places of a VM that the options of migrate ask for; looks up what it takes to tell whether it is there."""

    def __init__(self, vm, params):
        self.vm = vm
        self.params = params
        self.owner = self.cluster = self.folder = self.chosen = None
        self.located = located(vm, params['disks'])
        self.pod = datastore_cluster(vm.inventory, params['destination_datastore_cluster'],
                                     params['destination_datacenter'])
        self.places = {}
        for what, pair in self._asked():
            self.places[what] = pair

    def now(self):
        """Returns where the VM is, by name, of what is asked for."""
        return self._shown(0)

    def wanted(self):
        """Returns where it is wanted: the same where it is there."""
        return self._shown(1)

    def needs_a_pool(self):
        """Returns whether only a resource pool leads there."""
        return self._differs('resource_pool') or (self._differs('cluster') and not self._differs('host'))

    def spec(self):
        """Returns the members of a VirtualMachineRelocateSpec that lead there.

        Host and pool are parameters of MigrateVM_Task too.
        """
        spec = self._execution()
        if self._differs('datastore') or self._differs('disks'):
            spec.update(self._storage())
        if self._differs('folder'):
            spec['folder'] = self.folder
        return spec

    def relocation(self, spec):
        """Returns the VirtualMachineRelocateSpec; storage of a running VM is moved only if its host is named."""
        storage, execution = {'datastore', 'disk'} & set(spec), {'host', 'pool'} & set(spec)
        if self.vm.power_state == 'powered_on' and storage and not execution:
            spec = {**spec, 'host': self.vm['runtime.host']}
        return wire.data('VirtualMachineRelocateSpec', **spec)

    # -- what is asked for: (where it is, where it is wanted) by name

    def _asked(self):
        params, vm = self.params, self.vm
        if params['destination_host']:
            yield 'host', self._pair(vm['runtime.host'], params['destination_host'])
        if params['destination_cluster']:
            yield 'cluster', self._cluster_pair(params['destination_cluster'])
        if params['destination_resourcepool']:
            yield 'resource_pool', self._pair(vm['resourcePool'], params['destination_resourcepool'])
        if params['destination_folder']:
            yield 'folder', self._folder_pair(params['destination_folder'])
        if params['destination_datastore'] or self.pod:
            home = datastore_under(vm, vm['config.files.vmPathName'])
            yield 'datastore', self._datastore_pair(home)
        if params['destination_datastore'] or self.pod or params['disks']:
            yield 'disks', self._disk_pairs()

    def _pair(self, ref, wanted):
        moid = ref and ref['value']
        name = self.vm.names.get(moid, moid)
        return name, name if wanted in (moid, name) else wanted

    def _cluster_pair(self, wanted):
        inventory = self.vm.inventory
        self.owner = resource_of(inventory, self.vm['runtime.host'])
        self.cluster = inventory.find('ClusterComputeResource', wanted)
        here = self.owner['value'] == self.cluster['value']
        return wanted if here else wire.name(inventory.fixed(self.owner, 'name')), wanted

    def _folder_pair(self, wanted):
        self.folder = self.vm.inventory.folder(wanted, self.params['destination_datacenter'])
        here = self.vm['parent'] or {}
        return wanted if here.get('value') == self.folder['value'] else here.get('value'), wanted

    def _disk_pairs(self):
        pairs = {}
        for disk in virtual_disks(self.vm['config.hardware.device']):
            here = wire.at(disk, 'backing.datastore')
            if disk['key'] in self.located:
                pairs[label_of(disk)] = self._pair(here, self.located[disk['key']]['datastore'])
            elif self.params['destination_datastore'] or self.pod:
                pairs[label_of(disk)] = self._datastore_pair(here)
        return pairs

    def _datastore_pair(self, here):
        """Returns the pair of what no disk's own datastore is told for; what is in the datastore cluster stays."""
        if not self.pod:
            return self._pair(here, self.params['destination_datastore'])
        if self._stays(here):
            return self._pair(here, here['value'])
        # Host and pool, which come before, have a say in it; one choice is for all that moves.
        self.chosen = self.chosen or self.pod.for_move(self.vm, self._execution())
        self.vm.names.update(self.pod.names)
        now, wanted = self._pair(here, None)[0], self.vm.names.get(self.chosen['value'])
        return now, wanted if wanted not in (None, now) else self.chosen['value']

    def _stays(self, here):
        return bool(here) and here['value'] in self.pod.names

    def _shown(self, side):
        return {what: {label: one[side] for label, one in pair.items()} if what == 'disks' else pair[side]
                for what, pair in self.places.items()}

    def _differs(self, what):
        return what in self.places and self.now()[what] != self.wanted()[what]

    # -- the way

    def _execution(self):
        """Returns host and pool; a move to another compute resource needs a pool there."""
        params, spec, inventory = self.params, {}, self.vm.inventory
        resource = self.cluster if self._differs('cluster') else None
        if self._differs('host'):
            name = params['destination_host']
            spec['host'] = self._known(inventory.find('HostSystem', name), name)
            there = resource_of(inventory, spec['host'])
            self.owner = self.owner or resource_of(inventory, self.vm['runtime.host'])
            resource = there if there != self.owner else resource
        if params['destination_resourcepool'] and (resource or self._differs('resource_pool')):
            name = params['destination_resourcepool']
            if params['destination_host'] or params['destination_cluster']:
                # A host or a cluster that is named and the pool belong together.
                resource = resource or self.owner or resource_of(inventory, self.vm['runtime.host'])
            spec['pool'] = self._known(pool_named(inventory, name, resource), name)
        elif resource and not self.vm['config.template']:
            spec['pool'] = root_pool_in(inventory, resource)
        return spec

    def _storage(self):
        home = self.params['destination_datastore']
        home = self._datastore(home) if home else self.chosen if self._differs('datastore') else None
        found = [locator(key, self._datastore(each['datastore']), each['provisioning'])
                 for key, each in self.located.items()]
        found += self._strays(home) if self.pod else ()
        return {**({'datastore': home} if home else {}), **({'disk': found} if found else {})}

    def _strays(self, home):
        """Returns the locators of the disks without one that would not be in the datastore cluster, or move within it.

        A disk without a locator follows the VM's own files to `home`, or stays if they stay.
        """
        for disk in virtual_disks(self.vm['config.hardware.device']):
            here = wire.at(disk, 'backing.datastore')
            wanted = here if self._stays(here) else self.chosen
            follows = home or here
            if disk['key'] not in self.located and not (follows and wanted['value'] == follows['value']):
                yield locator(disk['key'], wanted)

    def _datastore(self, name):
        return self._known(datastore_of(self.vm.inventory, name, self.params['destination_datacenter']), name)

    def _known(self, ref, name):
        """Returns the reference, and notes its name for when the VM is there."""
        self.vm.names.setdefault(ref['value'], name)
        return ref
