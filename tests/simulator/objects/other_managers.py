# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Managers that exist and tell the truth about the little they have: extensions and licenses."""
from __future__ import annotations

from ..managed_object import ManagedObject

EVALUATION_HOURS = 60 * 24


class ExtensionManager(ManagedObject):
    """The registered extensions."""

    def property_extensionList(self):
        """The Extensions."""
        return self._properties.get('extensionList', [])

    def FindExtension(self, call, extensionKey):
        """The Extension with that key, or None."""
        return next((one for one in self.property_extensionList() if one['key'] == extensionKey), None)


class LicenseManager(ManagedObject):
    """An evaluation license."""

    def property_source(self):
        """Where licenses come from."""
        return {'_typeName': 'EvaluationLicenseSource', 'remainingHours': EVALUATION_HOURS}

    def property_sourceAvailable(self):
        """The source can be reached."""
        return True

    def property_licensedEdition(self):
        """The edition."""
        return 'eval'

    def property_licenses(self):
        """The licenses."""
        return [{'_typeName': 'LicenseManagerLicenseInfo', 'licenseKey': '00000-00000-00000-00000-00000',
                 'editionKey': 'eval', 'name': 'Product Evaluation', 'total': 0, 'costUnit': ''}]

    def property_evaluation(self):
        """How much is left of the evaluation."""
        return {'_typeName': 'LicenseManagerEvaluationInfo', 'properties': [
            {'_typeName': 'KeyAnyValue', 'key': 'expirationHours',
             'value': {'_typeName': 'long', '_value': EVALUATION_HOURS}}]}
