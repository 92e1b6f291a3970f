#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: console_ticket
short_description: Get a ticket for the console of a virtual machine
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Returns a ticket for one connection to the console, or to another part of the virtual machine.
  - Whoever has the ticket has the console, so run the task with C(no_log) and pass the result on in a variable.
  - A ticket changes nothing in the inventory, so it is issued in check mode too, and no change is reported.
options:
  ticket_type:
    description:
      - What the ticket is for.
      - V(webmks) is the console in a browser, V(mks) that of the VMware Remote Console, V(legacy_mks) that of clients
        older than vSphere 4.1.
    type: str
    default: webmks
    choices: [device, dnd, guestControl, guestIntegrity, legacy_mks, mks, webRemoteDevice, webmks]
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.reads
  - vsphere.vm.connection
  - vsphere.vm.target
  - vsphere.vm.fleet
seealso:
  - module: vsphere.vm.console_connections
'''

EXAMPLES = r'''
- name: Open the console in a browser
  vsphere.vm.console_ticket:
    name: app-01
  register: console
  no_log: true

- name: Connect the VMware Remote Console
  vsphere.vm.console_ticket:
    name: app-01
    ticket_type: mks
  register: remote_console
  no_log: true

- name: Connect a client that is older than vSphere 4.1
  vsphere.vm.console_ticket:
    name: app-01
    ticket_type: legacy_mks
  register: old_console
  no_log: true
'''

RETURN = r'''
vm:
  description: The virtual machine.
  returned: when the virtual machine was found
  type: dict
  sample: {moid: vm-41, name: app-01}
ticket:
  description: The ticket. Keep it out of logs with C(no_log); it opens the console.
  returned: success
  type: dict
  contains:
    ticket:
      description: The secret, good for one connection and for a short time.
      type: str
      sample: 52f9a7d0-7c1e-4b7f-9f6e-1f3a0d6c2b11
    cfgFile:
      description: The configuration file of the virtual machine, which the remote console asks for.
      type: str
      sample: "[ssd-01] app-01/app-01.vmx"
    host:
      description: The host to connect to.
      type: str
      sample: esx-01.example.com
    port:
      description: Its port.
      type: int
      sample: 443
    sslThumbprint:
      description: The thumbprint of its certificate.
      type: str
      sample: 8A:1F:...
    url:
      description: What a browser's web socket connects to; only for V(webmks).
      type: str
      sample: wss://esx-01.example.com:443/ticket/52f9a7d0
fault:
  description:
    - Why the task failed, with name, category, retryable, hint, details, cause, operation, vm, task and http_status.
  returned: on failure
  type: dict
  sample: {name: InvalidState, category: state, retryable: false}
'''

from ..module_utils import wire
from ..module_utils.decision import Facts
from ..module_utils.methods.console import TICKETS
from ..module_utils.operation import Operation
from ..module_utils.options import Options

LEGACY = 'legacy_mks'


def console_ticket(vm, params):
    """Returns a ticket of the type that is asked for."""
    kind = params['ticket_type']
    return Facts({}, ticket=wire.plain(vm.read(
        vm.acquire_mks_ticket() if kind == LEGACY else vm.acquire_ticket(kind))))


OPERATION = Operation(
    console_ticket,
    Options({'ticket_type': {'type': 'str', 'default': 'webmks', 'choices': sorted([*TICKETS, LEGACY])}}),
    changes=False)


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
