# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From an OVF descriptor to what it takes to make its virtual machine. Source: DMTF DSP0243, version 1.1."""
from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from .ovf_names import CARDS, CONTROLLERS, CPU, DISK, MEMORY, NIC, OVF, RASD, VMW

UNITS = {'byte': 1, 'kilobytes': 2 ** 10, 'megabytes': 2 ** 20, 'gigabytes': 2 ** 30}
KB, MB = 2 ** 10, 2 ** 20
THICK = ('thick', 'eagerZeroedThick', 'flat', 'monolithicFlat', 'twoGbMaxExtentFlat')
KEY_STEP = 100  # between the keys, below zero, of the devices of a spec


class Descriptor:
    """A descriptor of one virtual machine; raises ValueError for text that is none."""

    def __init__(self, text):
        try:
            self._envelope = ET.fromstring(text)
        except ET.ParseError as error:
            raise ValueError(str(error)) from error
        self._system = self._envelope.find(f'{{{OVF}}}VirtualSystem')
        if self._system is None or self._envelope.tag != f'{{{OVF}}}Envelope':
            raise ValueError('There is no VirtualSystem.')
        self._disks = {each.get(f'{{{OVF}}}diskId'): each for each in self._envelope.iter(f'{{{OVF}}}Disk')}
        self._files = {each.get(f'{{{OVF}}}id'): each for each in self._envelope.iter(f'{{{OVF}}}File')}
        self._items = [{each.tag.removeprefix(f'{{{RASD}}}'): each.text for each in item}
                       for item in self._system.iter(f'{{{OVF}}}Item')]

    def config_spec(self, name, datastore, networks, provisioning):
        """The VirtualMachineConfigSpec; `networks` is {name in the descriptor: reference}, `provisioning` an
        OvfCreateImportSpecParamsDiskProvisioningType."""
        sizes = {int(item['ResourceType']): item for item in self._items if int(item['ResourceType']) in (CPU, MEMORY)}
        system = self._system.find(f'{{{OVF}}}OperatingSystemSection')
        guest = None if system is None else system.get(f'{{{VMW}}}osType')
        memory = int(sizes[MEMORY]['VirtualQuantity']) * _unit(sizes[MEMORY].get('AllocationUnits', 'megabytes'))
        return {
            '_typeName': 'VirtualMachineConfigSpec', 'name': name, 'numCPUs': int(sizes[CPU]['VirtualQuantity']),
            'memoryMB': memory // MB, **({'guestId': guest} if guest else {}),
            'files': {'_typeName': 'VirtualMachineFileInfo', 'vmPathName': f'[{datastore}]'},
            'deviceChange': [*self._controllers(), *self._disk_changes(datastore, provisioning),
                             *self._cards(networks)]}

    def file_items(self, name):
        """The OvfFileItems: what has to be sent for the disks."""
        return [{'_typeName': 'OvfFileItem', 'deviceId': device_id, 'path': file.get(f'{{{OVF}}}href'), 'cimType': DISK,
                 'create': False, 'size': int(file.get(f'{{{OVF}}}size', 0))}
                for device_id, file in self._device_ids(name) if file is not None]

    def _device_ids(self, name):
        """[(the name of a disk in leases, its File or None)]."""
        controllers = {item['InstanceID']: item for item in self._of(_storage_kinds())}
        for item in self._of({DISK}):
            holder = controllers[item['Parent']]
            kind = _controller_type(holder)
            number = holder.get('Address') or 0
            yield (f'/{name}/{kind}{number}:{item.get("AddressOnParent", 0)}',
                   self._files.get(self._disk(item).get(f'{{{OVF}}}fileRef')))

    def _disk(self, item):
        return self._disks[item['HostResource'].rpartition('/')[2]]

    def _of(self, kinds):
        return [item for item in self._items if int(item['ResourceType']) in kinds]

    def _controllers(self):
        for item in self._of(_storage_kinds()):
            kind = _controller_type(item)
            shared = {} if kind in ('VirtualAHCIController', 'VirtualNVMEController') else {'sharedBus': 'noSharing'}
            yield _added({'_typeName': kind, 'key': _key(item), 'busNumber': int(item.get('Address') or 0), **shared})

    def _disk_changes(self, datastore, provisioning):
        for item in self._of({DISK}):
            disk = self._disk(item)
            unit = _unit(disk.get(f'{{{OVF}}}capacityAllocationUnits', 'byte'))
            backing = {'_typeName': 'VirtualDiskFlatVer2BackingInfo', 'fileName': f'[{datastore}]',
                       'diskMode': 'persistent', 'thinProvisioned': provisioning not in THICK}
            capacity = int(disk.get(f'{{{OVF}}}capacity')) * unit // KB
            yield {**_added({'_typeName': 'VirtualDisk', 'key': _key(item), 'backing': backing,
                             'controllerKey': -KEY_STEP - int(item['Parent']), 'capacityInKB': capacity,
                             'unitNumber': int(item.get('AddressOnParent', 0))}), 'fileOperation': 'create'}

    def _cards(self, networks):
        kinds = {subtype.lower(): kind for kind, subtype in CARDS.items()}
        for item in self._of({NIC}):
            backing = {'_typeName': 'VirtualEthernetCardNetworkBackingInfo', 'deviceName': item['Connection']}
            if item['Connection'] in networks:
                backing['network'] = networks[item['Connection']]
            kind = kinds.get((item.get('ResourceSubType') or '').lower(), 'VirtualE1000')
            yield _added({'_typeName': kind, 'key': _key(item), 'addressType': 'generated', 'backing': backing})


def _storage_kinds():
    return {number for number, _subtype in CONTROLLERS.values()}


def _controller_type(item):
    """The type of a controller's Item; LSI Logic when it names none that is known."""
    subtypes = {subtype.lower(): kind for kind, (_number, subtype) in CONTROLLERS.items()}
    return subtypes.get((item.get('ResourceSubType') or '').lower(), 'VirtualLsiLogicController')


def _key(item):
    return -KEY_STEP - int(item['InstanceID'])


def _added(device):
    return {'_typeName': 'VirtualDeviceConfigSpec', 'operation': 'add', 'device': device}


def _unit(text):
    """How many bytes an allocation unit is: `byte * 2^20`, `MegaBytes`."""
    power = re.fullmatch(r'byte\s*\*\s*2\^(\d+)', text.strip())
    return 2 ** int(power[1]) if power else UNITS[text.strip().lower()]
