# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a new virtual machine is made of: the VirtualMachineConfigSpec of the option group HARDWARE, disks and adapters.

Source: the API pages of VirtualMachineConfigSpec, VirtualDeviceConfigSpec, VirtualDisk and VirtualEthernetCard.
"""

from __future__ import annotations

from . import wire
from .devices import ADAPTERS, CONTROLLER_UNIT, CONTROLLERS, added, datastore_path, network_backing
from .disk_size import size_of

# Option of hardware -> member of VirtualMachineConfigSpec.
MEMBERS = {'num_cpus': 'numCPUs', 'num_cpu_cores_per_socket': 'numCoresPerSocket', 'memory_mb': 'memoryMB',
           'boot_firmware': 'firmware'}
# Devices of one request name each other by negative keys; the server gives them others.
CONTROLLER, FIRST_DISK, FIRST_ADAPTER = -1, -101, -201


def config_spec(params, **more):
    """Returns the VirtualMachineConfigSpec that the options of HARDWARE describe, with more members, or None."""
    hardware = {MEMBERS[option]: value for option, value in (params['hardware'] or {}).items()}
    spec = wire.data('VirtualMachineConfigSpec', **hardware, annotation=params['annotation'],
                     guestId=params['guest_id'], **more)
    spec.update(wire.annotated(params['config'] or {}))
    return spec if set(spec) != {wire.TYPE} else None


def new_devices(inventory, params, folder):
    """Returns the VirtualDeviceConfigSpecs of the disks and networks in the options, and of the controller they need.

    `folder` is where the VM is to be. Raises Refusal for a datastore or a network that is not there, and for a size
    that is none.
    """
    disks = [disk(inventory, params, folder, number, each) for number, each in enumerate(params['disk'])]
    controller = wire.data(CONTROLLERS[params['scsi']], key=CONTROLLER, busNumber=0, sharedBus='noSharing')
    adapters = [adapter(inventory, folder, number, each) for number, each in enumerate(params['networks'])]
    return [added(device) for device in ([controller] if disks else [])] + [
        added(device, fileOperation='create') for device in disks] + [added(device) for device in adapters]


def adapter(inventory, folder, number, options):
    """Returns the network adapter of an entry of the option networks."""
    return wire.data(ADAPTERS[options['device_type']], key=FIRST_ADAPTER - number, macAddress=options['mac'],
                     addressType='manual' if options['mac'] else 'generated',
                     backing=network_backing(inventory, options['name'], folder))


def disk(inventory, params, folder, number, options):
    """Returns the VirtualDisk of an entry of the option disk."""
    given = options['datastore']
    place = datastore_path(inventory, given, params['datacenter'], folder) if given else ''
    backing = wire.data('VirtualDiskFlatVer2BackingInfo', fileName=place, diskMode='persistent',
                        thinProvisioned=options['type'] == 'thin', eagerlyScrub=options['type'] == 'eagerzeroedthick')
    return wire.data('VirtualDisk', key=FIRST_DISK - number, controllerKey=CONTROLLER, capacityInKB=size_of(options),
                     unitNumber=number + (number >= CONTROLLER_UNIT), backing=backing)
