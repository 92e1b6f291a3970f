# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Export leases, descriptors, files of datastores, and how they are downloaded."""

from __future__ import annotations

import hashlib
import struct
import xml.etree.ElementTree as ET
import zlib

import pytest

from tests.simulator import Simulator, schema
from tests.unit.simulator.virtual_machine_client import Client, wait_for

OVF = '{http://schemas.dmtf.org/ovf/envelope/1}'


@pytest.fixture
def sim():
    with Simulator(vms=2) as running:
        yield running


@pytest.fixture
def vm(sim):
    with Client(sim) as client:
        yield client.vm()


def exported(vm):
    """The ready lease of a machine that is powered off."""
    vm.run('PowerOffVM_Task')
    lease = vm.other(vm.call('ExportVm'))
    wait_for(lambda: lease.get('state'), 'ready'.__eq__)
    return lease


def download(vm, url):
    return vm.client.http.get(url, headers={'vmware-api-session-id': ''}, timeout=120)


def files(vm, lease):
    """{key: content} of all that a lease offers."""
    urls = lease.get('info.deviceUrl')
    assert urls and all(schema.problems(url, schema.find('HttpNfcLeaseDeviceUrl')) == [] for url in urls)
    return {url['key']: download(vm, url['url']).content for url in urls}


def test_a_lease_offers_the_files_and_holds_the_machine(vm):
    lease = exported(vm)
    assert vm.fault('PowerOnVM_Task').name == 'TaskInProgress' and vm.fault('ExportVm').name == 'TaskInProgress'
    assert lease.call('HttpNfcLeaseGetManifest') in (None, [])
    lease.call('HttpNfcLeaseSetManifestChecksumType', deviceUrlsToChecksumTypes=[
        {'_typeName': 'KeyValue', 'key': url['key'], 'value': 'sha256'} for url in lease.get('info.deviceUrl')])
    contents = files(vm, lease)
    manifest = lease.call('HttpNfcLeaseGetManifest')
    assert [entry['key'] for entry in manifest] == list(contents)
    for entry in manifest:
        content = contents[entry['key']]
        assert entry['sha1'] == hashlib.sha1(content).hexdigest() and entry['size'] == len(content)
        assert (entry['checksum'], entry['checksumType']) == (hashlib.sha256(content).hexdigest(), 'sha256')
    lease.call('HttpNfcLeaseProgress', percent=50)
    assert lease.get('transferProgress') == 50
    (task,) = [each for each in vm.get('recentTask') if vm.other(each).get('info.name') == 'ExportVm']
    assert vm.other(task).get('info.progress') == 50
    url = lease.get('info.deviceUrl')[0]['url']
    lease.call('HttpNfcLeaseComplete')
    assert lease.get('state') == 'done' and download(vm, url).status_code == 404
    vm.finish(task)
    vm.run('PowerOnVM_Task')


def test_the_disk_is_a_stream_optimized_vmdk(vm):
    content = next(iter(files(vm, exported(vm)).values()))
    magic, version, _flags, sectors = struct.unpack_from('<4sIIQ', content)
    assert (magic, version, sectors * 512) == (b'KDMV', 3, 10 * 1024 ** 3) and len(content) % 512 == 0
    footer = content[-1024:-512]
    (directory_at,) = struct.unpack_from('<Q', footer, 56)
    (table_at,) = struct.unpack_from('<I', content, directory_at * 512)
    grains = [at for at in struct.unpack_from('<512I', content, table_at * 512) if at]
    for number, at in enumerate(grains):
        where, size = struct.unpack_from('<QI', content, at * 512)
        assert where == number * 128 and len(zlib.decompress(content[at * 512 + 12:at * 512 + 12 + size])) == 65536
    assert len(grains) == 4


def test_a_lease_that_is_given_up(vm):
    lease = exported(vm)
    lease.call('HttpNfcLeaseAbort')
    assert lease.get('state') == 'error' and lease.get('error._typeName') == 'RequestCanceled'
    for method, params in (('HttpNfcLeaseAbort', {}), ('HttpNfcLeaseComplete', {}), ('HttpNfcLeaseGetManifest', {}),
                           ('HttpNfcLeaseProgress', {'percent': 1})):
        assert lease.fault(method, **params).name == 'InvalidState'
    vm.run('PowerOnVM_Task')


