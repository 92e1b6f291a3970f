#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: method
short_description: Call any method of any managed object of a vCenter
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Calls a method of the Virtual Infrastructure JSON API, for everything that has no module yet.
  - What the method does is unknown, so it is called each time and reports a change, and check mode does not call it,
    unless O(reads_only) says that it changes nothing.
options:
  object_type:
    description: Type of the managed object.
    type: str
    default: VirtualMachine
  object_moid:
    description:
      - Managed object id, such as V(vm-41).
      - Not needed for the vCenter's own services, such as C(SearchIndex), which are found by O(object_type).
    type: str
    aliases: [moid]
  method:
    description: The method by its name in the API, such as V(PowerOnVM_Task).
    type: str
    required: true
  arguments:
    description:
      - The arguments by their names in the API.
      - A data object needs its type as C(_typeName); a reference is C(type) and C(value), its C(_typeName) is added.
    type: dict
    default: {}
  reads_only:
    description: The method changes nothing, so it runs in check mode too and reports no change.
    type: bool
    default: false
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.changes
  - vsphere.vm.connection
  - vsphere.vm.task
seealso:
  - name: Virtual Infrastructure JSON API
    description: Every managed object with its methods.
    link: https://developer.broadcom.com/xapis/virtual-infrastructure-json-api/latest/
'''

EXAMPLES = r'''
- name: Set a flag of a virtual machine
  vsphere.vm.method:
    object_moid: vm-41
    method: ReconfigVM_Task
    arguments:
      spec:
        _typeName: VirtualMachineConfigSpec
        flags:
          _typeName: VirtualMachineFlagInfo
          recordReplayEnabled: true

- name: Find a virtual machine by its address
  vsphere.vm.method:
    object_type: SearchIndex
    method: FindByIp
    arguments:
      ip: 192.0.2.7
      vmSearch: true
    reads_only: true
  register: found
'''

RETURN = r'''
result:
  description: What the method returned, or the result of its task, as plain data. Absent if there was none.
  returned: when the method returned something
  type: raw
  sample: {type: VirtualMachine, value: vm-41}
operation:
  description: The API method that was called, or in check mode would be.
  returned: when something was to be done
  type: str
  sample: ReconfigVM_Task
task:
  description: The vCenter task, with its moid, state, times and result.
  returned: when the method runs as a task
  type: dict
  sample: {moid: task-77, operation: ReconfigVM_Task, state: success}
fault:
  description: Why the task failed, with name, category, retryable, hint, details, cause, operation, vm and task.
  returned: on failure
  type: dict
  sample: {name: InvalidArgument, category: invalid_argument, retryable: false}
'''

from ..module_utils import wire
from ..module_utils.decision import Action, Facts
from ..module_utils.faults import Refusal
from ..module_utils.methods.step import Step
from ..module_utils.operation import Operation
from ..module_utils.options import Options


def method(vcenter, params):
    """Calls a method that only reads, or decides to call one that may do anything."""
    kind, moid = params['object_type'], params['object_moid']
    if not params['method'].isidentifier():
        raise Refusal(f'{params["method"]!r} is not the name of a method.', 'InvalidArgument',
                      details={'option': 'method'})
    target = wire.reference(kind, moid) if moid else vcenter.service(kind)
    step = Step(target, params['method'], None, wire.annotated(params['arguments']))
    if params['reads_only']:
        return Facts({'result': wire.plain(vcenter.read(step))})
    return Action({'method': params['method'], 'object': target['value']}, step)


OPERATION = Operation(
    method,
    Options({
        'object_type': {'type': 'str', 'default': 'VirtualMachine'},
        'object_moid': {'type': 'str', 'aliases': ['moid']},
        'method': {'type': 'str', 'required': True},
        'arguments': {'type': 'dict', 'default': {}},
        'reads_only': {'type': 'bool', 'default': False},
    }), targets_vm=False)


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
