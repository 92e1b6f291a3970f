# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What govc sends with GOVC_VI_JSON=1: its bodies, its URLs and its walks, from the log-in to the log-out.

Every struct has its `_typeName`, the method's parameters too; what is unset is left out; ids in URLs are not quoted;
there is no content type, no `accept`, and a body for every method. Source: vim25/soap/json_client.go, property,
list, view, object and task of govmomi.
"""

from __future__ import annotations

import contextlib
import datetime
import json

import pytest
import requests

from tests.simulator import Simulator

INSTANCE = ('ServiceInstance', 'ServiceInstance')
FOLDER_KINDS = {
    'Folder': ['name', 'childType'], 'Datacenter': ['name'], 'VirtualApp': ['name'], 'VirtualMachine': ['name'],
    'Network': ['name'], 'ComputeResource': ['name', 'resourcePool'],
    'ClusterComputeResource': ['name', 'resourcePool'], 'Datastore': ['name'], 'DistributedVirtualSwitch': ['name']}


def ref(kind, value):
    return {'_typeName': 'ManagedObjectReference', 'type': kind, 'value': value}


def struct(kind, /, **members):
    return {'_typeName': kind, **members}


def unboxed(value):
    return value.get('_value', value)


class GoClient:
    """Sends as govmomi does, and reads as its decoder does: an empty answer is nothing, all else is JSON."""

    def __init__(self, sim):
        self.sim, self.token = sim, None
        self.http = requests.Session()
        self.http.trust_env, self.http.verify = False, sim.ca_cert
        self.http.headers = {'User-Agent': 'govc/0.0.0', 'Accept-Encoding': 'gzip'}
        self.version = sim.vcenter.settings.release
        self.content = None

    def round_trip(self, this, method, /, **params):
        """The answer to a method, and its status."""
        kind, value = (this['type'], this['value']) if isinstance(this, dict) else this
        headers = {'vmware-api-session-id': self.token} if self.token else {}
        url = f'{self.sim.url}/sdk/vim25/{self.version}/{kind}/{value}/{method}'
        response = self.http.post(url, data=json.dumps(struct(method, **params)) + '\n', headers=headers, timeout=120)
        if response.status_code == 204 or (response.ok and not response.content):
            return None, response.status_code
        assert response.headers['content-type'].partition(';')[0] == 'application/json', response.text
        if response.ok:
            self.token = response.headers.get('vmware-api-session-id') or self.token
        return response.json(), response.status_code

    def call(self, this, method, /, **params):
        """The answer to a method that must succeed."""
        answer, status = self.round_trip(this, method, **params)
        assert status < 300, answer
        return answer

    def fault(self, this, method, /, **params):
        """The name of the fault that a method must end with."""
        answer, status = self.round_trip(this, method, **params)
        assert status == 500 and answer['faultstring'], answer
        return answer['_typeName']

    # -- as its packages do it

    def log_in(self):
        self.content = self.call(INSTANCE, 'RetrieveServiceContent')
        self.call(self.content['sessionManager'], 'Login', userName=self.sim.username, password=self.sim.password,
                  locale='en_US')

    def retrieve(self, objects, wanted, select=(), skip=False, **more):
        """property.Collector: {moid: (type, {path: value})}."""
        found = {}
        specs = [struct('PropertyFilterSpec', propSet=[
            struct('PropertySpec', type=kind, **({'pathSet': paths} if paths else {'all': True}))
            for kind, paths in wanted.items()], objectSet=[
                struct('ObjectSpec', obj=each, skip=skip, **({'selectSet': list(select)} if select else {}))
                for each in objects])]
        collector = self.content['propertyCollector']
        page = self.call(collector, 'RetrievePropertiesEx', specSet=specs, options=struct('RetrieveOptions', **more))
        while page:
            for each in page['objects']:
                assert not each.get('missingSet'), each
                found[each['obj']['value']] = (each['obj']['type'], {
                    one['name']: unboxed(one['val']) for one in each.get('propSet', [])})
            page = page.get('token') and self.call(collector, 'ContinueRetrievePropertiesEx', token=page['token'])
        return found

    def properties(self, this, *paths):
        _kind, found = self.retrieve([this], {this['type']: list(paths)})[this['value']]
        return found

    def children(self, folder):
        """list.Lister on a folder: {name: reference}."""
        step = struct('TraversalSpec', type='Folder', path='childEntity', skip=False)
        found = self.retrieve([folder], FOLDER_KINDS, [step], skip=True)
        return {each['name']: ref(kind, moid) for moid, (kind, each) in found.items()}

    def wait(self, task):
        """task.WaitEx, on the session's own collector."""
        collector = self.content['propertyCollector']
        made = self.call(collector, 'CreateFilter', partialUpdates=False, spec=struct(
            'PropertyFilterSpec', propSet=[struct('PropertySpec', type='Task', pathSet=['info'])],
            objectSet=[struct('ObjectSpec', obj=task)]))
        version, info = {}, {'state': 'queued'}
        while info['state'] in ('queued', 'running'):
            update = self.call(collector, 'WaitForUpdatesEx', **version)
            if update is None:
                continue
            version = {'version': update['version']}
            for change in (one for each in update['filterSet'] for some in each['objectSet']
                           for one in some.get('changeSet', [])):
                if change['name'] == 'info' and change['op'] == 'assign':
                    info = change['val']
        self.call(made, 'DestroyPropertyFilter')
        return info

    def done(self, this, method, /, **params):
        """The result of a task that must succeed."""
        info = self.wait(self.call(this, method, **params))
        assert info['state'] == 'success', info
        return info.get('result')


