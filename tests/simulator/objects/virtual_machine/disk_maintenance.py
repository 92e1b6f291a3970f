# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Work on the disk files: consolidation, promotion, defragmentation, ownership."""

from __future__ import annotations

from ...fault import Fault
from . import disk_chain


class DiskMaintenance:
    """ConsolidateVMDisks_Task and its neighbours."""

    def ConsolidateVMDisks_Task(self, call):
        """Merge the deltas that removed snapshots left behind; runtime.consolidationNeeded is false afterwards."""
        self.check('ConsolidateVMDisks_Task')
        return self.vcenter.start_task(self, call, self._consolidate)

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

    def _consolidate(self):
        """Fold each delta that no snapshot stands on into what it is a delta of."""
        needed = {backing['fileName'] for snapshot in self.snapshots()
                  for backing in disk_chain.backings(snapshot.config)}
        self.store_configs(disk_chain.consolidated(self.configs(), needed))
        self.consolidation_needed = False
        self.storage_changed()

    def _promote(self, unlink, keys):
        if unlink:
            directory = self.configuration['files']['snapshotDirectory']
            self.store_configs([disk_chain.unlinked(config, keys, directory) for config in self.configs()])
        self._consolidate()
