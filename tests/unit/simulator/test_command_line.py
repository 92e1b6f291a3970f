# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""`python -m tests.simulator` in a process of its own."""

from __future__ import annotations

import contextlib
import json
import pathlib
import signal
import subprocess
import sys

import pytest
import requests

from tests.simulator.__main__ import main, parser, simulator

ROOT = pathlib.Path(__file__).parents[3]


@contextlib.contextmanager
def running(*arguments):
    """(process, what it printed when it was ready)."""
    process = subprocess.Popen([sys.executable, '-m', 'tests.simulator', *arguments], cwd=ROOT, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with process:
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


class Browser:
    """A logged-in session to what a process said of itself."""

    def __init__(self, ready, **login):
        self.root, self.verify = f'{ready["url"]}/sdk/vim25/8.0.3.0', ready['ca_cert']
        self.http = requests.Session()
        self.http.trust_env = False
        login = {'userName': ready['username'], 'password': ready['password'], **login}
        answer = self.post('SessionManager/SessionManager/Login', login)
        self.http.headers['vmware-api-session-id'] = answer.headers['vmware-api-session-id']

    def post(self, path, body=None):
        return self.http.post(f'{self.root}/{path}', json=body, verify=self.verify, timeout=120)

    def get(self, path):
        return self.http.get(f'{self.root}/{path}', verify=self.verify, timeout=120)


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM])
def test_it_says_one_line_serves_and_ends_cleanly(number):
    with running('--listen', '127.0.0.1:0', '--vms', '3') as (process, ready):
        assert set(ready) == {'url', 'ca_cert', 'username', 'password'}
        browser = Browser(ready)
        assert browser.get('VirtualMachine/vm-3/name').json() == 'DC0_H0_VM1'
        browser.http.close()
        process.send_signal(number)
        assert process.communicate(timeout=120) == ('', '')
        assert process.returncode == 0
        assert not pathlib.Path(ready['ca_cert']).exists()


def test_all_options_together(tmp_path):
    log = tmp_path / 'log'
    with running(
            '--vms', '2', '--hosts', '2', '--delay', '0', '--release', '9.0.0.0', '--session-timeout', '60',
            '--request-log', str(log), '--username', 'root@local', '--password', 'pass word', '--user', 'eve:secret',
            '--deny', 'eve:VirtualMachine.Interact.PowerOff@DC0_H0_VM0', '--fault', 'PowerOffVM_Task=InvalidState:1',
            '--fault', 'ResetVM_Task=~InvalidState@DC0_H0_VM0', '--drop', 'SuspendVM_Task', '--slow', 'Logout=0.01',
            '--unset', '204', '--task-error', 'wrapped', '--no-hello', '--no-record-replay', '--seed', '7',
            '--session-header', 'every', '--pods', '1') as (_process, ready):
        assert (ready['username'], ready['password']) == ('root@local', 'pass word')
        browser, eve = Browser(ready), Browser(ready, userName='eve', password='secret')
        assert eve.post('VirtualMachine/vm-1/PowerOffVM_Task').json()['_typeName'] == 'InvalidState'
        assert eve.post('VirtualMachine/vm-1/PowerOffVM_Task').json()['_typeName'] == 'NoPermission'
        assert browser.get('Folder/group-d1/parent').status_code == 204
        assert browser.get('StoragePod/group-p1/name').json() == 'DC0_POD0'
        task = browser.post('VirtualMachine/vm-1/ResetVM_Task').json()['value']
        info = browser.get(f'Task/{task}/info').json()
        assert info['error']['_typeName'] == 'LocalizedMethodFault'
        with pytest.raises(requests.exceptions.ConnectionError):
            browser.post('VirtualMachine/vm-2/SuspendVM_Task')
        hello = browser.http.post(f'{ready["url"]}/api/vcenter/system?action=hello', json={'api_releases': ['x']},
                                  verify=ready['ca_cert'], timeout=120)
        assert hello.status_code == 404
        assert browser.post('SessionManager/SessionManager/Logout').status_code == 204
        for one in (browser, eve):
            one.http.close()
    assert [json.loads(line)['method'] for line in log.read_text().splitlines()][:2] == ['Login', 'Login']


@pytest.mark.parametrize('arguments', [
    ['--listen', 'nowhere'], ['--vms', '-1'], ['--vms', 'x'], ['--release', '8.0.3'], ['--user', 'eve'],
    ['--deny', 'eve:System.Read'], ['--deny', 'x'], ['--fault', 'PowerOffVM_Task'], ['--drop', 'a b'],
    ['--slow', 'Logout=x'], ['--unset', 'never'], ['extra']])
def test_wrong_options_are_usage_errors(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert 'usage: python -m tests.simulator' in capsys.readouterr().err


@pytest.mark.parametrize('arguments', [['--fault', 'PowerOffVM_Task=NoSuchFault'], ['--hosts', '0'],
                                       ['--drop', 'NoSuchMethod']])
def test_what_cannot_be_served_is_one_sentence(arguments):
    done = subprocess.run([sys.executable, '-m', 'tests.simulator', *arguments], cwd=ROOT, text=True,
                          capture_output=True, timeout=120, check=False)
    assert done.returncode == 1
    assert done.stdout == ''
    assert len(done.stderr.splitlines()) == 1


def test_defaults_are_the_constructors():
    server = simulator(parser().parse_args([]))
    assert (server.username, server._size) == ('administrator@vsphere.local', (2, 1, 0, 0))
    assert len(server.password) > 10
