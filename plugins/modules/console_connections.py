#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: console_connections
short_description: List who is connected to the console, or disconnect them
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Lists the connections to the console of a virtual machine, or drops them.
  - A virtual machine that is not powered on has none.
options:
  state:
    description: V(listed) lists the connections, V(dropped) ends them.
    type: str
    default: listed
    choices: [listed, dropped]
  user_name:
    description: Only the connections of this user.
    type: str
  client:
    description: Only the connections from this address.
    type: str
  label:
    description: Only the connections with this label.
    type: str
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.changes
  - vsphere.vm.connection
  - vsphere.vm.target
  - vsphere.vm.fleet
  - vsphere.vm.task
  - vsphere.vm.questions
seealso:
  - module: vsphere.vm.console_ticket
'''

EXAMPLES = r'''
- name: See who is at the console
  vsphere.vm.console_connections:
    name: app-01
  register: console

- name: Disconnect everybody before the demonstration
  vsphere.vm.console_connections:
    name: app-01
    state: dropped

- name: Disconnect a user who has left
  vsphere.vm.console_connections:
    where:
      folder: /DC0/vm/web
    state: dropped
    user_name: VSPHERE.LOCAL\ann
'''

RETURN = r'''
vm:
  description: The virtual machine and those of its connections that the options mean; after O(state=dropped) those
    that are left.
  returned: when the virtual machine was found
  type: dict
  sample:
    moid: vm-41
    name: app-01
    connections: [{label: mks, client: 192.0.2.9, userName: ann}]
result:
  description: Whether all of them were dropped.
  returned: when some were to be dropped
  type: bool
  sample: true
operation:
  description: The API method that was called, or in check mode would be.
  returned: when something was to be done
  type: str
  sample: DropConnections
fault:
  description:
    - Why the task failed, with name, category, retryable, hint, details, cause, operation, vm, task and http_status.
  returned: on failure
  type: dict
  sample: {name: InvalidState, category: state, retryable: false}
'''

from ..module_utils import wire
from ..module_utils.decision import Change
from ..module_utils.operation import Operation
from ..module_utils.options import Options, texts

# Option -> member of VirtualMachineConnection.
MEANT_BY = {'user_name': 'userName', 'client': 'client', 'label': 'label'}


def console_connections(vm, params):
    """Decides which connections to drop."""
    present = vm.read(vm.query_connections()) if vm.power_state == 'powered_on' else None
    meant = [each for each in present or []
             if all(params[option] in (None, each[member]) for option, member in MEANT_BY.items())]
    now = {'connections': wire.plain(meant)}
    if params['state'] == 'listed':
        return Change(now, now)
    return Change(now, {'connections': []}, vm.drop_connections(meant))


OPERATION = Operation(
    console_connections,
    Options({'state': {'type': 'str', 'default': 'listed', 'choices': ['listed', 'dropped']}, **texts(*MEANT_BY)}),
    properties=['runtime.powerState'])


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
