#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: network_adapter
short_description: Network adapters of a virtual machine, their networks and connections
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Declares a network adapter of a virtual machine, or that it is absent. Other adapters stay as they are.
  - The adapter is identified by O(label), else by O(mac_address), else it is the first one on O(network_name). To
    remove one, give O(label) or O(mac_address).
  - The type of an existing adapter cannot be changed; if it differs, the task fails.
options:
  state:
    description: Whether the virtual machine has the adapter.
    type: str
    default: present
    choices: [present, absent]
  label:
    description: The label, such as V(Network adapter 2). A new adapter can only have the next number.
    type: str
  mac_address:
    description: The MAC address. Together with O(label) it is the address to set, which is possible only while the
      virtual machine is powered off. A new adapter without it gets one from vCenter.
    type: str
    aliases: [mac]
  network_name:
    description: The network or distributed port group, by name or moid. A new adapter needs it.
    type: str
    aliases: [network]
  device_type:
    description: The type. A new adapter without it is V(vmxnet3).
    type: str
    aliases: [adapter_type]
    choices: [e1000, e1000e, pcnet32, sriov, vmxnet2, vmxnet3]
  connected:
    description: Whether it is connected now. It is ignored unless the virtual machine is running.
    type: bool
  start_connected:
    description: Whether it is connected at power-on. A new adapter without it is.
    type: bool
    aliases: [connect_at_power_on]
  guest_control:
    description: Whether the guest may connect and disconnect it. A new adapter without it lets the guest do so.
    type: bool
    aliases: [allow_guest_control]
  wake_on_lan:
    description: Whether wake-on-LAN is enabled.
    type: bool
    aliases: [wake_onlan]
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.changes
  - vsphere.vm.connection
  - vsphere.vm.target
  - vsphere.vm.fleet
  - vsphere.vm.task
  - vsphere.vm.questions
seealso:
  - module: vsphere.vm.config
  - module: vsphere.vm.guest_customization
'''

EXAMPLES = r'''
- name: Add a second adapter
  vsphere.vm.network_adapter:
    name: app-01
    label: Network adapter 2
    network_name: backup
    device_type: vmxnet3

- name: Move the first adapter to a distributed port group
  vsphere.vm.network_adapter:
    name: app-01
    label: Network adapter 1
    network_name: dv-production

- name: Cut a virtual machine off from the network while it runs
  vsphere.vm.network_adapter:
    moid: vm-41
    mac_address: "00:50:56:80:00:01"
    connected: false

- name: Remove an adapter
  vsphere.vm.network_adapter:
    name: app-01
    label: Network adapter 2
    state: absent
'''

RETURN = r'''
vm:
  description: The virtual machine, and the adapter after the task, null if it does not exist.
  returned: when the virtual machine was found
  type: dict
  sample:
    moid: vm-41
    name: app-01
    adapter:
      label: Network adapter 2
      device_type: vmxnet3
      mac_address: 00:50:56:80:00:02
      network_name: backup
      connected: true
      start_connected: true
      guest_control: true
      wake_on_lan: true
operation:
  description: The API method that was called, or in check mode would be.
  returned: when something was to be done
  type: str
  sample: ReconfigVM_Task
task:
  description: The vCenter task, with its moid, state, times and result.
  returned: when the method runs as a task
  type: dict
  sample: {moid: task-77, operation: ReconfigVM_Task, state: success}
fault:
  description:
    - Why the task failed, with name, category, retryable, hint, details, cause, operation, vm, task and http_status.
  returned: on failure
  type: dict
  sample: {name: NotFound, category: not_found, retryable: false}
'''

from ..module_utils.decision import Change
from ..module_utils.device import is_adapter
from ..module_utils.devices import ADAPTERS, Devices
from ..module_utils.network_adapters import add, edit, facts, found_by, lower
from ..module_utils.operation import Operation
from ..module_utils.options import Options, flags, texts


def network_adapter(vm, params):
    """Decides what becomes of a network adapter."""
    devices, forecasts = Devices(vm, is_adapter, 'Network adapter'), {}
    wanted = lower(params)
    found = found_by(devices, wanted)
    now = {'adapter': found and facts(vm, found)}
    if params['state'] == 'absent':
        if found:
            devices.remove(found)
        return Change(now, {'adapter': None}, devices.reconfigure())
    after = edit(devices, found, wanted, forecasts) if found else add(devices, wanted)
    return Change(now, {'adapter': after}, devices.reconfigure(**forecasts))


OPERATION = Operation(
    network_adapter,
    Options({
        'state': {'type': 'str', 'default': 'present', 'choices': ['present', 'absent']},
        **texts('label'), 'mac_address': {'type': 'str', 'aliases': ['mac']},
        'network_name': {'type': 'str', 'aliases': ['network']},
        'device_type': {'type': 'str', 'aliases': ['adapter_type'], 'choices': sorted(ADAPTERS)},
        **flags('connected', default=None),
        **flags('start_connected', default=None, aliases=['connect_at_power_on']),
        **flags('guest_control', default=None, aliases=['allow_guest_control']),
        **flags('wake_on_lan', default=None, aliases=['wake_onlan']),
    }, required_one_of=[['label', 'mac_address', 'network_name']],
        required_if=[['state', 'absent', ['label', 'mac_address'], True]]),
    properties=['runtime.powerState', 'config.hardware.device', 'network'], related=('network',))


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