def test_a_lease_that_is_not_kept_alive(vm):
    vm.set(export_lease_seconds=0)
    vm.run('PowerOffVM_Task')
    lease = vm.other(vm.call('ExportVm'))
    wait_for(lambda: lease.get('state'), 'error'.__eq__)
    assert lease.get('error._typeName') == 'Timedout'
    assert lease.fault('HttpNfcLeaseProgress', percent=1).name == 'Timedout'


def test_what_cannot_be_exported(vm):
    assert vm.fault('ExportVm').name == 'InvalidPowerState'
    lease = exported(vm)
    assert lease.fault('HttpNfcLeaseProgress', percent=101).wire['invalidProperty'] == 'percent'
    wrong = [{'_typeName': 'KeyValue', 'key': '/vm-9/disk', 'value': 'sha256'}]
    assert lease.fault('HttpNfcLeaseSetManifestChecksumType',
                       deviceUrlsToChecksumTypes=wrong).name == 'InvalidArgument'


def describe(vm, lease, **more):
    manager = vm.other({'type': 'OvfManager', 'value': 'OvfManager'})
    held = [{'_typeName': 'OvfFile', 'deviceId': url['key'], 'path': f'a-{number}.vmdk', 'size': 7}
            for number, url in enumerate(lease.get('info.deviceUrl'))]
    return manager, {'obj': vm.ref, 'cdp': {'_typeName': 'OvfCreateDescriptorParams', 'name': 'a', 'ovfFiles': held, **more}}


def test_a_descriptor_names_the_files_and_the_hardware(vm):
    manager, params = describe(vm, exported(vm), exportOption=['mac', 'extraconfig'])
    result = manager.call('CreateDescriptor', **params)
    assert schema.problems(result, schema.find('OvfCreateDescriptorResult')) == []
    envelope = ET.fromstring(result['ovfDescriptor'])
    assert [file.get(f'{OVF}href') for file in envelope.iter(f'{OVF}File')] == ['a-0.vmdk', 'a-1.vmdk']
    assert [disk.get(f'{OVF}fileRef') for disk in envelope.iter(f'{OVF}Disk')] == ['file1']
    assert envelope.find(f'{OVF}VirtualSystem').get(f'{OVF}id') == 'a'
    assert '00:50:56:' in result['ovfDescriptor'] and 'ExtraConfig' in result['ovfDescriptor']
    plain = manager.call('CreateDescriptor', obj=vm.ref, cdp={'_typeName': 'OvfCreateDescriptorParams'})['ovfDescriptor']
    assert 'ExtraConfig' not in plain and '00:50:56:' not in plain and ET.fromstring(plain).find(f'.//{OVF}File') is None


def test_a_descriptor_puts_the_disks_on_their_controllers(vm):
    lease = exported(vm)

    def items(**more):
        manager, params = describe(vm, lease, **more)
        envelope = ET.fromstring(manager.call('CreateDescriptor', **params)['ovfDescriptor'])
        read = [{each.tag.partition('}')[2]: each.text for each in item} for item in envelope.iter(f'{OVF}Item')]
        return {kind: [item for item in read if item['ResourceType'] == kind] for kind in ('6', '10', '17', '20')}

    found = items()
    (scsi,), (disk,), (card,) = found['6'], found['17'], found['10']
    assert (scsi['ResourceSubType'], card['ResourceSubType'], scsi['Address']) == ('VirtualSCSI', 'VmxNet3', '0')
    assert (disk['Parent'], disk['AddressOnParent']) == (scsi['InstanceID'], '0')
    assert [each['ResourceSubType'] for each in found['20']] == ['vmware.sata.ahci']
    found = items(exportOption=['nodevicesubtypes'])
    assert not any('ResourceSubType' in each for kind in found.values() for each in kind)


