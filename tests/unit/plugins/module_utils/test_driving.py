# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs as generators of needs: one driven alone, many side by side, with a scripted server and a clock of its own."""

from __future__ import annotations

import threading

import pytest
from ansible_collections.vsphere.vm.plugins.module_utils import driving, wire
from ansible_collections.vsphere.vm.plugins.module_utils.driving import (
    Called,
    Convoy,
    Held,
    Read,
    Watched,
    Worked,
    drive,
)
from ansible_collections.vsphere.vm.plugins.module_utils.faults import Failure, Fault, Refusal, TransportError

LOST = TransportError('The connection was lost.', 'ConnectionLost', may_have_run=True)


class Clock:
    """A clock that only pauses move."""

    def __init__(self):
        self.now = 0.0
        self.pauses = []

    def __call__(self):
        return self.now

    def pause(self, seconds):
        self.pauses.append(round(seconds, 3))
        self.now += seconds


class Server:
    """Client and inventory in one: objects {key: properties}, and what was asked of it."""

    def __init__(self, objects=(), **answers):
        self.objects = dict(objects)
        self.answers = answers
        self.asked = []
        self.failures = []

    def service(self, name):
        return wire.reference('Service', name)

    def session_key(self):
        return 'key'

    def call(self, target, method, repeatable=False, **parameters):
        self.asked.append((method, target['value']))
        answer = self.answers.get(method)
        answer = answer(**parameters) if callable(answer) else answer
        if isinstance(answer, Exception):
            raise answer
        return answer

    def retrieve(self, wanted, unread=None):
        if self.failures:
            raise self.failures.pop(0)
        keys = [(each['obj']['type'], each['obj']['value']) for each in wanted['objectSet']]
        paths = {each['type']: each['pathSet'] for each in wanted['propSet']}
        self.asked.append(('read', keys))
        for key in keys:
            found = self.objects.get(key)
            if isinstance(found, Exception):
                unread(wire.reference(*key), 'name', found)
                found = {}
            if found is not None:
                yield wire.reference(*key), {path: found[path] for path in paths[key[0]] if path in found}


def key(number):
    return 'VirtualMachine', f'vm-{number}'


def ended(runs, log, clock=None, server=None, **options):
    """Drives runs and returns the convoy, the clock and the server."""
    clock, server = clock or Clock(), server or Server()
    convoy = Convoy(server, server, runs, options.pop('concurrency', 10), clock=clock, pause=clock.pause, **options)
    convoy.drive()
    return convoy, clock, server


def step(log, number, *needs):
    """A run that logs its beginning, each answer or failure, and its end."""
    log.append((number, 'begun'))
    for need in needs:
        try:
            log.append((number, (yield need)))
        except Failure as failure:
            log.append((number, failure.name))
    log.append((number, 'ended'))


def at(moment, clock):
    """A need that is met when the clock says so."""
    return Watched({key(0): ('name',)}, lambda _values: clock() >= moment and 'met', 1e9)


def test_one_run_alone_is_given_what_it_needs():
    server = Server({key(1): {'name': 'a'}}, Method=lambda **parameters: parameters, HasPrivilegeOnEntity=[True, False])

    def run():
        called = yield Called(wire.reference(*key(1)), 'Method', {'x': 1})
        read = yield Read({key(1): ('name',), key(2): ('name',)})
        return called, read, (yield Held(key(1), ['B', 'A'])), (yield Watched({}, None, 0))

    assert drive(server, server, run()) == ({'x': 1}, {key(1): {'name': 'a'}}, [False, True], None)


def test_a_failure_is_thrown_into_the_run_alone():
    server = Server({key(1): Fault('No.', 'NoPermission')}, Method=LOST)
    log = []
    drive(server, server, step(log, 1, Called(wire.reference(*key(1)), 'Method', {}), Read({key(1): ('name',)})))
    assert log == [(1, 'begun'), (1, 'ConnectionLost'), (1, 'NoPermission'), (1, 'ended')]


