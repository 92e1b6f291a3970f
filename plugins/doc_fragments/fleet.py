# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations


class ModuleDocFragment:
    """Option group FLEET of module_utils/options.py."""

    DOCUMENTATION = r'''
options:
  vms:
    description:
      - Virtual machines to work on together, each named like a single one. A string is a name, or one of the members
        below, as in V(moid=vm-41).
      - If there is a C(moid), the other members are ignored, so the C(vm) of an earlier result can be passed on as it
        is.
      - The result has C(results), with an entry for each, and a C(summary); no result is lost when another one fails.
        See R(Fleets, ansible_collections.vsphere.vm.docsite.fleets).
    type: list
    elements: dict
    suboptions:
      moid:
        description: Managed object id.
        type: str
      name:
        description: Name.
        type: str
      uuid:
        description: BIOS UUID.
        type: str
      instance_uuid:
        description: Instance UUID.
        type: str
      path:
        description: Inventory path.
        type: str
      use_instance_uuid:
        description: Whether C(uuid) is an instance UUID.
        type: bool
        default: false
      folder:
        description: Folder below which C(name) is looked for.
        type: str
      datacenter:
        description: Datacenter in which C(name) or C(uuid) is looked for.
        type: str
  where:
    description:
      - All virtual machines that meet every condition; an empty dict selects all.
    type: dict
    suboptions:
      folder:
        description: Path of the folder that they are in, at any depth.
        type: str
      datacenter:
        description: Datacenter that they are in.
        type: str
      cluster:
        description: Cluster that they run in, by name or moid.
        type: str
      host:
        description: Host that they are on, by name or moid.
        type: str
      resource_pool:
        description: Resource pool that they are in, at any depth, by name or moid.
        type: str
      name:
        description: A pattern of their names, such as V(web-*).
        type: str
      power_state:
        description: Their power state.
        type: str
        choices: [powered_on, powered_off, suspended]
      template:
        description: Whether they are templates.
        type: bool
      custom_attributes:
        description:
          - Patterns of the values of their custom attributes, by the attributes' names.
          - V(*) means that the attribute has a value, an empty string that it has none.
        type: dict
  concurrency:
    description: How many of O(vms) or O(where) are worked on at a time, at least 1. Check mode looks at all at once.
    type: int
    default: 20
  on_failure:
    description:
      - What a failure means for those of O(vms) or O(where) that have not been started.
      - V(continue) works on all of them; V(stop) starts no more. Either way, what is under way is completed.
      - Neither starts more if the vCenter cannot be reached or refuses the log-in.
    type: str
    default: continue
    choices: [continue, stop]
'''
