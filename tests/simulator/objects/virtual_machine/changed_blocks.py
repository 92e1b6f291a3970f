# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Changed block tracking: QueryChangedDiskAreas, and the change ids that snapshots put on disks."""

from __future__ import annotations

import re

from ...fault import Fault
from .files import KIB, USED_PART

# Changes are tracked in blocks, so an answer may name more than was written.
BLOCK = 64 * KIB
EVERYTHING = '*'
CHANGE_ID = re.compile(r'([0-9a-f -]{47})/(\d+)')


class ChangedBlocks:
    """What was written to the disks, by the number of snapshots before it.

    change_areas_page: how many areas one answer holds; a test makes it small to see an answer in several parts.
    """

    change_areas_page = 2000
    change_number = 0
    tracking_since = None
    writes = ()

    def QueryChangedDiskAreas(self, call, deviceKey, startOffset, changeId, snapshot=None):
        """The areas written from `changeId` (`*` = ever) to the snapshot, as a DiskChangeInfo from `startOffset` on.

        Raises NotFound for a snapshot that is not there, InvalidArgument for a key that is no disk's, an offset beyond
        the end and a change id that is not of this disk or while changes are not tracked, FileFault for the present
        state of a virtual machine that is powered on.
        """
        fault = self.refusal('QueryChangedDiskAreas')
        if fault is not None:
            raise fault
        config, upto = self._moment(snapshot)
        disk = next((each for each in config['hardware']['device']
                     if each['key'] == deviceKey and each['_typeName'] == 'VirtualDisk'), None)
        if disk is None:
            raise Fault('InvalidArgument', invalidProperty='deviceKey')
        if snapshot is None and self.power_state == 'poweredOn':
            raise Fault('FileFault', file=disk['backing']['fileName'])
        capacity = disk['capacityInKB'] * KIB
        if not 0 <= startOffset < capacity:
            raise Fault('InvalidArgument', invalidProperty='startOffset')
        areas = self._areas(disk, self._since(disk, changeId, upto), upto, capacity)
        return _answer(areas, startOffset, capacity, self.change_areas_page)

    def write_disk(self, key, start, length):
        """Note that the guest wrote `length` bytes at `start` of the disk with that key."""
        self.writes = (*self.writes, (key, self.change_number, start, length))

    def stamp_changes(self):
        """Begin a new interval, as a snapshot does: each disk's backing gets the change id that now begins."""
        if not self.configuration['changeTrackingEnabled']:
            self.tracking_since = None
            return
        self.change_number += 1
        if self.tracking_since is None:
            self.tracking_since = self.change_number
        hardware = self.configuration['hardware']
        devices = [self._stamped(device) if 'fileName' in device.get('backing', {})
                   and device['_typeName'] == 'VirtualDisk' else device for device in hardware['device']]
        self.configuration = {**self.configuration, 'hardware': {**hardware, 'device': devices}}

    def _stamped(self, disk):
        identity = _identity(disk, self.tracking_since)
        return {**disk, 'backing': {**disk['backing'], 'changeId': f'{identity}/{self.change_number}'}}

    def _moment(self, reference):
        """The configuration at a snapshot, or the present one, and the change number there."""
        if reference is None:
            return self.configuration, self.change_number + 1
        snapshot = self.vcenter.find(reference['value'])
        if snapshot is None or snapshot not in self.snapshots():
            raise Fault('NotFound')
        disks = [each for each in snapshot.config['hardware']['device'] if each['_typeName'] == 'VirtualDisk']
        ids = [CHANGE_ID.fullmatch(disk['backing'].get('changeId', '')) for disk in disks]
        return snapshot.config, max((int(found.group(2)) for found in ids if found), default=0)

    def _since(self, disk, change_id, upto):
        """The number of the interval that a change id begins; 0 for everything."""
        tracked = self.tracking_since is not None and 'changeId' in disk['backing']
        if tracked and change_id == EVERYTHING:
            return 0
        found = CHANGE_ID.fullmatch(change_id)
        known = tracked and found and found.group(1) == _identity(disk, self.tracking_since)
        if not known or int(found.group(2)) > upto:
            raise Fault('InvalidArgument', invalidProperty='changeId')
        return int(found.group(2))

    def _areas(self, disk, since, upto, capacity):
        """Merged (start, end) in blocks; everything ever written begins with what the disk held at first."""
        written = [(start, start + length) for key, number, start, length in self.writes
                   if key == disk['key'] and since <= number < upto]
        if since == 0:
            written.append((0, capacity // USED_PART))
        areas = []
        for start, end in sorted((start // BLOCK * BLOCK, min(-(-end // BLOCK) * BLOCK, capacity))
                                 for start, end in written):
            if areas and start <= areas[-1][1]:
                areas[-1] = areas[-1][0], max(end, areas[-1][1])
            else:
                areas.append((start, end))
        return areas


def _identity(disk, since):
    """The part of a change id that tells one disk's tracking from another's: 16 bytes, as vSphere writes them."""
    digits = f'52{since:06x}{disk["backing"]["uuid"].replace("-", "")[:24]}'
    pairs = [digits[at:at + 2] for at in range(0, 32, 2)]
    return f'{" ".join(pairs[:8])}-{" ".join(pairs[8:])}'


def _answer(areas, start, capacity, most):
    """The DiskChangeInfo of the first `most` areas after `start`; its length ends where the next one begins."""
    ahead = [(max(begin, start), end) for begin, end in areas if end > start]
    end = ahead[most][0] if len(ahead) > most else capacity
    return {'_typeName': 'DiskChangeInfo', 'startOffset': start, 'length': end - start, 'changedArea': [
        {'_typeName': 'DiskChangeExtent', 'start': begin, 'length': stop - begin} for begin, stop in ahead[:most]]}
