# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Export: a virtual machine as an OVF package. Source: the API page of ExportVm."""

from __future__ import annotations

from .step import Methods


class ExportMethods(Methods):
    """Needs runtime.powerState."""

    def export(self, work):
        """ExportVm, and all that its lease takes: what `work(client)` does and returns."""
        return self._step('ExportVm', 'VApp.Export', forecasts=self._needs_power('powered_off', 'suspended')).by(work)
