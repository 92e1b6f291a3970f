#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: rename
short_description: Give a virtual machine another name
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Declares the name of a virtual machine in the inventory. The names of its files and its guest's host name stay.
  - A virtual machine that already has O(new_name) is found by it, so the same task can be repeated.
options:
  new_name:
    description: The name, at most 80 characters long.
    type: str
    required: true
    aliases: [object_new_name]
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.changes
  - vsphere.vm.connection
  - vsphere.vm.target
  - vsphere.vm.fleet
  - vsphere.vm.task
  - vsphere.vm.questions
seealso:
  - module: vsphere.vm.migrate
  - module: vsphere.vm.registration
'''

EXAMPLES = r'''
- name: Rename a virtual machine
  vsphere.vm.rename:
    name: app-01
    folder: /DC0/vm/web
    new_name: app-01-retired
'''

RETURN = r'''
vm:
  description: The virtual machine with its name after the task.
  returned: when the virtual machine was found
  type: dict
  sample: {moid: vm-41, name: app-01-retired}
operation:
  description: The API method that was called, or in check mode would be.
  returned: when something was to be done
  type: str
  sample: Rename_Task
task:
  description: The vCenter task, with its moid, state, times and result.
  returned: when the method runs as a task
  type: dict
  sample: {moid: task-77, operation: Rename_Task, state: success}
fault:
  description:
    - Why the task failed, with name, category, retryable, hint, details, cause, operation, vm, task and http_status.
  returned: on failure
  type: dict
  sample: {name: DuplicateName, category: conflict, retryable: false}
'''

from ..module_utils import wire
from ..module_utils.decision import Change
from ..module_utils.operation import Operation
from ..module_utils.options import Options


def rename(vm, params):
    """Decides how to give a VM its name."""
    return Change({'name': vm.name}, {'name': wire.meant(params['new_name'])}, vm.rename(params['new_name']))


def renamed(vcenter, params):
    """Decides that nothing is to be done if the VM has its new name already."""
    above, slash, _name = (params['path'] or '').strip('/').rpartition('/')
    renamed_target = {**params, 'name': params['name'] and params['new_name'],
                      'path': params['path'] and f'{above}{slash}{wire.escaped(params["new_name"])}'}
    by_name = params['name'] or params['path']
    found = by_name and vcenter.inventory.virtual_machine(renamed_target, ['name'])
    if not found:
        raise vcenter.inventory.no_virtual_machine(params)
    facts = {'moid': found[0]['value'], 'name': wire.meant(params['new_name'])}
    return Change(facts, facts)


OPERATION = Operation(
    rename, Options({'new_name': {'type': 'str', 'required': True, 'aliases': ['object_new_name']}}),
    properties=['parent'], absent=renamed)


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
