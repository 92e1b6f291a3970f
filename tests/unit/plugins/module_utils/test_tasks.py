# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Watching objects by the server's long poll, with a scripted server."""

from __future__ import annotations

import pytest
from ansible_collections.vsphere.vm.plugins.module_utils import tasks, wire
from ansible_collections.vsphere.vm.plugins.module_utils.faults import Fault, WaitTimeout
from ansible_collections.vsphere.vm.plugins.module_utils.keeper import Keeper

TASK = ('Task', 'task-1')


class Client:
    """Answers each method from its list; the last answer of a list is given again."""

    def __init__(self, **answers):
        self.answers = answers
        self.called = []
        self.keeper = Keeper()
        self.session = type('Session', (), {'token': 't'})()

    def service(self, name):
        return wire.reference('PropertyCollector', name)

    def call(self, target, method, repeatable=False, wait=0, **parameters):
        self.called.append((method, target['value'], parameters))
        given = self.answers.get(method, [None])
        answer = given.pop(0) if len(given) > 1 else given[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def methods(self):
        return [method for method, _target, _parameters in self.called]


def update(version, *changes, key=TASK, kind='modify'):
    return {
        'version': version,
        'filterSet': [
            {
                'objectSet': [
                    {
                        'kind': kind,
                        'obj': wire.reference(*key),
                        'changeSet': [{'name': name, 'val': value} for name, value in changes],
                    }
                ]
            }
        ],
    }


def made(**answers):
    return Client(
        CreatePropertyCollector=[wire.reference('PropertyCollector', 'mine')],
        CreateFilter=[wire.reference('PropertyFilter', 'filter')],
        **answers,
    )


def state(value):
    return 'info.state', {'_typeName': 'TaskInfoState', '_value': value}


def done(values):
    return tasks.ended(values, [TASK])


def test_a_task_is_watched_to_its_end_with_few_requests():
    client = made(WaitForUpdatesEx=[update('1', state('running'), kind='enter'), None, update('2', state('success'))])
    watch = tasks.Watch(client, {TASK: ('info.state',)}, clock=lambda: 0)
    assert watch.until(done, 100)
    assert client.methods() == ['CreatePropertyCollector', 'CreateFilter'] + 3 * ['WaitForUpdatesEx']
    assert [each[2]['version'] for each in client.called[2:]] == ['', '1', '1']
    assert [each[2]['options']['maxWaitSeconds'] for each in client.called[2:]] == [0, 60, 60]


def test_what_is_gone_before_the_watch_begins_is_none():
    missing = {'version': '1', 'filterSet': [{'missingSet': [{'obj': wire.reference(*TASK)}]}]}
    client = made(WaitForUpdatesEx=[missing])
    watch = tasks.Watch(client, {TASK: ('info.state',)})
    assert watch.until(done, 1e12)
    assert watch.values == {TASK: None}
    assert client.called[1][2]['spec']['reportMissingObjectsInResults'] is True


def test_the_next_watch_has_the_collector_but_not_the_old_filter():
    client = made(WaitForUpdatesEx=[update('1', state('success'), kind='enter')])
    for _number in range(2):
        assert tasks.Watch(client, {TASK: ('info.state',)}).until(done, 1e12)
    assert client.methods() == [
        'CreatePropertyCollector',
        'CreateFilter',
        'WaitForUpdatesEx',
        'DestroyPropertyFilter',
        'CreateFilter',
        'WaitForUpdatesEx',
    ]


def test_a_collector_of_an_ended_session_is_made_anew():
    client = made(WaitForUpdatesEx=[update('1', state('success'), kind='enter')])
    assert tasks.Watch(client, {TASK: ('info.state',)}).until(done, 1e12)
    client.session.token = 'another'
    assert tasks.Watch(client, {TASK: ('info.state',)}).until(done, 1e12)
    assert client.methods()[3:] == ['CreatePropertyCollector', 'CreateFilter', 'WaitForUpdatesEx']


@pytest.mark.parametrize('name', tasks.LOST_WATCH)
def test_a_watch_that_is_lost_is_begun_again(name):
    client = made(
        WaitForUpdatesEx=[
            update('1', state('running'), kind='enter'),
            Fault('Lost.', name),
            update('1', state('success'), kind='enter'),
        ]
    )
    assert tasks.Watch(client, {TASK: ('info.state',)}, clock=lambda: 0).until(done, 100)
    assert client.methods().count('CreatePropertyCollector') == 2


def test_a_watch_that_is_lost_again_and_again_fails():
    client = made(WaitForUpdatesEx=[Fault('Lost.', 'InvalidCollectorVersion')])
    with pytest.raises(Fault, match='Lost'):
        tasks.Watch(client, {TASK: ('info.state',)}).until(done, 1e12)


def test_what_is_watched_may_be_gone():
    client = made()
    client.answers['CreateFilter'] = [
        Fault('Gone.', 'ManagedObjectNotFound', details={'obj': {'type': 'Task', 'value': 'task-1'}})
    ]
    with pytest.raises(Fault, match='Gone'):
        tasks.Watch(client, {TASK: ('info.state',)}).until(done, 1e12)
    assert client.methods().count('CreateFilter') == 1


def test_what_leaves_is_none_and_ends_the_wait_for_a_task():
    client = made(WaitForUpdatesEx=[update('1', state('running'), kind='enter'), update('2', kind='leave')])
    watch = tasks.Watch(client, {TASK: ('info.state',)}, clock=lambda: 0)
    assert watch.until(done, 100)
    assert watch.values == {TASK: None}


def test_the_time_may_be_over():
    moments = iter([0, 50, 99.5, 101])
    client = made(WaitForUpdatesEx=[update('1', state('running'), kind='enter'), None])
    assert tasks.Watch(client, {TASK: ('info.state',)}, clock=lambda: next(moments)).until(done, 100) is None
    assert [each[2]['options']['maxWaitSeconds'] for each in client.called[2:]] == [0, 50, 1, 0]


def test_many_tasks_are_awaited_in_one_watch_and_those_that_run_on_are_named():
    client = made(
        WaitForUpdatesEx=[
            {
                'version': '1',
                'filterSet': [
                    each
                    for number, value in ((1, 'success'), (2, 'running'))
                    for each in update('1', state(value), key=('Task', f'task-{number}'), kind='enter')['filterSet']
                ],
            }
        ]
    )
    with pytest.raises(WaitTimeout) as caught:
        tasks.wait_for_all(client, ['task-1', 'task-2'], -1)
    assert caught.value.details == {'running': ['task-2']}
    assert client.methods().count('CreateFilter') == 1
    specs = client.called[1][2]['spec']
    assert len(specs['objectSet']) == 2 and len(specs['propSet']) == 1


def test_paths_of_one_type_are_joined():
    spec = tasks.property_filter(
        {('Task', '1'): ('a', 'b'), ('Task', '2'): ('b', 'c'), ('VirtualMachine', '3'): ('d',)}
    )
    assert {each['type']: each['pathSet'] for each in spec['propSet']} == {
        'Task': ['a', 'b', 'c'],
        'VirtualMachine': ['d'],
    }


@pytest.mark.parametrize('wrapped', [False, True])
def test_the_error_of_a_task_wrapped_or_flat(wrapped):
    fault = {'_typeName': 'FileFault', 'file': '[a] b.vmx', 'faultstring': 'No file.'}
    if wrapped:
        fault = {
            '_typeName': 'LocalizedMethodFault',
            'fault': {'_typeName': 'FileFault', 'file': '[a] b.vmx'},
            'localizedMessage': 'No file.',
        }
    error = tasks.task_error({'key': 'task-9', 'name': 'PowerOnVM_Task', 'error': fault})
    assert (error.name, error.message, error.details) == ('FileFault', 'No file.', {'file': '[a] b.vmx'})
    assert (error.task, error.operation) == ('task-9', 'PowerOnVM_Task')
    assert tasks.task_error({'key': 'task-9'}).name == 'MethodFault'
