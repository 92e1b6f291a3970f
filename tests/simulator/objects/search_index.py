# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""SearchIndex: entities by path, uuid, name and address, from the look-up tables of index.py."""
from __future__ import annotations

from ..managed_object import ManagedObject, escaped_name


class SearchIndex(ManagedObject):
    """Every method answers references, or None (the All forms: an empty list) when nothing is found or readable."""

    def FindByInventoryPath(self, call, inventoryPath):
        """The entity at `DC0/vm/apps/app-01`, below the root folder; names are written with %2f, %5c and %25."""
        entity = self.vcenter.resolve(self.vcenter.find('ServiceInstance').get('content.rootFolder'))
        for name in inventoryPath.strip('/').split('/'):
            if name:
                entity = self._child(entity, name)
            if entity is None:
                return None
        return self._readable(call, [entity])

    def FindChild(self, call, entity, name):
        """The child of that name of a folder, datacenter, compute resource, resource pool or host."""
        child = self._child(self.vcenter.resolve(entity), name)
        return None if child is None else self._readable(call, [child])

    def FindByUuid(self, call, uuid, vmSearch, datacenter=None, instanceUuid=False):
        """The virtual machine with a BIOS or instance uuid, or the host with a hardware uuid."""
        return self._readable(call, self._by_uuid(uuid, vmSearch, datacenter, instanceUuid))

    def FindAllByUuid(self, call, uuid, vmSearch, datacenter=None, instanceUuid=False):
        """All of them."""
        return self._all_readable(call, self._by_uuid(uuid, vmSearch, datacenter, instanceUuid))

    def FindByDnsName(self, call, dnsName, vmSearch, datacenter=None):
        """The virtual machine whose guest, or the host that, has the name."""
        return self._readable(call, self._by('dns', dnsName.lower(), vmSearch, datacenter))

    def FindAllByDnsName(self, call, dnsName, vmSearch, datacenter=None):
        """All of them."""
        return self._all_readable(call, self._by('dns', dnsName.lower(), vmSearch, datacenter))

    def FindByIp(self, call, ip, vmSearch, datacenter=None):
        """The virtual machine whose guest, or the host that, has the address."""
        return self._readable(call, self._by('ip', ip, vmSearch, datacenter))

    def FindAllByIp(self, call, ip, vmSearch, datacenter=None):
        """All of them."""
        return self._all_readable(call, self._by('ip', ip, vmSearch, datacenter))

    def FindByDatastorePath(self, call, datacenter, path):
        """The virtual machine with that configuration file: `[LocalDS_0] app-01/app-01.vmx`."""
        return self._readable(call, self._by('datastorePath', path, True, datacenter))

    def _child(self, entity, name):
        return self.vcenter.index.child(entity, escaped_name(name))

    def _by_uuid(self, uuid, vm_search, datacenter, instance_uuid):
        kind = 'instanceUuid' if vm_search and instance_uuid else 'uuid'
        return self._by(kind, uuid.lower(), vm_search, datacenter)

    def _by(self, kind, value, vm_search, datacenter):
        wanted = 'VirtualMachine' if vm_search else 'HostSystem'
        found = [obj for obj in self.vcenter.index.find(kind, value) if obj.ref['type'] == wanted]
        if datacenter is not None:
            top = self.vcenter.resolve(datacenter)
            found = [obj for obj in found if any(holder is top for holder in obj.ancestors())]
        return found

    def _readable(self, call, found):
        references = self._all_readable(call, found)
        return references[0] if references else None

    @staticmethod
    def _all_readable(call, found):
        return [obj.ref for obj in found if call.has('System.View', obj)]
