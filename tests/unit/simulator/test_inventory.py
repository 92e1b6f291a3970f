# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tree, the views and the search over it, and what changes it beside virtual machines."""

from __future__ import annotations

import pytest

from tests.unit.simulator.virtual_machine_client import wait_for
from tests.unit.simulator.wire_client import (
    SEARCH,
    SESSIONS,
    VIEWS,
    filter_spec,
    ref_of,
    reference,
    retrieve,
)


def run(client, ref, method, **arguments):
    """The TaskInfo of a task when it has ended."""
    answer = client.call(ref, method, **arguments)
    assert answer.status == 200, answer.text
    return wait_for(lambda: client.read(answer.value, 'info').value, lambda info: info['state'] in ('success', 'error'))


def find(client, path):
    return client.call(SEARCH, 'FindByInventoryPath', inventoryPath=path).value


def view(client, container, types=(), recursive=True):
    made = client.call(VIEWS, 'CreateContainerView', container=container, type=list(types), recursive=recursive)
    assert made.status == 200, made.text
    return made.value


def names_in(client, ref):
    return sorted(client.read(one, 'name').value for one in client.read(ref, 'view').value)


# -- search -----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(('path', 'type_name'), [
    ('DC0', 'Datacenter'), ('/DC0/', 'Datacenter'), ('DC0/vm', 'Folder'), ('DC0/vm/DC0_H0_VM0', 'VirtualMachine'),
    ('DC0/host/DC0_C0', 'ClusterComputeResource'), ('DC0/host/DC0_C0/DC0_C0_H0', 'HostSystem'),
    ('DC0/host/DC0_H0/DC0_H0', 'HostSystem'), ('DC0/host/DC0_C0/Resources/DC0_C0_RP0', 'ResourcePool'),
    ('DC0/datastore/LocalDS_0', 'Datastore'), ('DC0/network/VM Network', 'Network'), ('', 'Folder')])
def test_find_by_inventory_path(reader, path, type_name):
    assert find(reader, path)['type'] == type_name


@pytest.mark.parametrize('path', ['DC1', 'DC0/vm/nothing', 'DC0/VM', 'DC0/vm/DC0_H0_VM0/x'])
def test_paths_that_lead_nowhere(reader, path):
    assert find(reader, path) is None


def test_escaped_names(client):
    vm = ref_of(client.sim, 'DC0_H0_VM0')
    for given, kept in (('a/b', 'a%2fb'), ('a%2Fb', 'a%2fb'), ('50%', '50%25'), ('a\\b%25', 'a%5cb%25')):
        run(client, vm, 'Rename_Task', newName=given)
        assert client.read(vm, 'name').value == kept
        assert find(client, f'DC0/vm/{kept}') == vm
    other = ref_of(client.sim, 'DC0_C0_RP0_VM0')
    assert run(client, other, 'Rename_Task', newName='a\\b%')['error']['_typeName'] == 'DuplicateName'
    assert find(client, 'DC0/vm/DC0_H0_VM0') is None


def test_find_by_everything(reader, shared_sim):
    vm, datacenter = ref_of(shared_sim, 'DC0_H0_VM0'), ref_of(shared_sim, 'DC0')
    config, guest = reader.read(vm, 'config').value, reader.read(vm, 'guest').value

    def asked(method, **arguments):
        return reader.call(SEARCH, method, **arguments).value

    for method, key in (('FindByUuid', 'uuid'), ('FindAllByUuid', 'uuid')):
        for instance, value in ((True, config['instanceUuid']), (False, config['uuid'].upper())):
            found = asked(method, vmSearch=True, instanceUuid=instance, datacenter=datacenter, **{key: value})
            assert found in (vm, [vm])
    assert asked('FindByUuid', uuid=config['uuid'], vmSearch=True, instanceUuid=True) is None
    assert asked('FindByUuid', uuid=config['uuid'], vmSearch=False) is None
    assert asked('FindAllByUuid', uuid='nothing', vmSearch=True) == []
    assert asked('FindByIp', ip=guest['ipAddress'], vmSearch=True) == vm
    assert asked('FindAllByIp', ip='192.0.2.99', vmSearch=True) == []
    assert asked('FindByDnsName', dnsName=guest['hostName'].upper(), vmSearch=True) == vm
    assert asked('FindAllByDnsName', dnsName=guest['hostName'], vmSearch=True) == [vm]
    assert asked('FindByDnsName', dnsName='DC0_C0_H0', vmSearch=False)['type'] == 'HostSystem'
    assert asked('FindByDatastorePath', datacenter=datacenter, path=config['files']['vmPathName']) == vm
    assert asked('FindByDatastorePath', datacenter=datacenter, path='[LocalDS_0] x/x.vmx') is None
    assert asked('FindChild', entity=datacenter, name='vm')['type'] == 'Folder'
    assert asked('FindChild', entity=datacenter, name='nothing') is None


