# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a task costs: beside Ansible's own ping, in requests, and in inventories of each size."""

from __future__ import annotations

from .bench import Bench, count, heading, row
from .vcenter import VCenter

VMS = 40
TASKS = 5
FORKS = 5
# Requests a task are the difference between a run of one task and a run of so many more, so that log-in does not count.
MORE = 10
TASK_SECONDS = '0.5'
SIZES = (10, 1000, 10_000)


def power(state='powered_on', **target):
    """A task."""
    return {'vsphere.vm.power': {**target, 'state': state}}


def measure(core, repetitions):
    """Prints the wall time beside ansible.builtin.ping, and the requests of a task."""
    with VCenter(VMS, '--delay', TASK_SECONDS) as vcenter:
        bench = Bench(core, vcenter, repetitions)
        compare(bench)
        cost(bench)


def compare(bench):
    """Prints the wall time beside ansible.builtin.ping."""
    host, loop = "vm-{{ groups['all'].index(inventory_hostname) + 1 }}", list(range(1, VMS + 1))
    cases = (
        (f'{VMS} hosts x {TASKS} tasks, forks {FORKS}', [power(moid=host)] * TASKS,
         [{'ansible.builtin.ping': None}] * TASKS, {'hosts': VMS, 'forks': FORKS}),
        (f'a loop of {VMS}', [{**power(moid='vm-{{ item }}'), 'loop': loop}],
         [{'ansible.builtin.ping': None, 'loop': loop}], {}),
    )
    heading(f'seconds, median of {bench.repetitions}', 'power', 'ping', 'ratio', 'requests', 'logins', 'logouts')
    for title, ours, theirs, options in cases:
        (mine, ping), requests = bench.seconds(ours, theirs, **options)
        row(title, mine, ping, mine / ping, len(requests), count(requests, 'Login'), count(requests, 'Logout'))


def cost(bench):
    """Prints the requests of a task."""
    heading('requests a task', 'requests')
    for kind, value in bench.vcenter.targets(1).items():
        row(f'nothing to change, by {kind}', bench.requests_a_task([power(**{kind: value})] * (MORE + 2)))
    changes = [power(state, moid='vm-1') for state in ['powered_off', 'powered_on'] * (MORE // 2 + 1)]
    snapshots = [{'vsphere.vm.snapshot': {'moid': 'vm-1', 'snapshot_name': f'bench {number}', 'state': 'present'}}
                 for number in range(MORE + 2)]
    for title, tasks in (('a power change', changes), ('a snapshot', snapshots)):
        row(f'{title}, by moid', bench.requests_a_task(tasks))


def measure_sizes(core, repetitions):
    """Prints what one power change costs in inventories of each size."""
    heading(f'one operation, median of {repetitions}', 'seconds', 'requests')
    for size in SIZES:
        with VCenter(size) as vcenter:
            bench = Bench(core, vcenter, repetitions)
            for kind, value in vcenter.targets(7).items():
                cycle = [power(state, **{kind: value}) for state in ('powered_off', 'powered_on')]
                (both,), requests = bench.seconds(cycle)
                row(f'off and on again by {kind}, {size} VMs', both, len(requests))
