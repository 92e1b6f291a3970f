#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: snapshot_info
short_description: List the snapshots of a virtual machine with their sizes and ages
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Returns the snapshot tree of a virtual machine as a list in the tree's order, with the space of each snapshot on the
    datastores.
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.reads
  - vsphere.vm.connection
  - vsphere.vm.target
  - vsphere.vm.fleet
seealso:
  - module: vsphere.vm.snapshot
'''

EXAMPLES = r'''
- name: Look at the snapshots of a virtual machine
  vsphere.vm.snapshot_info:
    name: app-01
  register: found

- name: Show those that are older than a week
  ansible.builtin.debug:
    msg: "{{ found.vm.snapshots | selectattr('age_days', '>', 7) | map(attribute='path') | list }}"

- name: Look at the snapshots of a whole cluster
  vsphere.vm.snapshot_info:
    where:
      cluster: cluster-a
  register: all

- name: Show how much space they take together
  ansible.builtin.debug:
    msg: "{{ snapshots | map(attribute='size_bytes') | sum | human_readable }}"
  vars:
    snapshots: "{{ all.results | map(attribute='vm.snapshots') | flatten }}"
'''

RETURN = r'''
vm:
  description: The virtual machine with its snapshots.
  returned: success
  type: dict
  contains:
    moid:
      description: Managed object id.
      type: str
      sample: vm-41
    name:
      description: Name of the virtual machine.
      type: str
      sample: app-01
    current_snapshot:
      description: The snapshot that the virtual machine runs on, as in RV(vm.snapshots); null without snapshots.
      type: dict
      sample: {id: 3, name: before-patch}
    consolidation_needed:
      description: Whether disks need to be consolidated.
      type: bool
      sample: false
    snapshots:
      description:
        - The snapshots, a parent before its children.
        - C(size_bytes) is what has been written since, and the memory if it was saved; C(age_days) counts from
          C(created), by the clock of the vCenter.
      type: list
      elements: dict
      sample:
        - id: 3
          moid: snapshot-12
          name: before-patch
          path: base/before-patch
          depth: 1
          description: Before the patches
          created: "2026-11-24T08:00:00.000000Z"
          age_days: 0.4
          size_bytes: 16777216
          power_state: powered_on
          quiesced: false
          current: true
          replay_supported: false
          children: []
fault:
  description: Why the task failed, with name, category, retryable, hint, details, cause, operation, vm and task.
  returned: on failure
  type: dict
  sample: {name: NotFound, category: not_found, retryable: false}
'''

from ..module_utils.decision import Facts
from ..module_utils.operation import Operation
from ..module_utils.snapshot_tree import age_of, snapshot_facts


def snapshot_info(vm, params):
    """Returns the snapshots of a VM."""
    sizes = sizes_of(vm['layoutEx'] or {}, vm.snapshots())
    snapshots = [{**snapshot_facts(each), 'size_bytes': sizes.get(each['moid']), 'age_days': round(age_of(vm, each), 3)}
                 for each in vm.snapshots()]
    current = next((each for each in snapshots if each['current']), None)
    return Facts({'snapshots': snapshots, 'current_snapshot': current,
                  'consolidation_needed': bool(vm['runtime.consolidationNeeded'])})


def sizes_of(layout, snapshots):
    """Returns {moid: bytes} by VirtualMachineFileLayoutEx: a snapshot's own files, and the disks begun on it."""
    size = {each['key']: each['size'] for each in layout.get('file') or []}
    kept = {each['key']['value']: each for each in layout.get('snapshot') or []}
    sizes = {}
    for each in snapshots:
        own = kept.get(each['moid'])
        if own is None:
            continue
        after = [kept[child] for child in each['children'] if child in kept] + ([layout] if each['current'] else [])
        files = {own['dataKey'], own.get('memoryKey', -1)} | (set().union(*map(disk_files, after)) - disk_files(own))
        sizes[each['moid']] = sum(size.get(key, 0) for key in files)
    return sizes


def disk_files(layout):
    """Returns the keys of all files in the disk chains of a layout."""
    return {key for disk in layout.get('disk') or [] for unit in disk.get('chain') or [] for key in unit['fileKey']}


OPERATION = Operation(snapshot_info, properties=['snapshot', 'layoutEx', 'runtime.consolidationNeeded'], changes=False)


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