def test_indexes_follow_changes(client):
    vm = ref_of(client.sim, 'DC0_H0_VM0')
    uuid = '564d0000-0000-0000-0000-000000000001'
    address = client.read(vm, 'guest').value['ipAddress']
    run(client, vm, 'PowerOffVM_Task')
    assert client.call(SEARCH, 'FindByIp', ip=address, vmSearch=True).value is None
    run(client, vm, 'ReconfigVM_Task', spec={'_typeName': 'VirtualMachineConfigSpec', 'uuid': uuid})
    assert client.call(SEARCH, 'FindByUuid', uuid=uuid, vmSearch=True).value == vm
    run(client, vm, 'Destroy_Task')
    assert client.call(SEARCH, 'FindByUuid', uuid=uuid, vmSearch=True).value is None
    assert find(client, 'DC0/vm/DC0_H0_VM0') is None


# -- views ------------------------------------------------------------------------------------------------------------

def test_container_views(reader, shared_sim):
    assert len(names_in(reader, view(reader, reader.root, ['VirtualMachine']))) == 6
    assert names_in(reader, view(reader, reader.root, recursive=False)) == ['DC0']
    assert names_in(reader, view(reader, reader.root, ['HostSystem'])) == ['DC0_C0_H0', 'DC0_C0_H1', 'DC0_H0']
    cluster = ref_of(shared_sim, 'DC0_C0')
    assert names_in(reader, view(reader, cluster, ['VirtualMachine'])) == [f'DC0_C0_RP0_VM{n}' for n in range(3)]
    assert names_in(reader, view(reader, cluster, recursive=False)) == ['DC0_C0_H0', 'DC0_C0_H1', 'Resources']
    assert names_in(reader, view(reader, reader.root, ['ComputeResource', 'Datastore'])) == [
        'DC0_C0', 'DC0_H0', 'LocalDS_0']


def test_container_views_refuse(reader, shared_sim):
    network = ref_of(shared_sim, 'VM Network')
    for arguments in ({'container': network, 'recursive': True},
                      {'container': reader.root, 'recursive': True, 'type': ['Nothing']}):
        assert reader.call(VIEWS, 'CreateContainerView', **arguments).fault == 'InvalidArgument'


def test_a_view_follows_the_inventory(client):
    made = view(client, client.root, ['VirtualMachine'])
    assert client.read(VIEWS, 'viewList').value == [made]
    client.sim.call(client.sim.vm('DC0_H0_VM0').leave_inventory)
    assert names_in(client, made) == ['DC0_C0_RP0_VM0']


def test_list_views(client):
    first, second = ref_of(client.sim, 'DC0_H0_VM0'), ref_of(client.sim, 'DC0_C0_RP0_VM0')
    gone = reference('VirtualMachine', 'vm-999')
    made = client.call(VIEWS, 'CreateListView', obj=[first]).value
    assert client.call(made, 'ModifyListView', add=[second, gone], remove=[first]).value == [gone]
    assert client.read(made, 'view').value == [second]
    assert client.call(made, 'ResetListView', obj=[first]).value == []
    assert client.read(made, 'view').value == [first]
    copy = client.call(VIEWS, 'CreateListViewFromView', view=made).value
    assert client.read(copy, 'view').value == [first]
    assert client.call(copy, 'ResetListViewFromView', view=view(client, client.root, ['VirtualMachine'])).status == 204
    assert len(client.read(copy, 'view').value) == 2
    assert client.call(VIEWS, 'CreateListView', obj=[gone]).fault == 'ManagedObjectNotFound'
    assert client.call(copy, 'DestroyView').status == 204


