#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: ovf_environment_info
short_description: Read the OVF environment of a running virtual machine
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Returns what the guest of a virtual machine that is powered on gets from its vApp options. It is empty without vApp
    options, and the server leaves out sensitive values.
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.reads
  - vsphere.vm.connection
  - vsphere.vm.target
  - vsphere.vm.fleet
seealso:
  - module: vsphere.vm.info
  - module: vsphere.vm.export
'''

EXAMPLES = r'''
- name: See which properties an appliance was given
  vsphere.vm.ovf_environment_info:
    name: appliance-01
  register: environment

- name: Show its host name
  ansible.builtin.debug:
    var: environment.properties.hostname
'''

RETURN = r'''
vm:
  description: The virtual machine.
  returned: when the virtual machine was found
  type: dict
  sample: {moid: vm-41, name: appliance-01}
ovf_environment:
  description: The XML document, as the guest sees it; empty without vApp options.
  returned: success
  type: str
  sample: <Environment xmlns="http://schemas.dmtf.org/ovf/environment/1">...</Environment>
properties:
  description: The properties in it by their keys.
  returned: success
  type: dict
  sample: {hostname: appliance-01}
fault:
  description:
    - Why the task failed, with name, category, retryable, hint, details, cause, operation, vm, task and http_status.
  returned: on failure
  type: dict
  sample: {name: InvalidState, category: state, retryable: false}
'''

from ..module_utils.decision import Facts
from ..module_utils.operation import Operation
from ..module_utils.ovf_environment import properties_of


def ovf_environment_info(vm, params):
    """Returns the OVF environment of a VM."""
    text = vm.read(vm.extract_ovf_environment()) or ''
    return Facts({}, ovf_environment=text, properties=properties_of(text))


OPERATION = Operation(ovf_environment_info, changes=False)


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