def test_a_descriptor_of_what_there_is_not(vm):
    manager, params = describe(vm, exported(vm))
    params['cdp']['ovfFiles'][0]['deviceId'] = '/vm-1/nothing'
    assert manager.fault('CreateDescriptor', **params).wire['invalidProperty'] == 'cdp.ovfFiles'
    manager, params = describe(vm, exported_again(vm), exportOption=['everything'])
    assert manager.fault('CreateDescriptor', **params).wire['invalidProperty'] == 'cdp.exportOption'


class Import:
    """What is needed to import the descriptor of a machine under another name."""

    def __init__(self, vm):
        self.vm = vm
        manager, params = describe(vm, exported(vm))
        self.text = manager.call('CreateDescriptor', **params)['ovfDescriptor']
        exported_again(vm).call('HttpNfcLeaseComplete')
        self.manager, self.pool = manager, vm.other(vm.get('resourcePool'))

    def spec(self, text=None, **more):
        return self.manager.call('CreateImportSpec', ovfDescriptor=self.text if text is None else text,
                                 resourcePool=self.pool.ref, datastore=self.vm.get('datastore')[0], cisp={
                                     '_typeName': 'OvfCreateImportSpecParams', 'locale': '', 'deploymentOption': '',
                                     'entityName': 'imported', **more})

    def begin(self, spec):
        lease = self.vm.other(self.pool.call('ImportVApp', spec=spec, folder=self.vm.get('parent')))
        wait_for(lambda: lease.get('state'), 'ready'.__eq__)
        return lease

    def send(self, url, verb='POST'):
        address = url['url'].replace('*', f'{self.vm.client.sim.host}:{self.vm.client.sim.port}')
        return self.vm.client.http.request(verb, address, data=b'x' * 1000, timeout=120).status_code


def test_a_descriptor_is_imported(vm):
    made = Import(vm)
    result = made.spec(diskProvisioning='thick', networkMapping=[{
        '_typeName': 'OvfNetworkMapping', 'name': 'VM Network', 'network': vm.get('network')[0]}])
    assert schema.problems(result, schema.find('OvfCreateImportSpecResult')) == [] and 'error' not in result
    lease = made.begin(result['importSpec'])
    info = lease.get('info')
    (item,), (url,) = result['fileItem'], info['deviceUrl']
    assert (url['importKey'], item['path']) == (item['deviceId'], 'a-0.vmdk')
    imported = vm.other(info['entity'])
    assert imported.fault('PowerOnVM_Task').name == 'TaskInProgress'
    assert (made.send(url), made.send(url, 'GET')) == (200, 404)
    lease.call('HttpNfcLeaseProgress', percent=50)
    lease.call('HttpNfcLeaseComplete')
    assert made.send(url) == 404
    imported.run('PowerOnVM_Task')
    config, source = imported.get('config'), vm.get('config')
    assert (config['name'], config['hardware']['memoryMB']) == ('imported', source['hardware']['memoryMB'])
    kinds = [{each['_typeName'] for each in one['hardware']['device']} for one in (config, source)]
    assert kinds[1] - kinds[0] == {'VirtualCdrom'}
    disk = next(each for each in config['hardware']['device'] if each['_typeName'] == 'VirtualDisk')
    assert (disk['capacityInKB'], disk['backing']['thinProvisioned']) == (10 * 1024 * 1024, False)
    assert made.pool.fault('ImportVApp', spec=result['importSpec'], folder=vm.get('parent')).name == 'DuplicateName'
    assert made.pool.fault('ImportVApp', spec=result['importSpec']).wire['invalidProperty'] == 'folder'


def test_an_import_that_is_given_up_leaves_nothing(vm):
    made = Import(vm)
    lease = made.begin(made.spec()['importSpec'])
    imported = vm.other(lease.get('info.entity'))
    lease.call('HttpNfcLeaseAbort')
    assert imported.fault('PowerOnVM_Task').name == 'ManagedObjectNotFound'


def test_a_descriptor_that_is_none(vm):
    made = Import(vm)
    spoilt = [made.text.replace(word, 'other') for word in (
        'Envelope', 'VirtualSystem', 'ResourceType', '/disk/vmdisk1', 'VirtualQuantity', 'byte *')]
    for text in ('', '<x', '<x/>', *spoilt):
        (fault,) = made.spec(text)['error']
        assert fault['_typeName'] == 'OvfXmlFormat' and fault['faultstring']


