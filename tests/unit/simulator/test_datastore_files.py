# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Folders, files and disks on datastores: FileManager, VirtualDiskManager, the browser and /folder agree on them."""

from __future__ import annotations

import pytest

from tests.simulator import Simulator
from tests.unit.simulator.virtual_machine_client import Client, Remote

DETAILS = {'_typeName': 'FileQueryFlags', 'fileType': True, 'fileSize': True, 'modification': True,
           'fileOwner': False}
SEARCH = {'_typeName': 'HostDatastoreBrowserSearchSpec', 'details': DETAILS}
KB_A_GB = 1024 * 1024


class Store:
    """The datastore LocalDS_0, as a client of the two managers."""

    def __init__(self, client):
        self.client, self.vm = client, client.vm()
        content = Remote(client, {'type': 'ServiceInstance', 'value': 'ServiceInstance'}).get('content')
        self.files, self.disks = (Remote(client, content[name]) for name in ('fileManager', 'virtualDiskManager'))
        self.browser = Remote(client, Remote(client, self.vm.get('datastore')[0]).get('browser'))
        self.datacenter = client.sim.call(lambda: client.sim.vcenter.objects('Datacenter')[0].ref)

    def list(self, folder):
        """{name: FileInfo} of a folder."""
        found = self.browser.run('SearchDatastore_Task', datastorePath=path(folder), searchSpec=SEARCH)
        return {each['path']: each for each in found['file']}

    def make(self, folder, **more):
        return self.files.call('MakeDirectory', name=path(folder), datacenter=self.datacenter, **more)

    def put(self, place, content=b'content'):
        """The status of an upload."""
        return self._http('PUT', place, data=content).status_code

    def read(self, place):
        answer = self._http('GET', place)
        return answer.content if answer.ok else None

    def between(self, manager, method, source, target, **more):
        """The parameters of a copy or a move, by both managers' names for them, given to run or fault."""
        name = 'dest' if manager is self.disks else 'destination'
        return method, {'sourceName': path(source), 'sourceDatacenter': self.datacenter,
                        f'{name}Name': path(target), **more}

    def fault(self, manager, method, place, **more):
        return manager.fault(method, name=path(place), datacenter=self.datacenter, **more).name

    def run(self, manager, method, place, **more):
        return manager.run(method, name=path(place), datacenter=self.datacenter, **more)

    def _http(self, verb, place, **more):
        url = f'{self.client.sim.url}/folder/{place}?dcPath=DC0&dsName=LocalDS_0'
        return self.client.http.request(verb, url, timeout=20, **more)


def path(place):
    return f'[LocalDS_0] {place}'


def disk_spec(**more):
    return {'_typeName': 'FileBackedVirtualDiskSpec', 'diskType': 'thin', 'adapterType': 'lsiLogic',
            'capacityKb': KB_A_GB, **more}


@pytest.fixture
def store():
    with Simulator(vms=2) as sim, Client(sim) as client:
        yield Store(client)


def test_folders(store):
    store.make('isos')
    assert store.list('')['isos']['_typeName'] == 'FolderFileInfo' and store.list('isos') == {}
    assert store.list('.').keys() == store.list('').keys() == store.list('isos/..').keys()
    assert store.fault(store.files, 'MakeDirectory', 'isos') == 'FileAlreadyExists'
    assert store.fault(store.files, 'MakeDirectory', 'a/b') == 'FileNotFound'
    store.make('a/b', createParentDirectories=True)
    assert store.list('a').keys() == {'b'}
    store.run(store.files, 'DeleteDatastoreFile_Task', 'a')
    assert 'a' not in store.list('')
    assert store.fault(store.files, 'DeleteDatastoreFile_Task', 'a') == 'FileNotFound'
    assert store.fault(store.files, 'DeleteDatastoreFile_Task', '') == 'FileNotFound'
    outside = store.files.fault('MakeDirectory', name='[LocalDS_0] ../x', datacenter=store.datacenter)
    assert outside.name == 'InvalidDatastorePath'
    assert store.files.fault('MakeDirectory', name='[LocalDS_0] x').name == 'InvalidArgument'


def test_uploads(store):
    assert store.put('isos/x.iso') == 404
    store.make('isos')
    assert (store.put('isos/x.iso'), store.put('isos/x.iso', b'more')) == (201, 200)
    assert store.read('isos/x.iso') == b'more' and store.read('isos/y.iso') is None
    listed = store.list('isos')['x.iso']
    assert (listed['_typeName'], listed['fileSize']) == ('IsoImageFileInfo', 4) and listed['modification'].endswith('Z')
    assert store.put('isos') == store.put('DC0_H0_VM0/DC0_H0_VM0.vmx') == 403
    store.client.http.headers.pop('vmware-api-session-id')
    assert store.put('isos/z.iso') == 401


