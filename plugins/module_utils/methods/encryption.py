# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Encryption: the keys of a virtual machine."""

from __future__ import annotations

from .step import Methods


class EncryptionMethods(Methods):
    """Needs nothing read."""

    def unlock(self):
        """CryptoUnlock_Task: sends the keys of the virtual machine and its disks to the host."""
        return self._step('CryptoUnlock_Task', 'Cryptographer.RegisterVM', hints={
            'InvalidState': 'See that the key provider is configured and reachable, and that it still has the keys.',
            'InvalidVmState': 'See that the key provider is reachable, and that it still has the keys.',
            'NotSupported': 'Move the virtual machine to a host that supports encryption.'})
