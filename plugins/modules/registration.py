#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: registration
short_description: Register, unregister, delete and reload virtual machines
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Declares whether a virtual machine is in the inventory, and has vCenter read its files again.
  - To register one, name it with O(name), with O(folder) or O(datacenter), or with O(path). O(vms) and O(where) reach
    only those that are registered already.
options:
  state:
    description:
      - V(registered) adds the files at O(vmx_path) to the inventory, if there is no such virtual machine.
      - V(unregistered) removes it from the inventory and leaves its files.
      - V(deleted) deletes it with its files.
      - V(reloaded) has its files read again. There is nothing to compare, so it always reports a change.
      - V(reloaded_from_path) makes it what the files at O(vmx_path) say; it keeps its moid, permissions and events.
      - V(present) and V(absent) are the spellings of other collections for V(registered) and V(unregistered).
    type: str
    default: registered
    choices: [registered, unregistered, deleted, reloaded, reloaded_from_path, present, absent]
  vmx_path:
    description: Path of the configuration file, such as V([ssd-01] app-01/app-01.vmx).
    type: str
    aliases: [configuration_path]
  is_template:
    description: Register a template. It is in no resource pool and needs O(host).
    type: bool
    default: false
    aliases: [template]
  force:
    description: With O(state=deleted), power a running virtual machine off first.
    type: bool
    default: false
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
  - module: vsphere.vm.vm
  - module: vsphere.vm.clone
'''

EXAMPLES = r'''
- name: Register a virtual machine that a replication has brought
  vsphere.vm.registration:
    name: app-01
    folder: /DC0/vm/web
    state: registered
    vmx_path: "[ssd-01] app-01/app-01.vmx"
    cluster: cluster-a

- name: Take one out of the inventory, and leave its files
  vsphere.vm.registration:
    name: app-02
    state: unregistered

- name: Delete one, running or not
  vsphere.vm.registration:
    name: app-03
    state: deleted
    force: true

- name: Have vCenter read a configuration file that was edited by hand
  vsphere.vm.registration:
    name: app-01
    state: reloaded

- name: Bring an inaccessible virtual machine back from its files on other storage
  vsphere.vm.registration:
    name: app-01
    state: reloaded_from_path
    vmx_path: "[ssd-02] app-01/app-01.vmx"
'''

RETURN = r'''
vm:
  description: The virtual machine, whether it is registered, and the path of its configuration file.
  returned: when the virtual machine was found
  type: dict
  sample: {moid: vm-41, name: app-01, registered: true, vmx_path: "[ssd-01] app-01/app-01.vmx"}
result:
  description: Reference of the virtual machine.
  returned: when one was registered
  type: dict
  sample: {type: VirtualMachine, value: vm-52}
operation:
  description: The API method that was called, or in check mode would be.
  returned: when something was to be done
  type: str
  sample: RegisterVM_Task
task:
  description: The vCenter task, with its moid, state, times and result.
  returned: when the method runs as a task
  type: dict
  sample: {moid: task-77, operation: RegisterVM_Task, state: success}
fault:
  description:
    - Why the task failed, with name, category, retryable, hint, details, cause, operation, vm, task and http_status.
  returned: on failure
  type: dict
  sample: {name: AlreadyExists, category: conflict, retryable: false}
'''

from ..module_utils.decision import Action, Change
from ..module_utils.faults import Refusal
from ..module_utils.methods.registration import register_vm
from ..module_utils.operation import Operation
from ..module_utils.options import PLACEMENT, Options, flags
from ..module_utils.placement import host_of, needed_pool, place_of

SPELLINGS = {'present': 'registered', 'absent': 'unregistered'}
GONE = {'registered': False, 'vmx_path': None}


def registration(vm, params):
    """Decides what becomes of a VM that is registered."""
    state, path = SPELLINGS.get(params['state'], params['state']), params['vmx_path']
    now = {'registered': True, 'vmx_path': vm['config.files.vmPathName']}
    if state == 'unregistered':
        return Change(now, GONE, vm.unregister())
    if state == 'deleted':
        return Change(now, GONE, *vm.delete(params['force']))
    if state == 'reloaded':
        return Action({'reloaded': True}, vm.reload(), state=now)
    if state == 'reloaded_from_path':
        return Change(now, {**now, 'vmx_path': path}, vm.reload_from_path(path))
    if now['vmx_path'] not in (None, path):
        raise Refusal(f'{vm.name} is registered with other files, {now["vmx_path"]}.', 'AlreadyExists',
                      details={'vmx_path': now['vmx_path'], 'moid': vm.moid},
                      hint='Choose another name, or load these files with state: reloaded_from_path.')
    return Change(now, now)


def unregistered(vcenter, params):
    """Decides how to register what is not there."""
    state, inventory = SPELLINGS.get(params['state'], params['state']), vcenter.inventory
    if state in ('unregistered', 'deleted'):
        return Change(GONE, GONE)
    if state != 'registered':
        raise inventory.no_virtual_machine(params)
    folder, name = place_of(inventory, params)
    host, template = host_of(inventory, params), params['is_template']
    pool = None if template else needed_pool(inventory, params, host, folder)
    if template and not host:
        raise Refusal('A template is registered on a host: set host.', 'InvalidArgument', details={'option': 'host'})
    return Change(GONE, {'registered': True, 'vmx_path': params['vmx_path']},
                  register_vm(inventory, folder, params['vmx_path'], name, template, pool, host))


STATES = ['registered', 'unregistered', 'deleted', 'reloaded', 'reloaded_from_path', *SPELLINGS]
OPERATION = Operation(
    registration,
    PLACEMENT + Options({
        'state': {'type': 'str', 'default': 'registered', 'choices': STATES},
        'vmx_path': {'type': 'str', 'aliases': ['configuration_path']}, **flags('force'),
        **flags('is_template', aliases=['template']),
    }, required_if=[['state', state, ['vmx_path']] for state in ('registered', 'present', 'reloaded_from_path')]),
    properties=['runtime.powerState', 'config.files.vmPathName'], absent=unregistered)


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
