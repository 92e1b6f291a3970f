# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""VMware Tools and what is known of the guest. Source: the API pages of these methods and of ToolsConfigInfo."""

from __future__ import annotations

from ..device import is_drive
from .power import TOOLS_RUNNING, TOOLS_STATUS
from .step import Methods

INSTALL = 'VirtualMachine.Interact.ToolsInstall'
MOUNTED = 'runtime.toolsInstallerMounted'


class GuestMethods(Methods):
    """Needs runtime.powerState, and guest.toolsRunningStatus to upgrade the Tools."""

    def mount_tools(self):
        """MountToolsInstaller: puts the installer into the CD drive."""
        return self._installer_step('MountToolsInstaller', True)

    def unmount_tools(self):
        """UnmountToolsInstaller."""
        return self._installer_step('UnmountToolsInstaller', False)

    def upgrade_tools(self, installer_options=None):
        """UpgradeTools_Task."""
        return self._step('UpgradeTools_Task', INSTALL, installerOptions=installer_options, forecasts={
            **self._needs_power('powered_on', fault='InvalidState'), **self._needs_tools('given other ones'),
            'VmConfigFault': self._lacks_drive})

    def tools_come(self):
        """Returns the step to wait for until the Tools run, which calls nothing."""
        return self._step('The start of VMware Tools', None,
                          reached=((TOOLS_STATUS,), lambda now: now.get(TOOLS_STATUS) == TOOLS_RUNNING))

    def reset_guest_information(self):
        """ResetGuestInformation."""
        return self._step('ResetGuestInformation', 'VirtualMachine.Config.ResetGuestInfo',
                          forecasts=self._needs_power('powered_off', fault='InvalidState'))

    def _installer_step(self, method, mounted):
        return self._step(
            method, INSTALL, reached=((MOUNTED,), lambda now: bool(now.get(MOUNTED)) is mounted),
            forecasts={**self._needs_power('powered_on', fault='InvalidState'), 'VmConfigFault': self._lacks_drive})

    def _lacks_drive(self):
        """Returns what is amiss if no drive can hold the installer's CD, or None; reads the devices."""
        return None if any(map(is_drive, self._devices())) else f'{self.name} has no CD drive for the installer.'
