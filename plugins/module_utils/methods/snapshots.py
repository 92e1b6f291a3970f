# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Snapshots: the methods of VirtualMachine and VirtualMachineSnapshot."""

from __future__ import annotations

from .. import wire
from ..faults import Refusal
from .hosts import elsewhere, resting
from .step import Methods

LONGEST_NAME = 80
DEEPEST = 32  # levels of a snapshot tree. Source: VMware's configuration maximums.
SELECTION_SINCE = (8, 0, 3, 0)  # Source: the API page of RemoveAllSnapshotsRequestType.
QUIESCE_MINUTES = range(5, 241)  # Source: the API page of VirtualMachineGuestQuiesceSpec.
# What is to be read of a VM for these methods.
STATE = ('runtime.host', 'runtime.recordReplayState', 'config.flags.snapshotDisabled',
         'config.flags.snapshotLocked', 'snapshot')
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
    """Needs STATE. A `snapshot` is a reference.

    That a guest cannot be quiesced is no fault: the API page of CreateSnapshot_Task says that quiesce is then ignored.
    """

    def create_snapshot(self, name, description=None, memory=False, quiesce=False):
        """CreateSnapshot_Task; its result is the new snapshot's reference."""
        return self._step('CreateSnapshot_Task', CREATE, forecasts={**name_forecast(name), **self._room(memory)},
                          name=name, description=description, memory=memory, quiesce=quiesce)

    def create_snapshot_ex(self, name, description=None, memory=False, quiesce=None):
        """CreateSnapshotEx_Task: quiesces the guest as `quiesce`, a dict of the options in QUIESCE, says."""
        minutes = (quiesce or {}).get('timeout')
        wrong = minutes is not None and minutes not in QUIESCE_MINUTES
        told = f'quiesce_spec.timeout is {minutes}; it takes 5 to 240 minutes.' if wrong else None
        return self._step('CreateSnapshotEx_Task', CREATE, name=name, description=description, memory=memory,
                          quiesceSpec=quiesce_spec(quiesce or {}),
                          forecasts={'InvalidArgument': told, **name_forecast(name), **self._room(memory)})

    def remove_snapshot(self, snapshot, children=False, consolidate=None):
        """RemoveSnapshot_Task, with all below it or with its children moved up."""
        return self._step('RemoveSnapshot_Task', REMOVE, target=snapshot, removeChildren=children,
                          consolidate=consolidate, forecasts={
                              **self._no_template(), **self._not_recorded(), **self._not_locked()})

    def remove_all_snapshots(self, consolidate=None, days=None):
        """RemoveAllSnapshots_Task, of those older than `days` days if given. Raises Refusal if all must go."""
        release = self.inventory.client.session.release
        if days is not None and tuple(map(int, release.split('.'))) < SELECTION_SINCE:
            raise Refusal(f'This vCenter speaks release {release}; removing only the snapshots that are older than '
                          'retention_days takes 8.0.3.0.', 'NotSupported', details={'option': 'retention_days'},
                          hint='Find them with vsphere.vm.snapshot_info, and remove each by its id.')
        spec = None if days is None else wire.data('SnapshotSelectionSpec', retentionDays=days)
        return self._step('RemoveAllSnapshots_Task', REMOVE, consolidate=consolidate, spec=spec, forecasts={
            **self._not_recorded(), **self._not_locked()})

    def revert_to_snapshot(self, snapshot, host=None, suppress_power_on=None):
        """RevertToSnapshot_Task."""
        return self._step('RevertToSnapshot_Task', REVERT, target=snapshot, host=host,
                          suppressPowerOn=suppress_power_on, forecasts={
                              **self._no_template(), **self._runner(snapshot, host, suppress_power_on),
                              **self._not_locked()})

    def revert_to_current_snapshot(self, host=None, suppress_power_on=None):
        """RevertToCurrentSnapshot_Task."""
        current = self['snapshot.currentSnapshot']
        nothing = None if current else f'{self.name} has no current snapshot.'
        return self._step('RevertToCurrentSnapshot_Task', REVERT, host=host, suppressPowerOn=suppress_power_on,
                          forecasts={'NotFound': nothing, **self._runner(current, host, suppress_power_on),
                                     **self._not_locked()})

    def rename_snapshot(self, snapshot, name=None, description=None):
        """RenameSnapshot; at least one of name and description. Raises Refusal for a name that another one has."""
        if name is not None and any(wire.name(each['tree']['name']) == name for each in self.snapshots()):
            raise Refusal(f'{self.name} has a snapshot {name!r} already.', 'DuplicateName', details={'name': name})
        return self._step('RenameSnapshot', RENAME, target=snapshot, name=name, description=description,
                          forecasts={} if name is None else name_forecast(name))

    def _no_template(self):
        """Forecasts NotSupported for a method of a snapshot, which disabledMethod of the VM does not tell of."""
        return {'NotSupported': f'{self.name} is a template.' if self['config.template'] else None}

    def _not_recorded(self):
        """Forecasts InvalidState while something is recorded or replayed."""
        state = self['runtime.recordReplayState']
        return {'InvalidState': None if state in (None, 'inactive') else f'{self.name} is {state}.'}

    def _runner(self, snapshot, host, suppress):
        """Forecasts what is amiss with the host, which matters if one is named or the revert powers the VM on."""
        tree = next((each['tree'] for each in self.snapshots() if snapshot and each['ref'] == snapshot), {})
        runs = tree.get('state') == 'poweredOn' and not suppress
        return {'InvalidArgument': elsewhere(self.inventory, self['runtime.host'], host),
                'InvalidState': resting(self.inventory, self['runtime.host'], host) if runs or host else None}

    def _not_locked(self):
        """Forecasts SnapshotLocked."""
        return {'SnapshotLocked': f'The snapshots of {self.name} are locked, by its flag snapshotLocked.'
                if self['config.flags.snapshotLocked'] else None}

    def _room(self, memory):
        """Forecasts what keeps a VM from having one more snapshot, with its memory or without."""
        kept = self.power_state == 'suspended' or (memory and self.power_state == 'powered_on')
        level = next((each['depth'] + 1 for each in self.snapshots() if each['current']), 0)
        return {
            'SnapshotDisabled': f'Snapshots of {self.name} are off, by its flag snapshotDisabled.'
            if self['config.flags.snapshotDisabled'] else None, **self._not_locked(),
            'TooManySnapshotLevels': f'The snapshots of {self.name} are {level} levels deep already.'
            if level >= DEEPEST else None,
            'MemorySnapshotOnIndependentDisk': lambda: kept and self._kept_apart()}

    def _kept_apart(self):
        """Returns what is amiss with the disks for a snapshot with memory, or None; reads them."""
        apart = [wire.at(each, 'deviceInfo.label') for each in self._devices()
                 if (wire.at(each, 'backing.diskMode') or '').startswith('independent')]
        return f'{apart[0]} of {self.name} is independent, so no snapshot can hold its memory.' if apart else None
