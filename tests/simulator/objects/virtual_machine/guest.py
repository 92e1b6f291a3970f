# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The guest operating system and VMware Tools: GuestInfo, and the operations that ask the guest to act."""

from __future__ import annotations

from ...fault import Fault
from .guest_os import family, full_name

TOOLS_VERSION = 12352
IPV4_PREFIX_LENGTH = 8
CONSOLE_SIZE = (1024, 768)
TOOLS = ('running', 'stopped', 'absent')


class Guest:
    """What runs inside.

    tools_outdated: the installed Tools are older than the host's.
    tools_managed: they are the host's own, by UpgradeTools_Task; those that a guest brings are not.
    tools: 'running' (Tools run whenever the guest does), 'stopped' (installed, never running) or 'absent'.
    guest_state: where the guest is, as GuestInfo.guestState names it; it is kept while suspended.
    guest_ignores_shutdown: the guest answers ShutdownGuest and goes on.
    guest_fails_quiesce: Tools cannot still the file systems.
    """

    @property
    def tools(self):
        return self._tools

    @tools.setter
    def tools(self, state):
        if state not in TOOLS:
            raise ValueError(f'tools: {state!r} is none of {TOOLS}')
        self._tools = state
        self.changed()

    @property
    def tools_running(self):
        """Whether VMware Tools answer now."""
        return (self.power_state == 'poweredOn' and self._tools == 'running'
                and self.guest_state in ('running', 'shuttingDown', 'standby'))

    @property
    def guest_is_windows(self):
        return family(self.configuration['guestId']) == 'windowsGuest'

    def ShutdownGuest(self, call):
        """Ask the guest to shut down; answers at once, the guest follows after settings.guest_seconds."""
        self._ask_guest('ShutdownGuest', 'shuttingDown', self._shut_down)
        self.vcenter.events.post('VmGuestShutdownEvent', self)

    def RebootGuest(self, call):
        """Ask the guest to restart; VMware Tools stop and come back after settings.guest_seconds.

        The virtual machine stays powered on, so runtime.bootTime stays as it is.
        """
        self._ask_guest('RebootGuest', 'resetting', self._guest_runs)
        self.vcenter.events.post('VmGuestRebootEvent', self)

    def StandbyGuest(self, call):
        """Ask the guest to stand by; defaultPowerOps.standbyAction says whether suspending follows."""
        self._ask_guest('StandbyGuest', 'standby', self._stand_by)
        self.vcenter.events.post('VmGuestStandbyEvent', self)

    def ResetGuestInformation(self, call):
        """Forget what is cached about the guest."""
        self.check('ResetGuestInformation')
        self.guest_cache_cleared = True
        self.changed()

    def start_guest(self):
        """The guest boots: it and its VMware Tools run after settings.guest_seconds."""
        self.guest_state, self.online_standby, self.guest_cache_cleared = 'notRunning', False, False
        self.apply_customization()
        self._guest_does(self._guest_runs)

    def resume_guest(self):
        """The guest goes on from where it was suspended."""
        if self.guest_state == 'notRunning':
            self.start_guest()
        else:
            self.guest_state, self.online_standby = 'running', False

    def restore_guest(self, state):
        """The guest is as it was when a snapshot with memory was taken."""
        self.guest_state = state
        self.guest_epoch += 1
        self.resume_guest()
        self.changed()

    def freeze_guest(self):
        """Nothing that the guest was about to do happens any more."""
        self.guest_epoch += 1
        self.online_standby = False

    def stop_guest(self):
        """The guest is gone."""
        self.freeze_guest()
        self.guest_state = 'notRunning'

    def property_guest(self):
        """The GuestInfo; names and addresses are there only while VMware Tools report them."""
        info = {'_typeName': 'GuestInfo', **self.tools_status()}
        if self._tools != 'absent':
            info.update(toolsVersion=str(TOOLS_VERSION), toolsInstallType='guestToolsTypeOpenVMTools')
        if self.tools_running:
            info.update(self._reported())
        elif self._tools != 'absent' and not self.guest_cache_cleared:
            info.update(self._operating_system())
        running = self.tools_running and self.guest_state == 'running'
        info.update(
            guestState=self.reported_guest_state, appHeartbeatStatus='appStatusGray', guestKernelCrashed=False,
            appState='none', guestOperationsReady=running, interactiveGuestOperationsReady=False,
            guestStateChangeSupported=running, hwVersion=self.configuration['version'],
            customizationInfo=self.customization_info())
        width, height = self.screen_size
        info['screen'] = {'_typeName': 'GuestScreenInfo', 'width': width, 'height': height}
        return info

    @property
    def reported_guest_state(self):
        """GuestInfo.guestState: nothing is known of a guest whose Tools never run."""
        if self.power_state != 'poweredOn' or self._tools != 'running':
            return 'notRunning'
        return self.guest_state

    def tools_status(self):
        """The members that GuestInfo and VirtualMachineGuestSummary share."""
        newest = 'guestToolsCurrent' if self.tools_managed else 'guestToolsUnmanaged'
        present = 'guestToolsSupportedOld' if self.tools_outdated else newest
        version = 'guestToolsNotInstalled' if self._tools == 'absent' else present
        running = 'toolsOld' if self.tools_outdated else 'toolsOk'
        installed = running if self.tools_running else 'toolsNotRunning'
        status = 'toolsNotInstalled' if self._tools == 'absent' else installed
        return {'toolsStatus': status, 'toolsVersionStatus': version, 'toolsVersionStatus2': version,
                'toolsRunningStatus': 'guestToolsRunning' if self.tools_running else 'guestToolsNotRunning'}

    def property_guestHeartbeatStatus(self):
        """green while VMware Tools send heartbeats, gray when none can be expected."""
        return 'green' if self.tools_running else 'gray'

    @property
    def host_name(self):
        """The name that the guest gave itself."""
        return self.guest_identity.get('host_name') or self.get('name').lower().replace('_', '-').replace(' ', '-')

    @property
    def ip_address(self):
        """What a customization gave, else an address in 10.0.0.0/8 that no other machine of this vCenter has."""
        own = '.'.join(map(str, (10, self.index >> 16 & 255, self.index >> 8 & 255, self.index & 255)))
        return self.guest_identity.get('ip_address') or own

    def _ask_guest(self, method, state, then):
        self.check(method)
        if not self.tools_running:
            raise Fault('ToolsUnavailable')
        self.guest_state = state
        self._guest_does(then)
        self.changed()

    def _guest_does(self, then):
        """Call `then` after settings.guest_seconds, unless a power operation comes first."""
        self.guest_epoch += 1
        epoch = self.guest_epoch
        self.vcenter.later(self.vcenter.settings.guest_seconds, lambda: self.guest_epoch == epoch and then())

    def _guest_runs(self):
        self.guest_state, self.online_standby = 'running', False
        self.changed()

    def _shut_down(self):
        if self.guest_ignores_shutdown:
            self._guest_runs()
        else:
            self.become_powered_off(clean=True)

    def _stand_by(self):
        if self.configuration['defaultPowerOps'].get('standbyAction') == 'powerOnSuspend':
            self.online_standby = True
            self.changed()
        else:
            self.become_suspended()

    def _operating_system(self):
        guest_id = self.configuration['guestId']
        return {'guestId': guest_id, 'guestFamily': family(guest_id), 'guestFullName': full_name(guest_id)}

    def _reported(self):
        return {**self._operating_system(), 'hostName': self.host_name, 'ipAddress': self.ip_address,
                'net': self._nics(), 'disk': [self._root_disk()]}

    def _nics(self):
        """A GuestNicInfo for each network adapter; the first one carries the address."""
        nics = []
        for adapter in self.network_adapters:
            nic = {'_typeName': 'GuestNicInfo', 'macAddress': adapter['macAddress'],
                   'connected': adapter['connectable']['connected'], 'deviceConfigId': adapter['key']}
            if adapter['backing'].get('deviceName'):
                nic['network'] = adapter['backing']['deviceName']
            if not nics:
                nic.update(self._addresses())
            nics.append(nic)
        return nics

    def _addresses(self):
        address = {'_typeName': 'NetIpConfigInfoIpAddress', 'ipAddress': self.ip_address,
                   'prefixLength': IPV4_PREFIX_LENGTH, 'state': 'preferred'}
        return {'ipAddress': [self.ip_address],
                'ipConfig': {'_typeName': 'NetIpConfigInfo', 'ipAddress': [address]}}

    def _root_disk(self):
        disks = self.disks
        capacity = disks[0]['capacityInBytes'] if disks else 0
        path, filesystem = ('C:\\', 'NTFS') if self.guest_is_windows else ('/', 'ext4')
        return {'_typeName': 'GuestDiskInfo', 'diskPath': path, 'capacity': capacity, 'freeSpace': capacity * 3 // 4,
                'filesystemType': filesystem}
