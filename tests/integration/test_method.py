# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.method: any method of any object."""

from __future__ import annotations

STORY = '''
- name: Find
  vsphere.vm.method:
    object_type: SearchIndex
    method: FindByInventoryPath
    arguments:
      inventoryPath: DC0/vm/DC0_H0_VM0
    reads_only: true
  register: found
- name: Annotate
  vsphere.vm.method:
    object_moid: "{{ found.result.value }}"
    method: ReconfigVM_Task
    arguments:
      spec:
        _typeName: VirtualMachineConfigSpec
        annotation: by method
- name: Snapshot
  vsphere.vm.method:
    moid: "{{ found.result.value }}"
    method: CreateSnapshot_Task
    arguments: {name: a, memory: false, quiesce: false}
  register: snapshot
- name: Remove it
  vsphere.vm.method:
    object_type: VirtualMachineSnapshot
    object_moid: "{{ snapshot.result.value }}"
    method: RemoveSnapshot_Task
    arguments: {removeChildren: true}
'''


def test_methods_on_both_paths(ansible_playbook, simulator, path):
    run = ansible_playbook(STORY, path=path).assert_ok(changed=3)
    assert run.result('Find')['result'] == {'type': 'VirtualMachine', 'value': 'vm-1'}
    assert run.result('Find')['changed'] is False
    assert run.result('Annotate')['task']['state'] == 'success'
    assert run.result('Snapshot')['result']['type'] == 'VirtualMachineSnapshot'
    assert simulator.call(simulator.vm('vm-1').get, 'config.annotation') == 'by method'


def test_check_mode_calls_only_what_reads(ansible_playbook, simulator):
    before = simulator.state()
    run = ansible_playbook('\n'.join(STORY.split('- name: Snapshot')[:1]), args=['--check']).assert_ok(changed=1)
    assert simulator.state() == before
    assert run.result('Find')['result']['value'] == 'vm-1'
    assert 'ReconfigVM_Task' not in [request['method'] for request in simulator.requests]
    assert run.result('Annotate')['operation'] == 'ReconfigVM_Task'


def test_references_need_no_decoration(ansible_playbook, simulator):
    run = ansible_playbook('''
    - name: Of the user
      vsphere.vm.method:
        object_type: SearchIndex
        method: FindChild
        arguments:
          entity: {type: Folder, value: "{{ folder }}"}
          name: DC0_H0_VM0
        reads_only: true
    ''', extra_vars={'folder': simulator.call(simulator.vm('vm-1').get, 'parent')['value']}).assert_ok(changed=0)
    assert run.result('Of the user')['result'] == {'type': 'VirtualMachine', 'value': 'vm-1'}


def test_what_cannot_be_called(ansible_playbook, simulator):
    run = ansible_playbook('''
    - name: Unknown method
      vsphere.vm.method: {object_moid: vm-1, method: DoNothing}
      ignore_errors: true
    - name: Unknown object
      vsphere.vm.method: {object_moid: vm-999, method: PowerOffVM_Task}
      ignore_errors: true
    - name: No service
      vsphere.vm.method: {object_type: HostSystem, method: Whatever}
      ignore_errors: true
    - name: Wrong argument
      vsphere.vm.method: {object_moid: vm-1, method: PowerOnVM_Task, arguments: {nonsense: 1}}
      ignore_errors: true
    - name: Wrong state
      vsphere.vm.method: {object_moid: vm-1, method: PowerOnVM_Task}
      ignore_errors: true
    ''')
    assert run.rc == 0, run.output
    expected = {'Unknown object': 'not_found', 'No service': 'invalid_argument', 'Wrong argument': 'invalid_argument',
                'Wrong state': 'state', 'Unknown method': 'invalid_argument'}
    for name, category in expected.items():
        assert run.result(name)['fault']['category'] == category, run.result(name)
    assert run.result('Wrong state')['fault']['details']['existingState'] == 'poweredOn'
