# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The life of a task: progress, cancelling, results, errors, recentTask and being forgotten."""

from __future__ import annotations

import pytest

from tests.simulator import schema
from tests.unit.simulator.virtual_machine_client import wait_for
from tests.unit.simulator.wire_client import TASKS, Client, ref_of

LONG = 1000


def info(client, task):
    found = client.read(task, 'info').value
    assert schema.problems(found, schema.find('TaskInfo')) == []
    return found


def ended(client, task):
    return wait_for(lambda: info(client, task), lambda found: found['state'] in ('success', 'error'))


@pytest.fixture
def vm(client):
    return ref_of(client.sim, 'DC0_H0_VM0')


def maintenance(client):
    """A cancelable task that goes on for a long time, on a host without running machines."""
    client.sim.vcenter.settings.task_seconds = LONG
    return client.call(ref_of(client.sim, 'DC0_C0_H0'), 'EnterMaintenanceMode_Task', timeout=0).value


def test_success(client, vm):
    found = ended(client, client.call(vm, 'CreateSnapshot_Task', name='one', memory=False, quiesce=False).value)
    assert found['result']['type'] == 'VirtualMachineSnapshot'
    assert (found['name'], found['descriptionId']) == ('CreateSnapshot_Task', 'VirtualMachine.createSnapshot')
    assert (found['entity'], found['entityName']) == (vm, 'DC0_H0_VM0')
    assert found['reason'] == {'_typeName': 'TaskReasonUser', 'userName': 'VSPHERE.LOCAL\\administrator'}
    assert found['queueTime'] <= found['startTime'] <= found['completeTime']
    assert 'progress' not in found


def test_the_task_of_a_snapshot_is_its_machines_and_named_after_the_snapshot(client, vm):
    made = ended(client, client.call(vm, 'CreateSnapshot_Task', name='one', memory=False, quiesce=False).value)['result']
    reverted = ended(client, client.call(made, 'RevertToSnapshot_Task').value)
    assert (reverted['descriptionId'], reverted['entity']) == ('vm.Snapshot.revert', vm)
    manager = {'_typeName': 'ManagedObjectReference', 'type': 'TaskManager', 'value': 'TaskManager'}
    known = client.read(manager, 'description').value['methodInfo']
    assert reverted['descriptionId'] in [each['key'] for each in known]


def test_the_task_of_a_base_class_is_named_after_the_object(client, vm):
    assert ended(client, client.call(vm, 'Rename_Task', newName='x').value)['descriptionId'] == 'VirtualMachine.rename'


def test_progress(start):
    client = start(delay=0.2)
    task = client.call(ref_of(client.sim, 'DC0_H0_VM0'), 'PowerOffVM_Task').value
    wait_for(lambda: info(client, task), lambda found: found['state'] == 'success' or found.get('progress', 0) > 0)
    assert ended(client, task)['state'] == 'success'


def test_errors_are_flat(client, vm):
    client.sim.order('PowerOffVM_Task', 'GenericVmConfigFault', fields={'reason': 'x'}, task=True)
    found = ended(client, client.call(vm, 'PowerOffVM_Task').value)
    assert found['error'] == {'_typeName': 'GenericVmConfigFault', 'faultstring': 'Generic Vm Config Fault.',
                              'reason': 'x'}
    assert 'result' not in found


def test_errors_are_wrapped_where_asked_for(start):
    client = start(variants={'task_error': 'wrapped'})
    client.sim.order('PowerOffVM_Task', 'GenericVmConfigFault', fields={'reason': 'x'}, text='Broken.', task=True)
    task = client.call(ref_of(client.sim, 'DC0_H0_VM0'), 'PowerOffVM_Task').value
    wait_for(lambda: client.read(task, 'info').value, lambda found: found['state'] == 'error')
    assert client.read(task, 'info').value['error'] == {
        '_typeName': 'LocalizedMethodFault', 'localizedMessage': 'Broken.',
        'fault': {'_typeName': 'GenericVmConfigFault', 'reason': 'x'}}


def test_another_task_holds_the_machine(start):
    client = start(delay=LONG)
    vm = ref_of(client.sim, 'DC0_H0_VM0')
    task = client.call(vm, 'PowerOffVM_Task').value
    busy = client.call(vm, 'ResetVM_Task')
    assert (busy.fault, busy.value['task']) == ('TaskInProgress', task)
    assert client.read(vm, 'runtime').value['powerState'] == 'poweredOn'
    assert client.call(task, 'CancelTask').fault == 'NotSupported'


