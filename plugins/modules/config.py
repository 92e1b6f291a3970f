#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: config
short_description: CPUs, memory, boot options, flags and advanced settings of a virtual machine
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Declares settings of a virtual machine. Settings that no option names stay as they are; only differences are sent.
  - A running virtual machine gets more CPUs and memory only if hot-add was enabled while it was off. Some settings can
    be changed only while it is off. Check mode says so.
  - Disks, network adapters and CD-ROM drives have modules of their own.
options:
  hardware:
    description: CPUs, memory, their shares, and firmware.
    type: dict
    suboptions:
      num_cpus:
        description: Number of virtual CPUs.
        type: int
      num_cpu_cores_per_socket:
        description: Cores per socket; the number of CPUs must be a multiple of it.
        type: int
      memory_mb:
        description: Memory in MB, a multiple of 4.
        type: int
      hotadd_cpu:
        description: Let CPUs be added while it runs.
        type: bool
      hotremove_cpu:
        description: Let CPUs be removed while it runs.
        type: bool
      hotadd_memory:
        description: Let memory be added while it runs.
        type: bool
      cpu_limit:
        description: The most CPU that it gets, in MHz; V(-1) is no limit.
        type: int
      cpu_reservation:
        description: CPU that is reserved for it, in MHz.
        type: int
      cpu_shares_level:
        description: Its share of the CPU when there is too little.
        type: str
        choices: [low, normal, high, custom]
      cpu_shares:
        description: The number of CPU shares. It implies the level V(custom); with another level it is ignored.
        type: int
      mem_limit:
        description: The most memory of the host that it gets, in MB; V(-1) is no limit.
        type: int
      mem_reservation:
        description: Memory that is reserved for it, in MB.
        type: int
        aliases: [memory_reservation]
      mem_shares_level:
        description: Its share of the memory when there is too little.
        type: str
        choices: [low, normal, high, custom]
      mem_shares:
        description: The number of memory shares. It implies the level V(custom); with another level it is ignored.
        type: int
      memory_reservation_lock:
        description: Always reserve all of its memory.
        type: bool
      boot_firmware:
        description: The firmware.
        type: str
        choices: [bios, efi]
      max_connections:
        description: How many consoles may be connected at the same time; V(-1) is as many as the host allows.
        type: int
      nested_virt:
        description: Offer hardware virtualization to the guest.
        type: bool
      vpmc_enabled:
        description: Offer CPU performance counters to the guest.
        type: bool
  boot_options:
    description: How it boots.
    type: dict
    suboptions:
      boot_delay:
        description: Milliseconds between power-on and boot.
        type: int
      enter_bios_setup:
        description: Enter the firmware's setup at the next boot, once.
        type: bool
      boot_retry_enabled:
        description: Try again if no boot device is found.
        type: bool
      boot_retry_delay:
        description: Milliseconds before the next try.
        type: int
      secure_boot_enabled:
        description: EFI secure boot.
        type: bool
      network_boot_protocol:
        description: The protocol for booting from the network.
        type: str
        choices: [ipv4, ipv6]
      boot_order:
        description: The devices to boot from, in this order. Disks, and adapters, are tried in the order of their keys.
          An empty list is the firmware's own order.
        type: list
        elements: str
        choices: [cdrom, disk, ethernet, floppy]
  flags:
    description: Flags of the virtual machine.
    type: dict
    suboptions:
      record_replay_enabled:
        description: Allow M(vsphere.vm.record) and M(vsphere.vm.replay).
        type: bool
      enable_logging:
        description: Write C(vmware.log).
        type: bool
      disk_uuid_enabled:
        description: Show the disks' UUIDs to the guest.
        type: bool
      snapshot_disabled:
        description: Forbid snapshots.
        type: bool
      snapshot_locked:
        description: Lock the snapshot tree.
        type: bool
      snapshot_power_off_behavior:
        description: What powering off does to a virtual machine with snapshots.
        type: str
        choices: [powerOff, revert, prompt, take]
      monitor_type:
        description: The kind of monitor.
        type: str
        choices: [release, debug, stats]
      ht_sharing:
        description: How it shares hyper-threaded cores.
        type: str
        choices: [any, none, internal]
      virtual_mmu_usage:
        description: Hardware virtualization of memory.
        type: str
        choices: [automatic, 'on', 'off']
      virtual_exec_usage:
        description: Hardware virtualization of instructions.
        type: str
        choices: [hvAuto, hvOn, hvOff]
      virt_based_security:
        description: Virtualization-based security of Windows.
        type: bool
      iommu:
        description: An I/O memory management unit for the guest.
        type: bool
  annotation:
    description: Notes on the virtual machine; an empty string removes them.
    type: str
    aliases: [notes]
  guest_id:
    description: The guest operating system, by its id in vSphere, such as V(ubuntu64Guest).
    type: str
  change_tracking:
    description: Track the changed blocks of disks, for M(vsphere.vm.changed_blocks_info). Tracking starts with the next
      power-on, resume, migration or snapshot.
    type: bool
    aliases: [changed_block_tracking]
  latency_sensitivity:
    description: How sensitive to latency its workload is.
    type: str
    choices: [low, normal, medium, high]
  advanced_settings:
    description: Advanced settings, the C(extraConfig) of the API. Settings that are not named stay as they are.
    type: list
    elements: dict
    default: []
    aliases: [extra_config]
    suboptions:
      key:
        description: The name.
        type: str
        required: true
      value:
        description: The value; an empty string removes the setting. V(true) is written as C(TRUE).
        type: raw
  spec:
    description:
      - Anything else of a C(VirtualMachineConfigSpec), under the names of the API. It overrides the other options, and
        is compared with the configuration as well.
      - A nested data object needs its C(_typeName) if the virtual machine does not have it yet.
      - C(deviceChange) cannot be compared with anything, so it is carried out each time.
      - With C(changeVersion), the task fails if the configuration has changed since that version.
    type: dict
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.changes
  - vsphere.vm.connection
  - vsphere.vm.target
  - vsphere.vm.fleet
  - vsphere.vm.task
  - vsphere.vm.questions
