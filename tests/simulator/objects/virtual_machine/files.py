# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The files of a virtual machine: layout, layoutEx, storage; their sizes follow from configuration and state."""

from __future__ import annotations

from . import disk_chain

KIB, MIB = 1024, 1024 * 1024
SIZES = {'config': 3 * KIB, 'extendedConfig': 274, 'nvram': 8684, 'snapshotList': 526, 'log': 256 * KIB,
         'diskDescriptor': 522, 'snapshotData': 29 * KIB, 'suspend': 2 * MIB}
# A thin disk holds a quarter of its capacity; a delta what a quiet guest writes.
USED_PART = 4
DELTA_SIZE = 16 * MIB


class Files:
    """The three properties, built from one list of files: (name, type, size in bytes, of the base disk or None)."""

    def property_layoutEx(self):
        """The VirtualMachineFileLayoutEx: each file with its size, disk chains and snapshots by file key."""
        files = self._files()
        keys = {name: key for key, (name, _type, _size) in enumerate(files)}
        return {
            '_typeName': 'VirtualMachineFileLayoutEx',
            'file': [{'_typeName': 'VirtualMachineFileLayoutExFileInfo', 'key': keys[name], 'name': name,
                      'type': kind, 'size': size, 'uniqueSize': size, 'accessible': True}
                     for name, kind, size in files],
            'disk': self._disk_layouts(self.configuration, keys),
            'snapshot': [self._snapshot_layout(snapshot, keys) for snapshot in self.snapshots()],
            'timestamp': self.storage_time,
        }

    def property_layout(self):
        """The deprecated VirtualMachineFileLayout, with the same files by name."""
        names = [(name, kind) for name, kind, _size in self._files()]
        directory = self._directory

        def relative(*kinds):
            return [name.removeprefix(directory) for name, kind in names if kind in kinds]

        layout = {
            '_typeName': 'VirtualMachineFileLayout', 'configFile': relative('config', 'nvram', 'snapshotList'),
            'logFile': relative('log'),
            'disk': [{'_typeName': 'VirtualMachineFileLayoutDiskLayout', 'key': disk['key'],
                      'diskFile': [link['fileName'] for link in disk_chain.chain(disk['backing'])]}
                     for disk in self.disks if disk_chain.is_file_disk(disk)],
            'snapshot': [{'_typeName': 'VirtualMachineFileLayoutSnapshotLayout', 'key': snapshot.ref,
                          'snapshotFile': [self._snapshot_data(snapshot)]} for snapshot in self.snapshots()],
        }
        swap = [name for name, kind in names if kind == 'swap']
        return {**layout, 'swapFile': swap[0]} if swap else layout

    def property_storage(self):
        """The VirtualMachineStorageInfo: bytes on each datastore."""
        committed = {}
        for name, _kind, size in self._files():
            committed[_datastore_name(name)] = committed.get(_datastore_name(name), 0) + size
        usage = []
        for reference in self.get('datastore') or []:
            used = committed.get(self.vcenter.resolve(reference).get('name'), 0)
            usage.append({'_typeName': 'VirtualMachineUsageOnDatastore', 'datastore': reference, 'committed': used,
                          'uncommitted': self._unwritten(reference), 'unshared': used})
        return {'_typeName': 'VirtualMachineStorageInfo', 'perDatastoreUsage': usage, 'timestamp': self.storage_time}

    def RefreshStorageInfo(self, call):
        """Look at the files again: the timestamps of storage and layoutEx move."""
        self.storage_changed()

    def storage_changed(self):
        """Note that files came, went or grew, and tell those who wait for changes of the virtual machine."""
        self.storage_time = self.vcenter.now()
        self.changed()

    @property
    def _directory(self):
        return self.configuration['files']['snapshotDirectory']

    @property
    def _stem(self):
        return self.configuration['files']['vmPathName'].removesuffix('.vmx')

    def _files(self):
        stem, memory = self._stem, self.configuration['hardware']['memoryMB'] * MIB
        files = [(stem + suffix, kind, SIZES[kind]) for suffix, kind in (
            ('.vmx', 'config'), ('.vmxf', 'extendedConfig'), ('.nvram', 'nvram'), ('.vmsd', 'snapshotList'))]
        files += self._disk_files()
        for snapshot in self.snapshots():
            files.append((self._snapshot_data(snapshot), 'snapshotData', SIZES['snapshotData']))
            if snapshot.state != 'poweredOff':
                size = snapshot.config['hardware']['memoryMB'] * MIB
                files.append((self._snapshot_memory(snapshot), 'snapshotMemory', size))
        files.append((f'{self._directory}vmware.log', 'log', SIZES['log']))
        if self.power_state == 'poweredOn':
            files.append((f'{stem}-{self.moid}.vswp', 'swap', memory))
        elif self.power_state == 'suspended':
            files += [(f'{stem}-{self.moid}.vmss', 'suspend', SIZES['suspend']),
                      (f'{stem}-{self.moid}.vmem', 'suspendMemory', memory)]
        return files

    def _disk_files(self):
        """A descriptor and an extent for each link of each chain."""
        capacities = {link['fileName']: disk['capacityInKB'] * KIB for config in self.configs()
                      for disk in config['hardware']['device'] if disk_chain.is_file_disk(disk)
                      for link in disk_chain.chain(disk['backing'])}
        files = []
        for name, backing in disk_chain.files_of(self.configs()).items():
            files += [(name, 'diskDescriptor', SIZES['diskDescriptor']),
                      (_extent(backing), 'diskExtent', _extent_size(backing, capacities[name]))]
        return files

    def _disk_layouts(self, config, keys):
        return [{
            '_typeName': 'VirtualMachineFileLayoutExDiskLayout', 'key': disk['key'],
            'chain': [{'_typeName': 'VirtualMachineFileLayoutExDiskUnit',
                       'fileKey': [keys[link['fileName']], keys[_extent(link)]]}
                      for link in disk_chain.chain(disk['backing'])],
        } for disk in config['hardware']['device'] if disk_chain.is_file_disk(disk)]

    def _snapshot_layout(self, snapshot, keys):
        # -1 is what the documentation names for a snapshot without memory.
        return {'_typeName': 'VirtualMachineFileLayoutExSnapshotLayout', 'key': snapshot.ref,
                'dataKey': keys[self._snapshot_data(snapshot)],
                'memoryKey': keys.get(self._snapshot_memory(snapshot), -1),
                'disk': self._disk_layouts(snapshot.config, keys)}

    def _snapshot_data(self, snapshot):
        return f'{self._stem}-Snapshot{snapshot.number}.vmsn'

    def _snapshot_memory(self, snapshot):
        return f'{self._stem}-Snapshot{snapshot.number}.vmem'

    def _unwritten(self, datastore):
        """What thin disks may still grow by on a datastore."""
        disks = [disk for disk in self.disks
                 if disk_chain.is_file_disk(disk) and disk['backing'].get('datastore') == datastore]
        return sum(_unwritten(disk) for disk in disks)


def _extent(backing):
    suffix = '-delta.vmdk' if 'parent' in backing else '-flat.vmdk'
    return backing['fileName'].removesuffix('.vmdk') + suffix


def _extent_size(backing, capacity):
    if 'parent' in backing:
        return DELTA_SIZE
    return capacity // USED_PART if backing.get('thinProvisioned') else capacity


def _unwritten(disk):
    capacity = disk['capacityInKB'] * KIB
    return capacity - _extent_size(disk_chain.chain(disk['backing'])[0], capacity)


def _datastore_name(file_name):
    return file_name[1:file_name.index(']')]
