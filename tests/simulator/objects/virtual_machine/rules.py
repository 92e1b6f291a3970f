# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""When a method of a virtual machine is allowed: one table that refuses a call and that fills disabledMethod."""

from __future__ import annotations

from typing import NamedTuple

from ...fault import Fault

ON, OFF, SUSPENDED = 'poweredOn', 'poweredOff', 'suspended'


class Rule(NamedTuple):
    """What state a method asks for; the sources are the "Errors" paragraphs of the VI JSON OpenAPI document.

    power: the power states in which it works; () is any.
    requested: requestedState of the InvalidPowerState fault.
    fault: InvalidPowerState, or InvalidState where only that is documented.
    template: whether it works on a template.
    session: whether it works while a recording or a replay is under way.
    lost: whether it works on one that is disconnected, orphaned or inaccessible.
    """

    power: tuple[str, ...] = ()
    requested: str | None = None
    fault: str = 'InvalidPowerState'
    template: bool = False
    session: bool = True
    lost: bool = False


RULES = {
    'PowerOnVM_Task': Rule((OFF, SUSPENDED), ON),
    'PowerOffVM_Task': Rule((ON,), OFF),
    'SuspendVM_Task': Rule((ON,), SUSPENDED, session=False),
    'ResetVM_Task': Rule((ON,), ON),
    'ShutdownGuest': Rule((ON,), OFF),
    'RebootGuest': Rule((ON,), ON),
    'StandbyGuest': Rule((ON,), SUSPENDED, session=False),
    'TerminateVM': Rule((ON,), fault='InvalidState'),
    'AnswerVM': Rule(),
    'CreateSnapshot_Task': Rule(session=False),
    'CreateSnapshotEx_Task': Rule(session=False),
    'RemoveAllSnapshots_Task': Rule(session=False),
    'RevertToCurrentSnapshot_Task': Rule(),
    'ConsolidateVMDisks_Task': Rule(session=False),
    'StartRecording_Task': Rule((ON,), ON),
    'StopRecording_Task': Rule((ON,), ON),
    'StartReplaying_Task': Rule((ON, OFF), ON),
    'StopReplaying_Task': Rule((ON,), ON),
    'ReconfigVM_Task': Rule(template=True, session=False),
    'UpgradeVM_Task': Rule((OFF,), OFF),
    'ApplyEvcModeVM_Task': Rule((OFF,), OFF),
    'Destroy_Task': Rule((OFF,), OFF, template=True),
    'UnregisterVM': Rule((OFF, SUSPENDED), OFF, template=True, lost=True),
    'reloadVirtualMachineFromPath_Task': Rule((OFF, SUSPENDED), OFF, template=True, lost=True),
    'MarkAsTemplate': Rule((OFF,), OFF),
    'MarkAsVirtualMachine': Rule(template=True),
    'CloneVM_Task': Rule(template=True, session=False),
    'InstantClone_Task': Rule((ON,), fault='InvalidState', session=False),
    'CheckCustomizationSpec': Rule(template=True),
    'CustomizeVM_Task': Rule((OFF,), OFF),
    'ResetGuestInformation': Rule((OFF,), fault='InvalidState'),
    'MountToolsInstaller': Rule((ON,), fault='InvalidState'),
    'UnmountToolsInstaller': Rule((ON,), fault='InvalidState'),
    'UpgradeTools_Task': Rule((ON,), fault='InvalidState'),
    'ExportVm': Rule((OFF, SUSPENDED), OFF),
    'AcquireTicket': Rule((ON,), fault='InvalidState'),
    'AcquireMksTicket': Rule((ON,), ON),
    'QueryConnections': Rule((ON,), ON),
    'DropConnections': Rule((ON,), ON),
    'ExtractOvfEnvironment': Rule((ON,), fault='InvalidState'),
    'CreateScreenshot_Task': Rule((ON,), ON),
    'SetScreenResolution': Rule((ON,), ON),
    'SetDisplayTopology': Rule((ON,), ON),
    'SendNMI': Rule((ON,), fault='InvalidState'),
    'PutUsbScanCodes': Rule((ON,), ON),
    'DefragmentAllDisks': Rule((OFF, SUSPENDED), OFF, session=False),
    'PromoteDisks_Task': Rule(session=False),
    'EstimateStorageForConsolidateSnapshots_Task': Rule(),
    'MigrateVM_Task': Rule(session=False),
    'RelocateVM_Task': Rule(template=True, session=False),
    'AttachDisk_Task': Rule(session=False),
    'DetachDisk_Task': Rule(session=False),
    'QueryChangedDiskAreas': Rule(template=True),
    'CryptoUnlock_Task': Rule(template=True),
    'QueryFaultToleranceCompatibility': Rule(),
    'QueryFaultToleranceCompatibilityEx': Rule(),
    'CreateSecondaryVM_Task': Rule(session=False),
    'CreateSecondaryVMEx_Task': Rule(session=False),
    'DisableSecondaryVM_Task': Rule(),
    'EnableSecondaryVM_Task': Rule(),
    'MakePrimaryVM_Task': Rule(),
    'TerminateFaultTolerantVM_Task': Rule(),
    'TurnOffFaultToleranceForVM_Task': Rule(),
}

