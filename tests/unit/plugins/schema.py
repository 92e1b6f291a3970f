# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What pyVmomi knows of faults: all of them, who derives from whom, and which of their members are faults."""

from __future__ import annotations

from functools import cache

from pyVmomi import VmomiSupport, vmodl


def fault_type(name):
    """The type of a fault by its wire name; None for what is no fault."""
    try:
        kind = VmomiSupport.GetWsdlType('urn:vim25', name)
    except KeyError:
        return None
    return kind if isinstance(kind, type) and issubclass(kind, vmodl.MethodFault) else None


@cache
def faults():
    """The wire names of all faults."""
    return sorted(name for _namespace, name in VmomiSupport._wsdlDefMap
                  if fault_type(name) and name != 'LocalizedMethodFault')


def derived_from(bases):
    """The names of all faults that derive from these, themselves among them."""
    kinds = tuple(map(fault_type, bases))
    return [name for name in faults() if issubclass(fault_type(name), kinds)]


def members_that_are_faults(name):
    """The members of a fault that hold a fault or several."""
    for member in fault_type(name)._GetPropertyList():
        kind = getattr(member.type, 'Item', member.type)
        if issubclass(kind, vmodl.MethodFault):
            yield member.name
