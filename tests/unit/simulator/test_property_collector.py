# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""PropertyCollector: reading, paging, waiting for changes."""

from __future__ import annotations

import threading

import pytest
import requests

from tests.simulator import schema
from tests.unit.simulator.virtual_machine_client import wait_for
from tests.unit.simulator.wire_client import (
    COLLECTOR,
    SESSIONS,
    VIEWS,
    Client,
    filter_spec,
    named,
    object_spec,
    quoted,
    ref_of,
    reference,
    retrieve,
    traversal,
    values,
)

POWER = 'runtime.powerState'


def vm_view(client, types=('VirtualMachine',)):
    """An ObjectSpec for all virtual machines, by a view of the whole inventory."""
    view = client.call(VIEWS, 'CreateContainerView', container=client.root, type=list(types), recursive=True).value
    return object_spec(view, traversal('ContainerView', 'view'), skip=True)


def names(answer):
    return [values(one)['name']['_value'] for one in answer.value['objects']]


# -- RetrievePropertiesEx ---------------------------------------------------------------------------------------------

def test_boxes(reader, shared_sim):
    vm = ref_of(shared_sim, 'DC0_H0_VM0')
    paths = ['name', POWER, 'runtime', 'runtime.bootTime', 'config.hardware.numCPU', 'config.hardware.device', 'parent',
             'datastore', 'disabledMethod', 'config.template', 'snapshot', 'config.hardware.device[4000]',
             'config.hardware.device[4000].macAddress', 'config.hardware.device[4000].backing.deviceName',
             'config.extraConfig["svga.present"]', 'config.extraConfig["svga.present"].value', 'layoutEx.file[0].size']
    [content] = retrieve(reader, filter_spec({'VirtualMachine': paths}, [vm])).value['objects']
    found = values(content)
    assert found['name'] == {'_typeName': 'string', '_value': 'DC0_H0_VM0'}
    assert found[POWER] == {'_typeName': 'VirtualMachinePowerState', '_value': 'poweredOn'}
    assert found['runtime']['_typeName'] == 'VirtualMachineRuntimeInfo'
    assert found['runtime']['powerState'] == 'poweredOn'
    assert found['runtime.bootTime']['_typeName'] == 'dateTime'
    assert found['config.hardware.numCPU'] == {'_typeName': 'int', '_value': 1}
    assert found['config.hardware.device']['_typeName'] == 'ArrayOfVirtualDevice'
    assert found['parent']['_typeName'] == 'ManagedObjectReference'
    assert found['datastore']['_typeName'] == 'ArrayOfManagedObjectReference'
    assert found['disabledMethod']['_typeName'] == 'ArrayOfString'
    assert found['config.template'] == {'_typeName': 'boolean', '_value': False}
    assert found['config.hardware.device[4000]']['key'] == 4000
    assert found['config.hardware.device[4000].macAddress']['_typeName'] == 'string'
    assert found['config.hardware.device[4000].backing.deviceName'] == {'_typeName': 'string', '_value': 'VM Network'}
    assert found['config.extraConfig["svga.present"].value'] == {'_typeName': 'string', '_value': 'TRUE'}
    assert found['layoutEx.file[0].size']['_typeName'] == 'long'
    assert 'snapshot' not in found
    assert 'missingSet' not in content
    assert all(schema.problems(value, schema.find('anyType')) == [] for value in found.values())


@pytest.mark.parametrize('path', ['nothing', 'runtime.nothing', 'runtime..powerState', '.name', 'name.x', 'datastore.x',
                                  'config.hardware.device.key', 'parent.name', 'runtime[1]', '', 'config.hardware.'])
def test_bad_paths(reader, shared_sim, path):
    answer = retrieve(reader, filter_spec({'VirtualMachine': ['name', path]}, [ref_of(shared_sim, 'DC0_H0_VM0')]))
    assert (answer.fault, answer.value['name']) == ('InvalidProperty', path)


def test_an_absent_key_is_unset(reader, shared_sim):
    spec = filter_spec({'VirtualMachine': ['config.hardware.device[99].backing.fileName']},
                       [ref_of(shared_sim, 'DC0_H0_VM0')])
    assert 'propSet' not in retrieve(reader, spec).value['objects'][0]


