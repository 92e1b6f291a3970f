# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where a new virtual machine goes: folder, host, resource pool and datastore, from what the options name.

`params` are those of the option groups PLACEMENT and DESTINATION. Source: the API pages of ComputeResource,
ResourcePool, SearchIndex and VirtualMachineRelocateSpec.
"""

from __future__ import annotations

from . import wire
from .faults import Refusal


def host_of(inventory, params):
    """Returns the reference of the host that is named, or None."""
    return inventory.find('HostSystem', params['host']) if params['host'] else None


def pool_of(inventory, params, host=None):
    """Returns the reference of the resource pool that is named, or of the root pool of the cluster or host that is.

    A pool's name is looked up in that cluster or host first. None if none of the three is named. `host` is what
    host_of returned. Raises Refusal.
    """
    resource = None
    if params['cluster']:
        resource = inventory.find('ClusterComputeResource', params['cluster'])
    elif host:
        resource = inventory.properties(host, 'parent')['parent']
    if params['resource_pool']:
        found = inventory.named('ResourcePool', params['resource_pool'], resource) if resource else []
        return found[0] if len(found) == 1 else inventory.find('ResourcePool', params['resource_pool'])
    return inventory.properties(resource, 'resourcePool')['resourcePool'] if resource else None


def datastore_of(inventory, name, datacenter=None):
    """Returns the reference of a datastore by its name or moid, in a datacenter if one is named; None without a name.

    Raises Refusal.
    """
    return inventory.find('Datastore', name, datacenter) if name else None


def folder_of(inventory, path, datacenter=None, default=None):
    """Returns the reference of the folder at a path, or of the folder of virtual machines of a datacenter.

    Without either it is `default`. Raises Refusal.
    """
    if path:
        found = inventory.folder(path, datacenter)
        return found if found['type'] == 'Folder' else inventory.properties(found, 'vmFolder')['vmFolder']
    if datacenter:
        return inventory.properties(inventory.datacenter(datacenter), 'vmFolder')['vmFolder']
    return default


def child_of(inventory, folder, name):
    """Returns the reference of the virtual machine of that name right in a folder, or None.

    Raises Refusal if a folder has the name.
    """
    found = inventory.client.call(inventory.client.service('searchIndex'), 'FindChild', repeatable=True,
                                  entity=folder, name=name)
    if found and found['type'] != 'VirtualMachine':
        raise Refusal(f'There is a folder named {name!r} where the virtual machine is to be.', 'DuplicateName',
                      details={'name': name, 'object': wire.plain(found)})
    return found
