# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What becomes of one virtual disk that options declare: found, added, grown or removed.

Source: the API pages of VirtualDisk, VirtualDiskFlatVer2BackingInfo and VirtualDeviceConfigSpec.
"""

from __future__ import annotations

from . import wire
from .datastore_clusters import datastore_cluster
from .device import label_of
from .devices import CONTROLLERS, known
from .disk_size import size_of
from .faults import Refusal
from .methods.places import wrong_path
from .placement import datastore_of
from .virtual_disks import chain

KB_BYTES = 1024


def declare(devices, options, datacenter, forecasts):
    """Notes in `devices` what is to be changed for an entry of the option disk.

    Returns (what the entry names the disk, what the disk is, what it is to be), None where there is none. What stands
    against the change goes into `forecasts`. Raises Refusal.
    """
    name, found = named(devices, options)
    devices.mean(found)
    now = found and facts(devices, found)
    if options['state'] == 'absent':
        if found:
            devices.remove(found, 'destroy' if options['destroy'] else None)
        return name, now, None
    size = size_of(options)
    if found is None:
        return name, None, add(devices, options, datacenter, size, forecasts)
    return name, now, {**now, **grow(devices, found, options, size, forecasts)}


def named(devices, options):
    """Returns what names a disk, and the disk or None."""
    if options['label']:
        return options['label'], devices.labelled(options['label'])
    if options['filename']:
        return options['filename'], next(
            (disk for disk in devices.mine if options['filename'] in files_of(disk)), None)
    kinds, bus, unit = kinds_of(options), options['controller_number'] or 0, options['unit_number']
    return f'{options["controller_type"] or "scsi"} {bus}:{unit}', devices.at(kinds, bus, unit)


def files_of(disk):
    """Returns the file of a disk and those below it, which it had before a snapshot was taken."""
    return [link.get('fileName') for link in chain(disk.get('backing'))]


def kinds_of(options):
    """Returns the kinds of controllers that fit."""
    return [options['controller_type']] if options['controller_type'] else list(CONTROLLERS)


def facts(devices, disk):
    """Returns what is told of a disk."""
    backing = disk.get('backing') or {}
    thick = 'eagerzeroedthick' if backing.get('eagerlyScrub') else 'thick'
    return {'label': label_of(disk), 'file': backing.get('fileName'), 'capacity_bytes': capacity_kb(disk) * KB_BYTES,
            'type': 'thin' if backing.get('thinProvisioned') else thick, 'disk_mode': backing.get('diskMode'),
            **devices.place_of(disk)}


def capacity_kb(disk):
    """Returns the capacity in KB."""
    return disk.get('capacityInKB') or (disk.get('capacityInBytes') or 0) // KB_BYTES


def add(devices, options, datacenter, size, forecasts):
    """Adds a disk with a new file, or with the file that is there; returns what is known of it."""
    devices.check_new(options['label'])
    if not size and not options['filename']:
        raise Refusal('A new disk needs a size, or the name of an existing file.', 'InvalidArgument',
                      details={'option': 'size'})
    place = devices.place(kinds_of(options), options['controller_number'], options['unit_number'])
    backing = wire.data('VirtualDiskFlatVer2BackingInfo', fileName=options['filename'] or '',
                        diskMode=options['disk_mode'] or 'persistent')
    if options['filename']:
        forecasts['InvalidDatastorePath'] = wrong_path(devices.vm.inventory, options['filename'])
    told = known(disk_mode=backing['diskMode'], file=options['filename'], unit_number=place['unitNumber'],
                 capacity_bytes=size and size * KB_BYTES)
    if not size:
        devices.add('VirtualDisk', capacityInKB=0, backing=backing, **place)
        return told
    backing.update(thinProvisioned=options['type'] == 'thin', eagerlyScrub=options['type'] == 'eagerzeroedthick')
    if options['datastore']:
        backing['datastore'] = datastore_of(devices.vm.inventory, options['datastore'], datacenter,
                                            devices.vm.ref)
    devices.add('VirtualDisk', 'create', capacityInKB=size, backing=backing, **place)
    cluster = datastore_cluster(devices.vm.inventory, options['datastore_cluster'], datacenter)
    if cluster:
        backing['datastore'] = cluster.for_disk(devices.vm, devices.changes)
    return {**told, 'type': options['type']}


def grow(devices, disk, options, size, forecasts):
    """Changes size and mode of a disk where they differ; returns what differs."""
    label, now, changes = label_of(disk), capacity_kb(disk), {}
    if size is not None and size < now:
        raise Refusal(f'{label} of {devices.vm.name} has {now} KB; it cannot be shrunk to {size} KB.',
                      'InvalidArgument', hint='Copy its content to a smaller disk, or correct the size.',
                      details={'disk': label, 'capacity_kb': now, 'wanted_kb': size})
    backing = {name: value for name, value in disk['backing'].items() if name != 'parent'}
    members = {}
    if size is not None and size != now:
        members.update(capacityInKB=size, capacityInBytes=size * KB_BYTES)
        changes['capacity_bytes'] = size * KB_BYTES
        if 'parent' in disk['backing']:
            forecasts['InvalidDeviceSpec'] = f'{label} of {devices.vm.name} is under a snapshot, so it cannot grow.'
    if options['disk_mode'] not in (None, backing.get('diskMode')):
        changes['disk_mode'] = backing['diskMode'] = options['disk_mode']
    if changes:
        devices.edit(disk, **members, backing=backing)
    return changes
