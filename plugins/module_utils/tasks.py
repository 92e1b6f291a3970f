# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a task came to, and waiting for many of them at once. Source: the API page of TaskInfo.

Knows no virtual machine and no Ansible.
"""

from __future__ import annotations

import time

from . import wire
from .answers import as_fault
from .faults import Fault, WaitTimeout
from .watching import watch

TASK_STATE = 'info.state'
ENDED = ('success', 'error')


def moid_of(info):
    """Returns the moid of the task that a TaskInfo is of."""
    return info.get('key') or wire.at(info, 'task.value')


def task_error(info, operation=None):
    """Returns the exception for the error of a TaskInfo in wire form, with the task in it."""
    fault = Fault('The task failed without a fault.', 'MethodFault')
    if info.get('error'):
        fault = as_fault(info['error'], operation or info.get('name'))
    fault.task = moid_of(info)
    return fault


def summary(info):
    """Returns what a user wants to see of a TaskInfo: plain data, times as RFC 3339 texts in UTC."""
    return {
        'moid': moid_of(info), 'operation': info.get('name') or info.get('descriptionId'), 'state': info['state'],
        'progress': info.get('progress'), 'entity': wire.plain(info.get('entity')),
        'entity_name': info.get('entityName') and wire.name(info['entityName']),
        'queued': info.get('queueTime'), 'started': info.get('startTime'), 'completed': info.get('completeTime'),
        'cancelled': info.get('cancelled', False), 'cancelable': info.get('cancelable', False),
        'result': wire.plain(info.get('result')),
    }


def ended(values, keys):
    """Tells whether every task of `keys` has ended, or is gone."""
    return all(values[key] is None or values[key].get(TASK_STATE) in ENDED for key in keys)


def wait_for_all(client, moids, timeout):
    """Waits until all the tasks with these moids have ended; all of them in one watch, whatever their number.

    Raises WaitTimeout after `timeout` seconds; the tasks run on.
    """
    if not moids:
        return
    keys = [('Task', moid) for moid in moids]
    last = {}

    def met(values):
        last.update(values)
        return ended(values, keys)
    if not watch(client, {key: [TASK_STATE] for key in keys}, met, time.monotonic() + timeout):
        running = [moid for kind, moid in keys if not ended(last, [(kind, moid)])]
        raise WaitTimeout(f'{len(running)} of {len(keys)} tasks have not ended within {timeout} seconds and run on: '
                          f'{", ".join(running)}.', task=running[0], details={'running': running})
