# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Roles of the collection as tasks of a playbook, what their failures say, and what has come of the machines."""

from __future__ import annotations

import pytest
import yaml

# For what is the same with every ansible-core.
newest = pytest.mark.parametrize('ansible_core', ['newest'], indirect=True)


def role(name, /, **variables):
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


def ended(run):
    """Assert that a run with failures that were met went well, without a warning; return it."""
    assert run.rc == 0, run.output
    for word in ('[WARNING]', '[DEPRECATION WARNING]', 'Traceback'):
        assert word not in run.output, run.output
    return run


def tasks_file(path, *tasks):
    """Write tasks to the file, named by it and their number, as `change 1`; return its path as text."""
    path.write_text(yaml.safe_dump([{'name': f'{path.stem} {number}', **task} for number, task in enumerate(tasks, 1)]),
                    encoding='utf-8')
    return str(path)


def snapshots(simulator, vm):
    """Return {name: description} of a machine's snapshots."""
    machine = simulator.vm(vm)
    return simulator.call(lambda: {each.name: each.description for each in machine.snapshots()})


def called(simulator, method):
    """Return how often a method was called, however it was answered."""
    return sum(request['method'] == method for request in simulator.requests)
