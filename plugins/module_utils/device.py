# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One virtual device: of what kind it is, and how it is called.

Source: the API pages of VirtualDevice and its types.
"""

from __future__ import annotations

from . import wire


def is_disk(device):
    """Tells whether a device is a virtual disk."""
    return wire.type_of(device) == 'VirtualDisk'


def is_drive(device):
    """Tells whether a device is a CD-ROM drive."""
    return wire.type_of(device) == 'VirtualCdrom'


def is_adapter(device):
    """Tells whether a device is a network adapter, of whatever type: no other device has a MAC address."""
    return 'macAddress' in device


def label_of(device):
    """Returns the label of a device, such as `Hard disk 1`; its key, as a text, where it has none."""
    return wire.at(device, 'deviceInfo.label') or str(device['key'])
