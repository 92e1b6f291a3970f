# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One run as a generator of needs, driven alone, with a scripted server."""

from __future__ import annotations

from ansible_collections.vsphere.vm.plugins.module_utils import wire
from ansible_collections.vsphere.vm.plugins.module_utils.driving import drive
from ansible_collections.vsphere.vm.plugins.module_utils.faults import Fault
from ansible_collections.vsphere.vm.plugins.module_utils.needs import Called, Held, Read, Watched, Worked

from tests.unit.plugins.scripted_runs import LOST, Server, key, step


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


def test_a_run_that_needs_nothing():
    log = []
    assert drive(Server(), None, step(log, 1)) is None
    assert log == [(1, 'begun'), (1, 'ended')]


def test_work_of_one_run_alone_is_given_the_client():
    log, server = [], Server()
    drive(server, server, step(log, 1, Worked(lambda client: client is server)))
    assert (1, True) in log
