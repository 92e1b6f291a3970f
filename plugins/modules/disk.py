#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: disk
short_description: Add, grow and remove virtual disks of a virtual machine
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Declares virtual disks of a virtual machine, all in one request. Disks that are not named stay as they are.
  - Disks cannot be shrunk. A smaller size fails the task, in check mode too.
  - A disk under a snapshot cannot grow; remove the snapshots first, or see M(vsphere.vm.consolidation).
options:
  disk:
    description: The disks. Each is identified by its label, its file or its place on a controller.
    type: list
    elements: dict
    required: true
    aliases: [disks]
    suboptions:
      state:
        description: Whether the virtual machine has the disk.
        type: str
        default: present
        choices: [present, absent]
      label:
        description: The label, such as V(Hard disk 2). A new disk can only have the next number.
        type: str
      filename:
        description:
          - The file, such as V([ssd-01] db-01/data.vmdk).
          - If the virtual machine has no such disk, a new file is created if a size is given; without a size, the
            existing file is attached.
        type: str
        aliases: [file]
      unit_number:
        description: The unit on the controller. A new disk without it gets the first free one. SCSI controllers have 0
          to 15 except 7, SATA controllers 0 to 29, NVMe controllers 0 to 14.
        type: int
      controller_number:
        description: The number of the controller on its bus. Without it, the first one of its type, and for a new disk
          the first one with room. A missing one is added.
        type: int
        aliases: [scsi_controller]
      controller_type:
        description: The controller. Without it, any SCSI controller; a new one is V(paravirtual).
        type: str
        aliases: [scsi_type]
        choices: [buslogic, ide, lsilogic, lsilogicsas, nvme, paravirtual, sata]
      size:
        description: Size with a unit, such as V(40GB) or V(1.5 TB); units are powers of 1024.
        type: str
      size_kb:
        description: Size in KB.
        type: int
      size_mb:
        description: Size in MB.
        type: int
      size_gb:
        description: Size in GB.
        type: int
      size_tb:
        description: Size in TB.
        type: int
      type:
        description: How space for a new disk is allocated; an existing disk keeps its type.
        type: str
        default: thick
        aliases: [provisioning]
        choices: [thin, thick, eagerzeroedthick]
      disk_mode:
        description: How snapshots affect the disk. A new disk without it is V(persistent).
        type: str
        aliases: [mode]
        choices: [persistent, independent_persistent, independent_nonpersistent]
      datastore:
        description: The datastore of a new disk, by name or moid; without it, that of the virtual machine.
        type: str
      datastore_cluster:
        description: The datastore cluster of a new disk, by name, moid or path, such as V(/DC0/datastore/gold). It
          goes to the datastore that Storage DRS recommends; if it is off, to the one with the most free space.
        type: str
      destroy:
        description: With O(disk[].state=absent), delete the file as well.
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
  - module: vsphere.vm.config
  - module: vsphere.vm.disk_maintenance
  - module: vsphere.vm.first_class_disk
  - module: vsphere.vm.migrate
'''

EXAMPLES = r'''
- name: Add a thin disk for data, or let it grow to its size
  vsphere.vm.disk:
    name: db-01
    disk:
      - unit_number: 1
        size_gb: 200
        type: thin
        datastore: ssd-01

- name: Grow the system disk
  vsphere.vm.disk:
    name: app-01
    disk:
      - label: Hard disk 1
        size: 80GB

- name: Add a disk on an NVMe controller, and attach one that is there
  vsphere.vm.disk:
    path: DC0/vm/db/db-01
    disk:
      - controller_type: nvme
        unit_number: 0
        size_gb: 50
        type: eagerzeroedthick
      - filename: "[ssd-01] archive/archive.vmdk"

- name: Take a disk away and keep its file
  vsphere.vm.disk:
    name: db-01
    disk:
      - unit_number: 1
        state: absent
        destroy: false
'''

RETURN = r'''
vm:
  description: The virtual machine, and its disks after the task, by the names that the options use; null for one that
    does not exist.
  returned: when the virtual machine was found
  type: dict
  sample:
    moid: vm-41
    name: db-01
    disks:
      scsi 0:1:
        label: Hard disk 2
        file: "[ssd-01] db-01/db-01_1.vmdk"
        capacity_bytes: 214748364800
        type: thin
        disk_mode: persistent
        controller_type: paravirtual
        controller_number: 0
        unit_number: 1
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
  description:
    - Why the task failed, with name, category, retryable, hint, details, cause, operation, vm, task and http_status.
  returned: on failure
  type: dict
  sample: {name: InvalidArgument, category: invalid_argument, retryable: false}
'''

from ..module_utils.decision import Change
from ..module_utils.device import is_disk
from ..module_utils.devices import CONTROLLERS, OTHER_CONTROLLERS, Devices
from ..module_utils.disk_changes import declare
from ..module_utils.disk_size import KB
from ..module_utils.operation import Operation
from ..module_utils.options import Options, texts


def disk(vm, params):
    """Decides which disks to add, grow and remove."""
    devices, before, after, forecasts = Devices(vm, is_disk, 'Hard disk'), {}, {}, {}
    for options in params['disk']:
        name, before[name], after[name] = declare(devices, options, params['datacenter'], forecasts)
    return Change({'disks': before}, {'disks': after}, devices.reconfigure(**forecasts))


SIZES = ['size', *KB]
OPERATION = Operation(
    disk,
    Options({'disk': {'type': 'list', 'elements': 'dict', 'required': True, 'aliases': ['disks'], 'options': {
        'state': {'type': 'str', 'default': 'present', 'choices': ['present', 'absent']},
        **texts('label', 'size', 'datastore', 'datastore_cluster'), 'filename': {'type': 'str', 'aliases': ['file']},
        **{option: {'type': 'int'} for option in ('unit_number', *KB)},
        'controller_number': {'type': 'int', 'aliases': ['scsi_controller']},
        'controller_type': {'type': 'str', 'aliases': ['scsi_type'],
                            'choices': sorted([*CONTROLLERS, *OTHER_CONTROLLERS])},
        'type': {'type': 'str', 'default': 'thick', 'aliases': ['provisioning'],
                 'choices': ['thin', 'thick', 'eagerzeroedthick']},
        'disk_mode': {'type': 'str', 'aliases': ['mode'], 'choices': [
            'persistent', 'independent_persistent', 'independent_nonpersistent']},
        'destroy': {'type': 'bool', 'default': True},
    }, 'mutually_exclusive': [SIZES, ['datastore', 'datastore_cluster'], ['filename', 'datastore_cluster']],
        'required_one_of': [['label', 'filename', 'unit_number']]}}),
    properties=['runtime.powerState', 'runtime.host', 'config.hardware.device'])


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
