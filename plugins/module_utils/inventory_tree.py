# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The shape of the inventory: what leads from one object to another, and paths as people write them.

Asks nothing. Source: the API pages of Folder, Datacenter, ComputeResource, ResourcePool and VirtualApp.
"""

from __future__ import annotations

from .wire import key_of

# The edges of the inventory tree: (type, property) -> the edges that lead on from where it ends.
EDGES = {
    'folders': ('Folder', 'childEntity', (
        'folders', 'vms', 'hosts', 'datastores', 'networks', 'compute', 'pools', 'vapps')),
    'vms': ('Datacenter', 'vmFolder', ('folders',)),
    'hosts': ('Datacenter', 'hostFolder', ('folders',)),
    'datastores': ('Datacenter', 'datastoreFolder', ('folders',)),
    'networks': ('Datacenter', 'networkFolder', ('folders',)),
    'compute': ('ComputeResource', 'host', ()),
    'pools': ('ComputeResource', 'resourcePool', ('subpools',)),
    'subpools': ('ResourcePool', 'resourcePool', ('subpools', 'vapps')),
    'vapps': ('VirtualApp', 'vm', ()),
    'host_vms': ('HostSystem', 'vm', ()),
    'cluster_hosts': ('ComputeResource', 'host', ('host_vms',)),
    'pool_vms': ('ResourcePool', 'vm', ()),
    'pools_of_pool': ('ResourcePool', 'resourcePool', ('pool_vms', 'pools_of_pool')),
}
# The edges worth walking to find objects of a type, and how its moids begin.
KINDS = {
    'VirtualMachine': (('folders', 'vms', 'vapps'), 'vm'),
    # From a cluster, a host or a resource pool to the virtual machines on it.
    'PlacedVirtualMachine': (('host_vms', 'cluster_hosts', 'pool_vms', 'pools_of_pool'), 'vm'),
    'Datacenter': (('folders',), 'datacenter'),
    'Folder': (('folders', 'vms', 'hosts', 'datastores', 'networks'), 'group'),
    'ClusterComputeResource': (('folders', 'hosts'), 'domain'),
    'HostSystem': (('folders', 'hosts', 'compute'), 'host'),
    'ResourcePool': (('folders', 'hosts', 'pools', 'subpools'), 'resgroup'),
    'Datastore': (('folders', 'datastores'), 'datastore'),
    'StoragePod': (('folders', 'datastores'), 'group'),
    'Network': (('folders', 'networks'), '(?:network|dvportgroup)'),
}
# What virtual machines are in and on, and the way to all of it; each has a name and a parent.
PLACES = ('Folder', 'Datacenter', 'ComputeResource', 'HostSystem', 'ResourcePool')
PLACES_EDGES = ('folders', 'vms', 'hosts', 'compute', 'pools', 'subpools')
# Where an inventory path goes on from what is in a vApp, or is one.
ABOVE = {'VirtualMachine': ('parent', 'parentVApp'), 'VirtualApp': ('parentFolder', 'parentVApp')}


def path_from(above):
    """Returns the inventory path of the first of what Inventory.above yields; the root, which comes last, has none."""
    return '/'.join(name for _ref, name in above[-2::-1])


def path_in(tree, key):
    """Returns the inventory path of an object by the names and parents in `tree`, without the root folder."""
    names = []
    while key in tree and tree[key].get('parent'):
        names.insert(0, tree[key]['name'])
        key = key_of(tree[key]['parent'])
    return '/'.join(names)


def above(tree, key):
    """Yields the keys of what an object is in, by the parents in `tree`."""
    while key in tree and tree[key].get('parent'):
        key = key_of(tree[key]['parent'])
        yield key
