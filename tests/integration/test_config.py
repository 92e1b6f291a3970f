# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.config: every setting declared, only what differs sent, and what a running virtual machine does not take."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from . import faulty, matrix

MODULE = 'vsphere.vm.config'
FAULTS = yaml.safe_load((Path(__file__).parents[1] / 'operations.yml').read_text(encoding='utf-8'))['methods'][
    'ReconfigVM_Task']['faults']
BOTH_PATHS = '''
- name: Configure
  vsphere.vm.config:
    name: DC0_H0_VM0
    notes: by the book
    flags:
      record_replay_enabled: true
    advanced_settings:
      - key: guestinfo.role
        value: web
- name: Configure as before
  vsphere.vm.config:
    name: DC0_H0_VM0
    annotation: by the book
    flags:
      record_replay_enabled: true
    extra_config:
      - key: guestinfo.role
        value: web
'''
HARDWARE = {
    'num_cpus': 4, 'num_cpu_cores_per_socket': 2, 'memory_mb': 2048, 'hotadd_cpu': True, 'hotremove_cpu': True,
    'hotadd_memory': True, 'cpu_limit': 4000, 'cpu_reservation': 500, 'cpu_shares_level': 'high', 'mem_limit': -1,
    'mem_reservation': 256, 'mem_shares': 4321, 'memory_reservation_lock': True, 'boot_firmware': 'efi',
    'max_connections': 4, 'nested_virt': True, 'vpmc_enabled': True}
FLAGS = {
    'record_replay_enabled': False, 'enable_logging': False, 'disk_uuid_enabled': True, 'snapshot_disabled': True,
    'snapshot_locked': True, 'snapshot_power_off_behavior': 'revert', 'monitor_type': 'stats', 'ht_sharing': 'none',
    'virtual_mmu_usage': 'on', 'virtual_exec_usage': 'hvOn', 'virt_based_security': True, 'iommu': True}
BOOT = {
    'boot_delay': 2000, 'enter_bios_setup': True, 'boot_retry_enabled': True, 'boot_retry_delay': 5000,
    'secure_boot_enabled': True, 'network_boot_protocol': 'ipv6', 'boot_order': ['ethernet', 'disk', 'cdrom']}
OTHER = {'annotation': 'Notes', 'guest_id': 'rhel9_64Guest', 'change_tracking': True, 'latency_sensitivity': 'high'}


@pytest.fixture
def off(simulator):
    """A powered-off virtual machine, vm-1."""
    vm = simulator.vm('vm-1')
    simulator.call(lambda: vm.become_powered_off(clean=True))
    return vm


def config(simulator, vm='vm-1'):
    return simulator.call(simulator.vm(vm).get, 'config')


def sent(simulator, vm='vm-1'):
    """A list that every specification goes into that the virtual machine is sent from now on."""
    vm, specs = simulator.vm(vm), []
    check = vm.check_spec

    def noted(spec):
        specs.append(spec)
        return check(spec)
    simulator.call(setattr, vm, 'check_spec', noted)
    return specs


def test_both_paths_do_the_same(ansible_playbook, simulator, path):
    run = ansible_playbook(BOTH_PATHS, path=path).assert_ok(changed=1)
    declared = {'annotation': 'by the book', 'flags': {'record_replay_enabled': True},
                'advanced_settings': {'guestinfo.role': 'web'}}
    assert run.result('Configure')['vm'] == {'moid': 'vm-1', 'name': 'DC0_H0_VM0', **declared}
    assert run.result('Configure')['diff'] == {'before': {
        'annotation': '', 'flags': {'record_replay_enabled': False}, 'advanced_settings': {'guestinfo.role': ''}},
        'after': declared}
    assert run.result('Configure as before')['vm'] == run.result('Configure')['vm']


def test_every_setting_is_declared(ansible_playbook, simulator, off):
    """Every option once, in check mode, for real and again."""
    steps = [{'hardware': HARDWARE}, {'flags': FLAGS}, {'boot_options': BOOT}, OTHER]
    run = ansible_playbook(matrix.tasks(MODULE, *steps, moid='vm-1')).assert_ok()
    matrix.assert_declared(run, True, True, True, True)
    now = config(simulator)
    assert (now['hardware']['numCPU'], now['hardware']['numCoresPerSocket'], now['hardware']['memoryMB']) == (4, 2, 2048)
    assert now['cpuAllocation'] == {
        '_typeName': 'ResourceAllocationInfo', 'reservation': 500, 'expandableReservation': False, 'limit': 4000,
        'shares': {'_typeName': 'SharesInfo', 'shares': 8000, 'level': 'high'}}
    assert now['memoryAllocation']['shares'] == {'_typeName': 'SharesInfo', 'shares': 4321, 'level': 'custom'}
    assert [each['_typeName'].removeprefix('VirtualMachineBootOptionsBootable') for each in now['bootOptions'][
        'bootOrder']] == ['EthernetDevice', 'DiskDevice', 'CdromDevice']
    assert (now['latencySensitivity']['level'], now['changeTrackingEnabled'], now['firmware']) == ('high', True, 'efi')
    assert run.result('0 real')['vm']['hardware'] == HARDWARE
    assert run.result('2 real')['vm']['boot_options'] == BOOT


