# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Jobs as AWX runs them: ansible-runner, the variables of its vCenter credential, an inventory source, a cancelled job.

AWX gives ansible-runner a folder with project, inventory and env, and hands a job to the machine that runs it through
`transmit | worker | process`. The built-in credential type injects exactly the variables of `credential`.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
import yaml

from .playbook import VENVS

RUNNER = VENVS / 'tools' / 'bin' / 'ansible-runner'
SURVEY = {'wanted': 'powered_off'}
IDENT = 'job'


def credential(simulator):
    """What AWX's credential type "VMware vCenter" puts into the environment of a job or inventory update.

    AWX takes VMWARE_VALIDATE_CERTS from its own setting of that name, which is False unless an administrator changed it.
    """
    return {'VMWARE_HOST': simulator.host, 'VMWARE_USER': simulator.username, 'VMWARE_PASSWORD': simulator.password,
            'VMWARE_VALIDATE_CERTS': 'False'}


def play(simulator, *tasks, hosts='all', **more):
    """A play as a project has it. The credential knows no port, so that the play does."""
    return {'name': 'Test', 'hosts': hosts, 'connection': 'local', 'gather_facts': False,
            'module_defaults': {'group/vsphere.vm.vcenter': {'port': simulator.port}}, 'tasks': list(tasks), **more}


def count(simulator, *methods):
    called = [request['method'] for request in simulator.requests]
    return [called.count(method) for method in methods]


class Job:
    """A folder as ansible-runner wants it, and the commands of ansible-runner on it."""

    def __init__(self, core, folder, env, plays, extra_vars=None, settings=None):
        self.core = core
        self.folder = folder
        # A short path: ansible-core has a socket below it.
        self.home = core.home()
        files = {'project/site.yml': plays, 'env/envvars': env, 'env/extravars': extra_vars or {},
                 'env/settings': settings or {}, 'inventory/hosts.yml': {'all': {'hosts': {'localhost': None}}}}
        for name, content in files.items():
            self.write(name, yaml.safe_dump(content, sort_keys=False))

    def write(self, name, text):
        """Writes a file below the folder, for this user alone; returns its path."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding='utf-8')
        path.chmod(0o600)
        return path

    def start(self, *command, stdin=subprocess.DEVNULL):
        """Starts ansible-runner, with the ansible-playbook of this ansible-core first on the path."""
        environment = self.core.environment(self.home, {})
        environment['PATH'] = f'{self.core.python.parent}{os.pathsep}{environment["PATH"]}'
        return subprocess.Popen([str(RUNNER), *map(str, command)], env=environment, stdin=stdin, cwd=self.home,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self):
        """`ansible-runner run`, to its end; returns (return code, output)."""
        process = self.start('run', self.folder, '-p', 'site.yml', '--ident', IDENT)
        stdout, stderr = process.communicate(timeout=400)
        return process.returncode, (stdout + stderr).decode()

    def stream(self, received):
        """transmit | worker | process: the job runs from a stream, and its artifacts come back in one."""
        sent = self.start('transmit', self.folder, '-p', 'site.yml', '--ident', IDENT)
        worker = self.start('worker', stdin=sent.stdout)
        back = self.start('process', received, '--ident', IDENT, stdin=worker.stdout)
        stdout, stderr = back.communicate(timeout=400)
        told = [stdout, stderr]
        for each in (sent, worker):
            with each:
                told.append(each.stderr.read())
        return [each.returncode for each in (sent, worker, back)], b''.join(told).decode()

    def artifacts(self, folder=None):
        """The folder of what came of the job."""
        return (folder or self.folder) / 'artifacts' / IDENT

    def events(self, folder=None):
        """The events of the job, in their order."""
        files = sorted((self.artifacts(folder) / 'job_events').glob('*.json'), key=lambda path: int(path.name.split('-')[0]))
        return [json.loads(path.read_text(encoding='utf-8')) for path in files]

    def results(self, task, folder=None):
        """The results of a task, by host."""
        return {event['event_data']['host']: event['event_data']['res'] for event in self.events(folder)
                if event['event'].startswith('runner_on_') and event['event_data'].get('task') == task
                and 'res' in event['event_data']}

    def assert_no_secret(self, simulator, folder=None):
        """The password is in no artifact but ansible-runner's own note of the environment; the run's files are gone."""
        for path in self.artifacts(folder).rglob('*'):
            if path.is_file() and path.name != 'command':
                assert simulator.password.encode() not in path.read_bytes(), path
        assert self.leftovers() == []

    def leftovers(self):
        """Files of the collection in the temporary folders of the run."""
        return [path for name in ('local', 'tmp', 'remote') for path in (self.home / name).rglob('*') if path.is_file()]


@pytest.fixture
def job(ansible_core, tmp_path):
    """A function that makes a Job."""
    def make(*arguments, **options):
        return Job(ansible_core, tmp_path / 'job', *arguments, **options)
    return make


def processes_of(home):
    """Numbers of the processes that work for a run with this HOME."""
    found = []
    for process in Path('/proc').glob('[0-9]*'):
        with contextlib.suppress(OSError):
            if f'HOME={home}\0'.encode() in (process / 'environ').read_bytes():
                found.append(int(process.name))
    return found


def until(happened, seconds=300):
    """Returns when `happened()` is true; it must be so within this time."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, 'it did not happen'
        time.sleep(0.02)


POWER = {'name': 'Power', 'vsphere.vm.power': {'moid': '{{ moid }}', 'state': '{{ wanted }}'}}


