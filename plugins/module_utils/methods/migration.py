# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Migration: MigrateVM_Task and RelocateVM_Task."""

from __future__ import annotations

from ..datastore_paths import datastore_in
from .places import out_of_reach
from .step import Methods


class MigrationMethods(Methods):
    """Needs runtime.powerState, runtime.host, datastore and config.files.vmPathName."""

    def migrate(self, host=None, pool=None, priority='defaultPriority', state=None):
        """MigrateVM_Task: runs on another host, in another pool; if `state` is given, only in that power state."""
        other = state is not None and state != self['runtime.powerState']
        far = out_of_reach(self.inventory, self['datastore'] or [], host, pool)
        return self._step('MigrateVM_Task', self._move_privilege(),
                          host=host, pool=pool, priority=priority, state=state,
                          forecasts={
                              'InvalidPowerState': f'{self.name} is {self.power_state}.' if other else None,
                              'CannotAccessVmConfig': far})

    def relocate(self, spec, priority='defaultPriority'):
        """RelocateVM_Task with a VirtualMachineRelocateSpec."""
        host = spec.get('host') or self['runtime.host']
        places = [spec.get('datastore'), *(each['datastore'] for each in spec.get('disk') or [])]
        held = self['config.template'] and any(places)
        kept = [] if spec.get('datastore') else [datastore_in(self['config.files.vmPathName'] or '')]
        return self._step('RelocateVM_Task', self._move_privilege(), spec=spec, priority=priority, forecasts={
            'NotSupported': f'{self.name} is a template, whose files stay where they are.' if held else None,
            'InvalidDatastore': out_of_reach(self.inventory, places, host),
            'CannotAccessVmConfig': out_of_reach(self.inventory, kept, spec.get('host'), spec.get('pool'))})

    def _move_privilege(self):
        return 'Resource.HotMigrate' if self.power_state == 'powered_on' else 'Resource.ColdMigrate'