def test_what_ends_at_once_needs_nothing():
    log = []
    _convoy, clock, server = ended([step(log, number) for number in (1, 2, 3)], log, concurrency=1)
    assert log == [(number, what) for number in (1, 2, 3) for what in ('begun', 'ended')]
    assert server.asked == [] and clock.pauses == []
    assert drive(server, server, step(log, 1)) is None


def test_they_are_begun_in_order_and_no_more_than_so_many():
    log, clock = [], Clock()
    runs = [step(log, number, at(number, clock)) for number in (1, 2, 3, 4)]
    looks = []
    server = Server({key(0): {}})
    convoy = Convoy(server, server, runs, 2, look=lambda: looks.append(len(convoy.needs)), clock=clock, pause=clock.pause)
    convoy.drive()
    assert [number for number, what in log if what == 'begun'] == [1, 2, 3, 4]
    assert [number for number, what in log if what == 'ended'] == [1, 2, 3, 4]
    assert log.index((3, 'begun')) > log.index((1, 'ended'))
    assert max(looks) == 2 and looks[-1] == 0


def test_those_that_may_not_be_begun_stay():
    log, clock = [], Clock()
    runs = [step(log, number, at(1, clock)) for number in (1, 2, 3)]
    convoy, _clock, _server = ended(runs, log, clock, Server({key(0): {}}), concurrency=1,
                                    go_on=lambda: (1, 'ended') not in log)
    assert [number for number, what in log if what == 'begun'] == [1]
    assert list(convoy.waiting) == runs[1:]


def test_pauses_grow_while_nothing_happens_and_are_short_again_afterwards():
    log, clock = [], Clock()
    ended([step(log, 1, at(30, clock), at(30.1, clock))], log, clock, Server({key(0): {}}))
    grown = [round(min(driving.FIRST_PAUSE * driving.SLOWER ** number, driving.LONGEST_PAUSE), 3)
             for number in range(len(clock.pauses) - 1)]
    assert clock.pauses == [*grown, driving.FIRST_PAUSE]
    assert clock.pauses[-2] == driving.LONGEST_PAUSE


def test_a_pause_does_not_pass_a_deadline():
    log = []
    watched = Watched({key(0): ('name',)}, lambda _values: None, 10)
    _convoy, clock, _server = ended([step(log, 1, watched)], log, server=Server({key(0): {}}))
    assert clock.now == 10 and log == [(1, 'begun'), (1, None), (1, 'ended')]


def test_what_is_watched_by_all_is_asked_for_once():
    log, clock = [], Clock()
    server = Server({key(number): {'name': str(number), 'x': 1} for number in (1, 2)})
    seen = []

    def met(values):
        seen.append(values)
        return 'met'

    ended([step(log, 1, Watched({key(1): ('name',), key(9): ('name',)}, met, 9)), step(log, 2, Watched({key(2): ('x',)}, met, 9))],
          log, clock, server)
    assert server.asked == [('read', [key(1), key(9), key(2)])]
    assert seen[0] == {key(1): {'name': '1', 'x': 1}, key(9): None} and set(seen[1]) == {key(2)}


def test_reads_are_joined_and_each_is_given_its_own():
    log = []
    server = Server({key(number): {'name': str(number)} for number in (1, 2)})
    _convoy, clock, _server = ended([step(log, number, Read({key(number): ('name',)})) for number in (1, 2, 3)], log, server=server)
    assert server.asked == [('read', [key(1), key(2), key(3)])] and clock.pauses == []
    assert [what for _number, what in log if isinstance(what, dict)] == [{key(1): {'name': '1'}}, {key(2): {'name': '2'}}, {}]


def test_privileges_are_asked_for_in_one_request():
    def held(entity, privId, **_more):
        return [{'entity': each, 'privAvailability': [
            {'privId': one, 'isGranted': (each['value'], one) != ('vm-2', 'B')} for one in privId]} for each in entity]

    log, server = [], Server(HasPrivilegeOnEntities=held)
    ended([step(log, 1, Held(key(1), ['B'])), step(log, 2, Held(key(2), ['A', 'B']))], log, server=server)
    assert (1, [True]) in log and (2, [True, False]) in log
    assert [method for method, _moid in server.asked] == ['HasPrivilegeOnEntities']


