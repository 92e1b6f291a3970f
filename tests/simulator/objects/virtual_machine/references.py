# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lists of references that other objects hold: Folder.childEntity, HostSystem.vm, ResourcePool.vm, ..."""

from __future__ import annotations


def add_reference(holder, name, reference):
    """Append to the list property `name` of a managed object, which tells those who wait for its changes."""
    holder.set(name, [*(holder.get(name) or []), reference])


def remove_reference(holder, name, reference):
    """Take out of the list property `name`; one that is not there stays out."""
    holder.set(name, [present for present in holder.get(name) or [] if present != reference])
