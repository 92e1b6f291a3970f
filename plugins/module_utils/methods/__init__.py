# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The methods of the VirtualMachine managed object, a family a file; virtual_machine.py puts the families together.

A method here is short: it takes plain values and references, and returns a Step that says what would be called, with
the privilege it needs and what can be foretold of it. It calls nothing.
"""
