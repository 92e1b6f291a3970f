# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Record and replay: what vSphere deprecated in 5.1 and modern hosts refuse, each in its own words.

Source: the API pages of StartRecording_Task, StopRecording_Task, StartReplaying_Task and StopReplaying_Task.
"""

from __future__ import annotations

from .snapshots import STATE as SNAPSHOT_STATE
from .snapshots import SnapshotMethods, name_forecast

RECORD = 'VirtualMachine.Interact.Record'
REPLAY = 'VirtualMachine.Interact.Replay'
# What is to be read of a VM for these methods.
STATE = ('runtime.powerState', 'config.flags.recordReplayEnabled', 'capability.recordReplaySupported',
         'config.hardware.numCPU', *SNAPSHOT_STATE)
INSTEAD = ('Record and replay left ESXi after vSphere 5.1; where it is missing, keep the state with '
           'vsphere.vm.snapshot (memory: true) and go back to it with state: reverted.')
HINTS = {
    'NotSupported': INSTEAD,
    'HostIncompatibleForRecordReplay':
        f'Migrate the virtual machine to a host whose capability.recordReplaySupported is true. {INSTEAD}',
    'RecordReplayDisabled':
        'Set the flag recordReplayEnabled of the virtual machine: vsphere.vm.record does it with enable: true.',
    'VmConfigIncompatibleForRecordReplay':
        'The cause tells which part of the configuration is in the way, such as more than one virtual CPU.',
    'InvalidArgument':
        'Name a snapshot that a recording of this virtual machine made: vsphere.vm.snapshot_info shows which do.',
    'NotFound': 'The snapshot of the recording is gone: vsphere.vm.snapshot_info shows what there is.',
}


class RecordReplayMethods(SnapshotMethods):
    """Needs STATE."""

    def start_recording(self, name, description=None, enabled=False):
        """StartRecording_Task; its result is the reference of the snapshot that the recording starts from.

        `enabled` is true if a step before this one sets the flag recordReplayEnabled.
        """
        return self._step('StartRecording_Task', RECORD, hints=HINTS, name=name, description=description, forecasts={
            **self._start_forecasts('powered_on', enabled=enabled), **name_forecast(name), **self._room(memory=True)})

    def stop_recording(self):
        """StopRecording_Task."""
        return self._step('StopRecording_Task', RECORD, hints=HINTS)

    def start_replaying(self, snapshot):
        """StartReplaying_Task of the snapshot, one of `snapshots()`, that a recording started from."""
        recorded = snapshot['tree'].get('replaySupported')
        other = None if recorded else f'Snapshot {snapshot["path"]!r} is not of a recording.'
        return self._step('StartReplaying_Task', REPLAY, hints=HINTS, replaySnapshot=snapshot['ref'],
                          forecasts={**self._start_forecasts('powered_on', 'powered_off'), 'InvalidArgument': other,
                                     **self._not_locked()})

    def stop_replaying(self):
        """StopReplaying_Task."""
        return self._step('StopReplaying_Task', REPLAY, hints=HINTS)

    def _start_forecasts(self, *states, enabled=False):
        state, cpus = self['runtime.recordReplayState'], self['config.hardware.numCPU'] or 1
        enabled = enabled or self['config.flags.recordReplayEnabled']
        return {
            'NotSupported': None if self['capability.recordReplaySupported'] else
            f'{self.name} does not support record and replay.',
            'RecordReplayDisabled': None if enabled else
            f'Record and replay is not enabled for {self.name}: its flag recordReplayEnabled is not set.',
            **self._needs_power(*states),
            'InvalidState': None if state == 'inactive' else f'{self.name} is {state}.',
            'VmConfigIncompatibleForRecordReplay': None if cpus == 1 else
            f'{self.name} has {cpus} virtual CPUs; what runs on more than one cannot be recorded.',
        }
