# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Datacenter: the four folders below it."""
from __future__ import annotations

from ..managed_object import ManagedEntity
from .folder import Folder
from .virtual_machine.references import add_reference

FOLDERS = {
    'vmFolder': ('vm', ('Folder', 'VirtualMachine', 'VirtualApp')),
    'hostFolder': ('host', ('Folder', 'ComputeResource')),
    'datastoreFolder': ('datastore', ('Folder', 'Datastore', 'StoragePod')),
    'networkFolder': ('network', ('Folder', 'Network', 'DistributedVirtualSwitch')),
}


class Datacenter(ManagedEntity):
    """Stored: vmFolder, hostFolder, datastoreFolder, networkFolder, datastore, network."""

    RENAME_PRIVILEGE = 'Datacenter.Rename'

    @classmethod
    def create(cls, vcenter, name, parent):
        """A registered datacenter with its folders."""
        datacenter = cls(vcenter, vcenter.new_moid('datacenter'), name=name, parent=parent.ref, datastore=[],
                         network=[], configuration={'_typeName': 'DatacenterConfigInfo'})
        vcenter.add(datacenter)
        for member, (folder_name, child_types) in FOLDERS.items():
            folder = Folder.create(vcenter, folder_name, datacenter, child_types)
            datacenter.set(member, folder.ref)
        add_reference(parent, 'childEntity', datacenter.ref)
        return datacenter

    def folder(self, member):
        """The Folder object of `vmFolder` and its like."""
        return self.vcenter.resolve(self.get(member))
