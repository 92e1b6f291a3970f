# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A virtual machine becomes a template and back."""

from __future__ import annotations

from ...fault import Fault
from .references import add_reference, remove_reference


class Conversion:
    """MarkAsTemplate and MarkAsVirtualMachine."""

    def MarkAsTemplate(self, call):
        """Become a template: it leaves its resource pool and cannot be powered on."""
        self.check('MarkAsTemplate')
        remove_reference(self.vcenter.resolve(self.get('resourcePool')), 'vm', self.ref)
        self.set('resourcePool', None)
        self.edit_config(lambda config: config.update(template=True))

    def MarkAsVirtualMachine(self, call, pool, host=None):
        """Become a virtual machine in `pool`, on `host`, which must belong to the pool's compute resource.

        Raises InvalidArgument for a host elsewhere, InvalidDatastore for one that does not reach its files.
        """
        target = self.vcenter.resolve(pool)
        call.require('Resource.AssignVMToPool', target)
        self.check('MarkAsVirtualMachine')
        runner = host_of_pool(self.vcenter, target, host, self.host)
        for reference in self.get('datastore'):
            if reference not in runner.get('datastore'):
                name = self.vcenter.resolve(reference).get('name')
                raise Fault('InvalidDatastore', datastore=reference, name=name)
        add_reference(target, 'vm', self.ref)
        self.set('resourcePool', target.ref)
        self.move_to_host(runner)
        self.edit_config(lambda config: config.update(template=False))


def host_of_pool(vcenter, pool, wanted, present):
    """The HostSystem in the compute resource of `pool` to run on: `wanted`, else `present` (references) if it is there.

    Raises InvalidArgument for a wanted host of another compute resource, NoActiveHostInCluster where there is none.
    """
    hosts = vcenter.resolve(pool.get('owner')).get('host')
    if wanted is not None and wanted not in hosts:
        raise Fault('InvalidArgument', invalidProperty='host')
    if not hosts:
        raise Fault('NoActiveHostInCluster', computeResource=pool.get('owner'))
    chosen = wanted or (present if present in hosts else hosts[0])
    return vcenter.resolve(chosen)
