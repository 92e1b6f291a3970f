# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations


class ModuleDocFragment:
    """Option group TARGET of module_utils/options.py."""

    DOCUMENTATION = r'''
options:
  moid:
    description:
      - Managed object id of the virtual machine, such as V(vm-41); the fastest way, as it needs no look-up.
      - Exactly one of O(moid), O(name), O(uuid), O(instance_uuid) and O(path) names the virtual machine. See R(Naming
        virtual machines, ansible_collections.vsphere.vm.docsite.targets).
    type: str
    aliases: [vm_moid]
  name:
    description: Name of the virtual machine. If several have it, the task fails and lists them; O(folder) and
      O(datacenter) narrow it down.
    type: str
    aliases: [vm_name]
  uuid:
    description: BIOS UUID of the virtual machine.
    type: str
    aliases: [vm_uuid]
  instance_uuid:
    description: Instance UUID of the virtual machine, which is unique within a vCenter.
    type: str
  path:
    description: Inventory path of the virtual machine, such as V(DC0/vm/web/app-01). A slash within a name is written
      V(%2f).
    type: str
  use_instance_uuid:
    description: Whether O(uuid) is an instance UUID.
    type: bool
    default: false
  folder:
    description:
      - Folder below which O(name) is looked for, by its path, such as V(/DC0/vm/web).
      - With O(datacenter) the path may begin below the datacenter's folder of virtual machines, such as V(web).
    type: str
  datacenter:
    description: Datacenter in which O(name) or O(uuid) is looked for.
    type: str
    aliases: [datacenter_name]
'''
