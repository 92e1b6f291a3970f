# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.snapshot_info: the tree, what each snapshot takes, and how old it is."""

from __future__ import annotations

LOOK = '''
- name: Look
  vsphere.vm.snapshot_info:
    moid: vm-1
'''
MAKE = '''
- name: Base
  vsphere.vm.snapshot: {moid: vm-1, snapshot_name: base, memory: true}
- name: Left
  vsphere.vm.snapshot: {moid: vm-1, snapshot_name: left, description: One way}
- name: Back
  vsphere.vm.snapshot: {moid: vm-1, state: reverted, snapshot_name: base}
- name: Right
  vsphere.vm.snapshot: {moid: vm-1, snapshot_name: right}
'''


def test_without_snapshots(ansible_playbook, path):
    vm = ansible_playbook(LOOK, path=path).assert_ok(changed=0).result('Look')['vm']
    assert vm == {'moid': 'vm-1', 'name': 'DC0_H0_VM0', 'snapshots': [], 'current_snapshot': None,
                  'consolidation_needed': False}


def test_the_tree_with_sizes_and_ages(ansible_playbook, simulator):
    ansible_playbook(MAKE).assert_ok(changed=4)
    found = ansible_playbook(LOOK, args=['--check']).assert_ok(changed=0).result('Look')['vm']
    snapshots = {each['path']: each for each in found['snapshots']}
    assert list(snapshots) == ['base', 'base/left', 'base/right']
    assert [each['depth'] for each in found['snapshots']] == [0, 1, 1]
    assert snapshots['base']['children'] == [snapshots['base/left']['moid'], snapshots['base/right']['moid']]
    assert found['current_snapshot']['name'] == 'right'
    assert [each['current'] for each in found['snapshots']] == [False, False, True]
    assert snapshots['base/left']['description'] == 'One way'
    assert all(0 <= each['age_days'] < 1 for each in found['snapshots'])
    layout = simulator.call(simulator.vm('vm-1').get, 'layoutEx')
    size = {each['key']: each['size'] for each in layout['file']}
    kept = {each['key']['value']: each for each in layout['snapshot']}[snapshots['base']['moid']]
    memory = size[kept['memoryKey']]
    assert snapshots['base']['size_bytes'] >= memory > 0
    assert snapshots['base']['size_bytes'] > snapshots['base/left']['size_bytes']


def test_a_recording_is_told(ansible_playbook):
    run = ansible_playbook('''
    - name: Record
      vsphere.vm.record: {moid: vm-1, snapshot_name: bug, enable: true}
    - name: Look
      vsphere.vm.snapshot_info: {moid: vm-1}
    ''').assert_ok()
    assert [each['replay_supported'] for each in run.result('Look')['vm']['snapshots']] == [True]
