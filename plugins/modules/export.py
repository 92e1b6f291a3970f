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
  - A package that is there, with every file as its manifest says, is left as it is, however the virtual machine has
    changed since, unless O(force) says otherwise. To see that, all its files are read.
  - What comes is compared with the checksums of what the hosts have sent. The files take their places when all of them
    have come; nothing is left of an export that fails, and its lease is given up.
  - Disks come from the ESXi hosts, so the machine that the module runs on, the controller where the connection is
    local, must reach them on port 443. They are trusted by the thumbprints that the vCenter tells of.
  - O(timeout) is for the server to get ready. The transfer takes its time, and fails when nothing comes for
    O(request_timeout) seconds.
options:
  dest:
    description:
      - The folder that gets the folder of the package; it is made if it is not there.
      - C({name}) and C({moid}) in it stand for those of the virtual machine.
      - What is written belongs to the user that the task runs as, which is the one of C(become) where that is set.
    type: path
    required: true
    aliases: [export_dir]
  images:
    description: Export the images in its CD drives too.
    type: bool
    default: false
    aliases: [export_with_images]
  extra_config:
    description: Tell its advanced settings in the descriptor.
    type: bool
    default: false
    aliases: [export_with_extraconfig]
  keep_mac:
    description: Tell its MAC addresses in the descriptor, so that an import gets the same.
    type: bool
    default: false
  keep_uuid:
    description: Tell its UUID in the descriptor.
    type: bool
    default: false
  force:
    description: Export anew, in place of a package that is there. Then it reports a change each time.
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
  description: The virtual machine, the folder of its package, and whether that is there whole.
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
      description: The files, the manifest among them.
      type: list
      elements: dict
      sample: [{path: /srv/packages/appliance-01/appliance-01-disk-0.vmdk, size_bytes: 73400320, sha256: 9f86d081...}]
    warnings:
      description: What the server found worth saying about the descriptor.
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