@pytest.fixture(scope='module')
def server():
    with Simulator(vms=4, hosts=2) as sim:
        yield sim


@pytest.fixture
def govc(server):
    """A client that is logged in, and has found the datacenter and its VMs as the Finder does."""
    client = GoClient(server)
    with contextlib.closing(client.http):
        client.log_in()
        yield client
        client.call(client.content['sessionManager'], 'Logout')


def found(govc):
    """The Finder's way to all virtual machines: {name: reference}."""
    (datacenter,) = govc.children(govc.content['rootFolder']).values()
    folders = govc.properties(datacenter, 'vmFolder', 'hostFolder', 'datastoreFolder', 'networkFolder')
    assert set(govc.children(folders['hostFolder'])) and set(govc.children(folders['networkFolder']))
    return folders, govc.children(folders['vmFolder'])


def test_about_and_versions(govc):
    about = govc.content['about']
    assert about['apiType'] == 'VirtualCenter' and about['apiVersion'] == govc.version
    assert '<name>urn:vim25</name>' in govc.http.get(f'{govc.sim.url}/sdk/vimServiceVersions.xml').text
    now = govc.call(INSTANCE, 'CurrentTime')
    assert datetime.datetime.fromisoformat(now).tzinfo


def test_sessions(govc):
    manager = govc.content['sessionManager']
    mine = govc.properties(manager, 'currentSession')['currentSession']
    assert govc.call(manager, 'SessionIsActive', sessionID=mine['key'], userName=mine['userName']) is True
    listed = govc.properties(manager, 'sessionList', 'currentSession')['sessionList']
    assert mine['key'] in [each['key'] for each in listed]
    other = GoClient(govc.sim)
    with contextlib.closing(other.http):
        other.log_in()
        theirs = other.properties(manager, 'currentSession')['currentSession']['key']
        govc.call(manager, 'TerminateSession', sessionId=[theirs])
        assert other.fault(other.content['rootFolder'], 'CreateFolder', name='x') == 'NotAuthenticated'


def test_a_refused_log_in(server):
    client = GoClient(server)
    with contextlib.closing(client.http):
        client.content = client.call(INSTANCE, 'RetrieveServiceContent')
        assert client.fault(client.content['sessionManager'], 'Login', userName='x', password='y',
                            locale='en_US') == 'InvalidLogin'
        assert not client.token


def test_listings(govc):
    folders, machines = found(govc)
    assert 'DC0_H0_VM0' in machines
    hosts = govc.children(folders['hostFolder'])
    for compute in hosts.values():
        steps = [struct('TraversalSpec', type='ComputeResource', path=path, skip=False)
                 for path in ('host', 'network', 'resourcePool')]
        kinds = {kind for kind, _each in govc.retrieve(
            [compute], {kind: ['name'] for kind in ('HostSystem', 'Network', 'ResourcePool')}, steps, True).values()}
        assert {'HostSystem', 'ResourcePool', 'Network'} <= kinds
    everything = govc.retrieve([machines['DC0_H0_VM0']], {'VirtualMachine': []})
    assert len(everything[machines['DC0_H0_VM0']['value']][1]) > 15


def test_ancestors(govc):
    _folders, machines = found(govc)
    steps = [struct('TraversalSpec', name='traverseParent', type='ManagedEntity', path='parent', skip=False,
                    selectSet=[struct('SelectionSpec', name='traverseParent')]),
             struct('TraversalSpec', type='VirtualMachine', path='parentVApp', skip=False,
                    selectSet=[struct('SelectionSpec', name='traverseParent')])]
    above = govc.retrieve([machines['DC0_H0_VM0']], {'ManagedEntity': ['name', 'parent'],
                                                     'VirtualMachine': ['parentVApp']}, steps)
    assert {each['name'] for _kind, each in above.values()} == {'DC0_H0_VM0', 'vm', 'DC0', 'Datacenters'}
    assert all('parent' in each for _kind, each in above.values() if each['name'] != 'Datacenters')


