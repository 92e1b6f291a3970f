# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Many runs driven side by side, with a scripted server and a clock of its own."""

from __future__ import annotations

import os
import threading
from concurrent.futures import FIRST_COMPLETED, wait

import pytest
from ansible_collections.vsphere.vm.plugins.module_utils import convoy as convoy_file
from ansible_collections.vsphere.vm.plugins.module_utils import wire
from ansible_collections.vsphere.vm.plugins.module_utils.convoy import CALLERS, Convoy
from ansible_collections.vsphere.vm.plugins.module_utils.faults import Failure, Fault, Refusal, TransportError
from ansible_collections.vsphere.vm.plugins.module_utils.needs import Called, Held, Read, Watched, Worked

from tests.unit.plugins.scripted_runs import LOST, Server, key, step


class Clock:
    """A clock that moves only while nothing is under way."""

    def __init__(self):
        self.now = 0.0
        self.pauses = []

    def __call__(self):
        return self.now

    def pause(self, futures, seconds):
        if futures:
            wait(futures, return_when=FIRST_COMPLETED)
        else:
            self.pauses.append(round(seconds, 3))
            self.now += seconds


@pytest.fixture(autouse=True)
def no_thread_is_left():
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


def ended(runs, clock=None, server=None, concurrency=10, **options):
    """Drives runs; returns the convoy, the clock and the server."""
    clock, server = clock or Clock(), server or Server()
    convoy = Convoy(server, server, runs, concurrency, clock=clock, pause=clock.pause, **options)
    convoy.drive()
    return convoy, clock, server


def at(moment, clock, number=0):
    """A need that is met when the clock says so."""
    return Watched({key(number): ('name',)}, lambda _values: clock() >= moment and 'met', 1e9)


def called(number, method='Method', **parameters):
    return Called(wire.reference(*key(number)), method, parameters)


def given(log):
    return [what for _number, what in log if what not in ('begun', 'ended')]


# -- beginning and ending


def test_what_ends_at_once_needs_nothing():
    log = []
    _convoy, clock, server = ended([step(log, number) for number in (1, 2, 3)], concurrency=1)
    assert log == [(number, what) for number in (1, 2, 3) for what in ('begun', 'ended')]
    assert server.asked == [] and clock.pauses == []


def test_they_are_begun_in_order_and_no_more_than_so_many():
    log, clock, looks = [], Clock(), []
    runs = [step(log, number, at(number, clock)) for number in (1, 2, 3, 4)]
    server = Server({key(0): {}})
    convoy = Convoy(server, server, runs, 2, look=lambda: looks.append(len(convoy.needs)), clock=clock, pause=clock.pause)
    convoy.drive()
    assert [number for number, what in log if what == 'begun'] == [1, 2, 3, 4]
    assert [number for number, what in log if what == 'ended'] == [1, 2, 3, 4]
    assert log.index((3, 'begun')) == log.index((1, 'ended')) + 1, 'one that has ended is replaced at once'
    assert max(looks) == 2 and looks[-1] == 0


def test_those_that_may_not_be_begun_stay():
    log, clock = [], Clock()
    runs = [step(log, number, at(1, clock)) for number in (1, 2, 3)]
    convoy, _clock, _server = ended(runs, clock, Server({key(0): {}}), concurrency=1, go_on=lambda: (1, 'ended') not in log)
    assert [number for number, what in log if what == 'begun'] == [1]
    assert list(convoy.waiting) == runs[1:]


def test_it_is_looked_at_before_anything_is_sent():
    log, sent = [], []
    server = Server(Method=lambda: sent.append(True))
    ended([step(log, 1, called(1), called(1))], server=server, look=lambda: sent.append(False))
    assert sent == [False, True, False, True, False]


# -- when is asked


def test_pauses_grow_while_nothing_happens_and_never_beyond_measure():
    log, clock = [], Clock()
    ended([step(log, 1, at(50, clock))], clock, Server({key(0): {}}))
    grown = [convoy_file.FIRST_PAUSE * convoy_file.SLOWER ** number for number in range(len(clock.pauses))]
    assert clock.pauses == [round(min(each, convoy_file.LONGEST_PAUSE), 3) for each in grown]
    assert clock.pauses[-1] == convoy_file.LONGEST_PAUSE


