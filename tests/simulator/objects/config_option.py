# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The VirtualMachineConfigOption of a hardware version: what a virtual machine of this server may be given.

What bounds a machine here is what a reconfiguration is held to; the sizes that are recommended are our own.
"""
from __future__ import annotations

import functools

from .virtual_machine import devices
from .virtual_machine.config import MAX_CPUS, MAX_MEMORY_MB, MEMORY_STEP_MB
from .virtual_machine.device_change import FAMILIES
from .virtual_machine.guest_os import IDS, family, full_name
from .virtual_machine.hardware_version import version_name
from .virtual_machine.runtime import SUPPORTED, UNSUPPORTED

RECOMMENDED_MEMORY_MB, RECOMMENDED_DISK_MB, MAX_DISKS, MAX_FLOPPIES = 2048, 16384, 256, 2
VIDEO_MEMORY_KB = (4096, 131072, 4096)
CARDS = ('VirtualVmxnet3', 'VirtualE1000e', 'VirtualE1000')
CONTROLLERS = ('ParaVirtualSCSIController', 'VirtualLsiLogicController', 'VirtualLsiLogicSASController',
               'VirtualBusLogicController', 'VirtualAHCIController', 'VirtualNVMEController', 'VirtualIDEController')
USB_CONTROLLERS = ('VirtualUSBXHCIController', 'VirtualUSBController')
YES = ('supportsWakeOnLan', 'supportsMemoryHotAdd', 'supportsCpuHotAdd', 'supportsPvscsiControllerForBoot',
       'supportsHotPlugPCI', 'supportsSecureBoot', 'supportedForCreate', 'supportsSlaveDisk', 'supports3D')
NO = ('smcRequired', 'supportsVMI', 'supportsCpuHotRemove', 'recommended3D', 'smcRecommended', 'ich7mRecommended',
      'usbRecommended', 'diskUuidEnabled')


def config_option(number, capability, guest_ids=()):
    """The VirtualMachineConfigOption of hardware version `number` on hosts with that HostCapability, with the guests of
    these ids, or all."""
    guests = [_guest(each) for each in sorted(IDS) if not guest_ids or each in guest_ids]
    return {
        '_typeName': 'VirtualMachineConfigOption', 'version': version_name(number),
        'description': f'Hardware version {number}', 'guestOSDescriptor': guests, 'guestOSDefaultIndex': next(
            (index for index, guest in enumerate(guests) if guest['id'] == 'otherGuest64'), 0),
        'hardwareOptions': _hardware(number), 'capabilities': {
            '_typeName': 'VirtualMachineCapability', **dict.fromkeys(SUPPORTED, True),
            **dict.fromkeys(UNSUPPORTED, False), 'recordReplaySupported': capability['recordReplaySupported']},
        'datastore': {'_typeName': 'DatastoreOption'}, 'defaultDevice': devices.standard_devices(),
        'supportedMonitorType': ['release', 'debug', 'stats'],
    }


@functools.cache
def _guest(guest_id):
    windows = family(guest_id) == 'windowsGuest'
    controller = 'VirtualLsiLogicSASController' if windows else 'ParaVirtualSCSIController'
    return {
        '_typeName': 'GuestOsDescriptor', 'id': guest_id, 'family': family(guest_id), 'fullName': full_name(guest_id),
        'supportedMaxCPUs': MAX_CPUS, 'numSupportedPhysicalSockets': MAX_CPUS, 'numSupportedCoresPerSocket': MAX_CPUS,
        'supportedMinMemMB': MEMORY_STEP_MB, 'supportedMaxMemMB': MAX_MEMORY_MB,
        'recommendedMemMB': RECOMMENDED_MEMORY_MB, 'recommendedColorDepth': 24,
        'supportedDiskControllerList': list(CONTROLLERS), 'recommendedSCSIController': controller,
        'recommendedDiskController': controller, 'supportedNumDisks': MAX_DISKS,
        'recommendedDiskSizeMB': RECOMMENDED_DISK_MB, 'recommendedCdromController': 'VirtualAHCIController',
        'supportedEthernetCard': list(CARDS), 'recommendedEthernetCard': CARDS[1] if windows else CARDS[0],
        'supportedFirmware': ['bios', 'efi'], 'recommendedFirmware': 'efi' if windows else 'bios',
        'supportedUSBControllerList': list(USB_CONTROLLERS), 'supportLevel': 'supported',
        'vRAMSizeInKB': _range('IntOption', *VIDEO_MEMORY_KB), 'numSupportedFloppyDevices': MAX_FLOPPIES,
        **dict.fromkeys(YES, True), **dict.fromkeys(NO, False),
    }


def _hardware(number):
    most = {each.kind: each.most for each in FAMILIES}
    shares = {'_typeName': 'ResourceAllocationOption', 'sharesOption': {
        '_typeName': 'SharesOption', 'sharesOption': _range('IntOption', 0, 1000000, 1000), 'defaultLevel': 'normal'}}
    return {
        '_typeName': 'VirtualHardwareOption', 'hwVersion': number,
        'virtualDeviceOption': [_device(each) for each in FAMILIES],
        'deviceListReadonly': False, 'numCPU': list(range(1, MAX_CPUS + 1)), 'numCpuReadonly': False,
        'numCoresPerSocket': _range('IntOption', 1, MAX_CPUS, 1),
        'memoryMB': _range('LongOption', MEMORY_STEP_MB, MAX_MEMORY_MB, RECOMMENDED_MEMORY_MB),
        'numPCIControllers': _range('IntOption', 1, 1, 1), 'numIDEControllers': _range('IntOption', 2, 2, 2),
        'numUSBControllers': _range('IntOption', 0, most['VirtualUSBController'], 0),
        'numUSBXHCIControllers': _range('IntOption', 0, most['VirtualUSBXHCIController'], 0),
        'numSIOControllers': _range('IntOption', 1, 1, 1), 'numPS2Controllers': _range('IntOption', 1, 1, 1),
        'resourceConfigOption': {'_typeName': 'ResourceConfigOption', 'cpuAllocationOption': shares,
                                 'memoryAllocationOption': shares},
    }


def _device(each):
    """The VirtualDeviceOption of a Family; its kind stands for the types below it."""
    return {'_typeName': 'VirtualDeviceOption', 'type': each.kind, 'deprecated': False, 'plugAndPlay': each.hot,
            'hotRemoveSupported': each.hot}


def _range(kind, least, most, default):
    return {'_typeName': kind, 'min': least, 'max': most, 'defaultValue': default}
