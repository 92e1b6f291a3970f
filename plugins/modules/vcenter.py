#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: vcenter
short_description: Read which vCenter answers, its version, and who is logged in
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Logs in and returns the product, version and clock of the vCenter, the API release in use, and the user.
  - As the first task of a play it shows at once whether host name, certificate and password are right.
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.reads
  - vsphere.vm.connection
'''

EXAMPLES = r'''
- name: See that the vCenter is there
  vsphere.vm.vcenter:
    hostname: vcenter.example.com
  register: vcenter

- name: Go on with version 8.0.2 and later only
  ansible.builtin.assert:
    that: vcenter.about.version is version('8.0.2', '>=')
'''

RETURN = r'''
about:
  description: The product, as the vCenter names it.
  returned: success
  type: dict
  sample: {name: VMware vCenter Server, version: 8.0.3, build: "24322831", apiVersion: 8.0.3.0}
release:
  description: The API release that this collection and the vCenter have agreed on.
  returned: success
  type: str
  sample: 8.0.3.0
time:
  description: The clock of the vCenter, in UTC.
  returned: success
  type: str
  sample: "2026-11-24T08:00:00.000000Z"
user:
  description: The user who is logged in, as the vCenter names it.
  returned: success
  type: str
  sample: VSPHERE.LOCAL\Administrator
fault:
  description: Why the task failed, with name, category, retryable, hint, details, cause, operation, vm and task.
  returned: on failure
  type: dict
  sample: {name: CertificateNotTrusted, category: transport, retryable: false}
'''

from ..module_utils import wire
from ..module_utils.decision import Facts
from ..module_utils.log_in import SERVICE_INSTANCE
from ..module_utils.operation import Operation


def about(vcenter, params):
    """Returns what the vCenter says of itself and of the session."""
    client = vcenter.client
    client.session_key()
    product = wire.plain(client.get(SERVICE_INSTANCE, 'content')['about'])
    return Facts({'about': product, 'release': client.session.release,
                  'time': f'{vcenter.inventory.now:%Y-%m-%dT%H:%M:%S.%fZ}', 'user': client.session.user})


OPERATION = Operation(about, changes=False, targets_vm=False)


def main():
    """Runs as a module; the action plugin of the same name runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
