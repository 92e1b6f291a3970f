# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ResourcePool: shares of a compute resource."""
from __future__ import annotations

from ..fault import Fault
from ..managed_object import ManagedEntity
from .virtual_machine.references import add_reference, remove_reference

CPU_MHZ, MEMORY_BYTES = 4000, 8 * 1024 ** 3


class ResourcePool(ManagedEntity):
    """Stored: owner, resourcePool, vm, config."""

    RENAME_PRIVILEGE = 'Resource.RenamePool'
    DESTROY_PRIVILEGE = 'Resource.DeletePool'

    @classmethod
    def create(cls, vcenter, name, parent, owner, spec=None):
        """A registered pool below ``parent``, a ComputeResource or a ResourcePool; ``spec`` is a ResourceConfigSpec."""
        moid = vcenter.new_moid('resgroup')
        pool = cls(vcenter, moid, name=name, parent=parent.ref, owner=owner.ref, resourcePool=[], vm=[])
        spec = spec or {'_typeName': 'ResourceConfigSpec', 'cpuAllocation': _allocation(),
                        'memoryAllocation': _allocation()}
        pool.set('config', {**spec, 'entity': pool.ref})
        vcenter.add(pool)
        if isinstance(parent, ResourcePool):
            add_reference(parent, 'resourcePool', pool.ref)
        return pool

    def CreateResourcePool(self, call, name, spec):
        """A ResourcePool below this one; raises InvalidName, DuplicateName."""
        self.vcenter.check_name(name)
        self.vcenter.check_free(self, name)
        return ResourcePool.create(self.vcenter, name, self, self.vcenter.resolve(self.get('owner')), spec).ref

    def UpdateConfig(self, call, name=None, config=None):
        """Rename, or change the allocations."""
        call.require('Resource.EditPool', self)
        if name is not None:
            self.vcenter.check_name(name, self)
            self._rename(name)
        if config is not None:
            self.set('config', {**config, 'entity': self.ref})

    def MoveIntoResourcePool(self, call, list):  # noqa: A002  the parameter's wire name
        """Move virtual machines and pools of the same compute resource in here; raises InvalidArgument for others, for
        the root pool and for one that this one is in."""
        above = {pool.moid for pool in self.ancestors()}
        entities = [self.vcenter.resolve(reference) for reference in list]
        for entity in entities:
            movable = entity.ref['type'] in ('VirtualMachine', 'ResourcePool') and entity.moid not in above
            if not movable or self._owner_of(entity) != self.get('owner'):
                raise Fault('InvalidArgument', invalidProperty='list')
        for entity in entities:
            is_vm = entity.ref['type'] == 'VirtualMachine'
            member, held = ('resourcePool', 'vm') if is_vm else ('parent', 'resourcePool')
            remove_reference(self.vcenter.resolve(entity.get(member)), held, entity.ref)
            add_reference(self, held, entity.ref)
            entity.set(member, self.ref)

    def ImportVApp(self, call, spec, folder=None, host=None):
        """A new virtual machine in here as a VirtualMachineImportSpec says, and the HttpNfcLease by which the files of
        its disks are sent; raises what making one raises, InvalidArgument without a folder, NotSupported for a vApp."""
        if spec['_typeName'] != 'VirtualMachineImportSpec':
            raise Fault('NotSupported', text='Not supported by this server: a vApp.')
        if folder is None:
            raise Fault('InvalidArgument', invalidProperty='folder')
        made = self.vcenter.resolve(folder).creation(call, spec['configSpec'], self.ref, host)()
        return self.vcenter.resolve(made).import_lease(call)

    def RefreshRuntime(self, call):
        """Look at the usage again: what is told is what there is."""

    def Destroy_Task(self, call):
        """Delete the pool; what is in it moves up. The root pool stays."""
        call.require(self.DESTROY_PRIVILEGE, self)
        if self.get('parent')['type'] != 'ResourcePool':
            raise Fault('NotSupported')
        return self.vcenter.start_task(self, call, self._destroy)

    def DestroyChildren(self, call):
        """Delete the pools below; what is in them moves up here. Raises NoPermission."""
        pools = [self.vcenter.resolve(reference) for reference in self.get('resourcePool')]
        for pool in pools:
            call.require(self.DESTROY_PRIVILEGE, pool)
        for pool in pools:
            pool.DestroyChildren(call)
            pool._destroy()

    def property_runtime(self):
        """The ResourcePoolRuntimeInfo of an idle pool; memory in bytes, processors in MHz."""
        return {'_typeName': 'ResourcePoolRuntimeInfo', 'memory': _usage(MEMORY_BYTES), 'cpu': _usage(CPU_MHZ),
                'overallStatus': 'green'}

    def property_summary(self):
        """The ResourcePoolSummary."""
        return {'_typeName': 'ResourcePoolSummary', 'name': self.get('name'), 'config': self.get('config'),
                'runtime': self.property_runtime()}

    def _owner_of(self, entity):
        if entity.ref['type'] == 'ResourcePool':
            return entity.get('owner')
        return self.vcenter.resolve(entity.get('resourcePool')).get('owner')

    def _destroy(self):
        parent = self.vcenter.resolve(self.get('parent'))
        for held, member in (('resourcePool', 'parent'), ('vm', 'resourcePool')):
            for reference in self.get(held):
                add_reference(parent, held, reference)
                self.vcenter.resolve(reference).set(member, parent.ref)
        remove_reference(parent, 'resourcePool', self.ref)
        self.vcenter.remove(self)


def _allocation():
    return {'_typeName': 'ResourceAllocationInfo', 'reservation': 0, 'expandableReservation': True, 'limit': -1,
            'shares': {'_typeName': 'SharesInfo', 'shares': 4000, 'level': 'normal'}}


def _usage(most):
    return {'_typeName': 'ResourcePoolResourceUsage', 'reservationUsed': 0, 'reservationUsedForVm': 0,
            'unreservedForPool': most, 'unreservedForVm': most, 'overallUsage': 0, 'maxUsage': most}