# -- entities ---------------------------------------------------------------------------------------------------------

def test_folders(client):
    top, vm = find(client, 'DC0/vm'), ref_of(client.sim, 'DC0_H0_VM0')
    apps = client.call(top, 'CreateFolder', name='apps').value
    assert client.read(apps, 'parent').value == top
    duplicate = client.call(top, 'CreateFolder', name='apps')
    assert (duplicate.fault, duplicate.value['object']) == ('DuplicateName', apps)
    assert client.call(top, 'CreateFolder', name='').fault == 'InvalidName'
    assert run(client, apps, 'MoveIntoFolder_Task', list=[vm])['state'] == 'success'
    assert find(client, 'DC0/vm/apps/DC0_H0_VM0') == vm
    assert client.read(vm, 'parent').value == apps
    wrong = run(client, apps, 'MoveIntoFolder_Task', list=[find(client, 'DC0/network/VM Network')])
    assert wrong['error']['_typeName'] == 'InvalidFolder'
    assert run(client, top, 'MoveIntoFolder_Task', list=[top])['error']['_typeName'] == 'InvalidFolder'
    assert run(client, apps, 'Rename_Task', newName='web')['state'] == 'success'
    assert run(client, apps, 'Destroy_Task')['error']['_typeName'] == 'InvalidPowerState'
    run(client, vm, 'PowerOffVM_Task')
    assert run(client, apps, 'Destroy_Task')['state'] == 'success'
    assert client.read(vm, 'name').fault == 'ManagedObjectNotFound'
    assert client.call(top, 'Destroy_Task').fault == 'NotSupported'


def test_create_vm(client):
    top, pool = find(client, 'DC0/vm'), find(client, 'DC0/host/DC0_C0/Resources/DC0_C0_RP0')
    config = {'_typeName': 'VirtualMachineConfigSpec', 'name': 'new', 'guestId': 'otherGuest', 'numCPUs': 2,
              'memoryMB': 512, 'annotation': 'made here',
              'files': {'_typeName': 'VirtualMachineFileInfo', 'vmPathName': '[LocalDS_0]'}}
    done = run(client, top, 'CreateVM_Task', config=config, pool=pool)
    vm = done['result']
    found = client.read(vm, 'config').value
    assert (found['name'], found['hardware']['numCPU'], found['annotation']) == ('new', 2, 'made here')
    assert find(client, 'DC0/vm/new') == vm
    assert client.read(vm, 'resourcePool').value == pool
    assert vm in client.read(pool, 'vm').value
    again = run(client, top, 'CreateVM_Task', config=config, pool=pool)
    assert again['error']['_typeName'] == 'DuplicateName'
    wrong = {**config, 'name': 'x', 'files': {'_typeName': 'VirtualMachineFileInfo', 'vmPathName': '[No]'}}
    assert run(client, top, 'CreateVM_Task', config=wrong, pool=pool)['error']['_typeName'] == 'InvalidDatastorePath'
    assert client.call(client.root, 'CreateVM_Task', config=config, pool=pool).fault == 'NotSupported'


def test_resource_pools(client):
    pool, vm = find(client, 'DC0/host/DC0_C0/Resources/DC0_C0_RP0'), ref_of(client.sim, 'DC0_C0_RP0_VM0')
    spec = client.read(pool, 'config').value
    spec.pop('entity')
    inner = client.call(pool, 'CreateResourcePool', name='inner', spec=spec).value
    assert client.call(inner, 'MoveIntoResourcePool', list=[vm]).status == 204
    assert client.read(vm, 'resourcePool').value == inner
    stranger = ref_of(client.sim, 'DC0_H0_VM0')
    for refused in (stranger, pool, find(client, 'DC0/host/DC0_C0/Resources')):
        assert client.call(inner, 'MoveIntoResourcePool', list=[refused]).fault == 'InvalidArgument'
    assert client.call(inner, 'UpdateConfig', name='other').status == 204
    assert client.read(inner, 'name').value == 'other'
    assert run(client, inner, 'Destroy_Task')['state'] == 'success'
    assert client.read(vm, 'resourcePool').value == pool
    assert client.call(find(client, 'DC0/host/DC0_C0/Resources'), 'Destroy_Task').fault == 'NotSupported'


