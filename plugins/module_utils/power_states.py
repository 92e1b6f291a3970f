# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Power states, as the API names them and as Ansible's users do. Source: the API page of VirtualMachinePowerState."""

from __future__ import annotations

POWER_STATES = {'poweredOn': 'powered_on', 'poweredOff': 'powered_off', 'suspended': 'suspended'}


def power_state_of(value):
    """Returns powered_on, powered_off or suspended for a value of the wire; None where it is unset."""
    return POWER_STATES.get(value, value)