def test_property_specs_of_base_types_add_up(reader, shared_sim):
    objects = [ref_of(shared_sim, 'DC0_H0_VM0'), reader.root]
    answer = retrieve(reader, filter_spec({'ManagedEntity': ['name'], 'VirtualMachine': [POWER]}, objects))
    assert [sorted(values(one)) for one in answer.value['objects']] == [['name', POWER], ['name']]


def test_an_object_that_no_property_spec_is_for_is_no_result(reader, shared_sim):
    answer = retrieve(reader, filter_spec({'VirtualMachine': ['name']}, [reader.root]))
    assert (answer.status, answer.text) == (200, '')


def test_all_and_nothing(reader, shared_sim):
    vm = ref_of(shared_sim, 'DC0_H0_VM0')
    [everything] = retrieve(reader, filter_spec({'VirtualMachine': True}, [vm])).value['objects']
    assert {'name', 'config', 'summary', 'runtime', 'guest'} <= set(values(everything))
    [nothing] = retrieve(reader, filter_spec({'VirtualMachine': []}, [vm])).value['objects']
    assert nothing == {'_typeName': 'ObjectContent', 'obj': vm}


def test_several_specs(reader, shared_sim):
    answer = retrieve(reader, filter_spec({'Folder': ['name']}, [reader.root]),
                      filter_spec({'VirtualMachine': ['name']}, [ref_of(shared_sim, 'DC0_H0_VM0')]))
    assert names(answer) == ['Datacenters', 'DC0_H0_VM0']


def test_recursion_by_named_selections(reader):
    folders = traversal('Folder', 'childEntity', named('folder'), named('datacenter'), named('host'), named('pool'),
                        name='folder')
    select = [
        folders,
        traversal('Datacenter', 'vmFolder', named('folder'), name='datacenter'),
        traversal('Datacenter', 'hostFolder', named('folder'), name='host folder'),
        traversal('ComputeResource', 'host', name='host'),
        traversal('ComputeResource', 'resourcePool', named('pools'), name='pool'),
        traversal('ResourcePool', 'resourcePool', named('pools'), name='pools'),
    ]
    select[0]['selectSet'].append(named('host folder'))
    answer = retrieve(reader, filter_spec({'ManagedEntity': ['name']}, [object_spec(reader.root, *select)]))
    assert sorted(names(answer)) == sorted([
        'Datacenters', 'DC0', 'vm', 'host', 'DC0_H0', 'DC0_H0', 'DC0_C0', 'DC0_C0_H0', 'DC0_C0_H1', 'Resources',
        'Resources', 'DC0_C0_RP0', *(f'DC0_H0_VM{n}' for n in range(3)), *(f'DC0_C0_RP0_VM{n}' for n in range(3))])


def test_skip_and_nested_traversals(reader, shared_sim):
    select = traversal('Datacenter', 'hostFolder', traversal('Folder', 'childEntity', traversal(
        'ComputeResource', 'host', traversal('HostSystem', 'datastore')), skip=True), skip=True)
    spec = object_spec(ref_of(shared_sim, 'DC0'), select, skip=True)
    answer = retrieve(reader, filter_spec({'ManagedEntity': ['name']}, [spec]))
    assert sorted(names(answer)) == ['DC0_C0_H0', 'DC0_C0_H1', 'DC0_H0', 'LocalDS_0']


def test_traversal_of_a_nested_path(reader, shared_sim):
    spec = object_spec(ref_of(shared_sim, 'DC0_H0_VM0'), traversal('VirtualMachine', 'runtime.host'), skip=True)
    assert names(retrieve(reader, filter_spec({'HostSystem': ['name']}, [spec]))) == ['DC0_H0']


@pytest.mark.parametrize(('select', 'fault'), [
    (named('nowhere'), 'InvalidArgument'),
    (traversal('Folder', 'nothing'), 'InvalidProperty'),
    (traversal('Nothing', 'childEntity'), 'InvalidType'),
    ({'_typeName': 'SelectionSpec'}, 'InvalidArgument'),
])
def test_bad_selections(reader, select, fault):
    spec = filter_spec({'Folder': ['name']}, [object_spec(reader.root, select)])
    assert retrieve(reader, spec).fault == fault


