#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: first_class_disk
short_description: Attach first class disks to a virtual machine, and detach them
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Declares that a first class disk (an improved virtual disk) is attached to a virtual machine, or is not.
  - The disk is identified by its id, which it keeps when it is detached. Its file stays on its datastore in any case.
  - A disk that is already attached keeps its controller and unit number.
options:
  state:
    description: Whether the disk is attached. V(present) and V(absent) mean the same.
    type: str
    default: attached
    choices: [attached, detached, present, absent]
  disk_id:
    description: Id of the first class disk, as the storage object manager of the vCenter gives it.
    type: str
    required: true
  datastore:
    description: The datastore that the disk is on, by name or moid. Required to attach it.
    type: str
  controller_key:
    description: Key of the controller to attach it to. Without it, the first SCSI controller with room, else the
      first SATA controller.
    type: int
  unit_number:
    description: Unit number on the controller. Without it, the first free one.
    type: int
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.changes
  - vsphere.vm.connection
  - vsphere.vm.target
  - vsphere.vm.fleet
  - vsphere.vm.task
  - vsphere.vm.questions
seealso:
  - module: vsphere.vm.method
'''

EXAMPLES = r'''
- name: Attach a first class disk
  vsphere.vm.first_class_disk:
    name: db-01
    disk_id: 6d2bc8a5-0a3e-4d1c-9c4d-6c6f0f1b2a3c
    datastore: ssd-01

- name: Detach it, to attach it to another virtual machine
  vsphere.vm.first_class_disk:
    name: db-01
    disk_id: 6d2bc8a5-0a3e-4d1c-9c4d-6c6f0f1b2a3c
    state: detached
'''

RETURN = r'''
vm:
  description: The virtual machine, and the disk after the task, null if it is not attached.
  returned: when the virtual machine was found
  type: dict
  sample:
    moid: vm-41
    name: db-01
    disk:
      id: 6d2bc8a5-0a3e-4d1c-9c4d-6c6f0f1b2a3c
      key: 2001
      label: Hard disk 2
      file: "[ssd-01] fcd/6d2bc8a5.vmdk"
      capacity_bytes: 10737418240
      controller_key: 1000
      unit_number: 1
operation:
  description: The API method that was called, or in check mode would be.
  returned: when something was to be done
  type: str
  sample: AttachDisk_Task
task:
  description: The vCenter task, with its moid, state, times and result.
  returned: when the method runs as a task
  type: dict
  sample: {moid: task-77, operation: AttachDisk_Task, state: success}
fault:
  description:
    - Why the task failed, with name, category, retryable, hint, details, cause, operation, vm, task and http_status.
  returned: on failure
  type: dict
  sample: {name: NotFound, category: not_found, retryable: false}
'''

from ..module_utils import wire
from ..module_utils.decision import Change
from ..module_utils.device import label_of
from ..module_utils.devices import CONTROLLERS, Devices, known
from ..module_utils.operation import Operation
from ..module_utils.options import Options
from ..module_utils.virtual_disks import virtual_disks


def first_class_disk(vm, params):
    """Decides to attach or detach a first class disk."""
    found = next((disk for disk in virtual_disks(vm['config.hardware.device'])
                  if wire.at(disk, 'vDiskId.id') == params['disk_id']), None)
    now = {'disk': found and facts(found)}
    if params['state'] in ('detached', 'absent'):
        return Change(now, {'disk': None}, vm.detach_disk(params['disk_id']))
    if found:
        return Change(now, now)
    datastore = vm.inventory.find('Datastore', params['datastore'], near=vm.ref)
    room = Devices(vm, bool, '').room((*CONTROLLERS, 'sata')) or (None, None)
    controller, unit = params['controller_key'] or room[0], params['unit_number']
    return Change(now, {'disk': known(id=params['disk_id'], controller_key=controller, unit_number=unit)},
                  vm.attach_disk(params['disk_id'], datastore, controller, unit))


def facts(disk):
    """Returns what is told of an attached disk."""
    return {'id': disk['vDiskId']['id'], 'key': disk['key'], 'label': label_of(disk),
            'file': wire.at(disk, 'backing.fileName'), 'capacity_bytes': disk.get('capacityInBytes'),
            'controller_key': disk['controllerKey'], 'unit_number': disk['unitNumber']}


OPERATION = Operation(
    first_class_disk,
    Options({
        'state': {'type': 'str', 'default': 'attached', 'choices': ['attached', 'detached', 'present', 'absent']},
        'disk_id': {'type': 'str', 'required': True},
        'datastore': {'type': 'str'},
        'controller_key': {'type': 'int', 'no_log': False},
        'unit_number': {'type': 'int'},
    }, required_if=[['state', 'attached', ['datastore']], ['state', 'present', ['datastore']]]),
    properties=['runtime.host', 'config.version', 'config.hardware.device'])


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
