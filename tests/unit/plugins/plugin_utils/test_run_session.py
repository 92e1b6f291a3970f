# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The session of a run: shared by its processes, private, and ended with it."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import stat

import pytest
from ansible_collections.vsphere.vm.plugins.module_utils import wire
from ansible_collections.vsphere.vm.plugins.module_utils.client import Client
from ansible_collections.vsphere.vm.plugins.module_utils.faults import Failure, Fault, Refusal
from ansible_collections.vsphere.vm.plugins.module_utils.keeper import Session
from ansible_collections.vsphere.vm.plugins.plugin_utils import run_folder, run_session
from ansible_collections.vsphere.vm.plugins.plugin_utils.run_session import IDENTITY, REACHING, RunKeeper

# The server that the children talk to is a thread of their parent.
pytestmark = pytest.mark.filterwarnings('ignore:.*multi-threaded:DeprecationWarning')

NOWHERE = {'hostname': '127.0.0.1', 'port': 1, 'username': 'u', 'password': 'a-password'}
SERVICES = {'sessionManager': wire.reference('SessionManager', 'SessionManager')}


def logins(simulator):
    return sum(request['method'] == 'Login' for request in simulator.requests)


def token_of(options):
    """The token of the session that a task with these options works with."""
    with Client(options, RunKeeper(options)) as client:
        return client.session.token


def kept_in(folder):
    """Every file of the run, with its text."""
    return {path: path.read_text(encoding='utf-8') for path in folder.iterdir()}


# -- one session for all


def test_processes_share_one_session(simulator, options, in_children):
    before = logins(simulator)
    tokens = in_children(lambda: token_of(options), 6)
    assert len(set(tokens)) == 1
    assert logins(simulator) == before + 1
    assert len(simulator.sessions) == 1
    run_session.log_out()
    assert len(simulator.sessions) == 0


def test_a_later_task_finds_the_session_without_a_request(simulator, options):
    token = token_of(options)
    before = len(simulator.requests)
    assert token_of(options) == token
    assert len(simulator.requests) == before
    run_session.log_out()


def test_processes_renew_a_session_once_that_is_over(simulator, options, in_children):
    stale = token_of(options)
    simulator.expire_sessions()
    before = logins(simulator)

    def work():
        with Client(options, RunKeeper(options)) as client:
            tasks = client.get(client.service('taskManager'), 'recentTask')
            return [client.session.token, tasks]

    tokens = {token for token, _tasks in in_children(work, 4)}
    assert len(tokens) == 1 and stale not in tokens
    assert logins(simulator) == before + 1
    run_session.log_out()


def test_a_token_that_the_server_renews_is_kept_for_all(options):
    with Client(options, RunKeeper(options)) as client:
        session = client.session
        kept, session.token = session.token, 'renewed'
        client.keeper.session = session
        assert RunKeeper(options).session.token == 'renewed'
        session.token = kept
        client.keeper.session = session
    run_session.log_out()


@pytest.mark.parametrize('name', IDENTITY)
def test_what_makes_another_log_in_makes_another_file(name):
    assert RunKeeper({**NOWHERE, name: 'other'}).path != RunKeeper(NOWHERE).path


def test_what_does_not_make_another_log_in_does_not(in_children):
    path = RunKeeper(NOWHERE).path
    assert RunKeeper({**NOWHERE, 'request_timeout': 5, 'name': 'app', 'release': None}).path == path
    assert in_children(lambda: RunKeeper(NOWHERE).path, 2) == [path, path]


def test_wrong_credentials_are_no_session(simulator, options, folder):
    token_of(options)
    with pytest.raises(Fault) as caught:
        token_of({**options, 'password': 'a-wrong-one'})
    assert caught.value.category == 'auth'
    assert len(list(folder.glob('*.session'))) == 1
    run_session.log_out()


# -- a log-in that was refused


