# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A virtual machine: its properties, read once, and its methods, which are in methods/, a family a file.

Knows no Ansible and no HTTP. Source: the API page of VirtualMachine.
"""

from __future__ import annotations

from . import wire
from .faults import Failure
from .methods.configuration import ConfigurationMethods
from .methods.console import ConsoleMethods
from .methods.encryption import EncryptionMethods
from .methods.export import ExportMethods
from .methods.fault_tolerance import FaultToleranceMethods
from .methods.guest import GuestMethods
from .methods.migration import MigrationMethods
from .methods.power import TOOLS_RUNNING, TOOLS_STATUS, PowerMethods
from .methods.provisioning import ProvisioningMethods
from .methods.record_replay import RecordReplayMethods
from .methods.registration import RegistrationMethods
from .methods.storage import StorageMethods
from .power_states import power_state_of
from .questions import PENDING, question_of
from .snapshot_tree import flat


class VirtualMachine(PowerMethods, RecordReplayMethods, ConfigurationMethods, MigrationMethods,
                     FaultToleranceMethods, StorageMethods, EncryptionMethods, ProvisioningMethods,
                     RegistrationMethods, ConsoleMethods, GuestMethods, ExportMethods):
    """A virtual machine as it was when it was read.

    `vm['runtime.powerState']` is a property by its path, read by itself or within one above it; None if unset.
    `names` are the names of related objects by their moids, as far as they were asked for; `inventory` finds others.
    The run (run.py) that decides on it gives two functions: `read(step)` makes a call that changes nothing and returns
    its answer, `tell(facts)` has facts in the result even if deciding fails.
    """

    def __init__(self, ref, properties, names=None, inventory=None):
        self.ref = ref
        self.properties = properties
        self.names = names or {}
        self.inventory = inventory
        self.read = self.tell = None

    def __getitem__(self, path):
        if path in self.properties:
            return self.properties[path]
        above, dot, name = path.rpartition('.')
        return wire.at(self[above], name) if dot and isinstance(self[above], dict) else None

    @property
    def moid(self):
        """The managed object id, such as vm-41."""
        return self.ref['value']

    @property
    def name(self):
        """The name as people write it."""
        return wire.name(self['name'] or '')

    @property
    def power_state(self):
        """One of powered_on, powered_off, suspended."""
        return power_state_of(self['runtime.powerState'])

    @property
    def tools_running(self):
        """Whether VMware Tools run in the guest, so that it can be asked to shut down, reboot or stand by."""
        return self[TOOLS_STATUS] == TOOLS_RUNNING

    def ask(self, step):
        """Returns what read(step) does; None where the server lacks the method, which is called as a precaution only.

        Raises what read raises, NotSupported too: that is an answer.
        """
        try:
            return self.read(step)
        except Failure as failure:
            if not failure.is_unknown_call or failure.name == 'NotSupported':
                raise
            return None

    def snapshots(self):
        """Returns the snapshots as snapshot_tree.flat does."""
        return flat(self['snapshot'])

    def pending_question(self):
        """Returns the question that the VM waits to have answered, as plain data, or None."""
        return question_of(self[PENDING])
