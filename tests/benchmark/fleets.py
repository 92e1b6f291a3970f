# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A thousand virtual machines in one task, against the limit that the server's tasks set."""

from __future__ import annotations

import datetime

from .bench import Bench, heading, row
from .vcenter import VCenter

VMS = 1000
TASK_SECONDS = 1
CONCURRENCY = 100
LIMIT = VMS * TASK_SECONDS / CONCURRENCY
# A vCenter takes a while to begin a task, and a network to bring the answer.
SLOW = 0.05
OPERATIONS = ('PowerOffVM_Task', 'PowerOnVM_Task', 'CreateSnapshot_Task')


def fleet(module, **options):
    """A task for all of them."""
    return [{f'vsphere.vm.{module}': {'where': {}, 'concurrency': CONCURRENCY, **options}}]


def measure(core, repetitions):
    """Prints the seconds of the plays, and from the first request to the last, which are compared with the limit."""
    title = f'{VMS} VMs, tasks of {TASK_SECONDS} s, {CONCURRENCY} at once'
    heading(title, 'play', 'requests', 'to limit', 'operations', 'others')
    for slow in (0, SLOW):
        late = [argument for method in OPERATIONS for argument in ('--slow', f'{method}={slow}')] if slow else []
        told = f', answers {slow * 1000:.0f} ms late' if slow else ''
        with VCenter(VMS, '--delay', str(TASK_SECONDS), *late) as vcenter:
            bench = Bench(core, vcenter, repetitions)
            cycle = fleet('power', state='powered_off') + fleet('power', state='powered_on')
            # Each run has to take a snapshot anew.
            snapshot = fleet('snapshot', snapshot_name='{{ lookup("ansible.builtin.pipe", "date +%s%N") }}')
            for title, tasks in (('power cycle', cycle), ('snapshot', snapshot)):
                (seconds,), requests = bench.seconds(tasks)
                operations = sum(request['method'] in OPERATIONS for request in requests)
                asking = moment(requests[-1]) - moment(requests[0])
                others = len(requests) - operations
                row(title + told, seconds, asking, asking / (LIMIT * len(tasks)), operations, others)


def moment(request):
    """When a request was made, in seconds."""
    return datetime.datetime.fromisoformat(request['time']).timestamp()