@pytest.mark.parametrize(('takes', 'paused'), [(0.1, convoy_file.FIRST_PAUSE), (10, 10 * convoy_file.PART), (500, convoy_file.LONGEST_PAUSE)])
def test_pauses_are_a_part_of_what_tasks_take(takes, paused):
    log, clock = [], Clock()
    ended([step(log, 1, at(takes, clock), at(takes + 20, clock))], clock, Server({key(0): {}}))
    first = next(number for number in range(len(clock.pauses)) if sum(clock.pauses[:number + 1]) >= takes)
    assert clock.pauses[first + 1] == pytest.approx(paused, rel=0.1)


@pytest.mark.parametrize('seconds', [1, 15])
def test_a_thousand_take_few_requests_however_long_their_tasks(seconds):
    log, clock, runs = [], Clock(), []

    def run(number):
        yield called(number)
        until = clock() + seconds * (1 + number % 7 / 100)
        yield Watched({key(number): ('name',)}, lambda _values: clock() >= until, 1e9)
        yield Read({key(number): ('name', 'more')})
        log.append(number)

    runs = [run(number) for number in range(1000)]
    _convoy, clock, server = ended(runs, clock, Server({key(number): {} for number in range(1000)}, Method=1), concurrency=100)
    reads = [keys for method, keys in server.asked if method == 'read']
    assert sorted(log) == list(range(1000)) and len(server.asked) == 1000 + len(reads)
    assert len(reads) <= 200
    assert clock.now <= 1.5 * 10 * seconds


def test_a_pause_does_not_pass_a_deadline():
    log = []
    watched = Watched({key(0): ('name',)}, lambda _values: None, 10)
    _convoy, clock, _server = ended([step(log, 1, watched)], server=Server({key(0): {}}))
    assert clock.now == 10 and given(log) == [None]


def test_what_was_met_in_time_is_seen_at_the_deadline():
    log, clock = [], Clock()
    ended([step(log, 1, Watched({key(0): ('name',)}, lambda _values: clock() >= 10 and 'met', 10))], clock, Server({key(0): {}}))
    assert given(log) == ['met']


def test_a_pause_of_a_run_asks_nothing():
    log = []
    _convoy, clock, server = ended([step(log, 1, Watched({}, lambda _values: None, 3))])
    assert clock.now == 3 and given(log) == [None] and server.asked == []


# -- what is asked


def test_what_is_watched_by_all_is_asked_for_once():
    log, seen = [], []
    server = Server({key(number): {'name': str(number), 'x': 1} for number in (1, 2)})

    def met(values):
        seen.append(values)
        return 'met'

    ended([step(log, 1, Watched({key(1): ('name',), key(9): ('name',)}, met, 9)), step(log, 2, Watched({key(2): ('x',)}, met, 9))],
          server=server)
    assert server.asked == [('read', [key(1), key(9), key(2)])]
    assert seen[0] == {key(1): {'name': '1', 'x': 1}, key(9): None} and set(seen[1]) == {key(2)}


def test_reads_are_joined_and_each_is_given_its_own():
    log = []
    server = Server({key(number): {'name': str(number)} for number in (1, 2)})
    _convoy, clock, server = ended([step(log, number, Read({key(number): ('name',)})) for number in (1, 2, 3)], server=server)
    assert server.asked == [('read', [key(1), key(2), key(3)])] and clock.pauses == []
    assert given(log) == [{key(1): {'name': '1'}}, {key(2): {'name': '2'}}, {}]


def test_what_is_read_and_what_is_watched_are_asked_for_together_each_with_its_own_paths():
    log, clock = [], Clock()
    server = Server({key(1): {'name': '1', 'x': 1}, key(2): {'name': '2', 'x': 2}})
    seen = []
    watched = Watched({key(1): ('name',)}, lambda values: clock() >= 1 and seen.append(values[key(1)]) is None, 9)
    ended([step(log, 1, watched), step(log, 2, Read({key(2): ('name', 'x')}))], clock, server)
    assert server.asked[0] == ('read', [key(2), key(1)])
    assert seen == [{'name': '1'}] and given(log)[0] == {key(2): {'name': '2', 'x': 2}}


