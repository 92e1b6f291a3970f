# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What was found out once, for all that ask the same: a fleet does, for each of its virtual machines."""

from __future__ import annotations

from .faults import Refusal


class Memory:
    """Remembers what functions have returned, and what they have refused; other failures may pass, and are not kept."""

    def __init__(self):
        self.known = {}

    def once(self, find, *asked):
        """Returns what find(*asked) returns, or has returned before. Raises the Refusal that it has raised."""
        key = (find.__module__, find.__qualname__, *asked)
        if key not in self.known:
            try:
                self.known[key] = find(*asked)
            except Refusal as refusal:
                self.known[key] = refusal
        if isinstance(self.known[key], Refusal):
            # Each of them notes its own virtual machine in it.
            raise self.known[key].copy()
        return self.known[key]