seealso:
  - module: vsphere.vm.disk
  - module: vsphere.vm.network_adapter
  - module: vsphere.vm.cdrom
  - module: vsphere.vm.hardware_version
'''

EXAMPLES = r'''
- name: Give a virtual machine more CPUs and memory, while it runs if possible
  vsphere.vm.config:
    name: app-01
    hardware:
      num_cpus: 4
      memory_mb: 8192

- name: Let it grow while it runs from now on; it is powered off
  vsphere.vm.config:
    name: app-01
    hardware:
      hotadd_cpu: true
      hotadd_memory: true

- name: Keep memory for a database, and its notes
  vsphere.vm.config:
    path: DC0/vm/db/db-01
    annotation: Owned by the database team
    latency_sensitivity: high
    hardware:
      mem_reservation: 8192
      cpu_shares_level: high

- name: Boot from the network first
  vsphere.vm.config:
    name: build-01
    boot_options:
      boot_order: [ethernet, disk]
      boot_delay: 2000

- name: Allow recording, and set and remove advanced settings
  vsphere.vm.config:
    moid: vm-41
    flags:
      record_replay_enabled: true
    advanced_settings:
      - key: guestinfo.role
        value: web
      - key: isolation.tools.copy.disable
        value: ''

- name: Set something that has no option of its own
  vsphere.vm.config:
    name: app-01
    spec:
      powerOpInfo:
        powerOffType: soft
'''

RETURN = r'''
vm:
  description: The virtual machine, and the settings that the options name, after the task.
  returned: when the virtual machine was found
  type: dict
  sample: {moid: vm-41, name: app-01, hardware: {num_cpus: 4, memory_mb: 8192}}
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
  sample: {name: CpuHotPlugNotSupported, category: unsupported, retryable: false}
'''

from ..module_utils.decision import Change
from ..module_utils.operation import Operation
from ..module_utils.options import Options
from ..module_utils.settings import BOOT_KINDS, GROUPS, PLAIN, Reconfiguration, option_spec, paths


def config(vm, params):
    """Decides which settings to change."""
    wanted = Reconfiguration(vm, params)
    return Change(wanted.before, wanted.after, vm.reconfigure(wanted.spec))


def options():
    """Returns the module's own Options, from the tables of settings."""
    groups = {name: option_spec(table) for name, table in GROUPS.items()}
    groups['hardware']['mem_reservation']['aliases'] = ['memory_reservation']
    groups['boot_options']['boot_order'] = {'type': 'list', 'elements': 'str', 'choices': sorted(BOOT_KINDS)}
    plain = option_spec(PLAIN)
    plain['annotation']['aliases'], plain['change_tracking']['aliases'] = ['notes'], ['changed_block_tracking']
    setting = {'key': {'type': 'str', 'required': True, 'no_log': False}, 'value': {'type': 'raw'}}
    return Options({
        **plain, **{name: {'type': 'dict', 'options': group} for name, group in groups.items()},
        'advanced_settings': {'type': 'list', 'elements': 'dict', 'default': [], 'aliases': ['extra_config'],
                              'options': setting},
        'spec': {'type': 'dict'}})


OPERATION = Operation(config, options(), properties=paths)


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
