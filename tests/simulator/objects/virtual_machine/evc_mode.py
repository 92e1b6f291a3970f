# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ApplyEvcModeVM_Task: the features of the processor that a virtual machine is shown, and the modes there are."""

from __future__ import annotations

from ...fault import Fault, invalid_argument

OLDEST_VERSION = 14
# Feature -> the first generation of processors that has it.
FEATURES = {'cpuid.AES': 1, 'cpuid.AVX': 1, 'cpuid.AVX2': 2, 'cpuid.RDSEED': 3, 'cpuid.ADX': 3}
MODES = (('intel-sandybridge', 'Intel "Sandy Bridge" Generation', 'intel', 1),
         ('intel-haswell', 'Intel "Haswell" Generation', 'intel', 2),
         ('intel-broadwell', 'Intel "Broadwell" Generation', 'intel', 3))


def feature_mask(feature, shown):
    """The HostFeatureMask that shows a feature or hides it."""
    return {'_typeName': 'HostFeatureMask', 'key': feature, 'featureName': feature,
            'value': f'Val:{1 if shown else 0}'}


def supported_modes():
    """The EVCModes of Capability.supportedEVCMode."""
    return [{'_typeName': 'EVCMode', 'key': key, 'label': label, 'summary': label, 'vendor': vendor,
             'track': [mode[0] for mode in MODES[:tier]], 'vendorTier': tier,
             'featureMask': [feature_mask(feature, first <= tier) for feature, first in FEATURES.items()]}
            for key, label, vendor, tier in MODES]


class EvcMode:
    """runtime.featureMask and what changes it. feature_masks: HostFeatureMasks."""

    feature_masks = ()

    @property
    def per_vm_evc_supported(self):
        """Whether the hardware version has it."""
        return int(self.configuration['version'].removeprefix('vmx-')) >= OLDEST_VERSION

    def ApplyEvcModeVM_Task(self, call, mask=None, completeMasks=True):
        """Replace the masks; without any they go. Unless completeMasks is false, what they do not name is hidden.

        Raises InvalidPowerState, NotSupported before hardware version 14, InvalidArgument for an unknown feature.
        """
        self.check('ApplyEvcModeVM_Task')
        if not self.per_vm_evc_supported:
            raise Fault('NotSupported')
        masks = {each['key']: each for each in mask or ()}
        if set(masks) - set(FEATURES):
            raise invalid_argument('mask')
        if masks and completeMasks:
            masks = {**{feature: feature_mask(feature, False) for feature in FEATURES}, **masks}
        return self.vcenter.start_task(self, call, lambda: self._apply_masks(list(masks.values())))

    def _apply_masks(self, masks):
        self.feature_masks = masks
        self.changed('runtime')
