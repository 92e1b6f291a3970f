# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Virtual devices: found by what names them, put on controllers with free units, and changed by one request.

Source: the API pages of VirtualDeviceConfigSpec, VirtualController, VirtualDisk, VirtualEthernetCard and VirtualCdrom.
"""

from __future__ import annotations

from . import wire
from .device import label_of
from .faults import Refusal
from .placement import datastore_of, name_of

CONTROLLERS = {'paravirtual': 'ParaVirtualSCSIController', 'lsilogic': 'VirtualLsiLogicController',
               'lsilogicsas': 'VirtualLsiLogicSASController', 'buslogic': 'VirtualBusLogicController'}
OTHER_CONTROLLERS = {'sata': 'VirtualAHCIController', 'nvme': 'VirtualNVMEController', 'ide': 'VirtualIDEController'}
KIND_OF = {name: kind for kind, name in {**CONTROLLERS, **OTHER_CONTROLLERS}.items()}
ADAPTERS = {'vmxnet3': 'VirtualVmxnet3', 'e1000': 'VirtualE1000', 'e1000e': 'VirtualE1000e',
            'pcnet32': 'VirtualPCNet32', 'vmxnet2': 'VirtualVmxnet2', 'sriov': 'VirtualSriovEthernetCard'}
# A SCSI controller takes unit 7 itself.
CONTROLLER_UNIT = 7
SCSI_UNITS = [unit for unit in range(16) if unit != CONTROLLER_UNIT]
UNITS = {**dict.fromkeys(CONTROLLERS, SCSI_UNITS), 'sata': range(30), 'nvme': range(15), 'ide': range(2)}
BUSES = 4


def added(device, **more):
    """Returns the VirtualDeviceConfigSpec that adds a device."""
    return wire.data('VirtualDeviceConfigSpec', operation='add', device=device, **more)


def datastore_path(inventory, name, datacenter=None, near=None):
    """Returns `[datastore]`, for a file whose name the server chooses, of a datastore as datastore_of finds it."""
    ref = datastore_of(inventory, name, datacenter, near)
    return f'[{name_of(inventory, ref, name)}]'


def network_backing(inventory, name, near):
    """Returns the backing of an adapter on a network or a distributed port group, by its name or moid.

    Of several of that name it is the one in the datacenter of `near`. A fleet asks for it once. Raises Refusal.
    """
    return inventory.once(_network_backing, inventory, name, inventory.find('Network', name, near=near)['value'])


def _network_backing(inventory, name, moid):
    ref = wire.reference('Network', moid)
    if not moid.startswith('dvportgroup'):
        return wire.data('VirtualEthernetCardNetworkBackingInfo', network=ref,
                         deviceName=name_of(inventory, ref, name))
    group = inventory.properties(wire.reference('DistributedVirtualPortgroup', ref['value']), 'key',
                                 'config.distributedVirtualSwitch')
    switch = inventory.properties(group['config.distributedVirtualSwitch'], 'uuid')
    return wire.data('VirtualEthernetCardDistributedVirtualPortBackingInfo', port=wire.data(
        'DistributedVirtualSwitchPortConnection', portgroupKey=group['key'], switchUuid=switch['uuid']))


def known(**facts):
    """Returns what is told of a device that is to be added: what the server is yet to choose is None, and left out."""
    return {name: value for name, value in facts.items() if value is not None}


class Devices:
    """The devices of one kind of a VM that was read with config.hardware.device, and the changes to make.

    fits    tells whether a device is of that kind
    word    what its label begins with
    """

    def __init__(self, vm, fits, word):
        self.vm = vm
        self.word = word
        self.all = vm['config.hardware.device'] or []
        self.mine = [device for device in self.all if fits(device)]
        self.controllers = [device for device in self.all if wire.type_of(device) in KIND_OF]
        self.taken = {(device.get('controllerKey'), device.get('unitNumber')) for device in self.all}
        self.changes = []
        self.meant = []

    # -- finding

    def mean(self, device):
        """Notes that options mean a device, or None. Raises Refusal if others before them have meant it too."""
        if device and device['key'] in self.meant:
            raise Refusal(f'The options name {label_of(device)} of {self.vm.name} twice.', 'InvalidArgument',
                          details={'label': label_of(device)})
        self.meant += [device['key']] if device else []

    def labelled(self, label):
        """Returns the device with that label, or None."""
        return next((device for device in self.mine if label_of(device) == label), None)

    def check_new(self, label):
        """Raises Refusal, with those there are, for a label that a new device would not get from the server."""
        labels = [label_of(device) for device in self.mine]
        new = next(name for name in (f'{self.word} {number}' for number in range(1, len(labels) + 2))
                   if name not in labels)
        if label not in (None, new):
            raise Refusal(f'{self.vm.name} has no {label!r}; it has {", ".join(labels) or "none"}, and a new one would '
                          f'be {new}.', 'NotFound', details={'label': label, 'labels': labels})

    def at(self, kinds, bus, unit):
        """Returns the device on that unit of that controller, of one of these kinds, or None."""
        keys = [each['key'] for each in self._of_kinds(kinds) if each['busNumber'] == (bus or 0)]
        return next((device for device in self.mine
                     if device.get('controllerKey') in keys and device.get('unitNumber') == unit), None)

    def place_of(self, device):
        """Returns where a device is, under the names of the options."""
        controller = next((each for each in self.controllers if each['key'] == device.get('controllerKey')), {})
        return {'controller_type': KIND_OF.get(wire.type_of(controller)),
                'controller_number': controller.get('busNumber'), 'unit_number': device.get('unitNumber')}

    def _of_kinds(self, kinds):
        fitting = [each for each in self.controllers if KIND_OF[wire.type_of(each)] in kinds]
        return sorted(fitting, key=lambda each: kinds.index(KIND_OF[wire.type_of(each)]))

    # -- placing

    def place(self, kinds, bus=None, unit=None):
        """Returns {controllerKey, unitNumber} for a new device: on the first controller of these kinds with room.

        If there is none, one of the first of these kinds is added, too. Raises Refusal for a place that is taken.
        """
        bus = 0 if bus is None and unit is not None else bus
        free = self.room(kinds, bus, unit)
        if free:
            return self._take(*free)
        return self._take(self._new_controller(kinds[0], bus, unit), UNITS[kinds[0]][0] if unit is None else unit)

    def room(self, kinds, bus=None, unit=None):
        """Returns (key, unit) of the first controller of these kinds with a free unit, None if there is none."""
        return next(((controller['key'], each) for controller in self._of_kinds(kinds)
                     for each in UNITS[KIND_OF[wire.type_of(controller)]]
                     if (controller['key'], each) not in self.taken
                     and bus in (None, controller['busNumber']) and unit in (None, each)), None)

    def _new_controller(self, kind, bus, unit):
        """Adds a controller and returns its key."""
        rivals = list(CONTROLLERS) if kind in CONTROLLERS else [kind]
        used = [each['busNumber'] for each in self._of_kinds(rivals)]
        free = [number for number in range(BUSES) if number not in used and bus in (None, number)]
        if not free or unit not in (None, *UNITS[kind]):
            raise Refusal(f'{self.vm.name} has no room for a new device on {kind} controller '
                          f'{"0 to 3" if bus is None else bus}{"" if unit is None else f", unit {unit}"}.',
                          'InvalidController', category='invalid_argument',
                          details={'controller_type': kind, 'controller_number': bus, 'unit_number': unit})
        controller = wire.data({**CONTROLLERS, **OTHER_CONTROLLERS}[kind], key=self._new_key(), busNumber=free[0],
                               sharedBus='noSharing' if kind in CONTROLLERS else None)
        self.controllers.append(controller)
        self.changes.append(added(controller))
        return controller['key']

    def _take(self, key, unit):
        self.taken.add((key, unit))
        return {'controllerKey': key, 'unitNumber': unit}

    def _new_key(self):
        """Devices of one request name each other by negative keys; the server gives them others."""
        return -1 - len(self.changes)

    # -- changing

    def add(self, type_name, file_operation=None, **members):
        """Adds a new device."""
        self.changes.append(added(wire.data(type_name, key=self._new_key(), **members), fileOperation=file_operation))

    def edit(self, device, **members):
        """Changes members of a device."""
        self.changes.append(wire.data('VirtualDeviceConfigSpec', operation='edit', device={**device, **members}))

    def remove(self, device, file_operation=None):
        """Removes a device; `file_operation` destroy takes its file with it."""
        self.changes.append(wire.data('VirtualDeviceConfigSpec', operation='remove', device=device,
                                      fileOperation=file_operation))

    def reconfigure(self, **forecasts):
        """Returns the step that makes the changes."""
        return self.vm.reconfigure(wire.data('VirtualMachineConfigSpec', deviceChange=self.changes), forecasts)


CONNECTION = {'connected': 'connected', 'start_connected': 'startConnected', 'guest_control': 'allowGuestControl'}


def connection_facts(device):
    """Returns how a device is connected, under the names of the options."""
    return {option: wire.at(device, f'connectable.{member}') for option, member in CONNECTION.items()}


def wanted_connection(vm, params):
    """Returns what the options ask for; a virtual machine that does not run connects nothing now."""
    return {option: params[option] for option in CONNECTION if params[option] is not None
            and (option != 'connected' or vm.power_state == 'powered_on')}


def connectable(wanted, present=None):
    """Returns the VirtualDeviceConnectInfo for that, over what is there; a new device is connected when it can be."""
    kept = present or wire.data('VirtualDeviceConnectInfo', startConnected=True, allowGuestControl=True,
                                connected=wanted.get('start_connected', True))
    return {**kept, **{CONNECTION[option]: value for option, value in wanted.items()}}
