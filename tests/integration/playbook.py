# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Run real ansible-playbook processes and return what came of each task. Knows nothing of pytest."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
PLUGINS = Path(__file__).resolve().parent / 'plugins'
VENVS = CHECKOUT / '.build' / 'venv'
COLLECTIONS = CHECKOUT / '.build' / 'collections'

# How the action plugin reaches the host: run in the controller, or the module packed and shipped.
CONNECTIONS = {'controller': 'local', 'module': 'vsphere_test_remote'}


@dataclass
class PlaybookRun:
    """What one ansible-playbook process did."""

    command: list
    rc: int
    stdout: str
    stderr: str
    seconds: float
    home: Path                                          # HOME, ANSIBLE_HOME and every temporary folder of the run
    tasks: dict = field(default_factory=dict)           # task name -> host -> result, of the last time it ran
    statuses: dict = field(default_factory=dict)        # task name -> host -> ok, failed, skipped or unreachable
    stats: dict = field(default_factory=dict)           # host -> the recap's numbers

    @property
    def output(self):
        """All that the process printed."""
        return self.stdout + self.stderr

    @property
    def changed(self):
        """How many tasks the recap counts as changed, over all hosts."""
        return sum(numbers['changed'] for numbers in self.stats.values())

    def result(self, task, host=None):
        """The result of a task, by its name; of the only host, unless one is named."""
        assert task in self.tasks, f'no task {task!r} ran, but {sorted(self.tasks)}\n{self.output}'
        hosts = self.tasks[task]
        if host is None:
            assert len(hosts) == 1, f'{task!r} ran on several hosts, name one of {sorted(hosts)}'
            (host,) = hosts
        return hosts[host]

    def failure(self, task=None, host=None):
        """The result of the task that failed: the only one, unless it is named."""
        assert self.rc != 0, f'nothing failed\n{self.output}'
        failed = [name for name, hosts in self.statuses.items() if 'failed' in hosts.values()]
        assert failed, f'rc is {self.rc}, but no task failed\n{self.output}'
        if task is None:
            assert len(failed) == 1, f'several tasks failed, name one of {failed}'
            (task,) = failed
        assert task in failed, f'{task!r} did not fail, but {failed} did'
        return self.result(task, host)

    def assert_ok(self, changed=None):
        """Asserts that every task went well and nothing warned; and how many changed, if told. Returns the run."""
        assert self.rc == 0, self.output
        for word in ('[WARNING]', '[DEPRECATION WARNING]', '[ERROR]', 'Traceback'):
            assert word not in self.output, self.output
        assert self.stats, self.output
        assert changed is None or self.changed == changed, f'{self.changed} changed, not {changed}\n{self.output}'
        return self

    def leftovers(self):
        """Files that the run left in its temporary folders."""
        return sorted(str(path.relative_to(self.home)) for folder in ('local', 'remote', 'tmp')
                      for path in (self.home / folder).rglob('*') if path.is_file())

    def await_cleanup(self, seconds=60):
        """Returns when nothing is left of the run: who removes its files may outlive it, its watch or a worker."""
        end = time.monotonic() + seconds
        while left := self.leftovers():
            assert time.monotonic() < end, f'left behind: {left}\n{self.output}'
            time.sleep(0.01)


def plays(playbook, module_defaults):
    """A list of plays from YAML text or data: plays as they are, tasks as one play on all hosts."""
    content = yaml.safe_load(playbook) if isinstance(playbook, str) else playbook
    if not any('hosts' in entry or 'import_playbook' in entry for entry in content):
        content = [{'name': 'Test', 'hosts': 'all', 'gather_facts': False, 'tasks': content}]
    if module_defaults:
        content = [{**play, 'module_defaults': {'group/vsphere.vm.vcenter': module_defaults,
                                                **play.get('module_defaults', {})}} for play in content]
    return content


def inventory(hosts, python, path):
    """An inventory of so many hosts that are all this machine, as data."""
    return {'all': {'hosts': {f'host{number}': None for number in range(hosts)}, 'vars': {
        'ansible_connection': CONNECTIONS[path],
        'ansible_python_interpreter': str(python),
    }}}


def connection(simulator):
    """The environment that points the modules at a simulator, but for its certificate."""
    return {'VMWARE_HOST': simulator.host, 'VMWARE_PORT': str(simulator.port),
            'VMWARE_USER': simulator.username, 'VMWARE_PASSWORD': simulator.password}


