# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.tools: the installer mounted and unmounted, Tools upgraded, awaited, and what stands against it."""

from __future__ import annotations

from . import faulty, matrix

TOOLS = 'vsphere.vm.tools'
PLAY = '''
- name: Mount
  vsphere.vm.tools: {moid: vm-1, state: mounted}
- name: Unmount
  vsphere.vm.tools: {moid: vm-1, state: unmounted}
- name: Upgrade
  vsphere.vm.tools: {moid: vm-1, state: upgraded, installer_options: /S}
- name: Restart
  vsphere.vm.power: {moid: vm-1, state: restarted}
- name: Wait
  vsphere.vm.tools:
    moid: vm-1
    state: running
    timeout: 30
'''


def without_drive(vm):
    vm.edit_config(lambda config: config['hardware'].update(
        device=[each for each in config['hardware']['device'] if each['_typeName'] != 'VirtualCdrom']))


def test_both_paths_do_the_same(ansible_playbook, start_simulator, path):
    simulator = start_simulator(vms=2, guest_delay=0.5)
    vm = simulator.vm('vm-1')
    simulator.call(setattr, vm, 'tools_outdated', True)
    run = ansible_playbook(PLAY, path=path, simulator=simulator).assert_ok(changed=4)
    operations = ('MountToolsInstaller', 'UnmountToolsInstaller', 'UpgradeTools_Task')
    for name, operation in zip(('Mount', 'Unmount', 'Upgrade'), operations):
        assert run.result(name)['operation'] == operation
    assert run.result('Mount')['diff'] == {'before': {'installer_mounted': False}, 'after': {'installer_mounted': True}}
    assert run.result('Upgrade')['diff'] == {'before': {'version_status': 'guestToolsSupportedOld'},
                                             'after': {'version_status': 'guestToolsCurrent'}}
    assert run.result('Upgrade')['task']['state'] == 'success'
    assert run.result('Wait')['vm']['tools_running'] is True and 'operation' not in run.result('Wait')
    assert simulator.call(vm.get, 'guest.toolsRunningStatus') == 'guestToolsRunning'
    assert simulator.call(vm.get, 'config.tools.lastInstallInfo.counter') == 1


def test_it_is_declared(ansible_playbook, simulator):
    simulator.call(setattr, simulator.vm('vm-1'), 'tools_outdated', True)
    steps = [{'state': 'unmounted'}, {'state': 'mounted'}, {'state': 'unmounted'}, {'state': 'upgraded'}, {'state': 'running'}]
    run = ansible_playbook(matrix.tasks(TOOLS, *steps, moid='vm-1')).assert_ok()
    matrix.assert_declared(run, False, True, True, True, False)


def test_an_upgrade_may_be_forced(ansible_playbook, simulator):
    task = {TOOLS: {'moid': 'vm-1', 'state': 'upgraded', 'force': True}}
    run = ansible_playbook([{'name': 'Check', 'check_mode': True, **task}, {'name': 'Force', **task}]).assert_ok(changed=2)
    assert run.result('Check')['operation'] == run.result('Force')['operation'] == 'UpgradeTools_Task'
    assert simulator.call(simulator.vm('vm-1').get, 'config.tools.lastInstallInfo.counter') == 1


def test_check_mode_changes_nothing_and_waits_for_nothing(ansible_playbook, simulator):
    vm = simulator.vm('vm-1')
    simulator.call(setattr, vm, 'tools_outdated', True)
    simulator.call(setattr, simulator.vm('vm-2'), 'tools', 'stopped')
    before = simulator.state()
    run = ansible_playbook([{'name': state, TOOLS: {'moid': moid, 'state': state}} for moid, state in (
        ('vm-1', 'mounted'), ('vm-1', 'unmounted'), ('vm-1', 'upgraded'), ('vm-2', 'running'))], args=['--check'])
    run.assert_ok(changed=2)
    assert simulator.state() == before and run.result('running')['vm']['tools_running'] is False


def test_tools_that_do_not_come(ansible_playbook, simulator):
    simulator.call(setattr, simulator.vm('vm-1'), 'tools', 'stopped')
    run = ansible_playbook([{'name': 'Wait', TOOLS: {'moid': 'vm-1', 'state': 'running', 'timeout': 1}}])
    failure = run.failure()
    assert (failure['fault']['name'], failure['fault']['category']) == ('WaitTimeout', 'timeout')
    assert failure['msg'].startswith('The start of VMware Tools') and failure['changed'] is False


def test_what_is_in_the_way_is_foretold_and_told(ansible_playbook, simulator):
    simulator.call(simulator.vm('vm-2').become_powered_off, True)
    simulator.call(setattr, simulator.vm('vm-1'), 'tools', 'absent')
    wrong = {'InvalidState': {'moid': 'vm-2', 'state': 'mounted'}, 'InvalidPowerState': {'moid': 'vm-2', 'state': 'running'},
             'ToolsUnavailable': {'moid': 'vm-1', 'state': 'upgraded'}}
    run = ansible_playbook([{'name': f'{name} {check}', 'ignore_errors': True, 'check_mode': check, TOOLS: options}
                            for name, options in wrong.items() for check in (True, False)])
    for name in wrong:
        for check in (True, False):
            fault = run.result(f'{name} {check}')['fault']
            assert (fault['name'], fault['category']) == (name, 'state')


def test_faults_of_every_method(ansible_playbook, simulator):
    vm = simulator.vm('vm-1')
    simulator.call(setattr, vm, 'tools_installer_mounted', True)
    simulator.call(setattr, vm, 'tools_outdated', True)
    tasks = faulty.order(simulator, TOOLS, {'moid': 'vm-2', 'state': 'mounted'}, 'MountToolsInstaller', 'InvalidState',
                         'VmConfigFault', 'VmToolsUpgradeFault')
    tasks += faulty.order(simulator, TOOLS, {'moid': 'vm-1', 'state': 'unmounted'}, 'UnmountToolsInstaller',
                          'InvalidState', 'VmConfigFault')
    upgrade = ('InvalidState', 'TaskInProgress', 'ToolsUnavailable', 'VmConfigFault')
    tasks += faulty.order(simulator, TOOLS, {'moid': 'vm-1', 'state': 'upgraded'}, 'UpgradeTools_Task', *upgrade,
                          in_task=('VmToolsUpgradeFault',))
    run = ansible_playbook(tasks)
    faulty.assert_told(run, 'MountToolsInstaller', 'InvalidState', 'VmConfigFault', 'VmToolsUpgradeFault')
    faulty.assert_told(run, 'UnmountToolsInstaller', 'InvalidState', 'VmConfigFault')
    faulty.assert_told(run, 'UpgradeTools_Task', *upgrade, 'VmToolsUpgradeFault')


def test_there_may_be_no_drive_for_the_installer(ansible_playbook, simulator):
    simulator.call(without_drive, simulator.vm('vm-1'))
    fault = ansible_playbook([{'name': 'Mount', TOOLS: {'moid': 'vm-1', 'state': 'mounted'}}]).failure()['fault']
    assert (fault['name'], fault['category']) == ('VmConfigFault', 'invalid_argument')