def test_bad_specs(reader):
    assert retrieve(reader).fault == 'InvalidArgument'
    assert retrieve(reader, filter_spec({}, [reader.root])).fault == 'InvalidArgument'
    assert retrieve(reader, filter_spec({'Folder': ['name']}, [])).fault == 'InvalidArgument'
    answer = retrieve(reader, filter_spec({'VirtualMachineConfigInfo': ['name']}, [reader.root]))
    assert (answer.fault, answer.value['argument']) == ('InvalidType', 'VirtualMachineConfigInfo')
    for maximum in (0, -1):
        assert retrieve(reader, filter_spec({'Folder': ['name']}, [reader.root]),
                        maxObjects=maximum).fault == 'InvalidArgument'


def test_missing_objects(reader):
    gone = reference('VirtualMachine', 'vm-999')
    answer = retrieve(reader, filter_spec({'ManagedEntity': ['name']}, [gone, reader.root]))
    assert (answer.fault, answer.value['obj']) == ('ManagedObjectNotFound', gone)
    answer = retrieve(reader, filter_spec({'ManagedEntity': ['name']}, [gone, reader.root],
                                          reportMissingObjectsInResults=True))
    # The documentation of PropertyFilterSpec: a retrieval omits them, a filter reports them.
    assert names(answer) == ['Datacenters']


def test_a_filter_reports_missing_objects(client):
    gone = reference('VirtualMachine', 'vm-999')
    spec = filter_spec({'ManagedEntity': ['name']}, [gone, client.root])
    assert client.call(COLLECTOR, 'CreateFilter', spec=spec, partialUpdates=False).fault == 'ManagedObjectNotFound'
    create_filter(client, {**spec, 'reportMissingObjectsInResults': True})
    update = wait(client)
    [missing] = update['filterSet'][0]['missingSet']
    assert (missing['obj'], missing['fault']['_typeName']) == (gone, 'ManagedObjectNotFound')
    assert kinds(update)[0][:2] == ('enter', 'group-d1')
    assert wait(client, update['version']) is None


def test_retrieve_properties(reader):
    answer = reader.call(COLLECTOR, 'RetrieveProperties', specSet=[filter_spec({'Folder': ['name']}, [reader.root])])
    assert values(answer.value[0])['name']['_value'] == 'Datacenters'


# -- pages ------------------------------------------------------------------------------------------------------------

def test_pages(reader):
    spec = filter_spec({'VirtualMachine': ['name']}, [vm_view(reader)])
    answer = retrieve(reader, spec, maxObjects=4)
    first = names(answer)
    token = answer.value['token']
    rest = reader.call(COLLECTOR, 'ContinueRetrievePropertiesEx', token=token)
    assert 'token' not in rest.value
    assert (len(first), len(names(rest))) == (4, 2)
    assert len({*first, *names(rest)}) == 6
    used = reader.call(COLLECTOR, 'ContinueRetrievePropertiesEx', token=token)
    assert (used.fault, used.value['invalidProperty']) == ('InvalidArgument', 'token')
    assert 'token' not in retrieve(reader, spec, maxObjects=6).value


def test_tokens_belong_to_session_and_collector(reader, shared_sim):
    spec = filter_spec({'VirtualMachine': ['name']}, [vm_view(reader)])
    token = retrieve(reader, spec, maxObjects=1).value['token']
    other = Client(shared_sim).log_in()
    assert other.call(COLLECTOR, 'ContinueRetrievePropertiesEx', token=token).fault == 'InvalidArgument'
    collector = reader.call(COLLECTOR, 'CreatePropertyCollector').value
    assert reader.call(collector, 'ContinueRetrievePropertiesEx', token=token).fault == 'InvalidArgument'
    assert reader.call(COLLECTOR, 'CancelRetrievePropertiesEx', token=token).status == 204
    assert reader.call(COLLECTOR, 'CancelRetrievePropertiesEx', token=token).fault == 'InvalidArgument'
    assert reader.call(collector, 'DestroyPropertyCollector').status == 204
    assert reader.call(COLLECTOR, 'DestroyPropertyCollector').fault == 'NotSupported'
    other.close()


def test_the_server_has_a_page_size_of_its_own(start):
    client = start(vms=6)
    client.sim.vcenter.settings.page_size = 4
    assert len(retrieve(client, filter_spec({'VirtualMachine': ['name']}, [vm_view(client)])).value['objects']) == 4


