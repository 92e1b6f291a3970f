# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A virtual machine: its properties, read once, and one short method an API call.

A method returns a Step, which says what would be called; Operation alone calls it. Knows no Ansible and no HTTP.
Source of methods, parameters, privileges and faults: the API pages of VirtualMachine and VirtualMachineSnapshot.
"""

from __future__ import annotations

from . import wire
from .faults import Refusal
from .questions import PENDING, question_of

POWER_STATES = {'poweredOn': 'powered_on', 'poweredOff': 'powered_off', 'suspended': 'suspended'}
TOOLS_RUNNING = 'guestToolsRunning'

NO_RECORD_REPLAY = ('Record and replay left ESXi after vSphere 5.1; where it is missing, keep the state with vsphere.vm.snapshot '
                    '(memory: true) and go back to it with state: reverted.')
RECORD_REPLAY_HINTS = {
    'NotSupported': NO_RECORD_REPLAY,
    'HostIncompatibleForRecordReplay': f'Migrate the virtual machine to a host whose capability.recordReplaySupported is true. {NO_RECORD_REPLAY}',
    'RecordReplayDisabled': 'Set the flag recordReplayEnabled of the virtual machine: vsphere.vm.record does it with enable: true.',
    'VmConfigIncompatibleForRecordReplay': 'The cause tells which part of the configuration is in the way, such as more than one virtual CPU.',
    'InvalidArgument': 'Name a snapshot that a recording of this virtual machine made: vsphere.vm.snapshot_info shows them as replay_supported.',
    'NotFound': 'The snapshot of the recording is gone: vsphere.vm.snapshot_info shows what there is.',
}


class Step:
    """One call that changes something, not yet made.

    target      reference of the managed object
    method      wire name of the method
    parameters  by wire name
    privilege   that the session needs on `entity`
    forecasts   {fault name: sentence, or None if nothing stands against it}; what check mode can tell of the real call
    hints       {fault name: what to do}, where this method knows better than the fault's category
    reached     for a call that returns before its work is done: (paths, a function of {path: value} that tells when it is done)
    instead     a Step to take if this one fails in one of the ways that `unless` names
    """

    def __init__(self, entity, method, privilege, parameters, target=None, forecasts=None, reached=None, hints=None):
        self.entity = entity
        self.target = target or entity
        self.method = method
        self.privilege = privilege
        self.parameters = parameters
        self.forecasts = {name: sentence for name, sentence in (forecasts or {}).items() if sentence}
        self.hints = hints or {}
        self.reached = reached
        self.instead = None
        self.unless = ()
        self.patience = None

    def or_else(self, step, *faults, after=None):
        """Returns this step with another one to take if it fails with one of these faults, or is not done `after` seconds."""
        self.instead, self.unless, self.patience = step, (*faults, 'WaitTimeout'), after
        return self


class VirtualMachine:
    """A virtual machine as it was when it was read. `vm['runtime.powerState']` is a property by its path, read by itself or
    within one above it; None if unset.

    `names` are the names of related objects by their moids, as far as they were asked for.
    """

    def __init__(self, ref, properties, names=None, inventory=None):
        self.ref = ref
        self.properties = properties
        self.names = names or {}
        self.inventory = inventory

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
        """The name as people write it: vCenter's %2f is a slash again."""
        return wire.name(self['name'] or '')

    @property
    def power_state(self):
        """One of powered_on, powered_off, suspended."""
        return POWER_STATES.get(self['runtime.powerState'], self['runtime.powerState'])

    @property
    def tools_running(self):
        """Whether VMware Tools run in the guest, so that it can be asked to shut down, reboot or stand by."""
        return self['guest.toolsRunningStatus'] == TOOLS_RUNNING

    def snapshots(self):
        """Returns the snapshots as a list in the tree's order: dicts with path (names from the root), depth and the wire's members."""
        info = self['snapshot'] or {}
        current = wire.at(info, 'currentSnapshot.value')
        return list(_flat(info.get('rootSnapshotList') or [], (), current))

    def _step(self, method, privilege, /, target=None, forecasts=None, reached=None, hints=None, **parameters):
        return Step(self.ref, method, privilege, parameters, target, forecasts, reached, hints)

    def _needs_power(self, *states):
        wrong = None if self.power_state in states else f'{self.name} is {self.power_state}, not {" or ".join(states)}.'
        return {'InvalidPowerState': wrong}

    # -- power

    def power_on(self, host=None):
        """PowerOnVM_Task: powers on, or resumes a suspended VM, on `host` (a reference) if given."""
        return self._step('PowerOnVM_Task', 'VirtualMachine.Interact.PowerOn', forecasts=self._needs_power('powered_off', 'suspended'), host=host)

    def power_off(self):
        """PowerOffVM_Task: takes the power away; the guest is not asked."""
        return self._step('PowerOffVM_Task', 'VirtualMachine.Interact.PowerOff', forecasts=self._needs_power('powered_on', 'suspended'))

    def suspend(self):
        """SuspendVM_Task."""
        return self._step('SuspendVM_Task', 'VirtualMachine.Interact.Suspend', forecasts=self._needs_power('powered_on'))

    def reset(self):
        """ResetVM_Task."""
        return self._step('ResetVM_Task', 'VirtualMachine.Interact.Reset', forecasts=self._needs_power('powered_on'))

    def terminate(self):
        """TerminateVM: ends the VM's process at once, for one that hangs. Returns nothing; the power state follows."""
        return self._step('TerminateVM', 'VirtualMachine.Interact.PowerOff', reached=self._powered('poweredOff'))

    def shut_down_guest(self):
        """ShutdownGuest: the guest powers the VM off in its own time."""
        return self._guest_step('ShutdownGuest', 'VirtualMachine.Interact.PowerOff', self._powered('poweredOff'))

    def stand_by_guest(self):
        """StandbyGuest: the guest suspends the VM, or stays in standby with the power on, as its standbyAction says."""
        paths = ('runtime.powerState', 'runtime.onlineStandby')
        return self._guest_step('StandbyGuest', 'VirtualMachine.Interact.Suspend',
                                (paths, lambda now: now.get(paths[0]) == 'suspended' or now.get(paths[1])))

    def reboot_guest(self):
        """RebootGuest: done when the guest's Tools have gone and are back, or the VM's boot time is a new one."""
        down = []

        def rebooted(now):
            if now.get('guest.toolsRunningStatus') != TOOLS_RUNNING:
                down.append(True)
                return False
            return bool(down) or now.get('runtime.bootTime') != self['runtime.bootTime']
        return self._guest_step('RebootGuest', 'VirtualMachine.Interact.Reset', (('guest.toolsRunningStatus', 'runtime.bootTime'), rebooted))

    def _guest_step(self, method, privilege, reached):
        silent = None if self.tools_running else f'VMware Tools do not run in {self.name}, so its guest cannot be asked.'
        return self._step(method, privilege, forecasts={**self._needs_power('powered_on'), 'ToolsUnavailable': silent}, reached=reached)

    @staticmethod
    def _powered(state):
        return ('runtime.powerState',), lambda now: now.get('runtime.powerState') == state

    # -- snapshots

    def create_snapshot(self, name, description=None, memory=False, quiesce=False):
        """CreateSnapshot_Task; its result is the new snapshot's reference."""
        return self._step('CreateSnapshot_Task', 'VirtualMachine.State.CreateSnapshot', forecasts=self._quiesce_forecast(quiesce),
                          name=name, description=description, memory=memory, quiesce=quiesce)

    def create_snapshot_ex(self, name, description=None, memory=False, quiesce_spec=None):
        """CreateSnapshotEx_Task: quiesces the guest as a VirtualMachineGuestQuiesceSpec says."""
        return self._step('CreateSnapshotEx_Task', 'VirtualMachine.State.CreateSnapshot', forecasts=self._quiesce_forecast(quiesce_spec),
                          name=name, description=description, memory=memory, quiesceSpec=quiesce_spec)

    def _quiesce_forecast(self, quiesce):
        silent = quiesce and self.power_state == 'powered_on' and not self.tools_running
        return {'ToolsUnavailable': f'VMware Tools do not run in {self.name}, so its guest cannot be quiesced.' if silent else None}

    def remove_snapshot(self, snapshot, children=False, consolidate=None):
        """RemoveSnapshot_Task of a snapshot (a reference), with all below it or with its children moved up."""
        return self._step('RemoveSnapshot_Task', 'VirtualMachine.State.RemoveSnapshot', target=snapshot,
                          removeChildren=children, consolidate=consolidate)

    def remove_all_snapshots(self, consolidate=None):
        """RemoveAllSnapshots_Task."""
        return self._step('RemoveAllSnapshots_Task', 'VirtualMachine.State.RemoveSnapshot', consolidate=consolidate)

    def revert_to_snapshot(self, snapshot, host=None, suppress_power_on=None):
        """RevertToSnapshot_Task of a snapshot (a reference)."""
        return self._step('RevertToSnapshot_Task', 'VirtualMachine.State.RevertToSnapshot', target=snapshot,
                          host=host, suppressPowerOn=suppress_power_on)

    def revert_to_current_snapshot(self, host=None, suppress_power_on=None):
        """RevertToCurrentSnapshot_Task."""
        return self._step('RevertToCurrentSnapshot_Task', 'VirtualMachine.State.RevertToSnapshot', host=host, suppressPowerOn=suppress_power_on)

    def rename_snapshot(self, snapshot, name=None, description=None):
        """RenameSnapshot of a snapshot (a reference); at least one of name and description."""
        return self._step('RenameSnapshot', 'VirtualMachine.State.RenameSnapshot', target=snapshot, name=name, description=description)

    # -- record and replay

    def start_recording(self, name, description=None, enabled=False):
        """StartRecording_Task; its result is the reference of the snapshot that the recording starts from.

        `enabled` is true if a step before this one sets the flag recordReplayEnabled.
        """
        return self._step('StartRecording_Task', 'VirtualMachine.Interact.Record', forecasts=self._record_replay_forecasts(enabled),
                          hints=RECORD_REPLAY_HINTS, name=name, description=description)

    def stop_recording(self):
        """StopRecording_Task."""
        return self._step('StopRecording_Task', 'VirtualMachine.Interact.Record', hints=RECORD_REPLAY_HINTS)

    def start_replaying(self, snapshot):
        """StartReplaying_Task of the snapshot, one of `snapshots()`, that a recording started from."""
        recorded = snapshot['tree'].get('replaySupported')
        forecasts = {**self._record_replay_forecasts(), 'InvalidArgument': None if recorded else f'Snapshot {snapshot["path"]!r} is not of a recording.'}
        return self._step('StartReplaying_Task', 'VirtualMachine.Interact.Replay', forecasts=forecasts,
                          hints=RECORD_REPLAY_HINTS, replaySnapshot=snapshot['ref'])

    def stop_replaying(self):
        """StopReplaying_Task."""
        return self._step('StopReplaying_Task', 'VirtualMachine.Interact.Replay', hints=RECORD_REPLAY_HINTS)

    def _record_replay_forecasts(self, enabled=False):
        state = self['runtime.recordReplayState']
        return {
            'NotSupported': None if self['capability.recordReplaySupported'] else f'{self.name} does not support record and replay.',
            'RecordReplayDisabled': None if enabled or self['config.flags.recordReplayEnabled'] else
            f'Record and replay is not enabled for {self.name}: its flag recordReplayEnabled is not set.',
            'InvalidState': None if state == 'inactive' else f'{self.name} is {state}.',
        }

    # -- configuration and questions

    def reconfigure(self, spec):
        """ReconfigVM_Task with a VirtualMachineConfigSpec."""
        return self._step('ReconfigVM_Task', 'VirtualMachine.Config.Settings', spec=spec)

    def answer(self, question, choice):
        """AnswerVM: gives the pending question (its id) one of its choices (its key)."""
        return self._step('AnswerVM', 'VirtualMachine.Interact.AnswerQuestion', questionId=question, answerChoice=choice)

    def pending_question(self):
        """Returns the question that the VM waits to have answered, as plain data, or None."""
        return question_of(self[PENDING])


