#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: consolidation
short_description: Consolidate the disks of a virtual machine
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Merges delta disks that no snapshot needs any more, such as those that a failed backup leaves behind.
  - It estimates the temporary space that this needs first, and fails if a datastore has less.
  - A virtual machine whose disks need no consolidation is left as it is.
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.changes
  - vsphere.vm.connection
  - vsphere.vm.target
  - vsphere.vm.fleet
  - vsphere.vm.task
  - vsphere.vm.questions
seealso:
  - module: vsphere.vm.snapshot
  - module: vsphere.vm.disk_maintenance
'''

EXAMPLES = r'''
- name: Consolidate the disks of a virtual machine if they need it
  vsphere.vm.consolidation:
    name: db-01

- name: Consolidate the disks of whatever needs it in a cluster, two at a time
  vsphere.vm.consolidation:
    where:
      cluster: cluster-a
    concurrency: 2
'''

RETURN = r'''
vm:
  description:
    - The virtual machine, whether its disks need consolidation after the task, and what space that would take on
      each datastore.
  returned: when the virtual machine was found
  type: dict
  sample:
    moid: vm-41
    name: db-01
    consolidation_needed: false
    required_space: []
operation:
  description: The API method that was called, or in check mode would be.
  returned: when something was to be done
  type: str
  sample: ConsolidateVMDisks_Task
task:
  description: The vCenter task, with its moid, state, times and result.
  returned: when the method runs as a task
  type: dict
  sample: {moid: task-77, operation: ConsolidateVMDisks_Task, state: success}
fault:
  description:
    - Why the task failed, with name, category, retryable, hint, details, cause, operation, vm, task and http_status.
  returned: on failure
  type: dict
  sample: {name: NoDiskSpace, category: capacity, retryable: false}
'''

from ..module_utils import wire
from ..module_utils.decision import Change
from ..module_utils.faults import Refusal
from ..module_utils.operation import Operation

KIB = 1024


def consolidation(vm, params):
    """Decides to consolidate the disks of a VM if vCenter says that they need it, and there is room for it."""
    done = {'consolidation_needed': False, 'required_space': []}
    if not vm['runtime.consolidationNeeded']:
        return Change(done, done)
    space = required_space(vm)
    short = [each for each in space if each['free_bytes'] < each['required_bytes']]
    if short:
        told = ', '.join(f'{each["datastore"]} has {each["free_bytes"]} of {each["required_bytes"]} bytes'
                         for each in short)
        raise Refusal(f'There is too little space to consolidate the disks of {vm.name}: {told}.', 'NoDiskSpace',
                      details={'datastores': short})
    return Change({'consolidation_needed': True, 'required_space': space}, done, vm.consolidate_disks())


def required_space(vm):
    """Returns what consolidation takes on each datastore by vCenter's own estimate, and what is free there."""
    found = []
    for each in vm.read(vm.estimate_consolidation()) or []:
        datastore = vm.inventory.properties(each['datastore'], 'name', 'summary.freeSpace')
        found.append({'datastore': wire.name(datastore['name']), 'required_bytes': each['freeSpaceRequiredInKb'] * KIB,
                      'free_bytes': datastore['summary.freeSpace']})
    return found


OPERATION = Operation(consolidation, properties=['runtime.consolidationNeeded'])


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
