# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Datacenter: the four folders below it, and powering on many virtual machines at once."""
from __future__ import annotations

import dataclasses

from .. import schema
from ..fault import Fault
from ..managed_object import ManagedEntity
from .virtual_machine.references import add_reference, remove_reference

FOLDERS = {
    'vmFolder': ('vm', ('Folder', 'VirtualMachine', 'VirtualApp')),
    'hostFolder': ('host', ('Folder', 'ComputeResource')),
    'datastoreFolder': ('datastore', ('Folder', 'Datastore', 'StoragePod')),
    'networkFolder': ('network', ('Folder', 'Network', 'DistributedVirtualSwitch')),
}


class Datacenter(ManagedEntity):
    """Stored: vmFolder, hostFolder, datastoreFolder, networkFolder, datastore, network."""

    RENAME_PRIVILEGE = 'Datacenter.Rename'
    DESTROY_PRIVILEGE = 'Datacenter.Delete'

    @classmethod
    def create(cls, vcenter, name, parent):
        """A registered datacenter with its folders."""
        datacenter = cls(vcenter, vcenter.new_moid('datacenter'), name=name, parent=parent.ref, datastore=[],
                         network=[], configuration={'_typeName': 'DatacenterConfigInfo'})
        vcenter.add(datacenter)
        for member, (folder_name, child_types) in FOLDERS.items():
            folder = type(parent).create(vcenter, folder_name, datacenter, child_types)
            datacenter.set(member, folder.ref)
        add_reference(parent, 'childEntity', datacenter.ref)
        return datacenter

    def folder(self, member):
        """The Folder object of `vmFolder` and its like."""
        return self.vcenter.resolve(self.get(member))

    def Destroy_Task(self, call):
        """Delete the datacenter with its folders; the task ends with ResourceInUse while one of them holds anything."""
        call.require(self.DESTROY_PRIVILEGE, self)
        return self.vcenter.start_task(self, call, self.destroy)

    def destroy(self):
        """Leave the inventory; raises ResourceInUse."""
        folders = [self.folder(member) for member in FOLDERS]
        if any(folder.get('childEntity') for folder in folders):
            raise Fault('ResourceInUse', type='Datacenter', name=self.get('name'))
        for folder in folders:
            self.vcenter.remove(folder)
        remove_reference(self.vcenter.resolve(self.get('parent')), 'childEntity', self.ref)
        self.vcenter.remove(self)

    def PowerOnMultiVM_Task(self, call, vm, option=()):
        """Power on virtual machines of this datacenter, each by a task of its own; the ClusterPowerOnVmResult tells
        which tasks, and why the others have none.

        ``option`` is advice to DRS, which this server does not need. Raises InvalidArgument for a virtual machine of
        another datacenter.
        """
        machines = [self.vcenter.resolve(reference) for reference in vm]
        if any(self not in machine.ancestors() for machine in machines):
            raise Fault('InvalidArgument', invalidProperty='vm')
        return self.vcenter.start_task(self, call, lambda: self._power_on(call, machines), exclusive=False)

    def _power_on(self, call, machines):
        each = dataclasses.replace(call, method=schema.methods('VirtualMachine')['PowerOnVM_Task'])
        attempted, refused = [], []
        for machine in machines:
            try:
                call.require(each.method.privilege, machine)
                task = machine.PowerOnVM_Task(each)
            except Fault as fault:
                refused.append({'_typeName': 'ClusterNotAttemptedVmInfo', 'vm': machine.ref, 'fault': fault.wire()})
            else:
                attempted.append({'_typeName': 'ClusterAttemptedVmInfo', 'vm': machine.ref, 'task': task.ref})
        lists = {'attempted': attempted, 'notAttempted': refused}
        return {'_typeName': 'ClusterPowerOnVmResult', **{name: each for name, each in lists.items() if each}}