def test_only_what_differs_is_sent(ansible_playbook, simulator, off):
    specs = sent(simulator)
    run = ansible_playbook([{'name': 'Memory', MODULE: {'moid': 'vm-1', 'annotation': '', 'hardware': {
        'num_cpus': 1, 'memory_mb': 2048, 'cpu_limit': -1, 'cpu_reservation': 100}}}]).assert_ok(changed=1)
    assert run.result('Memory')['diff'] == {side: {'annotation': '', 'hardware': {
        'num_cpus': 1, 'memory_mb': memory, 'cpu_limit': -1, 'cpu_reservation': reservation}}
        for side, memory, reservation in (('before', 1024, 0), ('after', 2048, 100))}
    assert specs == [{'_typeName': 'VirtualMachineConfigSpec', 'memoryMB': 2048, 'cpuAllocation': {
        '_typeName': 'ResourceAllocationInfo', 'reservation': 100}}]


def test_the_raw_specification_is_compared(ansible_playbook, simulator, off):
    options = {'extraConfig': [{'_typeName': 'OptionValue', 'key': 'a.b', 'value': {
        '_typeName': 'string', '_value': '1'}}]}
    device = {'_typeName': 'VirtualDeviceConfigSpec', 'operation': 'add', 'device': {
        '_typeName': 'VirtualCdrom', 'key': -1}}
    run = ansible_playbook([
        *matrix.tasks(MODULE, {'spec': {'powerOpInfo': {'powerOffType': 'hard'}, 'numCPUs': 2, 'name': 'app-01'}},
                      {'spec': options}, {'spec': {'swapPlacement': 'hostLocal', 'changeVersion': ''}},
                      {'spec': {'memoryAllocation': {'limit': 4000}}}, moid='vm-1'),
        *[{'name': f'Device {number}', MODULE: {'moid': 'vm-1', 'spec': {'deviceChange': [device]}}}
          for number in range(2)]]).assert_ok()
    matrix.assert_declared(run, True, True, True, True)
    assert run.result('0 real')['vm']['name'] == 'app-01'
    assert run.result('0 real')['diff']['before'] == {
        'spec': {'powerOpInfo': {'powerOffType': 'soft'}, 'numCPUs': 1, 'name': 'DC0_H0_VM0'}}
    assert run.result('Device 1')['changed'] is True
    assert config(simulator)['defaultPowerOps']['resetType'] == 'soft'
    assert len([each for each in config(simulator)['hardware']['device'] if each['_typeName'] == 'VirtualCdrom']) == 3


def test_advanced_settings_are_set_and_taken_away(ansible_playbook, simulator):
    run = ansible_playbook(matrix.tasks(
        MODULE, {'advanced_settings': [{'key': 'a', 'value': True}, {'key': 'n', 'value': 7}]},
        {'advanced_settings': [{'key': 'svga.present', 'value': ''}, {'key': 'a', 'value': None}]},
        {'advanced_settings': [{'key': 'never', 'value': ''}]}, moid='vm-1')).assert_ok()
    matrix.assert_declared(run, True, True, False)
    assert run.result('0 real')['vm']['advanced_settings'] == {'a': 'TRUE', 'n': '7'}
    kept = {each['key']: each['value']['_value'] for each in config(simulator)['extraConfig']}
    assert kept['n'] == '7' and 'svga.present' not in kept and 'a' not in kept


def test_a_running_virtual_machine_takes_only_what_it_was_prepared_for(ansible_playbook, simulator):
    """What check mode says of it is what the real run meets."""
    cases = {
        'CpuHotPlugNotSupported': {'hardware': {'num_cpus': 2}},
        'MemoryHotPlugNotSupported': {'hardware': {'memory_mb': 2048}},
        'InvalidPowerState': {'guest_id': 'rhel9_64Guest'},
        'InvalidArgument': {'hardware': {'memory_mb': 1023}}}
    tasks = [{'name': f'{name} {check}', 'check_mode': check, 'ignore_errors': True, MODULE: {'moid': 'vm-1', **options}}
             for name, options in cases.items() for check in (True, False)]
    before = simulator.state()
    run = ansible_playbook(tasks)
    for name in cases:
        for check in (True, False):
            fault = run.result(f'{name} {check}')['fault']
            assert (fault['name'], fault['operation']) == (name, 'ReconfigVM_Task'), (check, fault)
    assert 'hotadd_cpu' in run.result('CpuHotPlugNotSupported False')['fault']['hint']
    assert simulator.state() == before
    simulator.call(simulator.vm('vm-1').edit_config,
                   lambda config: config.update(cpuHotAddEnabled=True, memoryHotAddEnabled=True))
    run = ansible_playbook(matrix.tasks(MODULE, {'hardware': {'num_cpus': 2, 'memory_mb': 2048}}, moid='vm-1')).assert_ok()
    matrix.assert_declared(run, True)
    run = ansible_playbook([{'name': f'{name} {check}', 'check_mode': check, 'ignore_errors': True, MODULE: {
        'moid': 'vm-1', 'hardware': options}} for name, options in {
            'CpuHotPlugNotSupported': {'num_cpus': 1}, 'MemoryHotPlugNotSupported': {'memory_mb': 1024},
            'InvalidArgument': {'num_cpus': 3, 'num_cpu_cores_per_socket': 1, 'memory_mb': 0}}.items()
        for check in (True, False)])
    assert {name: result['host0']['fault']['name'] for name, result in run.tasks.items()} == {
        name: name.split()[0] for name in run.tasks}


