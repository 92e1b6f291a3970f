# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Two hundred workers and ten thousand operations in one run: what is left of it when it has ended."""

from __future__ import annotations

import collections
import stat
import threading
import time
from pathlib import Path

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.vsphere.vm.plugins.module_utils.client import Client
from ansible_collections.vsphere.vm.plugins.module_utils.driving import drive
from ansible_collections.vsphere.vm.plugins.module_utils.lookup import Inventory
from ansible_collections.vsphere.vm.plugins.module_utils.run import Run
from ansible_collections.vsphere.vm.plugins.modules import info, power
from ansible_collections.vsphere.vm.plugins.plugin_utils import run_session
from ansible_collections.vsphere.vm.plugins.plugin_utils.run_session import RunKeeper

from tests.simulator import Simulator

WORKERS, OPERATIONS = 200, 50
ESTABLISHED = '01'


@pytest.fixture(scope='module')
def served():
    """A server with a virtual machine for each worker, whose tasks take so long that all workers wait at once."""
    with Simulator(vms=WORKERS, delay=3) as simulator:
        yield simulator


def connections(port):
    """How many connections to a port of this machine are open."""
    rows = [line.split() for line in Path('/proc/net/tcp').read_text(encoding='ascii').splitlines()[1:]]
    return sum(row[1].endswith(f':{port:04X}') and row[3] == ESTABLISHED for row in rows)


def zombies():
    """The children of this process that have ended and that nobody has waited for."""
    children = [child for each in Path('/proc/self/task').glob('*/children') for child in each.read_text().split()]
    return [child for child in children if Path(f'/proc/{child}/stat').read_text().rpartition(')')[2].split()[0] == 'Z']


def params_of(operation, options):
    """The options of a task, as they are validated once for all workers."""
    validated = ArgumentSpecValidator(**operation.options.arguments()).validate({**options, 'moid': 'vm-0'})
    assert not validated.errors.errors
    return validated.validated_parameters


def operate(client, operation, params, moid):
    """Runs an operation on one virtual machine; returns its report."""
    inventory = Inventory(client)
    run = Run(operation, client, inventory, {**params, 'moid': moid}, False)
    drive(client, inventory, run.flow())
    return run.report


@pytest.mark.filterwarnings('ignore:.*multi-threaded:DeprecationWarning')
def test_a_run_of_many_workers_and_operations_leaves_nothing_behind(simulator, options, in_children, made):
    off = params_of(power.OPERATION, {**options, 'state': 'powered_off'})
    look = params_of(info.OPERATION, {**options, 'properties': ['runtime.powerState']})

    def work(number):
        with Client(options, RunKeeper(options)) as client:
            reports = [operate(client, power.OPERATION, off, f'vm-{number}')]
            reports += [operate(client, info.OPERATION, look, f'vm-{number}') for _operation in range(OPERATIONS - 1)]
        return [threading.active_count(), [each.get('failed') and each['msg'] for each in reports],
                {each['vm']['runtime']['powerState'] for each in reports[1:]} == {'poweredOff'}]

    before = len(simulator.requests)
    answers = in_children(work, WORKERS, numbered=True)
    told = collections.Counter(request['method'] for request in simulator.requests[before:])
    assert [failed for _threads, failures, _off in answers for failed in failures if failed] == []
    assert {(threads, len(failures), is_off) for threads, failures, is_off in answers} == {(1, OPERATIONS, True)}
    assert told['Login'] == 1 and told['PowerOffVM_Task'] == WORKERS
    assert told['CreatePropertyCollector'] <= WORKERS
    assert len(simulator.sessions) == 1

    run_session.log_out()
    assert simulator.sessions == [] and simulator.requests[-1]['method'] == 'Logout'
    assert simulator.call(lambda: len(simulator.vcenter.objects('PropertyCollector'))) == 1
    left = [path for path in made() if '.collector-' not in path.name and path.suffix != '.lock']
    assert left == [] and {stat.S_IMODE(path.stat().st_mode) for path in made()} == {0o600}
    until = time.monotonic() + 60
    while connections(simulator.port) and time.monotonic() < until:
        time.sleep(0.01)
    assert connections(simulator.port) == 0 and zombies() == []
