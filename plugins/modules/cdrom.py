#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: cdrom
short_description: CD-ROM drives of a virtual machine and what is in them
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Declares a CD-ROM drive of a virtual machine and what it is connected to, or that it is absent. Other drives stay as
    they are.
  - The drive is identified by O(label), else by its place on a controller, else it is the first one. To remove one,
    give O(label) or O(unit_number).
  - If the guest has locked the medium, the virtual machine asks whether to override that; see O(question_answers).
options:
  state:
    description: Whether the drive is there.
    type: str
    default: present
    choices: [present, absent]
  label:
    description: The label, such as V(CD/DVD drive 1). A new drive can only have the next number.
    type: str
  type:
    description:
      - What the drive is connected to. V(iso) is an image on a datastore, V(host) a drive of the ESXi host, V(client) a
        drive of whoever opens a console.
      - V(none) empties it; it is V(client) then, connected neither now nor at power-on.
      - A new drive without it is V(client).
    type: str
    choices: [iso, client, host, none]
  iso_path:
    description: The image, such as V([iso] rhel-9.iso).
    type: str
    aliases: [iso_media_path]
  host_device:
    description: The drive of the host, such as V(/vmfs/devices/cdrom/mpx.vmhba64:C0:T0:L0). Without it, the host
      chooses.
    type: str
  controller_type:
    description: The controller. Without it, SATA if there is one, else IDE.
    type: str
    choices: [ide, sata]
  controller_number:
    description: The number of the controller on its bus; a missing one is added.
    type: int
  unit_number:
    description: The unit on the controller. A new drive without it gets the first free one.
    type: int
  connected:
    description: Whether it is connected now. It is ignored unless the virtual machine is running.
    type: bool
  start_connected:
    description: Whether it is connected at power-on. A new drive without it is.
    type: bool
    aliases: [connect_at_power_on]
  guest_control:
    description: Whether the guest may connect and disconnect it. A new drive without it lets the guest do so.
    type: bool
    aliases: [allow_guest_control]
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
'''

EXAMPLES = r'''
- name: Put the installation image into the first drive
  vsphere.vm.cdrom:
    name: build-01
    type: iso
    iso_path: "[iso] rhel-9.iso"
    connected: true
    start_connected: true

- name: Empty the drive, whatever the guest says to it
  vsphere.vm.cdrom:
    name: build-01
    type: none
    question_answers:
      - question: msg.cdromdisconnect.locked
        response: button.yes

- name: Add a second drive on an IDE controller
  vsphere.vm.cdrom:
    name: build-01
    controller_type: ide
    unit_number: 1
    type: client

- name: Remove it
  vsphere.vm.cdrom:
    name: build-01
    label: CD/DVD drive 2
    state: absent
'''

RETURN = r'''
vm:
  description: The virtual machine, and the drive after the task, null if it does not exist.
  returned: when the virtual machine was found
  type: dict
  sample:
    moid: vm-41
    name: build-01
    cdrom:
      label: CD/DVD drive 1
      type: iso
      iso_path: "[iso] rhel-9.iso"
      host_device: null
      connected: true
      start_connected: true
      guest_control: true
      controller_type: sata
      controller_number: 0
      unit_number: 0
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
  sample: {name: NotFound, category: not_found, retryable: false}
'''

from ..module_utils.cdrom_drives import add, edit, facts, found_by
from ..module_utils.decision import Change
from ..module_utils.device import is_drive
from ..module_utils.devices import Devices
from ..module_utils.operation import Operation
from ..module_utils.options import Options, flags, texts


def cdrom(vm, params):
    """Decides what becomes of a CD-ROM drive."""
    devices = Devices(vm, is_drive, 'CD/DVD drive')
    found = found_by(devices, params)
    now = {'cdrom': found and facts(devices, found)}
    if params['state'] == 'absent':
        if found:
            devices.remove(found)
        return Change(now, {'cdrom': None}, devices.reconfigure())
    forecasts = {}
    after = edit(devices, found, params, forecasts) if found else add(devices, params, forecasts)
    return Change(now, {'cdrom': after}, devices.reconfigure(**forecasts))


OPERATION = Operation(
    cdrom,
    Options({
        'state': {'type': 'str', 'default': 'present', 'choices': ['present', 'absent']},
        **texts('label', 'host_device'), 'iso_path': {'type': 'str', 'aliases': ['iso_media_path']},
        'type': {'type': 'str', 'choices': ['iso', 'client', 'host', 'none']},
        'controller_type': {'type': 'str', 'choices': ['ide', 'sata']},
        **{option: {'type': 'int'} for option in ('controller_number', 'unit_number')},
        **flags('connected', default=None),
        **flags('start_connected', default=None, aliases=['connect_at_power_on']),
        **flags('guest_control', default=None, aliases=['allow_guest_control']),
    }, required_if=[['type', 'iso', ['iso_path']], ['state', 'absent', ['label', 'unit_number'], True]],
        mutually_exclusive=[['iso_path', 'host_device'], ['label', 'unit_number']]),
    properties=['runtime.powerState', 'config.hardware.device'])


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