def test_privileges_are_held_where_the_server_does_not_say():
    log, server = [], Server(HasPrivilegeOnEntities=Fault('No.', 'NoPermission'))
    ended([step(log, number, Held(key(number), ['A'])) for number in (1, 2)], log, server=server)
    assert (1, [True]) in log and (2, [True]) in log


def test_calls_are_made_once_each_and_their_failures_are_their_own():
    def method(number):
        return Fault('Locked.', 'FileLocked') if number == 2 else number

    log, server = [], Server(Method=method)
    ended([step(log, number, Called(wire.reference(*key(number)), 'Method', {'number': number})) for number in range(1, 31)],
          log, server=server, concurrency=30)
    assert sorted(server.asked) == sorted(('Method', f'vm-{number}') for number in range(1, 31))
    assert {number: what for number, what in log if what not in ('begun', 'ended')} == {
        **{number: number for number in range(1, 31)}, 2: 'FileLocked'}


def test_work_goes_on_beside_everything_else():
    log, release = [], threading.Event()

    def last_of_all(_client):
        log.append((2, 'called'))
        release.set()

    def work(_client):
        assert release.wait(10), 'the other run did not go on while this work was done'
        return 'worked'

    def fail(_client):
        raise Fault('Locked.', 'FileLocked')

    runs = [step(log, 1, Worked(work)), step(log, 2, Called(wire.reference(*key(2)), 'Method', {}), Worked(last_of_all)),
            step(log, 3, Worked(fail))]
    ended(runs, log, server=Server(Method='answer'), concurrency=3)
    assert (1, 'worked') in log and (3, 'FileLocked') in log
    assert log.index((2, 'answer')) < log.index((1, 'worked'))


def test_work_of_one_run_alone_is_given_the_client():
    log, server = [], Server()
    drive(server, server, step(log, 1, Worked(lambda client: client is server)))
    assert (1, True) in log


def test_what_cannot_be_read_of_one_is_its_own_failure():
    log = []
    server = Server({key(1): {'name': '1'}, key(2): Fault('No.', 'NoPermission'), key(3): Fault('Gone.', 'ManagedObjectNotFound')})
    ended([step(log, number, Read({key(number): ('name',)})) for number in (1, 2, 3)], log, server=server)
    assert [what for _number, what in log if what not in ('begun', 'ended')] == [{key(1): {'name': '1'}}, 'NoPermission', {}]


@pytest.mark.parametrize('kind', ['read', 'watched'])
def test_a_connection_that_is_lost_for_a_while_loses_nothing(kind):
    log, server = [], Server({key(1): {'name': '1'}})
    server.failures = [LOST, LOST, LOST]
    need = Read({key(1): ('name',)}) if kind == 'read' else Watched({key(1): ('name',)}, lambda values: values[key(1)], 1e9)
    _convoy, clock, _server = ended([step(log, 1, need)], log, server=server)
    assert log[1][1] not in ('ConnectionLost', None) and clock.pauses.count(driving.LONGEST_PAUSE) == 3


@pytest.mark.parametrize(('failure', 'waited'), [(LOST, True), (Refusal('No.', 'NotAuthenticated'), False)])
def test_a_failure_of_what_is_shared_is_each_ones_own(failure, waited):
    log, server, caught = [], Server(), []
    server.failures = [failure] * 100

    def run():
        try:
            yield Watched({key(1): ('name',)}, lambda _values: None, 1e9)
        except Failure as own:
            caught.append(own)

    _convoy, clock, _server = ended([run(), run()], log, server=server)
    assert [own.name for own in caught] == [failure.name] * 2 and caught[0] is not caught[1] is not failure
    assert (clock.now >= driving.PATIENCE) is waited
