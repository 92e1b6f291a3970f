#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: migrate
short_description: Move a virtual machine to another host, pool, cluster, folder or datastore
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Declares where a virtual machine is. Options that are not set, or are true already, change nothing.
  - A virtual machine that is powered on moves while it runs.
  - A change of host or pool alone is a C(MigrateVM_Task), any other a C(RelocateVM_Task).
options:
  destination_host:
    description:
      - The ESXi host, by name or moid.
      - If it is of another cluster, the virtual machine goes into that cluster's root pool unless
        O(destination_resourcepool) is set.
    type: str
    aliases: [destination, esxi_hostname, host]
  destination_cluster:
    description: The cluster, by name or moid. Without O(destination_host), vCenter chooses one of its hosts.
    type: str
    aliases: [cluster]
  destination_resourcepool:
    description: The resource pool, by name or moid. It must belong to O(destination_host) or O(destination_cluster), if
      one of them is set. A template is in no pool.
    type: str
    aliases: [resource_pool]
  destination_datastore:
    description: The datastore of the virtual machine's files and of all disks that are not in O(disks), by name or
      moid.
    type: str
    aliases: [datastore]
  destination_datastore_cluster:
    description:
      - The datastore cluster, by name, moid or path, such as V(/DC0/datastore/gold). What is in one of its datastores
        stays there.
      - All else goes to the datastore that Storage DRS recommends; if it is off, to the one with the most free space.
    type: str
    aliases: [datastore_cluster]
  destination_folder:
    description: The folder, by its path, such as V(/DC0/vm/web), or below O(destination_datacenter), such as V(web).
    type: str
    aliases: [dest_folder]
  destination_datacenter:
    description: The datacenter in which O(destination_datastore), O(destination_datastore_cluster) and
      O(destination_folder) are looked for.
    type: str
  priority:
    description: The priority of the task when the host is busy.
    type: str
    default: default
    choices: [default, high, low]
  power_state:
    description: Move the virtual machine only in this power state; in another one, fail with C(InvalidPowerState).
    type: str
    choices: [powered_on, powered_off, suspended]
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.changes
  - vsphere.vm.connection
  - vsphere.vm.target
  - vsphere.vm.fleet
  - vsphere.vm.disks
  - vsphere.vm.task
  - vsphere.vm.questions
seealso:
  - module: vsphere.vm.power
'''

EXAMPLES = r'''
- name: Move a running virtual machine to another host
  vsphere.vm.migrate:
    name: app-01
    destination_host: esx-02.example.com

- name: Move it into another cluster
  vsphere.vm.migrate:
    name: app-01
    destination_cluster: cluster-b
    destination_resourcepool: production

- name: Move its files to another datastore, and one disk to a third, and the machine into a folder
  vsphere.vm.migrate:
    name: db-01
    destination_datastore: ssd-02
    destination_folder: /DC0/vm/databases
    disks:
      - disk: Hard disk 2
        datastore: archive-01
        provisioning: thin

- name: Move its files into a datastore cluster
  vsphere.vm.migrate:
    name: app-01
    destination_datastore_cluster: gold

- name: Empty a host of what is powered off
  vsphere.vm.migrate:
    where:
      host: esx-01.example.com
      power_state: powered_off
    destination_host: esx-02.example.com
    priority: low
'''

RETURN = r'''
vm:
  description: The virtual machine, and its place, as far as options name it.
  returned: when the virtual machine was found
  type: dict
  sample:
    moid: vm-41
    name: db-01
    host: esx-02.example.com
    datastore: ssd-02
    disks: {Hard disk 2: archive-01}
operation:
  description: The API method that was called, or in check mode would be.
  returned: when something was to be done
  type: str
  sample: RelocateVM_Task
task:
  description: The vCenter task, with its moid, state, times and result.
  returned: when the method runs as a task
  type: dict
  sample: {moid: task-77, operation: RelocateVM_Task, state: success}
fault:
  description:
    - Why the task failed, with name, category, retryable, hint, details, cause, operation, vm, task and http_status.
  returned: on failure
  type: dict
  sample: {name: CannotAccessVmConfig, category: state, retryable: false}
'''

from ..module_utils.decision import Change
from ..module_utils.faults import Refusal
from ..module_utils.operation import Operation
from ..module_utils.options import DISKS, Options, texts
from ..module_utils.power_states import POWER_STATES
from ..module_utils.whereabouts import RELATED, Whereabouts

PRIORITIES = {'default': 'defaultPriority', 'high': 'highPriority', 'low': 'lowPriority'}
STATES = {state: value for value, state in POWER_STATES.items()}


def migrate(vm, params):
    """Decides how to bring a VM to where the options want it."""
    places = Whereabouts(vm, params)
    now, wanted = places.now(), places.wanted()
    if now == wanted:
        return Change(now, now)
    only_in, priority = params['power_state'], PRIORITIES[params['priority']]
    spec = places.spec()
    if vm['config.template'] and places.needs_a_pool():
        raise Refusal(f'{vm.name} is a template, which is in no resource pool: name a host of its cluster.',
                      'NotSupported', details={'option': 'destination_host'})
    if set(spec) <= {'host', 'pool'} and not vm['config.template']:
        return Change(now, wanted, vm.migrate(**spec, priority=priority, state=STATES.get(only_in)))
    if only_in not in (None, vm.power_state):
        raise Refusal(f'{vm.name} is {vm.power_state}, not {only_in}, so it is not moved.', 'InvalidPowerState',
                      details={'requestedState': STATES[only_in], 'existingState': vm['runtime.powerState']})
    return Change(now, wanted, vm.relocate(places.relocation(spec), priority))


OPERATION = Operation(
    migrate,
    DISKS + Options({
        **texts('destination_datacenter'),
        'destination_folder': {'type': 'str', 'aliases': ['dest_folder']},
        'destination_host': {'type': 'str', 'aliases': ['destination', 'esxi_hostname', 'host']},
        'destination_cluster': {'type': 'str', 'aliases': ['cluster']},
        'destination_resourcepool': {'type': 'str', 'aliases': ['resource_pool']},
        'destination_datastore': {'type': 'str', 'aliases': ['datastore']},
        'destination_datastore_cluster': {'type': 'str', 'aliases': ['datastore_cluster']},
        'priority': {'type': 'str', 'default': 'default', 'choices': list(PRIORITIES)},
        'power_state': {'type': 'str', 'choices': list(STATES)},
    }, mutually_exclusive=[['destination_datastore', 'destination_datastore_cluster']]),
    properties=['runtime.powerState', 'runtime.host', 'resourcePool', 'parent', 'datastore', 'config.template',
                'config.files.vmPathName', 'config.hardware.device'], related=RELATED)


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
