#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: hardware_version
short_description: Upgrade the virtual hardware of a virtual machine
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Declares the virtual hardware version of a virtual machine that is powered off. The version cannot be lowered; the
    only way back is a snapshot taken before.
  - If the virtual machine already has the version, there is nothing to do.
options:
  version:
    description: The version, such as V(vmx-19) or V(19), or V(latest) for the newest that its hosts support.
    type: str
    default: latest
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
  - module: vsphere.vm.snapshot
'''

EXAMPLES = r'''
- name: Keep a way back
  vsphere.vm.snapshot:
    name: app-01
    snapshot_name: before-upgrade

- name: Upgrade to the newest hardware
  vsphere.vm.hardware_version:
    name: app-01

- name: Upgrade to what the oldest host of the site can run
  vsphere.vm.hardware_version:
    name: app-01
    version: vmx-19
'''

RETURN = r'''
vm:
  description: The virtual machine and its hardware version after the task.
  returned: when the virtual machine was found
  type: dict
  sample: {moid: vm-41, name: app-01, version: vmx-19}
operation:
  description: The API method that was called, or in check mode would be.
  returned: when something was to be done
  type: str
  sample: UpgradeVM_Task
task:
  description: The vCenter task, with its moid, state, times and result.
  returned: when the method runs as a task
  type: dict
  sample: {moid: task-77, operation: UpgradeVM_Task, state: success}
fault:
  description:
    - Why the task failed, with name, category, retryable, hint, details, cause, operation, vm, task and http_status.
  returned: on failure
  type: dict
  sample: {name: InvalidPowerState, category: state, retryable: false}
'''

import re

from ..module_utils.decision import Change
from ..module_utils.faults import Refusal
from ..module_utils.operation import Operation
from ..module_utils.options import Options


def hardware_version(vm, params):
    """Decides whether to upgrade the hardware."""
    if vm['config.version'] is None:
        raise Refusal(f'vCenter cannot read the configuration of {vm.name}, so it has no hardware version.',
                      'InvalidState', hint='See that its host and datastore are reachable.')
    now, wanted = number(vm['config.version']), params['version'].lower()
    target = newest(vm) if wanted == 'latest' else number(wanted)
    if wanted != 'latest' and target < now:
        raise Refusal(f'{vm.name} has hardware version {now}; it cannot be lowered to {target}.', 'InvalidArgument',
                      hint='Revert to a snapshot from before the upgrade, or declare a newer version.',
                      details={'version': vm['config.version'], 'wanted': params['version']})
    step = vm.upgrade() if wanted == 'latest' else vm.upgrade(name(target), lambda: unknown(vm, target))
    after = 'latest' if target is None else name(max(now, target))
    return Change({'version': name(now)}, {'version': after}, step)


def number(version):
    """Returns the number of a version. Raises Refusal for a text that is none."""
    read = re.fullmatch(r'(?:vmx-)?0*(\d+)', version)
    if read is None:
        raise Refusal(f'{version!r} is not a hardware version; give one such as vmx-19, or latest.', 'InvalidArgument',
                      details={'version': version})
    return int(read[1])


def name(of_number):
    """Returns the name of a version as vSphere has it: vmx-08, vmx-21."""
    return f'vmx-{of_number:02}'


def unknown(vm, target):
    """Returns what stands against a version that the VM cannot be given where it is, or None."""
    versions = offered(vm)
    if versions is None or target in versions:
        return None
    told = ', '.join(f'vmx-{each}' for each in versions) or 'no version'
    return f'{vm.name} can be upgraded to {told} where it is, not to vmx-{target}.'


def offered(vm):
    """Returns the versions that the VM can be upgraded to where it is, ascending; None if the server does not tell."""
    told = vm.inventory.if_known(vm['environmentBrowser'], 'QueryConfigOptionDescriptor', otherwise=False)
    return None if told is False else sorted(number(each['key']) for each in told or [] if each['upgradeSupported'])


def newest(vm):
    """Returns the newest of these versions, 0 without any; None if the server does not tell."""
    versions = offered(vm)
    return None if versions is None else max(versions, default=0)


OPERATION = Operation(
    hardware_version, Options({'version': {'type': 'str', 'default': 'latest'}}),
    properties=['runtime.powerState', 'config.version', 'config.hardware.device', 'environmentBrowser'])


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
