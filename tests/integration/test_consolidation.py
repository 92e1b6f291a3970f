# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.consolidation: what removed snapshots left behind, and room for merging it."""

from __future__ import annotations

import pytest

from . import faulty, matrix

CONSOLIDATE = 'vsphere.vm.consolidation'
MODULE = '''
- name: Consolidate
  vsphere.vm.consolidation:
    name: DC0_H0_VM0
- name: Nothing is left
  vsphere.vm.consolidation:
    name: DC0_H0_VM0
'''


@pytest.fixture
def vm(simulator):
    """A machine whose snapshot was removed without merging its disks."""
    vm = simulator.vm('vm-1')

    def leave_deltas():
        snapshot = vm.take_snapshot('gone', '', False, False)
        vm.remove_snapshots([snapshot], consolidate=False)
    simulator.call(leave_deltas)
    return vm


def test_both_paths_do_the_same(ansible_playbook, simulator, vm, path):
    run = ansible_playbook(MODULE, path=path).assert_ok(changed=1)
    done = run.result('Consolidate')
    assert done['operation'] == 'ConsolidateVMDisks_Task'
    (space,) = done['diff']['before']['required_space']
    assert space['datastore'] == 'LocalDS_0' and space['required_bytes'] == 16 * 1024 ** 2 < space['free_bytes']
    assert done['vm'] == {'moid': 'vm-1', 'name': 'DC0_H0_VM0', 'consolidation_needed': False, 'required_space': []}
    assert 'parent' not in simulator.call(vm.get, 'config.hardware.device[2000]')['backing']


def test_it_is_declared(ansible_playbook, vm):
    run = ansible_playbook(matrix.tasks(CONSOLIDATE, {}, moid='vm-1')).assert_ok()
    matrix.assert_declared(run, True)


def test_check_mode_changes_nothing(ansible_playbook, simulator, vm):
    before = simulator.state()
    ansible_playbook([{'name': 'Look', CONSOLIDATE: {'moid': 'vm-1'}}], args=['--check']).assert_ok(changed=1)
    assert simulator.state() == before


def test_too_little_space_is_seen_before(ansible_playbook, simulator, vm):
    datastore = simulator.call(lambda: simulator.vcenter.objects('Datastore')[0])
    simulator.call(datastore.set, 'summary.freeSpace', 1024)
    simulator.call(datastore.set, 'name', 'fast%2fsmall')
    look = {'ignore_errors': True, CONSOLIDATE: {'moid': 'vm-1'}}
    run = ansible_playbook([{**look, 'name': 'Foretold', 'check_mode': True}, {**look, 'name': 'Refused'}])
    for name in ('Foretold', 'Refused'):
        assert (run.result(name)['fault']['name'], run.result(name)['fault']['category']) == ('NoDiskSpace', 'capacity')
        (short,) = run.result(name)['fault']['details']['datastores']
        assert (short['datastore'], short['free_bytes']) == ('fast/small', 1024)
    assert simulator.call(vm.get, 'runtime.consolidationNeeded') is True


def test_faults_of_both_methods(ansible_playbook, simulator, vm):
    faults, in_task = ('TaskInProgress', 'InvalidState'), ('FileFault', 'VmConfigFault')
    methods = ('EstimateStorageForConsolidateSnapshots_Task', 'ConsolidateVMDisks_Task')
    run = ansible_playbook([task for method in methods for task in faulty.order(
        simulator, CONSOLIDATE, {'moid': 'vm-1'}, method, *faults, in_task=in_task)])
    for method in methods:
        faulty.assert_told(run, method, *faults, *in_task)
