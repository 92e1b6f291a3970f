# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fault tolerance: a primary and its secondaries. The methods that take a secondary are called on its primary.

Source: the API pages of CreateSecondaryVMEx_Task and its family.
"""

from __future__ import annotations

from .step import Methods, Step

INTERACT = 'VirtualMachine.Interact'
QUERY = 'VirtualMachine.Config.QueryFTCompatibility'
HINTS = {
    'NotSupported': 'Fault tolerance needs a cluster with vSphere HA, and is not for templates.',
    'NoHostSuitableForFtSecondary':
        'Another host of the cluster must be connected, out of maintenance mode, able to run fault tolerance, and '
        'reach the datastores.',
    'IncompatibleHostForFtSecondary': 'Details tell what is wrong with the host; leave it out to let vCenter choose.',
    'InvalidOperationOnSecondaryVm': 'Work on the primary of the group.',
}


class FaultToleranceMethods(Methods):
    """Needs nothing read. A `secondary`, a `primary` and a `host` are references."""

    def query_compatibility(self):
        """QueryFaultToleranceCompatibility: the faults in the way of fault tolerance by record and replay."""
        return self._step('QueryFaultToleranceCompatibility', QUERY)

    def query_compatibility_ex(self):
        """QueryFaultToleranceCompatibilityEx: the faults in the way of fault tolerance."""
        return self._step('QueryFaultToleranceCompatibilityEx', QUERY)

    def create_secondary(self, host=None):
        """CreateSecondaryVM_Task; its result is a FaultToleranceSecondaryOpResult."""
        return self._step('CreateSecondaryVM_Task', f'{INTERACT}.CreateSecondary', hints=HINTS, host=host)

    def create_secondary_ex(self, host=None, spec=None):
        """CreateSecondaryVMEx_Task with a FaultToleranceConfigSpec, which tells where files go."""
        return self._step('CreateSecondaryVMEx_Task', f'{INTERACT}.CreateSecondary', hints=HINTS, host=host, spec=spec)

    def enable_secondary(self, secondary, host=None):
        """EnableSecondaryVM_Task."""
        return self._step('EnableSecondaryVM_Task', f'{INTERACT}.EnableSecondary', hints=HINTS, vm=secondary, host=host)

    def disable_secondary(self, secondary):
        """DisableSecondaryVM_Task."""
        return self._step('DisableSecondaryVM_Task', f'{INTERACT}.DisableSecondary', hints=HINTS, vm=secondary)

    def make_primary(self, secondary, primary):
        """MakePrimaryVM_Task of `primary`: the roles are swapped."""
        return Step(primary, 'MakePrimaryVM_Task', f'{INTERACT}.MakePrimary', {'vm': secondary}, hints=HINTS)

    def terminate_secondary(self, secondary=None):
        """TerminateFaultTolerantVM_Task of one secondary, or of all of them."""
        return self._step('TerminateFaultTolerantVM_Task', f'{INTERACT}.TerminateFaultTolerantVM', hints=HINTS,
                          vm=secondary)

    def turn_off_fault_tolerance(self):
        """TurnOffFaultToleranceForVM_Task."""
        return self._step('TurnOffFaultToleranceForVM_Task', f'{INTERACT}.TurnOffFaultTolerance', hints=HINTS)
