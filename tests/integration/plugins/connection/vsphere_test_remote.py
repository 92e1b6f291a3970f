# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The local connection under another name, so that a module is packed and shipped as to any other host."""

from __future__ import annotations

from ansible.plugins.connection.local import Connection as LocalConnection

DOCUMENTATION = '''
name: vsphere_test_remote
short_description: the local connection, taken for a remote one
description: Runs on the controller whatever is shipped to it.
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
    """The local connection, but for what it calls itself."""

    transport = 'vsphere_test_remote'
