# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Guest operating systems by their vSphere ids (GuestOsDescriptor.id)."""

from __future__ import annotations

import re

from pyVmomi import vim

IDS = frozenset(vim.vm.GuestOsDescriptor.GuestOsIdentifier.values)
FULL_NAMES = {
    'otherGuest': 'Other (32-bit)',
    'otherGuest64': 'Other (64-bit)',
    'ubuntu64Guest': 'Ubuntu Linux (64-bit)',
    'debian12_64Guest': 'Debian GNU/Linux 12 (64-bit)',
    'rhel8_64Guest': 'Red Hat Enterprise Linux 8 (64-bit)',
    'rhel9_64Guest': 'Red Hat Enterprise Linux 9 (64-bit)',
    'windows2019srv_64Guest': 'Microsoft Windows Server 2019 (64-bit)',
    'windows2019srvNext_64Guest': 'Microsoft Windows Server 2022 (64-bit)',
    'vmwarePhoton64Guest': 'VMware Photon OS (64-bit)',
}


def full_name(guest_id):
    """The name that vSphere shows; for an id outside the table, one made of its words."""
    if guest_id in FULL_NAMES:
        return FULL_NAMES[guest_id]
    bits = '64-bit' if '64' in guest_id else '32-bit'
    words = re.sub(r'_?64|Guest', '', guest_id)
    return f'{words[:1].upper()}{words[1:]} ({bits})'


def family(guest_id):
    """The GuestOsDescriptorGuestOsFamily of an id."""
    families = {'win': 'windowsGuest', 'darwin': 'darwinGuestFamily', 'solaris': 'solarisGuest',
                'netware': 'netwareGuest', 'other': 'otherGuestFamily'}
    if guest_id.startswith('other') and 'Linux' in guest_id:
        return 'linuxGuest'
    return next((name for prefix, name in families.items() if guest_id.startswith(prefix)), 'linuxGuest')
