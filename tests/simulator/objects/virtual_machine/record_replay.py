# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Record and replay: reference/vijson.md section 9, and the page of StartReplaying_Task."""

from __future__ import annotations

from ...fault import Fault

MAX_RECORDED_CPUS = 1


class RecordReplay:
    """StartRecording_Task, StopRecording_Task, StartReplaying_Task, StopReplaying_Task."""

    def StartRecording_Task(self, call, name, description=None):
        """Begin to record: the task gives a new snapshot, which becomes the current one and can be replayed."""
        self._check_record_replay('StartRecording_Task')
        self.check_snapshot_name(name)
        return self.vcenter.start_task(self, call, lambda: self._record(name, description))

    def StopRecording_Task(self, call):
        """End the recording; the virtual machine runs on."""
        self._check_supported()
        self.check('StopRecording_Task')
        return self.vcenter.start_task(self, call, lambda: self._enter('inactive', 'VmEndRecordingEvent'))

    def StartReplaying_Task(self, call, replaySnapshot):
        """Go back to the recording's snapshot, which becomes the current one, and run what was recorded.

        Beside the state faults: NotFound when the snapshot is gone, InvalidArgument when it is not the snapshot of a
        recording of this virtual machine.
        """
        self._check_record_replay('StartReplaying_Task')
        self._recording(replaySnapshot)
        return self.vcenter.start_task(self, call, lambda: self._replay(replaySnapshot))

    def StopReplaying_Task(self, call):
        """End the replay; the virtual machine runs on from where it is."""
        self._check_supported()
        self.check('StopReplaying_Task')
        return self.vcenter.start_task(self, call, lambda: self._enter('inactive', 'VmEndReplayingEvent'))

    def _check_record_replay(self, method):
        self._check_supported()
        self.vcenter.check_idle(self)
        self._check_host()
        if not self.configuration['flags'].get('recordReplayEnabled'):
            raise Fault('RecordReplayDisabled')
        self.check(method)
        self._check_config()

    def _check_supported(self):
        if self.is_template or not (self.record_replay_supported and self.vcenter.settings.record_replay):
            raise Fault('NotSupported')

    def _check_host(self):
        """The host must support it: HostCapability.replayCompatibilityIssues tells the product from the processor."""
        host = self.vcenter.resolve(self.host)
        if host.get('capability.recordReplaySupported'):
            return
        issues = host.get('capability.replayCompatibilityIssues') or []
        reason = 'product' if 'incompatibleProduct' in issues else 'processor'
        raise Fault('HostIncompatibleForRecordReplay', hostName=host.get('name'), reason=reason)

    def _check_config(self):
        cpus = self.configuration['hardware']['numCPU']
        if cpus > MAX_RECORDED_CPUS:
            nested = Fault('NumVirtualCpusIncompatible', reason='recordReplay', numCpu=cpus)
            raise Fault('VmConfigIncompatibleForRecordReplay', fault=nested.wire())

    def _recording(self, reference):
        """The snapshot of a finished recording of this virtual machine."""
        try:
            snapshot = self.vcenter.resolve(reference)
        except Fault as error:
            raise Fault('NotFound') from error
        if reference['type'] != 'VirtualMachineSnapshot' or snapshot.vm is not self or not snapshot.replay_supported:
            raise Fault('InvalidArgument', invalidProperty='replaySnapshot')
        return snapshot

    def _record(self, name, description):
        snapshot = self.take_snapshot(name, description, memory=True, quiesced=False, replay_supported=True)
        self._enter('recording', 'VmStartRecordingEvent')
        return snapshot.ref

    def _replay(self, reference):
        # The snapshot may have been removed while the task was queued.
        self.restore_snapshot(self._recording(reference))
        self._enter('replaying', 'VmStartReplayingEvent')

    def _enter(self, state, event):
        self.record_replay_state = state
        self.changed()
        self.vcenter.events.post(event, self)
