# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The session of a run: shared by its processes, private, and ended with it."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys

import pytest
from ansible import constants
from ansible_collections.vsphere.vm.plugins.module_utils.client import Client
from ansible_collections.vsphere.vm.plugins.module_utils.faults import Failure, Refusal
from ansible_collections.vsphere.vm.plugins.plugin_utils import progress, run_end, run_folder, run_session
from ansible_collections.vsphere.vm.plugins.plugin_utils.run_session import RunKeeper

from tests.simulator import Simulator


@pytest.fixture(scope='module')
def simulator():
    with Simulator(vms=1) as simulator:
        yield simulator


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """The folder of a run."""
    monkeypatch.setattr(constants, 'DEFAULT_LOCAL_TMP', str(tmp_path), raising=False)
    return tmp_path


@pytest.fixture
def options(simulator):
    return {
        'hostname': simulator.host,
        'port': simulator.port,
        'username': simulator.username,
        'password': simulator.password,
        'ca_cert': str(simulator.ca_cert),
        'validate_certs': True,
    }


def logins(simulator):
    return sum(request['method'] == 'Login' for request in simulator.requests)


def in_children(function, count):
    """Runs a function in so many forked processes; returns what each of them returned, as JSON has it."""
    children = []
    for _number in range(count):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                os.write(writing, json.dumps(function()).encode())
            finally:
                os._exit(0)
        os.close(writing)
        children.append((child, reading))
    answers = []
    for child, reading in children:
        with os.fdopen(reading) as pipe:
            answers.append(json.loads(pipe.read()))
        os.waitpid(child, 0)
    return answers


def token_of(options):
    with Client(options, RunKeeper(options)) as client:
        return client.session.token


def test_processes_share_one_session(simulator, options):
    before = logins(simulator)
    tokens = in_children(lambda: token_of(options), 6)
    assert len(set(tokens)) == 1
    assert logins(simulator) == before + 1
    assert len(simulator.sessions) == 1
    run_session.log_out()
    assert len(simulator.sessions) == 0


def test_other_credentials_are_another_session(simulator, options, folder):
    token_of(options)
    with pytest.raises(Failure):
        token_of({**options, 'password': 'a-wrong-one'})
    assert len(list(folder.glob('*.session'))) == 1
    run_session.log_out()


def test_the_file_is_private_and_gone_afterwards(options, folder):
    token = token_of(options)
    (kept,) = folder.glob('*.session')
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert token in kept.read_text()
    assert options['password'] not in kept.read_text()
    run_session.log_out()
    assert not list(folder.glob('*.session'))


def test_names_of_files_do_not_tell_a_password(options, monkeypatch):
    path = RunKeeper(options).path
    assert RunKeeper(options).path == path
    monkeypatch.setattr(run_session, 'KEY', b'of another run')
    assert RunKeeper(options).path != path


def test_a_file_that_others_can_read_or_a_link_is_not_used(options, folder):
    token_of(options)
    (kept,) = folder.glob('*.session')
    kept.chmod(0o644)
    with pytest.raises(PermissionError):
        RunKeeper(options)
    kept.chmod(0o600)
    kept.rename(folder / 'elsewhere')
    kept.symlink_to(folder / 'elsewhere')
    with pytest.raises(OSError, match=r'symbolic|Too many levels'):
        RunKeeper(options)
    kept.unlink()
    (folder / 'elsewhere').rename(kept)
    run_session.log_out()


def test_a_session_that_was_handed_in_stays(simulator, options):
    with Client(options) as client:
        theirs = client.session.token
        handed_in = {**options, 'username': None, 'password': None, 'session_id': theirs}
        assert token_of(handed_in) == theirs
        run_session.log_out()
        assert len(simulator.sessions) == 1
    assert len(simulator.sessions) == 0


def test_nobody_logs_in_when_the_run_is_being_ended(options):
    run_session.allow_no_log_in()
    with pytest.raises(Refusal) as caught:
        token_of(options)
    assert caught.value.name == 'RunEnded'


def test_a_collector_has_one_borrower_at_a_time(options, monkeypatch):
    monkeypatch.setattr(run_session, 'COLLECTORS', 2)
    one, other, third = (RunKeeper(options) for _number in range(3))
    with one.leased_collector() as first, other.leased_collector() as second:
        first['collector'], second['collector'] = 'a', 'b'
        with pytest.raises(Failure, match='More than 2'), third.leased_collector():
            pass
    with third.leased_collector() as again:
        assert again == {'collector': 'a'}


def test_a_process_that_dies_gives_its_collector_back(options):
    def lend():
        with RunKeeper(options).leased_collector() as lease:
            lease['collector'] = 'mine'
            os._exit(0)

    child = os.fork()
    if child == 0:
        lend()
    os.waitpid(child, 0)
    with RunKeeper(options).leased_collector() as lease:
        assert lease == {}


def test_only_the_parent_ends_the_run(simulator, options):
    token_of(options)
    in_children(run_end.end, 1)
    assert len(simulator.sessions) == 1
    run_end.end()
    assert len(simulator.sessions) == 0


STATE = {
    'total': 3,
    'done': [{'moid': 'vm-1', 'name': 'a'}],
    'failed': 1,
    'not_begun': [{'moid': 'vm-3', 'name': 'c'}],
    'running': [{'moid': 'vm-2', 'name': 'b', 'task': 'task-7', 'seconds': 1.5}],
}


def test_progress_is_shown_and_its_note_removed(folder):
    shown = []
    with progress.Progress('vsphere.vm.power', shown.append) as told:
        told(STATE)
        told(STATE)
        assert len(list(folder.glob('*.fleet'))) == 1
    assert shown == ['vsphere.vm.power: 1 of 3 done, 1 failed, 1 running, the slowest b for 1.5 s, 1 not begun']
    assert not list(folder.iterdir())


def test_an_interrupted_fleet_is_told_of(folder, capsys):
    progress.Progress('vsphere.vm.power', print)(STATE)
    capsys.readouterr()
    run_end.end()
    told = capsys.readouterr().err
    assert 'when it was interrupted' in told
    assert 'done: a' in told and 'b (task-7)' in told and 'not begun: c' in told
    assert not list(folder.glob('*.fleet'))


def test_sigterm_ends_the_run_and_then_the_process(simulator, options, folder):
    """As AWX cancels a job: in a process of its own, whose handler was the default one."""
    script = f'''
import os, signal, sys
sys.path[:0] = {sys.path!r}
from ansible import constants
constants.DEFAULT_LOCAL_TMP = {str(folder)!r}
from ansible_collections.vsphere.vm.plugins.plugin_utils import run_end
from ansible_collections.vsphere.vm.plugins.plugin_utils.run_session import RunKeeper
from ansible_collections.vsphere.vm.plugins.module_utils.client import Client
run_end.register()
options = {options!r}
Client(options, RunKeeper(options)).session
os.kill(os.getpid(), signal.SIGTERM)
'''
    done = subprocess.run([sys.executable, '-c', script], capture_output=True, text=True, check=False)
    assert done.returncode == -15, done.stderr
    assert len(simulator.sessions) == 0
    assert run_folder.files('.session') == []
