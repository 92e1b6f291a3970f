# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations


class ModuleDocFragment:
    """Option group PLACEMENT of module_utils/options.py."""

    DOCUMENTATION = r'''
options:
  host:
    description: The ESXi host to run on, by name or moid. Without it, vCenter chooses one of the resource pool's hosts.
    type: str
    aliases: [esxi_hostname, esxi_host, destination_host]
  cluster:
    description: The cluster to run in, by name or moid; in its root resource pool unless O(resource_pool) is set.
    type: str
    aliases: [cluster_name, destination_cluster]
  resource_pool:
    description: The resource pool, by name or moid. It must belong to O(cluster) or O(host), if one of them is set.
    type: str
    aliases: [destination_resourcepool]
'''
