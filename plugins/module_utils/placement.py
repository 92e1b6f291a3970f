# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where a new virtual machine goes: folder, host, resource pool and datastore, from what the options name.

`params` are those of the option groups PLACEMENT and DESTINATION. Source: the API pages of ComputeResource,
ResourcePool, SearchIndex and VirtualMachineRelocateSpec.
"""

from __future__ import annotations

from . import wire
from .datastore_paths import datastore_in
from .faults import Refusal

# The path of the configuration file, which is where a virtual machine's own files are.
HOME = 'config.files.vmPathName'


def host_of(inventory, params):
    """Returns the reference of the host that is named, or None."""
    return inventory.find('HostSystem', params['host']) if params['host'] else None


def pool_of(inventory, params, host=None, near=None):
    """Returns the reference of the resource pool that is named, or of the root pool of the cluster or host that is.

    A pool's name is looked up in that cluster or host first. None if none of the three is named. `host` is what
    host_of returned; of clusters or pools of one name the one in the datacenter of `near` is meant. Raises Refusal.
    """
    resource = None
    if params['cluster']:
        resource = inventory.find('ClusterComputeResource', params['cluster'], near=near)
    elif host and not params['resource_pool']:
        return root_pool_of(inventory, host)
    elif host:
        resource = resource_of(inventory, host)
    if params['resource_pool']:
        return pool_named(inventory, params['resource_pool'], resource, near)
    return root_pool_in(inventory, resource) if resource else None


def pool_named(inventory, name, resource=None, near=None):
    """Returns the reference of the pool of that name or moid, of those in a compute resource if one is given.

    Without one it is, of several, the one in the datacenter of `near`. A fleet asks for it once. Raises Refusal.
    """
    if resource is None:
        return inventory.find('ResourcePool', name, near=near)
    return inventory.once(_pool_within, inventory, name, *wire.key_of(resource))


def _pool_within(inventory, name, kind, moid):
    resource = wire.reference(kind, moid)
    found = inventory.named('ResourcePool', name, resource)
    pool = found[0] if len(found) == 1 else inventory.find('ResourcePool', name)
    if not found and inventory.fixed(pool, 'owner')['value'] != moid:
        where = wire.name(inventory.fixed(resource, 'name'))
        raise Refusal(f'The resource pool {name!r} is not one of {where}.', 'InvalidArgument',
                      details={'option': 'resource_pool', 'pool': pool['value'], 'compute_resource': moid})
    return pool


def resource_of(inventory, host):
    """Returns the reference of the compute resource, such as a cluster, that a host belongs to.

    Raises Refusal for None, which is the host of a virtual machine that the vCenter knows on none.
    """
    if host is None:
        raise Refusal('The vCenter knows no host that the virtual machine is on.', 'InvalidState')
    return inventory.fixed(host, 'parent')


def root_pool_in(inventory, resource):
    """Returns the reference of the root pool of a compute resource."""
    return inventory.fixed(resource, 'resourcePool')


def needed_pool(inventory, params, host=None, near=None):
    """Returns what pool_of returns. Raises Refusal if nothing names the resource pool."""
    pool = pool_of(inventory, params, host, near)
    if pool is None:
        raise Refusal('Name the resource pool, the cluster or the host that the virtual machine is to run in.',
                      'InvalidArgument', details={'option': 'resource_pool'})
    return pool


def root_pool_of(inventory, host):
    """Returns the reference of the root pool of the compute resource that a host belongs to."""
    return root_pool_in(inventory, resource_of(inventory, host))


def datastore_of(inventory, name, datacenter=None, near=None):
    """Returns the reference of a datastore by its name or moid, in a datacenter if one is named; None without a name.

    Of several it is the one in the datacenter of `near`. Raises Refusal.
    """
    return inventory.find('Datastore', name, datacenter, near) if name else None


def name_of(inventory, ref, given):
    """Returns the name of an object that was found by its name or its moid, which of both was `given`."""
    return inventory.fixed(ref, 'name') if given == ref['value'] else given


def folder_of(inventory, path, datacenter=None, default=None):
    """Returns the reference of the folder at a path, or of the folder of virtual machines of a datacenter.

    Without either it is `default`, and without that the one of the only datacenter there is. Raises Refusal.
    """
    if path:
        found = inventory.folder(path, datacenter)
        return found if found['type'] == 'Folder' else inventory.fixed(found, 'vmFolder')
    if datacenter:
        return inventory.fixed(inventory.datacenter(datacenter), 'vmFolder')
    return default or inventory.once(only_folder, inventory)


def only_folder(inventory):
    """Returns the reference of the VM folder of the only datacenter there is. Raises Refusal if there are several."""
    found = [properties for _ref, properties in inventory.walk('Datacenter', None, ['name', 'vmFolder'])]
    if len(found) != 1:
        names = [wire.name(each['name']) for each in found]
        raise Refusal(f'Name the folder or the datacenter; the datacenters are {", ".join(names)}.', 'InvalidArgument',
                      details={'datacenters': names})
    return found[0]['vmFolder']


def place_of(inventory, target):
    """Returns (folder, name) of where a target that is not there yet is to be. Raises Refusal unless it tells both."""
    if target['path']:
        above, _slash, name = target['path'].strip('/').rpartition('/')
        return folder_of(inventory, above), wire.name(name)
    if not target['name']:
        raise inventory.no_virtual_machine(target)
    return folder_of(inventory, target['folder'], target['datacenter']), target['name']


def child_of(inventory, folder, name):
    """Returns the reference of the virtual machine of that name right in a folder, or None.

    Raises Refusal if a folder has the name.
    """
    found = inventory.child(folder, name)
    if found and found['type'] != 'VirtualMachine':
        raise Refusal(f'There is a folder named {name!r} where the virtual machine is to be.', 'DuplicateName',
                      details={'name': name, 'object': wire.plain(found)})
    return found


def place_of_copy(vm, params):
    """Returns (folder, name, what is told of a virtual machine that is there already, or None) of a copy of a VM."""
    name = params['new_name'].replace('{name}', vm.name)
    folder = folder_of(vm.inventory, params['destination_folder'], params['destination_datacenter'], vm['parent'])
    found = child_of(vm.inventory, folder, name)
    if found is None:
        return folder, name, None
    # Which datastore of a cluster was chosen is asked for with it.
    home = home_of(vm.inventory.properties(found, HOME).get(HOME)) if params.get('datastore_cluster') else {}
    return folder, name, {'clone': {'moid': found['value'], 'name': name, **home}}


def home_of(path):
    """Returns {'datastore': name} of the configuration file at a path, nothing without one."""
    return {'datastore': wire.name(datastore_in(path))} if path else {}
