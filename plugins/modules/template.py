#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: template
short_description: Mark a virtual machine as a template, and back
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Declares whether a virtual machine is a template, from which M(vsphere.vm.clone) makes copies, and which cannot be
    powered on.
options:
  state:
    description:
      - Whether it is a template or a virtual machine.
      - A V(virtual_machine) needs a resource pool; without O(resource_pool), O(cluster) and O(host), that is the root
        pool of its cluster or host.
    type: str
    default: template
    choices: [template, virtual_machine]
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.changes
  - vsphere.vm.connection
  - vsphere.vm.target
  - vsphere.vm.fleet
  - vsphere.vm.placement
  - vsphere.vm.task
  - vsphere.vm.questions
seealso:
  - module: vsphere.vm.clone
'''

EXAMPLES = r'''
- name: Make a template of a virtual machine that is powered off
  vsphere.vm.template:
    name: golden-image
    state: template

- name: Make it a virtual machine again, to patch it
  vsphere.vm.template:
    name: golden-image
    state: virtual_machine
    cluster: cluster-a
    resource_pool: build
'''

RETURN = r'''
vm:
  description: The virtual machine, and whether it is a template.
  returned: when the virtual machine was found
  type: dict
  sample: {moid: vm-41, name: golden-image, template: true}
operation:
  description: The API method that was called, or in check mode would be.
  returned: when something was to be done
  type: str
  sample: MarkAsTemplate
fault:
  description:
    - Why the task failed, with name, category, retryable, hint, details, cause, operation, vm, task and http_status.
  returned: on failure
  type: dict
  sample: {name: InvalidPowerState, category: state, retryable: false}
'''

from ..module_utils.decision import Change
from ..module_utils.operation import Operation
from ..module_utils.options import PLACEMENT, Options
from ..module_utils.placement import host_of, pool_of, root_pool_of


def template(vm, params):
    """Decides how to make a VM a template, or a template a VM."""
    now, wanted = {'template': bool(vm['config.template'])}, {'template': params['state'] == 'template'}
    if now == wanted:
        return Change(now, now)
    if wanted['template']:
        return Change(now, wanted, vm.mark_as_template())
    host = host_of(vm.inventory, params)
    pool = pool_of(vm.inventory, params, host, vm.ref) or root_pool_of(vm.inventory, vm['runtime.host'])
    return Change(now, wanted, vm.mark_as_virtual_machine(pool, host))


STATES = ['template', 'virtual_machine']
OPERATION = Operation(
    template,
    PLACEMENT + Options({'state': {'type': 'str', 'default': 'template', 'choices': STATES}}),
    properties=['config.template', 'runtime.powerState', 'runtime.host'])


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
