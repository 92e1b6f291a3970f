# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The event log and the history of tasks: what is noted, what a filter finds, how collectors go through it."""

from __future__ import annotations

import contextlib

import pytest

from tests.simulator import Simulator, schema
from tests.simulator.objects.history_collector import MAX_COLLECTORS
from tests.unit.simulator.virtual_machine_client import wait_for
from tests.unit.simulator.wire_client import (
    COLLECTOR,
    SESSIONS,
    TASKS,
    Client,
    filter_spec,
    ref_of,
    reference,
)

EVENTS = reference('EventManager', 'EventManager')
ADMINISTRATOR = 'VSPHERE.LOCAL\\administrator'


@pytest.fixture(scope='module')
def server():
    with Simulator(vms=8, hosts=2, users={'other@vsphere.local': {'password': 'x'}}) as sim:
        yield sim


@pytest.fixture
def client(server):
    with contextlib.closing(Client(server)) as connection:
        yield connection.log_in()


def spec(kind, **members):
    return {'_typeName': kind, **members}


def about(entity, recursion='self', **members):
    """An EventFilterSpec of one entity."""
    return spec('EventFilterSpec', **members, entity=spec('EventFilterSpecByEntity', entity=entity,
                                                          recursion=recursion))


def events(client, filter_):
    answer = client.call(EVENTS, 'QueryEvents', filter=filter_)
    assert answer.status == 200, answer.text
    assert [problem for each in answer.value for problem in schema.problems(each, schema.find('Event'))] == []
    return answer.value


def kinds(client, entity):
    """The kinds of an entity's events but for those of its tasks, oldest first."""
    return [each['_typeName'] for each in events(client, about(entity)) if each['_typeName'] != 'TaskEvent']


def done(client, entity, method, **arguments):
    answer = client.call(entity, method, **arguments)
    assert answer.status == 200, answer.text
    info = wait_for(lambda: client.read(answer.value, 'info').value, lambda each: each['state'] not in ('queued',
                                                                                                        'running'))
    assert info['state'] == 'success', info
    return info


def test_power(client):
    vm = ref_of(client.sim, 'DC0_H0_VM0')
    for method in ('ResetVM_Task', 'SuspendVM_Task', 'PowerOnVM_Task', 'PowerOffVM_Task', 'PowerOnVM_Task'):
        info = done(client, vm, method)
    for method in ('RebootGuest', 'StandbyGuest'):
        wait_for(lambda: client.read(vm, 'guest').value, lambda guest: guest['guestState'] == 'running')
        assert client.call(vm, method).status == 204
    wait_for(lambda: client.read(vm, 'runtime').value, lambda runtime: runtime['powerState'] == 'suspended')
    assert kinds(client, vm) == [
        'VmResettingEvent', 'VmSuspendingEvent', 'VmSuspendedEvent', 'VmResumingEvent', 'VmPoweredOnEvent',
        'VmStoppingEvent', 'VmPoweredOffEvent', 'VmStartingEvent', 'VmPoweredOnEvent', 'VmGuestRebootEvent',
        'VmGuestStandbyEvent', 'VmSuspendingEvent', 'VmSuspendedEvent']
    begun, starting, powered = events(client, about(vm, eventChainId=info['eventChainId']))
    assert (begun['_typeName'], begun['info']['key']) == ('TaskEvent', info['key'])
    assert starting['_typeName'] == 'VmStartingEvent'
    assert (powered['_typeName'], powered['userName'], powered['template']) == ('VmPoweredOnEvent', ADMINISTRATOR, False)
    assert powered['vm'] == spec('VmEventArgument', name='DC0_H0_VM0', vm=vm)
    assert [powered[each]['name'] for each in ('host', 'computeResource', 'datacenter')] == ['DC0_H0', 'DC0_H0', 'DC0']
    assert powered['fullFormattedMessage'] == 'DC0_H0_VM0 is powered on'


