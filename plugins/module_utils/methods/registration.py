# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The inventory: virtual machines made, registered, renamed, reloaded, taken out and deleted.

Source: the API pages of CreateVM_Task, RegisterVM_Task, Destroy_Task, UnregisterVM and ManagedEntity.
"""

from __future__ import annotations

from .. import wire
from ..datastore_paths import datastore_in
from .places import name_taken, out_of_reach, wrong_path
from .step import Methods, Step

LONGEST_NAME = 80
DELETE = 'VirtualMachine.Inventory.Delete'
ASSIGN_POOL = 'Resource.AssignVMToPool'


def entity_name(name):
    """Forecasts InvalidName for a name that nothing in the inventory can have."""
    return {'InvalidName': None if 0 < len(wire.escaped(name)) <= LONGEST_NAME else
            f'a virtual machine cannot have the name {name!r}: it has 1 to {LONGEST_NAME} characters.'}


def wrong_size(config):
    """Returns what is wrong with the sizes in the VirtualMachineConfigSpec of a new virtual machine, or None."""
    few = [member for member in ('numCPUs', 'numCoresPerSocket', 'memoryMB') if config.get(member, 1) < 1]
    return f'{few[0]} is {config[few[0]]}, less than 1.' if few else None


def create_vm(inventory, folder, config, pool, host=None):
    """CreateVM_Task of a Folder with a VirtualMachineConfigSpec; its result is the new virtual machine's reference."""
    name = wire.name(config['name'])
    return Step(folder, 'CreateVM_Task', 'VirtualMachine.Inventory.Create',
                {'config': config, 'pool': pool, 'host': host},
                forecasts={**entity_name(name), 'DuplicateName': name_taken(inventory, folder, name),
                           'InvalidArgument': wrong_size(config),
                           'InvalidDatastore': out_of_reach(inventory, [datastore_in(config['files']['vmPathName'])],
                                                            host, pool)}).needs(pool, ASSIGN_POOL)


def register_vm(inventory, folder, path, name, template, pool=None, host=None):
    """RegisterVM_Task of a Folder, of the configuration file at `path`; its result is the virtual machine's reference.

    A virtual machine needs a pool, a template none, but a host.
    """
    parameters = {'path': path, 'name': name and wire.escaped(name), 'asTemplate': template, 'pool': pool, 'host': host}
    step = Step(folder, 'RegisterVM_Task', 'VirtualMachine.Inventory.Register', parameters,
                forecasts={'InvalidDatastorePath': wrong_path(inventory, path),
                           **entity_name(name), 'DuplicateName': name_taken(inventory, folder, name),
                           'InvalidDatastore': out_of_reach(inventory, [datastore_in(path)], host, pool)}, hints={
                    'NotFound': 'Look for the file in the datastore browser; the path is [datastore] folder/file.vmx.',
                    'AlreadyExists': 'A virtual machine of that file is registered already, maybe by another name.'})
    return step.needs(pool, ASSIGN_POOL) if pool else step


class RegistrationMethods(Methods):
    """Needs runtime.powerState."""

    def unregister(self):
        """UnregisterVM: takes the virtual machine out of the inventory; its files stay."""
        return self._step('UnregisterVM', 'VirtualMachine.Inventory.Unregister',
                          forecasts=self._needs_power('powered_off', 'suspended'))

    def delete(self, force=False):
        """Returns the steps that delete the virtual machine with its files: Destroy_Task.

        With `force`, one that is powered on is powered off before.
        """
        if force and self.power_state == 'powered_on':
            return [self.power_off(), self._step('Destroy_Task', DELETE).prepared()]
        return [self._step('Destroy_Task', DELETE, forecasts=self._needs_power('powered_off'))]

    def rename(self, name):
        """Rename_Task; needs parent."""
        return self._step('Rename_Task', 'VirtualMachine.Config.Rename', newName=wire.escaped(name), forecasts={
            **entity_name(name), 'DuplicateName': name_taken(self.inventory, self['parent'], wire.meant(name))})

    def reload(self):
        """Reload: has the server read the virtual machine's files again."""
        return self._step('Reload', 'System.Read')

    def reload_from_path(self, path):
        """reloadVirtualMachineFromPath_Task: takes everything from another configuration file."""
        return self._step('reloadVirtualMachineFromPath_Task', 'VirtualMachine.Config.ReloadFromPath',
                          configurationPath=path, forecasts={
                              **self._needs_power('powered_off', 'suspended'),
                              'InvalidDatastorePath': wrong_path(self.inventory, path)})
