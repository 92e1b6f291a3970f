# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Watching objects by the server's long poll, with a scripted server and a clock of one's own."""

from __future__ import annotations

import pytest
from ansible_collections.vsphere.vm.plugins.module_utils import tasks, watching, wire
from ansible_collections.vsphere.vm.plugins.module_utils.faults import Fault

from tests.unit.plugins.polled_server import (
    BEGIN,
    DONE,
    ENDED_AT_ONCE,
    LOOK,
    OTHER,
    RUNNING,
    TASK,
    VM,
    Client,
    changes,
    state,
    update,
)

NEVER = 1e12


def watch(client, objects=None, clock=lambda: 0):
    return watching.Watch(client, objects or {TASK: ('info.state',)}, clock, pause=lambda seconds: None)


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
    ([0, 0, 0, 0, 0], [watching.PAUSE, watching.PAUSE]),
])
def test_a_server_that_answers_at_once_is_not_hurried(moments, pauses):
    client = Client(WaitForUpdatesEx=[update('1', RUNNING), None, update('2'), update('3', DONE)])
    clock, paused = iter(moments), []
    watched = watching.Watch(client, {TASK: ('info.state',)}, lambda: next(clock), pause=paused.append)
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
