# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What becomes of one CD-ROM drive that options declare: found, added or changed.

Source: the API pages of VirtualCdrom and its backings.
"""

from __future__ import annotations

from . import wire
from .device import label_of
from .devices import connectable, connection_facts, wanted_connection
from .faults import Refusal
from .methods.places import wrong_path

ISO = 'VirtualCdromIsoBackingInfo'
HOST = ('VirtualCdromAtapiBackingInfo', 'VirtualCdromPassthroughBackingInfo')
KINDS = ('sata', 'ide')


def found_by(devices, wanted):
    """Returns the drive that the options mean, or None."""
    if wanted['label']:
        return devices.labelled(wanted['label'])
    if wanted['unit_number'] is not None:
        return devices.at(kinds_of(wanted), wanted['controller_number'], wanted['unit_number'])
    places = {option: wanted[option] for option in ('controller_type', 'controller_number')
              if wanted[option] is not None}
    return next((each for each in devices.mine if places.items() <= devices.place_of(each).items()), None)


def kinds_of(wanted):
    """Returns the kinds of controllers that fit, the preferred one first."""
    return [wanted['controller_type']] if wanted['controller_type'] else list(KINDS)


def facts(devices, drive):
    """Returns what is told of a drive, under the names of the options."""
    backing = drive.get('backing') or {}
    kind = {ISO: 'iso', **dict.fromkeys(HOST, 'host')}.get(wire.type_of(backing), 'client')
    return {'label': label_of(drive), 'type': kind, 'iso_path': backing.get('fileName'),
            'host_device': (backing.get('deviceName') or None) if kind == 'host' else None,
            **connection_facts(drive), **devices.place_of(drive)}


def medium(wanted):
    """Returns the type, path and device that the options ask for; nothing where they name none of these.

    Raises Refusal for a path or a device that the type has not.
    """
    kind = wanted['type'] or (wanted['iso_path'] and 'iso') or (wanted['host_device'] and 'host')
    if not kind:
        return {}
    if kind not in ('iso', 'host') and (wanted['iso_path'] or wanted['host_device']):
        raise Refusal(f'A drive of type {kind} has neither iso_path nor host_device.', 'InvalidArgument',
                      details={'option': 'type'})
    named = {'iso': {'iso_path': wanted['iso_path'], 'host_device': None},
             'host': {'iso_path': None, 'host_device': wanted['host_device']}}
    return {'type': 'client' if kind == 'none' else kind, **named.get(kind, {'iso_path': None, 'host_device': None})}


def backing_of(medium_wanted):
    """Returns the backing for what medium returned."""
    kind, device = medium_wanted.get('type', 'client'), medium_wanted.get('host_device')
    if kind == 'iso':
        return wire.data(ISO, fileName=medium_wanted['iso_path'])
    if kind == 'host':
        return wire.data(HOST[0], deviceName=device or '', useAutoDetect=not device)
    return wire.data('VirtualCdromRemotePassthroughBackingInfo', deviceName='', useAutoDetect=False, exclusive=False)


def connection_of(vm, wanted):
    """Returns the connection that the options ask for; type none is connected to nothing."""
    if wanted['type'] == 'none':
        wanted = {**wanted, 'connected': False, 'start_connected': False}
    return wanted_connection(vm, wanted)


def stand_against(vm, medium_wanted, forecasts):
    """Puts into `forecasts` that the path of an image may be wrong."""
    if medium_wanted.get('iso_path'):
        forecasts['InvalidDatastorePath'] = wrong_path(vm.inventory, medium_wanted['iso_path'])


def add(devices, wanted, forecasts):
    """Adds a drive; returns what is known of it. What stands against the change goes into `forecasts`."""
    devices.check_new(wanted['label'])
    told, connection = {'type': 'client', **medium(wanted)}, connection_of(devices.vm, wanted)
    place = devices.place(kinds_of(wanted), wanted['controller_number'], wanted['unit_number'])
    stand_against(devices.vm, told, forecasts)
    devices.add('VirtualCdrom', backing=backing_of(told), connectable=connectable(connection), **place)
    return {**told, **connection, 'unit_number': place['unitNumber']}


def edit(devices, drive, wanted, forecasts):
    """Changes what differs of a drive; returns what it is to be, and fills `forecasts` as add does."""
    now, asked = facts(devices, drive), medium(wanted)
    if asked.get('type') == 'host' and asked['host_device'] is None and now['type'] == 'host':
        asked['host_device'] = now['host_device']
    connection = {option: value for option, value in connection_of(devices.vm, wanted).items() if value != now[option]}
    members = {}
    if any(now[option] != value for option, value in asked.items()):
        members['backing'] = backing_of(asked)
        stand_against(devices.vm, asked, forecasts)
    if connection:
        members['connectable'] = connectable(connection, drive.get('connectable'))
    if members:
        devices.edit(drive, **members)
    return {**now, **asked, **connection}