def test_a_guest_that_shuts_down_is_the_callers_doing(client):
    vm = ref_of(client.sim, 'DC0_C0_RP0_VM0')
    assert client.call(vm, 'ShutdownGuest').status == 204
    wait_for(lambda: client.read(vm, 'runtime').value, lambda runtime: runtime['powerState'] == 'poweredOff')
    found = events(client, about(vm))
    assert [each['_typeName'] for each in found] == ['VmGuestShutdownEvent', 'VmPoweredOffEvent']
    assert {each['userName'] for each in found} == {ADMINISTRATOR}


def test_from_clone_to_destruction(client):
    vm, folder = ref_of(client.sim, 'DC0_H0_VM1'), ref_of(client.sim, 'vm')
    clone = done(client, vm, 'CloneVM_Task', folder=folder, name='copy', spec=spec(
        'VirtualMachineCloneSpec', location=spec('VirtualMachineRelocateSpec'), template=False, powerOn=False))['result']
    host, datastore = (client.read(clone, name).value for name in ('runtime', 'datastore'))
    done(client, clone, 'Rename_Task', newName='copied')
    done(client, clone, 'ReconfigVM_Task', spec=spec('VirtualMachineConfigSpec', annotation='x'))
    done(client, clone, 'RelocateVM_Task', spec=spec('VirtualMachineRelocateSpec', datastore=datastore[0]))
    done(client, clone, 'MigrateVM_Task', host=host['host'], priority='defaultPriority')
    path = client.read(clone, 'config').value['files']['vmPathName']
    assert client.call(clone, 'UnregisterVM').status == 204
    pool = client.read(vm, 'resourcePool').value
    again = done(client, folder, 'RegisterVM_Task', path=path, asTemplate=False, pool=pool)['result']
    done(client, again, 'Destroy_Task')
    assert kinds(client, vm) == ['VmBeingClonedEvent']
    everything = events(client, about(folder, 'all', type=['VmEvent']))
    mine = [each['_typeName'] for each in everything if each['vm']['vm'] in (clone, again)]
    assert mine == ['VmClonedEvent', 'VmRenamedEvent', 'VmReconfiguredEvent', 'VmRelocatedEvent', 'VmMigratedEvent',
                    'VmRemovedEvent', 'VmRegisteredEvent', 'VmRemovedEvent']
    made = done(client, folder, 'CreateVM_Task', pool=pool, config=spec('VirtualMachineConfigSpec', name='new'))
    assert kinds(client, made['result']) == ['VmCreatedEvent']
    inner = client.call(folder, 'CreateFolder', name='inner').value
    done(client, inner, 'MoveIntoFolder_Task', list=[made['result']])
    done(client, inner, 'Destroy_Task')
    removed = events(client, about(folder, 'children', eventTypeId=['VmRemovedEvent']))[-1]
    assert removed['vm'] == spec('VmEventArgument', name='new', vm=made['result'])


def test_recordings_and_questions(client):
    vm = ref_of(client.sim, 'DC0_H0_VM2')
    done(client, vm, 'ReconfigVM_Task', spec=spec('VirtualMachineConfigSpec', flags=spec(
        'VirtualMachineFlagInfo', recordReplayEnabled=True)))
    snapshot = done(client, vm, 'StartRecording_Task', name='x')['result']
    done(client, vm, 'StopRecording_Task')
    done(client, vm, 'StartReplaying_Task', replaySnapshot=snapshot)
    done(client, vm, 'StopReplaying_Task')
    assert [each for each in kinds(client, vm) if 'Re' in each and 'config' not in each] == [
        'VmStartRecordingEvent', 'VmEndRecordingEvent', 'VmStartReplayingEvent', 'VmEndReplayingEvent']
    done(client, vm, 'PowerOffVM_Task')
    machine = client.sim.vm('DC0_H0_VM2')
    client.sim.call(setattr, machine, 'ask_on_power_on', True)
    client.call(vm, 'PowerOnVM_Task')
    question = wait_for(lambda: client.read(vm, 'runtime').value.get('question'), bool)
    assert kinds(client, vm)[-1] == 'VmMessageEvent'
    client.call(vm, 'AnswerVM', questionId=question['id'], answerChoice='1')
    wait_for(lambda: kinds(client, vm)[-1], lambda kind: kind == 'VmPoweredOnEvent')


