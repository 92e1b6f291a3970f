# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The end of a run, in whatever way it comes: sessions are ended, interrupted fleets told of, by the parent alone."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest
from ansible_collections.vsphere.vm.plugins.module_utils.client import Client
from ansible_collections.vsphere.vm.plugins.plugin_utils import progress, run_end
from ansible_collections.vsphere.vm.plugins.plugin_utils.run_session import RunKeeper

pytestmark = pytest.mark.filterwarnings('ignore:.*multi-threaded:DeprecationWarning')

STATE = {'total': 3, 'failed': 1, 'done': [{'moid': 'vm-1', 'name': 'a'}], 'not_begun': [{'moid': 'vm-3', 'name': 'c'}],
         'running': [{'moid': 'vm-2', 'name': 'b', 'task': 'task-7', 'seconds': 1.5}]}

SCRIPT = '''
import os, signal, sys
sys.path[:0] = {path!r}
from ansible import constants
constants.DEFAULT_LOCAL_TMP = {folder!r}
{before}
from ansible_collections.vsphere.vm.plugins.plugin_utils import run_end
from ansible_collections.vsphere.vm.plugins.plugin_utils.run_session import RunKeeper
from ansible_collections.vsphere.vm.plugins.module_utils.client import Client
run_end.register()
run_end.register()
options = {options!r}
Client(options, RunKeeper(options)).session
{after}
'''


def run(options, folder, after, before=''):
    """Runs a controller that logs in and then comes to an end."""
    script = SCRIPT.format(path=sys.path, folder=str(folder), options=options, before=before, after=after)
    return subprocess.run([sys.executable, '-c', script], capture_output=True, text=True, check=False)


def test_only_the_parent_ends_the_run(simulator, options, in_children):
    with Client(options, RunKeeper(options)) as client:
        assert client.session
    in_children(run_end.end, 1)
    assert len(simulator.sessions) == 1
    run_end.end()
    assert len(simulator.sessions) == 0


def test_an_interrupted_fleet_is_told_of_once(capsys):
    progress.Progress('vsphere.vm.power', str)(STATE)
    run_end.end()
    assert 'vsphere.vm.power: [======              ] 1 of 3 done' in capsys.readouterr().err
    run_end.end()
    assert capsys.readouterr().err == ''


@pytest.mark.parametrize(('after', 'code'), [('', 0), ('sys.exit(2)', 2), ('1 / 0', 1), (
    'os.kill(os.getpid(), signal.SIGINT)', -signal.SIGINT)])
def test_the_session_is_ended_when_the_controller_exits(simulator, options, folder, after, code):
    done = run(options, folder, after)
    assert done.returncode == code, done.stderr
    assert len(simulator.sessions) == 0
    assert not list(folder.glob('*.session'))


def test_sigterm_ends_the_run_and_then_the_process(simulator, options, folder):
    """As AWX cancels a job."""
    done = run(options, folder, 'os.kill(os.getpid(), signal.SIGTERM); print("went on")')
    assert (done.returncode, done.stdout) == (-signal.SIGTERM, ''), done.stderr
    assert len(simulator.sessions) == 0
    assert not list(folder.glob('*alive')) and not list(folder.glob('*.session'))


def test_who_had_a_say_in_sigterm_still_has_it(simulator, options, folder):
    before = 'signal.signal(signal.SIGTERM, lambda number, frame: print("theirs", number))'
    done = run(options, folder, 'os.kill(os.getpid(), signal.SIGTERM); print("went on")', before)
    assert (done.returncode, done.stdout) == (0, f'theirs {signal.SIGTERM:d}\nwent on\n'), done.stderr
    assert len(simulator.sessions) == 0


def test_a_worker_that_is_terminated_ends_nothing(simulator, options, folder):
    after = '''
child = os.fork()
if child == 0:
    os.kill(os.getpid(), signal.SIGTERM)
    os._exit(0)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), len(os.listdir(constants.DEFAULT_LOCAL_TMP)))
os._exit(0)
'''
    done = run(options, folder, after)
    assert done.stdout == f'{-signal.SIGTERM:d} 3\n', done.stderr
    assert len(simulator.sessions) == 1
    simulator.expire_sessions()


def test_what_comes_while_the_run_is_being_ended_does_not_keep_it_from_it(simulator, options, folder):
    """Ctrl-C pressed twice, or a SIGTERM that is repeated."""
    after = '''
from ansible_collections.vsphere.vm.plugins.plugin_utils import run_session
real = run_session.Client.log_out
def log_out(client, session):
    os.kill(os.getpid(), signal.SIGTERM)
    os.kill(os.getpid(), signal.SIGINT)
    print(len(run_session.files('.session')), 'left to the watch, should this be killed', flush=True)
    real(client, session)
run_session.Client.log_out = log_out
os.kill(os.getpid(), signal.SIGTERM)
'''
    done = run(options, folder, after)
    assert (done.returncode, done.stderr) == (-signal.SIGTERM, '')
    assert done.stdout == '1 left to the watch, should this be killed\n'
    assert len(simulator.sessions) == 0


@pytest.mark.parametrize('after', [
    'sys.stderr.close()', 'os.dup2(os.open("/dev/full", os.O_WRONLY), 2)',
    'class Busy:\n    def write(self, text): raise RuntimeError("reentrant call")\n    flush = write\nsys.stderr = Busy()'])
def test_the_session_is_ended_where_nobody_can_be_told_of_a_fleet(simulator, options, folder, after):
    progress.Progress('vsphere.vm.power', str)(STATE)
    once = 'import atexit\natexit.unregister(run_end.end)\natexit.register(run_end.end)\n'
    run(options, folder, once + after)
    assert len(simulator.sessions) == 0
    assert not list(folder.glob('*.session'))


def test_sigterm_stays_ignored_where_it_was(simulator, options, folder):
    done = run(options, folder, 'os.kill(os.getpid(), signal.SIGTERM); print("went on")',
               'signal.signal(signal.SIGTERM, signal.SIG_IGN)')
    assert (done.returncode, done.stdout) == (0, 'went on\n'), done.stderr
    assert len(simulator.sessions) == 0
