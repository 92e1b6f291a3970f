#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: instant_clone
short_description: Clone a running virtual machine from where it is in its execution
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Makes a running copy of a running virtual machine, unless the folder already has a virtual machine of that name. The
    copy shares memory and disks with its source, and continues from the same point.
  - Inside, both have the same host name and addresses. The guest itself has to read O(extra_config) and take another
    identity.
  - An existing virtual machine of that name is left as it is, whatever the other options say.
options:
  extra_config:
    description: Settings of the new virtual machine, such as C(guestinfo) variables that the guest reads.
    type: dict
    default: {}
  bios_uuid:
    description: BIOS UUID of the new virtual machine. Without it, vCenter generates one.
    type: str
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.changes
  - vsphere.vm.connection
  - vsphere.vm.target
  - vsphere.vm.fleet
  - vsphere.vm.destination
  - vsphere.vm.placement
  - vsphere.vm.task
  - vsphere.vm.questions
seealso:
  - module: vsphere.vm.clone
'''

EXAMPLES = r'''
- name: Make a running copy
  vsphere.vm.instant_clone:
    name: runner-parent
    new_name: runner-17
    destination_folder: /DC0/vm/runners
    extra_config:
      guestinfo.ic.hostname: runner-17
'''

RETURN = r'''
vm:
  description: The source, and under C(clone) the new virtual machine.
  returned: when the virtual machine was found
  type: dict
  sample: {moid: vm-41, name: runner-parent, clone: {moid: vm-52, name: runner-17}}
result:
  description: Reference of the new virtual machine.
  returned: when one was made
  type: dict
  sample: {type: VirtualMachine, value: vm-52}
operation:
  description: The API method that was called, or in check mode would be.
  returned: when something was to be done
  type: str
  sample: InstantClone_Task
task:
  description: The vCenter task, with its moid, state, times and result.
  returned: when the method runs as a task
  type: dict
  sample: {moid: task-77, operation: InstantClone_Task, state: success}
fault:
  description:
    - Why the task failed, with name, category, retryable, hint, details, cause, operation, vm, task and http_status.
  returned: on failure
  type: dict
  sample: {name: InvalidState, category: state, retryable: false}
'''

from ..module_utils import wire
from ..module_utils.decision import Change
from ..module_utils.faults import Refusal
from ..module_utils.operation import Operation
from ..module_utils.options import DESTINATION, PLACEMENT, Options
from ..module_utils.placement import datastore_of, host_of, place_of_copy, pool_of
from ..module_utils.settings import option_text, option_values


def instant_clone(vm, params):
    """Decides how to make the running copy, if there is none."""
    folder, name, found = place_of_copy(vm, params)
    if found:
        return Change(found, found)
    host = host_of(vm.inventory, params)
    if host not in (None, vm['runtime.host']):
        raise Refusal(f'An instant clone runs on the host of {vm.name}, and on no other.', 'InvalidArgument',
                      details={'option': 'host'})
    location = wire.data(
        'VirtualMachineRelocateSpec', folder=folder, pool=pool_of(vm.inventory, params, host, vm.ref),
        datastore=datastore_of(vm.inventory, params['datastore'], params['destination_datacenter'], vm.ref))
    options = option_values({key: option_text(value) for key, value in params['extra_config'].items()})
    spec = wire.data('VirtualMachineInstantCloneSpec', name=wire.escaped(name), location=location,
                     config=options or None, biosUuid=params['bios_uuid'])
    return Change({'clone': None}, {'clone': {'name': name}}, vm.instant_clone(spec))


OPERATION = Operation(
    instant_clone,
    DESTINATION + PLACEMENT + Options({'extra_config': {'type': 'dict', 'default': {}}, 'bios_uuid': {'type': 'str'}}),
    properties=['runtime.powerState', 'runtime.host', 'config.template', 'parent'])


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