def test_find_with_a_container_view(govc):
    view = govc.call(govc.content['viewManager'], 'CreateContainerView', container=govc.content['rootFolder'],
                     recursive=True, type=['VirtualMachine'])
    assert '[' in view['value']  # which govmomi does not quote
    steps = [struct('TraversalSpec', type='ContainerView', path='view')]
    named = govc.retrieve([view], {'VirtualMachine': ['name', 'summary', 'guest', 'resourcePool']}, steps, True,
                          maxObjects=1)
    assert {each['name'] for _kind, each in named.values()} == set(found(govc)[1])
    govc.call(view, 'DestroyView')
    assert govc.fault(view, 'DestroyView') == 'ManagedObjectNotFound'
    everything = govc.call(govc.content['viewManager'], 'CreateContainerView', recursive=True,
                           container=govc.content['rootFolder'])
    kinds = {kind for kind, _each in govc.retrieve([everything], {'ManagedEntity': ['name']}, steps, True).values()}
    assert {'VirtualMachine', 'HostSystem', 'Folder', 'Datacenter', 'Datastore', 'ResourcePool'} <= kinds


def test_search_index(govc):
    _folders, machines = found(govc)
    index, machine = govc.content['searchIndex'], machines['DC0_H0_VM0']
    assert govc.call(index, 'FindByInventoryPath', inventoryPath='/DC0/vm/DC0_H0_VM0') == machine
    config = govc.properties(machine, 'config')['config']
    assert govc.call(index, 'FindByUuid', uuid=config['uuid'], vmSearch=True, instanceUuid=False) == machine
    assert govc.call(index, 'FindByUuid', uuid='nothing', vmSearch=True) is None
    assert govc.call(index, 'FindChild', entity=govc.properties(machine, 'parent')['parent'],
                     name='DC0_H0_VM0') == machine


def test_from_power_to_destruction(govc):
    folders, machines = found(govc)
    machine = machines['DC0_H0_VM0']
    state = 'summary.runtime.powerState'
    if govc.properties(machine, state)[state] == 'poweredOn':
        govc.done(machine, 'PowerOffVM_Task')
    govc.done(machine, 'PowerOnVM_Task')
    assert govc.properties(machine, state)[state] == 'poweredOn'
    again, status = govc.round_trip(machine, 'PowerOnVM_Task')
    assert (again['_typeName'] if status == 500 else govc.wait(again)['error']['_typeName']) == 'InvalidPowerState'
    snapshot = govc.done(machine, 'CreateSnapshot_Task', name='base', description='', memory=False, quiesce=False)
    assert govc.properties(machine, 'snapshot')['snapshot']['rootSnapshotList'][0]['snapshot'] == snapshot
    (datastore, *_others) = govc.children(folders['datastoreFolder']).values()
    pool = govc.properties(machine, 'resourcePool')['resourcePool']
    location = struct('VirtualMachineRelocateSpec', folder=folders['vmFolder'], pool=pool, datastore=datastore,
                      diskMoveType='createNewChildDiskBacking')
    clone = govc.done(machine, 'CloneVM_Task', folder=folders['vmFolder'], name='copy', spec=struct(
        'VirtualMachineCloneSpec', location=location, template=False, powerOn=False, snapshot=snapshot))
    govc.done(clone, 'ReconfigVM_Task', spec=struct(
        'VirtualMachineConfigSpec', numCPUs=2, memoryMB=256, annotation='of govc',
        extraConfig=[struct('OptionValue', key='guestinfo.x', value={'_typeName': 'string', '_value': 'y'})]))
    assert govc.properties(clone, 'config.hardware.numCPU')['config.hardware.numCPU'] == 2
    govc.done(clone, 'Rename_Task', newName='copied')
    govc.call(clone, 'MarkAsTemplate')
    host = govc.properties(machine, 'summary.runtime.host')['summary.runtime.host']
    govc.call(clone, 'MarkAsVirtualMachine', pool=pool, host=host)
    govc.done(clone, 'Destroy_Task')
    assert govc.fault(clone, 'PowerOnVM_Task') == 'ManagedObjectNotFound'
    govc.done(snapshot, 'RevertToSnapshot_Task')
    govc.done(machine, 'RemoveAllSnapshots_Task', consolidate=True)
    assert 'snapshot' not in govc.properties(machine, 'snapshot')


def test_create_a_vm(govc):
    folders, machines = found(govc)
    pool = govc.properties(machines['DC0_H0_VM0'], 'resourcePool')['resourcePool']
    network = next(iter(govc.children(folders['networkFolder']).values()))
    (store, *_others) = govc.children(folders['datastoreFolder'])
    adapter = struct('VirtualVmxnet3', key=-1, addressType='generated', wakeOnLanEnabled=True, connectable=struct(
        'VirtualDeviceConnectInfo', startConnected=True, allowGuestControl=True, connected=True),
        backing=struct('VirtualEthernetCardNetworkBackingInfo', deviceName='VM Network', network=network))
    controller = struct('ParaVirtualSCSIController', key=-2, busNumber=0, sharedBus='noSharing')
    disk = struct('VirtualDisk', key=-3, controllerKey=-2, unitNumber=0, capacityInKB=1048576, backing=struct(
        'VirtualDiskFlatVer2BackingInfo', fileName=f'[{store}]', diskMode='persistent', thinProvisioned=True))
    made = govc.done(folders['vmFolder'], 'CreateVM_Task', pool=pool, config=struct(
        'VirtualMachineConfigSpec', name='made', guestId='otherGuest', numCPUs=1, memoryMB=1024,
        files=struct('VirtualMachineFileInfo', vmPathName=f'[{store}]'),
        deviceChange=[struct('VirtualDeviceConfigSpec', operation='add', device=device,
                             **({'fileOperation': 'create'} if device is disk else {}))
                      for device in (controller, adapter, disk)]))
    kinds = [each['_typeName'] for each in govc.properties(made, 'config.hardware.device')['config.hardware.device']]
    assert {'VirtualVmxnet3', 'ParaVirtualSCSIController', 'VirtualDisk'} <= set(kinds)
    govc.done(made, 'Destroy_Task')


