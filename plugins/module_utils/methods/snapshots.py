# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Snapshots: the methods of VirtualMachine and VirtualMachineSnapshot."""

from __future__ import annotations

from .. import wire
from ..faults import Refusal
from .step import Methods

LONGEST_NAME = 80
CREATE = 'VirtualMachine.State.CreateSnapshot'
REMOVE = 'VirtualMachine.State.RemoveSnapshot'
REVERT = 'VirtualMachine.State.RevertToSnapshot'
RENAME = 'VirtualMachine.State.RenameSnapshot'


# Option -> member of VirtualMachineGuestQuiesceSpec; only VirtualMachineWindowsQuiesceSpec has those of VSS.
QUIESCE = {
    'timeout': 'timeout', 'vss_backup_type': 'vssBackupType', 'vss_backup_context': 'vssBackupContext',
    'vss_bootable_system_state': 'vssBootableSystemState', 'vss_partial_file_support': 'vssPartialFileSupport'}


def quiesce_spec(options):
    """Returns the VirtualMachineGuestQuiesceSpec, or the one for Windows, that the options in QUIESCE describe."""
    given = {QUIESCE[option]: value for option, value in options.items() if value is not None}
    family = 'Windows' if set(given) - {'timeout'} else 'Guest'
    return wire.data(f'VirtualMachine{family}QuiesceSpec', **given)


def name_forecast(name):
    """Forecasts InvalidName for a name that a snapshot cannot have."""
    return {'InvalidName': None if 0 < len(name) <= LONGEST_NAME else
            f'a snapshot cannot have the name {name!r}: it has 1 to {LONGEST_NAME} characters.'}


class SnapshotMethods(Methods):
    """Needs nothing read. A `snapshot` is a reference.

    That a guest cannot be quiesced is no fault: the API page of CreateSnapshot_Task says that quiesce is then ignored.
    """

    def create_snapshot(self, name, description=None, memory=False, quiesce=False):
        """CreateSnapshot_Task; its result is the new snapshot's reference."""
        return self._step('CreateSnapshot_Task', CREATE, forecasts=name_forecast(name),
                          name=name, description=description, memory=memory, quiesce=quiesce)

    def create_snapshot_ex(self, name, description=None, memory=False, quiesce=None):
        """CreateSnapshotEx_Task: quiesces the guest as `quiesce`, a dict of the options in QUIESCE, says."""
        return self._step('CreateSnapshotEx_Task', CREATE, forecasts=name_forecast(name),
                          name=name, description=description, memory=memory, quiesceSpec=quiesce_spec(quiesce or {}))

    def remove_snapshot(self, snapshot, children=False, consolidate=None):
        """RemoveSnapshot_Task, with all below it or with its children moved up."""
        return self._step('RemoveSnapshot_Task', REMOVE, target=snapshot, removeChildren=children,
                          consolidate=consolidate)

    def remove_all_snapshots(self, consolidate=None):
        """RemoveAllSnapshots_Task."""
        return self._step('RemoveAllSnapshots_Task', REMOVE, consolidate=consolidate)

    def revert_to_snapshot(self, snapshot, host=None, suppress_power_on=None):
        """RevertToSnapshot_Task."""
        return self._step('RevertToSnapshot_Task', REVERT, target=snapshot, host=host,
                          suppressPowerOn=suppress_power_on)

    def revert_to_current_snapshot(self, host=None, suppress_power_on=None):
        """RevertToCurrentSnapshot_Task."""
        nothing = None if self['snapshot'] else f'{self.name} has no snapshot.'
        return self._step('RevertToCurrentSnapshot_Task', REVERT, forecasts={'NotFound': nothing}, host=host,
                          suppressPowerOn=suppress_power_on)

    def rename_snapshot(self, snapshot, name=None, description=None):
        """RenameSnapshot; at least one of name and description. Raises Refusal for a name that another one has."""
        if name is not None and any(wire.name(each['tree']['name']) == name for each in self.snapshots()):
            raise Refusal(f'{self.name} has a snapshot {name!r} already.', 'DuplicateName', details={'name': name})
        return self._step('RenameSnapshot', RENAME, target=snapshot, name=name, description=description,
                          forecasts={} if name is None else name_forecast(name))
