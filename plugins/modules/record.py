#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: record
short_description: Start and stop recording the execution of a virtual machine
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Records the execution of a running virtual machine, starting from a snapshot, so that M(vsphere.vm.replay) can
    repeat it.
  - Recording creates a snapshot, which becomes the current one; its name is that of the recording.
  - VMware calls the interface experimental, and deprecated it in vSphere 5.1. Current hosts do not support it; the task
    then fails with V(NotSupported) or V(HostIncompatibleForRecordReplay) and says what to do instead.
options:
  state:
    description: Whether the virtual machine is being recorded.
    type: str
    default: started
    choices: [started, stopped]
  snapshot_name:
    description: Name of the recording's snapshot, required to start. It need not be unique.
    type: str
    aliases: [recording_name]
  description:
    description: Description of the recording's snapshot.
    type: str
  enable:
    description: Set the flag C(recordReplayEnabled) of the virtual machine first, if it is not set.
    type: bool
    default: false
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.changes
  - vsphere.vm.connection
  - vsphere.vm.target
  - vsphere.vm.fleet
  - vsphere.vm.task
  - vsphere.vm.questions
seealso:
  - module: vsphere.vm.replay
  - module: vsphere.vm.snapshot
'''

EXAMPLES = r'''
- name: Record a test run
  vsphere.vm.record:
    name: app-01
    state: started
    snapshot_name: login-bug
    enable: true

- name: End the recording
  vsphere.vm.record:
    name: app-01
    state: stopped

- name: Record where the server can, keep a snapshot where it cannot
  block:
    - name: Record
      vsphere.vm.record:
        name: app-01
        snapshot_name: login-bug
      register: recording
  rescue:
    - name: Keep the state instead
      vsphere.vm.snapshot:
        name: app-01
        snapshot_name: login-bug
        memory: true
      when: recording.fault.name in ['NotSupported', 'HostIncompatibleForRecordReplay']
'''

RETURN = r'''
vm:
  description: The virtual machine, whether it is being recorded, and its record and replay state.
  returned: when the virtual machine was found
  type: dict
  sample: {moid: vm-41, name: app-01, recording: true, enabled: true}
result:
  description: Reference of the snapshot that the recording starts from.
  returned: when a recording was started
  type: dict
  sample: {type: VirtualMachineSnapshot, value: snapshot-12}
operation:
  description: The API method that was called, or in check mode would be.
  returned: when something was to be done
  type: str
  sample: StartRecording_Task
task:
  description: The vCenter task, with its moid, state, times and result.
  returned: when the method runs as a task
  type: dict
  sample: {moid: task-77, operation: StartRecording_Task, state: success}
fault:
  description: Why the task failed, with name, category, retryable, hint, details, cause, operation, vm and task.
  returned: on failure
  type: dict
  sample: {name: RecordReplayDisabled, category: state, retryable: false}
'''

from ..module_utils import wire
from ..module_utils.decision import Change
from ..module_utils.methods.record_replay import STATE as RECORD_REPLAY_STATE
from ..module_utils.operation import Operation
from ..module_utils.options import Options


def record(vm, params):
    """Decides how to start or stop the recording."""
    enabled = bool(vm['config.flags.recordReplayEnabled'])
    now = {'recording': vm['runtime.recordReplayState'] == 'recording', 'enabled': enabled}
    if params['state'] == 'stopped':
        return Change(now, {**now, 'recording': False}, vm.stop_recording())
    if now['recording']:
        return Change(now, now)
    enable = params['enable'] and not enabled
    steps = [vm.start_recording(params['snapshot_name'], params['description'], enabled=enable)]
    if enable:
        flags = wire.data('VirtualMachineFlagInfo', recordReplayEnabled=True)
        steps.insert(0, vm.reconfigure(wire.data('VirtualMachineConfigSpec', flags=flags)))
    return Change(now, {'recording': True, 'enabled': enabled or enable}, *steps)


OPERATION = Operation(
    record,
    Options({
        'state': {'type': 'str', 'default': 'started', 'choices': ['started', 'stopped']},
        'snapshot_name': {'type': 'str', 'aliases': ['recording_name']},
        'description': {'type': 'str'},
        'enable': {'type': 'bool', 'default': False},
    }, required_if=[['state', 'started', ['snapshot_name']]]),
    properties=RECORD_REPLAY_STATE)


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
