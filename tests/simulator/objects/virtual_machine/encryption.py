# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""CryptoUnlock_Task: the keys of an encrypted virtual machine."""

from __future__ import annotations

from ...fault import Fault

HAS_KEY, UNREACHABLE, MISSING = 'available', 'unreachable', 'missing'


class Encryption:
    """Whether its keys are with the host.

    A test assigns: crypto_state, 'locked' or 'unlocked' as runtime names them; key_server, one of the three above:
    what becomes of a request for the keys.
    """

    crypto_state = 'unlocked'
    key_server = HAS_KEY

    def CryptoUnlock_Task(self, call):
        """Send the keys to the host. Raises NotSupported on a host without encryption, InvalidState without a key
        server, and in the task InvalidVmState if the keys could not be had."""
        self.check('CryptoUnlock_Task')
        if not self.vcenter.resolve(self.host).get('capability.cryptoSupported'):
            raise Fault('NotSupported')
        if self.key_server == MISSING:
            raise Fault('InvalidState', text='No key server is configured for the keys of the virtual machine.')
        return self.vcenter.start_task(self, call, self._unlock)

    def _unlock(self):
        if self.key_server == UNREACHABLE:
            raise Fault('InvalidVmState', vm=self.ref)
        self.crypto_state = 'unlocked'
        self.changed()
