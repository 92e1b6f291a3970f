#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: fault_tolerance
short_description: Create, enable, disable, fail over and turn off fault tolerance
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Keeps a secondary of a virtual machine running on another host, which takes over without interruption if the first
    host fails.
  - Before a secondary is created or enabled, vCenter is asked whether the virtual machine is compatible, in check mode
    too. The failure lists all obstacles.
options:
  state:
    description:
      - V(created) makes a secondary if there is none. If the virtual machine is powered on, so is the secondary.
      - V(enabled) lets a disabled secondary run with its primary again.
      - V(disabled) stops the secondary and keeps it.
      - V(turned_off) deletes the secondary, and ends fault tolerance.
      - V(made_primary) makes the virtual machine the primary of its group if it is the secondary. With O(secondary), a
        primary hands its role over to that one.
      - V(terminated) kills the secondary, to test that it comes back. It always reports a change.
    type: str
    default: created
    choices: [created, enabled, disabled, turned_off, made_primary, terminated]
  host:
    description: The ESXi host of the secondary, by name or moid, with V(created) and V(enabled). Without it,
      vCenter chooses.
    type: str
    aliases: [esxi_hostname]
  secondary:
    description: The secondary, by moid, if there are several.
    type: str
  datastore:
    description: The datastore of the secondary's configuration, by name or moid. Without it, that of the primary.
    type: str
  metadata_datastore:
    description: The datastore of the file that decides which of the two continues if they lose contact, by name or
      moid.
    type: str
  disks:
    description: Where disks of the secondary go.
    type: list
    elements: dict
    default: []
    suboptions:
      disk:
        description: Label or key of the disk, such as V(Hard disk 1).
        type: str
        required: true
        aliases: [label]
      datastore:
        description: The datastore, by name or moid.
        type: str
        required: true
  legacy:
    description: Check compatibility with the fault tolerance of hosts before vSphere 6.0, which used record and replay.
    type: bool
    default: false
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
'''

EXAMPLES = r'''
- name: Protect a virtual machine by fault tolerance
  vsphere.vm.fault_tolerance:
    name: control-01
    state: created

- name: Protect it, with the disks of the secondary on other storage
  vsphere.vm.fault_tolerance:
    name: control-01
    state: created
    host: esx-03.example.com
    datastore: ssd-02
    metadata_datastore: ssd-03
    disks:
      - disk: Hard disk 1
        datastore: ssd-02

- name: Test the failover
  vsphere.vm.fault_tolerance:
    name: control-01
    state: terminated

- name: Hand the role of the primary over, before its host is serviced
  vsphere.vm.fault_tolerance:
    name: control-01
    state: made_primary
    secondary: vm-77

- name: Stop the secondary while the network between the hosts is worked on
  vsphere.vm.fault_tolerance:
    name: control-01
    state: disabled

- name: Let it run again
  vsphere.vm.fault_tolerance:
    name: control-01
    state: enabled

- name: Protect it on hosts from before vSphere 6.0
  vsphere.vm.fault_tolerance:
    name: control-01
    state: created
    legacy: true

- name: End the protection
  vsphere.vm.fault_tolerance:
    name: control-01
    state: turned_off
'''

RETURN = r'''
vm:
  description:
    - The virtual machine with the state of its fault tolerance, its role in the group, and the moids of the primary
      and the secondaries.
    - The state is one of not_configured, disabled, enabled, need_secondary, starting and running.
  returned: when the virtual machine was found
  type: dict
  sample: {moid: vm-41, name: control-01, fault_tolerance: running, role: primary, primary: vm-41, secondaries:
    [vm-52]}
result:
  description: The secondary that was created or enabled, and whether it was powered on.
  returned: when one was created or enabled
  type: dict
  sample: {vm: {type: VirtualMachine, value: vm-52}, powerOnAttempted: true}
operation:
  description: The API method that was called, or in check mode would be.
  returned: when something was to be done
  type: str
  sample: CreateSecondaryVM_Task
task:
  description: The vCenter task, with its moid, state, times and result.
  returned: when the method runs as a task
  type: dict
  sample: {moid: task-77, operation: CreateSecondaryVM_Task, state: success}
fault:
  description:
    - Why the task failed, with name, category, retryable, hint, details, cause, operation, vm, task and http_status.
  returned: on failure
  type: dict
  sample: {name: VmConfigIncompatibleForFaultTolerance, category: unsupported, retryable: false}
'''

from ..module_utils.decision import Action, Change
from ..module_utils.faults import Refusal
from ..module_utils.ft_group import FtGroup
from ..module_utils.operation import Operation
from ..module_utils.options import DISK_PLACE, Options, flags, texts


def fault_tolerance(vm, params):
    """Decides what leads to the state of fault tolerance that the options declare."""
    group, state = FtGroup(vm, params), params['state']
    now, running = group.facts(), 'running' if vm.power_state == 'powered_on' else 'enabled'
    if state == 'made_primary':
        return made_primary(vm, group, now)
    if group.role == 'secondary':
        raise Refusal(f'{vm.name} ({vm.moid}) is the secondary of {group.primary["value"]}: work on that one.',
                      'InvalidOperationOnSecondaryVm', details={'primary': group.primary['value']})
    if state == 'created' and not group.role:
        host = group.compatible_host()
        step = vm.create_secondary_ex(host, group.spec()) if group.is_placed() else vm.create_secondary(host)
        # Which one the secondary is, the server tells.
        return Change(now, {'fault_tolerance': running, 'role': 'primary', 'primary': vm.moid}, step)
    if state == 'created' or (state == 'turned_off' and not group.role):
        return Change(now, now)
    if state == 'turned_off':
        nothing = {'fault_tolerance': 'not_configured', 'role': None, 'primary': None, 'secondaries': []}
        return Change(now, nothing, vm.turn_off_fault_tolerance())
    secondary = group.secondary()
    if state == 'terminated':
        return Action({'terminated': secondary['value']}, vm.terminate_secondary(secondary), state=now)
    if (state == 'disabled') == (now['fault_tolerance'] == 'disabled'):
        return Change(now, now)
    if state == 'disabled':
        return Change(now, {**now, 'fault_tolerance': 'disabled'}, vm.disable_secondary(secondary))
    return Change(now, {**now, 'fault_tolerance': running}, vm.enable_secondary(secondary, group.compatible_host()))


def made_primary(vm, group, now):
    """Returns the change that swaps the roles: a secondary takes over, a primary hands over to the one named."""
    to = group.new_primary()
    if to['value'] == now['primary']:
        return Change(now, now)
    role = 'primary' if to['value'] == vm.moid else 'secondary'
    rest = [moid for moid in (now['primary'], *now['secondaries']) if moid != to['value']]
    return Change(now, {**now, 'role': role, 'primary': to['value'], 'secondaries': rest},
                  vm.make_primary(to, group.primary))


OPERATION = Operation(
    fault_tolerance,
    Options({
        'state': {'type': 'str', 'default': 'created', 'choices': [
            'created', 'enabled', 'disabled', 'turned_off', 'made_primary', 'terminated']},
        'host': {'type': 'str', 'aliases': ['esxi_hostname']},
        **texts('secondary', 'datastore', 'metadata_datastore'), **flags('legacy'),
        'disks': {'type': 'list', 'elements': 'dict', 'default': [], 'options': DISK_PLACE},
    }),
    properties=['runtime.powerState', 'runtime.host', 'runtime.faultToleranceState', 'config.ftInfo',
                'config.hardware.device'])


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
