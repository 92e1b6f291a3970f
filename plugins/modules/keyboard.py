#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: keyboard
short_description: Type text and keys into a virtual machine
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Types on the USB keyboard of a virtual machine that is powered on, like a person at its console, with the keys of a
    US keyboard. A guest with another layout interprets them by its own.
  - There is no state to compare, so it types, and reports a change, each time.
  - It cannot know whether anything in the guest reads the input. If the text is a secret, give the task C(no_log).
options:
  text:
    description: Text to type first; the end of a line is the Enter key.
    type: str
    aliases: [string_send]
  keys:
    description:
      - Keys to press after it, each by its character or name, such as V(ENTER), V(ESC), V(TAB), V(F2), V(UP) or
        V(DELETE).
      - With modifiers they are pressed together, such as V(CTRL+ALT+DELETE), V(ALT+F4) or V(WIN+R). Modifiers are
        C(CTRL), C(SHIFT), C(ALT) and C(WIN), with C(RIGHT) in front for those on the right, and C(ALTGR).
    type: list
    elements: str
    aliases: [keys_send]
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.changes
  - vsphere.vm.connection
  - vsphere.vm.target
  - vsphere.vm.fleet
  - vsphere.vm.task
  - vsphere.vm.questions
seealso:
  - module: vsphere.vm.screenshot
  - module: vsphere.vm.nmi
'''

EXAMPLES = r'''
- name: Log in at the console
  vsphere.vm.keyboard:
    name: app-01
    text: "{{ console_user }}\n{{ console_password }}\n"
  no_log: true

- name: Choose the second entry of the boot menu
  vsphere.vm.keyboard:
    name: app-01
    keys: [DOWN, ENTER]

- name: Unlock a Windows desktop
  vsphere.vm.keyboard:
    name: desktop-07
    keys: [CTRL+ALT+DELETE]
'''

RETURN = r'''
vm:
  description: The virtual machine.
  returned: when the virtual machine was found
  type: dict
  sample: {moid: vm-41, name: app-01}
result:
  description: How many keys were typed.
  returned: when they were
  type: int
  sample: 2
operation:
  description: The API method that was called, or in check mode would be.
  returned: when something was to be done
  type: str
  sample: PutUsbScanCodes
fault:
  description:
    - Why the task failed, with name, category, retryable, hint, details, cause, operation, vm, task and http_status.
  returned: on failure
  type: dict
  sample: {name: InvalidPowerState, category: state, retryable: false}
'''

from ..module_utils.decision import Action
from ..module_utils.operation import Operation
from ..module_utils.options import Options
from ..module_utils.usb_keyboard import pressed, typed


def keyboard(vm, params):
    """Decides which keys to type."""
    events = typed(params['text'] or '') + [pressed(key) for key in params['keys'] or []]
    return Action({'keys_typed': len(events)}, vm.put_usb_scan_codes(events))


OPERATION = Operation(
    keyboard,
    Options({'text': {'type': 'str', 'aliases': ['string_send']},
             'keys': {'type': 'list', 'elements': 'str', 'aliases': ['keys_send'], 'no_log': False}},
            required_one_of=[['text', 'keys']]),
    properties=['runtime.powerState'])


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
