# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.rename: the name declared, by every target, and names that cannot be."""

from __future__ import annotations

from . import faulty, matrix

RENAME = 'vsphere.vm.rename'
BOTH_PATHS = '''
- name: Rename
  vsphere.vm.rename:
    name: DC0_H0_VM0
    new_name: app-01
- name: Rename as before
  vsphere.vm.rename:
    name: DC0_H0_VM0
    new_name: app-01
'''


def test_both_paths_do_the_same(ansible_playbook, simulator, path):
    run = ansible_playbook(BOTH_PATHS, path=path).assert_ok(changed=1)
    assert run.result('Rename')['vm'] == run.result('Rename as before')['vm'] == {'moid': 'vm-1', 'name': 'app-01'}
    assert run.result('Rename')['diff'] == {'before': {'name': 'DC0_H0_VM0'}, 'after': {'name': 'app-01'}}
    assert simulator.call(simulator.vm('vm-1').get, 'config.name') == 'app-01'


def test_every_target_is_found_by_either_name(ansible_playbook, simulator):
    run = ansible_playbook(
        matrix.tasks(RENAME, {'path': 'DC0/vm/DC0_H0_VM0', 'new_name': 'a/b'},
                     {'name': 'a/b', 'folder': '/DC0/vm', 'new_name': 'c%d'}, {'moid': 'vm-1', 'new_name': 'app-01'},
                     {'name': 'app-01', 'datacenter': 'DC0', 'new_name': 'app-01'})).assert_ok()
    matrix.assert_declared(run, True, True, True, False)
    assert run.result('0 again')['vm'] == {'moid': 'vm-1', 'name': 'a/b'}
    assert run.result('1 real')['vm'] == {'moid': 'vm-1', 'name': 'c%d'}


def test_check_mode_changes_nothing(ansible_playbook, simulator):
    before = simulator.state()
    ansible_playbook(BOTH_PATHS, args=['--check', '--diff']).assert_ok(changed=2)
    assert simulator.state() == before


def test_names_that_cannot_be(ansible_playbook, simulator):
    long = 'x' * 81
    run = ansible_playbook([
        {'name': name, 'ignore_errors': True, 'check_mode': check, RENAME: {'new_name': 'x', **options}}
        for name, check, options in (
            ('Long', False, {'moid': 'vm-1', 'new_name': long}), ('Foretold', True, {'moid': 'vm-1', 'new_name': long}),
            ('Taken', False, {'moid': 'vm-1', 'new_name': 'DC0_C0_RP0_VM0'}),
            ('Nobody', False, {'name': 'nobody'}), ('No path', False, {'path': 'DC0/vm/nobody'}),
            ('No uuid', False, {'uuid': '564d0000-0000-0000-0000-000000000000'}))])
    faults = {name: run.result(name)['fault'] for name in run.tasks}
    assert {name: (fault['name'], fault['category']) for name, fault in faults.items()} == {
        'Long': ('InvalidName', 'invalid_argument'), 'Foretold': ('InvalidName', 'invalid_argument'),
        'Taken': ('DuplicateName', 'conflict'), 'Nobody': ('NotFound', 'not_found'),
        'No path': ('NotFound', 'not_found'), 'No uuid': ('NotFound', 'not_found')}
    assert "name 'nobody'" in run.result('Nobody')['msg']


def test_faults(ansible_playbook, simulator):
    run = ansible_playbook(faulty.order(simulator, RENAME, {'moid': 'vm-1', 'new_name': 'x'}, 'Rename_Task',
                                        'InvalidName', 'TaskInProgress', in_task=('DuplicateName',)))
    faulty.assert_told(run, 'Rename_Task', 'InvalidName', 'TaskInProgress', 'DuplicateName')
