# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.snapshot: every state, every way to name one, what the server is sent, and what cannot be."""

from __future__ import annotations

import pytest

from . import matrix

SNAPSHOT = 'vsphere.vm.snapshot'
VM = 'DC0_H0_VM0'

BOTH_PATHS = '''
- name: Make
  vsphere.vm.snapshot:
    name: DC0_H0_VM0
    snapshot_name: base
    description: The first
    memory: true
- name: Make below
  vsphere.vm.snapshot:
    name: DC0_H0_VM0
    snapshot_name: patched
- name: Go back
  vsphere.vm.snapshot:
    name: DC0_H0_VM0
    state: reverted
    snapshot_name: base
- name: Go back to the current one
  vsphere.vm.snapshot:
    name: DC0_H0_VM0
    state: reverted
- name: Rename
  vsphere.vm.snapshot:
    name: DC0_H0_VM0
    state: renamed
    snapshot_name: base/patched
    new_snapshot_name: after
    new_description: Patched
- name: Remove
  vsphere.vm.snapshot:
    name: DC0_H0_VM0
    state: absent
    snapshot_name: base
    remove_children: true
'''


def sent(simulator, method):
    return sum(request['method'] == method for request in simulator.requests)


def paths(simulator):
    """Names of the snapshots from the root, in the tree's order."""
    def walk(trees, above):
        for tree in trees:
            yield '/'.join((*above, tree['name']))
            yield from walk(tree.get('childSnapshotList') or [], (*above, tree['name']))
    return simulator.call(lambda: list(walk((simulator.vcenter.objects('VirtualMachine')[0].get('snapshot') or {}).get(
        'rootSnapshotList') or [], ())))


def test_both_paths_do_the_same(ansible_playbook, simulator, path):
    run = ansible_playbook(BOTH_PATHS, path=path).assert_ok(changed=6)
    made = run.result('Make')
    assert made['vm']['snapshot']['name'] == 'base' and made['vm']['snapshot']['power_state'] == 'powered_on'
    assert made['result'] == {'type': 'VirtualMachineSnapshot', 'value': made['vm']['snapshot']['moid']}
    assert made['diff']['before'] == {'snapshot': None}
    assert run.result('Make below')['vm']['snapshot']['path'] == 'base/patched'
    assert run.result('Go back')['operation'] == 'RevertToSnapshot_Task'
    assert run.result('Go back to the current one')['operation'] == 'RevertToCurrentSnapshot_Task'
    renamed = run.result('Rename')['vm']['snapshot']
    assert (renamed['path'], renamed['description']) == ('base/after', 'Patched')
    assert run.result('Remove')['vm']['snapshot'] is None
    assert paths(simulator) == []


def test_states_are_declared(ansible_playbook, simulator):
    run = ansible_playbook(matrix.tasks(
        SNAPSHOT, {'snapshot_name': 'a'}, {'snapshot_name': 'a', 'description': 'told'}, {'snapshot_name': 'b'},
        {'state': 'renamed', 'snapshot_name': 'b', 'new_snapshot_name': 'c'},
        {'state': 'absent', 'snapshot_name': 'a'}, {'state': 'absent', 'snapshot_name': 'nothing'},
        {'state': 'absent', 'remove_all': True}, {'state': 'remove_all'}, moid='vm-1')).assert_ok()
    matrix.assert_declared(run, True, True, True, True, True, False, True, False)
    assert run.result('4 real')['operation'] == 'RemoveSnapshot_Task'
    assert run.result('6 real')['operation'] == 'RemoveAllSnapshots_Task'
    assert run.result('6 real')['diff']['before'] == {'snapshots': ['c']}


def test_check_mode_changes_nothing(ansible_playbook, simulator):
    ansible_playbook([{'name': 'Make', SNAPSHOT: {'moid': 'vm-1', 'snapshot_name': 'a'}}]).assert_ok(changed=1)
    before = simulator.state()
    ansible_playbook([{'name': f'{number}', SNAPSHOT: {'moid': 'vm-1', **options}} for number, options in enumerate((
        {'snapshot_name': 'b', 'memory': True}, {'snapshot_name': 'a', 'state': 'absent'}, {'state': 'reverted'},
        {'snapshot_name': 'a', 'state': 'revert'}, {'state': 'renamed', 'snapshot_name': 'a', 'new_snapshot_name': 'b'},
        {'state': 'remove_all'}))], args=['--check', '--diff']).assert_ok(changed=6)
    assert simulator.state() == before


def test_what_is_asked_for_is_sent(ansible_playbook, simulator):
    vm = simulator.vm(VM)
    simulator.call(lambda: vm.configuration.update(guestId='windows2019srv_64Guest'))
    ansible_playbook('''
    - name: Memory and quiesced
      vsphere.vm.snapshot: {moid: vm-1, snapshot_name: a, memory_dump: true, quiesce: false}
    - name: Quiesced
      vsphere.vm.snapshot: {moid: vm-1, snapshot_name: b, quiesce: true}
    - name: Linux
      vsphere.vm.snapshot: {moid: vm-1, snapshot_name: c, quiesce_spec: {timeout: 15}}
    - name: Windows
      vsphere.vm.snapshot: {moid: vm-1, snapshot_name: d, quiesce_spec: {vss_backup_type: 5, vss_backup_context: ctx_backup}}
    ''').assert_ok(changed=4)
    assert sent(simulator, 'CreateSnapshot_Task') == 2
    assert sent(simulator, 'CreateSnapshotEx_Task') == 2
    tree = simulator.call(simulator.vm(VM).get, 'snapshot')['rootSnapshotList'][0]
    assert (tree['state'], tree['quiesced']) == ('poweredOn', False)
    below = tree['childSnapshotList'][0]
    assert (below['state'], below['quiesced']) == ('poweredOff', True)


