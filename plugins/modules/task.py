#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: task
short_description: Wait for vCenter tasks, cancel them or read them
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Waits for tasks that other modules have started with C(wait=false), for all of them together, whatever their number.
  - Cancels tasks, or reads their progress.
options:
  task:
    description: The tasks, by their moids, such as V(task-77).
    type: list
    elements: str
    required: true
    aliases: [tasks, task_moid]
  state:
    description:
      - V(ended) waits until all of them have ended.
      - V(cancelled) cancels those that have not ended, and waits until they have.
      - V(present) only reads them.
    type: str
    default: ended
    choices: [ended, cancelled, present]
  fail_on_error:
    description: With O(state=ended), fail if one of the tasks has ended with an error. RV(tasks) has all of them in any
      case.
    type: bool
    default: true
  timeout:
    description: The most seconds to wait. The tasks continue after that.
    type: int
    default: 3600
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.changes
  - vsphere.vm.connection
'''

EXAMPLES = r'''
- name: Start the snapshots of all hosts without waiting
  vsphere.vm.snapshot:
    moid: "{{ moid }}"
    snapshot_name: nightly
    wait: false
  register: started

- name: Wait for all of them at once
  vsphere.vm.task:
    task: "{{ ansible_play_hosts | map('extract', hostvars) | map(attribute='started.task.moid') | list }}"
  run_once: true

- name: Stop a task that takes too long
  vsphere.vm.task:
    task: task-77
    state: cancelled
'''

RETURN = r'''
tasks:
  description: The tasks in the order in which they were named.
  returned: success
  type: list
  elements: dict
  sample:
    - moid: task-77
      operation: CreateSnapshot_Task
      state: success
      progress: null
      entity: {type: VirtualMachine, value: vm-41}
      entity_name: app-01
      queued: "2026-11-24T08:00:00.000000Z"
      started: "2026-11-24T08:00:00.100000Z"
      completed: "2026-11-24T08:00:02.000000Z"
      cancelled: false
      cancelable: false
      result: {type: VirtualMachineSnapshot, value: snapshot-12}
      error: null
fault:
  description: Why the task failed, with name, category, retryable, hint, details, cause, operation, vm and task.
  returned: on failure
  type: dict
  sample: {name: WaitTimeout, category: timeout, retryable: false}
'''

from ..module_utils import tasks
from ..module_utils.decision import Change, Facts
from ..module_utils.faults import Refusal
from ..module_utils.methods.step import Step
from ..module_utils.operation import Operation
from ..module_utils.options import Options


def task(vcenter, params):
    """Decides what is to be done with the tasks; waiting changes nothing."""
    moids = list(dict.fromkeys(params['task']))
    if any('{' in each for each in moids):
        raise Refusal('task takes moids, such as task-77: the task.moid of a result, not its task.', 'InvalidArgument',
                      details={'option': 'task'})
    if params['state'] == 'cancelled':
        infos = vcenter.inventory.tasks(moids)
        running = [info for info in infos if info['state'] not in tasks.ENDED]
        before = {'tasks': [tasks.summary(info) for info in infos]}
        after = {'tasks': [each if each['state'] in tasks.ENDED else {**each, 'state': 'error', 'cancelled': True}
                           for each in before['tasks']]}
        return Change(before, after, *[cancel(info) for info in running])
    if params['state'] == 'ended':
        tasks.wait_for_all(vcenter.client, moids, params['timeout'])
    infos = vcenter.inventory.tasks(moids)
    vcenter.tell({'tasks': [tasks.summary(info) for info in infos]})
    failed = [info for info in infos if info['state'] == 'error']
    if failed and params['state'] == 'ended' and params['fail_on_error']:
        raise tasks.task_error(failed[0])
    return Facts({})


def cancel(info):
    """Returns the step that cancels a task and waits until it has ended."""
    fixed = None if info.get('cancelable') else f'{tasks.moid_of(info)} ({info.get("name")}) cannot be cancelled.'
    return Step(info['task'], 'CancelTask', None, {}, forecasts={'NotSupported': fixed},
                reached=((tasks.TASK_STATE,), lambda now: now.get(tasks.TASK_STATE) in tasks.ENDED))


OPERATION = Operation(
    task,
    Options({
        'task': {'type': 'list', 'elements': 'str', 'required': True, 'aliases': ['tasks', 'task_moid']},
        'state': {'type': 'str', 'default': 'ended', 'choices': ['ended', 'cancelled', 'present']},
        'fail_on_error': {'type': 'bool', 'default': True},
        'timeout': {'type': 'int', 'default': 3600},
    }), changes=False, targets_vm=False)


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