def test_cancel(client):
    task = maintenance(client)
    assert client.call(task, 'CancelTask').status == 204
    found = ended(client, task)
    assert (found['cancelled'], found['error']['_typeName']) == (True, 'RequestCanceled')
    assert client.call(task, 'CancelTask').fault == 'InvalidState'


def test_cancelling_the_task_of_another_user_needs_a_privilege(start):
    client = start(vms=1, users={'other@vsphere.local': {'password': 'x', 'denied': ['Global.CancelTask']}})
    task = maintenance(client)
    other = Client(client.sim).log_in('other@vsphere.local', 'x')
    answer = other.call(task, 'CancelTask')
    assert (answer.fault, answer.value['privilegeId']) == ('NoPermission', 'Global.CancelTask')
    other.close()


def test_recent_tasks_and_forgetting(client, vm):
    task = client.call(vm, 'PowerOffVM_Task').value
    ended(client, task)
    assert client.read(vm, 'recentTask').value == client.read(TASKS, 'recentTask').value == [task]
    live = client.sim.vcenter.find(task['value'])
    client.sim.call(client.sim.vcenter.forget_task, live)
    assert client.read(vm, 'recentTask').value == client.read(TASKS, 'recentTask').value == []
    assert client.read(task, 'info').fault == 'ManagedObjectNotFound'


def test_finished_tasks_are_forgotten_in_time(start):
    client = start(task_retention=0)
    vm = ref_of(client.sim, 'DC0_H0_VM0')
    client.call(vm, 'PowerOffVM_Task')
    wait_for(lambda: client.read(vm, 'recentTask').value, lambda tasks: not tasks)


def test_the_task_of_a_destroyed_object_stays(client, vm):
    client.call(vm, 'PowerOffVM_Task')
    task = client.call(vm, 'Destroy_Task').value
    assert ended(client, task)['entity'] == vm
    assert client.read(vm, 'name').fault == 'ManagedObjectNotFound'


def test_tasks_of_extensions(client, vm):
    found = client.call(TASKS, 'CreateTask', obj=vm, taskTypeId='com.example.backup', cancelable=True).value
    task = found['task']
    assert (found['state'], found['descriptionId']) == ('queued', 'com.example.backup')
    assert client.read(vm, 'recentTask').value == [task]
    assert client.call(task, 'UpdateProgress', percentDone=1).fault == 'InvalidState'
    assert client.call(task, 'SetTaskState', state='running').status == 204
    assert client.call(task, 'UpdateProgress', percentDone=101).fault == 'InvalidArgument'
    assert client.call(task, 'UpdateProgress', percentDone=40).status == 204
    assert info(client, task)['progress'] == 40
    result = {'_typeName': 'string', '_value': 'done'}
    assert client.call(task, 'SetTaskState', state='success', result=result).status == 204
    assert info(client, task)['result'] == result
    assert client.call(task, 'SetTaskState', state='running').fault == 'InvalidState'


def test_an_extension_task_can_fail_and_be_cancelled(client, vm):
    task = client.call(TASKS, 'CreateTask', obj=vm, taskTypeId='x', cancelable=True).value['task']
    fault = {'_typeName': 'NotSupported', 'faultstring': 'No.'}
    assert client.call(task, 'SetTaskState', state='error', fault=fault).status == 204
    assert info(client, task)['error'] == {'_typeName': 'NotSupported', 'faultstring': 'No.'}
    bare = client.call(TASKS, 'CreateTask', obj=vm, taskTypeId='x', cancelable=True).value['task']
    assert client.call(bare, 'SetTaskState', state='error').status == 204
    assert info(client, bare)['error']['_typeName'] == 'MethodFault'
    other = client.call(TASKS, 'CreateTask', obj=vm, taskTypeId='x', cancelable=True).value['task']
    assert client.call(other, 'CancelTask').status == 204
    assert ended(client, other)['error']['_typeName'] == 'RequestCanceled'


def test_the_servers_own_tasks_are_not_to_be_set(start):
    client = start(delay=LONG)
    task = client.call(ref_of(client.sim, 'DC0_H0_VM0'), 'PowerOffVM_Task').value
    assert client.call(task, 'SetTaskState', state='success').fault == 'InvalidState'
