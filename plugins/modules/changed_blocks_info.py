#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: changed_blocks_info
short_description: List the areas of a disk that have changed
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Lists the areas of a virtual disk that were written since a change id, up to a snapshot, as a backup needs them.
  - Changed block tracking must have been enabled before the snapshot was taken.
  - The list has every area that was written; it may also have some that were not.
options:
  disk:
    description: The disk, by label or key, such as V(Hard disk 1).
    type: str
    required: true
  change_id:
    description:
      - The point in the past from which changes count, the RV(change_id) of the snapshot of the last backup.
      - V(*) returns all that was ever written, for a first backup.
    type: str
    default: '*'
  snapshot_name:
    description:
      - The snapshot up to which changes count, by name or path in the tree.
      - Without it and O(snapshot_id), up to the present state, which is possible only while the virtual machine is not
        powered on.
    type: str
  snapshot_id:
    description: The same by its id in the tree or its moid.
    type: str
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
- name: List what a first backup has to read
  vsphere.vm.changed_blocks_info:
    name: db-01
    disk: Hard disk 1
    snapshot_name: backup
  register: full

- name: List what has changed since
  vsphere.vm.changed_blocks_info:
    name: db-01
    disk: Hard disk 1
    snapshot_name: next-backup
    change_id: "{{ full.change_id }}"
'''

RETURN = r'''
vm:
  description: The virtual machine.
  returned: success
  type: dict
  sample: {moid: vm-41, name: db-01}
areas:
  description: The changed areas in their order, in bytes.
  returned: success
  type: list
  elements: dict
  sample: [{start: 0, length: 65536}]
changed_bytes:
  description: Their total size in bytes.
  returned: success
  type: int
  sample: 65536
capacity_bytes:
  description: Size of the disk.
  returned: success
  type: int
  sample: 10737418240
change_id:
  description: The change id of the disk at the snapshot, for O(change_id) the next time; null if changes are not
    tracked.
  returned: success
  type: str
  sample: 52 00 00 01 4a 1b 9e 12-22 53 8f 60 77 10 3c 7d/2
fault:
  description:
    - Why the task failed, with name, category, retryable, hint, details, cause, operation, vm, task and http_status.
  returned: on failure
  type: dict
  sample: {name: InvalidArgument, category: invalid_argument, retryable: false}
'''

from ..module_utils import wire
from ..module_utils.decision import Facts
from ..module_utils.device import label_of
from ..module_utils.faults import Refusal
from ..module_utils.operation import Operation
from ..module_utils.options import Options, texts
from ..module_utils.snapshot_tree import existing_snapshot
from ..module_utils.virtual_disks import existing_disk, virtual_disks


def changed_blocks_info(vm, params):
    """Returns the changed areas of a disk, from its beginning to its end."""
    disk, snapshot = existing_disk(vm, params['disk']), None
    if params['snapshot_name'] or params['snapshot_id']:
        snapshot = existing_snapshot(vm, params['snapshot_name'], params['snapshot_id'])['ref']
        devices = vm.inventory.properties(snapshot, 'config.hardware.device')['config.hardware.device']
        disk = next((each for each in virtual_disks(devices) if each['key'] == disk['key']), disk)
    areas, offset, capacity = [], 0, disk['capacityInBytes']
    while offset < capacity:
        answer = vm.read(vm.query_changed_areas(disk['key'], offset, params['change_id'], snapshot))
        covered = answer['startOffset'] + answer['length']
        if covered <= offset:
            raise Refusal(f'The server does not say what has changed on {label_of(disk)} from byte {offset} on.',
                          'ChangesIncomplete', category='server', details={'offset': offset, 'capacity': capacity})
        areas += wire.plain(answer.get('changedArea') or [])
        offset = covered
    return Facts({}, areas=areas, changed_bytes=sum(each['length'] for each in areas), capacity_bytes=capacity,
                 change_id=wire.at(disk, 'backing.changeId'))


OPERATION = Operation(
    changed_blocks_info,
    Options({'disk': {'type': 'str', 'required': True}, 'change_id': {'type': 'str', 'default': '*'},
             **texts('snapshot_name', 'snapshot_id')}, mutually_exclusive=[['snapshot_name', 'snapshot_id']]),
    properties=['snapshot', 'config.hardware.device'], changes=False)


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