def exported_again(vm):
    return vm.other(next(lease.ref for lease in vm.client.sim.vcenter.objects('HttpNfcLease')))


def folder(vm, path, token=None, **query):
    """The answer to a download from a datastore."""
    query = {'dcPath': 'DC0', 'dsName': 'LocalDS_0', **query}
    cookie = token or f'vmware_soap_session="{vm.client.http.headers["vmware-api-session-id"]}"'
    return vm.client.http.get(f'{vm.client.sim.url}/folder/{path}', params=query, timeout=120,
                              headers={'vmware-api-session-id': None, 'Cookie': cookie})


def test_a_screenshot_is_a_file_of_its_datastore(vm):
    path = vm.run('CreateScreenshot_Task')['_value']
    inside = path.partition('] ')[2]
    picture = folder(vm, inside)
    assert picture.content[:8] == b'\x89PNG\r\n\x1a\n' and struct.unpack_from('>II', picture.content, 16) == (1024, 768)
    assert folder(vm, inside, token='vmware_soap_session="none"').status_code == 401
    for wrong in ({'dcPath': 'DC9'}, {'dsName': 'other'}):
        assert folder(vm, inside, **wrong).status_code == 404
    manager, datacenter = vm.other({'type': 'FileManager', 'value': 'FileManager'}), {
        '_typeName': 'ManagedObjectReference', 'type': 'Datacenter', 'value': 'datacenter-1'}
    assert manager.fault('DeleteDatastoreFile_Task', name=path).wire['invalidProperty'] == 'datacenter'
    assert manager.fault('DeleteDatastoreFile_Task', name=inside, datacenter=datacenter).name == 'InvalidDatastorePath'
    assert manager.fault('DeleteDatastoreFile_Task', name=f'[x] {inside}', datacenter=datacenter).name == 'InvalidDatastore'
    manager.run('DeleteDatastoreFile_Task', name=path, datacenter=datacenter)
    assert folder(vm, inside).status_code == 404
    assert manager.fault('DeleteDatastoreFile_Task', name=path, datacenter=datacenter).name == 'FileNotFound'


def test_a_download_needs_the_privileges_of_the_datastore():
    users = {'reader': {'password': 'secret-1', 'denied': ['Datastore.Browse']}}
    with Simulator(vms=1, users=users) as sim, Client(sim, 'reader', 'secret-1') as client:
        vm = client.vm()
        assert folder(vm, vm.run('CreateScreenshot_Task')['_value'].partition('] ')[2]).status_code == 403


def test_urls_may_leave_the_host_to_the_client():
    with Simulator(vms=1, variants={'nfc_urls': 'star'}) as sim, Client(sim) as client:
        urls = exported(client.vm()).get('info.deviceUrl')
        assert all(url['url'].startswith('https://*/nfc/') and url['sslThumbprint'] == '' for url in urls)


def test_a_snapshot_of_a_running_machine_is_exported_as_it_was(vm):
    reference = vm.run('CreateSnapshot_Task', name='one disk', memory=False, quiesce=False)
    vm.reconfigure(deviceChange=[{
        '_typeName': 'VirtualDeviceConfigSpec', 'operation': 'add', 'fileOperation': 'create', 'device': {
            '_typeName': 'VirtualDisk', 'key': -1, 'controllerKey': 1000, 'unitNumber': 1, 'capacityInKB': 1048576,
            'backing': {'_typeName': 'VirtualDiskFlatVer2BackingInfo', 'fileName': '', 'diskMode': 'persistent'}}}])
    lease = vm.other(vm.other(reference).call('ExportSnapshot'))
    wait_for(lambda: lease.get('state'), 'ready'.__eq__)
    assert lease.get('info.entity') == vm.ref and vm.get('runtime.powerState') == 'poweredOn'
    assert [url['targetId'] for url in lease.get('info.deviceUrl') if url['disk']] == ['disk-0.vmdk']
    assert files(vm, lease)
    assert vm.fault('PowerOffVM_Task').name == vm.other(reference).fault('ExportSnapshot').name == 'TaskInProgress'
    lease.call('HttpNfcLeaseComplete')
    vm.run('PowerOffVM_Task')
