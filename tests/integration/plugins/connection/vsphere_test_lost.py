# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A connection to a host that does not answer any more."""

from __future__ import annotations

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.connection.local import Connection as LocalConnection

DOCUMENTATION = '''
name: vsphere_test_lost
short_description: a connection that fails
description: Fails for whatever is to be run.
author: The vsphere.vm authors (@vsphere-vm)
options:
  become_success_timeout:
    description: Read by the local connection.
    type: int
    default: 10
  become_strip_preamble:
    description: Read by the local connection.
    type: bool
    default: true
extends_documentation_fragment:
  - connection_pipelining
'''


class Connection(LocalConnection):
    """The local connection, but for what comes of it."""

    transport = 'vsphere_test_lost'

    def exec_command(self, cmd, in_data=None, sudoable=True):
        """Raises AnsibleConnectionFailure."""
        raise AnsibleConnectionFailure('The host does not answer.')