def test_privileges_are_asked_for_in_one_request():
    def held(entity, privId, **_more):
        return [{'entity': each, 'privAvailability': [
            {'privId': one, 'isGranted': (each['value'], one) != ('vm-2', 'B')} for one in privId]} for each in entity]

    log, server = [], Server(HasPrivilegeOnEntities=held)
    ended([step(log, 1, Held(key(1), ['B'])), step(log, 2, Held(key(2), ['A', 'B']))], server=server)
    assert (1, [True]) in log and (2, [True, False]) in log
    assert [method for method, _moid in server.asked] == ['HasPrivilegeOnEntities']


def test_privileges_are_held_where_the_server_does_not_say():
    log, server = [], Server(HasPrivilegeOnEntities=Fault('No.', 'NoPermission'))
    ended([step(log, number, Held(key(number), ['A'])) for number in (1, 2)], server=server)
    assert (1, [True]) in log and (2, [True]) in log


# -- calls and work


def test_calls_are_made_once_each_and_their_failures_are_their_own():
    def method(given):
        return Fault('Locked.', 'FileLocked') if given == 2 else given

    log, server = [], Server(Method=method)
    ended([step(log, number, called(number, given=number)) for number in range(1, 61)], server=server, concurrency=60)
    assert sorted(server.asked) == sorted(('Method', f'vm-{number}') for number in range(1, 61))
    assert {number: what for number, what in log if what not in ('begun', 'ended')} == {
        **{number: number for number in range(1, 61)}, 2: 'FileLocked'}


def test_so_many_calls_are_in_flight_and_are_looked_after_meanwhile():
    log, clock, together = [], Clock(), threading.Barrier(CALLERS)
    server = Server({key(0): {}}, Method=lambda: together.wait(60) and None)
    looked = Watched({key(0): ('name',)}, lambda _values: 'met', 1e9)
    runs = [step(log, number, called(number)) for number in range(1, CALLERS + 1)]
    ended([step(log, 0, looked), *runs], clock, server, concurrency=CALLERS + 1)
    assert not together.broken and (0, 'met') in log


def test_work_goes_on_beside_everything_else():
    log, release = [], threading.Event()

    def last_of_all(_client):
        log.append((2, 'called'))
        release.set()

    def work(_client):
        assert release.wait(60), 'the other run did not go on while this work was done'
        return 'worked'

    def fail(_client):
        raise Fault('Locked.', 'FileLocked')

    runs = [step(log, 1, Worked(work)), step(log, 2, called(2), Worked(last_of_all)), step(log, 3, Worked(fail))]
    ended(runs, server=Server(Method='answer'), concurrency=3)
    assert (1, 'worked') in log and (3, 'FileLocked') in log
    assert log.index((2, 'answer')) < log.index((1, 'worked'))


def test_an_interruption_sends_nothing_more_and_waits_for_what_is_sent():
    log, sent, looks = [], threading.Semaphore(0), []

    def method():
        sent.release()
        return 'answer'

    def look():
        looks.append(True)
        if len(looks) == 2:
            assert sent.acquire(timeout=60)
            raise KeyboardInterrupt

    server = Server(Method=method)
    runs = [step(log, number, called(number), called(number)) for number in range(1, 4)]
    with pytest.raises(KeyboardInterrupt):
        ended(runs, server=server, concurrency=1, look=look)
    assert server.asked == [('Method', 'vm-1')] and [number for number, what in log if what == 'begun'] == [1]


def test_calls_that_wait_for_a_thread_are_not_sent_after_an_interruption():
    release, begun = threading.Event(), threading.Semaphore(0)

    def method():
        begun.release()
        assert release.wait(60)

    def release_when_cancelled(futures):
        while not all(each.running() or each.done() for each in futures):
            os.sched_yield()
        release.set()

    class Interrupted(Clock):
        """Interrupts when every thread has a call to make."""

        def pause(self, futures, seconds):
            for _caller in range(CALLERS):
                assert begun.acquire(timeout=60)
            threading.Thread(target=release_when_cancelled, args=[futures]).start()
            raise KeyboardInterrupt

    server = Server(Method=method)
    with pytest.raises(KeyboardInterrupt):
        ended([step([], number, called(number)) for number in range(50)], Interrupted(), server, concurrency=50)
    assert len(server.asked) == CALLERS