def test_waiting_on_a_collector_of_ones_own(govc):
    """property.Wait, as for an address or a power state."""
    _folders, machines = found(govc)
    own = govc.call(govc.content['propertyCollector'], 'CreatePropertyCollector')
    govc.call(own, 'CreateFilter', partialUpdates=False, spec=struct(
        'PropertyFilterSpec', propSet=[struct('PropertySpec', type='VirtualMachine', all=True)],
        objectSet=[struct('ObjectSpec', obj=machines['DC0_H0_VM0'])]))
    update = govc.call(own, 'WaitForUpdatesEx', version='', options=struct('WaitOptions', maxWaitSeconds=0))
    assert len(update['filterSet'][0]['objectSet'][0]['changeSet']) > 15
    assert govc.call(own, 'WaitForUpdatesEx', version=update['version'],
                     options=struct('WaitOptions', maxWaitSeconds=0)) is None
    govc.call(own, 'DestroyPropertyCollector')


def test_recent_tasks(govc):
    _folders, machines = found(govc)
    begun = govc.call(machines['DC0_H0_VM1'], 'CreateSnapshot_Task', name='x', memory=False, quiesce=False)
    recent = govc.properties(govc.content['taskManager'], 'recentTask')['recentTask']
    infos = govc.retrieve(recent, {'Task': ['info']})
    assert infos[begun['value']][1]['info']['entityName'] == 'DC0_H0_VM1'
    govc.wait(begun)
    govc.done(machines['DC0_H0_VM1'], 'RemoveAllSnapshots_Task')


def test_what_is_null_is_unset(govc):
    """Other clients send null where govmomi leaves a member out."""
    _folders, machines = found(govc)
    machine = {**machines['DC0_H0_VM1'], 'serverGuid': None}
    govc.done(machine, 'ReconfigVM_Task', spec=struct(
        'VirtualMachineConfigSpec', annotation='x', deviceChange=None, extraConfig=[], flags=None))
    answer = govc.call(govc.content['propertyCollector'], 'RetrievePropertiesEx', options=struct(
        'RetrieveOptions', maxObjects=None), specSet=[struct(
            'PropertyFilterSpec', reportMissingObjectsInResults=None,
            propSet=[struct('PropertySpec', type='VirtualMachine', all=None, pathSet=['config.annotation'])],
            objectSet=[struct('ObjectSpec', obj=machine, skip=None, selectSet=[])])])
    assert unboxed(answer['objects'][0]['propSet'][0]['val']) == 'x'
    # In any other way it is no reference.
    refused = govc.fault(govc.content['searchIndex'], 'FindChild', name='x', entity={**machine, 'serverGuid': 'y'})
    assert refused == 'InvalidArgument'


def test_what_a_vcenter_refuses(govc):
    _folders, machines = found(govc)
    machine = machines['DC0_H0_VM0']
    assert govc.fault(machine, 'NoSuchMethod') == 'MethodNotFound'
    assert govc.fault(ref('VirtualMachine', 'vm-0'), 'PowerOnVM_Task') == 'ManagedObjectNotFound'
    assert govc.fault(machine, 'CreateSnapshot_Task', name='x', memory=False) == 'InvalidArgument'
    assert govc.fault(machine, 'CreateSnapshot_Task', name='x', memory=0, quiesce=False) == 'InvalidArgument'
    govc.version = '10.0.0.0'
    answer, status = govc.round_trip(machine, 'PowerOnVM_Task')
    assert (answer['faultstring'], status) == ('Invalid URI format', 500)
    govc.version = govc.sim.vcenter.settings.release


def test_power_on_many(govc):
    """vm.power -on -M."""
    _folders, machines = found(govc)
    (datacenter,) = govc.children(govc.content['rootFolder']).values()
    chosen = [machines[name] for name in ('DC0_H0_VM1', 'DC0_C0_RP0_VM1')]
    govc.done(chosen[0], 'PowerOffVM_Task')
    result = govc.done(datacenter, 'PowerOnMultiVM_Task', vm=chosen)
    (attempted,), (refused,) = result['attempted'], result['notAttempted']
    assert (attempted['vm'], govc.wait(attempted['task'])['state']) == (chosen[0], 'success')
    assert govc.wait(attempted['task'])['descriptionId'] == 'VirtualMachine.powerOn'
    assert (refused['vm'], refused['fault']['_typeName']) == (chosen[1], 'InvalidPowerState')
    assert govc.fault(datacenter, 'PowerOnMultiVM_Task', vm=[ref('VirtualMachine', 'vm-0')]) == 'ManagedObjectNotFound'


