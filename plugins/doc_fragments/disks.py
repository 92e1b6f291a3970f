# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations


class ModuleDocFragment:
    """Option group DISKS of module_utils/options.py."""

    DOCUMENTATION = r'''
options:
  disks:
    description: Disks that go to a datastore of their own.
    type: list
    elements: dict
    default: []
    suboptions:
      disk:
        description: Label or key of the disk, such as V(Hard disk 2).
        type: str
        required: true
        aliases: [label]
      datastore:
        description: The datastore, by name or moid.
        type: str
        required: true
      provisioning:
        description: How space for the disk is allocated when it is copied or moved. If it is not set, that stays as it
          is. A disk that stays where it is is not converted.
        type: str
        choices: [thin, thick]
'''
