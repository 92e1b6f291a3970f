# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The virtual devices of a new virtual machine, with the keys that vSphere gives them."""

from __future__ import annotations

import zlib

KB_A_GB = 1024 * 1024
IDE, PCI, PS2, SIO, SCSI, AHCI = 200, 100, 300, 400, 1000, 15000
DISK, NIC, CDROM, VIDEO, KEYBOARD, POINTER, VMCI = 2000, 4000, 16000, 500, 600, 700, 12000
NVME, USB, XHCI, FLOPPY, SERIAL, PARALLEL = 31000, 7000, 14000, 8000, 9000, 10000

PERIPHERALS = ('ParaVirtualSCSIController', 'VirtualAHCIController', 'VirtualDisk', 'VirtualVmxnet3', 'VirtualCdrom')


def standard_devices(on_pci=()):
    """What every virtual machine has: controllers, keyboard, pointer, video card; `on_pci` are keys of what else is on
    its PCI controller."""
    return [
        _controller('VirtualIDEController', IDE, 'IDE 0', 0),
        _controller('VirtualIDEController', IDE + 1, 'IDE 1', 1),
        _controller('VirtualPS2Controller', PS2, 'PS2 controller 0', 0, device=[KEYBOARD, POINTER]),
        _controller('VirtualPCIController', PCI, 'PCI controller 0', 0, device=[VIDEO, VMCI, *on_pci]),
        _controller('VirtualSIOController', SIO, 'SIO controller 0', 0),
        _device('VirtualKeyboard', KEYBOARD, 'Keyboard', 'Keyboard', PS2, 0),
        _device('VirtualPointingDevice', POINTER, 'Pointing device', 'Pointing device; Device', PS2, 1, backing={
            '_typeName': 'VirtualPointingDeviceDeviceBackingInfo', 'deviceName': '', 'useAutoDetect': False,
            'hostPointingDevice': 'autodetect'}),
        _device('VirtualMachineVideoCard', VIDEO, 'Video card ', 'Video card', PCI, 0, videoRamSizeInKB=4096,
                numDisplays=1, useAutoDetect=False, enable3DSupport=False, use3dRenderer='automatic',
                graphicsMemorySizeInKB=262144),
        _device('VirtualMachineVMCIDevice', VMCI, 'VMCI device', 'Virtual machine communication interface', PCI, 17,
                id=-1, allowUnrestrictedCommunication=False, filterEnable=True),
    ]


def default_devices(identity, size):
    """The standard devices, two more controllers, one thin disk, one vmxnet3 adapter, one CD drive."""
    return [
        *standard_devices((SCSI, AHCI, NIC)),
        {**_controller('ParaVirtualSCSIController', SCSI, 'SCSI controller 0', 0, 'VMware paravirtual SCSI',
                       device=[DISK]),
         'controllerKey': PCI, 'unitNumber': 3, 'hotAddRemove': True, 'sharedBus': 'noSharing',
         'scsiCtlrUnitNumber': 7},
        {**_controller('VirtualAHCIController', AHCI, 'SATA controller 0', 0, 'AHCI', device=[CDROM]),
         'controllerKey': PCI, 'unitNumber': 24},
        _cdrom(),
        disk(DISK, 'Hard disk 1', SCSI, 0, size.disk_gb * KB_A_GB,
             f'[{identity.datastore.get("name")}] {identity.folder}/{identity.folder}.vmdk', identity.datastore.ref,
             identity.instance_uuid),
        network_adapter(NIC, 'Network adapter 1', 7, identity.mac_address, identity.network),
    ]


def without_peripherals(config):
    """A configuration with the devices alone that every virtual machine has: what CreateVM_Task begins with."""
    kept = [device for device in config['hardware']['device'] if device['_typeName'] not in PERIPHERALS]
    keys = {device['key'] for device in kept}
    kept = [{**device, 'device': [key for key in device['device'] if key in keys]} if 'device' in device else device
            for device in kept]
    return {**config, 'hardware': {**config['hardware'], 'device': kept}}


def disk(key, label, controller, unit, capacity_kb, file_name, datastore, uuid):
    """A thin VirtualDisk of `capacity_kb` KB on a reference to a datastore."""
    backing = {
        '_typeName': 'VirtualDiskFlatVer2BackingInfo', 'fileName': file_name, 'datastore': datastore,
        'diskMode': 'persistent', 'split': False, 'writeThrough': False, 'thinProvisioned': True,
        'uuid': f'6000c29{uuid[7:]}', 'digestEnabled': False, 'sharing': 'sharingNone',
    }
    shares = {'_typeName': 'SharesInfo', 'shares': 1000, 'level': 'normal'}
    return _device('VirtualDisk', key, label, f'{capacity_kb:,} KB', controller, unit, backing=backing,
                   capacityInKB=capacity_kb, capacityInBytes=capacity_kb * 1024, shares=shares,
                   storageIOAllocation={'_typeName': 'StorageIOAllocationInfo', 'limit': -1, 'shares': shares,
                                        'reservation': 0},
                   nativeUnmanagedLinkedClone=False)


def network_adapter(key, label, unit, mac_address, network):
    """A connected vmxnet3 adapter on a Network object."""
    backing = {'_typeName': 'VirtualEthernetCardNetworkBackingInfo', 'deviceName': network.get('name'),
               'useAutoDetect': False, 'network': network.ref}
    return _device('VirtualVmxnet3', key, label, network.get('name'), PCI, unit, backing=backing,
                   connectable=connectable(connected=True), addressType='assigned', macAddress=mac_address,
                   wakeOnLanEnabled=True, uptCompatibilityEnabled=True, uptv2Enabled=False)


def connectable(connected):
    """A VirtualDeviceConnectInfo of a device that is connected at power-on, or is not."""
    return {'_typeName': 'VirtualDeviceConnectInfo', 'migrateConnect': 'unset', 'startConnected': connected,
            'allowGuestControl': True, 'connected': connected, 'status': 'ok' if connected else 'untried'}


def generated_mac_address(moid, key):
    """A MAC address for adapter `key` of the virtual machine `moid`, in the upper half of vCenter's range."""
    number = zlib.crc32(f'{moid} {key}'.encode())
    return f'00:50:56:{0xa0 + (number >> 16 & 0x1f):02x}:{number >> 8 & 255:02x}:{number & 255:02x}'


def _cdrom():
    backing = {'_typeName': 'VirtualCdromRemotePassthroughBackingInfo', 'deviceName': '', 'useAutoDetect': False,
               'exclusive': False}
    return _device('VirtualCdrom', CDROM, 'CD/DVD drive 1', 'Remote device', AHCI, 0, backing=backing,
                   connectable=connectable(connected=False))


def _controller(type_name, key, label, bus, summary=None, **members):
    return {'_typeName': type_name, 'key': key, 'deviceInfo': _description(label, summary or label),
            'busNumber': bus, **members}


def _device(type_name, key, label, summary, controller, unit, **members):
    return {'_typeName': type_name, 'key': key, 'deviceInfo': _description(label, summary),
            'controllerKey': controller, 'unitNumber': unit, **members}


def _description(label, summary):
    return {'_typeName': 'Description', 'label': label, 'summary': summary}
