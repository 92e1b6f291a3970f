# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AttachDisk_Task and DetachDisk_Task: the disks of the vCenter's storage object manager on a virtual machine."""

from __future__ import annotations

from ...fault import Fault
from .device_change import apply_device_changes
from .devices import AHCI, SCSI

OLDEST_VERSION = 13
# First key of the controllers that can hold one, and how many units those have; a SCSI controller takes unit 7 itself.
CONTROLLERS = {SCSI: [unit for unit in range(16) if unit != 7], AHCI: list(range(30))}


class FirstClassDisks:
    """A first class disk is a VirtualDisk with a vDiskId."""

    def AttachDisk_Task(self, call, diskId, datastore, controllerKey=None, unitNumber=None):
        """Attach. Raises DeviceUnsupportedForVmVersion before hardware version 13, InvalidDatastore for a datastore
        that the host does not reach, NotFound for an unknown disk, FileLocked for one that a machine has already,
        InvalidController, and MissingController if no key is given and not exactly one controller has room."""
        self.check('AttachDisk_Task')
        version = self.configuration['version']
        if int(version.removeprefix('vmx-')) < OLDEST_VERSION:
            raise Fault('DeviceUnsupportedForVmVersion', deviceIndex=0, currentVersion=version,
                        expectedVersion=f'vmx-{OLDEST_VERSION}')
        self._check_reach(datastore)
        self.vcenter.storage_objects.find(diskId, datastore)
        place = self._free_place(controllerKey, unitNumber)
        return self.vcenter.start_task(self, call, lambda: self._attach(diskId, datastore, *place))

    def DetachDisk_Task(self, call, diskId):
        """Detach; the disk stays in the store. Raises NotFound if it is not attached here, and in the task
        InvalidState if a snapshot stands on it."""
        self.check('DetachDisk_Task')
        disk = self.first_class_disk(diskId)
        if disk is None:
            raise Fault('NotFound')
        return self.vcenter.start_task(self, call, lambda: self._detach_disk(disk))

    def first_class_disk(self, disk_id):
        """The VirtualDisk of this machine with that ID, or None."""
        if self._configuration is None:
            # Not built yet, so nothing was ever attached.
            return None
        return next((disk for disk in self.disks if disk.get('vDiskId', {}).get('id') == disk_id['id']), None)

    def _check_reach(self, reference):
        datastore = self.vcenter.resolve(reference)
        host = self.vcenter.resolve(self.host)
        if reference not in host.get('datastore') or not datastore.get('summary.accessible'):
            raise Fault('InvalidDatastore', datastore=reference, name=datastore.get('name'))

    def _free_place(self, key, unit):
        """(controller's key, unit number) as asked for, or the only place there is."""
        devices = self.configuration['hardware']['device']
        free = {}
        for device in devices:
            units = CONTROLLERS.get(device['key'] // 1000 * 1000)
            if units is not None and 'busNumber' in device:
                taken = {each.get('unitNumber') for each in devices if each.get('controllerKey') == device['key']}
                free[device['key']] = [number for number in units if number not in taken]
        if key is None:
            open_ones = [each for each, units in free.items() if units]
            if len(open_ones) != 1:
                raise Fault('MissingController', deviceIndex=0)
            key = open_ones[0]
        if not free.get(key) or unit not in (None, *free[key]):
            raise Fault('InvalidController', deviceIndex=0, controllerKey=key)
        return key, free[key][0] if unit is None else unit

    def _attach(self, disk_id, datastore, controller, unit):
        stored = self.vcenter.storage_objects.find(disk_id, datastore)
        backing = stored['config']['backing']
        if self.vcenter.storage_objects.consumers(disk_id):
            raise Fault('FileLocked', file=backing['filePath'])
        capacity = stored['config']['capacityInMB'] * 1024
        change = {'_typeName': 'VirtualDeviceConfigSpec', 'operation': 'add', 'device': {
            '_typeName': 'VirtualDisk', 'key': -1, 'controllerKey': controller, 'unitNumber': unit,
            'capacityInKB': capacity, 'vDiskId': stored['config']['id'], 'backing': {
                '_typeName': 'VirtualDiskFlatVer2BackingInfo', 'fileName': backing['filePath'], 'datastore': datastore,
                'diskMode': 'persistent', 'thinProvisioned': backing['provisioningType'] == 'thin'}}}
        self.edit_config(lambda config: apply_device_changes(self, config, [change]))
        self.refresh_holders()
        self.storage_changed()

    def _detach_disk(self, disk):
        if 'parent' in disk['backing']:
            raise Fault('InvalidState')
        change = {'_typeName': 'VirtualDeviceConfigSpec', 'operation': 'remove', 'device': disk}
        self.edit_config(lambda config: apply_device_changes(self, config, [change]))
        self.refresh_holders()
        self.storage_changed()