def test_maintenance_mode(client):
    host = ref_of(client.sim, 'DC0_C0_H0')
    assert run(client, host, 'EnterMaintenanceMode_Task', timeout=0)['error']['_typeName'] == 'InvalidState'
    run(client, ref_of(client.sim, 'DC0_C0_RP0_VM0'), 'PowerOffVM_Task')
    assert run(client, host, 'EnterMaintenanceMode_Task', timeout=0)['state'] == 'success'
    assert client.read(host, 'runtime').value['inMaintenanceMode'] is True
    assert client.read(ref_of(client.sim, 'DC0_C0'), 'summary').value['numEffectiveHosts'] == 0
    assert run(client, host, 'ExitMaintenanceMode_Task', timeout=0)['state'] == 'success'


@pytest.mark.parametrize('supported', [True, False])
def test_record_replay_of_the_host(start, supported):
    client = start(record_replay=supported)
    capability = client.read(ref_of(client.sim, 'DC0_C0_H0'), 'capability').value
    assert capability['recordReplaySupported'] is supported


def test_custom_fields(client):
    manager, vm = {'type': 'CustomFieldsManager', 'value': 'CustomFieldsManager'}, ref_of(client.sim, 'DC0_H0_VM0')
    field = client.call(manager, 'AddCustomFieldDef', name='owner', moType='VirtualMachine').value
    assert client.call(manager, 'AddCustomFieldDef', name='owner').fault == 'DuplicateName'
    assert client.read(vm, 'availableField').value == [field]
    earlier = client.call(manager, 'AddCustomFieldDef', name='cost').value
    assert client.read(vm, 'availableField').value == [earlier, field]
    client.call(manager, 'RemoveCustomFieldDef', key=earlier['key'])
    assert client.read(client.root, 'availableField').value == []
    assert client.call(vm, 'setCustomValue', key='owner', value='me').status == 204
    value = {'_typeName': 'CustomFieldStringValue', 'key': field['key'], 'value': 'me'}
    assert client.read(vm, 'customValue').value == client.read(vm, 'value').value == [value]
    assert client.read(vm, 'summary').value['customValue'] == [value]
    assert client.call(vm, 'setCustomValue', key='nothing', value='me').fault == 'InvalidArgument'
    assert client.call(client.root, 'setCustomValue', key='owner', value='me').fault == 'InvalidArgument'
    assert client.call(manager, 'SetField', entity=vm, key=field['key'], value='you').status == 204
    assert client.read(vm, 'value').value[0]['value'] == 'you'
    assert client.call(manager, 'RenameCustomFieldDef', key=field['key'], name='keeper').status == 204
    assert client.call(manager, 'RemoveCustomFieldDef', key=field['key']).status == 204
    assert client.read(vm, 'value').value == []


def test_settings(reader):
    manager = {'type': 'OptionManager', 'value': 'VpxSettings'}
    [option] = reader.call(manager, 'QueryOptions', name='config.vmacore.soap.sessionTimeout').value
    assert option['value'] == {'_typeName': 'int', '_value': 30}
    assert reader.call(manager, 'QueryOptions', name='nothing').fault == 'InvalidName'


def test_the_state_is_equal_until_something_changes(client):
    before = client.sim.state()
    vm = ref_of(client.sim, 'DC0_H0_VM0')
    client.read(vm, 'summary')
    retrieve(client, filter_spec({'VirtualMachine': True}, [vm]))
    view(client, client.root)
    client.call(SESSIONS, 'AcquireCloneTicket')
    assert client.sim.state() == before
    run(client, vm, 'ResetVM_Task')
    run(client, vm, 'PowerOffVM_Task')
    after = client.sim.state()
    assert [key for key in after if after[key] != before[key]] == [f'VirtualMachine:{vm["value"]}']
