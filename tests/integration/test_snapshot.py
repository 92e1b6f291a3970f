# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.snapshot: every state, every way to name one, what the server is sent, and what cannot be."""

from __future__ import annotations

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
        {'state': 'renamed', 'snapshot_id': '2', 'new_description': 'of c'},
        {'state': 'renamed', 'snapshot_id': '2', 'new_snapshot_name': 'd', 'new_description': 'of d'},
        {'state': 'present', 'snapshot_id': '2', 'description': 'by id'}, {'snapshot_name': 'e', 'memory': True}, {'snapshot_name': 'f'},
        {'state': 'absent', 'snapshot_name': 'a', 'remove_children': False}, {'state': 'absent', 'snapshot_name': 'nothing'},
        {'state': 'absent', 'snapshot_name': 'd/e', 'remove_children': True}, {'snapshot_name': 'g'},
        {'state': 'absent', 'remove_all': True}, {'state': 'remove_all'}, moid='vm-1')).assert_ok()
    matrix.assert_declared(run, *8 * [True], True, True, False, True, True, True, False)
    renamed = [run.result(f'{number} real')['vm']['snapshot'] for number in range(3, 7)]
    assert [(each['path'], each['description']) for each in renamed] == [
        ('a/c', ''), ('a/c', 'of c'), ('a/d', 'of d'), ('a/d', 'by id')]
    assert {run.result(f'{number} real')['operation'] for number in (1, 3, 4, 5, 6)} == {'RenameSnapshot'}
    assert [run.result(f'{number} real')['operation'] for number in (9, 11, 13)] == [
        'RemoveSnapshot_Task', 'RemoveSnapshot_Task', 'RemoveAllSnapshots_Task']
    assert run.result('13 real')['diff'] == {'before': {'snapshots': ['d', 'd/g']}, 'after': {'snapshots': []}}
    assert sent(simulator, 'RenameSnapshot') == 5


def test_an_id_is_no_name(ansible_playbook, simulator):
    run = ansible_playbook('''
    - name: Make
      vsphere.vm.snapshot: {moid: vm-1, snapshot_name: a}
      register: made
    - name: Not there to go back to
      vsphere.vm.snapshot: {moid: vm-1, snapshot_id: snapshot-77, state: reverted}
      ignore_errors: true
    - name: Not there to be declared
      vsphere.vm.snapshot: {moid: vm-1, snapshot_id: 7}
      ignore_errors: true
    - name: By moid
      vsphere.vm.snapshot: {moid: vm-1, snapshot_id: "{{ made.result.value }}", state: absent}
    ''')
    assert run.rc == 0, run.output
    assert run.result('By moid')['changed'] is True
    assert run.result('Not there to go back to')['fault']['category'] == 'not_found'
    assert paths(simulator) == [], 'a snapshot was created under the name of an id'
    assert run.result('Not there to be declared')['fault']['category'] == 'not_found'


def test_check_mode_changes_nothing(ansible_playbook, simulator):
    ansible_playbook([{'name': 'Make', SNAPSHOT: {'moid': 'vm-1', 'snapshot_name': 'a'}}]).assert_ok(changed=1)
    before = simulator.state()
    ansible_playbook([{'name': f'{number}', SNAPSHOT: {'moid': 'vm-1', **options}} for number, options in enumerate((
        {'snapshot_name': 'b', 'memory': True}, {'snapshot_name': 'a', 'state': 'absent'}, {'state': 'reverted'},
        {'snapshot_name': 'a', 'state': 'revert'}, {'state': 'renamed', 'snapshot_name': 'a', 'new_snapshot_name': 'b'},
        {'state': 'remove_all'}))], args=['--check', '--diff']).assert_ok(changed=6)
    assert simulator.state() == before


def calls_of(simulator, *methods):
    """A list to which the parameters of these methods of the first machine are added as they arrive."""
    calls, vm = [], simulator.vm(VM)

    def note(method):
        real = getattr(vm, method)

        def noted(call, **parameters):
            calls.append((method, {name: value for name, value in parameters.items() if value is not None}))
            return real(call, **parameters)
        setattr(vm, method, noted)
    for method in methods:
        simulator.call(note, method)
    return calls


def test_what_is_asked_for_is_sent(ansible_playbook, simulator):
    vm = simulator.vm(VM)
    simulator.call(lambda: setattr(vm, 'configuration', {**vm.configuration, 'guestId': 'windows2019srv_64Guest'}))
    calls = calls_of(simulator, 'CreateSnapshot_Task', 'CreateSnapshotEx_Task', 'RemoveAllSnapshots_Task', 'RevertToCurrentSnapshot_Task')
    run = ansible_playbook('''
    - name: Memory
      vsphere.vm.snapshot: {moid: vm-1, snapshot_name: a, memory_dump: true, description: With memory}
    - name: Quiesced
      vsphere.vm.snapshot: {moid: vm-1, snapshot_name: b, quiesce: true}
    - name: Guest
      vsphere.vm.snapshot: {moid: vm-1, snapshot_name: c, quiesce_spec: {timeout: 15}}
    - name: Windows
      vsphere.vm.snapshot:
        moid: vm-1
        snapshot_name: d
        quiesce_spec:
          timeout: 20
          vss_backup_type: 5
          vss_backup_context: ctx_backup
          vss_bootable_system_state: true
          vss_partial_file_support: false
    - name: Back at a host
      vsphere.vm.snapshot: {moid: vm-1, state: revert, esxi_hostname: DC0_H0, suppress_power_on: true}
    - name: Remove all but the disks
      vsphere.vm.snapshot: {moid: vm-1, state: absent, remove_all: true, consolidate: false}
    ''').assert_ok(changed=6)
    host = simulator.call(simulator.vm(VM).get, 'runtime.host')
    assert calls == [
        ('CreateSnapshot_Task', {'name': 'a', 'description': 'With memory', 'memory': True, 'quiesce': False}),
        ('CreateSnapshot_Task', {'name': 'b', 'memory': False, 'quiesce': True}),
        ('CreateSnapshotEx_Task', {'name': 'c', 'memory': False, 'quiesceSpec': {
            '_typeName': 'VirtualMachineGuestQuiesceSpec', 'timeout': 15}}),
        ('CreateSnapshotEx_Task', {'name': 'd', 'memory': False, 'quiesceSpec': {
            '_typeName': 'VirtualMachineWindowsQuiesceSpec', 'timeout': 20, 'vssBackupType': 5, 'vssBackupContext': 'ctx_backup',
            'vssBootableSystemState': True, 'vssPartialFileSupport': False}}),
        ('RevertToCurrentSnapshot_Task', {'host': host, 'suppressPowerOn': True}),
        ('RemoveAllSnapshots_Task', {'consolidate': False})]
    made = {name: run.result(name)['vm']['snapshot'] for name in ('Memory', 'Quiesced', 'Guest', 'Windows')}
    assert [(each['power_state'], each['quiesced']) for each in made.values()] == [('powered_on', False)] + 3 * [('powered_off', True)]
    assert simulator.call(simulator.vm(VM).get, 'runtime.consolidationNeeded') is True


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


