#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: export
short_description: Export a virtual machine as an OVF package
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Fetches the disks of a virtual machine that is powered off, or suspended, and writes them with an OVF descriptor
    and a manifest of their checksums into a folder of its name.
  - An existing package whose files match its manifest is left as it is, even if the virtual machine has changed since,
    unless O(force) is set. All its files are read to check that.
  - The files are compared with the checksums that the hosts give, and are put in place when all of them are complete. A
    failed export leaves nothing behind, and gives up its lease.
  - Disks come from the ESXi hosts, so the machine that runs the module (the controller, if the connection is local)
    must reach them on port 443. They are trusted by the thumbprints that the vCenter gives.
  - O(timeout) is for the server to get ready. The transfer may take any time; it fails if nothing arrives for
    O(request_timeout) seconds.
options:
  dest:
    description:
      - The folder for the package's own folder; it is created if it does not exist.
      - C({name}) and C({moid}) in it are replaced by those of the virtual machine.
      - The files belong to the user that the task runs as, which is that of C(become) if it is set.
    type: path
    required: true
    aliases: [export_dir]
  images:
    description: Export the images in its CD drives too.
    type: bool
    default: false
    aliases: [export_with_images]
  extra_config:
    description: Include its advanced settings in the descriptor.
    type: bool
    default: false
    aliases: [export_with_extraconfig]
  keep_mac:
    description: Include its MAC addresses in the descriptor, so that an import gets the same ones.
    type: bool
    default: false
  keep_uuid:
    description: Include its UUID in the descriptor.
    type: bool
    default: false
  force:
    description: Export again, and replace an existing package. It then reports a change each time.
    type: bool
    default: false
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.changes
  - vsphere.vm.connection
  - vsphere.vm.target
  - vsphere.vm.fleet
  - vsphere.vm.task
  - vsphere.vm.questions
seealso:
  - module: vsphere.vm.clone
  - module: vsphere.vm.screenshot
'''

EXAMPLES = r'''
- name: Keep an appliance as an OVF package
  vsphere.vm.export:
    name: appliance-01
    dest: /srv/packages

- name: Export every template's source anew
  vsphere.vm.export:
    where:
      folder: /DC0/vm/golden
      power_state: powered_off
    dest: /srv/packages
    force: true
    concurrency: 2
'''

RETURN = r'''
vm:
  description: The virtual machine, the folder of its package, and whether the package is complete.
  returned: when the virtual machine was found
  type: dict
  sample:
    moid: vm-41
    name: appliance-01
    directory: /srv/packages/appliance-01
    exported: true
result:
  description: What was exported.
  returned: when something was
  type: dict
  contains:
    files:
      description: The files, including the manifest.
      type: list
      elements: dict
      sample: [{path: /srv/packages/appliance-01/appliance-01-disk-0.vmdk, size_bytes: 73400320, sha256: 9f86d081...}]
    warnings:
      description: Warnings of the server about the descriptor.
      type: list
      elements: str
      sample: []
operation:
  description: The API method that was called, or in check mode would be.
  returned: when something was to be done
  type: str
  sample: ExportVm
fault:
  description:
    - Why the task failed, with name, category, retryable, hint, details, cause, operation, vm, task and http_status.
  returned: on failure
  type: dict
  sample: {name: ChecksumMismatch, category: transport, retryable: true}
'''

from ..module_utils.decision import Action, Change
from ..module_utils.operation import Operation
from ..module_utils.options import Options, flags
from ..module_utils.ovf_export import Package


def export(vm, params):
    """Decides whether the package of a VM is to be made."""
    package = Package(vm, params)
    if params['force']:
        return Action({'exported': True}, package.export(), state={'directory': package.folder})
    now = {'directory': package.folder, 'exported': package.is_whole()}
    return Change(now, now) if now['exported'] else Change(now, {**now, 'exported': True}, package.export())


OPERATION = Operation(
    export,
    Options({'dest': {'type': 'path', 'required': True, 'aliases': ['export_dir']},
             **flags('images', aliases=['export_with_images']),
             **flags('extra_config', aliases=['export_with_extraconfig']), **flags('keep_mac', 'keep_uuid', 'force')}),
    properties=['runtime.powerState'], writes_files=True)


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
