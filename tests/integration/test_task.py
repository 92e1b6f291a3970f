# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.task: tasks that others have started, awaited together, cancelled and read."""

from __future__ import annotations

STORY = '''
- name: Start
  vsphere.vm.snapshot:
    moid: "{{ item }}"
    snapshot_name: nightly
    wait: false
  loop: [vm-1, vm-2, vm-3]
  register: started
- name: Wait
  vsphere.vm.task:
    task: "{{ started.results | map(attribute='task.moid') | list }}"
- name: Read
  vsphere.vm.task:
    tasks: "{{ started.results | map(attribute='task.moid') | list }}"
    state: present
'''


def test_tasks_are_awaited_together(ansible_playbook, start_simulator, path):
    simulator = start_simulator(vms=3, delay=0.1)
    run = ansible_playbook(STORY, simulator=simulator, path=path).assert_ok()
    waited = run.result('Wait')
    assert [task['state'] for task in waited['tasks']] == 3 * ['success']
    assert [task['entity']['value'] for task in waited['tasks']] == ['vm-1', 'vm-2', 'vm-3']
    assert all(task['result']['type'] == 'VirtualMachineSnapshot' for task in waited['tasks'])
    assert waited['changed'] is False
    assert run.result('Read')['tasks'] == waited['tasks']
    assert sum(request['method'] == 'CreateFilter' for request in simulator.requests) == 1


def test_a_task_that_failed(ansible_playbook, simulator):
    simulator.order('PowerOffVM_Task', 'FileFault', fields={'file': '[LocalDS_0] a.vmx'}, task=True)
    run = ansible_playbook('''
    - name: Start one
      vsphere.vm.power: {moid: vm-1, state: powered_off, wait: false}
      register: one
    - name: Start another
      vsphere.vm.power: {moid: vm-2, state: powered_off, wait: false}
      register: another
    - name: Wait
      vsphere.vm.task:
        task: ["{{ one.task.moid }}", "{{ another.task.moid }}"]
      ignore_errors: true
    - name: Tolerate
      vsphere.vm.task:
        task: ["{{ one.task.moid }}", "{{ another.task.moid }}"]
        fail_on_error: false
    ''')
    assert run.rc == 0, run.output
    waited = run.result('Wait')
    assert waited['fault']['name'] == 'FileFault' and waited['fault']['details'] == {'file': '[LocalDS_0] a.vmx'}
    assert waited['fault']['task'] == run.result('Start one')['task']['moid']
    assert [task['state'] for task in waited['tasks']] == ['error', 'success']
    assert [task['state'] for task in run.result('Tolerate')['tasks']] == ['error', 'success']


def test_a_task_that_runs_on(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=1, delay=3600)
    run = ansible_playbook('''
    - name: Start
      vsphere.vm.power: {moid: vm-1, state: powered_off, wait: false}
      register: started
    - name: Wait
      vsphere.vm.task: {task: "{{ started.task.moid }}", timeout: 1}
      ignore_errors: true
    - name: Cancel in check mode
      vsphere.vm.task: {task: "{{ started.task.moid }}", state: cancelled}
      check_mode: true
      ignore_errors: true
    - name: Cancel
      vsphere.vm.task: {task: "{{ started.task.moid }}", state: cancelled}
      ignore_errors: true
    ''', simulator=simulator)
    fault = run.result('Wait')['fault']
    assert (fault['name'], fault['category']) == ('WaitTimeout', 'timeout')
    assert fault['details'] == {'running': [run.result('Start')['task']['moid']]}
    for name in ('Cancel in check mode', 'Cancel'):
        assert run.result(name)['fault']['name'] == 'NotSupported', 'powering off cannot be cancelled'


def test_a_task_is_cancelled(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=1, delay=3600)
    run = ansible_playbook('''
    - name: Start
      vsphere.vm.method:
        object_type: HostSystem
        object_moid: "{{ host }}"
        method: EnterMaintenanceMode_Task
        arguments: {timeout: 0}
        wait: false
      register: started
    - name: Cancel in check mode
      vsphere.vm.task: &cancel {task: "{{ started.task.moid }}", state: cancelled}
      check_mode: true
    - name: Cancel
      vsphere.vm.task: *cancel
    - name: Cancel again
      vsphere.vm.task: *cancel
    ''', simulator=simulator, extra_vars={'host': simulator.call(simulator.vm('vm-1').get, 'runtime.host')['value']})
    run.assert_ok()
    assert run.result('Cancel in check mode')['changed'] and run.result('Cancel')['changed']
    assert run.result('Cancel in check mode')['tasks'][0]['state'] == 'running'
    assert (run.result('Cancel')['tasks'][0]['state'], run.result('Cancel')['tasks'][0]['cancelled']) == ('error', True)
    assert run.result('Cancel again')['changed'] is False


def test_a_task_that_there_is_not(ansible_playbook):
    run = ansible_playbook([{'name': state, 'ignore_errors': True, 'vsphere.vm.task': {'task': 'task-999', 'state': state}}
                            for state in ('ended', 'cancelled', 'present')]
                           + [{'name': 'Whole', 'vsphere.vm.task': {'task': [{'moid': 'task-77', 'state': 'running'}]}}])
    for state in ('ended', 'cancelled', 'present'):
        assert run.result(state)['fault']['category'] == 'not_found'
    assert run.result('Whole')['fault']['details'] == {'option': 'task'}
    assert 'task.moid' in run.result('Whole')['msg']


def test_no_tasks_are_awaited_at_once(ansible_playbook):
    run = ansible_playbook([{'name': state, 'vsphere.vm.task': {'task': [], 'state': state}} for state in ('ended', 'cancelled', 'present')])
    run.assert_ok(changed=0)
    assert [run.result(state)['tasks'] for state in ('ended', 'cancelled', 'present')] == [[], [], []]