def test_where_a_vm_can_be_moved(govc):
    folders, machines = found(govc)
    machine = machines['DC0_C0_RP0_VM0']
    steps = [struct('TraversalSpec', type='ComputeResource', path='host', skip=False)]
    hosts = [ref(kind, moid) for cluster in govc.children(folders['hostFolder']).values() for moid, (kind, _each) in
             govc.retrieve([cluster], {'HostSystem': ['name']}, steps, True).items()]
    answer = govc.call(INSTANCE, 'QueryVMotionCompatibility', vm=machine, host=hosts)
    assert [each['host'] for each in answer] == hosts
    assert {tuple(each['compatibility']) for each in answer} == {('cpu', 'software')}
    assert govc.call(INSTANCE, 'QueryVMotionCompatibility', vm=machine, host=hosts[:1], compatibility=['cpu']) == [
        struct('HostVMotionCompatibility', host=hosts[0], compatibility=['cpu'])]
    assert govc.fault(INSTANCE, 'QueryVMotionCompatibility', vm=machine, host=hosts,
                      compatibility=['colour']) == 'InvalidArgument'


def test_files_of_a_datastore(govc):
    """datastore.ls, with and without -R."""
    folders, machines = found(govc)
    (store, datastore), = govc.children(folders['datastoreFolder']).items()
    browser = govc.properties(datastore, 'browser')['browser']
    details = struct('FileQueryFlags', fileType=True, fileSize=True, modification=True, fileOwner=True)
    spec = struct('HostDatastoreBrowserSearchSpec', details=details, matchPattern=['*'])
    top = govc.done(browser, 'SearchDatastore_Task', datastorePath=f'[{store}]', searchSpec=spec)
    assert (top['folderPath'], top['datastore']) == (f'[{store}] ', datastore)
    assert {(each['_typeName'], each['path']) for each in top['file']} >= {
        ('FolderFileInfo', name) for name in machines}
    name = 'DC0_C0_RP0_VM0'
    inside = govc.done(browser, 'SearchDatastore_Task', datastorePath=f'[{store}] {name}/', searchSpec=spec)
    kinds = {each['path']: each for each in inside['file']}
    assert kinds[f'{name}.vmx']['_typeName'] == 'VmConfigFileInfo' and kinds[f'{name}.vmx']['fileSize'] > 0
    assert kinds[f'{name}.vmx']['owner'] == 'root' and kinds[f'{name}.vmx']['modification'].endswith('Z')
    assert kinds[f'{name}.vmdk']['_typeName'] == 'VmDiskFileInfo'
    plain = govc.done(browser, 'SearchDatastore_Task', datastorePath=f'[{store}] {name}', searchSpec=struct(
        'HostDatastoreBrowserSearchSpec', matchPattern=['*.VMX'], searchCaseInsensitive=True))
    assert plain['file'] == [struct('FileInfo', path=f'{name}.vmx')]
    disks = govc.done(browser, 'SearchDatastoreSubFolders_Task', datastorePath=f'[{store}]', searchSpec=struct(
        'HostDatastoreBrowserSearchSpec', query=[struct('VmDiskFileQuery')]))
    assert {each['folderPath']: [one['path'] for one in each['file']] for each in unboxed(disks)}[f'[{store}] {name}/'] == [
        f'{name}.vmdk']
    missing = govc.wait(govc.call(browser, 'SearchDatastore_Task', datastorePath=f'[{store}] nothing'))
    assert missing['error']['_typeName'] == 'FileNotFound'
    assert govc.fault(browser, 'SearchDatastore_Task', datastorePath='[other] x') == 'InvalidDatastore'
    assert govc.fault(browser, 'SearchDatastore_Task', datastorePath='x') == 'InvalidDatastorePath'


def test_files_of_what_was_unregistered(govc):
    folders, machines = found(govc)
    (store, datastore), = govc.children(folders['datastoreFolder']).items()
    browser = govc.properties(datastore, 'browser')['browser']
    pool = govc.properties(machines['DC0_H0_VM0'], 'resourcePool')['resourcePool']
    made = govc.done(folders['vmFolder'], 'CreateVM_Task', pool=pool, config=struct(
        'VirtualMachineConfigSpec', name='left', files=struct('VirtualMachineFileInfo', vmPathName=f'[{store}]')))
    govc.call(made, 'UnregisterVM')
    listed = govc.done(browser, 'SearchDatastore_Task', datastorePath=f'[{store}] left')
    assert 'left.vmx' in [each['path'] for each in listed['file']]
    govc.done(folders['vmFolder'], 'RegisterVM_Task', path=f'[{store}] left/left.vmx', asTemplate=False, pool=pool)
    govc.done(govc.children(folders['vmFolder'])['left'], 'Destroy_Task')
    gone = govc.wait(govc.call(browser, 'SearchDatastore_Task', datastorePath=f'[{store}] left'))
    assert gone['error']['_typeName'] == 'FileNotFound'


