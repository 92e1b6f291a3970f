# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""VirtualDiskManager: virtual disks on datastores that no virtual machine has, so that one can be given to it."""
from __future__ import annotations

import re
import uuid

from ..fault import Fault, invalid_argument
from ..managed_object import ManagedObject
from . import datastore_contents as contents
from .virtual_machine import devices, disk_chain

# VirtualDiskType -> what it says of a VirtualDiskFlatVer2BackingInfo.
TYPES = {'thin': {'thinProvisioned': True}, 'thick': {'thinProvisioned': False},
         'preallocated': {'thinProvisioned': False},
         'eagerZeroedThick': {'thinProvisioned': False, 'eagerlyScrub': True}}
HEADS, SECTORS, SECTORS_A_KB = 255, 63, 2
NO_BACKING_OF_A_MACHINE = ('parent', 'deltaDiskFormat')


class VirtualDiskManager(ManagedObject):
    """Works on the disks_left of the datastores. Each path needs its datacenter; raises InvalidArgument,
    InvalidDatastorePath, InvalidDatastore; tasks FileNotFound, and FileLocked for a disk that a virtual machine has."""

    def CreateVirtualDisk_Task(self, call, name, spec, datacenter=None):
        """A new disk as a FileBackedVirtualDiskSpec says; the task gives its datastore path, or FileAlreadyExists."""
        if spec['_typeName'] != 'FileBackedVirtualDiskSpec':
            raise Fault('NotSupported', text='Not supported by this server: a disk that is not backed by a file.')
        if spec['diskType'] not in TYPES or spec['capacityKb'] <= 0:
            raise invalid_argument('spec')
        datastore, place = self._files.find(call, name, datacenter)
        return self._start(call, lambda: self._create(datastore, place, spec))

    def DeleteVirtualDisk_Task(self, call, name, datacenter=None):
        """Delete a disk with its file."""
        datastore, place = self._files.find(call, name, datacenter)
        return self._start(call, lambda: self._delete(datastore, place))

    def MoveVirtualDisk_Task(self, call, sourceName, destName, sourceDatacenter=None, destDatacenter=None, force=False,
                             profile=()):
        """Move a disk; `force` replaces the file that is there. The task gives the new datastore path."""
        return self._files.transfer(call, (sourceName, sourceDatacenter), (destName, destDatacenter), force, self._move)

    def CopyVirtualDisk_Task(self, call, sourceName, destName, sourceDatacenter=None, destDatacenter=None,
                             destSpec=None, force=False):
        """Copy a disk, also one of a virtual machine that is not powered on, with its parents in one."""
        if destSpec is not None:
            raise Fault('NotSupported', text='Not supported by this server: destSpec.')
        return self._files.transfer(call, (sourceName, sourceDatacenter), (destName, destDatacenter), force, self._copy)

    def ExtendVirtualDisk_Task(self, call, name, newCapacityKb, datacenter=None, eagerZero=False):
        """Give a disk more room; raises InvalidArgument in the task for less than it has."""
        datastore, place = self._files.find(call, name, datacenter)
        return self._start(call, lambda: self._extend(datastore, place, newCapacityKb))

    def InflateVirtualDisk_Task(self, call, name, datacenter=None):
        """Make a thin disk a thick one, zeroed."""
        datastore, place = self._files.find(call, name, datacenter)
        return self._start(call, lambda: self._change(datastore, place, TYPES['eagerZeroedThick']))

    def EagerZeroVirtualDisk_Task(self, call, name, datacenter=None):
        """Zero all of a disk."""
        return self.InflateVirtualDisk_Task(call, name, datacenter)

    def QueryVirtualDiskUuid(self, call, name, datacenter=None):
        """The uuid of a disk, as its file has it: `60 00 C2 9a bc de f0 12-34 ...`."""
        digits = self._disk(*self._files.find(call, name, datacenter))['backing']['uuid'].replace('-', '')
        pairs = re.findall('..', digits)
        return f'{" ".join(pairs[:8])}-{" ".join(pairs[8:])}'

    def SetVirtualDiskUuid(self, call, name, uuid, datacenter=None):
        """Set it; raises InvalidArgument for what is no uuid."""
        digits = re.sub('[ -]', '', uuid).lower()
        if not re.fullmatch('[0-9a-f]{32}', digits):
            raise invalid_argument('uuid')
        parts = digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]
        self._change(*self._files.find(call, name, datacenter), {'uuid': '-'.join(parts)})

    def QueryVirtualDiskGeometry(self, call, name, datacenter=None):
        """The HostDiskDimensionsChs."""
        sectors = self._disk(*self._files.find(call, name, datacenter))['capacityInKB'] * SECTORS_A_KB
        return {'_typeName': 'HostDiskDimensionsChs', 'cylinder': sectors // (HEADS * SECTORS), 'head': HEADS,
                'sector': SECTORS}

    @property
    def _files(self):
        return self.vcenter.find('FileManager')

    def _start(self, call, work):
        return self.vcenter.start_task(self, call, work, exclusive=False, entity_name='VirtualDiskManager')

    def _left(self, datastore, place):
        """The VirtualDisk at a place, that no virtual machine has."""
        path = contents.path_of(datastore, place)
        if path in contents.files_in_use(datastore):
            raise Fault('FileLocked', file=path)
        if path not in datastore.disks_left:
            raise Fault('FileNotFound', file=path)
        return datastore.disks_left[path]

    def _disk(self, datastore, place):
        """The VirtualDisk at a place, also that of a virtual machine that is not powered on."""
        path = contents.path_of(datastore, place)
        for vm in map(self.vcenter.resolve, datastore.get('vm')):
            for disk in filter(disk_chain.is_file_disk, vm.disks):
                if disk['backing']['fileName'] == path and vm.power_state != 'poweredOn':
                    return disk
        return self._left(datastore, place)

    def _create(self, datastore, place, spec):
        self._files.make_room(datastore, place, force=False)
        path = contents.path_of(datastore, place)
        disk = devices.disk(devices.DISK, 'Hard disk 1', devices.SCSI, 0, spec['capacityKb'], path, datastore.ref,
                            str(uuid.uuid4()))
        datastore.disks_left[path] = disk
        self._change(datastore, place, TYPES[spec['diskType']])
        return path

    def _delete(self, datastore, place):
        del datastore.disks_left[self._left(datastore, place)['backing']['fileName']]

    def _copy(self, origin, target, force):
        disk = self._disk(*origin)
        datastore, place = target
        self._files.make_room(datastore, place, force)
        path = contents.path_of(datastore, place)
        backing = {name: value for name, value in disk['backing'].items() if name not in NO_BACKING_OF_A_MACHINE}
        datastore.disks_left[path] = {**disk, 'backing': {**backing, 'fileName': path, 'datastore': datastore.ref}}
        return path

    def _move(self, origin, target, force):
        disk = self._left(*origin)
        path = self._copy(origin, target, force)
        if disk['backing']['fileName'] != path:
            self._delete(*origin)
        return path

    def _extend(self, datastore, place, capacity):
        disk = self._left(datastore, place)
        if capacity < disk['capacityInKB']:
            raise invalid_argument('newCapacityKb')
        datastore.disks_left[disk['backing']['fileName']] = {
            **disk, 'capacityInKB': capacity, 'capacityInBytes': capacity * contents.KB_BYTES}

    def _change(self, datastore, place, members):
        disk = self._left(datastore, place)
        datastore.disks_left[disk['backing']['fileName']] = {**disk, 'backing': {**disk['backing'], **members}}