# Methods of VirtualMachineSnapshot that act on the virtual machine: checked alike, listed in no disabledMethod.
SNAPSHOT_RULES = {
    'RemoveSnapshot_Task': Rule(session=False),
    'RevertToSnapshot_Task': Rule(),
    'ExportSnapshot': Rule(),
}

# What only looks, or goes to the guest or the console: no running task stands in its way, none is documented to.
BESIDE_TASKS = frozenset((
    'AcquireTicket', 'AcquireMksTicket', 'QueryConnections', 'DropConnections', 'ExtractOvfEnvironment',
    'SetScreenResolution', 'SetDisplayTopology', 'SendNMI', 'PutUsbScanCodes', 'CheckCustomizationSpec',
    'QueryFaultToleranceCompatibility', 'QueryFaultToleranceCompatibilityEx',
))

# Listed in disabledMethod while there is no group; called all the same, each has a fault of its own.
FAULT_TOLERANCE_ONLY = (
    'DisableSecondaryVM_Task', 'EnableSecondaryVM_Task', 'MakePrimaryVM_Task', 'TerminateFaultTolerantVM_Task',
    'TurnOffFaultToleranceForVM_Task',
)


class Rules:
    """Refuses what the state of the virtual machine does not allow."""

    def refusal(self, method):
        """The Fault with which vCenter refuses `method` in the present state, or None."""
        rule = RULES.get(method) or SNAPSHOT_RULES[method]
        if self.is_template and not rule.template:
            return Fault('NotSupported')
        if self.connection_state != 'connected' and not rule.lost:
            return Fault('InvalidState')
        if rule.power and self.power_state not in rule.power:
            return self._power_refusal(rule)
        if self.record_replay_state != 'inactive' and not rule.session:
            return Fault('InvalidState')
        return self.ft_refusal(method) or self._special_refusal(method)

    def check(self, method, shared=False):
        """Raise TaskInProgress while another operation holds the virtual machine, else what refusal(method) gives.

        ``shared``: those that can go on beside each other do not count, see VCenter.start_task.
        """
        if method not in BESIDE_TASKS:
            self.vcenter.check_idle(self, shared)
        fault = self.refusal(method)
        if fault is not None:
            raise fault

    def _power_refusal(self, rule):
        if rule.fault == 'InvalidState':
            return Fault('InvalidState')
        return Fault('InvalidPowerState', requestedState=rule.requested, existingState=self.power_state)

    def _special_refusal(self, method):
        """What no table can say: each entry is the condition under which the method is refused, and the fault."""
        tools_cd = self.tools_installer_mounted
        special = {
            'ResetVM_Task': (not self.vcenter.resolve(self.host).in_use, 'InvalidState'),
            'AnswerVM': (self.question is None, 'InvalidState'),
            'RevertToCurrentSnapshot_Task': (self.current_snapshot is None, 'NotFound'),
            'StartRecording_Task': (self.record_replay_state != 'inactive', 'InvalidState'),
            'StartReplaying_Task': (self.record_replay_state != 'inactive', 'InvalidState'),
            'StopRecording_Task': (self.record_replay_state != 'recording', 'InvalidState'),
            'StopReplaying_Task': (self.record_replay_state != 'replaying', 'InvalidState'),
            'UpgradeVM_Task': (not self.vcenter.resolve(self.host).in_use, 'InvalidState'),
            'MarkAsVirtualMachine': (not self.is_template, 'InvalidState'),
            'MountToolsInstaller': (tools_cd, 'InvalidState'),
            'UnmountToolsInstaller': (not tools_cd, 'InvalidState'),
        }
        refused, fault = special.get(method, (False, None))
        return Fault(fault) if refused else None

    def property_disabledMethod(self):
        """The methods that would be refused for the present state, in alphabetical order.

        A running task is not a reason: it passes. Nor is configuration (the record/replay flag, absent tools).
        """
        refused = {method for method in RULES if self.refusal(method)}
        return sorted(refused if self.ft_group else refused | set(FAULT_TOLERANCE_ONLY))
