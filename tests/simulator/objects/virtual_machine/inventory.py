# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The place of a virtual machine in the inventory: entering, renaming, destroying, moving between hosts."""

from __future__ import annotations

from .references import add_reference, remove_reference


class Inventory:
    """Destroy_Task; the references that other objects hold to it."""

    RENAME_PRIVILEGE = 'VirtualMachine.Config.Rename'
    DESTROY_PRIVILEGE = 'VirtualMachine.Inventory.Delete'

    def Destroy_Task(self, call):
        """Delete the virtual machine with its files and snapshots; it must be powered off."""
        call.require(self.DESTROY_PRIVILEGE, self)
        self.check('Destroy_Task')
        return self.vcenter.start_task(self, call, self._destroy)

    def _destroy(self):
        if self.ft_group is not None:
            self.turn_off_fault_tolerance()
        self.vcenter.events.post('VmRemovedEvent', self)
        self.leave_inventory()

    def register(self, folder):
        """Become a child of `folder` (a Folder) and known to host, pool, datastores and networks."""
        self.vcenter.add(self)
        add_reference(folder, 'childEntity', self.ref)
        for holder in self._holders():
            add_reference(holder, 'vm', self.ref)

    def removed(self):
        """Nothing that the guest was about to do happens any more."""
        self.freeze_guest()

    def leave_inventory(self):
        """Undo register; tasks, sessions and the snapshots go with it."""
        for snapshot in self.snapshots():
            snapshot.exists = False
            self.vcenter.remove(snapshot)
        for holder in self._holders():
            remove_reference(holder, 'vm', self.ref)
        remove_reference(self.vcenter.resolve(self.get('parent')), 'childEntity', self.ref)
        self.vcenter.remove(self)

    def move_to_host(self, host):
        """Run on `host` (a HostSystem) from now on."""
        if host.ref == self.host:
            return
        remove_reference(self.vcenter.resolve(self.host), 'vm', self.ref)
        add_reference(host, 'vm', self.ref)
        self.host = host.ref

    def find_network(self, backing):
        """The Network that a network backing names, by reference, by name or by the key of a port group, or None.

        Only those of the present host count.
        """
        host = self.vcenter.resolve(self.host)
        networks = [self.vcenter.resolve(reference) for reference in host.get('network') or []]
        port = backing.get('port')
        if port is not None:
            return next((network for network in networks if network.moid == port.get('portgroupKey')), None)
        wanted = backing.get('network')
        if wanted is not None:
            return next((network for network in networks if network.moid == wanted['value']), None)
        return next((network for network in networks if network.get('name') == backing.get('deviceName')), None)

    def refresh_holders(self):
        """Make `network` and `datastore` follow the devices, and the `vm` of networks and datastores follow that."""
        adapters = [self._network_of(adapter.get('backing', {})) for adapter in self.network_adapters]
        # The first datastore is that of the virtual machine's own files.
        disks = [self.get('datastore')[0], *(backing.get('datastore') for backing in self._disk_backings())]
        for name, references in (('network', adapters), ('datastore', disks)):
            self._hold(name, [reference for position, reference in enumerate(references)
                              if reference is not None and reference not in references[:position]])

    def _network_of(self, backing):
        """The reference of the network that a backing is on, None if it is on none."""
        if 'port' in backing:
            group = self.vcenter.find(backing['port'].get('portgroupKey'))
            return group and group.ref
        return backing.get('network')

    def _disk_backings(self):
        return [disk['backing'] for disk in self.disks if disk.get('backing')]

    def _hold(self, name, wanted):
        present = self.get(name) or []
        for reference in present:
            if reference not in wanted:
                remove_reference(self.vcenter.resolve(reference), 'vm', self.ref)
        for reference in wanted:
            if reference not in present:
                add_reference(self.vcenter.resolve(reference), 'vm', self.ref)
        self.set(name, wanted)

    def _rename(self, name):
        """What the Rename_Task of every entity does at its end; the configuration follows."""
        old = self.get('name')
        super()._rename(name)
        self.edit_config(lambda config: config.update(name=self.get('name')))
        self.vcenter.events.post('VmRenamedEvent', self, oldName=old, newName=self.get('name'))

    def _holders(self):
        """The managed objects whose property `vm` names this one."""
        references = [self.host, self.get('resourcePool'), *(self.get('datastore') or []), *(self.get('network') or [])]
        return [self.vcenter.resolve(reference) for reference in references if reference is not None]