def test_events(govc):
    """events, of a machine and with -f: a collector, its page, and then what comes."""
    _folders, machines = found(govc)
    machine = machines['DC0_C0_RP0_VM0']
    collector = govc.call(govc.content['eventManager'], 'CreateCollectorForEvents', filter=struct(
        'EventFilterSpec', entity=struct('EventFilterSpecByEntity', entity=machine, recursion='all')))
    govc.call(collector, 'SetCollectorPageSize', maxCount=25)
    govc.done(machine, 'ResetVM_Task')
    page = govc.properties(collector, 'latestPage')['latestPage']
    assert [each['_typeName'] for each in page][:2] == ['VmResettingEvent', 'TaskEvent']
    govc.call(collector, 'DestroyCollector')
    known = govc.properties(govc.content['eventManager'], 'description')['description']['eventInfo']
    assert {each['key']: each['category'] for each in known}['VmResettingEvent'] == 'info'


def test_history_of_tasks(govc):
    """tasks, of a machine: a collector, read to its end."""
    _folders, machines = found(govc)
    machine = machines['DC0_C0_RP0_VM0']
    task = govc.call(machine, 'ResetVM_Task')
    govc.wait(task)
    collector = govc.call(govc.content['taskManager'], 'CreateCollectorForTasks', filter=struct(
        'TaskFilterSpec', entity=struct('TaskFilterSpecByEntity', entity=machine, recursion='all')))
    read = []
    while page := govc.call(collector, 'ReadNextTasks', maxCount=1):
        read += page
    assert read[-1]['key'] == task['value']
    govc.call(collector, 'DestroyCollector')


def test_settings(govc):
    """option.ls and option.set."""
    key, manager = 'config.vmacore.soap.sessionTimeout', govc.content['setting']
    (before,) = govc.call(manager, 'QueryOptions', name=key)
    assert unboxed(before['value']) == 30
    changed = {**before, 'value': {'_typeName': 'int', '_value': 90}}
    assert govc.call(manager, 'UpdateOptions', changedValue=[changed]) is None
    assert govc.call(manager, 'QueryOptions', name='config.vmacore.') == [changed]
    govc.call(manager, 'UpdateOptions', changedValue=[before])
    wrong = {**before, 'value': {'_typeName': 'string', '_value': 'long'}}
    assert govc.fault(manager, 'UpdateOptions', changedValue=[wrong]) == 'InvalidArgument'
    assert govc.fault(manager, 'UpdateOptions', changedValue=[{**before, 'key': 'no.such'}]) == 'InvalidName'
    licenses = govc.properties(govc.content['licenseManager'], 'licenses')['licenses']
    assert licenses[0]['editionKey'] == 'eval'


def test_folders_and_pools(govc):
    """folder.create, object.mv, object.rename, object.destroy, pool.create, vm.clone into both."""
    folders, machines = found(govc)
    machine = machines['DC0_H0_VM0']
    root = govc.properties(machine, 'resourcePool')['resourcePool']
    allocation = struct('ResourceAllocationInfo', reservation=0, limit=-1, expandableReservation=True,
                        shares=struct('SharesInfo', shares=0, level='normal'))
    made = govc.call(root, 'CreateResourcePool', name='pool', spec=struct(
        'ResourceConfigSpec', cpuAllocation=allocation, memoryAllocation=allocation))
    outer = govc.call(folders['vmFolder'], 'CreateFolder', name='outer')
    inner = govc.call(outer, 'CreateFolder', name='inner')
    assert govc.fault(outer, 'CreateFolder', name='inner') == 'DuplicateName'
    clone = govc.done(machine, 'CloneVM_Task', folder=inner, name='copy', spec=struct(
        'VirtualMachineCloneSpec', template=False, powerOn=True,
        location=struct('VirtualMachineRelocateSpec', folder=inner, pool=made)))
    assert govc.properties(made, 'vm')['vm'] == [clone]
    govc.done(inner, 'Rename_Task', newName='renamed')
    govc.done(folders['vmFolder'], 'MoveIntoFolder_Task', list=[inner])
    assert set(govc.children(folders['vmFolder'])) >= {'outer', 'renamed'}
    refused = govc.wait(govc.call(inner, 'Destroy_Task'))
    assert refused['error']['_typeName'] == 'InvalidPowerState'
    govc.done(clone, 'PowerOffVM_Task')
    for each in (inner, outer, made):
        govc.done(each, 'Destroy_Task')
        assert govc.fault(each, 'Destroy_Task') == 'ManagedObjectNotFound'