class AnsibleCore:
    """One of the ansible-cores below .build/venv, by the environment's name: oldest or newest."""

    def __init__(self, name, folder):
        """`folder` is one that this may fill; its path must not hold spaces, which an interpreter's may not."""
        self.name = name
        self.folder = Path(folder)
        venv = self.folder / name
        if not venv.is_symlink():
            venv.symlink_to(VENVS / name)
        self.python = venv / 'bin' / 'python'
        self.collections = self.folder / 'collections'
        if not self.collections.is_symlink():
            self.collections.symlink_to(COLLECTIONS)

    def environment(self, home, extra):
        """The variables of a run: nothing of the caller's but what finds programs, and every folder below `home`."""
        folders = {'HOME': home, 'TMPDIR': home / 'tmp', 'ANSIBLE_HOME': home / 'ansible',
                   'ANSIBLE_LOCAL_TEMP': home / 'local', 'ANSIBLE_REMOTE_TEMP': home / 'remote',
                   'ANSIBLE_ASYNC_DIR': home / 'async'}
        for folder in folders.values():
            folder.mkdir(parents=True, exist_ok=True)
        config = home / 'ansible.cfg'
        config.touch()
        return {
            'PATH': os.environ['PATH'],
            'LC_ALL': 'C.UTF-8',
            **{name: str(folder) for name, folder in folders.items()},
            'ANSIBLE_CONFIG': str(config),
            'ANSIBLE_COLLECTIONS_PATH': str(self.collections),
            'ANSIBLE_CALLBACK_PLUGINS': str(PLUGINS / 'callback'),
            'ANSIBLE_CALLBACKS_ENABLED': 'vsphere_test_results',
            'ANSIBLE_CONNECTION_PLUGINS': str(PLUGINS / 'connection'),
            'ANSIBLE_NOCOLOR': '1',
            'VSPHERE_TEST_RESULTS': str(home / 'results'),
            **extra,
        }

    def ansible(self, command, *arguments, cwd=None, env=None):
        """Run another of ansible's commands (doc, galaxy, ...), assert that it went well, and return its output."""
        home = self.home()
        done = subprocess.run([str(self.python), '-m', 'ansible', command, *map(str, arguments)], cwd=cwd or home,
                              env=self.environment(home, env or {}), stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def home(self):
        """A fresh folder for one run."""
        return Path(tempfile.mkdtemp(dir=self.folder, prefix='run-'))

    def command(self, home, playbook, *, module_defaults=None, extra_vars=None, args=(), hosts=1, path='controller',
                forks=None):
        """The command line of a run, with its inventory and playbook written below `home`."""
        written = home / 'inventory.yml'
        written.write_text(yaml.safe_dump(inventory(hosts, self.python, path)), encoding='utf-8')
        if not isinstance(playbook, Path):
            content = plays(playbook, module_defaults)
            playbook = home / 'playbook.yml'
            playbook.write_text(yaml.safe_dump(content, sort_keys=False), encoding='utf-8')
        command = [str(self.python), '-m', 'ansible', 'playbook', '-i', str(written), str(playbook), *args]
        if extra_vars:
            command += ['-e', json.dumps(extra_vars)]
        if forks:
            command += ['--forks', str(forks)]
        return command

    def start(self, playbook, *, env=None, **options):
        """Start ansible-playbook and return its subprocess.Popen and its home, for tests that interrupt it."""
        home = self.home()
        command = self.command(home, playbook, **options)
        process = subprocess.Popen(command, cwd=home, env=self.environment(home, env or {}), text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return process, home

    def finish(self, process, home, timeout=300):
        """Wait for a process that start() gave, and return its PlaybookRun."""
        began = time.monotonic()
        try:
            stdout, stderr = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            stdout, stderr = process.communicate()
            raise AssertionError(f'ansible-playbook did not end within {timeout} s\n{stdout}{stderr}') from None
        run = PlaybookRun(process.args, process.returncode, stdout, stderr, time.monotonic() - began, home)
        results = home / 'results'
        for line in results.read_text(encoding='utf-8').splitlines() if results.exists() else ():
            read = json.loads(line)
            if 'stats' in read:
                run.stats = read['stats']
            else:
                run.tasks.setdefault(read['task'], {})[read['host']] = read['result']
                run.statuses.setdefault(read['task'], {})[read['host']] = read['status']
        return run

    def play(self, playbook, *, timeout=300, **options):
        """Run ansible-playbook to its end and return the PlaybookRun.

        playbook         YAML text or data, plays or just tasks; or a Path to a file, which is run as it is
        module_defaults  options for the action group vcenter
        env              environment variables, over the few that a run has
        extra_vars       a dict for -e
        args             more arguments: '-vvv', '--check', '--diff'
        hosts            how many hosts the inventory has, host0 and on, all of them this machine
        path             'controller' or 'module': CONNECTIONS
        forks, timeout   ansible's forks; seconds
        """
        return self.finish(*self.start(playbook, **options), timeout=timeout)