def _flat(trees, above, current):
    for tree in trees:
        path = (*above, wire.name(tree['name']))
        below = tree.get('childSnapshotList') or []
        moid = tree['snapshot']['value']
        yield {'ref': tree['snapshot'], 'moid': moid, 'path': '/'.join(path), 'depth': len(above), 'current': moid == current,
               'children': [each['snapshot']['value'] for each in below], 'tree': tree}
        yield from _flat(below, path, current)


def snapshot_facts(each):
    """Returns what a user wants to see of a snapshot of `VirtualMachine.snapshots()`."""
    tree = each['tree']
    return {
        'id': tree['id'], 'moid': each['moid'], 'name': wire.name(tree['name']), 'path': each['path'], 'depth': each['depth'],
        'description': tree['description'], 'created': tree['createTime'], 'power_state': POWER_STATES.get(tree['state'], tree['state']),
        'quiesced': tree['quiesced'], 'current': each['current'], 'replay_supported': bool(tree.get('replaySupported')), 'children': each['children'],
    }


def chosen_snapshot(vm, name=None, number=None):
    """Returns the one snapshot of `vm.snapshots()` that is meant, None if there is none.

    `name` is a name or a path of names from the root (`base/patched`), `number` the id in the tree or the moid.
    Raises Refusal with the candidates if several have that name.
    """
    def same(each):
        return number in (str(each['tree']['id']), each['moid']) if number else name in (each['path'], wire.name(each['tree']['name']))
    found = [each for each in vm.snapshots() if same(each)]
    found = [each for each in found if each['path'] == name] if len(found) > 1 and '/' in (name or '') else found
    if len(found) > 1:
        raise ambiguous_snapshot(vm, name, found)
    return found[0] if found else None


def ambiguous_snapshot(vm, name, found):
    """Returns the Refusal for a name that several snapshots have."""
    candidates = [{'id': each['tree']['id'], 'moid': each['moid'], 'path': each['path'], 'created': each['tree']['createTime']} for each in found]
    told = '; '.join(f'id {each["id"]} ({each["path"]}, created {each["created"]})' for each in candidates)
    return Refusal(f'{len(found)} snapshots of {vm.name} are named {name!r}: {told}. Say which one by snapshot_id.', 'AmbiguousSnapshot',
                   category='invalid_argument', details={'candidates': candidates})
