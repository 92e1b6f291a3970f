#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: guest_customization
short_description: Give the guest of a virtual machine another identity
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Customizes host name, network, domain and more of a guest, by an inline specification or one that is saved in
    vCenter. The virtual machine must be powered off; the guest is customized at the next power-on.
  - The specification is checked against the virtual machine first, in check mode too.
  - The guest cannot be compared with a specification, so the task always reports a change. It fails if a customization
    is already pending.
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.changes
  - vsphere.vm.connection
  - vsphere.vm.target
  - vsphere.vm.fleet
  - vsphere.vm.customization
  - vsphere.vm.task
  - vsphere.vm.questions
seealso:
  - module: vsphere.vm.clone
  - module: vsphere.vm.power
'''

EXAMPLES = r'''
- name: Prepare a copied server for its new identity
  vsphere.vm.guest_customization:
    name: web-07
    customization:
      hostname: web-07
      domain: example.com
      dns_servers: [192.0.2.53]
    networks:
      - ip: 192.0.2.17
        netmask: 255.255.255.0
        gateway: [192.0.2.1]

- name: Have it done
  vsphere.vm.power:
    name: web-07
    state: powered_on

- name: Let a Windows server join its domain
  vsphere.vm.guest_customization:
    name: files-02
    customization:
      os: windows
      joindomain: corp.example.com
      domainadmin: joiner
      domainadminpassword: "{{ joiner_password }}"

- name: Take a specification that is saved in vCenter
  vsphere.vm.guest_customization:
    name: web-08
    customization_spec: linux-servers
'''

RETURN = r'''
vm:
  description: The virtual machine, and the state of its customization before the task, in vCenter's words.
  returned: when the virtual machine was found
  type: dict
  sample: {moid: vm-41, name: web-07, customization: TOOLSDEPLOYPKG_IDLE}
operation:
  description: The API method that was called, or in check mode would be.
  returned: when something was to be done
  type: str
  sample: CustomizeVM_Task
task:
  description: The vCenter task, with its moid, state, times and result.
  returned: when the method runs as a task
  type: dict
  sample: {moid: task-77, operation: CustomizeVM_Task, state: success}
fault:
  description:
    - Why the task failed, with name, category, retryable, hint, details, cause, operation, vm, task and http_status.
  returned: on failure
  type: dict
  sample: {name: NicSettingMismatch, category: invalid_argument, retryable: false}
'''

from ..module_utils.customization import PROPERTIES, customization_of
from ..module_utils.decision import Action
from ..module_utils.methods.provisioning import PENDING
from ..module_utils.operation import Operation
from ..module_utils.options import CUSTOMIZATION, Options

STATUS = 'guest.customizationInfo.customizationStatus'


def guest_customization(vm, params):
    """Decides to customize the guest, if nothing stands against the specification."""
    spec = customization_of(vm, params)
    vm.ask(vm.check_customization(spec))
    return Action({'customization': PENDING}, vm.customize(spec), state={'customization': vm[STATUS]})


GIVEN = ['customization_spec', 'customization', 'networks']
OPERATION = Operation(guest_customization, CUSTOMIZATION + Options({}, required_one_of=[GIVEN]),
                      properties=['runtime.powerState', STATUS, *PROPERTIES])


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
