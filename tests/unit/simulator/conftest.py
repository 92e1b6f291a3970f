# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Servers for the tests of the simulator: one for those who only look, fresh ones for those who change things."""

from __future__ import annotations

import contextlib

import pytest

from tests.simulator import Simulator
from tests.unit.simulator.wire_client import Client


@pytest.fixture(scope='session')
def shared_sim():
    """A server that nobody changes; `limited` may neither power on nor read outside."""
    users = {'limited@vsphere.local': {'password': 'secret', 'denied': ['VirtualMachine.Interact.PowerOn']}}
    with Simulator(vms=6, hosts=2, users=users) as sim:
        yield sim


@pytest.fixture(scope='session')
def reader(shared_sim):
    """A session on the shared server."""
    client = Client(shared_sim).log_in()
    yield client
    client.close()


@pytest.fixture
def start():
    """start(**options) -> a Client that is logged in to a server of its own."""
    with contextlib.ExitStack() as stack:
        def begin(**options):
            sim = stack.enter_context(Simulator(**options))
            return stack.enter_context(contextlib.closing(Client(sim))).log_in()

        yield begin


@pytest.fixture
def client(start):
    """A session on a server of its own."""
    return start()