def test_files_are_moved_and_copied(store):
    store.make('a')
    store.put('a/1', b'one')

    def fault(method, source, target, **more):
        name, params = store.between(store.files, method, source, target, **more)
        return store.files.fault(name, **params).name

    def run(method, source, target, **more):
        name, params = store.between(store.files, method, source, target, **more)
        store.files.run(name, **params)

    run('CopyDatastoreFile_Task', 'a/1', 'a/2')
    assert fault('CopyDatastoreFile_Task', 'a/1', 'a/2') == 'FileAlreadyExists'
    store.put('a/2', b'two')
    run('CopyDatastoreFile_Task', 'a/1', 'a/2', force=True)
    assert store.read('a/2') == b'one'
    assert fault('CopyDatastoreFile_Task', 'a/1', 'b/1') == fault('MoveDatastoreFile_Task', 'a/3', 'a/4') == 'FileNotFound'
    run('MoveDatastoreFile_Task', 'a', 'b')
    assert store.list('b').keys() == {'1', '2'} and 'a' not in store.list('')
    assert fault('MoveDatastoreFile_Task', 'b', 'b/c') == fault('MoveDatastoreFile_Task', 'b/1', 'b/1') == 'FileAlreadyExists'
    assert fault('MoveDatastoreFile_Task', 'DC0_H0_VM0', 'x') == 'FileLocked'
    assert store.fault(store.files, 'DeleteDatastoreFile_Task', 'DC0_H0_VM0') == 'FileLocked'
    store.vm.run('PowerOffVM_Task')
    store.vm.call('UnregisterVM')
    assert fault('CopyDatastoreFile_Task', 'DC0_H0_VM0', 'x') == 'CannotAccessFile'
    store.run(store.files, 'DeleteDatastoreFile_Task', 'DC0_H0_VM0')
    assert 'DC0_H0_VM0' not in store.list('')


def test_a_disk_is_made_and_given_to_a_machine(store):
    store.make('disks')
    made = store.run(store.disks, 'CreateVirtualDisk_Task', 'disks/1.vmdk', spec=disk_spec())
    assert made == {'_typeName': 'string', '_value': path('disks/1.vmdk')}
    assert store.fault(store.disks, 'CreateVirtualDisk_Task', 'disks/1.vmdk', spec=disk_spec()) == 'FileAlreadyExists'
    for wrong in ({'diskType': 'round'}, {'capacityKb': 0}):
        assert store.fault(store.disks, 'CreateVirtualDisk_Task', 'disks/2.vmdk', spec=disk_spec(**wrong)) == 'InvalidArgument'
    other = {'_typeName': 'DeviceBackedVirtualDiskSpec', 'diskType': 'rdm', 'adapterType': 'lsiLogic', 'device': 'x'}
    assert store.fault(store.disks, 'CreateVirtualDisk_Task', 'disks/2.vmdk', spec=other) == 'NotSupported'
    store.run(store.disks, 'ExtendVirtualDisk_Task', 'disks/1.vmdk', newCapacityKb=2 * KB_A_GB)
    assert store.fault(store.disks, 'ExtendVirtualDisk_Task', 'disks/1.vmdk', newCapacityKb=1) == 'InvalidArgument'
    store.run(store.disks, 'InflateVirtualDisk_Task', 'disks/1.vmdk')
    assert store.list('disks')['1.vmdk']['fileSize'] == 2 * KB_A_GB * 1024
    backing = {'_typeName': 'VirtualDiskFlatVer2BackingInfo', 'fileName': path('disks/1.vmdk'), 'diskMode': 'persistent'}
    store.vm.reconfigure(deviceChange=[{'_typeName': 'VirtualDeviceConfigSpec', 'operation': 'add', 'device': {
        '_typeName': 'VirtualDisk', 'key': -1, 'controllerKey': 1000, 'capacityInKB': 0, 'backing': backing}}])
    disk = next(each for each in store.vm.get('config.hardware.device')
                if each.get('backing', {}).get('fileName') == path('disks/1.vmdk'))
    assert (disk['capacityInKB'], disk['backing']['thinProvisioned']) == (2 * KB_A_GB, False)
    assert store.fault(store.disks, 'DeleteVirtualDisk_Task', 'disks/1.vmdk') == 'FileLocked'
    assert store.fault(store.disks, 'DeleteVirtualDisk_Task', 'disks/2.vmdk') == 'FileNotFound'


def test_a_disk_is_copied_and_moved(store):
    def run(method, source, target, **more):
        name, params = store.between(store.disks, method, source, target, **more)
        return store.disks.run(name, **params)

    source, copied = 'DC0_H0_VM0/DC0_H0_VM0.vmdk', 'DC0_H0_VM0/copy.vmdk'
    name, params = store.between(store.disks, 'CopyVirtualDisk_Task', source, copied)
    assert store.disks.fault(name, **params).name == 'FileLocked'
    store.vm.run('PowerOffVM_Task')
    run('CopyVirtualDisk_Task', source, copied)
    run('MoveVirtualDisk_Task', copied, 'DC0_H0_VM0/moved.vmdk')
    assert run('MoveVirtualDisk_Task', 'DC0_H0_VM0/moved.vmdk', 'moved.vmdk')['_value'] == path('moved.vmdk')
    assert 'moved.vmdk' in store.list('') and not {'copy.vmdk', 'moved.vmdk'} & store.list('DC0_H0_VM0').keys()
    assert store.disks.fault(name, **{**params, 'destSpec': disk_spec()}).name == 'NotSupported'
    store.run(store.disks, 'DeleteVirtualDisk_Task', 'moved.vmdk')
    assert 'moved.vmdk' not in store.list('')


def test_what_a_disk_is_told_and_tells(store):
    store.run(store.disks, 'CreateVirtualDisk_Task', 'x.vmdk', spec=disk_spec())
    where = {'name': path('x.vmdk'), 'datacenter': store.datacenter}
    uuid = '60 00 c2 9a bc de f0 12-34 56 78 9a bc de f0 12'
    store.disks.call('SetVirtualDiskUuid', uuid=uuid, **where)
    assert store.disks.call('QueryVirtualDiskUuid', **where) == uuid
    assert store.disks.fault('SetVirtualDiskUuid', uuid='x', **where).name == 'InvalidArgument'
    geometry = store.disks.call('QueryVirtualDiskGeometry', **where)
    assert (geometry['cylinder'], geometry['head'], geometry['sector']) == (130, 255, 63)