def test_what_a_host_offers(govc):
    """vm.target.info and vm.target.cap.ls, of a cluster and of one host."""
    folders, machines = found(govc)
    environment = govc.properties(machines['DC0_C0_RP0_VM0'], 'environmentBrowser')['environmentBrowser']
    cluster = govc.children(folders['hostFolder'])['DC0_C0']
    hosts = govc.properties(cluster, 'host')['host']
    whole, one = (govc.call(environment, 'QueryConfigTarget', **host) for host in ({}, {'host': hosts[0]}))
    assert (whole['numCpuCores'], whole['maxCpusPerHost']) == (2 * one['numCpuCores'], one['numCpus'])
    assert [each['name'] for each in one['datastore']] == ['LocalDS_0']
    assert [each['network']['name'] for each in one['network']] == ['VM Network']
    assert govc.call(environment, 'QueryTargetCapabilities', host=hosts[0])['vmotionSupported'] is True
    other = govc.properties(machines['DC0_H0_VM0'], 'summary.runtime.host')['summary.runtime.host']
    assert govc.fault(environment, 'QueryConfigTarget', host=other) == 'InvalidArgument'
    assert govc.call(govc.properties(cluster, 'resourcePool')['resourcePool'], 'RefreshRuntime') is None


def test_what_a_machine_may_be_given(govc):
    """vm.option.info and vm.option.ls."""
    folders, machines = found(govc)
    environment = govc.properties(machines['DC0_C0_RP0_VM0'], 'environmentBrowser')['environmentBrowser']
    keys = [each['key'] for each in govc.call(environment, 'QueryConfigOptionDescriptor')]
    latest = govc.call(environment, 'QueryConfigOptionEx', spec=struct('EnvironmentBrowserConfigOptionQuerySpec'))
    assert latest['version'] == keys[-1] and len(latest['guestOSDescriptor']) > 100
    default = latest['guestOSDescriptor'][latest['guestOSDefaultIndex']]
    assert default['id'] == 'otherGuest64' and 'VirtualVmxnet3' in default['supportedEthernetCard']
    hosts = govc.properties(govc.children(folders['hostFolder'])['DC0_C0'], 'host')['host']
    chosen = govc.call(environment, 'QueryConfigOptionEx', spec=struct(
        'EnvironmentBrowserConfigOptionQuerySpec', key='vmx-19', host=hosts[0], guestId=['ubuntu64Guest']))
    assert [each['fullName'] for each in chosen['guestOSDescriptor']] == ['Ubuntu Linux (64-bit)']
    assert {each['_typeName'] for each in chosen['defaultDevice']} >= {'VirtualPCIController', 'VirtualKeyboard'}
    assert govc.call(environment, 'QueryConfigOption', key='vmx-08')['hardwareOptions']['hwVersion'] == 8
    assert govc.fault(environment, 'QueryConfigOption', key='vmx-2') == 'InvalidArgument'
    pool = govc.properties(machines['DC0_C0_RP0_VM0'], 'resourcePool')['resourcePool']
    old = govc.done(folders['vmFolder'], 'CreateVM_Task', pool=pool, config=struct(
        'VirtualMachineConfigSpec', name='old', version='vmx-08',
        files=struct('VirtualMachineFileInfo', vmPathName='[LocalDS_0]')))
    assert govc.properties(old, 'config.version') == {'config.version': 'vmx-08'}
    assert govc.fault(old, 'UpgradeVM_Task', version='vmx-9') == 'InvalidState'
    govc.done(old, 'Destroy_Task')


def test_datacenters_and_clusters(govc):
    """datacenter.create, cluster.create, cluster.change, object.destroy, pool.destroy -children."""
    root = govc.content['rootFolder']
    made = govc.call(root, 'CreateDatacenter', name='DC1')
    assert govc.fault(root, 'CreateDatacenter', name='DC1') == 'DuplicateName'
    folders = govc.properties(made, 'vmFolder', 'hostFolder', 'datastoreFolder', 'networkFolder')
    assert {govc.properties(each, 'name')['name'] for each in folders.values()} == {'vm', 'host', 'datastore', 'network'}
    assert govc.fault(folders['vmFolder'], 'CreateDatacenter', name='x') == 'NotSupported'
    settings = struct('ClusterConfigSpecEx', drsConfig=struct('ClusterDrsConfigInfo', enabled=False))
    cluster = govc.call(folders['hostFolder'], 'CreateClusterEx', name='C', spec=settings)
    found = govc.properties(cluster, 'configurationEx', 'resourcePool', 'summary', 'environmentBrowser')
    assert found['configurationEx']['drsConfig']['enabled'] is False and found['summary']['numHosts'] == 0
    assert govc.call(found['environmentBrowser'], 'QueryConfigTarget') is None
    assert govc.call(found['environmentBrowser'], 'QueryConfigOption') is None
    assert govc.call(found['environmentBrowser'], 'QueryTargetCapabilities') is None
    refused = govc.wait(govc.call(folders['vmFolder'], 'CreateVM_Task', pool=found['resourcePool'], config=struct(
        'VirtualMachineConfigSpec', name='x', files=struct('VirtualMachineFileInfo', vmPathName='[LocalDS_0]'))))
    assert refused['error']['_typeName'] == 'NoActiveHostInCluster'
    vsan = struct('VsanClusterConfigInfo', enabled=True)
    assert govc.fault(cluster, 'ReconfigureComputeResource_Task', modify=True, spec=struct(
        'ClusterConfigSpecEx', vsanConfig=vsan)) == 'NotSupported'
    assert govc.wait(govc.call(made, 'Destroy_Task'))['error']['_typeName'] == 'ResourceInUse'
    allocation = struct('ResourceAllocationInfo', reservation=0, limit=-1, expandableReservation=True,
                        shares=struct('SharesInfo', shares=0, level='normal'))
    spec = struct('ResourceConfigSpec', cpuAllocation=allocation, memoryAllocation=allocation)
    outer = govc.call(found['resourcePool'], 'CreateResourcePool', name='outer', spec=spec)
    inner = govc.call(outer, 'CreateResourcePool', name='inner', spec=spec)
    govc.call(found['resourcePool'], 'DestroyChildren')
    for each in (inner, outer):
        assert govc.fault(each, 'Destroy_Task') == 'ManagedObjectNotFound'
    govc.done(cluster, 'Destroy_Task')
    govc.done(made, 'Destroy_Task')
    assert 'DC1' not in govc.children(root)
    with_machines = govc.call(govc.content['searchIndex'], 'FindByInventoryPath', inventoryPath='DC0/host/DC0_C0')
    assert govc.wait(govc.call(with_machines, 'Destroy_Task'))['error']['_typeName'] == 'ResourceInUse'


