# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Datastore clusters: which of its datastores takes the files of a virtual machine.

Storage DRS recommends it; where the cluster or the server has no Storage DRS, it is the one with the most free space.
Source: the API pages of StoragePod, StorageResourceManager, StoragePlacementSpec and StoragePlacementAction.
"""

from __future__ import annotations

from . import wire
from .answers import as_fault
from .faults import Refusal
from .methods.places import reach

ENABLED = 'podStorageDrsEntry.storageDrsConfig.podConfig.enabled'
USE = ('summary.freeSpace', 'summary.accessible', 'summary.maintenanceMode')


def datastore_cluster(inventory, given, datacenter=None):
    """Returns the DatastoreCluster of a path, a name or a moid, None without one.

    A name is looked for in the datacenter, if one is given. A fleet reads it once. Raises Refusal.
    """
    def cluster_named(given, datacenter):
        found = inventory.by_path(given) if '/' in given else None
        if found is None or found['type'] != 'StoragePod':
            found = inventory.find('StoragePod', given, datacenter)
        return DatastoreCluster(inventory, found)
    return inventory.once(cluster_named, given, datacenter) if given else None


def disk_locator(disk):
    """Returns the PodDiskLocator of a new VirtualDisk."""
    return wire.data('PodDiskLocator', diskId=disk['key'], diskBackingInfo=disk['backing'])


def place_in(location, vm):
    """Returns (host, pool) of the members of a VirtualMachineRelocateSpec, the VM's own host if it names neither."""
    place = location.get('host'), location.get('pool')
    return place if any(place) else (vm['runtime.host'], None)


def place_copy(vm, params, folder, name, spec):
    """Has a VirtualMachineCloneSpec go to a datastore of the cluster that the options name.

    Returns what is told of it, {'datastore': name}; nothing if no cluster is named. Raises Failure.
    """
    cluster = datastore_cluster(vm.inventory, params['datastore_cluster'], params['destination_datacenter'])
    if cluster is None:
        return {}
    chosen = spec['location']['datastore'] = cluster.for_copy(vm, folder, name, spec)
    return {'datastore': cluster.names.get(chosen['value'], chosen['value'])}


class DatastoreCluster:
    """A datastore cluster: its name, and the names of its datastores by their moids."""

    def __init__(self, inventory, ref):
        found = inventory.properties(ref, 'name', 'childEntity', ENABLED)
        self.inventory = inventory
        self.ref = ref
        self.name = wire.name(found['name'])
        self.datastores = [each for each in found.get('childEntity') or [] if each['type'] == 'Datastore']
        self.names = {each['value']: wire.name(properties['name'])
                      for each, properties in inventory.read(self.datastores, ['name'])}
        manager = inventory.client.session.content.get('storageResourceManager')
        self.manager = manager if found.get(ENABLED) else None

    def for_new(self, config, folder, pool, host=None):
        """Returns the reference of the datastore for what a VirtualMachineConfigSpec creates."""
        disks = [disk_locator(each['device']) for each in config.get('deviceChange') or []
                 if each.get('fileOperation') == 'create' and not each['device']['backing']['fileName']]
        return self._chosen((host, pool), 'create', disks, configSpec=config, folder=folder, resourcePool=pool,
                            host=host)

    def for_copy(self, vm, folder, name, spec):
        """Returns the reference of the datastore for what a VirtualMachineCloneSpec makes of a VM."""
        place = place_in(spec['location'], vm)
        # Passwords in a customization are of no use here.
        spec = {member: value for member, value in spec.items() if member != 'customization'}
        return self._chosen(place, 'clone', vm=vm.ref, folder=folder, cloneName=wire.escaped(name), cloneSpec=spec)

    def for_move(self, vm, location):
        """Returns the reference of the datastore for a VM that moves to the host or pool that `location` names."""
        return self._chosen(place_in(location, vm), 'relocate', vm=vm.ref,
                            relocateSpec=wire.data('VirtualMachineRelocateSpec', **location))

    def for_disk(self, vm, changes):
        """Returns the reference of the datastore for the disk that the last VirtualDeviceConfigSpec adds to a VM."""
        disk = changes[-1]['device']
        spec = wire.data('VirtualMachineConfigSpec', deviceChange=changes)
        return self._chosen((vm['runtime.host'], None), 'reconfigure', [disk_locator(disk)], vm=vm.ref, configSpec=spec)

    def _chosen(self, place, kind, disks=(), **members):
        if self.manager is None:
            return self._roomiest(*place)
        selection = wire.data('StorageDrsPodSelectionSpec', storagePod=self.ref, initialVmConfig=[
            wire.data('VmPodConfigForPlacement', storagePod=self.ref, disk=list(disks))] if disks else None)
        # What other virtual machines have to make room for is not done here, so it must not be counted on.
        spec = wire.data('StoragePlacementSpec', type=kind, podSelectionSpec=selection, disallowPrerequisiteMoves=True,
                         **members)
        client = self.inventory.client
        result = client.call(self.manager, 'RecommendDatastores', repeatable=True, storageSpec=spec) or {}
        actions = [action for each in result.get('recommendations') or [] for action in each.get('action') or []
                   if wire.type_of(action) == 'StoragePlacementAction']
        if not actions:
            raise self._none(result)
        return actions[0]['destination']

    def _none(self, result):
        """Returns why Storage DRS recommends nothing."""
        faults = [fault for each in wire.at(result, 'drsFault.faultsByVm') or [] for fault in each.get('fault') or []]
        if faults:
            return as_fault(faults[0], 'RecommendDatastores')
        return Refusal(f'Storage DRS recommends no datastore of the datastore cluster {self.name}.',
                       'InsufficientStorageSpace', details={'datastore_cluster': self.ref['value']})

    def _roomiest(self, host, pool):
        """Returns the datastore with the most free space of those that are in use and that the place reaches."""
        place, reached = reach(self.inventory, host, pool)
        usable = {ref['value']: found['summary.freeSpace'] for ref, found in self.inventory.read(self.datastores, USE)
                  if ref['value'] in reached and found['summary.accessible']
                  and found.get('summary.maintenanceMode', 'normal') == 'normal'}
        if not usable:
            raise Refusal(f'The datastore cluster {self.name} has no datastore in use that {place} reaches.',
                          'InvalidDatastore', details={'datastore_cluster': self.ref['value'], 'place': place})
        return wire.reference('Datastore', max(usable, key=usable.get))
