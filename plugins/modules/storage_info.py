#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: storage_info
short_description: Read the files of a virtual machine and its space on datastores
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Lists the files of a virtual machine with their sizes, its space on each datastore, and files that it does not own.
options:
  refresh:
    description: Have vCenter scan the datastores first, and wait for that. Otherwise the figures are those of its last
      scan.
    type: bool
    default: false
  refresh_timeout:
    description: The most seconds to wait for O(refresh); after that the task fails.
    type: int
    default: 60
  unowned_files:
    description:
      - Also look for files that the datastore principal does not own.
      - This needs the privilege C(VirtualMachine.Config.QueryUnownedFiles).
    type: bool
    default: false
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.reads
  - vsphere.vm.connection
  - vsphere.vm.target
  - vsphere.vm.fleet
seealso:
  - module: vsphere.vm.snapshot_info
'''

EXAMPLES = r'''
- name: See what a virtual machine takes on its datastores now
  vsphere.vm.storage_info:
    name: db-01
    refresh: true
  register: storage

- name: List files that are not its own
  vsphere.vm.storage_info:
    name: db-01
    unowned_files: true
'''

RETURN = r'''
vm:
  description: The virtual machine with its storage.
  returned: success
  type: dict
  contains:
    moid:
      description: Managed object id.
      type: str
      sample: vm-41
    name:
      description: Name of the virtual machine.
      type: str
      sample: db-01
    timestamp:
      description: When vCenter scanned the datastores, in UTC.
      type: str
      sample: "2026-11-24T08:00:00.000000Z"
    datastores:
      description: Space on each datastore; C(uncommitted_bytes) is how much thin disks can still grow.
      type: list
      elements: dict
      sample: [{moid: datastore-1, name: ssd-01, committed_bytes: 4294967296, uncommitted_bytes: 8589934592,
        unshared_bytes: 4294967296}]
    files:
      description: Each file with its size.
      type: list
      elements: dict
      sample: [{name: "[ssd-01] db-01/db-01.vmx", type: config, size_bytes: 3072}]
    layout:
      description: The files by their purpose, as the property C(layout) has them.
      type: dict
      sample: {configFile: [db-01.vmx], logFile: [vmware.log], disk: [{key: 2000, diskFile: ["[ssd-01]
        db-01/db-01.vmdk"]}]}
    unowned_files:
      description: Files that the datastore principal does not own; null without O(unowned_files).
      type: list
      elements: str
      sample: []
fault:
  description:
    - Why the task failed, with name, category, retryable, hint, details, cause, operation, vm, task and http_status.
  returned: on failure
  type: dict
  sample: {name: NoPermission, category: permission, retryable: false}
'''

from ..module_utils import wire
from ..module_utils.decision import Facts
from ..module_utils.operation import Operation
from ..module_utils.options import Options, flags

FIGURES = ('storage', 'layout', 'layoutEx')


def storage_info(vm, params):
    """Returns what a VM takes on its datastores."""
    if params['refresh']:
        vm.read(vm.refresh_storage_info(params['refresh_timeout']))
        vm.properties = {**vm.properties, **vm.inventory.properties(vm.ref, *FIGURES)}
    return Facts({
        'timestamp': vm['storage.timestamp'], 'layout': wire.plain(vm['layout']),
        'datastores': [{
            'moid': each['datastore']['value'], 'name': vm.names.get(each['datastore']['value']),
            'committed_bytes': each['committed'], 'uncommitted_bytes': each['uncommitted'],
            'unshared_bytes': each['unshared'],
        } for each in vm['storage.perDatastoreUsage'] or []],
        'files': [{'name': each['name'], 'type': each['type'], 'size_bytes': each['size']}
                  for each in vm['layoutEx.file'] or []],
        'unowned_files': (vm.read(vm.query_unowned_files()) or []) if params['unowned_files'] else None})


OPERATION = Operation(
    storage_info, Options({**flags('refresh', 'unowned_files'), 'refresh_timeout': {'type': 'int', 'default': 60}}),
    properties=[*FIGURES, 'datastore'], related=['datastore'], changes=False)


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