def test_reverting_brings_the_power_state_back(ansible_playbook, simulator):
    run = ansible_playbook('''
    - name: With memory
      vsphere.vm.snapshot: {moid: vm-1, snapshot_name: running, memory: true}
    - name: Power off
      vsphere.vm.power: {moid: vm-1, state: powered_off}
    - name: Back
      vsphere.vm.snapshot: {moid: vm-1, state: reverted, snapshot_name: running}
    - name: It runs
      vsphere.vm.power: {moid: vm-1, state: powered_on}
    - name: Back, but off
      vsphere.vm.snapshot: {moid: vm-1, state: reverted, snapshot_id: "{{ made }}", suppress_power_on: true}
      vars:
        made: '1'
    - name: It is off
      vsphere.vm.power: {moid: vm-1, state: powered_off}
    ''').assert_ok()
    assert run.result('It runs')['changed'] is False
    assert run.result('It is off')['changed'] is False


def test_names_that_are_not_plain(ansible_playbook, simulator):
    names = ['50% of a/b', 'über ❄', 'x' * 80]
    run = ansible_playbook(matrix.tasks(SNAPSHOT, *({'snapshot_name': name} for name in names), *(
        {'snapshot_name': name, 'state': 'absent'} for name in names), moid='vm-1')).assert_ok()
    matrix.assert_declared(run, *6 * [True])
    assert [run.result(f'{number} real')['vm']['snapshot']['name'] for number in range(3)] == names


def test_a_name_that_several_have_is_told_with_the_candidates(ansible_playbook, simulator):
    run = ansible_playbook('''
    - name: One
      vsphere.vm.snapshot: {moid: vm-1, snapshot_name: same}
    - name: Another
      vsphere.vm.method:
        object_moid: vm-1
        method: CreateSnapshot_Task
        arguments: {name: same, memory: false, quiesce: false}
    - name: Which
      vsphere.vm.snapshot: {moid: vm-1, snapshot_name: same, state: absent}
      ignore_errors: true
    - name: By path
      vsphere.vm.snapshot: {moid: vm-1, snapshot_name: same/same, state: absent}
    - name: By id
      vsphere.vm.snapshot: {moid: vm-1, snapshot_id: 1, state: absent}
    ''')
    fault = run.result('Which')['fault']
    assert (fault['name'], fault['category']) == ('AmbiguousSnapshot', 'invalid_argument')
    assert [candidate['path'] for candidate in fault['details']['candidates']] == ['same', 'same/same']
    assert run.result('By path')['changed'] and run.result('By id')['changed']
    assert paths(simulator) == []


@pytest.mark.parametrize(('options', 'name', 'category'), [
    ({'state': 'reverted', 'snapshot_name': 'nothing'}, 'NotFound', 'not_found'),
    ({'state': 'renamed', 'snapshot_name': 'nothing', 'new_snapshot_name': 'b'}, 'NotFound', 'not_found'),
    ({'state': 'reverted'}, 'NotFound', 'not_found'),
    ({'snapshot_name': 'x' * 81}, 'InvalidName', 'invalid_argument')])
def test_what_cannot_be(ansible_playbook, options, name, category):
    run = ansible_playbook([{'name': 'Real', SNAPSHOT: {'moid': 'vm-1', **options}}])
    fault = run.failure('Real')['fault']
    assert (fault['name'], fault['category']) == (name, category)
    if options.get('snapshot_name'):
        foretold = ansible_playbook([{'name': 'Foretold', SNAPSHOT: {'moid': 'vm-1', **options}}], args=['--check'])
        assert foretold.failure('Foretold')['fault']['name'] == name


def test_options_that_are_missing_are_named(ansible_playbook):
    run = ansible_playbook([{'name': state, 'ignore_errors': True, SNAPSHOT: {'moid': 'vm-1', 'state': state}}
                            for state in ('present', 'absent', 'renamed')])
    for state in ('present', 'absent', 'renamed'):
        assert 'snapshot_name' in run.result(state)['msg']


def test_privileges_are_foretold(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=1, users={'viewer@vsphere.local': {
        'password': 'Look-0nly!', 'denied': ['VirtualMachine.State.CreateSnapshot']}})
    env = {'VMWARE_USER': 'viewer@vsphere.local', 'VMWARE_PASSWORD': 'Look-0nly!'}
    for args in ([], ['--check']):
        run = ansible_playbook([{'name': 'Make', SNAPSHOT: {'moid': 'vm-1', 'snapshot_name': 'a'}}], simulator=simulator,
                               env=env, args=args)
        fault = run.failure('Make')['fault']
        assert (fault['name'], fault['category']) == ('NoPermission', 'permission')
        assert fault['details']['privilegeId'] == 'VirtualMachine.State.CreateSnapshot'