def test_an_object_that_goes_between_pages_is_left_out(start):
    client = start(vms=4)
    answer = retrieve(client, filter_spec({'VirtualMachine': ['name']}, [vm_view(client)]), maxObjects=2)
    last = client.sim.vm('DC0_C0_RP0_VM1')
    client.sim.call(last.leave_inventory)
    rest = client.call(COLLECTOR, 'ContinueRetrievePropertiesEx', token=answer.value['token'])
    assert names(rest) == ['DC0_H0_VM1']


# -- waiting ----------------------------------------------------------------------------------------------------------

def create_filter(client, spec, partial=False, collector=COLLECTOR):
    answer = client.call(collector, 'CreateFilter', spec=spec, partialUpdates=partial)
    assert answer.status == 200, answer.text
    return answer.value


def wait(client, version='', seconds=0, collector=COLLECTOR, **options):
    answer = client.call(collector, 'WaitForUpdatesEx', version=version,
                         options={'_typeName': 'WaitOptions', 'maxWaitSeconds': seconds, **options})
    assert answer.status == 200, answer.text
    if answer.value is not None:
        assert schema.problems(answer.value, schema.find('UpdateSet')) == []
    return answer.value


def kinds(update):
    """[(kind, moid, {path: val})] of an UpdateSet with one filter."""
    [one] = update['filterSet']
    return [(entry['kind'], entry['obj']['value'], {
        change['name']: change.get('val') for change in entry.get('changeSet', ())}) for entry in one['objectSet']]


@pytest.fixture
def watched(start):
    """A client with a filter on name and power state of two virtual machines, and their references."""
    client = start(vms=2, delay=0)
    create_filter(client, filter_spec({'VirtualMachine': ['name', POWER]}, [vm_view(client)]))
    return client, ref_of(client.sim, 'DC0_H0_VM0'), ref_of(client.sim, 'DC0_C0_RP0_VM0')


def test_enter_modify_and_nothing(watched):
    client, first, second = watched
    update = wait(client)
    assert {(kind, moid) for kind, moid, _changes in kinds(update)} == {
        ('enter', first['value']), ('enter', second['value'])}
    assert wait(client, update['version']) is None
    client.call(first, 'PowerOffVM_Task')
    update = wait(client, update['version'], 10)
    assert kinds(update) == [('modify', first['value'], {
        POWER: {'_typeName': 'VirtualMachinePowerState', '_value': 'poweredOff'}})]
    assert update['truncated'] is False


def test_a_real_long_poll(watched):
    client, first, _second = watched
    update = wait(client)
    waiting = client.background(COLLECTOR, 'WaitForUpdatesEx', version=update['version'],
                                options={'_typeName': 'WaitOptions', 'maxWaitSeconds': 15})
    until_waiting(client)
    client.call(first, 'PowerOffVM_Task')
    assert kinds(waiting.result().value)[0][:2] == ('modify', first['value'])


def until_waiting(client, collector='propertyCollector'):
    """Return when a call of the collector is waiting."""
    seen = threading.Event()

    def look():
        collector_object = client.sim.vcenter.find(collector)
        if any(state.waiter is not None and not state.waiter.done() for state in collector_object._states.values()):
            seen.set()
        else:
            client.sim.vcenter.later(0.002, look)

    client.sim.call(look)
    assert seen.wait(60)


def test_the_empty_version_starts_again(watched):
    client, first, _second = watched
    wait(client)
    client.call(first, 'PowerOffVM_Task')
    assert [kind for kind, _moid, _changes in kinds(wait(client))] == ['enter', 'enter']


def test_an_answer_that_got_lost_is_sent_again(watched):
    client, first, _second = watched
    version = wait(client)['version']
    client.call(first, 'PowerOffVM_Task')
    update = wait(client, version, 10)
    assert wait(client, version) == update
    assert wait(client, update['version']) is None


@pytest.mark.parametrize('version', ['99', 'x', '0', '-1'])
def test_unknown_versions(watched, version):
    client, _first, _second = watched
    wait(client)
    assert client.call(COLLECTOR, 'WaitForUpdatesEx', version=version).fault == 'InvalidCollectorVersion'


