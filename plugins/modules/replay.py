#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: replay
short_description: Start and stop replaying a recording of a virtual machine
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Has a virtual machine repeat, instruction by instruction, what M(vsphere.vm.record) has recorded, starting from the
    recording's snapshot.
  - Replaying changes the current snapshot of the virtual machine.
  - VMware calls the interface experimental, and deprecated it in vSphere 5.1. Current hosts do not support it; the task
    then fails with V(NotSupported) or V(HostIncompatibleForRecordReplay) and says what to do instead.
options:
  state:
    description: Whether the virtual machine is replaying.
    type: str
    default: started
    choices: [started, stopped]
  snapshot_name:
    description:
      - Name of the recording's snapshot, or its path in the tree, such as V(base/login-bug).
      - Without it and O(snapshot_id) the newest recording is replayed.
    type: str
    aliases: [recording_name]
  snapshot_id:
    description: Id of the recording's snapshot in the tree, or its moid, as M(vsphere.vm.snapshot_info) returns it.
    type: str
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.changes
  - vsphere.vm.connection
  - vsphere.vm.target
  - vsphere.vm.fleet
  - vsphere.vm.task
  - vsphere.vm.questions
seealso:
  - module: vsphere.vm.record
  - module: vsphere.vm.snapshot_info
'''

EXAMPLES = r'''
- name: Replay the recording of the bug
  vsphere.vm.replay:
    name: app-01
    state: started
    snapshot_name: login-bug

- name: End the replay
  vsphere.vm.replay:
    name: app-01
    state: stopped

- name: Replay the newest recording, and tell why if that cannot be
  block:
    - name: Replay
      vsphere.vm.replay:
        moid: vm-41
      register: replaying
  rescue:
    - name: Tell the reason and what to do about it
      ansible.builtin.debug:
        msg: "{{ replaying.fault.name }}: {{ replaying.msg }} {{ replaying.fault.hint }}"
'''

RETURN = r'''
vm:
  description: The virtual machine, and whether it is replaying.
  returned: when the virtual machine was found
  type: dict
  sample: {moid: vm-41, name: app-01, replaying: true}
operation:
  description: The API method that was called, or in check mode would be.
  returned: when something was to be done
  type: str
  sample: StartReplaying_Task
task:
  description: The vCenter task, with its moid, state, times and result.
  returned: when the method runs as a task
  type: dict
  sample: {moid: task-77, operation: StartReplaying_Task, state: success}
fault:
  description: Why the task failed, with name, category, retryable, hint, details, cause, operation, vm and task.
  returned: on failure
  type: dict
  sample: {name: RecordReplayDisabled, category: state, retryable: false}
'''

from ..module_utils.decision import Change
from ..module_utils.faults import Refusal
from ..module_utils.methods.record_replay import STATE as RECORD_REPLAY_STATE
from ..module_utils.operation import Operation
from ..module_utils.options import Options
from ..module_utils.snapshot_tree import existing_snapshot


def replay(vm, params):
    """Decides how to start or stop the replay."""
    now = {'replaying': vm['runtime.recordReplayState'] == 'replaying'}
    if params['state'] == 'stopped':
        return Change(now, {'replaying': False}, vm.stop_replaying())
    if now['replaying']:
        return Change(now, now)
    return Change(now, {'replaying': True}, vm.start_replaying(recording(vm, params)))


def recording(vm, params):
    """Returns the snapshot of the recording that is meant: the newest one if none is named."""
    if params['snapshot_name'] or params['snapshot_id']:
        return existing_snapshot(vm, params['snapshot_name'], params['snapshot_id'])
    recordings = [each for each in vm.snapshots() if each['tree'].get('replaySupported')]
    if not recordings:
        raise Refusal(f'{vm.name} has no recording to replay: make one with vsphere.vm.record.', 'NotFound')
    return max(recordings, key=lambda each: each['tree']['createTime'])


OPERATION = Operation(
    replay,
    Options({
        'state': {'type': 'str', 'default': 'started', 'choices': ['started', 'stopped']},
        'snapshot_name': {'type': 'str', 'aliases': ['recording_name']},
        'snapshot_id': {'type': 'str'},
    }, mutually_exclusive=[['snapshot_name', 'snapshot_id']]),
    properties=RECORD_REPLAY_STATE)


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
