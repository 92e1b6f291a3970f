#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: tools
short_description: Mount, unmount or upgrade VMware Tools, or wait until they are running
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Puts the installer of VMware Tools into the CD drive or takes it out, upgrades running Tools, or waits until Tools
    are running in the guest.
options:
  state:
    description:
      - V(mounted) and V(unmounted) concern the installer in the CD drive; the guest's administrator installs from it.
      - V(upgraded) upgrades Tools that are older than those of the host. Tools that the guest's own packages manage
        (open-vm-tools) count as current.
      - V(running) waits until Tools are running, at most O(timeout) seconds, and changes nothing. In check mode it says
        whether they are running, and does not wait.
    type: str
    required: true
    choices: [mounted, unmounted, upgraded, running]
  installer_options:
    description: Command line options for the installer of O(state=upgraded).
    type: str
  force:
    description: With O(state=upgraded), upgrade any version. It then reports a change each time.
    type: bool
    default: false
    aliases: [force_upgrade]
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.changes
  - vsphere.vm.connection
  - vsphere.vm.target
  - vsphere.vm.fleet
  - vsphere.vm.task
  - vsphere.vm.questions
seealso:
  - module: vsphere.vm.guest_information
  - module: vsphere.vm.power
'''

EXAMPLES = r'''
- name: Wait until the server is up
  vsphere.vm.tools:
    name: app-01
    state: running
    timeout: 600

- name: Wait until a whole folder is up
  vsphere.vm.tools:
    where:
      folder: /DC0/vm/web
      power_state: powered_on
    state: running
    timeout: 900

- name: Upgrade the Tools without a reboot
  vsphere.vm.tools:
    name: files-02
    state: upgraded
    installer_options: '/S /v "/qn REBOOT=R"'

- name: Put the installer into the drive
  vsphere.vm.tools:
    path: DC0/vm/lab/legacy-01
    state: mounted

- name: Take it out again
  vsphere.vm.tools:
    path: DC0/vm/lab/legacy-01
    state: unmounted
'''

RETURN = r'''
vm:
  description: The virtual machine, with C(installer_mounted), C(version_status) or
    C(tools_running), as O(state) asks.
  returned: when the virtual machine was found
  type: dict
  sample: {moid: vm-41, name: app-01, tools_running: true}
operation:
  description: The API method that was called, or in check mode would be.
  returned: when something was to be done
  type: str
  sample: UpgradeTools_Task
task:
  description: The vCenter task, with its moid, state, times and result.
  returned: when the method runs as a task
  type: dict
  sample: {moid: task-77, operation: UpgradeTools_Task, state: success}
fault:
  description:
    - Why the task failed, with name, category, retryable, hint, details, cause, operation, vm, task and http_status.
  returned: on failure
  type: dict
  sample: {name: ToolsUnavailable, category: state, retryable: false}
'''

from ..module_utils.decision import Action, Change, Facts
from ..module_utils.faults import Refusal
from ..module_utils.operation import Operation
from ..module_utils.options import Options, flags

# Values of guest.toolsVersionStatus2 that leave nothing to upgrade.
UP_TO_DATE = ('guestToolsCurrent', 'guestToolsUnmanaged', 'guestToolsSupportedNew', 'guestToolsTooNew')


def tools(vm, params):
    """Decides what to do about the Tools of a VM."""
    if params['state'] == 'running':
        return running(vm)
    if params['state'] == 'upgraded':
        return upgraded(vm, params)
    wanted = params['state'] == 'mounted'
    return Change({'installer_mounted': bool(vm['runtime.toolsInstallerMounted'])}, {'installer_mounted': wanted},
                  vm.mount_tools() if wanted else vm.unmount_tools())


def running(vm):
    """Returns whether the Tools run, to be waited for."""
    if vm.power_state != 'powered_on':
        raise Refusal(f'{vm.name} is {vm.power_state}, so VMware Tools cannot start in it.', 'InvalidPowerState')
    facts = Facts({'tools_running': vm.tools_running})
    return facts if vm.tools_running else facts.after(vm.tools_come())


def upgraded(vm, params):
    """Decides whether the Tools are to be upgraded."""
    now, step = {'version_status': vm['guest.toolsVersionStatus2']}, vm.upgrade_tools(params['installer_options'])
    if params['force']:
        return Action({'upgraded': True}, step, state=now)
    return Change(now, now if now['version_status'] in UP_TO_DATE else {'version_status': 'guestToolsCurrent'}, step)


OPERATION = Operation(
    tools,
    Options({'state': {'type': 'str', 'required': True, 'choices': ['mounted', 'unmounted', 'upgraded', 'running']},
             'installer_options': {'type': 'str'}, **flags('force', aliases=['force_upgrade'])}),
    properties=['runtime.powerState', 'runtime.toolsInstallerMounted', 'guest.toolsRunningStatus',
                'guest.toolsVersionStatus2'])


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
