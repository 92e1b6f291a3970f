# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What all integration tests together have had the simulators do: kept in files, since they run in several processes."""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / '.build' / 'coverage'
RUN = os.environ.get('PYTEST_XDIST_TESTRUNUID', f'process-{os.getpid()}')
OLD = 6 * 3600  # seconds after which no run still needs what is kept


def _write(kind, line):
    FOLDER.mkdir(parents=True, exist_ok=True)
    with open(FOLDER / f'{RUN}.{kind}.{os.getpid()}', 'a', encoding='utf-8') as kept:
        kept.write(line + '\n')


def _lines(kind):
    for path in FOLDER.glob(f'{RUN}.{kind}.*'):
        yield from path.read_text(encoding='utf-8').splitlines()


def record(simulator):
    """Keeps what a simulator was asked and how it answered, in the answer or in the task."""
    tasks = simulator.call(lambda: [task.get('info') for task in simulator.vcenter.objects('Task')])
    errors = [(info['name'], info['error']) for info in tasks if info.get('error')]
    _write('calls', json.dumps({
        'calls': [(request['method'], request['fault']) for request in simulator.requests if request['status'] in (200, 204, 500)],
        'errors': [(name, (error.get('fault') or error).get('_typeName')) for name, error in errors],
        'read': sorted({path for request in simulator.requests
                        for path in (request.get('read') or {}).get('VirtualMachine', ())})}))


def finished(nodeid):
    """Keeps that a test is done."""
    _write('finished', nodeid)


def finished_tests():
    """The tests that are done, in all processes of this run."""
    return set(_lines('finished'))


def calls():
    """{method: faults it was answered with, None for success}, and the property paths of virtual machines that were read."""
    answered, read = {}, set()
    for line in _lines('calls'):
        kept = json.loads(line)
        for method, fault in (*kept['calls'], *kept['errors']):
            answered.setdefault(method, set()).add(fault)
        read.update(kept['read'])
    return answered, read


def forget_old():
    """Removes what earlier runs have kept; not what is new: another process, or another run, may still read it."""
    for path in FOLDER.glob('*'):
        with suppress(FileNotFoundError):  # each process of a run does this
            if path.stat().st_mtime < time.time() - OLD:
                path.unlink()
