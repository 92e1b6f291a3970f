# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is told of tasks, and how many of them are waited for."""

from __future__ import annotations

import json

import pytest
from ansible_collections.vsphere.vm.plugins.module_utils import tasks, wire
from ansible_collections.vsphere.vm.plugins.module_utils.faults import WaitTimeout

from tests.unit.plugins.polled_server import BEGIN, LOOK, OTHER, RUNNING, TASK, VM, Client, state, update


@pytest.mark.parametrize(('values', 'over'), [
    ({TASK: {'info.state': 'success'}}, True), ({TASK: {'info.state': 'error'}}, True), ({TASK: None}, True),
    ({TASK: {'info.state': 'running'}}, False), ({TASK: {'info.state': 'queued'}}, False), ({TASK: {}}, False)])
def test_when_a_task_has_ended(values, over):
    assert tasks.ended(values, [TASK]) is over
    assert tasks.ended({**values, OTHER: {'info.state': 'running'}}, [TASK, OTHER]) is False


def test_many_tasks_are_awaited_in_one_watch():
    client = Client(WaitForUpdatesEx=[
        update('1', RUNNING, state(OTHER, 'success', 'enter')), update('2', state(TASK, 'error'))])
    assert tasks.wait_for_all(client, ['task-1', 'task-2'], 100) is None
    assert client.methods() == BEGIN + 2 * LOOK
    spec = client.called[1][2]['spec']
    assert (len(spec['objectSet']), len(spec['propSet'])) == (2, 1)


def test_those_that_run_on_when_the_time_is_over_are_named():
    client = Client(WaitForUpdatesEx=[update('1', RUNNING, state(OTHER, 'success', 'enter'))])
    with pytest.raises(WaitTimeout) as caught:
        tasks.wait_for_all(client, ['task-2', 'task-1'], -1)
    told = caught.value
    assert (told.details, told.task, told.category) == ({'running': ['task-1']}, 'task-1', 'timeout')
    assert told.message == '1 of 2 tasks have not ended within -1 seconds and run on: task-1.'


@pytest.mark.parametrize('error', [
    {'_typeName': 'FileFault', 'file': '[a] b.vmx', 'faultstring': 'No file.'},
    {'_typeName': 'LocalizedMethodFault', 'fault': {'_typeName': 'FileFault', 'file': '[a] b.vmx'},
     'localizedMessage': 'No file.'},
])
def test_the_error_of_a_task_wrapped_or_flat(error):
    info = {'key': 'task-9', 'name': 'PowerOnVM_Task', 'error': error}
    fault = tasks.task_error(info)
    assert (fault.name, fault.message, fault.details) == ('FileFault', 'No file.', {'file': '[a] b.vmx'})
    assert (fault.task, fault.operation) == ('task-9', 'PowerOnVM_Task')
    assert tasks.task_error(info, 'ResetVM_Task').operation == 'ResetVM_Task'


def test_a_task_may_fail_without_a_fault():
    fault = tasks.task_error({'key': 'task-9'})
    assert (fault.name, fault.category, fault.task) == ('MethodFault', 'server', 'task-9')
    assert fault.message == 'The task failed without a fault.'


INFO = wire.data(
    'TaskInfo', key='task-7', task=wire.reference('Task', 'task-7'), name='CloneVM_Task', state='success',
    descriptionId='VirtualMachine.clone', entity=wire.reference(*VM), entityName='app', cancelled=False,
    cancelable=True, queueTime='2026-01-05T08:01:00.1Z', startTime='2026-01-05T08:01:00.2Z',
    completeTime='2026-01-05T08:01:03.4Z', result=wire.reference('VirtualMachine', 'vm-9'),
    reason=wire.data('TaskReasonUser', userName='u'), eventChainId=1)


def test_the_summary_of_a_task_is_plain_data():
    told = tasks.summary(INFO)
    assert json.loads(json.dumps(told)) == told
    assert told == {
        'moid': 'task-7', 'operation': 'CloneVM_Task', 'state': 'success', 'progress': None, 'entity_name': 'app',
        'entity': {'type': 'VirtualMachine', 'value': 'vm-1'}, 'queued': '2026-01-05T08:01:00.1Z',
        'started': '2026-01-05T08:01:00.2Z', 'completed': '2026-01-05T08:01:03.4Z', 'cancelled': False,
        'cancelable': True, 'result': {'type': 'VirtualMachine', 'value': 'vm-9'}}


def test_a_task_that_is_queued_has_little_to_tell():
    told = tasks.summary({'key': 'task-7', 'state': 'queued', 'descriptionId': 'VirtualMachine.clone'})
    assert (told['operation'], told['entity'], told['result'], told['cancelled'], told['cancelable']) == (
        'VirtualMachine.clone', None, None, False, False)
    running = tasks.summary({**INFO, 'state': 'running', 'progress': 41, 'cancelled': True})
    assert (running['state'], running['progress'], running['cancelled']) == ('running', 41, True)
    assert tasks.summary({**INFO, 'result': wire.boxed(['a'])})['result'] == ['a']


def test_names_are_told_as_people_write_them():
    assert tasks.summary({**INFO, 'entityName': 'a%2fb'})['entity_name'] == 'a/b'
