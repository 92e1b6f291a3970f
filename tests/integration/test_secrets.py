# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where a run could tell a secret: its output, its log, callbacks, the fact cache, temporary files, the process list."""

from __future__ import annotations

import base64
import glob
import stat
import threading
import time
from functools import partial
from pathlib import Path

from tests.tools.connect_proxy import ConnectProxy

from .test_run_session import family, sessions_of

PROXY = 'proxy-user:pr0xy-s3cret'
PAUSE = 0.005  # seconds between two looks
PATIENCE = 120  # seconds after which a run goes on that nobody has looked at
WRONG = 'a-wr0ng-passw0rd'
TASKS = '''
- name: Log in
  vsphere.vm.session:
  register: login
  no_log: true
- name: Ticket
  vsphere.vm.console_ticket: {moid: vm-1}
  register: console
  no_log: true
- name: Work
  vsphere.vm.power: {moid: vm-1, state: powered_off}
  register: work
- name: Lost
  vsphere.vm.power: {moid: vm-1, state: powered_on}
  ignore_errors: true
  register: lost
- name: All there is to know
  vsphere.vm.info: {moid: vm-1}
  register: known
- name: Keep
  ansible.builtin.set_fact:
    kept: {work: "{{ work }}", lost: "{{ lost }}", known: "{{ known }}"}
    cacheable: true
- name: Show
  ansible.builtin.debug: {var: kept}
'''
# A shipped module has its options in its own file, which Ansible is told to keep here.
OPTIONS = '''
- name: By hand
  vsphere.vm.power: {moid: vm-1, state: powered_off, session_id: "{{ login.session.session_id }}"}
- name: Wrong
  vsphere.vm.power: {moid: vm-1, state: powered_on, password: "{{ lookup('ansible.builtin.env', 'WRONG') }}"}
  ignore_errors: true
'''


class Looker:
    """Looks at a run while it lasts: at its command lines, and at the files with its session."""

    def __init__(self):
        self.command_lines = set()
        self.modes = set()
        self.seen = threading.Event()

    def look(self, process, home):
        """Looks until the process has ended."""
        while process.returncode is None:
            time.sleep(PAUSE)
            for pid in family(process.pid):
                self.command_lines.add(read(Path(f'/proc/{pid}/cmdline')).replace('\0', ' '))
            for path in glob.glob(f'{home}/local/*/*.session'):
                for each in (Path(path), Path(path).parent):
                    self.modes.add(mode_of(each))
                    self.seen.set()


def read(path):
    """What is in a file, if it is still there."""
    try:
        return path.read_bytes().decode('utf-8', 'replace')
    except (FileNotFoundError, ProcessLookupError):
        return ''


def mode_of(path):
    """What others may do with a file, if it is still there."""
    try:
        return stat.S_IMODE(path.stat().st_mode) & 0o077
    except FileNotFoundError:
        return 0


def tickets_of(simulator):
    """A list to which each ticket of a console is added as it is given."""
    given, vm = [], simulator.vm('vm-1')
    real = vm.AcquireTicket

    def noted(call, **parameters):
        given.append(real(call, **parameters))
        return given[-1]
    simulator.call(setattr, vm, 'AcquireTicket', noted)
    return given


def test_no_secret_is_told_anywhere(ansible_playbook, simulator, path):
    sessions, tickets, looker = sessions_of(simulator), tickets_of(simulator), Looker()
    simulator.order('PowerOnVM_Task', drop='before')
    if path == 'controller':
        # The run goes on when its session has been looked at, however slow the looker is.
        simulator.after('PowerOffVM_Task', partial(looker.seen.wait, PATIENCE))
    told = {'ANSIBLE_KEEP_REMOTE_FILES': '1', 'ANSIBLE_LOG_PATH': 'run.log', 'ANSIBLE_CACHE_PLUGIN': 'jsonfile',
            'ANSIBLE_CACHE_PLUGIN_CONNECTION': 'facts', 'ANSIBLE_CALLBACKS_ENABLED': 'vsphere_test_results,ansible.builtin.tree',
            'ANSIBLE_CALLBACK_TREE_DIR': 'tree'}
    with ConnectProxy(PROXY) as proxy:
        process, home = ansible_playbook.start(
            TASKS + (OPTIONS if path == 'controller' else ''), path=path, args=['-vvvv', '--diff'],
            env={**told, 'https_proxy': f'http://{PROXY}@127.0.0.1:{proxy.port}', 'WRONG': WRONG})
        looking = threading.Thread(target=looker.look, args=(process, home))
        looking.start()
        run = ansible_playbook.core.finish(process, home)
        looking.join()
        assert proxy.asked
    assert run.rc == 0, run.output
    assert run.result('Work')['changed'] and run.result('Lost')['fault']['name'] == 'ConnectionLost'
    (ticket,) = tickets
    secrets = [simulator.password, WRONG, PROXY.partition(':')[2], ticket['ticket'], ticket['url'],
               base64.b64encode(PROXY.encode()).decode(),
               *(secret for session in sessions for secret in (session.key, *session.tokens))]
    files = [each for each in home.rglob('*') if each.is_file()]
    places = {str(each.relative_to(home)): read(each) for each in files}
    places.update({'output': run.output, 'command lines': '\n'.join(looker.command_lines)})
    assert [(place, secret) for place, text in places.items() for secret in secrets if secret in text] == []
    assert not list(home.rglob('*.session')), 'no file of the session is left'
    # Each place was really written to, and looked at.
    for place, word in (('run.log', 'vm-1'), ('tree/', 'changed'), ('facts/', 'vm-1'), ('output', 'vm-1'), ('results', 'vm-1'),
                        ('command lines', 'ansible')):
        assert [text for name, text in places.items() if name.startswith(place) and word in text], place
    assert bool([each for each in places if each.startswith('remote/')]) is (path == 'module')
    assert looker.modes == ({0} if path == 'controller' else set())
