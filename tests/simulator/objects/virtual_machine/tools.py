# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Installing and upgrading VMware Tools."""

from __future__ import annotations

from ...fault import Fault


class Tools:
    """MountToolsInstaller, UnmountToolsInstaller, UpgradeTools_Task."""

    def MountToolsInstaller(self, call):
        """Put the installer CD in; the guest's administrator installs from it, so Tools themselves do not change."""
        self.check('MountToolsInstaller')
        self._check_drive()
        self.tools_installer_mounted = True
        self.changed()

    def UnmountToolsInstaller(self, call):
        """Take the installer CD out."""
        self.check('UnmountToolsInstaller')
        self._check_drive()
        self.tools_installer_mounted = False
        self.changed()

    def UpgradeTools_Task(self, call, installerOptions=None):
        """Upgrade running Tools, with options for their installer. Raises ToolsUnavailable, VmConfigFault."""
        self.check('UpgradeTools_Task')
        if not self.tools_running:
            raise Fault('ToolsUnavailable')
        self._check_drive()
        return self.vcenter.start_task(self, call, self._install)

    def _check_drive(self):
        """Raise VmConfigFault unless there is a CD drive that the installer can be put into."""
        if not any(device['_typeName'] == 'VirtualCdrom' for device in self.configuration['hardware']['device']):
            raise Fault('VmConfigFault')

    def _install(self):
        self.tools_outdated, self.tools_managed = False, True

        def count(config):
            config['tools']['lastInstallInfo']['counter'] += 1

        self.edit_config(count)
