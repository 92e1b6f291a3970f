# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The inventory of a new server, named as vcsim's users know it.

    DC0
      host/DC0_H0            a standalone host (ComputeResource) with host DC0_H0
      host/DC0_C0            a cluster with hosts DC0_C0_H0, DC0_C0_H1, ... and the pool DC0_C0_RP0
      datastore/LocalDS_0    mounted by every host
      datastore/DC0_POD0     with pods, a datastore cluster with DC0_POD0_DS0 and DC0_POD0_DS1 on every host
      network/VM Network     on every host
      vm/DC0_H0_VM0, ...     on the standalone host, in its root pool
      vm/DC0_C0_RP0_VM0, ... on the cluster's hosts in turn, in DC0_C0_RP0
"""
from __future__ import annotations

from .objects.authorization_manager import AuthorizationManager
from .objects.compute_resource import ClusterComputeResource, ComputeResource
from .objects.custom_fields_manager import CustomFieldsManager
from .objects.customization_spec_manager import CustomizationSpecManager
from .objects.datacenter import Datacenter
from .objects.datastore import Datastore
from .objects.event_manager import EventManager
from .objects.file_manager import FileManager
from .objects.folder import Folder
from .objects.host_system import HostSystem
from .objects.network import Network
from .objects.other_managers import ExtensionManager, LicenseManager
from .objects.ovf_manager import OvfManager
from .objects.property_collector import PropertyCollector
from .objects.resource_pool import ResourcePool
from .objects.search_index import SearchIndex
from .objects.service_instance import SINGLETONS, OptionManager, ServiceInstance
from .objects.session_manager import SessionManager, Sessions
from .objects.storage_pod import StoragePod
from .objects.storage_resource_manager import StorageResourceManager
from .objects.task_manager import TaskManager
from .objects.user_directory import UserDirectory
from .objects.view import ViewManager
from .objects.virtual_disk_manager import VirtualDiskManager
from .objects.virtual_machine import VirtualMachine
from .objects.virtual_machine.template import derived_uuid
from .objects.vstorage_object_manager import VcenterVStorageObjectManager

MANAGERS = {
    'propertyCollector': PropertyCollector, 'viewManager': ViewManager, 'setting': OptionManager,
    'virtualDiskManager': VirtualDiskManager, 'userDirectory': UserDirectory,
    'sessionManager': SessionManager, 'authorizationManager': AuthorizationManager, 'eventManager': EventManager,
    'taskManager': TaskManager, 'extensionManager': ExtensionManager, 'customFieldsManager': CustomFieldsManager,
    'licenseManager': LicenseManager, 'searchIndex': SearchIndex,
    'vStorageObjectManager': VcenterVStorageObjectManager, 'customizationSpecManager': CustomizationSpecManager,
    'fileManager': FileManager, 'ovfManager': OvfManager, 'storageResourceManager': StorageResourceManager,
}
DATASTORES_IN_POD = 2


def populate(vcenter, access, vms, hosts, seed=0, pods=0):
    """Fill a VCenter: the singletons, one datacenter, ``hosts`` cluster hosts, and ``vms`` virtual machines in all,
    spread evenly over the standalone host and the cluster (the first goes to the standalone host). ``seed``
    tells the virtual machines' uuids from those of another server. ``pods`` counts the datastore clusters."""
    vcenter.access, vcenter.sessions = access, Sessions(vcenter)
    for member, manager in MANAGERS.items():
        vcenter.add(manager(vcenter, SINGLETONS[member]))
    vcenter.custom_fields = vcenter.find(SINGLETONS['customFieldsManager'])
    vcenter.storage_objects = vcenter.find(SINGLETONS['vStorageObjectManager'])
    root = Folder.create(vcenter, 'Datacenters', None, ('Folder', 'Datacenter'), moid='group-d1')
    vcenter.add(ServiceInstance(vcenter, 'ServiceInstance', root))
    datacenter = Datacenter.create(vcenter, 'DC0', root)
    standalone, cluster = _computers(vcenter, datacenter, hosts)
    every_host = [*standalone, *cluster]
    datastore = Datastore.create(vcenter, 'LocalDS_0', datacenter, every_host)
    for number in range(pods):
        _storage_pod(vcenter, datacenter, f'DC0_POD{number}', every_host)
    network = Network.create(vcenter, 'VM Network', datacenter, every_host)
    _virtual_machines(vcenter, datacenter, standalone, cluster, vms, datastore, network, seed)


def _computers(vcenter, datacenter, hosts):
    folder = datacenter.folder('hostFolder')
    alone = ComputeResource.create(vcenter, 'DC0_H0', folder)
    cluster = ClusterComputeResource.create(vcenter, 'DC0_C0', folder)
    ResourcePool.create(vcenter, 'DC0_C0_RP0', vcenter.resolve(cluster.get('resourcePool')), cluster)
    return ([HostSystem.create(vcenter, 'DC0_H0', alone, 0)],
            [HostSystem.create(vcenter, f'DC0_C0_H{number}', cluster, number + 1) for number in range(hosts)])


def _storage_pod(vcenter, datacenter, name, hosts):
    pod = StoragePod.create(vcenter, name, datacenter.folder('datastoreFolder'))
    for number in range(DATASTORES_IN_POD):
        Datastore.create(vcenter, f'{name}_DS{number}', datacenter, hosts, pod)


def _virtual_machines(vcenter, datacenter, standalone, cluster, count, datastore, network, seed):
    folder = datacenter.folder('vmFolder')
    root_pool = vcenter.resolve(vcenter.resolve(standalone[0].get('parent')).get('resourcePool'))
    pool = vcenter.index.child(vcenter.resolve(vcenter.resolve(cluster[0].get('parent')).get('resourcePool')),
                               'DC0_C0_RP0')
    for index in range(count):
        number, on_cluster = divmod(index, 2)
        name, home, host = (
            (f'DC0_C0_RP0_VM{number}', pool, cluster[number % len(cluster)]) if on_cluster
            else (f'DC0_H0_VM{number}', root_pool, standalone[0]))
        VirtualMachine.create(vcenter, name=name, folder=folder, host=host, pool=home, datastore=datastore,
                              network=network, index=index + 1, uuid=derived_uuid('42', f'{seed} {name}'),
                              instance_uuid=derived_uuid('50', f'{seed} {name}'))