def sync(core, simulator, folder):
    """An inventory update: what AWX runs for a source in the project, and the script that it gives to jobs then."""
    source = folder / 'source' / 'production.vms.yml'
    source.parent.mkdir(parents=True)
    source.write_text(yaml.safe_dump({'plugin': 'vsphere.vm.vms', 'port': simulator.port}), encoding='utf-8')
    printed = core.ansible('inventory', '-i', source, '--list', '--export', env=credential(simulator))
    assert simulator.password not in printed
    return printed


def as_script(printed):
    """An inventory script that prints this."""
    return f"#!/bin/sh\ncat <<'EOF'\n{printed}\nEOF\n"


def test_a_job_with_the_credential_an_inventory_source_and_a_survey(job, ansible_core, simulator, tmp_path):
    printed = sync(ansible_core, simulator, tmp_path)
    assert count(simulator, 'Login', 'Logout') == [1, 1]
    made = job(credential(simulator), [play(simulator, POWER)], SURVEY)
    made.write('inventory/hosts.yml', as_script(printed)).rename(made.folder / 'inventory' / 'hosts')
    (made.folder / 'inventory' / 'hosts').chmod(0o700)
    rc, output = made.run()
    assert rc == 0, output
    results = made.results('Power')
    assert sorted(results) == ['DC0_C0_RP0_VM0', 'DC0_H0_VM0']
    assert all(result['changed'] and result['vm']['power_state'] == 'powered_off' for result in results.values())
    assert count(simulator, 'Login', 'Logout', 'PowerOffVM_Task') == [2, 2, 2]
    assert simulator.sessions == []
    made.assert_no_secret(simulator)
    until(lambda: processes_of(made.home) == [])


def test_a_job_that_is_streamed_to_the_machine_that_runs_it(job, simulator, tmp_path):
    made = job(credential(simulator), [play(simulator, {**POWER, 'vsphere.vm.power': {'moid': 'vm-1', 'state': '{{ wanted }}'}},
                                            {'name': 'Fail', 'vsphere.vm.power': {'name': 'nothing', 'state': 'powered_on'}})], SURVEY)
    codes, output = made.stream(tmp_path / 'received')
    assert codes == [0, 2, 0], output
    assert (made.artifacts(tmp_path / 'received') / 'status').read_text() == 'failed'
    assert made.results('Power', tmp_path / 'received')['localhost']['changed']
    failed = made.results('Fail', tmp_path / 'received')['localhost']
    assert failed['fault']['category'] == 'not_found' and 'nothing' in failed['msg']
    assert count(simulator, 'Login', 'Logout') == [1, 1] and simulator.sessions == []
    made.assert_no_secret(simulator, tmp_path / 'received')


def test_a_play_can_have_certificates_checked_that_the_credential_does_not(job, simulator):
    look = {'moid': 'vm-1', 'properties': [], 'validate_certs': True}
    made = job(credential(simulator), [play(
        simulator,
        {'name': 'Look', 'vsphere.vm.info': look, 'ignore_errors': True},
        {'name': 'Option', 'vsphere.vm.info': {**look, 'ca_cert': str(simulator.ca_cert)}},
        {'name': 'Variable', 'vsphere.vm.info': look, 'environment': {'VMWARE_CA_CERT': str(simulator.ca_cert)}})])
    rc, output = made.run()
    assert rc == 0, output
    assert made.results('Look')['localhost']['fault']['category'] == 'transport'
    assert made.results('Option')['localhost']['vm']['moid'] == made.results('Variable')['localhost']['vm']['moid'] == 'vm-1'


def test_facts_are_cached_without_a_secret_and_serve_the_next_play(job, simulator):
    keep = {'name': 'Keep', 'ansible.builtin.set_fact': {'seen': '{{ look.vm }}', 'cacheable': True}}
    look = {'name': 'Look', 'vsphere.vm.info': {'moid': 'vm-1', 'properties': ['config.name']}, 'register': 'look'}
    use = {'name': 'Use', 'vsphere.vm.power': {'moid': '{{ ansible_facts.seen.moid }}', 'state': 'powered_off'}}
    made = job({**credential(simulator), 'ANSIBLE_CACHE_PLUGIN': 'jsonfile'}, [play(simulator, look, keep)],
               settings={'fact_cache_type': 'jsonfile', 'fact_cache': 'facts'})
    rc, output = made.run()
    assert rc == 0, output
    (cached,) = (made.artifacts() / 'facts').iterdir()
    assert 'vm-1' in cached.read_text(encoding='utf-8')
    made.assert_no_secret(simulator)
    made.write('project/site.yml', yaml.safe_dump([play(simulator, use)]))
    rc, output = made.run()
    assert rc == 0, output
    assert made.results('Use')['localhost']['changed']


FLEET = {'name': 'Power', 'vsphere.vm.power': {'where': {}, 'state': 'powered_off', 'concurrency': 2}}


def test_a_cancelled_job_leaves_no_session_and_begins_nothing_more(job, start_simulator):
    simulator = start_simulator(vms=6, delay=60)
    made = job(credential(simulator), [play(simulator, FLEET)], settings={'pexpect_timeout': 1})
    process = made.start('run', made.folder, '-p', 'site.yml', '--ident', IDENT)
    until(lambda: count(simulator, 'PowerOffVM_Task') == [2])
    process.send_signal(signal.SIGTERM)
    output = b''.join(process.communicate(timeout=400)).decode()
    assert (made.artifacts() / 'status').read_text() == 'canceled', output
    until(lambda: simulator.sessions == [])
    until(lambda: made.leftovers() == [])
    until(lambda: processes_of(made.home) == [])
    assert count(simulator, 'Login', 'Logout', 'PowerOffVM_Task') == [1, 1, 2]
