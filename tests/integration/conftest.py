# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fixtures of the integration tests: simulators, and ansible-playbook of the oldest and the newest ansible-core.

Every test that asks for `ansible_playbook` runs with both ansible-cores, every test that asks for `path` on both
execution paths.
"""

from __future__ import annotations

from contextlib import ExitStack, suppress

import pytest

from . import coverage
from .playbook import CONNECTIONS, AnsibleCore, connection


@pytest.fixture(scope='session', autouse=True)
def no_old_coverage():
    """Removes what runs of the past have left."""
    coverage.forget_old()


def pytest_runtest_logfinish(nodeid):
    """Tells the test of coverage that another test is done."""
    coverage.finished(nodeid)


@pytest.fixture(scope='session', params=['oldest', 'newest'])
def ansible_core(request, tmp_path_factory):
    """Each AnsibleCore in turn."""
    return AnsibleCore(request.param, tmp_path_factory.mktemp(request.param))


@pytest.fixture(params=list(CONNECTIONS))
def path(request):
    """Each execution path in turn, for ansible_playbook(..., path=path)."""
    return request.param


@pytest.fixture
def start_simulator():
    """A function that starts a Simulator with its arguments; all are stopped when the test ends."""
    from tests.simulator import Simulator

    with ExitStack() as running:
        def start(**options):
            simulator = running.enter_context(Simulator(**options))
            running.callback(coverage.record, simulator)
            return simulator
        yield start


@pytest.fixture
def simulator(start_simulator):
    """A fresh simulator with two VMs, DC0_H0_VM0 and DC0_C0_RP0_VM0."""
    return start_simulator(vms=2)


def content(path):
    """What is in a file, or nothing: the watch of a run that was killed may be removing it."""
    with suppress(FileNotFoundError):
        return path.read_bytes()
    return b''


class Playbooks:
    """Runs playbooks against a simulator, and holds every run to what must be true of all of them."""

    def __init__(self, core, simulator):
        self.core = core
        self.simulator = simulator

    def options(self, simulator, module_defaults, env):
        simulator = simulator or self.simulator
        return {'module_defaults': {'ca_cert': str(simulator.ca_cert), **(module_defaults or {})},
                'env': {**connection(simulator), **(env or {})}}

    def __call__(self, playbook, *, simulator=None, module_defaults=None, env=None, timeout=300, **options):
        """As AnsibleCore.play; the connection comes from the environment and the group's defaults."""
        return self.finish(*self.start(playbook, simulator=simulator, module_defaults=module_defaults, env=env,
                                       **options), simulator=simulator, timeout=timeout)

    def start(self, playbook, *, simulator=None, module_defaults=None, env=None, **options):
        """As AnsibleCore.start."""
        return self.core.start(playbook, **self.options(simulator, module_defaults, env), **options)

    def finish(self, process, home, *, simulator=None, timeout=300):
        """As AnsibleCore.finish; no secret may have been printed and no file left behind."""
        run = self.core.finish(process, home, timeout)
        password = (simulator or self.simulator).password
        assert password not in run.output, 'the password was printed'
        assert not [path for path in run.leftovers() if password.encode() in content(run.home / path)]
        # Ansible does not clean up either when a signal ends it.
        if run.rc >= 0:
            run.await_cleanup()
        return run


@pytest.fixture
def ansible_playbook(ansible_core, simulator):
    """A Playbooks: ansible_playbook(tasks, args=['--check'], ...) -> PlaybookRun."""
    return Playbooks(ansible_core, simulator)
