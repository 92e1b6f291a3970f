# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""VirtualDeviceConfigSpec: adding, editing and removing devices of a configuration."""

from __future__ import annotations

import re
import typing

from ... import schema
from ...fault import Fault
from . import disk_chain
from .devices import (
    AHCI,
    CDROM,
    DISK,
    FLOPPY,
    IDE,
    NIC,
    NVME,
    PARALLEL,
    PCI,
    SCSI,
    SERIAL,
    SIO,
    USB,
    XHCI,
    connectable,
    generated_mac_address,
)


class Family(typing.NamedTuple):
    """Devices that are counted together: the base of their types, their first key, the word of their labels, the keys
    of the controllers that they may be on, how many a machine may have, the first unit that they get, and whether a
    running machine takes them."""

    kind: str
    first_key: int
    label: str
    controllers: tuple
    most: int
    first_unit: int = 0
    hot: bool = True


MANY = 1000
# govc names an adapter by its distance from unit 7 of the PCI controller, where a vCenter puts the first one.
FAMILIES = (
    Family('VirtualDisk', DISK, 'Hard disk', (SCSI, PCI), MANY),
    Family('VirtualEthernetCard', NIC, 'Network adapter', (PCI,), 10, 7),
    Family('VirtualCdrom', CDROM, 'CD/DVD drive', (AHCI, IDE), MANY),
    Family('VirtualSCSIController', SCSI, 'SCSI controller', (PCI,), 4, 3),
    Family('VirtualAHCIController', AHCI, 'SATA controller', (PCI,), 4, 24),
    Family('VirtualNVMEController', NVME, 'NVME controller', (PCI,), 4, 30),
    Family('VirtualUSBController', USB, 'USB controller', (PCI,), 1, 22),
    Family('VirtualUSBXHCIController', XHCI, 'USB xHCI controller', (PCI,), 1, 23),
    Family('VirtualFloppy', FLOPPY, 'Floppy drive', (SIO,), 2, hot=False),
    Family('VirtualSerialPort', SERIAL, 'Serial port', (SIO,), 32, hot=False),
    Family('VirtualParallelPort', PARALLEL, 'Parallel port', (SIO,), 3, hot=False),
)
# How many units the controllers of a family have. A SCSI controller takes unit 7 itself.
UNITS = {'VirtualSCSIController': 16, 'VirtualAHCIController': 30, 'VirtualNVMEController': 15,
         'VirtualIDEController': 2}
SCSI_OWN_UNIT = 7
KB_BYTES = 1024


def apply_device_changes(vm, config, changes):
    """Alter `config`, a private copy of the configuration of `vm`, by a list of VirtualDeviceConfigSpec.

    Raises InvalidDeviceSpec and its kin, with the index of the change that is wrong.
    """
    keys = {}
    for index, change in enumerate(changes):
        _Change(vm, config, change, index, keys).apply()


