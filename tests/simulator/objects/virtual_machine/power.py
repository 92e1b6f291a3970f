# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The power operations that vCenter carries out itself, and the power states they lead to."""

from __future__ import annotations

from ...fault import Fault
from .clock import seconds_between


class Power:
    """PowerOnVM_Task and its family."""

    def PowerOnVM_Task(self, call, host=None):
        """Power on, or resume when suspended; `host` must belong to the compute resource of the virtual machine.

        Raises as checked_host, and EncryptionKeyRequired for an encrypted machine that is locked.
        """
        self.check('PowerOnVM_Task')
        target = self.checked_host(host)
        if self.crypto_state == 'locked':
            raise Fault('EncryptionKeyRequired')
        task = self.vcenter.start_task(self, call, lambda: self._power_on_answered(target))
        if self.ask_on_power_on and self.power_state == 'poweredOff':
            self.ask_moved_or_copied(task)
        return task

    def PowerOffVM_Task(self, call):
        """Power off hard; a recording or a replay ends with it."""
        self.check('PowerOffVM_Task')
        return self.vcenter.start_task(self, call, lambda: self.become_powered_off(clean=False))

    def SuspendVM_Task(self, call):
        """Suspend to disk."""
        self.check('SuspendVM_Task')
        return self.vcenter.start_task(self, call, self.become_suspended)

    def ResetVM_Task(self, call):
        """Power off hard and power on again, as one operation."""
        self.check('ResetVM_Task')
        return self.vcenter.start_task(self, call, self._reset)

    def TerminateVM(self, call):
        """Kill the virtual machine's process at once, without a task."""
        self.check('TerminateVM')
        self.become_powered_off(clean=False)

    def checked_host(self, reference):
        """The HostSystem to run on: the one of the reference; when that is None the present one, or what DRS finds.

        Raises InvalidArgument for a host of another compute resource, InvalidState for one in maintenance mode or
        not connected.
        """
        present = self.vcenter.resolve(self.host)
        host = self.vcenter.resolve(reference) if reference else present
        if host.get('parent') != present.get('parent'):
            raise Fault('InvalidArgument', invalidProperty='host')
        if not host.in_use and not reference:
            host = self._host_by_drs(present)
        if not host.in_use:
            raise Fault('InvalidState')
        return host

    def _host_by_drs(self, present):
        """Another HostSystem of a DRS cluster that reaches all datastores and networks, or the present one."""
        cluster = self.vcenter.resolve(present.get('parent'))
        if not cluster.get('configurationEx.drsConfig.enabled'):
            return present
        hosts = [self.vcenter.resolve(reference) for reference in cluster.get('host')]
        return next((host for host in hosts if host.in_use and all(
            reference in host.get(name) for name in ('datastore', 'network') for reference in self.get(name) or [])),
            present)

    def become_powered_on(self, host=None):
        """Power on from powered off, or resume from suspended, on `host` (a HostSystem) when given.

        runtime.bootTime is set only when the start is from powered off: the documentation of
        VirtualMachineRuntimeInfo says that a resume does not update it. A reboot of the guest does not power on.
        """
        self.vcenter.events.post('VmResumingEvent' if self.power_state == 'suspended' else 'VmStartingEvent', self)
        self._run(host)
        self.vcenter.events.post('VmPoweredOnEvent', self)

    def become_powered_off(self, clean):
        """Power off; `clean` tells whether the guest shut itself down (runtime.cleanPowerOff)."""
        was_off = self.power_state == 'poweredOff'
        if not (was_off or clean):
            self.vcenter.events.post('VmStoppingEvent', self)
        self._stop(clean)
        if not was_off:
            self.vcenter.events.post('VmPoweredOffEvent', self)

    def become_suspended(self):
        """Save the memory to disk and stop."""
        self.vcenter.events.post('VmSuspendingEvent', self)
        self.power_state, self.suspend_time, self.clean_power_off = 'suspended', self.vcenter.now(), None
        self.freeze_guest()
        self.storage_changed()
        self.vcenter.events.post('VmSuspendedEvent', self)

    def _run(self, host=None):
        if host is not None:
            self.move_to_host(host)
        if self.power_state == 'suspended':
            self.suspend_interval += seconds_between(self.suspend_time, self.vcenter.now())
            self.resume_guest()
        else:
            self.boot_time, self.suspend_interval = self.vcenter.now(), 0
            self.start_guest()
        self.power_state, self.clean_power_off = 'poweredOn', None
        self.storage_changed()
        self.ft_follow()

    def _stop(self, clean):
        self.power_state, self.clean_power_off = 'poweredOff', clean
        self.record_replay_state = 'inactive'
        self.boot_time, self.suspend_time, self.suspend_interval = None, None, 0
        self.tools_installer_mounted = False
        self.stop_guest()
        self.storage_changed()
        self.ft_follow()

    def _power_on_answered(self, host):
        if self.power_on_cancelled:
            self.power_on_cancelled = False
            raise Fault('GenericVmConfigFault', reason='The power-on was cancelled by the answer to a question.')
        self.become_powered_on(host)

    def _reset(self):
        self._stop(clean=False)
        self._run()
        self.vcenter.events.post('VmResettingEvent', self)
