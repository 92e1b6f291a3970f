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


def unprotected(inventory, host):
    """Returns what is amiss with where a host is, or None: fault tolerance takes a cluster with vSphere HA."""
    where = inventory.fixed(host, 'parent')
    enabled = 'configurationEx.dasConfig.enabled'
    if where['type'] == 'ClusterComputeResource' and inventory.properties(where, enabled).get(enabled):
        return None
    return 'the virtual machine is not in a cluster with vSphere HA.'


def unfit(inventory, present, wanted):
    """Returns what is amiss with the host of a secondary, or None; `present` is the host of the primary."""
    if wanted['value'] == present['value']:
        return 'a secondary runs on another host than its primary.'
    owners = [inventory.fixed(host, 'parent')['value'] for host in (present, wanted)]
    return None if owners[0] == owners[1] else 'a secondary runs in the cluster of its primary.'


class FaultToleranceMethods(Methods):
    """Needs runtime.powerState and runtime.host. A `secondary`, a `primary` and a `host` are references."""

    def _beside(self, host):
        """Forecasts what stands against a secondary in the virtual machine's cluster, and on a host if one is given."""
        return {
            'NotSupported': lambda: unprotected(self.inventory, self['runtime.host']),
            'IncompatibleHostForFtSecondary': lambda: host and unfit(self.inventory, self['runtime.host'], host)}

    def query_compatibility(self):
        """QueryFaultToleranceCompatibility: the faults in the way of fault tolerance by record and replay."""
        return self._step('QueryFaultToleranceCompatibility', QUERY)

    def query_compatibility_ex(self):
        """QueryFaultToleranceCompatibilityEx: the faults in the way of fault tolerance."""
        return self._step('QueryFaultToleranceCompatibilityEx', QUERY)

    def create_secondary(self, host=None):
        """CreateSecondaryVM_Task; its result is a FaultToleranceSecondaryOpResult."""
        return self._step('CreateSecondaryVM_Task', f'{INTERACT}.CreateSecondary', hints=HINTS, host=host,
                          forecasts=self._beside(host))

    def create_secondary_ex(self, host=None, spec=None):
        """CreateSecondaryVMEx_Task with a FaultToleranceConfigSpec, which tells where files go."""
        return self._step('CreateSecondaryVMEx_Task', f'{INTERACT}.CreateSecondary', hints=HINTS, host=host, spec=spec,
                          forecasts=self._beside(host))

    def enable_secondary(self, secondary, host=None):
        """EnableSecondaryVM_Task."""
        return self._step('EnableSecondaryVM_Task', f'{INTERACT}.EnableSecondary', hints=HINTS, vm=secondary, host=host,
                          forecasts=self._beside(host))

    def disable_secondary(self, secondary):
        """DisableSecondaryVM_Task."""
        return self._step('DisableSecondaryVM_Task', f'{INTERACT}.DisableSecondary', hints=HINTS, vm=secondary)

    def make_primary(self, secondary, primary):
        """MakePrimaryVM_Task of `primary`: the roles are swapped."""
        return Step(primary, 'MakePrimaryVM_Task', f'{INTERACT}.MakePrimary', {'vm': secondary}, hints=HINTS)

    def terminate_secondary(self, secondary=None):
        """TerminateFaultTolerantVM_Task of one secondary, or of all of them."""
        return self._step('TerminateFaultTolerantVM_Task', f'{INTERACT}.TerminateFaultTolerantVM', hints=HINTS,
                          vm=secondary, forecasts=self._needs_power('powered_on'))

    def turn_off_fault_tolerance(self):
        """TurnOffFaultToleranceForVM_Task."""
        return self._step('TurnOffFaultToleranceForVM_Task', f'{INTERACT}.TurnOffFaultTolerance', hints=HINTS)
