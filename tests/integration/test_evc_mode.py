# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.evc_mode: by mode, by masks, and taken away."""

from __future__ import annotations

import pytest

from . import faulty, matrix

MODULE = 'vsphere.vm.evc_mode'
BOTH_PATHS = '''
- name: Apply
  vsphere.vm.evc_mode:
    name: DC0_H0_VM0
    evc_mode: intel-haswell
- name: Apply as before
  vsphere.vm.evc_mode:
    name: DC0_H0_VM0
    evc_mode: intel-haswell
'''
HASWELL = {'cpuid.AES': 'Val:1', 'cpuid.AVX': 'Val:1', 'cpuid.AVX2': 'Val:1', 'cpuid.RDSEED': 'Val:0',
           'cpuid.ADX': 'Val:0'}
HIDDEN = {'mask': [{'key': 'cpuid.AVX2', 'value': 'Val:0'}]}


@pytest.fixture
def off(simulator):
    """vm-1, powered off."""
    vm = simulator.vm('vm-1')
    simulator.call(lambda: vm.become_powered_off(clean=True))
    return vm


def test_both_paths_do_the_same(ansible_playbook, off, path):
    run = ansible_playbook(BOTH_PATHS, path=path).assert_ok(changed=1)
    assert run.result('Apply')['vm'] == {'moid': 'vm-1', 'name': 'DC0_H0_VM0', 'masks': HASWELL}
    assert run.result('Apply')['diff'] == {'before': {'masks': {}}, 'after': {'masks': HASWELL}}


def test_modes_are_declared(ansible_playbook, simulator, off):
    run = ansible_playbook(matrix.tasks(
        MODULE, {'state': 'absent'}, {'evc_mode': 'intel-broadwell'}, {'evc_mode': 'intel-sandybridge'},
        {**HIDDEN, 'complete_masks': False}, {'state': 'absent'}, {**HIDDEN, 'complete_masks': False},
        {'mask': [{'key': 'cpuid.AES', 'feature_name': 'cpuid.AES', 'value': 'Val:1'}]}, moid='vm-1')).assert_ok()
    matrix.assert_declared(run, False, True, True, False, True, True, True)
    assert run.result('2 real')['vm']['masks']['cpuid.AVX2'] == 'Val:0'
    assert run.result('5 real')['vm']['masks'] == {'cpuid.AVX2': 'Val:0'}
    assert run.result('6 real')['vm']['masks'] == {**dict.fromkeys(HASWELL, 'Val:0'), 'cpuid.AES': 'Val:1'}


def test_check_mode_changes_nothing(ansible_playbook, simulator, off):
    before = simulator.state()
    ansible_playbook(BOTH_PATHS, args=['--check']).assert_ok(changed=2)
    assert simulator.state() == before


def test_what_is_in_the_way_is_told(ansible_playbook, simulator, off):
    wrong = {
        'Running': ({'moid': 'vm-2', **HIDDEN}, 'InvalidPowerState', 'state'),
        'Unknown': ({'moid': 'vm-1', 'evc_mode': 'intel-next'}, 'NotFound', 'not_found')}
    run = ansible_playbook([
        *[{'name': f'{name} {check}', 'check_mode': check, 'ignore_errors': True, MODULE: options}
          for name, (options, *_told) in wrong.items() for check in (True, False)],
        {'name': 'No feature', 'ignore_errors': True, MODULE: {
            'moid': 'vm-1', 'mask': [{'key': 'cpuid.NONE', 'value': 'Val:0'}]}}])
    for name, (_options, *told) in wrong.items():
        for check in (True, False):
            fault = run.result(f'{name} {check}')['fault']
            assert [fault['name'], fault['category']] == told, fault
    assert 'intel-haswell' in run.result('Unknown True')['msg']
    assert run.result('No feature')['fault']['name'] == 'InvalidArgument'
    simulator.call(off.edit_config, lambda config: config.update(version='vmx-13'))
    run = ansible_playbook([{'name': f'Old {check}', 'check_mode': check, 'ignore_errors': True, MODULE: {
        'moid': 'vm-1', **HIDDEN}} for check in (True, False)])
    assert [run.result(f'Old {check}')['fault']['name'] for check in (True, False)] == ['NotSupported'] * 2


def test_faults(ansible_playbook, simulator, off):
    run = ansible_playbook(faulty.order(simulator, MODULE, {'moid': 'vm-1', **HIDDEN}, 'ApplyEvcModeVM_Task',
                                        'TaskInProgress', in_task=('InvalidState',)))
    faulty.assert_told(run, 'ApplyEvcModeVM_Task', 'TaskInProgress', 'InvalidState')