class _Change:
    """One VirtualDeviceConfigSpec.

    keys: the keys that devices of the same request got, by the negative ones that their specs have for one another.
    """

    def __init__(self, vm, config, spec, index, keys):
        self.vm, self.config, self.spec, self.index, self.keys = vm, config, spec, index, keys
        self.devices = config['hardware']['device']
        self.device = spec['device']

    def apply(self):
        apply = {'add': self._add, 'edit': self._edit, 'remove': self._remove}.get(self.spec.get('operation'))
        if apply is None:
            raise self._invalid('operation')
        if apply == self._add and self.device['_typeName'] == 'VirtualIDEController':
            self._meet_ide_controller()
            return
        self.family = self._family()
        apply()

    def _family(self):
        family = next((entry for entry in FAMILIES if schema.is_a(self.device['_typeName'], entry.kind)), None)
        if family is None:
            raise Fault('DeviceUnsupportedForVmPlatform', property=self._path('device'), deviceIndex=self.index)
        if not family.hot and self.spec['operation'] != 'edit' and self.vm.power_state != 'poweredOff':
            raise Fault('DeviceHotPlugNotSupported', property=self._path('device'), deviceIndex=self.index)
        return family

    def _meet_ide_controller(self):
        """Both have been there since the machine was made: the spec of one means the one with its bus number."""
        present = [entry['key'] for entry in self.devices if entry['_typeName'] == 'VirtualIDEController'
                   and entry['busNumber'] == self.device['busNumber']]
        if not present:
            raise self._invalid('device.busNumber')
        self.keys[self.device['key']] = present[0]

    def _add(self):
        kind, first_key, label = self.family.kind, self.family.first_key, self.family.label
        if sum(map(self._is_kin, self.devices)) >= self.family.most:
            raise Fault('TooManyDevices', property=self._path('device'))
        used = {device['key'] for device in self.devices}
        key = next(key for key in range(first_key, first_key + 1000) if key not in used)
        number = key - first_key + (0 if 'Controller' in self.device['_typeName'] else 1)
        self.keys[self.device['key']] = key
        device = {**self.device, 'key': key}
        if device.get('controllerKey', 0) < 0:
            device['controllerKey'] = self.keys.get(device['controllerKey'], device['controllerKey'])
        device['deviceInfo'] = {'_typeName': 'Description', 'label': f'{label} {number}',
                                'summary': self._summary(device)}
        self._place(device)
        {'VirtualDisk': self._complete_disk, 'VirtualEthernetCard': self._complete_adapter,
         'VirtualCdrom': self._complete_cdrom, 'VirtualFloppy': self._complete_port,
         'VirtualSerialPort': self._complete_port, 'VirtualParallelPort': self._complete_port,
         }.get(kind, self._complete_controller)(device)
        device['deviceInfo']['summary'] = self._summary(device)
        self.devices.append(device)

    def _edit(self):
        present = self._present()
        if present['_typeName'] != self.device['_typeName']:
            raise self._invalid('device')
        if present['_typeName'] == 'VirtualDisk':
            self._check_capacity(present)
        changed = {**present, **self.device}
        changed['deviceInfo'] = present['deviceInfo']
        if 'backing' in self.device and self.device['backing']['_typeName'] == present['backing']['_typeName']:
            changed['backing'] = {**present['backing'], **self.device['backing']}
        if changed['_typeName'] != 'VirtualDisk' and 'fileName' in changed.get('backing', {}):
            self._resolve_image(changed)
        if 'macAddress' in changed:
            if changed['macAddress'] != present['macAddress'] and self.vm.power_state != 'poweredOff':
                raise Fault('InvalidPowerState', requestedState='poweredOff', existingState=self.vm.power_state)
            self._resolve_network(changed)
        changed['deviceInfo'] = {**present['deviceInfo'], 'summary': self._summary(changed)}
        self.devices[self.devices.index(present)] = changed

    def _remove(self):
        present = self._present()
        if present.get('device'):
            raise self._invalid('device.key')
        self.devices.remove(present)
        if present['_typeName'] == 'VirtualDisk' and self.spec.get('fileOperation') != 'destroy':
            self._leave_file(present)
        for controller in self.devices:
            if controller['key'] == present.get('controllerKey') and 'device' in controller:
                controller['device'] = [key for key in controller['device'] if key != present['key']]

    def _leave_file(self, disk):
        """Note a disk whose file stays on its datastore."""
        datastore = self._named_datastore(disk['backing'])
        if datastore is not None:
            datastore.disks_left[disk['backing']['fileName']] = disk

    def _present(self):
        """The device that the spec means, by its key."""
        present = next((device for device in self.devices if device['key'] == self.device['key']), None)
        if present is None or not self._is_kin(present):
            raise self._invalid('device.key')
        return present

    def _is_kin(self, device):
        return schema.is_a(device['_typeName'], self.family.kind)

    def _place(self, device):
        """Put a device on its controller, on the unit asked for or the first free one."""
        wanted = device.get('controllerKey')
        controllers = {entry['key']: entry for entry in self.devices if 'busNumber' in entry}
        if wanted is None:
            wanted = next((key for key in self.family.controllers if key in controllers), None)
        if wanted not in controllers:
            fault = 'MissingController' if 'controllerKey' not in device else 'InvalidController'
            more = {'controllerKey': device['controllerKey']} if fault == 'InvalidController' else {}
            raise Fault(fault, property=self._path('device.controllerKey'), deviceIndex=self.index, **more)
        taken = {entry.get('unitNumber') for entry in self.devices if entry.get('controllerKey') == wanted}
        kind = controllers[wanted]['_typeName']
        units = next((number for name, number in UNITS.items() if schema.is_a(kind, name)), MANY)
        if schema.is_a(kind, 'VirtualSCSIController'):
            taken.add(SCSI_OWN_UNIT)
        unit = device.get('unitNumber')
        if unit is None or unit < 0:
            unit = next((number for number in range(self.family.first_unit, units) if number not in taken), units)
        if unit in taken or unit >= units:
            raise self._invalid('device.unitNumber')
        device.update(controllerKey=wanted, unitNumber=unit)
        controllers[wanted].setdefault('device', []).append(device['key'])

    def _complete_disk(self, device):
        if 'parent' in device.get('backing', {}):
            self._take_parent(device)
        else:
            self._take_existing_file(device)
        capacity = device.get('capacityInKB') or device.get('capacityInBytes', 0) // KB_BYTES
        if capacity <= 0 and self.spec.get('fileOperation') == 'create':
            raise self._invalid('device.capacityInKB')
        if not device.get('backing'):
            raise self._invalid('device.backing')
        backing = {**device['backing']}
        named = self._named_datastore(backing)
        if named is not None:
            backing['datastore'] = named.ref
        backing['fileName'] = self._disk_file(backing)
        backing.setdefault('diskMode', 'persistent')
        backing.setdefault('datastore', self.vm.get('datastore')[0])
        backing.setdefault('uuid', f'6000c29{self.config["instanceUuid"][7:-4]}{device["key"]:04d}')
        device.update(backing=backing, capacityInKB=capacity, capacityInBytes=capacity * KB_BYTES)

    def _complete_port(self, device):
        """A port or a floppy drive: it is nothing without a backing."""
        if not device.get('backing'):
            raise self._invalid('device.backing')
        device.setdefault('connectable', connectable(connected=True))
        self._resolve_image(device)

    def _take_existing_file(self, device):
        """Complete a disk of which only the file is told: the file of a disk that was removed and not destroyed."""
        if self.spec.get('fileOperation') or device.get('capacityInKB') or device.get('capacityInBytes'):
            return
        name = device.get('backing', {}).get('fileName', '')
        datastore = self._named_datastore({'fileName': name})
        left = datastore and datastore.disks_left.pop(name, None)
        if left is None:
            raise Fault('FileNotFound', file=name)
        device['backing'] = {**left['backing'], **device['backing']}
        device['capacityInKB'] = left['capacityInKB']

    def _take_parent(self, device):
        """Complete a disk that is a delta on a file, of which only the name need be told."""
        name, datastore = device['backing']['parent']['fileName'], self._named_datastore(device['backing']['parent'])
        disks = [disk for vm in self.vm.vcenter.objects('VirtualMachine') for disk in vm.disks]
        known = {link['fileName']: (link, disk['capacityInKB'])
                 for disk in [*disks, *(datastore.disks_left.values() if datastore else ())]
                 if disk_chain.is_file_disk(disk) for link in disk_chain.chain(disk['backing'])}
        if name not in known:
            raise Fault('FileNotFound', file=name)
        parent, device['capacityInKB'] = known[name]
        device['backing'] = {**device['backing'], 'parent': parent, 'deltaDiskFormat': 'redoLogFormat'}

    def _named_datastore(self, backing):
        """The Datastore that the file name of a backing begins with, `[LocalDS_0]`; None without one, or with `[]`.

        Raises InvalidDatastorePath for anything else.
        """
        path = backing.get('fileName', '')
        if not path or path.startswith('[]'):
            return None
        name = re.match(r'\[([^]]+)\]', path)
        for datastore in self.vm.vcenter.objects('Datastore') if name else ():
            if datastore.get('name') == name[1]:
                return datastore
        raise Fault('InvalidDatastorePath', datastorePath=path)

    def _disk_file(self, backing):
        """The file of a new disk: the one named, or the next free name in the machine's folder."""
        name = backing.get('fileName', '')
        names = {device['backing'].get('fileName') for device in self.devices if device['_typeName'] == 'VirtualDisk'}
        if re.match(r'\[[^]]+\] .+\.vmdk$', name):
            left = self._named_datastore(backing).disks_left
            if (name in names or name in left) and self.spec.get('fileOperation') == 'create':
                raise Fault('FileAlreadyExists', file=name)
            return name
        stem = self.config['files']['vmPathName'].removesuffix('.vmx')
        if 'datastore' in backing:
            folder = stem.partition('] ')[2]
            stem = f'[{self.vm.vcenter.resolve(backing["datastore"]).get("name")}] {folder}'
        return next(file for number in range(1000)
                    if (file := f'{stem}_{number}.vmdk' if number else f'{stem}.vmdk') not in names)

    def _check_capacity(self, present):
        capacity = self.device.get('capacityInKB', present['capacityInKB'])
        if 'capacityInBytes' in self.device and self.device['capacityInBytes'] != present['capacityInBytes']:
            capacity = self.device['capacityInBytes'] // KB_BYTES
        grown = capacity - present['capacityInKB']
        # A disk never shrinks, and one under a snapshot keeps its size.
        if grown < 0 or (grown and present['backing'].get('parent')):
            raise self._invalid('device.capacityInKB')
        self.device = {**self.device, 'capacityInKB': capacity, 'capacityInBytes': capacity * KB_BYTES}

    def _complete_adapter(self, device):
        if not device.get('backing'):
            raise self._invalid('device.backing')
        if not device.get('macAddress'):
            device['macAddress'] = generated_mac_address(self.vm.moid, device['key'])
            device.setdefault('addressType', 'assigned')
        device.setdefault('connectable', connectable(connected=True))
        device.setdefault('wakeOnLanEnabled', True)
        self._resolve_network(device)

    def _resolve_network(self, device):
        """Complete a network backing by name or by reference; an unknown network is an invalid backing."""
        backing = device['backing']
        network = self.vm.find_network(backing)
        if network is None:
            raise Fault('InvalidDeviceBacking', property=self._path('device.backing'), deviceIndex=self.index)
        if 'port' in backing:
            return
        device['backing'] = {**backing, 'network': network.ref, 'deviceName': network.get('name')}

    def _complete_cdrom(self, device):
        device.setdefault('backing', {'_typeName': 'VirtualCdromRemotePassthroughBackingInfo', 'deviceName': '',
                                      'useAutoDetect': False, 'exclusive': False})
        device.setdefault('connectable', connectable(connected=False))
        self._resolve_image(device)

    def _resolve_image(self, drive):
        """Complete the backing of a drive with the datastore of its image."""
        named = self._named_datastore(drive['backing'])
        if named is not None:
            drive['backing'] = {**drive['backing'], 'datastore': named.ref}

    def _complete_controller(self, device):
        buses = {entry['busNumber'] for entry in self.devices if self._is_kin(entry)}
        if device.get('busNumber') in buses:
            device['busNumber'] = next(bus for bus in range(4) if bus not in buses)

    def _summary(self, device):
        if device['_typeName'] == 'VirtualDisk':
            return f'{device.get("capacityInKB", 0):,} KB'
        backing = device.get('backing', {})
        return backing.get('fileName') or backing.get('deviceName') or self.family.label

    def _path(self, member):
        return f'virtualDeviceSpec.{member}'

    def _invalid(self, member):
        return Fault('InvalidDeviceSpec', property=self._path(member), deviceIndex=self.index)
