# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations


class ModuleDocFragment:
    """Option group DESTINATION of module_utils/options.py."""

    DOCUMENTATION = r'''
options:
  new_name:
    description: Name of the new virtual machine. C({name}) in it is replaced by the name of the source.
    type: str
    required: true
    aliases: [clone_name]
  destination_folder:
    description: Folder of the new virtual machine, by its path, such as V(/DC0/vm/web), or below
      O(destination_datacenter), such as V(web). Without it, that of the source.
    type: str
    aliases: [vm_folder]
  destination_datacenter:
    description: The datacenter that O(destination_folder) and O(datastore) are looked up in. Without
      O(destination_folder), the new virtual machine goes into its topmost folder.
    type: str
  datastore:
    description: The datastore of the new virtual machine, by name or moid. Without it, that of the source.
    type: str
    aliases: [destination_datastore]
'''
