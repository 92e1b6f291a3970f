#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: power
short_description: Power a virtual machine on or off, suspend or restart it
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Brings a virtual machine into a power state, and returns when it is in that state.
  - If a guest is asked to shut down, reboot or stand by, the task waits for it, and fails after O(timeout).
options:
  state:
    description:
      - The power state to declare.
      - V(standby) is the result of the guest's own standby, either suspended or powered on in standby.
      - V(restarted) restarts each time, so it always reports a change.
      - V(terminated) powers off by ending the process of the virtual machine, if nothing else works.
      - The spellings with hyphens are those of other collections. V(shutdown-guest) is O(state=powered_off) and
        V(reboot-guest) is O(state=restarted), both with O(method=guest).
    type: str
    required: true
    choices:
      - powered_on
      - powered_off
      - suspended
      - standby
      - restarted
      - terminated
      - powered-on
      - powered-off
      - shutdown-guest
      - reboot-guest
  method:
    description:
      - How a running virtual machine is brought to O(state).
      - V(hard) acts on the virtual hardware.
      - V(guest) asks the guest through VMware Tools to shut down, reboot or stand by. A reboot ends when the Tools have
        stopped and run again; with O(wait=false) it is only asked for.
      - V(guest_then_hard) asks the guest, and acts on the hardware if the Tools are not running or the guest has not
        reacted within O(guest_timeout).
    type: str
    default: hard
    choices: [hard, guest, guest_then_hard]
  guest_timeout:
    description: Seconds that O(method=guest_then_hard) gives the guest.
    type: int
    default: 300
  host:
    description: The ESXi host to power on at, by name or moid. Without it, vCenter or DRS chooses.
    type: str
    aliases: [esxi_hostname]
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.changes
  - vsphere.vm.connection
  - vsphere.vm.target
  - vsphere.vm.fleet
  - vsphere.vm.task
  - vsphere.vm.questions
seealso:
  - module: vsphere.vm.snapshot
'''

EXAMPLES = r'''
- name: Power a virtual machine on
  vsphere.vm.power:
    name: app-01
    state: powered_on

- name: Shut the guest down, and cut the power if it has not followed within two minutes
  vsphere.vm.power:
    path: DC0/vm/web/app-01
    state: powered_off
    method: guest_then_hard
    guest_timeout: 120

- name: Reboot the guest and wait until it is back
  vsphere.vm.power:
    moid: vm-41
    state: restarted
    method: guest
    timeout: 600

- name: Reset one that no longer reacts
  vsphere.vm.power:
    name: app-01
    state: restarted

- name: Suspend a virtual machine
  vsphere.vm.power:
    name: lab-03
    state: suspended

- name: Let the guest of a desktop stand by
  vsphere.vm.power:
    name: desktop-07
    state: standby

- name: End the process of one that cannot even be powered off
  vsphere.vm.power:
    name: app-01
    state: terminated

- name: Power off a whole lab, ten at a time
  vsphere.vm.power:
    where:
      folder: /DC0/vm/lab
      power_state: powered_on
    state: powered_off
    method: guest_then_hard
    concurrency: 10

- name: Power on a copied virtual machine, which asks whether it was moved or copied
  vsphere.vm.power:
    name: app-02
    state: powered_on
    question_answers:
      - question: msg.uuid.altered
        response: button.uuid.copiedTheVM
'''

RETURN = r'''
vm:
  description: The virtual machine and its power state after the task.
  returned: when the virtual machine was found
  type: dict
  sample: {moid: vm-41, name: app-01, power_state: powered_on}
operation:
  description: The API method that was called, or in check mode would be.
  returned: when something was to be done
  type: str
  sample: PowerOnVM_Task
task:
  description: The vCenter task, with its moid, state, times and result.
  returned: when the method runs as a task
  type: dict
  sample: {moid: task-77, operation: PowerOnVM_Task, state: success}
fault:
  description: Why the task failed, with name, category, retryable, hint, details, cause, operation, vm and task.
  returned: on failure
  type: dict
  sample: {name: InvalidPowerState, category: state, retryable: false}
'''

from ..module_utils.decision import Action, Change
from ..module_utils.operation import Operation
from ..module_utils.options import Options
from ..module_utils.placement import host_of

GUEST_STATES = {'shutdown-guest': 'powered_off', 'reboot-guest': 'restarted'}


def power(vm, params):
    """Decides how to bring a VM into the power state that the options declare."""
    state = GUEST_STATES.get(params['state'], params['state'].replace('-', '_'))
    method = 'guest' if params['state'] in GUEST_STATES else params['method']
    now = {'power_state': 'standby' if state == 'standby' and vm['runtime.onlineStandby'] else vm.power_state}
    if state == 'restarted':
        return Action({'power_state': 'restarted'}, step(vm, method, vm.reboot_guest(), vm.reset(), params), state=now)
    wanted = {'power_state': {'terminated': 'powered_off'}.get(state, state)}
    if now == wanted or (state == 'standby' and now['power_state'] == 'suspended'):
        return Change(now, now)
    if state == 'powered_on':
        return Change(now, wanted, vm.power_on(host_of(vm.inventory, params)))
    if state == 'terminated':
        return Change(now, wanted, vm.terminate())
    if state == 'powered_off':
        return Change(now, wanted, step(vm, method, vm.shut_down_guest(), vm.power_off(), params))
    if state == 'standby':
        method, wanted = 'guest', {'power_state': standby_of(vm)}
    return Change(now, wanted, step(vm, method, vm.stand_by_guest(), vm.suspend(), params))


def standby_of(vm):
    """Returns the state that a guest's standby leads to, which is the VM's own setting."""
    return 'standby' if vm['config.defaultPowerOps.standbyAction'] == 'powerOnSuspend' else 'suspended'


def step(vm, method, guest, hard, params):
    """Returns the step that the option method asks for; a VM that does not run has no guest to ask."""
    if method == 'guest_then_hard' and vm.power_state == 'powered_on':
        return guest.or_else(hard, 'ToolsUnavailable', after=params['guest_timeout'])
    return guest if method == 'guest' else hard


OPERATION = Operation(
    power,
    Options({
        'state': {'type': 'str', 'required': True, 'choices': [
            'powered_on', 'powered_off', 'suspended', 'standby', 'restarted', 'terminated',
            'powered-on', 'powered-off', 'shutdown-guest', 'reboot-guest']},
        'method': {'type': 'str', 'default': 'hard', 'choices': ['hard', 'guest', 'guest_then_hard']},
        'guest_timeout': {'type': 'int', 'default': 300},
        'host': {'type': 'str', 'aliases': ['esxi_hostname']},
    }),
    properties=['runtime.powerState', 'runtime.host', 'runtime.cryptoState', 'runtime.onlineStandby',
                'runtime.bootTime', 'guest.toolsRunningStatus', 'config.defaultPowerOps.standbyAction'])


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
