#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: disk_maintenance
short_description: Promote or defragment the disks of a virtual machine
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Gives a linked clone its own disks, merges delta disks that no snapshot needs, or defragments disks.
options:
  state:
    description:
      - V(promoted) makes disks independent of the disks of other virtual machines, and merges what no snapshot needs.
      - V(defragmented) defragments all disks. The effect cannot be read, so it always reports a change.
        The virtual machine must not be powered on.
    type: str
    default: promoted
    choices: [promoted, defragmented]
  unlink:
    description:
      - With O(state=promoted), copy what is shared with other virtual machines, which needs space.
      - Otherwise only what is not shared is merged. A virtual machine that is powered on must have no snapshots.
    type: bool
    default: true
  disks:
    description: With O(state=promoted), the disks to promote, by label or key, such as V(Hard disk 1). All of them
      if not set.
    type: list
    elements: str
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.changes
  - vsphere.vm.connection
  - vsphere.vm.target
  - vsphere.vm.fleet
  - vsphere.vm.task
  - vsphere.vm.questions
seealso:
  - module: vsphere.vm.consolidation
'''

EXAMPLES = r'''
- name: Make a linked clone independent of the virtual machine it was made from
  vsphere.vm.disk_maintenance:
    name: test-07

- name: Promote one disk only
  vsphere.vm.disk_maintenance:
    name: test-07
    disks:
      - Hard disk 1

- name: Defragment the disks of a virtual machine that is powered off
  vsphere.vm.disk_maintenance:
    name: archive-01
    state: defragmented
'''

RETURN = r'''
vm:
  description: The virtual machine, and with O(state=promoted) the labels of the disks that are still to be promoted.
  returned: when the virtual machine was found
  type: dict
  sample: {moid: vm-41, name: test-07, unpromoted_disks: []}
operation:
  description: The API method that was called, or in check mode would be.
  returned: when something was to be done
  type: str
  sample: PromoteDisks_Task
task:
  description: The vCenter task, with its moid, state, times and result.
  returned: when the method runs as a task
  type: dict
  sample: {moid: task-77, operation: PromoteDisks_Task, state: success}
fault:
  description:
    - Why the task failed, with name, category, retryable, hint, details, cause, operation, vm, task and http_status.
  returned: on failure
  type: dict
  sample: {name: InvalidPowerState, category: state, retryable: false}
'''

from ..module_utils.datastore_paths import folder_of
from ..module_utils.decision import Action, Change
from ..module_utils.device import label_of
from ..module_utils.operation import Operation
from ..module_utils.options import Options
from ..module_utils.virtual_disks import chain, existing_disk, virtual_disks


def disk_maintenance(vm, params):
    """Decides which disks to promote, or to defragment all."""
    if params['state'] == 'defragmented':
        return Action({'disks': 'defragmented'}, vm.defragment_all_disks())
    disks = [existing_disk(vm, each) for each in params['disks'] or []] or virtual_disks(vm['config.hardware.device'])
    kept = snapshot_files(vm['layoutEx'] or {})
    found = [disk for disk in disks
             if any(is_promotable(vm, link, kept, params['unlink']) for link in chain(disk['backing'])[1:])]
    return Change({'unpromoted_disks': [label_of(disk) for disk in found]}, {'unpromoted_disks': []},
                  vm.promote_disks(params['unlink'], found))


def is_promotable(vm, link, kept, unlink):
    """Returns whether a disk need not stand on a file: no snapshot does, and another VM's may be copied."""
    own = folder_of(link['fileName']) == folder_of(vm['config.files.vmPathName'])
    return link['fileName'] not in kept and (own or unlink)


def snapshot_files(layout):
    """Returns the disk files that snapshots stand on, by VirtualMachineFileLayoutEx."""
    names = {each['key']: each['name'] for each in layout.get('file') or []}
    units = [disk['chain'][-1] for each in layout.get('snapshot') or [] for disk in each.get('disk') or []
             if disk.get('chain')]
    return {names.get(key) for unit in units for key in unit['fileKey']}


OPERATION = Operation(
    disk_maintenance,
    Options({
        'state': {'type': 'str', 'default': 'promoted', 'choices': ['promoted', 'defragmented']},
        'unlink': {'type': 'bool', 'default': True},
        'disks': {'type': 'list', 'elements': 'str'},
    }),
    properties=['runtime.powerState', 'snapshot', 'layoutEx', 'config.files.vmPathName', 'config.hardware.device'])


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
