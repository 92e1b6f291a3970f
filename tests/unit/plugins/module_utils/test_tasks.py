# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Watching objects by the server's long poll, with a scripted server and a clock of one's own."""

from __future__ import annotations

import json

import pytest
from ansible_collections.vsphere.vm.plugins.module_utils import tasks, wire
from ansible_collections.vsphere.vm.plugins.module_utils.faults import Fault, WaitTimeout
from ansible_collections.vsphere.vm.plugins.module_utils.keeper import Keeper, Session

TASK, OTHER, VM = ('Task', 'task-1'), ('Task', 'task-2'), ('VirtualMachine', 'vm-1')
NEVER = 1e12
BEGIN, LOOK = ['CreatePropertyCollector', 'CreateFilter'], ['WaitForUpdatesEx']


class Client:
    """Answers each method from its list; the last answer of a list is given again."""

    def __init__(self, **answers):
        self.answers = {'CreatePropertyCollector': [wire.reference('PropertyCollector', 'mine')],
                        'CreateFilter': [wire.reference('PropertyFilter', 'filter')], **answers}
        self.called = []
        self.keeper = Keeper()
        self.session = Session('8.0.3.0', 'token', {})

    def service(self, name):
        return wire.reference('PropertyCollector', name)

    def call(self, target, method, repeatable=False, wait=0, **parameters):
        self.called.append((method, target['value'], parameters))
        if method in LOOK:
            assert (repeatable, wait) == (True, parameters['options']['maxWaitSeconds'])
            assert parameters['options']['_typeName'] == 'WaitOptions'
        given = self.answers.get(method, [None])
        answer = given.pop(0) if len(given) > 1 else given[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def methods(self):
        return [method for method, _target, _parameters in self.called]

    def looks(self):
        """The (version, seconds) of each look."""
        return [(asked['version'], asked['options']['maxWaitSeconds']) for method, _target, asked in self.called
                if method in LOOK]


def changes(key, *pairs, kind='modify'):
    return {'kind': kind, 'obj': wire.reference(*key), 'changeSet': [
        {'name': name, 'op': 'assign', **({} if value is None else {'val': value})} for name, value in pairs]}


def update(version, *changed, missing=()):
    return {'version': version, 'filterSet': [
        {'objectSet': list(changed), 'missingSet': [{'obj': wire.reference(*key)} for key in missing]}]}


def state(key, value, kind='modify'):
    return changes(key, ('info.state', wire.boxed(value, 'TaskInfoState')), kind=kind)


RUNNING, DONE = state(TASK, 'running', 'enter'), state(TASK, 'success')
ENDED_AT_ONCE = update('1', state(TASK, 'success', 'enter'))


def watch(client, objects=None, clock=lambda: 0):
    return tasks.Watch(client, objects or {TASK: ('info.state',)}, clock, pause=lambda seconds: None)


def done(values):
    return tasks.ended(values, [TASK])


# -- the watch


def test_a_task_is_watched_to_its_end_with_few_requests():
    client = Client(WaitForUpdatesEx=[update('1', RUNNING), None, update('2', DONE)])
    assert watch(client).until(done, 100)
    assert client.methods() == BEGIN + 3 * LOOK
    assert client.looks() == [('', 0), ('1', 60), ('1', 60)]
    assert client.called[1][2]['partialUpdates'] is False


def test_what_has_ended_already_is_not_waited_for():
    client = Client(WaitForUpdatesEx=[ENDED_AT_ONCE])
    assert watch(client).until(done, 100)
    assert client.looks() == [('', 0)]


@pytest.mark.parametrize(('moments', 'pauses'), [
    # A vCenter takes its time to say that there is nothing new; another server may say so at once.
    ([0, 0, 60, 120, 121], []),
    ([0, 0, 0, 0, 0], [tasks.PAUSE, tasks.PAUSE]),
])
def test_a_server_that_answers_at_once_is_not_hurried(moments, pauses):
    client = Client(WaitForUpdatesEx=[update('1', RUNNING), None, update('2'), update('3', DONE)])
    clock, paused = iter(moments), []
    watched = tasks.Watch(client, {TASK: ('info.state',)}, lambda: next(clock), pause=paused.append)
    assert watched.until(done, NEVER)
    assert paused == pauses


def test_what_met_returns_is_returned():
    client = Client(WaitForUpdatesEx=[update('1', RUNNING)])
    assert watch(client).until(lambda values: {'seen': values[TASK]['info.state']}, 100) == {'seen': 'running'}


def test_values_come_out_of_their_boxes_and_add_up():
    question = wire.data('VirtualMachineQuestionInfo', id='1', text='Well?')
    off = wire.boxed('poweredOff', 'VirtualMachinePowerState')
    client = Client(WaitForUpdatesEx=[
        update('1', changes(VM, ('runtime.powerState', off), kind='enter'), RUNNING),
        update('2', changes(VM, ('runtime.question', question))),
        update('3', changes(VM, ('runtime.question', None)), DONE)])
    seen = []
    watched = watch(client, {TASK: ('info.state',), VM: ('runtime.powerState', 'runtime.question')})
    assert watched.until(lambda values: seen.append(dict(values[VM])) or done(values), 100)
    assert seen == [{'runtime.powerState': 'poweredOff'},
                    {'runtime.powerState': 'poweredOff', 'runtime.question': question},
                    {'runtime.powerState': 'poweredOff', 'runtime.question': None}]


def test_updates_may_come_in_parts_and_for_several_filters():
    client = Client(WaitForUpdatesEx=[
        {**update('1', RUNNING), 'truncated': True},
        {'version': '2', 'filterSet': [*update('', state(OTHER, 'error', 'enter'))['filterSet'], {}]},
        {'version': '3'}, update('4', DONE)])
    watched = watch(client, {TASK: ('info.state',), OTHER: ('info.state',)})
    assert watched.until(lambda values: tasks.ended(values, [TASK, OTHER]), 100)
    assert client.looks() == [('', 0), ('1', 60), ('2', 60), ('3', 60)]


def test_nothing_is_known_of_what_the_server_has_not_told_yet():
    client = Client(WaitForUpdatesEx=[None, update('1', RUNNING), update('2', DONE)])
    seen = []
    assert watch(client).until(lambda values: seen.append(dict(values[TASK])) or done(values), 100)
    assert seen[0] == {}
    assert client.looks() == [('', 0), ('', 0), ('1', 60)]


def test_what_is_gone_before_the_watch_begins_is_none():
    client = Client(WaitForUpdatesEx=[update('1', missing=[TASK])])
    watched = watch(client)
    assert watched.until(done, NEVER)
    assert watched.values == {TASK: None}
    assert client.called[1][2]['spec']['reportMissingObjectsInResults'] is True


def test_what_leaves_is_none_and_ends_the_wait_for_a_task():
    client = Client(WaitForUpdatesEx=[update('1', RUNNING), update('2', changes(TASK, kind='leave'))])
    watched = watch(client)
    assert watched.until(done, 100)
    assert watched.values == {TASK: None}


def test_the_time_may_be_over_and_there_is_a_last_look():
    moments = iter([0, 50, 99.5, 101])
    client = Client(WaitForUpdatesEx=[update('1', RUNNING), None])
    assert watch(client, clock=lambda: next(moments)).until(done, 100) is None
    assert client.looks() == [('', 0), ('1', 50), ('1', 1), ('1', 0)]


def test_what_comes_with_the_last_look_counts():
    moments = iter([0, 101])
    client = Client(WaitForUpdatesEx=[update('1', RUNNING), update('2', DONE)])
    assert watch(client, clock=lambda: next(moments)).until(done, 100)


# -- collectors


def test_the_next_watch_has_the_collector_but_not_the_old_filter():
    client = Client(WaitForUpdatesEx=[ENDED_AT_ONCE])
    for _number in range(2):
        assert watch(client).until(done, NEVER)
    assert client.methods() == BEGIN + LOOK + ['DestroyPropertyFilter', 'CreateFilter'] + LOOK
    assert [target for _method, target, _asked in client.called] == [
        'propertyCollector', 'mine', 'mine', 'filter', 'mine', 'mine']


def test_a_collector_of_another_session_is_made_anew():
    client = Client(WaitForUpdatesEx=[ENDED_AT_ONCE])
    assert watch(client).until(done, NEVER)
    client.session.token = 'another'
    assert watch(client).until(done, NEVER)
    assert client.methods() == 2 * (BEGIN + LOOK)


def test_a_filter_that_is_gone_takes_its_collector_along():
    client = Client(WaitForUpdatesEx=[ENDED_AT_ONCE], DestroyPropertyFilter=[Fault('Gone.', 'ManagedObjectNotFound')])
    for _number in range(2):
        assert watch(client).until(done, NEVER)
    assert client.methods() == BEGIN + LOOK + ['DestroyPropertyFilter'] + BEGIN + LOOK


@pytest.mark.parametrize('name', [
    'ManagedObjectNotFound', 'InvalidCollectorVersion', 'RequestCanceled', 'NotAuthenticated'])
def test_a_watch_that_is_lost_is_begun_again_from_the_first_version(name):
    lost = Fault('Lost.', name)
    client = Client(WaitForUpdatesEx=[update('1', RUNNING), lost, update('7', RUNNING), update('8', DONE)])
    assert watch(client).until(done, 100)
    assert client.methods() == BEGIN + 2 * LOOK + BEGIN + 2 * LOOK
    assert client.looks() == [('', 0), ('1', 60), ('', 0), ('7', 60)]


def test_a_watch_that_is_lost_again_and_again_fails():
    client = Client(WaitForUpdatesEx=[Fault('Lost.', 'InvalidCollectorVersion')])
    with pytest.raises(Fault, match='Lost'):
        watch(client).until(done, NEVER)
    assert client.methods().count('CreatePropertyCollector') == 4


@pytest.mark.parametrize('name', ['NoPermission', 'InvalidProperty', 'SystemError'])
def test_a_watch_that_is_refused_fails_at_once(name):
    client = Client(CreateFilter=[Fault('No.', name)])
    with pytest.raises(Fault, match='No'):
        watch(client).until(done, NEVER)
    assert client.methods() == BEGIN


def test_that_the_watched_is_gone_is_no_lost_watch():
    gone = Fault('Gone.', 'ManagedObjectNotFound', details={'obj': {'type': 'Task', 'value': 'task-1'}})
    client = Client(CreateFilter=[gone])
    with pytest.raises(Fault, match='Gone'):
        watch(client).until(done, NEVER)
    assert client.methods() == BEGIN


def test_the_collector_is_given_back_whatever_happens():
    client = Client(WaitForUpdatesEx=[Fault('No.', 'NoPermission')])
    borrowed = []
    lend = client.keeper.leased_collector

    class Lease:
        def __enter__(self):
            borrowed.append('lent')
            self.lease = lend()
            return self.lease.__enter__()

        def __exit__(self, *exc_info):
            borrowed.append('back')
            return self.lease.__exit__(*exc_info)

    client.keeper.leased_collector = Lease
    with pytest.raises(Fault, match='No'):
        watch(client).until(done, NEVER)
    assert borrowed == ['lent', 'back']


def test_paths_of_one_type_are_joined():
    spec = tasks.property_filter({TASK: ('a', 'b'), OTHER: ('b', 'c'), VM: ('d',)}, reportMissingObjectsInResults=True)
    assert {each['type']: each['pathSet'] for each in spec['propSet']} == {
        'Task': ['a', 'b', 'c'], 'VirtualMachine': ['d']}
    assert [each['obj'] for each in spec['objectSet']] == [wire.reference(*key) for key in (TASK, OTHER, VM)]
    assert spec['reportMissingObjectsInResults'] is True
    assert {each['_typeName'] for each in (spec, *spec['propSet'], *spec['objectSet'])} == {
        'PropertyFilterSpec', 'PropertySpec', 'ObjectSpec'}
    assert [each['all'] for each in spec['propSet']] == [False, False]
    assert [each['skip'] for each in spec['objectSet']] == [False, False, False]


# -- tasks


@pytest.mark.parametrize(('values', 'over'), [
    ({TASK: {'info.state': 'success'}}, True), ({TASK: {'info.state': 'error'}}, True), ({TASK: None}, True),
    ({TASK: {'info.state': 'running'}}, False), ({TASK: {'info.state': 'queued'}}, False), ({TASK: {}}, False)])
def test_when_a_task_has_ended(values, over):
    assert tasks.ended(values, [TASK]) is over
    assert tasks.ended({**values, OTHER: {'info.state': 'running'}}, [TASK, OTHER]) is False


def test_many_tasks_are_awaited_in_one_watch():
    client = Client(WaitForUpdatesEx=[
        update('1', RUNNING, state(OTHER, 'success', 'enter')), update('2', state(TASK, 'error'))])
    assert tasks.wait_for_all(client, ['task-1', 'task-2'], 100) is None
    assert client.methods() == BEGIN + 2 * LOOK
    spec = client.called[1][2]['spec']
    assert (len(spec['objectSet']), len(spec['propSet'])) == (2, 1)


def test_those_that_run_on_when_the_time_is_over_are_named():
    client = Client(WaitForUpdatesEx=[update('1', RUNNING, state(OTHER, 'success', 'enter'))])
    with pytest.raises(WaitTimeout) as caught:
        tasks.wait_for_all(client, ['task-2', 'task-1'], -1)
    told = caught.value
    assert (told.details, told.task, told.category) == ({'running': ['task-1']}, 'task-1', 'timeout')
    assert told.message == '1 of 2 tasks have not ended within -1 seconds and run on: task-1.'


@pytest.mark.parametrize('error', [
    {'_typeName': 'FileFault', 'file': '[a] b.vmx', 'faultstring': 'No file.'},
    {'_typeName': 'LocalizedMethodFault', 'fault': {'_typeName': 'FileFault', 'file': '[a] b.vmx'},
     'localizedMessage': 'No file.'},
])
def test_the_error_of_a_task_wrapped_or_flat(error):
    info = {'key': 'task-9', 'name': 'PowerOnVM_Task', 'error': error}
    fault = tasks.task_error(info)
    assert (fault.name, fault.message, fault.details) == ('FileFault', 'No file.', {'file': '[a] b.vmx'})
    assert (fault.task, fault.operation) == ('task-9', 'PowerOnVM_Task')
    assert tasks.task_error(info, 'ResetVM_Task').operation == 'ResetVM_Task'


def test_a_task_may_fail_without_a_fault():
    fault = tasks.task_error({'key': 'task-9'})
    assert (fault.name, fault.category, fault.task) == ('MethodFault', 'server', 'task-9')
    assert fault.message == 'The task failed without a fault.'


INFO = wire.data(
    'TaskInfo', key='task-7', task=wire.reference('Task', 'task-7'), name='CloneVM_Task', state='success',
    descriptionId='VirtualMachine.clone', entity=wire.reference(*VM), entityName='app', cancelled=False,
    cancelable=True, queueTime='2026-01-05T08:01:00.1Z', startTime='2026-01-05T08:01:00.2Z',
    completeTime='2026-01-05T08:01:03.4Z', result=wire.reference('VirtualMachine', 'vm-9'),
    reason=wire.data('TaskReasonUser', userName='u'), eventChainId=1)


def test_the_summary_of_a_task_is_plain_data():
    told = tasks.summary(INFO)
    assert json.loads(json.dumps(told)) == told
    assert told == {
        'moid': 'task-7', 'operation': 'CloneVM_Task', 'state': 'success', 'progress': None, 'entity_name': 'app',
        'entity': {'type': 'VirtualMachine', 'value': 'vm-1'}, 'queued': '2026-01-05T08:01:00.1Z',
        'started': '2026-01-05T08:01:00.2Z', 'completed': '2026-01-05T08:01:03.4Z', 'cancelled': False,
        'cancelable': True, 'result': {'type': 'VirtualMachine', 'value': 'vm-9'}}


def test_a_task_that_is_queued_has_little_to_tell():
    told = tasks.summary({'key': 'task-7', 'state': 'queued', 'descriptionId': 'VirtualMachine.clone'})
    assert (told['operation'], told['entity'], told['result'], told['cancelled'], told['cancelable']) == (
        'VirtualMachine.clone', None, None, False, False)
    running = tasks.summary({**INFO, 'state': 'running', 'progress': 41, 'cancelled': True})
    assert (running['state'], running['progress'], running['cancelled']) == ('running', 41, True)
    assert tasks.summary({**INFO, 'result': wire.boxed(['a'])})['result'] == ['a']


def test_names_are_told_as_people_write_them():
    assert tasks.summary({**INFO, 'entityName': 'a%2fb'})['entity_name'] == 'a/b'
