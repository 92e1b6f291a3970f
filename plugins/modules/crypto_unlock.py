#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: crypto_unlock
short_description: Unlock an encrypted virtual machine
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Sends the keys of an encrypted virtual machine and of its disks to its host, so that it can be powered on.
  - A virtual machine is locked if its host restarted, or it was registered, while the key provider was out of reach.
  - A virtual machine that is not locked, or not encrypted, is left as it is.
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.changes
  - vsphere.vm.connection
  - vsphere.vm.target
  - vsphere.vm.fleet
  - vsphere.vm.task
  - vsphere.vm.questions
seealso:
  - module: vsphere.vm.power
'''

EXAMPLES = r'''
- name: Unlock an encrypted virtual machine after the key provider is back
  vsphere.vm.crypto_unlock:
    name: vault-01

- name: Unlock all that are in a folder
  vsphere.vm.crypto_unlock:
    where:
      folder: /DC0/vm/encrypted
'''

RETURN = r'''
vm:
  description: The virtual machine and its crypto state after the task.
  returned: when the virtual machine was found
  type: dict
  sample: {moid: vm-41, name: vault-01, crypto_state: unlocked}
operation:
  description: The API method that was called, or in check mode would be.
  returned: when something was to be done
  type: str
  sample: CryptoUnlock_Task
task:
  description: The vCenter task, with its moid, state, times and result.
  returned: when the method runs as a task
  type: dict
  sample: {moid: task-77, operation: CryptoUnlock_Task, state: success}
fault:
  description:
    - Why the task failed, with name, category, retryable, hint, details, cause, operation, vm, task and http_status.
  returned: on failure
  type: dict
  sample: {name: InvalidVmState, category: state, retryable: false}
'''

from ..module_utils.decision import Change
from ..module_utils.operation import Operation


def crypto_unlock(vm, params):
    """Decides to unlock a VM that is locked."""
    return Change({'crypto_state': vm['runtime.cryptoState'] or 'unlocked'}, {'crypto_state': 'unlocked'}, vm.unlock())


OPERATION = Operation(crypto_unlock, properties=['runtime.cryptoState'])


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
