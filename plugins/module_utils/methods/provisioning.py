# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Provisioning: clones, instant clones, templates and customized guests.

Source: the API pages of CloneVM_Task, InstantClone_Task, CustomizeVM_Task, MarkAsTemplate and MarkAsVirtualMachine.
"""

from __future__ import annotations

from .. import wire
from .hosts import resting
from .places import out_of_reach
from .registration import ASSIGN_POOL, entity_name, wrong_size
from .step import Methods

LINKED = 'createNewChildDiskBacking'
CUSTOMIZE = 'VirtualMachine.Provisioning.Customize'
CREATE = 'VirtualMachine.Inventory.CreateFromExisting'
ALLOCATE = 'Datastore.AllocateSpace'
PENDING = 'TOOLSDEPLOYPKG_PENDING'
# (source is a template, clone is a template) -> privilege on the source.
CLONE = {
    (False, False): 'VirtualMachine.Provisioning.Clone',
    (False, True): 'VirtualMachine.Provisioning.CreateTemplateFromVM',
    (True, False): 'VirtualMachine.Provisioning.DeployTemplate',
    (True, True): 'VirtualMachine.Provisioning.CloneTemplate',
}


class ProvisioningMethods(Methods):
    """Needs runtime.powerState, config.template, runtime.host for clones, and for customize its status in guest."""

    def clone(self, folder, name, spec):
        """CloneVM_Task with a VirtualMachineCloneSpec; its result is the new virtual machine's reference."""
        running = 'A template cannot be powered on.' if spec['template'] and spec['powerOn'] else None
        privileges = [CLONE[bool(self['config.template']), spec['template']]]
        privileges += [CUSTOMIZE] if 'customization' in spec else []
        location = spec['location']
        host = location.get('host') or (None if location.get('pool') else self['runtime.host'])
        step = self._step('CloneVM_Task', privileges, folder=folder, name=wire.escaped(name), spec=spec, forecasts={
            'InvalidArgument': running or wrong_size(spec.get('config') or {}), **entity_name(name),
            'InvalidState': resting(self.inventory, host, location.get('host')) if spec['powerOn'] else None,
            'InvalidDatastore': self._out_of_reach(location)})
        return placed(step, folder, location, pooled=not spec['template'])

    def instant_clone(self, spec):
        """InstantClone_Task with a VirtualMachineInstantCloneSpec; its result is the reference of the new VM."""
        off = None if self.power_state == 'powered_on' else (
            f'{self.name} is {self.power_state}; only a running virtual machine can be instant cloned.')
        location, host = spec['location'], self['runtime.host']
        step = self._step('InstantClone_Task', (CLONE[False, False], 'VirtualMachine.Interact.PowerOn'), spec=spec,
                          forecasts={
                              'InvalidState': off or resting(self.inventory, host, host),
                              **entity_name(wire.name(spec['name'])),
                              'InvalidDatastore': self._out_of_reach({**location, 'host': host})})
        return placed(step, location['folder'], location)

    def _out_of_reach(self, location):
        """Returns the forecast whether a datastore of a VirtualMachineRelocateSpec cannot be reached there."""
        host, pool = location.get('host'), location.get('pool')
        return out_of_reach(self.inventory, datastores_of(location),
                            host if host or pool else self['runtime.host'], pool)

    def check_customization(self, spec):
        """CheckCustomizationSpec: fails with the CustomizationFault that stands against a CustomizationSpec."""
        return self._step('CheckCustomizationSpec', CUSTOMIZE, spec=spec)

    def customize(self, spec):
        """CustomizeVM_Task: has the guest customized when it is powered on next."""
        pending = self['guest.customizationInfo.customizationStatus'] == PENDING
        return self._step('CustomizeVM_Task', CUSTOMIZE, spec=spec, forecasts={
            **self._needs_power('powered_off'),
            'CustomizationPending': f'{self.name} has a customization that waits for its next power-on.' if pending
            else None})

    def mark_as_template(self):
        """MarkAsTemplate."""
        return self._step('MarkAsTemplate', 'VirtualMachine.Provisioning.MarkAsTemplate',
                          forecasts=self._needs_power('powered_off'))

    def mark_as_virtual_machine(self, pool, host=None):
        """MarkAsVirtualMachine, in a pool and on a host of its compute resource."""
        return self._step('MarkAsVirtualMachine', 'VirtualMachine.Provisioning.MarkAsVM', pool=pool,
                          host=host).needs(pool, ASSIGN_POOL)


def datastores_of(location):
    """Returns the references of the datastores that a VirtualMachineRelocateSpec names, its disks' too."""
    named = [location.get('datastore'), *(each['datastore'] for each in location.get('disk') or [])]
    return [each for each in named if each]


def placed(step, folder, location, pooled=True):
    """Returns a step that makes a VM, with the privileges on the places that its VirtualMachineRelocateSpec names."""
    step.needs(folder, CREATE)
    for datastore in datastores_of(location):
        step.needs(datastore, ALLOCATE)
    if pooled and 'pool' in location:
        step.needs(location['pool'], ASSIGN_POOL)
    return step
