# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Folder: holds entities of one kind, and other folders."""
from __future__ import annotations

from ..fault import Fault, invalid_argument
from ..managed_object import ManagedEntity
from .compute_resource import ClusterComputeResource, check_settings
from .datacenter import Datacenter
from .virtual_machine import VirtualMachine
from .virtual_machine.clone import next_index
from .virtual_machine.conversion import host_of_pool
from .virtual_machine.devices import without_peripherals
from .virtual_machine.references import add_reference, remove_reference
from .virtual_machine.registration import check_not_registered, datastore_of


class Folder(ManagedEntity):
    """Stored: childType, childEntity."""

    RENAME_PRIVILEGE = 'Folder.Rename'
    DESTROY_PRIVILEGE = 'Folder.Delete'

    @classmethod
    def create(cls, vcenter, name, parent, child_types, moid=None):
        """A registered folder; ``parent`` is None, a Datacenter or a Folder, which then lists it."""
        folder = cls(vcenter, moid or vcenter.new_moid('group'), name=name, childType=list(child_types), childEntity=[],
                     parent=parent and parent.ref)
        vcenter.add(folder)
        if isinstance(parent, Folder):
            add_reference(parent, 'childEntity', folder.ref)
        return folder

    def CreateFolder(self, call, name):
        """A Folder below this one; raises InvalidName, DuplicateName."""
        self.vcenter.check_name(name)
        self.vcenter.check_free(self, name)
        return Folder.create(self.vcenter, name, self, self.get('childType')).ref

    def CreateDatacenter(self, call, name):
        """A Datacenter with its four folders; raises InvalidName, DuplicateName, and NotSupported for a folder of other
        entities."""
        self._check_holds('Datacenter', 'CreateDatacenter')
        self.vcenter.check_name(name)
        self.vcenter.check_free(self, name)
        return Datacenter.create(self.vcenter, name, self).ref

    def CreateClusterEx(self, call, name, spec):
        """A ClusterComputeResource without hosts, set as a ClusterConfigSpecEx says; raises as CreateDatacenter, and
        NotSupported for other settings than those of HA and DRS."""
        self._check_holds('ComputeResource', 'CreateClusterEx')
        self.vcenter.check_name(name)
        self.vcenter.check_free(self, name)
        check_settings(spec)
        cluster = ClusterComputeResource.create(self.vcenter, name, self)
        cluster.configure(spec)
        return cluster.ref

    def Destroy_Task(self, call):
        """Delete the folder with all that is in it; a folder that a datacenter or the vCenter needs stays."""
        call.require(self.DESTROY_PRIVILEGE, self)
        self._check_not_needed()
        return self.vcenter.start_task(self, call, self._destroy)

    def UnregisterAndDestroy_Task(self, call):
        """Delete the folder; the virtual machines in it leave the inventory and keep their files."""
        self._check_not_needed()
        return self.vcenter.start_task(self, call, self._destroy)

    def MoveIntoFolder_Task(self, call, list):  # noqa: A002  the parameter's wire name
        """Move entities in here; raises DuplicateName and InvalidFolder."""
        for reference in list:
            call.require(_MOVE_PRIVILEGES.get(reference['type'], 'System.Read'), self.vcenter.resolve(reference))
        return self.vcenter.start_task(self, call, lambda: self._take_in(list))

    def CreateVM_Task(self, call, config, pool, host=None):
        """Create a virtual machine as a VirtualMachineConfigSpec says; the task gives the VirtualMachine."""
        return self.vcenter.start_task(self, call, self.creation(call, config, pool, host), exclusive=False)

    def creation(self, call, config, pool, host=None):
        """What the task of CreateVM_Task does, its parameters checked."""
        if 'name' not in config:
            raise invalid_argument('config.name')
        self._check_holds('VirtualMachine', 'CreateVM_Task')
        self.vcenter.check_name(config['name'])
        call.require('Resource.AssignVMToPool', self.vcenter.resolve(pool))
        return lambda: self._create_vm(config, pool, host)

    def _create_vm(self, config, pool, host):
        name, vcenter = config['name'], self.vcenter
        vcenter.check_free(self, name)
        pool = vcenter.resolve(pool)
        runner = host_of_pool(vcenter, pool, host, None)
        datastore = self._chosen_datastore(config, runner)
        vm = VirtualMachine.create(
            vcenter, name=name, folder=self, host=runner, pool=pool, datastore=datastore,
            network=vcenter.resolve(runner.get('network')[0]), index=next_index(vcenter), power_state='poweredOff',
            num_cpus=config.get('numCPUs', 1), memory_mb=config.get('memoryMB', 1024),
            **({'guest_id': config['guestId']} if 'guestId' in config else {}))
        try:
            spec = {member: value for member, value in config.items() if member not in ('name', 'files')}
            vm.check_spec(spec)
            vm.configuration = without_peripherals(vm.configuration)
            vm.edit_config(lambda whole: vm.apply_spec(whole, spec))
            vm.refresh_holders()
            vcenter.events.post('VmCreatedEvent', vm)
        except Fault:
            vm.leave_inventory()
            raise
        return vm.ref

    def RegisterVM_Task(self, call, path, asTemplate, name=None, pool=None, host=None):
        """Register the configuration file at `path`; the task gives the VirtualMachine.

        Raises AlreadyExists, InvalidDatastorePath, InvalidName; InvalidArgument for a virtual machine without a pool
        and for a template with one or without a host; in the task NotFound, DuplicateName, InvalidDatastore.
        """
        self._check_holds('VirtualMachine', 'RegisterVM_Task')
        if (pool is None) != asTemplate:
            raise invalid_argument('pool')
        if asTemplate and host is None:
            raise invalid_argument('host')
        if name is not None:
            self.vcenter.check_name(name)
        if pool is not None:
            call.require('Resource.AssignVMToPool', self.vcenter.resolve(pool))
        check_not_registered(self.vcenter, path)
        return self.vcenter.start_task(self, call, lambda: self._register_vm(path, name, pool, host), exclusive=False)

    def _register_vm(self, path, name, pool, host):
        vcenter = self.vcenter
        left = vcenter.files_left.get(path)
        name = name or (left.configuration['name'] if left else path)
        vcenter.check_free(self, name)
        holder = pool and vcenter.resolve(pool)
        runner = host_of_pool(vcenter, holder, host, host) if holder else vcenter.resolve(host)
        datastore = datastore_of(vcenter, path)
        if datastore.ref not in runner.get('datastore'):
            raise Fault('InvalidDatastore', datastore=datastore.ref, name=datastore.get('name'))
        return VirtualMachine.from_files(vcenter, path, name, self, runner, holder, template=holder is None).ref

    def _chosen_datastore(self, config, host):
        """The datastore that config.files.vmPathName names, `[LocalDS_0]`, or the host's first one."""
        path = config.get('files', {}).get('vmPathName', '')
        datastores = [self.vcenter.resolve(reference) for reference in host.get('datastore')]
        if not path:
            return datastores[0]
        wanted = path[1:].partition(']')[0]
        for datastore in datastores:
            if datastore.get('name') == wanted:
                return datastore
        far = next((each for each in self.vcenter.objects('Datastore') if each.get('name') == wanted), None)
        if far:
            raise Fault('InvalidDatastore', datastore=far.ref, name=wanted)
        raise Fault('InvalidDatastorePath', datastorePath=path)

    def _check_holds(self, kind, method):
        if kind not in self.get('childType'):
            raise Fault('NotSupported', text=f'{method} is not supported on this kind of folder.')

    def _check_not_needed(self):
        parent = self.get('parent')
        if parent is None or parent['type'] == 'Datacenter':
            raise Fault('NotSupported')

    def _destroy(self):
        for child in [self.vcenter.resolve(reference) for reference in self.get('childEntity')]:
            if isinstance(child, VirtualMachine):
                if child.power_state == 'poweredOn':
                    raise Fault('InvalidPowerState', requestedState='poweredOff', existingState=child.power_state)
                self.vcenter.events.post('VmRemovedEvent', child)
                child.leave_inventory()
            elif isinstance(child, Folder):
                child._destroy()
            elif isinstance(child, (Datacenter, ClusterComputeResource)):
                child.destroy()
            else:
                raise Fault('ResourceInUse', type=child.ref['type'], name=child.get('name'))
        remove_reference(self.vcenter.resolve(self.get('parent')), 'childEntity', self.ref)
        self.vcenter.remove(self)

    def _take_in(self, references):
        entities = [self.vcenter.resolve(reference) for reference in references]
        for entity in entities:
            kind = 'ComputeResource' if entity.ref['type'] == 'ClusterComputeResource' else entity.ref['type']
            if kind not in self.get('childType') or entity in self.ancestors():
                raise Fault('InvalidFolder', target=self.ref)
            self.vcenter.check_free(self, entity.get('name'), entity)
        for entity in entities:
            remove_reference(self.vcenter.resolve(entity.get('parent')), 'childEntity', entity.ref)
            add_reference(self, 'childEntity', entity.ref)
            entity.set('parent', self.ref)


_MOVE_PRIVILEGES = {'VirtualMachine': 'VirtualMachine.Inventory.Move', 'Folder': 'Folder.Move',
                    'Datastore': 'Datastore.Move', 'Network': 'Network.Move'}