def test_a_name_that_is_taken_is_given_or_refused_not_both(ansible_playbook, simulator):
    run = ansible_playbook('''
    - name: One
      vsphere.vm.snapshot: {moid: vm-1, snapshot_name: a}
    - name: Two
      vsphere.vm.snapshot: {moid: vm-1, snapshot_name: b}
    - name: Give
      vsphere.vm.snapshot: {moid: vm-1, state: renamed, snapshot_name: b, new_snapshot_name: a}
      ignore_errors: true
    ''')
    told = run.result('Give')
    assert (paths(simulator) == ['a', 'a/a']) is told['changed']
    assert told['changed'] is not ('fault' in told), told['msg']


MISSING = {'fault': ('NotFound', 'not_found'), 'said': "has no snapshot 'nothing'; it has none"}
CANNOT_BE = {
    'revert': {'options': {'state': 'reverted', 'snapshot_name': 'nothing'}, **MISSING},
    'rename': {'options': {'state': 'renamed', 'snapshot_name': 'nothing', 'new_snapshot_name': 'b'}, **MISSING},
    'revert to the current one': {'options': {'state': 'reverted'}, 'fault': ('NotFound', 'not_found'), 'said': 'RevertToCurrentSnapshot_Task'},
    'too long': {'options': {'snapshot_name': 'x' * 81}, 'fault': ('InvalidName', 'invalid_argument'), 'said': 'CreateSnapshot_Task'},
    'unknown host': {'options': {'state': 'reverted', 'host': 'nowhere'}, 'fault': ('NotFound', 'not_found'), 'said': "'nowhere'"}}


def test_what_cannot_be(ansible_playbook, simulator):
    before = simulator.state()
    run = ansible_playbook([
        {'name': f'{name} {when}', 'check_mode': when == 'foretold', 'ignore_errors': True, SNAPSHOT: {'moid': 'vm-1', **case['options']}}
        for name, case in CANNOT_BE.items() for when in ('foretold', 'real')])
    assert 'Traceback' not in run.output
    for name, case in CANNOT_BE.items():
        foretold, real = run.result(f'{name} foretold'), run.result(f'{name} real')
        assert (real['fault']['name'], real['fault']['category']) == case['fault'], name
        assert case['said'] in real['msg'] and real['msg'].endswith('.')
        assert real['changed'] is foretold['changed'] is False
        assert foretold['fault']['category'] == real['fault']['category'] or name == 'revert to the current one'
    assert simulator.state() == before


def test_that_there_is_no_current_snapshot_is_foretold(ansible_playbook):
    run = ansible_playbook([{'name': 'Foretold', SNAPSHOT: {'moid': 'vm-1', 'state': 'reverted'}}], args=['--check'])
    fault = run.failure('Foretold')['fault']
    assert (fault['name'], fault['category']) == ('NotFound', 'not_found')


REFUSED = {
    'SnapshotDisabled': ('state', {'snapshotDisabled': True}, {}), 'SnapshotLocked': ('busy', {'snapshotLocked': True}, {}),
    'ApplicationQuiesceFault': ('state', {}, {'guest_fails_quiesce': True}), 'InvalidState': ('state', {}, {'record_replay_state': 'recording'})}


def test_refusals_of_the_real_state(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=len(REFUSED))

    def prepare():
        for vm, (_category, flags, knobs) in zip(simulator.vcenter.objects('VirtualMachine'), REFUSED.values()):
            vm.configuration = {**vm.configuration, 'flags': {**vm.configuration['flags'], **flags}}
            vars(vm).update(knobs)
    simulator.call(prepare)
    before = simulator.state()
    run = ansible_playbook([
        {'name': fault, 'ignore_errors': True, SNAPSHOT: {'moid': f'vm-{number}', 'snapshot_name': 'a', 'quiesce': True}}
        for number, fault in enumerate(REFUSED, start=1)], simulator=simulator)
    for fault, (category, *_state) in REFUSED.items():
        told = run.result(fault)
        assert (told['fault']['name'], told['fault']['category'], told['fault']['operation']) == (fault, category, 'CreateSnapshot_Task')
        assert (told['fault']['task'] is None) == (fault == 'InvalidState')
    assert simulator.state() == before


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
