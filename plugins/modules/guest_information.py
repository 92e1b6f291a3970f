#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: guest_information
short_description: Forget what vCenter remembers of the guest
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Clears what vCenter has cached about the guest of a virtual machine that is powered off, such as the host name and
    addresses from its last run. If nothing is cached, there is nothing to do.
  - It fails for a running virtual machine, whose guest reports its present state.
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.changes
  - vsphere.vm.connection
  - vsphere.vm.target
  - vsphere.vm.fleet
  - vsphere.vm.task
  - vsphere.vm.questions
seealso:
  - module: vsphere.vm.info
  - module: vsphere.vm.tools
'''

EXAMPLES = r'''
- name: Forget the host name and addresses before the image gets new ones
  vsphere.vm.guest_information:
    name: golden-image
'''

RETURN = r'''
vm:
  description: The virtual machine, and what is cached about its guest, which is nothing after the task.
  returned: when the virtual machine was found
  type: dict
  sample: {moid: vm-41, name: golden-image, guest: {}}
operation:
  description: The API method that was called, or in check mode would be.
  returned: when something was to be done
  type: str
  sample: ResetGuestInformation
fault:
  description:
    - Why the task failed, with name, category, retryable, hint, details, cause, operation, vm, task and http_status.
  returned: on failure
  type: dict
  sample: {name: InvalidState, category: state, retryable: false}
'''

from ..module_utils.decision import Change
from ..module_utils.operation import Operation

CACHED = ('guestFullName', 'guestId', 'hostName', 'ipAddress')


def guest_information(vm, params):
    """Decides whether there is something to forget."""
    cached = {name: vm[f'guest.{name}'] for name in CACHED if vm[f'guest.{name}']}
    return Change({'guest': cached}, {'guest': {}}, vm.reset_guest_information())


OPERATION = Operation(guest_information, properties=['runtime.powerState', *(f'guest.{name}' for name in CACHED)])


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