def test_sessions(client):
    other = Client(client.sim).log_in('other@vsphere.local', 'x')
    key = other.session['key']
    assert other.call(SESSIONS, 'Logout').status == 204
    assert other.call(SESSIONS, 'Login', userName='nobody', password='x').fault == 'InvalidLogin'
    other.close()
    login, logout = [each for each in events(client, spec('EventFilterSpec')) if each.get('sessionId') == key]
    assert (login['_typeName'], logout['_typeName']) == ('UserLoginSessionEvent', 'UserLogoutSessionEvent')
    assert login['userName'] == logout['userName'] == 'VSPHERE.LOCAL\\other'
    latest = client.read(EVENTS, 'latestEvent').value
    assert (latest['_typeName'], latest['userName']) == ('BadUsernameSessionEvent', 'nobody')


def test_what_filters_find(client):
    vm, cluster, root = ref_of(client.sim, 'DC0_C0_RP0_VM1'), ref_of(client.sim, 'DC0_C0'), client.root
    host = client.read(vm, 'runtime').value['host']
    info = done(client, vm, 'PowerOffVM_Task')
    powered = events(client, about(vm, eventTypeId=['vim.event.VmPoweredOffEvent']))
    assert len(powered) == 1
    key, moment = powered[0]['key'], powered[0]['createdTime']
    for entity, recursion, there in (
            (vm, 'self', True), (vm, 'children', False), (vm, 'all', True), (cluster, 'self', False),
            (cluster, 'children', True), (host, 'all', True), (root, 'all', True), (root, 'self', False),
            (ref_of(client.sim, 'DC0_H0'), 'all', False), (ref_of(client.sim, 'DC0_C0_RP0'), 'all', True)):
        found = [each['key'] for each in events(client, about(entity, recursion))]
        assert (key in found) is there, (entity, recursion)
    for members, there in (
            ({'type': ['VmEvent']}, True), ({'type': ['SessionEvent']}, False), ({'type': []}, True),
            ({'eventTypeId': ['VmPoweredOffEvent']}, True), ({'eventTypeId': ['vim.event.VmEvent']}, False),
            ({'category': ['info']}, True), ({'category': ['error']}, False),
            ({'eventChainId': info['eventChainId']}, True), ({'eventChainId': 0}, False),
            ({'time': spec('EventFilterSpecByTime', beginTime=moment, endTime=moment)}, True),
            ({'time': spec('EventFilterSpecByTime', beginTime='2100-01-01T00:00:00+02:00')}, False),
            ({'time': spec('EventFilterSpecByTime', endTime='2000-01-01T00:00:00Z')}, False),
            ({'userName': spec('EventFilterSpecByUsername', systemUser=False)}, True),
            ({'userName': spec('EventFilterSpecByUsername', systemUser=False, userList=[ADMINISTRATOR])}, True),
            ({'userName': spec('EventFilterSpecByUsername', systemUser=True, userList=['other'])}, False)):
        found = [each['key'] for each in events(client, spec('EventFilterSpec', **members))]
        assert (key in found) is there, members
    newest = events(client, spec('EventFilterSpec', maxCount=2, disableFullMessage=True))
    assert newest[0]['key'] < newest[1]['key'] == client.read(EVENTS, 'latestEvent').value['key']
    assert not any('fullFormattedMessage' in each for each in newest)


@pytest.mark.parametrize(('members', 'fault'), [
    ({'tag': ['x']}, 'NotSupported'), ({'maxCount': -1}, 'InvalidArgument'), ({'maxCount': 1001}, 'InvalidArgument'),
    ({'entity': spec('EventFilterSpecByEntity', entity=reference('VirtualMachine', 'vm-0'), recursion='all')},
     'ManagedObjectNotFound')])
