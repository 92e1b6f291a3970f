#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: session
short_description: Log in to a vCenter and out again, to pass the session on yourself
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Logs in and returns the session's id for O(session_id) of other tasks, or ends such a session.
  - With a local connection this is not needed, because all tasks of a run share one session. It is for modules that are
    shipped to hosts, for other tools, and for several runs.
  - Logging in and out changes nothing in the inventory, and the tasks in between need it, so both happen in check mode
    too.
options:
  state:
    description:
      - V(present) logs in, or returns the session of O(session_id) if it is still valid.
      - V(absent) ends the session of O(session_id).
    type: str
    default: present
    choices: [present, absent]
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.reads
  - vsphere.vm.connection
'''

EXAMPLES = r'''
- name: Log in
  vsphere.vm.session:
    hostname: vcenter.example.com
  register: login
  no_log: true

- name: Use the session on a host that has no password
  vsphere.vm.power:
    hostname: vcenter.example.com
    session_id: "{{ login.session.session_id }}"
    name: app-01
    state: powered_on
  delegate_to: bastion.example.com

- name: Log out
  vsphere.vm.session:
    hostname: vcenter.example.com
    session_id: "{{ login.session.session_id }}"
    state: absent
'''

RETURN = r'''
session:
  description: The session, null after O(state=absent). Whoever has C(session_id) is logged in, so keep it out of logs
    with C(no_log).
  returned: success
  type: dict
  contains:
    session_id:
      description: The value for O(session_id) of other tasks.
      type: str
      sample: 5a1c0e9f3b7d2468ace013579bdf02468ace1357
    key:
      description: The key by which the vCenter lists the session.
      type: str
      sample: 52a1b2c3-0d4e-5f60-7182-93a4b5c6d7e8
    user:
      description: The user, as the vCenter names it.
      type: str
      sample: VSPHERE.LOCAL\Administrator
    release:
      description: The API release that was agreed on.
      type: str
      sample: 8.0.3.0
fault:
  description: Why the task failed, with name, category, retryable, hint, details, cause, operation, vm and task.
  returned: on failure
  type: dict
  sample: {name: InvalidLogin, category: auth, retryable: false}
'''

from ..module_utils.decision import Facts
from ..module_utils.operation import Operation
from ..module_utils.options import Options


def session(vcenter, params):
    """Logs in or out; neither changes the inventory, so it is no Change."""
    client = vcenter.client
    alive = bool(params['session_id']) and client.is_logged_in()
    if params['state'] == 'absent':
        if alive:
            client.log_out(client.session)
        return Facts({'session': None}, changed=alive)
    kept = client.session if alive and client.session_key() else client.new_session()
    facts = {'session_id': kept.token, 'key': kept.key, 'user': kept.user, 'release': kept.release}
    return Facts({'session': facts}, changed=not alive)


OPERATION = Operation(
    session,
    Options({'state': {'type': 'str', 'default': 'present', 'choices': ['present', 'absent']}},
            required_if=[['state', 'absent', ['session_id']]]),
    changes=False, targets_vm=False)


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
