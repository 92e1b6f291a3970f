# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Snapshots: the methods of VirtualMachine and VirtualMachineSnapshot."""

from __future__ import annotations

from .step import Methods

CREATE = 'VirtualMachine.State.CreateSnapshot'
REMOVE = 'VirtualMachine.State.RemoveSnapshot'
REVERT = 'VirtualMachine.State.RevertToSnapshot'
RENAME = 'VirtualMachine.State.RenameSnapshot'


class SnapshotMethods(Methods):
    """Needs runtime.powerState and guest.toolsRunningStatus. A `snapshot` is a reference."""

    def create_snapshot(self, name, description=None, memory=False, quiesce=False):
        """CreateSnapshot_Task; its result is the new snapshot's reference."""
        return self._step('CreateSnapshot_Task', CREATE, forecasts=self._quiesce_forecast(quiesce),
                          name=name, description=description, memory=memory, quiesce=quiesce)

    def create_snapshot_ex(self, name, description=None, memory=False, quiesce_spec=None):
        """CreateSnapshotEx_Task: quiesces the guest as a VirtualMachineGuestQuiesceSpec says."""
        return self._step('CreateSnapshotEx_Task', CREATE, forecasts=self._quiesce_forecast(quiesce_spec),
                          name=name, description=description, memory=memory, quiesceSpec=quiesce_spec)

    def _quiesce_forecast(self, quiesce):
        return self._needs_tools('quiesced') if quiesce and self.power_state == 'powered_on' else {}

    def remove_snapshot(self, snapshot, children=False, consolidate=None):
        """RemoveSnapshot_Task, with all below it or with its children moved up."""
        return self._step('RemoveSnapshot_Task', REMOVE, target=snapshot, removeChildren=children, consolidate=consolidate)

    def remove_all_snapshots(self, consolidate=None):
        """RemoveAllSnapshots_Task."""
        return self._step('RemoveAllSnapshots_Task', REMOVE, consolidate=consolidate)

    def revert_to_snapshot(self, snapshot, host=None, suppress_power_on=None):
        """RevertToSnapshot_Task."""
        return self._step('RevertToSnapshot_Task', REVERT, target=snapshot, host=host, suppressPowerOn=suppress_power_on)

    def revert_to_current_snapshot(self, host=None, suppress_power_on=None):
        """RevertToCurrentSnapshot_Task."""
        return self._step('RevertToCurrentSnapshot_Task', REVERT, host=host, suppressPowerOn=suppress_power_on)

    def rename_snapshot(self, snapshot, name=None, description=None):
        """RenameSnapshot; at least one of name and description."""
        return self._step('RenameSnapshot', RENAME, target=snapshot, name=name, description=description)
