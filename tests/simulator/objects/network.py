# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Network: a port group of a standard switch, or of a distributed one."""
from __future__ import annotations

import uuid

from ..managed_object import ManagedEntity
from .virtual_machine.references import add_reference

# What a port may have that its port group has not: nothing, in DVPortgroupPolicy.
POLICIES = ('blockOverrideAllowed', 'shapingOverrideAllowed', 'vendorConfigOverrideAllowed', 'livePortMovingAllowed',
            'portConfigResetAtDisconnect')


class Network(ManagedEntity):
    """Stored: host, vm."""

    KIND = 'network'

    @classmethod
    def create(cls, vcenter, name, datacenter, hosts):
        """A registered network of all ``hosts``."""
        folder = datacenter.folder('networkFolder')
        network = cls(vcenter, vcenter.new_moid(cls.KIND), name=name, parent=folder.ref, vm=[],
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


class DistributedVirtualPortgroup(Network):
    """A port group of a distributed switch. Stored besides: config."""

    KIND = 'dvportgroup'

    def property_key(self):
        """Its key, which is its id."""
        return self.moid


class VmwareDistributedVirtualSwitch(ManagedEntity):
    """A distributed switch: little more than its uuid, which its ports are named with. Stored: uuid, portgroup."""

    @classmethod
    def create(cls, vcenter, name, datacenter, hosts, portgroup):
        """A registered switch with one port group of that name, which all ``hosts`` have."""
        folder = datacenter.folder('networkFolder')
        moid = vcenter.new_moid('dvs')
        switch = vcenter.add(cls(vcenter, moid, name=name, parent=folder.ref, portgroup=[],
                                 uuid=str(uuid.uuid5(uuid.NAMESPACE_OID, moid + name))))
        add_reference(folder, 'childEntity', switch.ref)
        group = DistributedVirtualPortgroup.create(vcenter, portgroup, datacenter, hosts)
        group.set('config', {
            '_typeName': 'DVPortgroupConfigInfo', 'key': group.moid, 'name': portgroup, 'numPorts': 8,
            'distributedVirtualSwitch': switch.ref, 'type': 'earlyBinding', 'policy': {
                '_typeName': 'DVPortgroupPolicy', **dict.fromkeys(POLICIES, False)}})
        add_reference(switch, 'portgroup', group.ref)
        return switch