def test_a_clone_where_a_cluster_recommends(govc):
    """vm.clone -cluster, with another adapter; then vm.migrate with a change of devices."""
    folders, machines = found(govc)
    source, cluster = machines['DC0_C0_RP0_VM0'], govc.children(folders['hostFolder'])['DC0_C0']
    pool = govc.properties(cluster, 'resourcePool')['resourcePool']
    location = struct('VirtualMachineRelocateSpec', folder=folders['vmFolder'], pool=pool)
    placed = govc.call(cluster, 'PlaceVm', placementSpec=struct(
        'PlacementSpec', placementType='clone', vm=source, cloneName='placed', relocateSpec=location))
    hosts = govc.properties(cluster, 'host')['host']
    assert {each['action'][0]['targetHost']['value'] for each in placed['recommendations']} == {
        each['value'] for each in hosts}
    target = placed['recommendations'][0]['action'][0]['relocateSpec']

    def adapter_of(vm):
        devices = govc.properties(vm, 'config.hardware.device')['config.hardware.device']
        return next(each for each in devices if 'macAddress' in each)

    adapter = adapter_of(source)
    edit = struct('VirtualDeviceConfigSpec', operation='edit', device={**adapter, 'wakeOnLanEnabled': False})
    clone = govc.done(source, 'CloneVM_Task', folder=folders['vmFolder'], name='placed', spec=struct(
        'VirtualMachineCloneSpec', template=False, powerOn=False, location={
            **location, 'host': target['host'], 'datastore': target['datastore'], 'deviceChange': [edit]}))
    assert govc.properties(clone, 'runtime.host')['runtime.host'] == target['host']
    cloned = adapter_of(clone)
    assert cloned['wakeOnLanEnabled'] is False and cloned['macAddress'] != adapter['macAddress']
    back = struct('VirtualDeviceConfigSpec', operation='edit', device={**cloned, 'wakeOnLanEnabled': True})
    govc.done(clone, 'RelocateVM_Task', spec=struct('VirtualMachineRelocateSpec', deviceChange=[back]))
    assert adapter_of(clone)['wakeOnLanEnabled'] is True
    govc.done(clone, 'Destroy_Task')
    outside = govc.properties(machines['DC0_H0_VM0'], 'runtime.host')['runtime.host']
    assert govc.fault(cluster, 'PlaceVm', placementSpec=struct('PlacementSpec', hosts=[outside])) == 'InvalidArgument'
    nowhere = govc.call(cluster, 'PlaceVm', placementSpec=struct('PlacementSpec', datastores=[ref('Datastore', 'x')]))
    assert 'recommendations' not in nowhere


def test_who_could_be_given_a_permission(govc):
    directory = govc.content['userDirectory']
    (domain,) = govc.properties(directory, 'domainList')['domainList']

    def names(text, exact=False, **more):
        found = govc.call(directory, 'RetrieveUserGroups', searchStr=text, exactMatch=exact, findUsers=True,
                          findGroups=True, **more)
        return [each['principal'] for each in found]

    assert (domain, names('')) == ('VSPHERE.LOCAL', ['administrator'])
    assert names('ADMIN', domain='vsphere.local') == ['administrator'] and names('admin', exact=True) == []
    assert govc.fault(directory, 'RetrieveUserGroups', searchStr='', exactMatch=False, findUsers=True, findGroups=True,
                      domain='elsewhere') == 'NotFound'
