# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What becomes of one network adapter that options declare: found, added or changed.

Source: the API pages of VirtualEthernetCard and its backings.
"""

from __future__ import annotations

from . import wire
from .device import label_of
from .devices import ADAPTERS, connectable, connection_facts, known, network_backing, wanted_connection
from .faults import Refusal
from .placement import name_of

TYPE_OF = {name: option for option, name in ADAPTERS.items()}


def lower(params):
    """Returns the options with the MAC address as the server writes it."""
    mac = params['mac_address'] and params['mac_address'].lower().replace('-', ':')
    return {**params, 'mac_address': mac}


def found_by(devices, wanted):
    """Returns the adapter that the options mean, or None."""
    if wanted['label']:
        return devices.labelled(wanted['label'])
    if wanted['mac_address']:
        return next((each for each in devices.mine if each['macAddress'].lower() == wanted['mac_address']), None)
    return next((each for each in devices.mine if wanted['network_name'] in networks(devices.vm, each)), None)


def networks(vm, adapter):
    """Returns name and moid of the network that an adapter is on, the name first; empty if it is on none."""
    backing = adapter.get('backing') or {}
    moid = network_moid(backing)
    name = vm.names.get(moid) or backing.get('deviceName')
    return [each for each in (name and wire.name(name), moid) if each]


def network_moid(backing):
    """Returns the moid of the network of a backing, or None."""
    return wire.at(backing, 'port.portgroupKey') or wire.at(backing, 'network.value')


def backing_on(vm, network):
    """Returns the backing on a network by its name or moid, and notes its name for when the adapter is on it."""
    backing = network_backing(vm.inventory, network, vm.ref)
    moid = network_moid(backing)
    if moid not in vm.names:
        ref = wire.reference('DistributedVirtualPortgroup' if 'port' in backing else 'Network', moid)
        vm.names[moid] = wire.name(name_of(vm.inventory, ref, network))
    return backing


def facts(vm, adapter):
    """Returns what is told of an adapter, under the names of the options."""
    return {'label': label_of(adapter), 'device_type': TYPE_OF.get(wire.type_of(adapter), wire.type_of(adapter)),
            'mac_address': adapter['macAddress'], 'network_name': next(iter(networks(vm, adapter)), None),
            **connection_facts(adapter), 'wake_on_lan': adapter.get('wakeOnLanEnabled')}


def add(devices, wanted):
    """Adds an adapter; returns what is known of it. Raises Refusal for one without a network."""
    devices.check_new(wanted['label'])
    if not wanted['network_name']:
        raise Refusal('A new network adapter needs a network.', 'InvalidArgument', details={'option': 'network_name'})
    kind = wanted['device_type'] or 'vmxnet3'
    devices.add(ADAPTERS[kind], backing=backing_on(devices.vm, wanted['network_name']),
                macAddress=wanted['mac_address'], addressType='manual' if wanted['mac_address'] else 'generated',
                wakeOnLanEnabled=wanted['wake_on_lan'], connectable=connectable(wanted_connection(devices.vm, wanted)))
    return known(device_type=kind, mac_address=wanted['mac_address'], network_name=wanted['network_name'])


def edit(devices, adapter, wanted, forecasts):
    """Changes what differs of an adapter; returns what it is to be. Raises Refusal for another type."""
    vm, now = devices.vm, facts(devices.vm, adapter)
    if wanted['device_type'] not in (None, now['device_type']):
        raise Refusal(f'{now["label"]} of {vm.name} is a {now["device_type"]}; its type cannot be changed to '
                      f'{wanted["device_type"]}.', 'NotSupported', details={'label': now['label']},
                      hint='Remove the adapter and add another one; the guest sees a new card.')
    connection = {option: value for option, value in wanted_connection(vm, wanted).items() if value != now[option]}
    changes, members = dict(connection), {}
    if connection:
        members['connectable'] = connectable(connection, adapter.get('connectable'))
    if wanted['network_name'] and wanted['network_name'] not in networks(vm, adapter):
        backing = backing_on(vm, wanted['network_name'])
        # The name of a network that the VM's own list of networks leaves out was not known before.
        if network_moid(backing) != network_moid(adapter.get('backing') or {}):
            changes['network_name'], members['backing'] = wanted['network_name'], backing
    if wanted['mac_address'] not in (None, now['mac_address'].lower()):
        changes['mac_address'] = members['macAddress'] = wanted['mac_address']
        members['addressType'] = 'manual'
        if vm.power_state != 'powered_off':
            forecasts['InvalidPowerState'] = (
                f'{vm.name} is {vm.power_state}; the MAC address of an adapter can be changed while it is powered_off.')
    if wanted['wake_on_lan'] not in (None, now['wake_on_lan']):
        changes['wake_on_lan'] = members['wakeOnLanEnabled'] = wanted['wake_on_lan']
    if members:
        devices.edit(adapter, **members)
    return {**now, **changes}
