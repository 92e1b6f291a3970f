#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: vm
short_description: Create and delete a virtual machine
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Declares that a virtual machine exists, or does not exist. An existing one is left as it is, whatever the other
    options say.
  - Name it with O(name), with O(folder) or O(datacenter), or with O(path). A new one has no operating system;
    M(vsphere.vm.clone) makes virtual machines that have one.
  - O(vms) and O(where) reach only virtual machines that exist already.
options:
  state:
    description:
      - V(present) creates the virtual machine if there is none, powered off.
      - V(absent) deletes it with its files.
    type: str
    default: present
    choices: [present, absent]
  datastore:
    description: The datastore of its files, by name or moid; it or O(datastore_cluster) is needed with
      O(state=present).
    type: str
  datastore_cluster:
    description:
      - The datastore cluster of its files, by name, moid or path, such as V(/DC0/datastore/gold).
      - They go to the datastore that Storage DRS recommends; if it is off, to the one with the most free space.
    type: str
  disk:
    description: Its virtual disks, on one SCSI controller.
    type: list
    elements: dict
    default: []
    suboptions:
      size_gb:
        description: Size in GB.
        type: int
      size_mb:
        description: Size in MB.
        type: int
      size_kb:
        description: Size in KB.
        type: int
      type:
        description: How its space is allocated.
        type: str
        default: thick
        choices: [thin, thick, eagerzeroedthick]
      datastore:
        description: The datastore, by name or moid, if it is not that of the virtual machine.
        type: str
  scsi:
    description: The SCSI controller.
    type: str
    default: paravirtual
    choices: [buslogic, lsilogic, lsilogicsas, paravirtual]
  networks:
    description: Its network adapters.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The network or distributed port group, by name or moid.
        type: str
        required: true
      device_type:
        description: The adapter.
        type: str
        default: vmxnet3
        choices: [e1000, e1000e, vmxnet3]
      mac:
        description: The MAC address. Without it, vCenter makes one.
        type: str
  force:
    description: With O(state=absent), power a running virtual machine off first.
    type: bool
    default: false
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.changes
  - vsphere.vm.connection
  - vsphere.vm.target
  - vsphere.vm.fleet
  - vsphere.vm.placement
  - vsphere.vm.hardware
  - vsphere.vm.task
  - vsphere.vm.questions
seealso:
  - module: vsphere.vm.clone
  - module: vsphere.vm.registration
'''

EXAMPLES = r'''
- name: Create a virtual machine to install
  vsphere.vm.vm:
    name: build-01
    folder: /DC0/vm/build
    cluster: cluster-a
    datastore: ssd-01
    guest_id: rhel9_64Guest
    hardware:
      num_cpus: 2
      memory_mb: 4096
      boot_firmware: efi
    disk:
      - size_gb: 40
        type: thin
    networks:
      - name: VM Network

- name: Create one in a datastore cluster
  vsphere.vm.vm:
    name: build-02
    cluster: cluster-a
    datastore_cluster: gold
    disk:
      - size_gb: 40

- name: Delete one that is powered off
  vsphere.vm.vm:
    path: DC0/vm/build/build-00
    state: absent
'''

RETURN = r'''
vm:
  description: The virtual machine, whether it is there, and with O(datastore_cluster) on which datastore.
  returned: when the virtual machine was found
  type: dict
  sample: {moid: vm-52, name: build-01, present: true}
result:
  description: Reference of the new virtual machine.
  returned: when one was created
  type: dict
  sample: {type: VirtualMachine, value: vm-52}
operation:
  description: The API method that was called, or in check mode would be.
  returned: when something was to be done
  type: str
  sample: CreateVM_Task
task:
  description: The vCenter task, with its moid, state, times and result.
  returned: when the method runs as a task
  type: dict
  sample: {moid: task-77, operation: CreateVM_Task, state: success}
fault:
  description:
    - Why the task failed, with name, category, retryable, hint, details, cause, operation, vm, task and http_status.
  returned: on failure
  type: dict
  sample: {name: InvalidDatastorePath, category: invalid_argument, retryable: false}
'''

from ..module_utils import wire
from ..module_utils.datastore_clusters import datastore_cluster
from ..module_utils.decision import Change
from ..module_utils.devices import CONTROLLERS, datastore_path
from ..module_utils.methods.registration import create_vm
from ..module_utils.new_machine import config_spec, new_devices
from ..module_utils.operation import Operation
from ..module_utils.options import HARDWARE, PLACEMENT, Options, flags, texts
from ..module_utils.placement import HOME, home_of, host_of, needed_pool, place_of

THERE = {'present': True}
GONE = {'present': False}


def vm(vm, params):
    """Decides what becomes of a VM that is there."""
    now = {**THERE, **(home_of(vm[HOME]) if params['datastore_cluster'] else {})}
    return Change(now, GONE, *vm.delete(params['force'])) if params['state'] == 'absent' else Change(now, now)


def missing(vcenter, params):
    """Decides how to create the VM."""
    if params['state'] == 'absent':
        return Change(GONE, GONE)
    inventory = vcenter.inventory
    (folder, name), host = place_of(inventory, params), host_of(inventory, params)
    home, pod = params['datastore'], datastore_cluster(inventory, params['datastore_cluster'], params['datacenter'])
    pool = needed_pool(inventory, params, host, folder)
    config = config_spec(params, name=wire.escaped(name), deviceChange=new_devices(inventory, params, folder) or None)
    if pod:
        home = pod.for_new(config, folder, pool, host)['value']
    place = datastore_path(inventory, home, params['datacenter'], folder)
    config['files'] = wire.data('VirtualMachineFileInfo', vmPathName=place)
    there = {**THERE, **(home_of(place) if pod else {})}
    return Change(GONE, there, create_vm(inventory, folder, config, pool, host))


SIZES = ['size_gb', 'size_mb', 'size_kb']
STORES = ['datastore', 'datastore_cluster']
OPERATION = Operation(
    vm,
    PLACEMENT + HARDWARE + Options({
        'state': {'type': 'str', 'default': 'present', 'choices': ['present', 'absent']},
        'scsi': {'type': 'str', 'default': 'paravirtual', 'choices': sorted(CONTROLLERS)},
        **texts('datastore', 'datastore_cluster'), **flags('force'),
        'disk': {'type': 'list', 'elements': 'dict', 'default': [], 'options': {
            **{size: {'type': 'int'} for size in SIZES}, **texts('datastore'),
            'type': {'type': 'str', 'default': 'thick', 'choices': ['thin', 'thick', 'eagerzeroedthick']},
        }, 'required_one_of': [SIZES], 'mutually_exclusive': [SIZES]},
        'networks': {'type': 'list', 'elements': 'dict', 'default': [], 'options': {
            'name': {'type': 'str', 'required': True}, **texts('mac'),
            'device_type': {'type': 'str', 'default': 'vmxnet3', 'choices': ['e1000', 'e1000e', 'vmxnet3']}}},
    }, mutually_exclusive=[STORES], required_if=[['state', 'present', STORES, True]]),
    properties=['runtime.powerState', HOME], absent=missing)


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
