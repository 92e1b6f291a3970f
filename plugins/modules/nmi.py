#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: nmi
short_description: Interrupt the guest of a virtual machine with an NMI
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Sends a non-maskable interrupt to the guest, which most operating systems answer with a crash dump.
  - There is no state to compare, so it interrupts, and reports a change, each time.
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.changes
  - vsphere.vm.connection
  - vsphere.vm.target
  - vsphere.vm.fleet
  - vsphere.vm.task
  - vsphere.vm.questions
seealso:
  - module: vsphere.vm.power
  - module: vsphere.vm.screenshot
'''

EXAMPLES = r'''
- name: Make a server that hangs write a crash dump
  vsphere.vm.nmi:
    name: db-01
'''

RETURN = r'''
vm:
  description: The virtual machine.
  returned: when the virtual machine was found
  type: dict
  sample: {moid: vm-41, name: db-01}
operation:
  description: The API method that was called, or in check mode would be.
  returned: when something was to be done
  type: str
  sample: SendNMI
fault:
  description:
    - Why the task failed, with name, category, retryable, hint, details, cause, operation, vm, task and http_status.
  returned: on failure
  type: dict
  sample: {name: InvalidState, category: state, retryable: false}
'''

from ..module_utils.decision import Action
from ..module_utils.operation import Operation


def nmi(vm, params):
    """Decides to interrupt the guest."""
    return Action({'nmi': 'sent'}, vm.send_nmi())


OPERATION = Operation(nmi, properties=['runtime.powerState'])


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
