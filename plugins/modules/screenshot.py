#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: screenshot
short_description: Take a screenshot of a virtual machine
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Has the server take a screenshot of the console, fetches the PNG and deletes it from the datastore.
  - There is no state to compare, so it takes a screenshot, and reports a change, each time. An existing file is
    replaced only when the new one is complete and a PNG.
  - The file is written on the machine that runs the module, which is the controller if the connection is local.
options:
  dest:
    description:
      - The file to write. If it is a folder, or ends with a slash, the file is named after the virtual machine.
      - C({name}) and C({moid}) in it are replaced by those of the virtual machine.
      - The file belongs to the user that the task runs as, which is that of C(become) if it is set.
    type: path
    required: true
    aliases: [local_path]
  keep:
    description: Also leave the PNG on the datastore.
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
  - module: vsphere.vm.display
  - module: vsphere.vm.keyboard
'''

EXAMPLES = r'''
- name: See what the console shows
  vsphere.vm.screenshot:
    name: app-01
    dest: /tmp/app-01.png

- name: Take a screenshot of every web server
  vsphere.vm.screenshot:
    where:
      folder: /DC0/vm/web
      power_state: powered_on
    dest: screenshots/
'''

RETURN = r'''
vm:
  description: The virtual machine and the file.
  returned: when the virtual machine was found
  type: dict
  sample: {moid: vm-41, name: app-01, file: /tmp/app-01.png}
result:
  description: What was fetched; C(datastore_path) is null unless O(keep).
  returned: when a screenshot was taken
  type: dict
  sample: {file: /tmp/app-01.png, size_bytes: 48211, datastore_path: null}
operation:
  description: The last API method that was called, or in check mode would be.
  returned: when something was to be done
  type: str
  sample: DeleteDatastoreFile_Task
task:
  description: The last vCenter task, with its moid, state, times and result.
  returned: when the method runs as a task
  type: dict
  sample: {moid: task-77, operation: CreateScreenshot_Task, state: success}
fault:
  description:
    - Why the task failed, with name, category, retryable, hint, details, cause, operation, vm, task and http_status.
  returned: on failure
  type: dict
  sample: {name: InvalidPowerState, category: state, retryable: false}
'''

from ..module_utils.decision import Action
from ..module_utils.operation import Operation
from ..module_utils.options import Options, flags
from ..module_utils.screenshots import place_of, shots


def screenshot(vm, params):
    """Decides where the screenshot goes."""
    file = place_of(vm, params)
    return Action({'file': file}, shots(vm, file, params['keep']))


OPERATION = Operation(
    screenshot,
    Options({'dest': {'type': 'path', 'required': True, 'aliases': ['local_path']}, **flags('keep')}),
    properties=['runtime.powerState', 'config.files.vmPathName', 'datastore'], related=['datastore'],
    writes_files=True)


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
