# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""UpgradeVM_Task: the virtual hardware version."""

from __future__ import annotations

from ...fault import Fault

VERSIONS = (8, 9, 10, 11, 13, 14, 15, 17, 18, 19, 20, 21)
LATEST = VERSIONS[-1]


def version_name(number):
    """8 -> vmx-08."""
    return f'vmx-{number:02d}'


class HardwareVersion:
    """config.version and what raises it."""

    def UpgradeVM_Task(self, call, version=None):
        """Upgrade to `version` ('vmx-21') or the latest one.

        Raises AlreadyUpgraded, NoDiskFound for a machine without disks, InvalidState for a version that is none or
        that the host does not know.
        """
        self.check('UpgradeVM_Task')
        if version and version not in map(version_name, VERSIONS):
            raise Fault('InvalidState')
        target = _number(version) if version else LATEST
        if target <= _number(self.configuration['version']):
            raise Fault('AlreadyUpgraded')
        if not self.disks:
            raise Fault('NoDiskFound')
        return self.vcenter.start_task(self, call, lambda: self._upgrade(version_name(target)))

    def _upgrade(self, version):
        self.edit_config(lambda config: config.update(version=version))
        self.vcenter.events.post('VmUpgradeCompleteEvent', self, version=version)


def _number(version):
    return int(version.removeprefix('vmx-'))