# -- failures


def test_what_cannot_be_read_of_one_is_its_own_failure():
    log = []
    server = Server({key(1): {'name': '1'}, key(2): Fault('No.', 'NoPermission'), key(3): Fault('Gone.', 'ManagedObjectNotFound')})
    ended([step(log, number, Read({key(number): ('name',)})) for number in (1, 2, 3)], server=server)
    assert given(log) == [{key(1): {'name': '1'}}, 'NoPermission', {}]


def caught_by(need, caught):
    try:
        yield need
    except LookupError as error:
        caught.append(error)


def test_what_is_odd_about_one_is_thrown_into_it_alone():
    log, caught, clock = [], [], Clock()
    server = Server({key(0): {}}, Method=lambda: {}['odd'])
    with_odd_values = Watched({key(0): ('name',)}, lambda values: values['odd'], 1e9)
    runs = [caught_by(called(1), caught), caught_by(with_odd_values, caught), step(log, 3, at(1, clock))]
    ended(runs, clock, server)
    assert len(caught) == 2 and given(log) == ['met']


@pytest.mark.parametrize('kind', ['read', 'watched'])
def test_a_connection_that_is_lost_for_a_while_loses_nothing(kind):
    log, server = [], Server({key(1): {'name': '1'}})
    server.failures = [LOST, LOST, LOST]
    need = Read({key(1): ('name',)}) if kind == 'read' else Watched({key(1): ('name',)}, lambda values: values[key(1)], 1e9)
    _convoy, clock, _server = ended([step(log, 1, need)], server=server)
    assert log[1][1] not in ('ConnectionLost', None) and clock.pauses.count(convoy_file.LONGEST_PAUSE) == 3


def test_a_server_out_of_reach_is_not_asked_without_a_pause_because_a_deadline_has_passed():
    log, server = [], Server({key(1): {}})
    server.failures = [LOST, LOST, LOST]
    _convoy, clock, _server = ended([step(log, 1, Watched({key(1): ('name',)}, lambda _values: None, 0.5))], server=server)
    assert given(log) == [None] and clock.pauses.count(convoy_file.LONGEST_PAUSE) == 3


@pytest.mark.parametrize(('failure', 'waited'), [(LOST, True), (Refusal('No.', 'NotAuthenticated'), False)])
def test_a_failure_of_what_is_shared_is_each_ones_own(failure, waited):
    server, caught = Server(), []
    server.failures = [failure] * 100

    def run():
        try:
            yield Watched({key(1): ('name',)}, lambda _values: None, 1e9)
        except Failure as own:
            caught.append(own)

    _convoy, clock, _server = ended([run(), run()], server=server)
    assert [own.name for own in caught] == [failure.name] * 2 and caught[0] is not caught[1] is not failure
    assert (clock.now >= convoy_file.PATIENCE) is waited


def test_patience_begins_anew_when_the_server_has_answered():
    server, clock, caught = Server({key(1): {}}), Clock(), []

    def run():
        for _time in range(2):
            server.failures = [LOST] * 25
            caught.append((yield Watched({key(1): ('name',)}, lambda values: values[key(1)] == {} and 'met', 1e9)))

    ended([run()], clock, server)
    assert caught == ['met', 'met'] and clock.now >= 50 * convoy_file.LONGEST_PAUSE


def test_a_transport_error_that_will_not_pass_is_not_waited_for():
    server, log = Server(), []
    server.failures = [TransportError('No trust.', 'CertificateNotTrusted', retryable=False)]
    _convoy, clock, _server = ended([step(log, 1, Read({key(1): ('name',)}))], server=server)
    assert given(log) == ['CertificateNotTrusted'] and clock.pauses == []
