# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Power: PowerOnVM_Task and its family, and what asks the guest."""

from __future__ import annotations

from .hosts import elsewhere, resting
from .step import Methods

TOOLS_STATUS = 'guest.toolsRunningStatus'
TOOLS_RUNNING = 'guestToolsRunning'
SLOW = ('The guest was asked, and may still do it: look at its console, raise timeout if it is just slow, or use the '
        'method guest_then_hard.')
REBOOTS = 'A reboot ends when VMware Tools have stopped and run again.'


class PowerMethods(Methods):
    """Needs runtime.powerState, bootTime and, to power on, host and cryptoState; guest.toolsRunningStatus."""

    def power_on(self, host=None):
        """PowerOnVM_Task: powers on, or resumes a suspended VM, on `host` (a reference) if given."""
        return self._step('PowerOnVM_Task', 'VirtualMachine.Interact.PowerOn', host=host,
                          forecasts={
                              **self._needs_power('powered_off', 'suspended'),
                              'InvalidArgument': elsewhere(self.inventory, self['runtime.host'], host),
                              'InvalidState': resting(self.inventory, self['runtime.host'], host),
                              'EncryptionKeyRequired': f'{self.name} is encrypted, and its host lacks the keys.'
                              if self['runtime.cryptoState'] == 'locked' else None})

    def power_off(self):
        """PowerOffVM_Task: takes the power away; the guest is not asked."""
        # Not every server powers off what is suspended; one that does not has the method disabled.
        also = () if 'PowerOffVM_Task' in (self['disabledMethod'] or []) else ('suspended',)
        return self._step('PowerOffVM_Task', 'VirtualMachine.Interact.PowerOff',
                          forecasts=self._needs_power('powered_on', *also))

    def suspend(self):
        """SuspendVM_Task."""
        return self._step('SuspendVM_Task', 'VirtualMachine.Interact.Suspend',
                          forecasts=self._needs_power('powered_on'))

    def reset(self):
        """ResetVM_Task."""
        return self._step('ResetVM_Task', 'VirtualMachine.Interact.Reset', forecasts=self._needs_power('powered_on'))

    def terminate(self):
        """TerminateVM: ends the VM's process at once, for one that hangs. Returns nothing; the power state follows."""
        return self._step('TerminateVM', 'VirtualMachine.Interact.PowerOff', reached=powered('poweredOff'))

    def shut_down_guest(self):
        """ShutdownGuest: the guest powers the VM off in its own time."""
        return self._guest_step('ShutdownGuest', 'VirtualMachine.Interact.PowerOff', powered('poweredOff'))

    def stand_by_guest(self):
        """StandbyGuest: the guest suspends the VM, or stays in standby with the power on, as its standbyAction says."""
        paths = ('runtime.powerState', 'runtime.onlineStandby')
        return self._guest_step('StandbyGuest', 'VirtualMachine.Interact.Suspend',
                                (paths, lambda now: now.get(paths[0]) == 'suspended' or now.get(paths[1])))

    def reboot_guest(self):
        """RebootGuest: done when the guest's Tools have gone and are back, or the VM's boot time is a new one."""
        gone = []

        def rebooted(now):
            if now.get(TOOLS_STATUS) != TOOLS_RUNNING:
                gone.append(True)
                return False
            return bool(gone) or now.get('runtime.bootTime') != self['runtime.bootTime']
        return self._guest_step('RebootGuest', 'VirtualMachine.Interact.Reset',
                                ((TOOLS_STATUS, 'runtime.bootTime'), rebooted), f'{REBOOTS} {SLOW}')

    def _guest_step(self, method, privilege, reached, hint=SLOW):
        return self._step(method, privilege, reached=reached, hints={'WaitTimeout': hint},
                          forecasts={**self._needs_power('powered_on'), **self._needs_tools('asked')})


def powered(state):
    """Returns what is watched, and until when, for a VM to be in a power state."""
    return ('runtime.powerState',), lambda now: now.get('runtime.powerState') == state
