# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A snapshot of a virtual machine. Its tree is kept by the virtual machine (virtual_machine/snapshots.py)."""

from __future__ import annotations

from ..fault import Fault
from ..managed_object import ExtensibleManagedObject


class VirtualMachineSnapshot(ExtensibleManagedObject):
    """The VirtualMachineSnapshot managed object, which extends ExtensibleManagedObject.

    vm: the VirtualMachine. parent: the snapshot it was taken on, None for a root; children: those taken on it.
    state, config, guest_state, boot_time: what a revert brings back. exists: False once it is removed.
    """

    def __init__(self, vm, number, name, description, parent, state, quiesced, replay_supported):
        super().__init__(vm.vcenter, vm.vcenter.new_moid('snapshot'))
        self.vm, self.number, self.name, self.description = vm, number, name, description
        self.parent, self.children = parent, []
        self.state, self.quiesced, self.replay_supported = state, quiesced, replay_supported
        self.config, self.guest_state, self.boot_time = vm.configuration, vm.guest_state, vm.boot_time
        self.create_time, self.exists = vm.vcenter.now(), True
        vm.vcenter.add(self)

    @property
    def level(self):
        """How many snapshots deep it stands; a root is 1."""
        return 1 + (self.parent.level if self.parent else 0)

    def descendants(self):
        """The snapshot itself and all below it, parents first."""
        return [self, *(found for child in self.children for found in child.descendants())]

    def tree(self):
        """Its VirtualMachineSnapshotTree."""
        node = {
            '_typeName': 'VirtualMachineSnapshotTree', 'snapshot': self.ref, 'vm': self.vm.ref, 'name': self.name,
            'description': self.description, 'id': self.number, 'createTime': self.create_time, 'state': self.state,
            'quiesced': self.quiesced, 'replaySupported': self.replay_supported,
        }
        if self.children:
            node['childSnapshotList'] = [child.tree() for child in self.children]
        return node

    def RemoveSnapshot_Task(self, call, removeChildren, consolidate=True):
        """Remove the snapshot, with all below it when `removeChildren`; else its children move up."""
        self.vm.check('RemoveSnapshot_Task')
        return self.vcenter.start_task(self.vm, call, lambda: self._remove(removeChildren, consolidate))

    def RevertToSnapshot_Task(self, call, host=None, suppressPowerOn=False):
        """Go back to the snapshot, which becomes the current one."""
        self.vm.check('RevertToSnapshot_Task')
        return self.vm.revert_task(call, self, host, suppressPowerOn)

    def RenameSnapshot(self, call, name=None, description=None):
        """Change name or description, at least one; raises InvalidArgument when none is given, and InvalidName."""
        if name is None and description is None:
            raise Fault('InvalidArgument', invalidProperty='name')
        self.vcenter.check_idle(self.vm)
        if name is not None:
            self.vm.check_snapshot_name(name)
            self.name = name
        if description is not None:
            self.description = description
        self.vm.changed()

    def ExportSnapshot(self, call):
        """A lease on the files as they were when it was taken, like ExportVm's; the machine may run."""
        self.vm.check('ExportSnapshot')
        return self.vm.export_lease(call, self.config)

    def property_config(self):
        """The VirtualMachineConfigInfo of the moment at which it was taken."""
        return self.config

    def property_childSnapshot(self):
        """References of the snapshots taken on it."""
        return [child.ref for child in self.children]

    def property_vm(self):
        """The virtual machine."""
        return self.vm.ref

    def _remove(self, remove_children, consolidate):
        if not self.exists:
            raise Fault('NotFound')
        self.vm.remove_snapshots(self.descendants() if remove_children else [self], consolidate)
