# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations


class ModuleDocFragment:
    """Option group HARDWARE of module_utils/options.py."""

    DOCUMENTATION = r'''
options:
  hardware:
    description: Size and firmware. What is not set is that of the source, or vCenter's default where there is none.
    type: dict
    suboptions:
      num_cpus:
        description: Number of virtual CPUs.
        type: int
      num_cpu_cores_per_socket:
        description: Cores per socket.
        type: int
      memory_mb:
        description: Memory in MB, a multiple of 4.
        type: int
      boot_firmware:
        description: The firmware.
        type: str
        choices: [bios, efi]
  annotation:
    description: Notes on the virtual machine.
    type: str
    aliases: [notes]
  guest_id:
    description: The guest operating system, by its id in vSphere, such as V(ubuntu64Guest).
    type: str
  config:
    description:
      - Anything else of a C(VirtualMachineConfigSpec), under the names of the API. It overrides the other options.
      - Each nested data object needs its C(_typeName).
    type: dict
'''
