# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Disks that go to datastores of their own: the option group DISKS, as locators of a VirtualMachineRelocateSpec.

Source: the API page of VirtualMachineRelocateSpecDiskLocator.
"""

from __future__ import annotations

from . import wire
from .faults import Refusal
from .placement import datastore_of
from .virtual_disks import existing_disk


def located(vm, options):
    """Returns {key of the disk: entry} for the entries of the option disks.

    Raises Refusal for a disk that is not there, or that is meant twice.
    """
    found = {}
    for each in options:
        key = existing_disk(vm, each['disk'])['key']
        if key in found:
            raise Refusal(f'The options name disk {each["disk"]} of {vm.name} twice.', 'InvalidArgument',
                          details={'option': 'disks', 'disk': each['disk']})
        found[key] = each
    return found


def locator(key, datastore, provisioning=None, move_type=None):
    """Returns the VirtualMachineRelocateSpecDiskLocator that puts a disk on a datastore, thin or thick if told."""
    backing = provisioning and wire.data('VirtualDiskFlatVer2BackingInfo', fileName='', diskMode='persistent',
                                         thinProvisioned=provisioning == 'thin')
    return wire.data('VirtualMachineRelocateSpecDiskLocator', diskId=key, datastore=datastore, diskMoveType=move_type,
                     diskBackingInfo=backing)


def locators(vm, options, datacenter, near, move_type=None):
    """Returns the locators of the entries of the option disks, None if there are none. Raises Refusal.

    The datastores are named as datastore_of takes them.
    """
    return [locator(key, datastore_of(vm.inventory, each['datastore'], datacenter, near), each['provisioning'],
                    move_type)
            for key, each in located(vm, options).items()] or None
