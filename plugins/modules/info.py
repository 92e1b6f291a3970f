#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: info
short_description: Read any properties of a virtual machine
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Reads properties of a virtual machine in one request, under their vSphere names, and returns a short summary too.
options:
  properties:
    description:
      - Property paths, such as V(runtime.powerState) or V(config.hardware); V(config.hardware.device) with all devices.
      - All 33 properties if not set; an empty list reads only what the summary needs.
    type: list
    elements: str
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.reads
  - vsphere.vm.connection
  - vsphere.vm.target
  - vsphere.vm.fleet
seealso:
  - module: vsphere.vm.snapshot_info
  - name: VirtualMachine
    description: The properties and their types.
    link: https://developer.broadcom.com/xapis/virtual-infrastructure-json-api/latest/
'''

EXAMPLES = r'''
- name: Read all about a virtual machine
  vsphere.vm.info:
    name: app-01
  register: app

- name: Show its address
  ansible.builtin.debug:
    msg: "{{ app.summary.ip_address }} on {{ app.summary.host.name }}, {{ app.vm.config.hardware.numCPU }} CPUs"

- name: Find all that are powered off, in one task
  vsphere.vm.info:
    where:
      power_state: powered_off
      template: false
    properties: []
  register: stopped

- name: Show their names
  ansible.builtin.debug:
    msg: "{{ stopped.results | map(attribute='vm.name') | list }}"

- name: Read two properties
  vsphere.vm.info:
    path: DC0/vm/web/app-01
    properties:
      - runtime.powerState
      - config.flags
'''

RETURN = r'''
vm:
  description:
    - The virtual machine with the requested properties, nested under their vSphere names; null if unset.
    - A reference has C(type) and C(value). Devices, backings and faults, which have many types, name theirs in
      C(typeName).
  returned: success
  type: dict
  sample: {moid: vm-41, name: app-01, runtime: {powerState: poweredOn}}
summary:
  description: What is needed most often.
  returned: success
  type: dict
  sample:
    moid: vm-41
    name: app-01
    power_state: powered_on
    guest: Debian GNU/Linux 12 (64-bit)
    host_name: app-01.example.com
    ip_address: 192.0.2.7
    ip_addresses: [192.0.2.7]
    tools: {status: guestToolsRunning, version: guestToolsCurrent}
    host: {moid: host-21, name: esx-01.example.com}
    hardware: {version: vmx-20, cpus: 2, memory_mb: 4096, disks: [], network_adapters: []}
fault:
  description: Why the task failed, with name, category, retryable, hint, details, cause, operation, vm and task.
  returned: on failure
  type: dict
  sample: {name: InvalidProperty, category: invalid_argument, retryable: false}
'''

from ..module_utils import summary, wire
from ..module_utils.decision import Facts
from ..module_utils.operation import Operation
from ..module_utils.options import Options

ALL = (
    'alarmActionsEnabled', 'availableField', 'capability', 'config', 'configIssue', 'configStatus', 'customValue',
    'datastore', 'declaredAlarmState', 'disabledMethod', 'effectiveRole', 'environmentBrowser', 'guest',
    'guestHeartbeatStatus', 'layout', 'layoutEx', 'name', 'network', 'overallStatus', 'parent', 'parentVApp',
    'permission', 'recentTask', 'resourceConfig', 'resourcePool', 'rootSnapshot', 'runtime', 'snapshot', 'storage',
    'summary', 'tag', 'triggeredAlarmState', 'value')


def info(vm, params):
    """Returns the properties of a VM that were asked for, and the summary."""
    values = {path: wire.plain(vm[path], path.rpartition('.')[2] in wire.POLYMORPHIC) for path in asked(params)}
    return Facts(wire.nested(values), summary=summary.summary(vm))


def asked(params):
    """Returns the property paths that the options ask for."""
    return ALL if params['properties'] is None else [path.strip() for path in params['properties']]


def needed(params):
    """Returns these, and the paths that the summary needs beside them."""
    wanted = asked(params)
    return (*wanted, *(
        path for path in summary.PATHS if not any(f'{path}.'.startswith(f'{each}.') for each in wanted)))


OPERATION = Operation(info, Options({'properties': {'type': 'list', 'elements': 'str'}}), properties=needed,
                      related=summary.RELATED, changes=False)


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
