# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a call has begun whose answer was lost, by what the recent tasks of the virtual machine tell."""

from __future__ import annotations

import pytest
from ansible_collections.vsphere.vm.plugins.module_utils import lost_call, wire
from ansible_collections.vsphere.vm.plugins.module_utils.driving import drive
from ansible_collections.vsphere.vm.plugins.module_utils.faults import Fault, TransportError
from ansible_collections.vsphere.vm.plugins.module_utils.methods.step import Step
from ansible_collections.vsphere.vm.plugins.module_utils.virtual_machine import VirtualMachine

from tests.unit.plugins.scripted_runs import Server, key

VM = wire.reference(*key(1))
OFF = 'PowerOffVM_Task'


def task(number):
    return wire.reference('Task', f'task-{number}')


def lost(may_have_run=True):
    return TransportError('The connection was lost.', 'ConnectionLost', may_have_run=may_have_run)


def begun(tasks, method=OFF, on_vm=True, error=None, work=None):
    """What is found on a server where the VM has these tasks, {number: method}; task 1 was there before."""
    server = Server({('Task', f'task-{number}'): {'info': {
        'name': name, 'task': task(number), 'queueTime': f'2026-01-0{number}T00:00:00Z'}} for number, name in tasks.items()})
    server.objects[key(1)] = {'recentTask': [task(number) for number in tasks]}
    step = Step(VM, method, None, {})
    step.work = work
    found = VirtualMachine(VM, {'name': 'a', 'recentTask': [task(1)]}) if on_vm else None
    return drive(server, server, lost_call.task_begun(step, error or lost(), found))


@pytest.mark.parametrize(('tasks', 'number'), [
    ({1: OFF, 2: OFF}, 2), ({1: OFF, 2: 'ReconfigVM_Task', 3: OFF}, 3), ({2: OFF, 4: OFF, 3: OFF}, 4)])
def test_the_newest_task_of_the_method_is_the_one(tasks, number):
    assert begun(tasks) == task(number)


@pytest.mark.parametrize('tasks', [{}, {1: OFF}, {1: OFF, 2: 'ReconfigVM_Task'}])
def test_without_a_new_task_of_the_method_it_has_not_begun(tasks):
    with pytest.raises(TransportError) as raised:
        begun(tasks)
    assert (raised.value.hint, raised.value.details) == (lost_call.NOT_BEGUN, {'begun': False})


@pytest.mark.parametrize('case', [{'method': 'AnswerVM'}, {'on_vm': False}])
def test_what_makes_no_task_of_a_machine_is_not_known(case):
    with pytest.raises(TransportError) as raised:
        begun({2: OFF}, **case)
    assert raised.value.hint == lost_call.PERHAPS_DONE


@pytest.mark.parametrize('case', [{'error': lost(may_have_run=False)}, {'work': lambda client: None}])
def test_what_was_not_sent_or_is_more_than_a_call_is_not_looked_for(case):
    with pytest.raises(TransportError) as raised:
        begun({2: OFF}, **case)
    assert raised.value.hint == lost().hint


def test_a_server_that_does_not_tell():
    server = Server({key(1): Fault('No.', 'NoPermission')})
    with pytest.raises(TransportError) as raised:
        drive(server, server, lost_call.task_begun(Step(VM, OFF, None, {}), lost(), VirtualMachine(VM, {'name': 'a'})))
    assert raised.value.hint == lost_call.PERHAPS_DONE
