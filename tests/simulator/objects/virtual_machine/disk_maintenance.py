# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Work on the disk files: consolidation, promotion, defragmentation, ownership."""

from __future__ import annotations

from ...fault import Fault
from . import disk_chain
from .files import DELTA_SIZE, KIB


class DiskMaintenance:
    """ConsolidateVMDisks_Task and its neighbours."""

    def ConsolidateVMDisks_Task(self, call):
        """Merge the deltas that removed snapshots left behind; runtime.consolidationNeeded is false afterwards."""
        self.check('ConsolidateVMDisks_Task')
        return self.vcenter.start_task(self, call, self._consolidate_with_room)

    def EstimateStorageForConsolidateSnapshots_Task(self, call):
        """The StorageRequirement of each datastore that holds deltas to merge; none if there are none."""
        self.check('EstimateStorageForConsolidateSnapshots_Task')
        return self.vcenter.start_task(self, call, self._requirements)

    def PromoteDisks_Task(self, call, unlink, disks=None):
        """Give the machine disks of its own: with `unlink`, parents shared with other machines are copied.

        Raises InvalidArgument for a disk that it does not have.
        """
        self.check('PromoteDisks_Task')
        keys = {disk['key'] for disk in self.disks}
        chosen = {disk['key'] for disk in disks or ()} or keys
        if not chosen <= keys:
            raise Fault('InvalidArgument', invalidProperty='disks')
        if unlink and self.power_state == 'poweredOn' and self.root_snapshots:
            raise Fault('InvalidPowerState', requestedState='poweredOff', existingState='poweredOn')
        return self.vcenter.start_task(self, call, lambda: self._promote(unlink, chosen))

    def DefragmentAllDisks(self, call):
        """Defragment; nothing that the API shows changes."""
        self.check('DefragmentAllDisks')

    def QueryUnownedFiles(self, call):
        """The files that the datastore principal does not own: none but those that a test put into unowned_files."""
        return list(self.unowned_files)

    def _requirements(self):
        before, after = disk_chain.files_of(self.configs()), disk_chain.files_of(self._consolidated())
        needed = {}
        for name, backing in before.items():
            if name not in after:
                moid = backing['datastore']['value']
                needed[moid] = needed.get(moid, 0) + DELTA_SIZE // KIB
        return [{'_typeName': 'StorageRequirement', 'freeSpaceRequiredInKb': size,
                 'datastore': {'_typeName': 'ManagedObjectReference', 'type': 'Datastore', 'value': moid}}
                for moid, size in needed.items()]

    def _consolidate_with_room(self):
        for requirement in self._requirements():
            datastore = self.vcenter.resolve(requirement['datastore'])
            if datastore.get('summary.freeSpace') < requirement['freeSpaceRequiredInKb'] * KIB:
                raise Fault('NoDiskSpace', file=self.disks[0]['backing']['fileName'], datastore=datastore.get('name'))
        self._consolidate()

    def _consolidated(self):
        """The configurations with each delta folded that no snapshot stands on; what others share stays a base."""
        configs = self.configs()
        needed = {backing['fileName'] for config in configs[:-1] for backing in disk_chain.backings(config)}
        directories = [config['files']['snapshotDirectory'].partition('] ')[2] for config in configs]
        needed |= {name for name in disk_chain.files_of(configs)
                   if name.partition('] ')[2].rpartition('/')[0] + '/' not in directories}
        return disk_chain.consolidated(configs, needed)

    def _consolidate(self):
        self.store_configs(self._consolidated())
        self.consolidation_needed = False
        self.storage_changed()

    def _promote(self, unlink, keys):
        if unlink:
            directory = self.configuration['files']['snapshotDirectory']
            self.store_configs([disk_chain.unlinked(config, keys, directory) for config in self.configs()])
        self._consolidate()