def test_a_refused_log_in_is_tried_once_for_all(simulator, options, in_children, folder):
    wrong = {**options, 'password': 'a-wrong-one'}
    before = len(simulator.requests)

    def work():
        try:
            return token_of(wrong)
        except Fault as fault:
            return [fault.as_dict(), str(fault)]
    told = in_children(work, 6) + in_children(work, 2)
    assert told == 8 * [told[0]]
    assert (told[0][0]['name'], told[0][0]['operation'], told[0][0]['http_status']) == ('InvalidLogin', 'Login', 500)
    assert [request['method'] for request in simulator.requests[before:]] == ['hello', 'content', 'Login']
    assert not [path for path, text in kept_in(folder).items() if wrong['password'] in f'{path}{text}']
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


@pytest.mark.parametrize('other', [
    {'password': 'another-wrong-one'}, {'username': 'somebody'}, {'release': '8.0.2.0', 'password': 'a-wrong-one'}])
def test_another_identity_is_tried(simulator, options, other):
    for attempt in ({'password': 'a-wrong-one'}, other):
        before = logins(simulator)
        with pytest.raises(Fault, match='login'):
            token_of({**options, **attempt})
        assert logins(simulator) == before + 1
    assert token_of(options)
    run_session.log_out()


def test_a_log_in_by_hand_is_not_tried_again_either(simulator, options):
    wrong = {**options, 'password': 'a-wrong-one'}
    before = logins(simulator)
    for _number in range(2):
        with pytest.raises(Fault, match='login'), Client(wrong, RunKeeper(wrong)) as client:
            client.new_session()
    assert logins(simulator) == before + 1


def test_what_is_remembered_of_a_refusal_is_all_of_it():
    refused = Fault('Busy.', 'TaskInProgress', cause=Fault('Locked.', 'FileLocked'), details={'a': 1})
    keeper = RunKeeper(NOWHERE)
    assert keeper.refused is None
    keeper.refused = refused
    assert RunKeeper(NOWHERE).refused.as_dict() == refused.as_dict()
    assert RunKeeper({**NOWHERE, 'password': 'other'}).refused is None


# -- private


def test_every_file_is_private_and_the_session_has_no_password(options, folder):
    before = os.umask(0)
    try:
        token = token_of(options)
        with RunKeeper(options).leased_collector() as lease:
            lease['collector'] = 'a'
    finally:
        os.umask(before)
    assert {path.suffix for path in folder.iterdir()} >= {'.session', '.lock', '.collector-0', '.vm-alive'}
    for path, text in kept_in(folder).items():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert options['password'] not in f'{path}{text}'
        assert (token in text) == (path.suffix == '.session')
    run_session.log_out()
    assert not [path for path, text in kept_in(folder).items() if token in text]


def test_names_of_files_tell_nothing_of_a_password(monkeypatch):
    """Who lists the folder could else try passwords until one has the name."""
    name = os.path.basename(RunKeeper(NOWHERE).path).removeprefix('vsphere.vm-')
    identity = json.dumps([NOWHERE.get(each) for each in IDENTITY]).encode()
    for kind in hashlib.algorithms_guaranteed:
        if not kind.startswith('shake'):
            assert not hashlib.new(kind, identity).hexdigest().startswith(name)
    assert len(run_session.KEY) >= 32
    monkeypatch.setattr(run_session, 'KEY', b'of another run')
    assert not RunKeeper(NOWHERE).path.endswith(name)


def make_public(path):
    path.chmod(0o644)


def make_link(path):
    path.rename(path.with_suffix('.elsewhere'))
    path.symlink_to(path.with_suffix('.elsewhere'))


@pytest.mark.parametrize('spoil', [make_public, make_link])
@pytest.mark.parametrize(('suffix', 'use'), [
    ('.session', lambda keeper: RunKeeper(NOWHERE)), ('.lock', lambda keeper: keeper.locked().__enter__()),
    ('.collector-0', lambda keeper: keeper.leased_collector().__enter__())])
