# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.disk_maintenance: linked clones become independent, disks are defragmented."""

from __future__ import annotations

import pytest

from . import faulty, matrix

DISKS = 'vsphere.vm.disk_maintenance'
MODULE = '''
- name: Promote
  vsphere.vm.disk_maintenance:
    moid: vm-3
- name: Promoted already
  vsphere.vm.disk_maintenance:
    moid: vm-3
    disks: [Hard disk 1]
- name: Defragment
  vsphere.vm.disk_maintenance:
    moid: vm-3
    state: defragmented
'''


@pytest.fixture
def clone(simulator):
    """vm-3, a linked clone of vm-1 that is powered off."""
    vm = simulator.vm('vm-1')

    def make():
        snapshot = vm.take_snapshot('base', '', False, False)
        return simulator.vcenter.resolve(vm._clone(
            simulator.vcenter.resolve(vm.get('parent')), 'linked', {
                'snapshot': snapshot.ref, 'template': False, 'powerOn': False,
                'location': {'diskMoveType': 'createNewChildDiskBacking'}}))
    return simulator.call(make)


def backing(simulator, vm):
    return simulator.call(vm.get, 'config.hardware.device[2000]')['backing']


def test_both_paths_do_the_same(ansible_playbook, simulator, clone, path):
    run = ansible_playbook(MODULE, path=path).assert_ok(changed=2)
    assert run.result('Promote')['operation'] == 'PromoteDisks_Task'
    assert run.result('Promote')['diff'] == {'before': {'unpromoted_disks': ['Hard disk 1']},
                                             'after': {'unpromoted_disks': []}}
    assert run.result('Defragment')['operation'] == 'DefragmentAllDisks'
    assert backing(simulator,
                   clone)['fileName'] == '[LocalDS_0] linked/linked.vmdk' and 'parent' not in backing(simulator, clone)


def test_it_is_declared(ansible_playbook, simulator, clone):
    simulator.call(clone.take_snapshot, 'own', '', False, False)
    run = ansible_playbook(matrix.tasks(
        DISKS, {'unlink': False}, {'disks': ['2000']}, {'state': 'promoted', 'unlink': False}, moid='vm-3')).assert_ok()
    matrix.assert_declared(run, False, True, False)
    assert backing(simulator, clone)['parent']['fileName'] == '[LocalDS_0] linked/linked.vmdk'


def test_what_is_left_of_a_snapshot_is_merged_without_unlinking(ansible_playbook, simulator):
    vm = simulator.vm('vm-2')

    def leave_deltas():
        vm.remove_snapshots([vm.take_snapshot('gone', '', False, False)], consolidate=False)
    simulator.call(leave_deltas)
    run = ansible_playbook(matrix.tasks(DISKS, {'unlink': False}, moid='vm-2')).assert_ok()
    matrix.assert_declared(run, True)
    assert 'parent' not in backing(simulator, vm)


def test_check_mode_changes_nothing(ansible_playbook, simulator, clone):
    before = simulator.state()
    ansible_playbook([{'name': state, DISKS: {'moid': 'vm-3', 'state': state}}
                      for state in ('promoted', 'defragmented')],
                     args=['--check']).assert_ok(changed=2)
    assert simulator.state() == before


def test_what_is_in_the_way_is_foretold_and_told(ansible_playbook, simulator, clone):
    simulator.call(clone.become_powered_on)
    simulator.call(clone.take_snapshot, 'own', '', False, False)
    wrong = {'Running': {'moid': 'vm-3', 'state': 'defragmented'}, 'Snapshots': {'moid': 'vm-3'}}
    run = ansible_playbook([
        {'name': f'{name} {check}', 'ignore_errors': True, 'check_mode': check, DISKS: options}
        for name, options in wrong.items() for check in (True, False)] + [
        {'name': 'No disk', 'ignore_errors': True, DISKS: {'moid': 'vm-3', 'disks': ['Hard disk 9']}}])
    for name in wrong:
        for check in (True, False):
            fault = run.result(f'{name} {check}')['fault']
            assert (fault['name'], fault['category']) == ('InvalidPowerState', 'state')
    assert run.result('No disk')['fault']['name'] == 'NotFound'
    assert run.result('No disk')['fault']['details']['disks'] == ['Hard disk 1']


def test_faults_of_both_methods(ansible_playbook, simulator, clone):
    faults = ('InvalidState', 'InvalidPowerState', 'TaskInProgress')
    tasks = faulty.order(simulator, DISKS, {'moid': 'vm-3'}, 'PromoteDisks_Task', *faults)
    tasks += faulty.order(simulator, DISKS, {'moid': 'vm-3', 'state': 'defragmented'}, 'DefragmentAllDisks', *faults,
                          'FileFault')
    run = ansible_playbook(tasks)
    faulty.assert_told(run, 'PromoteDisks_Task', *faults)
    faulty.assert_told(run, 'DefragmentAllDisks', *faults, 'FileFault')