def test_filters_that_are_refused(client, members, fault):
    filter_ = spec('EventFilterSpec', **members)
    assert client.call(EVENTS, 'QueryEvents', filter=filter_).fault == fault
    assert client.call(EVENTS, 'CreateCollectorForEvents', filter=filter_).fault == fault


def test_an_event_collector(client):
    vm = ref_of(client.sim, 'DC0_C0_RP0_VM2')
    for number in range(5):
        assert client.call(EVENTS, 'LogUserEvent', entity=vm, msg=str(number)).status == 204
    collector = client.call(EVENTS, 'CreateCollectorForEvents', filter=about(vm)).value

    def read(method, count):
        return [each['message'] for each in client.call(collector, f'Read{method}Events', maxCount=count).value]

    def page():
        return [each['message'] for each in client.read(collector, 'latestPage').value]

    assert page() == ['4', '3', '2', '1', '0']
    assert [read('Next', 3), read('Next', 3), read('Next', 3)] == [['0', '1', '2'], ['3', '4'], []]
    assert [read('Previous', 4), read('Previous', 4), read('Previous', 4)] == [['4', '3', '2', '1'], ['0'], []]
    assert client.call(collector, 'SetCollectorPageSize', maxCount=2).status == 204
    assert page() == ['4', '3']
    assert client.call(collector, 'ResetCollector').status == 204
    assert (read('Previous', 9), read('Next', 9)) == (['2', '1', '0'], ['0', '1', '2', '3', '4'])
    assert client.call(collector, 'RewindCollector').status == 204
    assert (read('Previous', 9), read('Next', 1)) == ([], ['0'])
    for count in (0, -1, 1001):
        assert client.call(collector, 'ReadNextEvents', maxCount=count).fault == 'InvalidArgument'
        assert client.call(collector, 'SetCollectorPageSize', maxCount=count).fault == 'InvalidArgument'
    assert client.read(collector, 'filter').value == about(vm)
    assert client.call(collector, 'DestroyCollector').status == 204
    assert client.read(collector, 'latestPage').fault == 'ManagedObjectNotFound'


def test_waiting_for_the_latest_page(client):
    vm = ref_of(client.sim, 'DC0_C0_RP0_VM3')
    collectors = [client.call(EVENTS, 'CreateCollectorForEvents', filter=about(vm)).value,
                  client.call(TASKS, 'CreateCollectorForTasks', filter=spec('TaskFilterSpec')).value]
    made = client.call(COLLECTOR, 'CreateFilter', partialUpdates=False, spec=filter_spec(
        {each['type']: ['latestPage'] for each in collectors}, collectors)).value
    version = client.call(COLLECTOR, 'WaitForUpdatesEx').value['version']
    waiting = client.background(COLLECTOR, 'WaitForUpdatesEx', version=version)
    done(client, vm, 'PowerOffVM_Task')
    changed = waiting.result().value['filterSet'][0]['objectSet']
    assert {each['obj']['type'] for each in changed} <= {'EventHistoryCollector', 'TaskHistoryCollector'}
    assert {one['name'] for each in changed for one in each['changeSet']} == {'latestPage'}
    client.call(made, 'DestroyPropertyFilter')


