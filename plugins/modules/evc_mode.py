#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: evc_mode
short_description: Give a virtual machine an EVC mode of its own
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Declares which processor features a virtual machine can use, so that it can move to hosts with older or other
    processors, whatever the cluster's mode. It needs hardware version 14, and the virtual machine must be powered off.
  - The feature masks of the virtual machine are compared; whether O(complete_masks) was set cannot be read.
options:
  state:
    description: Whether it has an EVC mode of its own.
    type: str
    default: present
    choices: [present, absent]
  evc_mode:
    description: The mode, by its key in vCenter, such as V(intel-broadwell).
    type: str
  mask:
    description: Feature masks in place of a mode.
    type: list
    elements: dict
    suboptions:
      key:
        description: The feature, such as V(cpuid.AVX2).
        type: str
        required: true
      feature_name:
        description: Its name; the key if not set.
        type: str
      value:
        description: The mask, such as V(Val:0) to hide it.
        type: str
        required: true
  complete_masks:
    description: Hide features that the masks do not name. Otherwise they are those of the host.
    type: bool
    default: true
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.changes
  - vsphere.vm.connection
  - vsphere.vm.target
  - vsphere.vm.fleet
  - vsphere.vm.task
  - vsphere.vm.questions
seealso:
  - module: vsphere.vm.hardware_version
  - module: vsphere.vm.migrate
'''

EXAMPLES = r'''
- name: Let a virtual machine run on every host since Broadwell
  vsphere.vm.evc_mode:
    name: app-01
    evc_mode: intel-broadwell

- name: Hide one feature
  vsphere.vm.evc_mode:
    name: app-01
    complete_masks: false
    mask:
      - key: cpuid.AVX2
        value: Val:0

- name: Leave it to the cluster again
  vsphere.vm.evc_mode:
    name: app-01
    state: absent
'''

RETURN = r'''
vm:
  description: The virtual machine, and its feature masks by the keys of the features, after the task.
  returned: when the virtual machine was found
  type: dict
  sample: {moid: vm-41, name: app-01, masks: {cpuid.AVX2: Val:1}}
operation:
  description: The API method that was called, or in check mode would be.
  returned: when something was to be done
  type: str
  sample: ApplyEvcModeVM_Task
task:
  description: The vCenter task, with its moid, state, times and result.
  returned: when the method runs as a task
  type: dict
  sample: {moid: task-77, operation: ApplyEvcModeVM_Task, state: success}
fault:
  description:
    - Why the task failed, with name, category, retryable, hint, details, cause, operation, vm, task and http_status.
  returned: on failure
  type: dict
  sample: {name: InvalidPowerState, category: state, retryable: false}
'''

from ..module_utils import wire
from ..module_utils.decision import Change
from ..module_utils.faults import Refusal
from ..module_utils.log_in import SERVICE_INSTANCE
from ..module_utils.operation import Operation
from ..module_utils.options import Options


def evc_mode(vm, params):
    """Decides which feature masks to apply."""
    now = {each['key']: each['value'] for each in vm['runtime.featureMask'] or []}
    if params['state'] == 'absent':
        return Change({'masks': now}, {'masks': {}}, vm.apply_evc_mode([], True))
    if params['evc_mode'] is None and params['mask'] is None:
        # Options that are given as null pass the argument spec.
        raise Refusal('Name an EVC mode or masks.', 'InvalidArgument', details={'option': 'evc_mode'})
    masks = masks_of(vm, params['evc_mode']) if params['evc_mode'] is not None else [
        wire.data('HostFeatureMask', key=each['key'], featureName=each['feature_name'] or each['key'],
                  value=each['value']) for each in params['mask']]
    wanted = {each['key']: each['value'] for each in masks}
    # The server may add masks of its own, for what is not named.
    after = now if wanted.items() <= now.items() else wanted
    return Change({'masks': now}, {'masks': after}, vm.apply_evc_mode(masks, params['complete_masks']))


def masks_of(vm, mode):
    """Returns the HostFeatureMasks of a mode. Raises Refusal with the modes there are."""
    capability = vm.inventory.client.get(SERVICE_INSTANCE, 'capability') or {}
    modes = {each['key']: each.get('featureMask') or [] for each in capability.get('supportedEVCMode') or []}
    if mode not in modes:
        raise Refusal(f'There is no EVC mode {mode!r}; this vCenter has {", ".join(sorted(modes)) or "none"}.',
                      'NotFound', details={'evc_mode': mode, 'modes': sorted(modes)})
    return modes[mode]


OPERATION = Operation(
    evc_mode,
    Options({
        'state': {'type': 'str', 'default': 'present', 'choices': ['present', 'absent']},
        'evc_mode': {'type': 'str'},
        'mask': {'type': 'list', 'elements': 'dict', 'options': {
            'key': {'type': 'str', 'required': True, 'no_log': False}, 'feature_name': {'type': 'str'},
            'value': {'type': 'str', 'required': True}}},
        'complete_masks': {'type': 'bool', 'default': True},
    }, mutually_exclusive=[['evc_mode', 'mask']], required_if=[['state', 'present', ['evc_mode', 'mask'], True]]),
    properties=['runtime.powerState', 'runtime.featureMask', 'capability.perVmEvcSupported'])


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