@pytest.mark.parametrize('options', [{'maxWaitSeconds': -1}, {'maxObjectUpdates': 0}, {'maxObjectUpdates': -1}])
def test_bad_wait_options(watched, options):
    client, _first, _second = watched
    answer = client.call(COLLECTOR, 'WaitForUpdatesEx', options={'_typeName': 'WaitOptions', **options})
    assert answer.fault == 'InvalidArgument'


def test_truncated(watched):
    client, first, second = watched
    update = wait(client, maxObjectUpdates=1)
    assert update['truncated'] is True
    rest = wait(client, update['version'], maxObjectUpdates=1)
    assert rest['truncated'] is False
    assert {kinds(update)[0][1], kinds(rest)[0][1]} == {first['value'], second['value']}
    assert wait(client, rest['version']) is None


def test_objects_enter_and_leave_by_traversal(watched):
    client, first, second = watched
    version = wait(client)['version']
    client.call(second, 'PowerOffVM_Task')
    version = wait(client, version, 10)['version']
    client.call(second, 'Destroy_Task')
    update = wait(client, version, 10)
    assert kinds(update) == [('leave', second['value'], {})]
    location = {'_typeName': 'VirtualMachineRelocateSpec'}
    folder = client.read(first, 'parent').value
    client.call(first, 'CloneVM_Task', folder=folder, name='clone', spec={
        '_typeName': 'VirtualMachineCloneSpec', 'location': location, 'powerOn': False, 'template': False})
    update = wait(client, update['version'], 10)
    [(kind, _moid, changes)] = kinds(update)
    assert (kind, changes['name']['_value']) == ('enter', 'clone')


def test_a_filter_on_one_object_sees_it_leave(client):
    vm = ref_of(client.sim, 'DC0_H0_VM0')
    create_filter(client, filter_spec({'VirtualMachine': ['name']}, [vm]))
    version = wait(client)['version']
    client.sim.call(client.sim.vm('DC0_H0_VM0').leave_inventory)
    assert kinds(wait(client, version)) == [('leave', vm['value'], {})]


def test_a_task_is_watched_to_its_end(start):
    client = start(delay=0.2)
    task = client.call(ref_of(client.sim, 'DC0_H0_VM0'), 'PowerOffVM_Task').value
    create_filter(client, filter_spec({'Task': ['info.state', 'info.progress', 'info.error']}, [task]))
    version, states = '', []
    while not states or states[-1] != 'success':
        update = wait(client, version, 10)
        version = update['version']
        states += [changes['info.state']['_value'] for _kind, _moid, changes in kinds(update)
                   if 'info.state' in changes]
    assert states[-2:] == ['running', 'success']


def test_a_cluster_changes_with_its_hosts(start):
    client = start(vms=0, hosts=2)
    cluster, host = ref_of(client.sim, 'DC0_C0'), ref_of(client.sim, 'DC0_C0_H1')
    client.call(COLLECTOR, 'CreateFilter', spec=filter_spec({'ClusterComputeResource': ['summary']}, [cluster]),
                partialUpdates=True)
    version = client.call(COLLECTOR, 'WaitForUpdatesEx').value['version']
    client.call(host, 'EnterMaintenanceMode_Task', timeout=0)
    update = client.call(COLLECTOR, 'WaitForUpdatesEx', version=version).value
    (changed,) = update['filterSet'][0]['objectSet']
    assert {each['name']: each['val']['_value'] for each in changed['changeSet']}['summary.numEffectiveHosts'] == 1


def test_an_unset_value_is_a_change_without_val(client):
    vm = ref_of(client.sim, 'DC0_H0_VM0')
    client.call(vm, 'CreateSnapshot_Task', name='one', memory=False, quiesce=False)
    create_filter(client, filter_spec({'VirtualMachine': ['snapshot', 'snapshot.currentSnapshot']}, [vm]))
    update = wait(client)
    assert set(kinds(update)[0][2]) == {'snapshot', 'snapshot.currentSnapshot'}
    client.call(vm, 'RemoveAllSnapshots_Task')
    update = wait(client, update['version'], 10)
    changes = {change['name']: change for change in update['filterSet'][0]['objectSet'][0]['changeSet']}
    assert (changes['snapshot']['op'], changes['snapshot.currentSnapshot']['op']) == ('assign', 'indirectRemove')
    assert 'val' not in changes['snapshot']


