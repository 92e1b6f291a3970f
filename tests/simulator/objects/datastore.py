# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Datastore: where the files are."""
from __future__ import annotations

import uuid

from ..fault import Fault
from ..managed_object import ManagedEntity
from .host_datastore_browser import HostDatastoreBrowser
from .virtual_machine.references import add_reference

CAPACITY = 100 * 1024 ** 4


class Datastore(ManagedEntity):
    """Stored: summary, info, host, vm, browser. disks_left: VirtualDisks that no machine has any more, by file."""

    RENAME_PRIVILEGE = 'Datastore.Rename'
    DESTROY_PRIVILEGE = 'Datastore.Delete'

    def __init__(self, vcenter, moid, **properties):
        super().__init__(vcenter, moid, **properties)
        self.disks_left = {}

    @classmethod
    def create(cls, vcenter, name, datacenter, hosts, folder=None):
        """A registered VMFS datastore that all ``hosts`` mount, in a folder of the datacenter."""
        folder = folder or datacenter.folder('datastoreFolder')
        moid = vcenter.new_moid('datastore')
        url = f'ds:///vmfs/volumes/{uuid.uuid5(uuid.NAMESPACE_OID, moid + name)}/'
        datastore = cls(vcenter, moid, name=name, parent=folder.ref, vm=[], host=[])
        datastore.set('summary', {
            '_typeName': 'DatastoreSummary', 'datastore': datastore.ref, 'name': name, 'url': url,
            'capacity': CAPACITY, 'freeSpace': CAPACITY // 2, 'accessible': True, 'multipleHostAccess': len(hosts) > 1,
            'type': 'VMFS', 'maintenanceMode': 'normal'})
        browser = HostDatastoreBrowser(vcenter, vcenter.new_moid('datastoreBrowser'), datastore=[datastore.ref])
        datastore.set('browser', vcenter.add(browser).ref)
        vcenter.add(datastore)
        add_reference(folder, 'childEntity', datastore.ref)
        add_reference(datacenter, 'datastore', datastore.ref)
        datastore._mount(hosts, url)
        return datastore

    def property_info(self):
        """The VmfsDatastoreInfo."""
        summary = self.get('summary')
        return {'_typeName': 'VmfsDatastoreInfo', 'name': summary['name'], 'url': summary['url'],
                'freeSpace': summary['freeSpace'], 'maxFileSize': 64 * 1024 ** 4,
                'maxMemoryFileSize': 64 * 1024 ** 4, 'maxPhysicalRDMFileSize': 64 * 1024 ** 4,
                'maxVirtualRDMFileSize': 62 * 1024 ** 4}

    def property_capability(self):
        """The DatastoreCapability of VMFS."""
        return {'_typeName': 'DatastoreCapability', 'directoryHierarchySupported': True,
                'rawDiskMappingsSupported': True, 'perFileThinProvisioningSupported': True,
                'storageIORMSupported': True, 'nativeSnapshotSupported': False}

    def RefreshDatastore(self, call):
        """Look at the storage again: what is told is what there is."""

    def RefreshDatastoreStorageInfo(self, call):
        """The same."""

    def Destroy_Task(self, call):
        """A datastore that hosts mount cannot be deleted."""
        call.require(self.DESTROY_PRIVILEGE, self)
        raise Fault('ResourceInUse', type='Datastore', name=self.get('name'))

    def _mount(self, hosts, url):
        self.set('host', [{
            '_typeName': 'DatastoreHostMount', 'key': host.ref, 'mountInfo': {
                '_typeName': 'HostMountInfo', 'path': url.removeprefix('ds://').rstrip('/'),
                'accessMode': 'readWrite', 'mounted': True, 'accessible': True},
        } for host in hosts])
        for host in hosts:
            resource = self.vcenter.resolve(host.get('parent'))
            browsers = [host.get('datastoreBrowser'), self.vcenter.resolve(
                resource.get('environmentBrowser')).get('datastoreBrowser')]
            for holder in [host, resource, *map(self.vcenter.resolve, browsers)]:
                if self.ref not in holder.get('datastore'):
                    add_reference(holder, 'datastore', self.ref)

    def _rename(self, name):
        old = self.get('name')
        super()._rename(name)
        name = self.get('name')
        self.set('summary.name', name)
        url = self.get('summary.url')

        def moved(value):
            return _moved(value, f'[{old}] ', f'[{name}] ', url, name)

        for reference in self.get('vm'):
            machine = self.vcenter.resolve(reference)
            machine.store_configs([moved(config) for config in machine.configs()])
            machine.changed()
        self.disks_left = moved(self.disks_left)
        self.vcenter.find('FileManager').follow(moved)
        self.vcenter.storage_objects.follow(moved)
        self.vcenter.files_left = {moved(path): left._replace(configuration=moved(left.configuration))
                                   for path, left in self.vcenter.files_left.items()}


def _moved(value, old, new, url, name):
    """A wire value with the datastore paths that begin with ``old`` beginning with ``new``, and with the ``name`` that
    now goes with the datastore's ``url``."""
    if isinstance(value, str):
        return new + value.removeprefix(old) if value.startswith(old) else value
    if isinstance(value, list):
        return [_moved(item, old, new, url, name) for item in value]
    if not isinstance(value, dict):
        return value
    moved = {_moved(member, old, new, url, name): _moved(content, old, new, url, name)
             for member, content in value.items()}
    return {**moved, 'name': name} if moved.get('url') == url else moved
