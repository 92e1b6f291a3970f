#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: custom_value
short_description: Values of custom attributes of a virtual machine
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Declares the values of custom attributes of a virtual machine, by name. Other attributes stay as they are.
options:
  state:
    description: Whether the virtual machine has these values; V(absent) removes the value, whatever it is.
    type: str
    default: present
    choices: [present, absent]
  attributes:
    description: The attributes.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name of the attribute.
        type: str
        required: true
      value:
        description: The value; an empty string removes it.
        type: str
        default: ''
  create:
    description: Define attributes that do not exist, for virtual machines. This needs the privilege
      Global.ManageCustomFields.
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
  - module: vsphere.vm.info
'''

EXAMPLES = r'''
- name: Note who owns a virtual machine
  vsphere.vm.custom_value:
    name: app-01
    attributes:
      - name: Owner
        value: web team
      - name: Cost centre
        value: "4711"

- name: Forget the cost centre
  vsphere.vm.custom_value:
    name: app-01
    state: absent
    attributes:
      - name: Cost centre
'''

RETURN = r'''
vm:
  description: The virtual machine, and the values of the attributes after the task, empty where it has none.
  returned: when the virtual machine was found
  type: dict
  sample: {moid: vm-41, name: app-01, attributes: {Owner: web team}}
operation:
  description: The API method that was called, or in check mode would be.
  returned: when something was to be done
  type: str
  sample: setCustomValue
fault:
  description:
    - Why the task failed, with name, category, retryable, hint, details, cause, operation, vm, task and http_status.
  returned: on failure
  type: dict
  sample: {name: NotFound, category: not_found, retryable: false}
'''

from ..module_utils.decision import Change
from ..module_utils.faults import Refusal
from ..module_utils.methods.configuration import add_custom_field
from ..module_utils.operation import Operation
from ..module_utils.options import Options


def custom_value(vm, params):
    """Decides which values to set, and which attributes to define for that."""
    names = {field['key']: field['name'] for field in vm['availableField'] or []}
    values = {names.get(each['key']): each['value'] for each in vm['customValue'] or []}
    absent = params['state'] == 'absent'
    wanted = {each['name']: '' if absent else each['value'] for each in params['attributes']}
    now = {name: values.get(name, '') for name in wanted}
    differing = {name: value for name, value in wanted.items() if now[name] != value}
    steps = []
    for name, value in differing.items():
        if name not in names.values():
            steps.append(defined(vm, name, params['create']))
        steps.append(vm.set_custom_value(name, value))
    return Change({'attributes': now}, {'attributes': wanted}, *steps)


def defined(vm, name, create):
    """Returns the step that defines an attribute. Raises Refusal if that is not to be done."""
    if not create:
        raise Refusal(f'There is no custom attribute {name!r} for virtual machines.', 'NotFound',
                      hint='Correct the name, or set create to define it.', details={'attribute': name})
    service = vm.inventory.client.service
    return add_custom_field(service('customFieldsManager'), service('rootFolder'), name)


OPERATION = Operation(
    custom_value,
    Options({
        'state': {'type': 'str', 'default': 'present', 'choices': ['present', 'absent']},
        'attributes': {'type': 'list', 'elements': 'dict', 'required': True, 'options': {
            'name': {'type': 'str', 'required': True}, 'value': {'type': 'str', 'default': ''}}},
        'create': {'type': 'bool', 'default': True},
    }),
    properties=['customValue', 'availableField'])


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