def test_a_task_collector(client):
    vm = ref_of(client.sim, 'DC0_H0_VM3')
    keys = [done(client, vm, method)['key'] for method in ('SuspendVM_Task', 'PowerOnVM_Task', 'PowerOffVM_Task')]

    def collector(**members):
        return client.call(TASKS, 'CreateCollectorForTasks', filter=spec('TaskFilterSpec', **members)).value

    def found(**members):
        return [each['key'] for each in client.call(collector(**members), 'ReadNextTasks', maxCount=1000).value]

    own = spec('TaskFilterSpecByEntity', entity=vm, recursion='self')
    mine = collector(entity=own)
    assert [each['key'] for each in client.read(mine, 'latestPage').value] == keys[::-1]
    assert [[each['key'] for each in client.call(mine, 'ReadNextTasks', maxCount=2).value]
            for _number in range(3)] == [keys[:2], keys[2:], []]
    assert [each['key'] for each in client.call(mine, 'ReadPreviousTasks', maxCount=9).value] == keys[::-1]
    assert set(keys) <= set(found(entity=spec('TaskFilterSpecByEntity', entity=client.root, recursion='all')))
    assert found(entity=own, state=['error']) == []
    assert found(entity=own, state=['success', 'error']) == keys
    last = client.read(reference('Task', keys[2]), 'info').value
    assert found(eventChainId=[last['eventChainId']]) == keys[2:]
    assert found(entity=own, time=spec('TaskFilterSpecByTime', timeType='queuedTime',
                                       beginTime=last['queueTime'])) == keys[2:]
    assert found(entity=own, userName=spec('TaskFilterSpecByUsername', systemUser=False, userList=['other'])) == []
    assert client.call(TASKS, 'CreateCollectorForTasks', filter=spec('TaskFilterSpec', tag=['x'])).fault == 'NotSupported'
    labels = {each['key'] for each in client.read(TASKS, 'description').value['methodInfo']}
    assert {'VirtualMachine.powerOn', 'VirtualMachine.createSnapshot', 'VirtualMachine.destroy'} <= labels


def test_a_session_has_so_many_collectors_and_they_go_with_it(client):
    other = Client(client.sim).log_in()
    made = [other.call(TASKS, 'CreateCollectorForTasks', filter=spec('TaskFilterSpec')) for _each in range(33)]
    assert [each.fault for each in made] == [None] * MAX_COLLECTORS + ['InvalidState']
    assert client.read(made[0].value, 'latestPage').fault == 'ManagedObjectNotFound'
    other.call(SESSIONS, 'Logout')
    other.close()
    assert client.sim.call(client.sim.vcenter.find, made[0].value['value']) is None


def test_events_of_clients(client):
    vm = ref_of(client.sim, 'DC0_H0_VM1')
    named = spec('VmEventArgument', name='any', vm=vm)
    posted = spec('EventEx', key=0, chainId=0, createdTime='2000-01-01T00:00:00Z', userName='', vm=named,
                  eventTypeId='org.example.done', message='done')
    assert client.call(EVENTS, 'PostEvent', eventToPost=posted).status == 204
    (found,) = events(client, about(vm, eventTypeId=['org.example.done']))
    assert found['key'] == found['chainId'] and found['userName'] == ADMINISTRATOR
    assert found['createdTime'] > '2020'
    gone = {**posted, 'vm': {**named, 'vm': reference('VirtualMachine', 'vm-0')}}
    assert client.call(EVENTS, 'PostEvent', eventToPost=gone).fault == 'InvalidEvent'


def test_tickets_fields_upgrades_and_copies():
    with Simulator(vms=1) as sim, contextlib.closing(Client(sim)) as connection:
        client = connection.log_in()
        vm = ref_of(sim, 'DC0_H0_VM0')
        assert client.call(vm, 'AcquireTicket', ticketType='webmks').status == 200
        assert client.call(vm, 'AcquireMksTicket').status == 200
        fields = reference('CustomFieldsManager', 'CustomFieldsManager')
        assert client.call(fields, 'AddCustomFieldDef', name='Owner', moType='VirtualMachine').status == 200
        assert client.call(vm, 'setCustomValue', key='Owner', value='ann').status == 204
        done(client, vm, 'PowerOffVM_Task')
        done(client, vm, 'UpgradeVM_Task')
        sim.call(sim.vm('DC0_H0_VM0').take_new_identity)
        found = {each['_typeName']: each for each in events(client, about(vm))}
        assert found['VmAcquiredTicketEvent']['ticketType'] == 'webmks' and 'VmAcquiredMksTicketEvent' in found
        changed = found['CustomFieldValueChangedEvent']
        assert (changed['name'], changed['value'], changed['entity']['entity']) == ('Owner', 'ann', vm)
        assert found['VmUpgradeCompleteEvent']['version'] == client.read(vm, 'config').value['version']
        assert found['VmUuidChangedEvent']['newUuid'] == client.read(vm, 'config').value['uuid']
