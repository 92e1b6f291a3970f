# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""InstantClone_Task: a running copy of a running virtual machine, from the same point of its execution on.

The faults are those of the "Errors" paragraph of the VI JSON OpenAPI document.
"""

from __future__ import annotations

from ... import schema
from ...fault import Fault
from .clone import LINKED

PLACES = frozenset(('_typeName', 'folder', 'datastore', 'pool', 'deviceChange'))
EDITABLE = ('VirtualEthernetCard', 'VirtualSerialPort', 'VirtualParallelPort')
# Devices that an instant clone cannot share with its source.
DISALLOWED = ('VirtualPCIPassthrough', 'VirtualUSB', 'VirtualSCSIPassthrough')


class InstantClone:
    """InstantClone_Task."""

    def InstantClone_Task(self, call, spec):
        """Clone as a VirtualMachineInstantCloneSpec says; the task gives the VirtualMachine.

        Without a folder it goes into the datacenter's own, as the documentation of the specification says.

        Raises InvalidState for a virtual machine that is not powered on, InvalidArgument for other members of
        spec.location than folder, datastore, pool and deviceChange, InvalidName, DisallowedMigrationDeviceAttached;
        in the task DuplicateName and InvalidDatastore.
        """
        location = spec['location']
        folder = self.vcenter.resolve(location['folder']) if 'folder' in location else self._root_folder()
        self._require_instant_clone_privileges(call, folder, location)
        self.check('InstantClone_Task')
        self._check_instant_clone_location(location)
        self.vcenter.check_name(spec['name'])
        return self.vcenter.start_task(self, call, lambda: self._instant_clone(folder, spec))

    def _require_instant_clone_privileges(self, call, folder, location):
        call.require('VirtualMachine.Interact.PowerOn', self)
        call.require('VirtualMachine.Inventory.CreateFromExisting', folder)
        call.require('Datastore.AllocateSpace', self.vcenter.resolve(
            location.get('datastore') or self.get('datastore')[0]))
        pool = location.get('pool') or self.get('resourcePool')
        # A template is in none; that it is no source comes after the privileges.
        if pool is not None:
            call.require('Resource.AssignVMToPool', self.vcenter.resolve(pool))

    def _root_folder(self):
        datacenter = next(each for each in self.ancestors() if each.ref['type'] == 'Datacenter')
        return datacenter.folder('vmFolder')

    def _check_instant_clone_location(self, location):
        unsupported = sorted(set(location) - PLACES)
        if unsupported:
            raise Fault('InvalidArgument', invalidProperty=f'spec.location.{unsupported[0]}')
        # It shares the memory of its source, so it runs on the same host.
        pool = self.vcenter.resolve(location.get('pool') or self.get('resourcePool'))
        if pool.get('owner') != self.vcenter.resolve(self.host).get('parent'):
            raise Fault('InvalidArgument', invalidProperty='spec.location.pool')
        for change in location.get('deviceChange', ()):
            self._check_shared(change['device'], change.get('operation') == 'edit' and _is_any(
                change['device'], EDITABLE))
        for device in self.configuration['hardware']['device']:
            self._check_shared(device, not _is_any(device, DISALLOWED))

    @staticmethod
    def _check_shared(device, allowed):
        if not allowed:
            reason = Fault('DeviceNotSupported', device=device.get('deviceInfo', {}).get('label', device['_typeName']))
            raise Fault('DisallowedMigrationDeviceAttached', fault=reason.wire())

    def _instant_clone(self, folder, spec):
        location = dict(spec['location'])
        changes = location.pop('deviceChange', [])
        clone = self._clone(folder, spec['name'], {
            'location': {**location, 'host': self.host, 'diskMoveType': LINKED}, 'template': False, 'powerOn': True,
            'config': {'_typeName': 'VirtualMachineConfigSpec', 'extraConfig': spec.get('config', []),
                       'deviceChange': changes, **({'uuid': spec['biosUuid']} if 'biosUuid' in spec else {})}})
        made = self.vcenter.resolve(clone)
        made.boot_time = self.boot_time
        made.restore_guest(self.guest_state)
        return clone


def _is_any(device, kinds):
    return any(schema.is_a(device['_typeName'], kind) for kind in kinds)