def test_a_file_that_others_can_read_and_a_link_are_not_used(folder, spoil, suffix, use):
    keeper = RunKeeper(NOWHERE)
    keeper.session = Session('8.0.3.0', 'token', SERVICES)
    with keeper.locked(), keeper.leased_collector():
        pass
    (path,) = folder.glob(f'*{suffix}')
    spoil(path)
    with pytest.raises(OSError, match=r'not private|symbolic|Too many levels'):
        use(keeper)


def test_a_file_of_another_user_is_not_used(monkeypatch):
    keeper = RunKeeper(NOWHERE)
    keeper.session = Session('8.0.3.0', 'token', SERVICES)
    assert RunKeeper(NOWHERE).session.token == 'token'
    someone = os.geteuid() + 1
    monkeypatch.setattr(os, 'geteuid', lambda: someone)
    with pytest.raises(PermissionError, match='not private to this user'):
        RunKeeper(NOWHERE)


def test_a_link_is_not_followed_when_a_session_is_kept(folder):
    keeper = RunKeeper(NOWHERE)
    victim = folder / 'victim'
    victim.write_text('precious', encoding='utf-8')
    (folder / f'{os.path.basename(keeper.path)}{run_session.SESSION}.{os.getpid()}').symlink_to(victim)
    with pytest.raises(OSError, match=r'symbolic|Too many levels'):
        keeper.session = Session('8.0.3.0', 'token', SERVICES, owned=False)
    assert victim.read_text(encoding='utf-8') == 'precious'


# -- ended with the run


def test_log_out_ends_every_session_of_the_run(simulator, options, folder):
    token_of(options)
    token_of({**options, 'release': '8.0.2.0'})
    assert len(simulator.sessions) == 2
    run_session.log_out()
    assert len(simulator.sessions) == 0
    assert not list(folder.glob('*.session'))


def test_log_out_reaches_the_server_as_the_tasks_did(simulator, options, folder):
    token_of(options)
    (kept,) = folder.glob('*.session')
    assert json.loads(kept.read_text(encoding='utf-8'))['reaching'] == {name: options.get(name) for name in REACHING}
    before = len(simulator.requests)
    run_session.log_out()
    assert [request['method'] for request in simulator.requests[before:]] == ['Logout']


def test_to_log_out_twice_is_to_log_out_once(simulator, options):
    token_of(options)
    run_session.log_out()
    before = len(simulator.requests)
    run_session.log_out()
    assert len(simulator.requests) == before


def test_a_session_that_was_handed_in_stays_and_its_file_does_not(simulator, options, folder):
    with Client(options) as client:
        theirs = client.session.token
        assert token_of({**options, 'username': None, 'password': None, 'session_id': theirs}) == theirs
        run_session.log_out()
        assert len(simulator.sessions) == 1
        assert not list(folder.glob('*.session'))


def test_a_server_that_is_gone_does_not_stop_the_end(folder, monkeypatch):
    monkeypatch.setattr('ansible_collections.vsphere.vm.plugins.module_utils.client.PAUSES', ())
    for release in ('8.0.2.0', '8.0.3.0'):
        RunKeeper({**NOWHERE, 'release': release}).session = Session(release, 'token', SERVICES)
    run_session.log_out()
    assert not list(folder.glob('*.session'))


def test_nor_does_a_certificate_authority_that_is_gone(options, simulator, tmp_path):
    authority = tmp_path / 'ca.pem'
    shutil.copy(simulator.ca_cert, authority)
    try:
        for release in ('8.0.2.0', '8.0.3.0'):
            token_of({**options, 'release': release})
        token_of({**options, 'ca_cert': str(authority)})
        authority.unlink()
        run_session.log_out()
        assert len(simulator.sessions) == 1
    finally:
        simulator.expire_sessions()


def test_nobody_logs_in_when_the_run_is_being_ended(options, simulator):
    run_folder.begin_nothing_more()
    before = len(simulator.requests)
    with pytest.raises(Refusal) as caught:
        token_of(options)
    assert (caught.value.name, caught.value.category) == ('RunEnded', 'state')
    assert len(simulator.requests) == before


