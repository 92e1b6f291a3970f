# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Disk-wise placement: the locators of a VirtualMachineRelocateSpec."""

from __future__ import annotations

from ...fault import Fault
from .disk_chain import is_file_disk

NOT_DONE = ('profile', 'backing', 'filterSpec')


def not_done(location):
    """Names of what locators hold that this server cannot do."""
    return [f'disk.{name}' for name in NOT_DONE if any(name in locator for locator in location.get('disk', ()))]


def places(disks, location, member):
    """{key of a disk: datastore reference} for each disk that the location names a datastore for.

    Raises InvalidArgument, for a member of ``member``, for a locator of a disk that is not there.
    """
    keys = {disk['key'] for disk in disks if is_file_disk(disk)}
    found = dict.fromkeys(keys, location['datastore']) if 'datastore' in location else {}
    for locator in location.get('disk', ()):
        if locator['diskId'] not in keys:
            raise Fault('InvalidArgument', invalidProperty=f'{member}.disk.diskId')
        found[locator['diskId']] = locator['datastore']
    return found


def thinness(location):
    """{key of a disk: whether it becomes thin, None where it stays as it is} for each locator."""
    return {locator['diskId']: locator.get('diskBackingInfo', {}).get('thinProvisioned')
            for locator in location.get('disk', ())}
