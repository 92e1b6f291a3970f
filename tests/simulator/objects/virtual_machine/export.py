# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ExportVm, and the files that its lease offers."""

from __future__ import annotations

from typing import NamedTuple

from ...stream_vmdk import GRAIN_SECTORS, SECTOR, stream_vmdk
from ..http_nfc_lease import HttpNfcLease
from . import disk_chain
from .files import SIZES

ISO_BACKING = 'VirtualCdromIsoBackingInfo'
ISO_SIZE = 64 * 1024


class ExportedFile(NamedTuple):
    """key: the device's. name: the last part of its URL. target: targetId. capacity, populated: bytes of a disk."""

    key: str
    name: str
    target: str
    content: bytes
    capacity: int | None = None
    populated: int | None = None


class Export:
    """What may be taken away from a virtual machine.

    export_grains: how many grains of 64 KB its disks hold. export_lease_seconds: leaseTimeout. nfc_trouble: what
    happens to a download, 'corrupted', 'broken' or 'slow'. export_name: what stands in the place of a disk's name.
    """

    def ExportVm(self, call):
        """A lease on its files; the task runs until that ends. Raises InvalidPowerState for one that is powered on."""
        self.check('ExportVm')
        return self.export_lease(call)

    def export_lease(self, call, config=None):
        """A reference of the HttpNfcLease on the files of a configuration (the present one when None)."""
        fault, call.task_fault = call.task_fault, None
        task = self.vcenter.start_task(self, call, lambda: None, seconds=0)
        task.suspend()
        return HttpNfcLease(self.vcenter, self, task, self.export_lease_seconds, fault,
                            lambda: self.exported_files(config)).start().ref

    def import_lease(self, call):
        """A reference of the HttpNfcLease on this new machine: the files of its disks are awaited, and the machine goes
        again if they are given up."""
        task = self.vcenter.start_task(self, call, lambda: None, seconds=0)
        task.suspend()
        keys = [self.export_key(disk).replace(self.moid, self.get('name'), 1) for disk in self.disks]
        files = [ExportedFile(key, f'disk-{number}.vmdk', '', b'', disk['capacityInBytes'], 0)
                 for number, (key, disk) in enumerate(zip(keys, self.disks))]
        return HttpNfcLease(self.vcenter, self, task, self.export_lease_seconds, None, lambda: files,
                            self._go_again).start().ref

    def _go_again(self):
        if self.vcenter.find(self.moid) is self:
            self.leave_inventory()

    def exported_files(self, config=None):
        """The ExportedFiles of a configuration (the present one when None): disks, nvram, images in CD drives."""
        devices = (config or self.configuration)['hardware']['device']
        return [*self._exported_disks(devices), *self._exported_images(devices), ExportedFile(
            f'/{self.moid}/nvram', f'{self._identity.folder}.nvram', 'nvram', bytes(SIZES['nvram']))]

    def _exported_disks(self, devices):
        for number, device in enumerate(filter(disk_chain.is_file_disk, devices)):
            name = self.export_name or f'disk-{number}.vmdk'
            content = stream_vmdk(name, device['capacityInBytes'], f'{self.uuids[1]} {number}', self.export_grains)
            yield ExportedFile(self.export_key(device, devices), name, name, content, device['capacityInBytes'],
                               self.export_grains * GRAIN_SECTORS * SECTOR)

    def _exported_images(self, devices):
        images = [each for each in devices if each.get('backing', {}).get('_typeName') == ISO_BACKING]
        for number, device in enumerate(images):
            name = f'file-{number}.iso'
            yield ExportedFile(self.export_key(device, devices), name, name, bytes(ISO_SIZE))

    def export_key(self, device, devices=None):
        """The key of a device in leases and descriptors: the machine, its controller and its place there.

        `devices`: those that it stands among, the present ones when None.
        """
        controllers = {each['key']: each for each in devices or self.configuration['hardware']['device']}
        controller = controllers[device['controllerKey']]
        return f'/{self.moid}/{controller["_typeName"]}{controller["busNumber"]}:{device["unitNumber"]}'
