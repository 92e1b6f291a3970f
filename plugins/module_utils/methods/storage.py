# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Storage: the files of a virtual machine and the work on them, first class disks, changed blocks."""

from __future__ import annotations

from .. import wire
from .places import out_of_reach
from .step import Methods

# The oldest hardware version that takes first class disks; they came with vSphere 6.5, and this with it.
FIRST_CLASS = 13
REMOVE = 'VirtualMachine.State.RemoveSnapshot'


class StorageMethods(Methods):
    """Needs runtime.powerState, and snapshot for promote_disks.

    First class disks need runtime.host, config.version and config.hardware.device.

    Disks are given by their devices, keys or IDs.
    """

    def refresh_storage_info(self, within):
        """RefreshStorageInfo: done when storage.timestamp is a new one, which may take `within` seconds."""
        before = self['storage.timestamp']
        step = self._step('RefreshStorageInfo', 'System.Read',
                          reached=(('storage.timestamp',), lambda now: now.get('storage.timestamp') != before))
        step.patience = within
        return step

    def query_unowned_files(self):
        """QueryUnownedFiles: returns paths of files that the datastore principal does not own."""
        return self._step('QueryUnownedFiles', 'VirtualMachine.Config.QueryUnownedFiles')

    def estimate_consolidation(self):
        """EstimateStorageForConsolidateSnapshots_Task; its result is a list of StorageRequirement."""
        return self._step('EstimateStorageForConsolidateSnapshots_Task', REMOVE)

    def consolidate_disks(self):
        """ConsolidateVMDisks_Task."""
        return self._step('ConsolidateVMDisks_Task', REMOVE)

    def promote_disks(self, unlink, disks):
        """PromoteDisks_Task of these VirtualDisks."""
        held = unlink and self.power_state == 'powered_on' and self.snapshots()
        told = f'{self.name} is powered on and has snapshots, so its disks cannot be unlinked.' if held else None
        return self._step('PromoteDisks_Task', 'VirtualMachine.Provisioning.PromoteDisks', unlink=unlink, disks=disks,
                          forecasts={'InvalidPowerState': told})

    def defragment_all_disks(self):
        """DefragmentAllDisks, which returns when it is done."""
        return self._step('DefragmentAllDisks', 'VirtualMachine.Interact.DefragmentAllDisks',
                          forecasts=self._needs_power('powered_off', 'suspended'))

    def attach_disk(self, disk_id, datastore, controller=None, unit=None):
        """AttachDisk_Task of a first class disk, on a controller by its key."""
        return self._step('AttachDisk_Task', 'VirtualMachine.Config.AddExistingDisk', datastore=datastore,
                          diskId=wire.data('ID', id=disk_id), controllerKey=controller, unitNumber=unit,
                          forecasts={
                              'DeviceUnsupportedForVmVersion': self._too_old(),
                              'InvalidDatastore': out_of_reach(self.inventory, [datastore], self['runtime.host'])})

    def detach_disk(self, disk_id):
        """DetachDisk_Task of a first class disk, which stays on its datastore."""
        held = any(wire.at(each, 'vDiskId.id') == disk_id and wire.at(each, 'backing.parent')
                   for each in self['config.hardware.device'] or [])
        told = f'{self.name} has a snapshot that includes the disk, so it cannot be detached.' if held else None
        return self._step('DetachDisk_Task', 'VirtualMachine.Config.RemoveDisk', diskId=wire.data('ID', id=disk_id),
                          forecasts={'InvalidState': told})

    def _too_old(self):
        """Returns what is amiss with the hardware version for first class disks, or None."""
        version = self['config.version'] or f'vmx-{FIRST_CLASS}'
        return None if int(version.rpartition('-')[2]) >= FIRST_CLASS else (
            f'{self.name} has hardware {version}; first class disks need vmx-{FIRST_CLASS} or newer.')

    def query_changed_areas(self, key, start, change_id, snapshot=None):
        """QueryChangedDiskAreas of the disk with that key; returns a DiskChangeInfo from the offset `start` on."""
        return self._step('QueryChangedDiskAreas', 'VirtualMachine.Provisioning.DiskRandomRead',
                          deviceKey=key, startOffset=start, changeId=change_id, snapshot=snapshot)
