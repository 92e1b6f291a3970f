# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The virtual disks of a virtual machine that was read with config.hardware.device, and the one that a user means.

Source: the API pages of VirtualDisk and VirtualDiskFlatVer2BackingInfo.
"""

from __future__ import annotations

from .device import is_disk, label_of
from .faults import Refusal


def virtual_disks(devices):
    """Returns the VirtualDisks of a list of devices."""
    return [device for device in devices or [] if is_disk(device)]


def existing_disk(vm, wanted):
    """Returns the VirtualDisk that is meant by its label or key. Raises Refusal with those there are."""
    disks = virtual_disks(vm['config.hardware.device'])
    found = next((disk for disk in disks if wanted in (label_of(disk), str(disk['key']))), None)
    if found is None:
        told = ', '.join(f'{label_of(disk)} ({disk["key"]})' for disk in disks) or 'none'
        raise Refusal(f'{vm.name} has no disk {wanted!r}; it has {told}.', 'NotFound',
                      details={'disk': wanted, 'disks': [label_of(disk) for disk in disks]})
    return found


def chain(backing):
    """Returns a disk backing and what it stands on, the base last."""
    links = []
    while backing:
        links.append(backing)
        backing = backing.get('parent')
    return links