def test_a_suspended_one_takes_neither_cpus_nor_memory(ansible_playbook, simulator):
    run = ansible_playbook([{'name': 'Suspend', 'vsphere.vm.power': {'moid': 'vm-1', 'state': 'suspended'}}, *[
        {'name': f'Grow {check}', 'check_mode': check, 'ignore_errors': True,
         MODULE: {'moid': 'vm-1', 'hardware': {'num_cpus': 2}}} for check in (True, False)]])
    for check in (True, False):
        assert run.result(f'Grow {check}')['fault']['name'] == 'InvalidPowerState'


def test_privileges_are_those_of_what_changes(ansible_playbook, start_simulator):
    denied = [f'VirtualMachine.Config.{each}' for each in ('Memory', 'AdvancedConfig', 'Resource', 'Settings')]
    simulator = start_simulator(vms=1, users={'operator@vsphere.local': {'password': 'Op3rator!', 'denied': denied}})
    vm = simulator.vm('vm-1')
    simulator.call(lambda: vm.become_powered_off(clean=True))
    cases = {
        'Memory': {'hardware': {'memory_mb': 2048, 'num_cpus': 2}}, 'Resource': {'hardware': {'cpu_limit': 100}},
        'AdvancedConfig': {'advanced_settings': [{'key': 'a', 'value': 'b'}]},
        'Settings': {'flags': {'enable_logging': False}}}
    user = {'VMWARE_USER': 'operator@vsphere.local', 'VMWARE_PASSWORD': 'Op3rator!'}
    run = ansible_playbook(
        [{'name': f'{name} {check}', 'check_mode': check, 'ignore_errors': True, MODULE: {'moid': 'vm-1', **options}}
         for name, options in cases.items() for check in (True, False)]
        + [{'name': 'Allowed', MODULE: {'moid': 'vm-1', 'annotation': 'x', 'hardware': {'num_cpus': 2}}}],
        simulator=simulator, env=user)
    for name in cases:
        for check in (True, False):
            fault = run.result(f'{name} {check}')['fault']
            assert (fault['name'], fault['category']) == ('NoPermission', 'permission')
            assert fault['details']['privilegeId'] == f'VirtualMachine.Config.{name}', (check, fault)
    assert run.result('Allowed')['changed'] is True


def test_failures_come_from_the_real_state(ansible_playbook, simulator, off):
    wrong = {
        'ConcurrentAccess': {'annotation': 'x', 'spec': {'changeVersion': 'long ago'}},
        'InvalidName': {'spec': {'name': ''}}, 'DuplicateName': {'spec': {'name': 'DC0_C0_RP0_VM0'}},
        'InvalidArgument': {'guest_id': 'noSuchGuest'}, 'NotSupported': {'spec': {'npivTemporaryDisabled': False}},
        'NotFound': {'boot_options': {'boot_order': ['ethernet']}}}
    simulator.call(lambda: off.edit_config(lambda config: config['hardware'].update(
        device=[each for each in config['hardware']['device'] if 'macAddress' not in each])))
    run = ansible_playbook([{'name': name, 'ignore_errors': True, MODULE: {'moid': 'vm-1', **options}}
                            for name, options in wrong.items()])
    categories = {name: run.result(name)['fault']['category'] for name in wrong if run.result(name)['fault']['name'] == name}
    assert categories == {
        'ConcurrentAccess': 'conflict', 'InvalidName': 'invalid_argument', 'DuplicateName': 'conflict',
        'InvalidArgument': 'invalid_argument', 'NotSupported': 'unsupported', 'NotFound': 'not_found'}


def test_faults(ansible_playbook, simulator):
    at_once, in_task = tuple(FAULTS[::2]), tuple(FAULTS[1::2])
    run = ansible_playbook(faulty.order(simulator, MODULE, {'moid': 'vm-1', 'annotation': 'x'}, 'ReconfigVM_Task',
                                        *at_once, in_task=in_task))
    faulty.assert_told(run, 'ReconfigVM_Task', *at_once, *in_task)
