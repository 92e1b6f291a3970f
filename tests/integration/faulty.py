# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Faults to order, one task each: what every method has to bear."""

from __future__ import annotations

from ansible_collections.vsphere.vm.plugins.module_utils.faults import category_of


def order(simulator, module, options, method, *faults, in_task=()):
    """Orders each fault once for a method, those of `in_task` in its task; returns a task for each that meets it."""
    for fault in faults + in_task:
        simulator.order(method, fault, task=fault in in_task)
    return [{'name': f'{method} {fault}', 'ignore_errors': True, module: options} for fault in faults + in_task]


def assert_told(run, method, *faults):
    """Each fault arrived with its name, its category and the method."""
    for fault in faults:
        told = run.result(f'{method} {fault}')['fault']
        assert (told['name'], told['category'], told['operation']) == (fault, category_of(fault), method), told
