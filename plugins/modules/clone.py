#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: clone
short_description: Clone a virtual machine or a template
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Makes a copy of a virtual machine or template, unless the destination folder already has a virtual machine of that
    name. An existing one is left as it is, whatever the other options say.
  - A customization is checked against the source before anything is copied, in check mode too.
options:
  linked_clone:
    description: Share the disks of O(snapshot_name) instead of copying them.
    type: bool
    default: false
  snapshot_name:
    description: Clone this snapshot instead of the present state, by its name or its path in the tree.
    type: str
    aliases: [snapshot_src]
  is_template:
    description: Make a template.
    type: bool
    default: false
  power_on:
    description: Power the new virtual machine on.
    type: bool
    default: false
    aliases: [power_on_after_deploy]
  convert:
    description: How space for the new disks is allocated; as for the source if not set.
    type: str
    choices: [thin, thick]
  datastore_cluster:
    description:
      - The datastore cluster of the new virtual machine, by name, moid or path, such as V(/DC0/datastore/gold).
      - It goes to the datastore that Storage DRS recommends; if it is off, to the one with the most free space.
    type: str
    aliases: [destination_datastore_cluster]
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.changes
  - vsphere.vm.connection
  - vsphere.vm.target
  - vsphere.vm.fleet
  - vsphere.vm.destination
  - vsphere.vm.disks
  - vsphere.vm.placement
  - vsphere.vm.hardware
  - vsphere.vm.customization
  - vsphere.vm.task
  - vsphere.vm.questions
seealso:
  - module: vsphere.vm.template
  - module: vsphere.vm.instant_clone
  - module: vsphere.vm.guest_customization
'''

EXAMPLES = r'''
- name: Deploy a server from a template, with a name and address of its own, and power it on
  vsphere.vm.clone:
    name: golden-image
    new_name: web-07
    destination_folder: /DC0/vm/web
    cluster: cluster-a
    resource_pool: production
    datastore: ssd-01
    hardware:
      num_cpus: 4
      memory_mb: 8192
    customization:
      hostname: web-07
      domain: example.com
      dns_servers: [192.0.2.53]
    networks:
      - ip: 192.0.2.17
        netmask: 255.255.255.0
        gateway: [192.0.2.1]
    power_on: true

- name: Deploy a database server into a datastore cluster, and its second disk elsewhere
  vsphere.vm.clone:
    name: golden-database
    new_name: db-02
    cluster: cluster-a
    datastore_cluster: gold
    disks:
      - disk: Hard disk 2
        datastore: archive-01
        provisioning: thin

- name: Deploy a Windows server with a specification that is saved in vCenter
  vsphere.vm.clone:
    name: windows-2022
    new_name: files-02
    customization_spec: windows-servers
    power_on: true

- name: Try a change on a linked clone of the state before patching
  vsphere.vm.clone:
    name: app-01
    new_name: app-01-trial
    snapshot_name: before-patch
    linked_clone: true

- name: Make a template of a running server
  vsphere.vm.clone:
    path: DC0/vm/web/web-07
    new_name: web-image
    destination_folder: /DC0/vm/templates
    is_template: true
    convert: thin

- name: Keep a copy of every database server
  vsphere.vm.clone:
    where:
      folder: /DC0/vm/databases
    new_name: "{name}-copy"
    destination_folder: /DC0/vm/copies
    datastore: archive-01
'''

RETURN = r'''
vm:
  description: The source, and under C(clone) the new virtual machine, with O(datastore_cluster) its datastore too.
  returned: when the virtual machine was found
  type: dict
  sample: {moid: vm-41, name: golden-image, clone: {moid: vm-52, name: web-07}}
result:
  description: Reference of the new virtual machine.
  returned: when one was made
  type: dict
  sample: {type: VirtualMachine, value: vm-52}
operation:
  description: The API method that was called, or in check mode would be.
  returned: when something was to be done
  type: str
  sample: CloneVM_Task
task:
  description: The vCenter task, with its moid, state, times and result.
  returned: when the method runs as a task
  type: dict
  sample: {moid: task-77, operation: CloneVM_Task, state: success}
fault:
  description:
    - Why the task failed, with name, category, retryable, hint, details, cause, operation, vm, task and http_status.
  returned: on failure
  type: dict
  sample: {name: NicSettingMismatch, category: invalid_argument, retryable: false}
'''

from ..module_utils import wire
from ..module_utils.customization import PROPERTIES, customization_of
from ..module_utils.datastore_clusters import place_copy
from ..module_utils.decision import Change
from ..module_utils.disk_locators import locators
from ..module_utils.methods.provisioning import LINKED
from ..module_utils.new_machine import config_spec
from ..module_utils.operation import Operation
from ..module_utils.options import CUSTOMIZATION, DESTINATION, DISKS, HARDWARE, PLACEMENT, Options, flags
from ..module_utils.placement import datastore_of, host_of, place_of_copy, pool_of, root_pool_of
from ..module_utils.snapshot_tree import existing_snapshot


def clone(vm, params):
    """Decides how to make the copy, if there is none."""
    folder, name, found = place_of_copy(vm, params)
    if found:
        return Change(found, found)
    customization = None if params['is_template'] else customization_of(vm, params)
    spec = wire.data(
        'VirtualMachineCloneSpec', location=location(vm, params, folder), template=params['is_template'],
        powerOn=params['power_on'], config=config_spec(params), customization=customization,
        snapshot=params['snapshot_name'] and existing_snapshot(vm, params['snapshot_name'])['ref'])
    if customization:
        vm.ask(vm.check_customization(customization))
    told = {'name': name, **place_copy(vm, params, folder, name, spec)}
    return Change({'clone': None}, {'clone': told}, vm.clone(folder, name, spec))


def location(vm, params, folder):
    """Returns the VirtualMachineRelocateSpec of the new VM; it needs a pool of its own if the source is in none."""
    host, move = host_of(vm.inventory, params), LINKED if params['linked_clone'] else None
    pool = pool_of(vm.inventory, params, host, folder)
    if not pool and vm['config.template'] and not params['is_template']:
        pool = root_pool_of(vm.inventory, vm['runtime.host'])
    return wire.data(
        'VirtualMachineRelocateSpec', host=host, pool=pool, diskMoveType=move,
        datastore=datastore_of(vm.inventory, params['datastore'], params['destination_datacenter'], folder),
        disk=locators(vm, params['disks'], params['destination_datacenter'], folder, move),
        transform={'thin': 'sparse', 'thick': 'flat'}.get(params['convert']))


OPERATION = Operation(
    clone,
    DESTINATION + DISKS + PLACEMENT + HARDWARE + CUSTOMIZATION + Options({
        **flags('linked_clone', 'is_template'), **flags('power_on', aliases=['power_on_after_deploy']),
        'snapshot_name': {'type': 'str', 'aliases': ['snapshot_src']},
        'convert': {'type': 'str', 'choices': ['thin', 'thick']},
        'datastore_cluster': {'type': 'str', 'aliases': ['destination_datastore_cluster']},
    }, required_if=[['linked_clone', True, ['snapshot_name']]],
        mutually_exclusive=[['datastore', 'datastore_cluster']]),
    properties=['runtime.powerState', 'runtime.host', 'parent', 'snapshot', 'config.template', *PROPERTIES])


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
