# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.hardware_version: raised, never lowered, and what an upgrade needs."""

from __future__ import annotations

import pytest

from . import faulty, matrix

MODULE = 'vsphere.vm.hardware_version'
BOTH_PATHS = '''
- name: Upgrade
  vsphere.vm.hardware_version:
    name: DC0_H0_VM0
- name: Upgrade as before
  vsphere.vm.hardware_version:
    name: DC0_H0_VM0
'''


@pytest.fixture
def off(simulator):
    """vm-1, powered off, with the hardware of vSphere 7."""
    vm = simulator.vm('vm-1')
    simulator.call(lambda: vm.become_powered_off(clean=True))
    simulator.call(vm.edit_config, lambda config: config.update(version='vmx-17'))
    return vm


def test_both_paths_do_the_same(ansible_playbook, off, path):
    run = ansible_playbook(BOTH_PATHS, path=path).assert_ok(changed=1)
    assert run.result('Upgrade')['vm'] == {'moid': 'vm-1', 'name': 'DC0_H0_VM0', 'version': 'vmx-21'}
    assert run.result('Upgrade')['diff'] == {'before': {'version': 'vmx-17'}, 'after': {'version': 'vmx-21'}}
    assert 'operation' not in run.result('Upgrade as before')


def test_versions_are_declared(ansible_playbook, simulator, off):
    run = ansible_playbook(matrix.tasks(MODULE, {'version': '17'}, {'version': 'vmx-019'}, {'version': 20},
                                        {'version': 'LATEST'}, moid='vm-1')).assert_ok()
    matrix.assert_declared(run, False, True, True, True)
    assert run.result('1 real')['vm']['version'] == 'vmx-19'


def test_versions_below_ten_have_two_digits(ansible_playbook, simulator, off):
    simulator.call(simulator.vm('vm-1').edit_config, lambda config: config.update(version='vmx-08'))
    run = ansible_playbook(matrix.tasks(MODULE, {'version': '8'}, {'version': 'vmx-9'}, moid='vm-1')).assert_ok()
    matrix.assert_declared(run, False, True)
    assert run.result('1 real')['vm']['version'] == 'vmx-09'


def test_check_mode_changes_nothing(ansible_playbook, simulator, off):
    before = simulator.state()
    ansible_playbook(BOTH_PATHS, args=['--check']).assert_ok(changed=2)
    assert simulator.state() == before


def test_what_is_in_the_way_is_told(ansible_playbook, simulator, off):
    vm = simulator.vm('vm-2')
    wrong = {
        'Running': ({'moid': 'vm-2'}, 'InvalidPowerState', 'state'),
        'Down': ({'moid': 'vm-1', 'version': 'vmx-13'}, 'InvalidArgument', 'invalid_argument'),
        'None': ({'moid': 'vm-1', 'version': 'newest'}, 'InvalidArgument', 'invalid_argument')}
    run = ansible_playbook([
        *[{'name': f'{name} {check}', 'check_mode': check, 'ignore_errors': True, MODULE: options}
          for name, (options, *_told) in wrong.items() for check in (True, False)],
        {'name': 'Unknown', 'ignore_errors': True, MODULE: {'moid': 'vm-1', 'version': 'vmx-99'}}])
    for name, (_options, *told) in wrong.items():
        for check in (True, False):
            fault = run.result(f'{name} {check}')['fault']
            assert [fault['name'], fault['category']] == told, fault
    assert run.result('Unknown')['fault']['name'] == 'InvalidState'
    simulator.call(lambda: vm.become_powered_off(clean=True))
    simulator.call(vm.edit_config, lambda config: config['hardware'].update(device=[]))
    run = ansible_playbook([{'name': f'No disk {check}', 'check_mode': check, 'ignore_errors': True,
                             MODULE: {'moid': 'vm-2'}} for check in (True, False)])
    assert [run.result(f'No disk {check}')['fault']['name'] for check in (True, False)] == ['NoDiskFound'] * 2


def test_faults(ansible_playbook, simulator, off):
    simulator.order('UpgradeVM_Task', 'AlreadyUpgraded')
    upgrade = {'moid': 'vm-1', 'version': 'vmx-18'}
    run = ansible_playbook([{'name': 'Upgraded meanwhile', MODULE: upgrade}]).assert_ok(changed=0)
    assert run.result('Upgraded meanwhile')['vm']['version'] == 'vmx-17'
    faults, in_task = ('TaskInProgress', 'NoDiskFound'), ('InvalidState',)
    run = ansible_playbook(faulty.order(simulator, MODULE, upgrade, 'UpgradeVM_Task', *faults, in_task=in_task))
    faulty.assert_told(run, 'UpgradeVM_Task', *faults, *in_task)
