# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Network: a port group of a standard switch."""
from __future__ import annotations

from ..managed_object import ManagedEntity
from .virtual_machine.references import add_reference


class Network(ManagedEntity):
    """Stored: host, vm."""

    @classmethod
    def create(cls, vcenter, name, datacenter, hosts):
        """A registered network of all ``hosts``."""
        folder = datacenter.folder('networkFolder')
        network = cls(vcenter, vcenter.new_moid('network'), name=name, parent=folder.ref, vm=[],
                      host=[host.ref for host in hosts])
        vcenter.add(network)
        add_reference(folder, 'childEntity', network.ref)
        add_reference(datacenter, 'network', network.ref)
        for host in hosts:
            for holder in (host, vcenter.resolve(host.get('parent'))):
                if network.ref not in holder.get('network'):
                    add_reference(holder, 'network', network.ref)
        return network

    def property_summary(self):
        """The NetworkSummary."""
        return {'_typeName': 'NetworkSummary', 'network': self.ref, 'name': self.get('name'), 'accessible': True,
                'ipPoolName': ''}
