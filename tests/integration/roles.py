# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Roles of the collection as tasks of a playbook, and what their failures say."""

from __future__ import annotations

import pytest

# For what is the same with every ansible-core.
newest = pytest.mark.parametrize('ansible_core', ['newest'], indirect=True)


def role(name, **variables):
    """Return the task that includes a role, with its variables, which are given without the role's prefix."""
    return {'name': f'Include {name}', 'ansible.builtin.include_role': {'name': f'vsphere.vm.{name}'},
            'vars': {f'{name}_{variable}': value for variable, value in variables.items()}}


def attempt(label, task):
    """Return a task that goes on after the failure of another, and tells its message under `label`."""
    return {'name': f'Attempt {label}', 'block': [task, {
        'name': f'Miss the failure of {label}', 'ansible.builtin.fail': {'msg': 'It went well.'}}], 'rescue': [{
            'name': label, 'ansible.builtin.debug': {'msg': '{{ ansible_failed_result.msg }}'}}]}


def told(run, label):
    """Return the message of the failure that an attempt met."""
    assert label in run.tasks, run.output
    return run.result(label)['msg']
