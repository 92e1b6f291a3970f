# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A run of ansible-playbook as the plugins see it: a folder of its own, options, and processes that are forked."""

from __future__ import annotations

import json
import os
import traceback
from functools import partial

import pytest
from ansible import constants
from ansible_collections.vsphere.vm.plugins.plugin_utils import run_folder, run_session

from tests.simulator import Simulator


@pytest.fixture(scope='session')
def served():
    """A server for all tests."""
    with Simulator(vms=1) as simulator:
        yield simulator


@pytest.fixture
def simulator(served):
    """The server, which nobody is logged in to before a test, and nobody may be after it."""
    yield served
    left = len(served.sessions)
    served.expire_sessions()
    assert left == 0


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """The folder of a run that has begun."""
    monkeypatch.setattr(constants, 'DEFAULT_LOCAL_TMP', str(tmp_path), raising=False)
    os.close(run_folder.begin())
    # It would wait for the end of pytest.
    monkeypatch.setattr(run_session, 'watch', lambda see_to: None)
    return tmp_path


@pytest.fixture
def made(folder):
    """A function that returns the files that the run has made in its folder since it began."""
    return lambda: sorted(path for path in folder.iterdir() if str(path) != run_folder.run_file(run_folder.ALIVE))


@pytest.fixture
def options(simulator):
    """The options of a task that reaches the server."""
    return {'hostname': simulator.host, 'port': simulator.port, 'username': simulator.username,
            'password': simulator.password, 'ca_cert': str(simulator.ca_cert), 'validate_certs': True}


@pytest.fixture
def in_children(served):
    """Runs a function in so many forked processes at once; returns what each of them returned, as JSON has it.

    One that is `numbered` is called with the number of its process, from 1 on.
    """
    def run(function, count, numbered=False):
        children = [_forked(served, partial(function, number) if numbered else function)
                    for number in range(1, count + 1)]
        answers = []
        for child, reading in children:
            with os.fdopen(reading) as pipe:
                answers.append(json.loads(pipe.read()))
            os.waitpid(child, 0)
        assert not [each['error'] for each in answers if 'error' in each]
        return [each['answer'] for each in answers]
    return run


def _forked(served, function):
    reading, writing = os.pipe()
    with served.parked():
        child = os.fork()
    if child == 0:
        try:
            answer = {'answer': function()}
        except BaseException:
            answer = {'error': traceback.format_exc()}
        os.write(writing, json.dumps(answer).encode())
        os._exit(0)
    os.close(writing)
    return child, reading