def remove_all_but_the_lock(folder):
    """What a removal of the folder has done after a while, by whatever order."""
    for path in folder.iterdir():
        if path.suffix != '.lock':
            path.unlink()


@pytest.mark.parametrize('end', [
    lambda folder: run_folder.begin_nothing_more(), remove_all_but_the_lock, shutil.rmtree,
    lambda folder: run_session.end_killed_run()])
def test_who_has_logged_in_while_the_run_ended_is_logged_out(options, simulator, folder, monkeypatch, end):
    log_in = Client._log_in

    def log_in_and_end(client):
        session = log_in(client)
        end(folder)
        return session
    monkeypatch.setattr(Client, '_log_in', log_in_and_end)
    with pytest.raises(Refusal) as caught:
        token_of(options)
    assert caught.value.name == 'RunEnded'
    assert [request['method'] for request in simulator.requests[-2:]] == ['Login', 'Logout']


def full(*_arguments):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_session_that_cannot_be_kept_is_ended(options, simulator, monkeypatch):
    monkeypatch.setattr(run_folder, 'write', full)
    with pytest.raises(OSError, match='No space left'):
        token_of(options)
    assert [request['method'] for request in simulator.requests[-2:]] == ['Login', 'Logout']


def test_nobody_logs_in_when_the_folder_is_gone(options, simulator, folder):
    keeper = RunKeeper(options)
    shutil.rmtree(folder)
    before = len(simulator.requests)
    with pytest.raises(Refusal) as caught, Client(options, keeper) as client:
        assert client.session
    assert (caught.value.name, len(simulator.requests)) == ('RunEnded', before)


# -- collectors


def test_a_collector_has_one_borrower_at_a_time(monkeypatch):
    monkeypatch.setattr(run_session, 'COLLECTORS', 2)
    one, other, third = (RunKeeper(NOWHERE) for _number in range(3))
    with one.leased_collector() as first, other.leased_collector() as second:
        first['collector'], second['collector'] = 'a', 'b'
        with pytest.raises(Failure, match='More than 2') as caught, third.leased_collector():
            pass
        assert caught.value.category == 'busy'
    with third.leased_collector() as again, one.leased_collector() as more:
        assert (again, more) == ({'collector': 'a'}, {'collector': 'b'})


def test_also_among_processes(in_children):
    def borrowed():
        with RunKeeper(NOWHERE).leased_collector() as lease:
            return lease

    with RunKeeper(NOWHERE).leased_collector() as ours:
        ours['collector'] = 'ours'
        assert in_children(borrowed, 1) == [{}]
    assert in_children(borrowed, 1) == [{'collector': 'ours'}]


def test_what_a_borrower_has_changed_is_kept_whatever_happens_to_it():
    def fails():
        with RunKeeper(NOWHERE).leased_collector() as lease:
            lease.update(collector='a-long-name', filter='f')
            raise LookupError

    with pytest.raises(LookupError):
        fails()
    with RunKeeper(NOWHERE).leased_collector() as lease:
        assert lease == {'collector': 'a-long-name', 'filter': 'f'}
        lease.clear()
    with RunKeeper(NOWHERE).leased_collector() as lease:
        assert lease == {}


def test_a_collector_that_cannot_be_noted_is_forgotten(monkeypatch):
    with RunKeeper(NOWHERE).leased_collector() as lease:
        lease['collector'] = 'a'
    with monkeypatch.context() as patch, RunKeeper(NOWHERE).leased_collector() as lease:
        patch.setattr(os, 'pwrite', full)
        assert lease == {'collector': 'a'}
    with RunKeeper(NOWHERE).leased_collector() as lease:
        assert lease == {}


def test_a_process_that_dies_gives_its_collector_back(monkeypatch):
    monkeypatch.setattr(run_session, 'COLLECTORS', 1)
    child = os.fork()
    if child == 0:
        with RunKeeper(NOWHERE).leased_collector():
            os._exit(0)
    os.waitpid(child, 0)
    with RunKeeper(NOWHERE).leased_collector() as lease:
        assert lease == {}
