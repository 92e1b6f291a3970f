# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One client whose calls are made from several threads, as those of a fleet are."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from ansible_collections.vsphere.vm.plugins.module_utils.client import Client
from ansible_collections.vsphere.vm.plugins.module_utils.faults import TransportError

from tests.simulator import Simulator

THREADS = 8


@pytest.fixture(scope='module')
def simulator():
    with Simulator(vms=1) as served:
        yield served


@pytest.fixture
def client(simulator):
    with Client({'hostname': simulator.host, 'port': simulator.port, 'username': simulator.username,
                 'password': simulator.password, 'ca_cert': simulator.ca_cert}) as made:
        yield made
    assert simulator.sessions == []


def log_ins(simulator):
    return sum(request['method'] == 'Login' for request in simulator.requests)


def at_once(function):
    """Calls a function in so many threads at once; returns what they returned."""
    together = threading.Barrier(THREADS)

    def call():
        together.wait(10)
        return function()

    with ThreadPoolExecutor(THREADS) as threads:
        return [each.result() for each in [threads.submit(call) for _thread in range(THREADS)]]


def read(client):
    """Returns the requests.Session that a read was made with."""
    assert client.get(client.service('rootFolder'), 'name') == 'Datacenters'
    return client.http


def test_each_thread_has_a_connection_of_its_own_and_all_share_the_session(simulator, client):
    own, before = read(client), log_ins(simulator)
    used = at_once(lambda: read(client))
    assert len({id(http) for http in (own, *used)}) == THREADS + 1
    assert log_ins(simulator) == before


def test_all_connections_are_closed_with_the_client(client, monkeypatch):
    used, closed = [read(client), *at_once(lambda: read(client))], []
    for http in used:
        monkeypatch.setattr(http, 'close', lambda http=http: closed.append(http))
    client.close()
    assert closed == sorted(used, key=client.opened.index)


def test_a_session_that_is_over_is_renewed_once_for_all_threads(simulator, client):
    read(client)
    before = log_ins(simulator)
    simulator.expire_sessions()
    at_once(lambda: read(client))
    assert log_ins(simulator) == before + 1 and len(simulator.sessions) == 1


def test_what_outlives_the_client_does_not_log_in_anew(simulator, client):
    read(client)
    stale, before = client.session, log_ins(simulator)
    client.close()
    for log_in in (lambda: client.session, lambda: client.renew(stale)):
        with pytest.raises(TransportError) as caught:
            log_in()
        assert caught.value.name == 'Interrupted' and not caught.value.retryable
    assert log_ins(simulator) == before
