# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The vCenter itself, for what is decided without a virtual machine.

Knows no Ansible and no HTTP.
"""

from __future__ import annotations

from .faults import Refusal


class Vcenter:
    """What a deciding function takes that has no virtual machine.

    `read` and `tell` are the run's, as in a VirtualMachine.
    """

    def __init__(self, client, inventory):
        self.client = client
        self.inventory = inventory
        self.read = self.tell = None

    def service(self, kind):
        """Returns the reference of a service of the vCenter by its type, such as SearchIndex.

        Raises Refusal if there is none.
        """
        found = next((ref for ref in self.client.session.content.values() if ref['type'] == kind), None)
        if found is None:
            raise Refusal(f'{kind} is not a service of this vCenter: give the moid of the object.', 'InvalidArgument',
                          details={'option': 'object_moid'})
        return found
