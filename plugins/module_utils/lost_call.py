# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A call whose answer was lost: whether it has begun.

It is never sent again, since what it does may be under way. Source: the API page of VirtualMachine (recentTask).
"""

from __future__ import annotations

from . import wire
from .faults import Failure
from .needs import Read, recent_tasks

NOT_BEGUN = 'The virtual machine has no task of it, so that it has not begun. Run the task again.'
PERHAPS_DONE = 'Whether it was done is not known. Look before you run the task again.'


def task_begun(step, error, vm):
    """Returns the reference of the task that a Step has begun on a VirtualMachine; a generator of needs.

    The VM's recent tasks tell, beyond those that it was read with. Raises the TransportError that the call ended with,
    with what is known of it in its hint, if there is no such task or nobody can tell.
    """
    if not error.may_have_run or step.work:
        raise error
    if not vm or not step.method.endswith('_Task'):
        error.hint = PERHAPS_DONE
        raise error
    known = {ref['value'] for ref in vm['recentTask'] or []}
    try:
        refs = yield from recent_tasks(vm.ref)
        read = yield Read({wire.key_of(ref): ('info',) for ref in refs if ref['value'] not in known})
    except Failure:
        # What matters more than why the server does not tell is that the call may have begun.
        error.hint = PERHAPS_DONE
        raise error from None
    infos = [each['info'] for each in read.values() if each.get('info')]
    begun = [info for info in infos if info.get('name') == step.method]
    if not begun:
        error.hint, error.details = NOT_BEGUN, {'begun': False}
        raise error
    return max(begun, key=lambda info: info['queueTime'])['task']
