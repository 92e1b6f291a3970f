# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The OVF environment of a virtual machine: what its vApp options tell the guest. Source: DMTF DSP0243, chapter 11."""

from __future__ import annotations

import xml.etree.ElementTree as ET

OE = '{http://schemas.dmtf.org/ovf/environment/1}'


def properties_of(text):
    """Returns the properties {key: value} of an OVF environment; none for a text that is empty or no XML."""
    try:
        environment = ET.fromstring(text)
    except ET.ParseError:
        return {}
    own = environment.find(f'{OE}PropertySection')
    return {each.get(f'{OE}key'): each.get(f'{OE}value') for each in own or ()}