def test_partial_updates(client):
    vm = ref_of(client.sim, 'DC0_H0_VM0')
    create_filter(client, filter_spec({'VirtualMachine': ['runtime', 'config.hardware.device']}, [vm]), partial=True)
    version = wait(client)['version']
    client.call(vm, 'PowerOffVM_Task')
    update = wait(client, version, 10)
    changes = kinds(update)[0][2]
    assert changes['runtime.powerState'] == {'_typeName': 'VirtualMachinePowerState', '_value': 'poweredOff'}
    assert changes['config.hardware.device[4000].connectable.connected'] == {'_typeName': 'boolean', '_value': False}
    assert 'runtime' not in changes


def test_check_for_updates_and_wait_for_updates(watched):
    client, first, _second = watched
    update = client.call(COLLECTOR, 'CheckForUpdates').value
    assert client.call(COLLECTOR, 'CheckForUpdates', version=update['version']).text == ''
    client.call(first, 'PowerOffVM_Task')
    assert kinds(client.call(COLLECTOR, 'WaitForUpdates', version=update['version']).value)[0][0] == 'modify'


def test_cancel_wait_for_updates(watched):
    client, _first, _second = watched
    version = wait(client)['version']
    waiting = client.background(COLLECTOR, 'WaitForUpdatesEx', version=version)
    until_waiting(client)
    assert client.call(COLLECTOR, 'CancelWaitForUpdates').status == 204
    answer = waiting.result()
    assert (answer.status, answer.fault) == (500, 'RequestCanceled')


def test_a_second_call_cancels_the_first(watched):
    client, _first, _second = watched
    version = wait(client)['version']
    waiting = client.background(COLLECTOR, 'WaitForUpdatesEx', version=version)
    until_waiting(client)
    assert wait(client, version) is None
    assert waiting.result().fault == 'RequestCanceled'


def test_collectors_wait_apart(watched):
    client, first, _second = watched
    version = wait(client)['version']
    collector = client.call(COLLECTOR, 'CreatePropertyCollector').value
    assert client.read(collector, 'filter').value == []
    create_filter(client, filter_spec({'VirtualMachine': ['name']}, [first]), collector=collector)
    assert kinds(wait(client, collector=collector))[0][1] == first['value']
    assert wait(client, version) is None


def test_the_waiting_call_ends_with_its_session(watched):
    client, _first, _second = watched
    version = wait(client)['version']
    waiting = client.background(COLLECTOR, 'WaitForUpdatesEx', version=version)
    until_waiting(client)
    assert client.call(SESSIONS, 'Logout').status == 204
    assert waiting.result().fault == 'RequestCanceled'


def test_waiting_keeps_the_session(start):
    client = start(session_timeout=600)
    create_filter(client, filter_spec({'Folder': ['name']}, [client.root]))
    waiting = client.background(COLLECTOR, 'WaitForUpdatesEx', version=wait(client)['version'])
    until_waiting(client)

    def be_idle():
        (session,) = client.sim.vcenter.sessions.live()
        session.last_active -= 1000
        return client.sim.vcenter.sessions.live() == [session]
    assert client.sim.call(be_idle)
    client.sim.call(client.sim.vcenter.find(client.root['value']).set, 'name', 'other')
    assert waiting.result().value['filterSet']
    assert client.read(client.root, 'name').status == 200


def test_destroyed_filters_are_silent(watched):
    client, first, _second = watched
    version = wait(client)['version']
    [one] = client.read(COLLECTOR, 'filter').value
    assert client.read(one, 'spec').value['_typeName'] == 'PropertyFilterSpec'
    assert client.post(f'PropertyFilter/{quoted(one["value"])}/DestroyPropertyFilter').status == 204
    client.call(first, 'PowerOffVM_Task')
    assert wait(client, version) is None
    assert client.read(one, 'spec').fault == 'ManagedObjectNotFound'


def test_a_client_that_hangs_up_frees_its_session(watched):
    client, _first, _second = watched
    version = wait(client)['version']
    with pytest.raises(requests.exceptions.ReadTimeout):
        client.http.post(client.url('PropertyCollector/propertyCollector/WaitForUpdatesEx'),
                         json={'version': version}, timeout=0.1)
    [session] = client.sim.call(client.sim.vcenter.sessions.live)
    wait_for(lambda: session.calls_under_way, lambda count: count == 0)
