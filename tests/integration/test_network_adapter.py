# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.network_adapter: added, moved, connected and removed, on networks and distributed port groups."""

from __future__ import annotations

import pytest

from . import matrix
from .places import add_port_group

MODULE = 'vsphere.vm.network_adapter'
FIRST, MAC = 'Network adapter 1', '00:50:56:00:00:09'
BOTH_PATHS = '''
- name: Add
  vsphere.vm.network_adapter:
    name: DC0_H0_VM0
    label: Network adapter 2
    network_name: Group
    mac: 00-50-56-00-00-09
- name: Add as before
  vsphere.vm.network_adapter:
    name: DC0_H0_VM0
    mac_address: 00:50:56:00:00:09
    network: Group
'''


@pytest.fixture
def simulator(start_simulator):
    simulator = start_simulator(vms=2)
    add_port_group(simulator, 'Group')
    return simulator


def adapters(simulator, vm='vm-1'):
    found = simulator.call(simulator.vm(vm).get, 'config.hardware.device')
    return [device for device in found if 'macAddress' in device]


def test_both_paths_do_the_same(ansible_playbook, simulator, path):
    run = ansible_playbook(BOTH_PATHS, path=path).assert_ok(changed=1)
    adapter = {'label': 'Network adapter 2', 'device_type': 'vmxnet3', 'mac_address': MAC, 'network_name': 'Group',
               'connected': True, 'start_connected': True, 'guest_control': True, 'wake_on_lan': True}
    assert run.result('Add')['vm'] == {'moid': 'vm-1', 'name': 'DC0_H0_VM0', 'adapter': adapter}
    assert run.result('Add')['diff'] == {'before': {'adapter': None}, 'after': {'adapter': adapter}}
    assert run.result('Add as before')['vm']['adapter'] == adapter


def test_adapters_are_declared(ansible_playbook, simulator):
    network, group = [simulator.call(lambda kind=kind: simulator.vcenter.objects(kind)[0].moid)
                      for kind in ('Network', 'DistributedVirtualPortgroup')]
    run = ansible_playbook(matrix.tasks(
        MODULE, {'network_name': 'VM Network'}, {'label': FIRST, 'network_name': 'Group'},
        {'label': FIRST, 'network_name': group}, {'label': FIRST, 'network_name': network, 'connected': False},
        {'network_name': 'VM Network', 'start_connected': False, 'guest_control': False, 'wake_onlan': False},
        {'mac': MAC, 'network_name': 'VM Network', 'device_type': 'e1000e', 'connected': False,
         'start_connected': False, 'allow_guest_control': False, 'wake_on_lan': False},
        {'mac': MAC, 'connected': True}, {'mac': MAC, 'state': 'absent'}, moid='vm-1')).assert_ok()
    matrix.assert_declared(run, False, True, False, True, True, True, True, True)
    moved = run.result('1 real')['diff']
    assert [moved[side]['adapter']['network_name'] for side in ('before', 'after')] == ['VM Network', 'Group']
    first = run.result('4 real')['vm']['adapter']
    assert (first['network_name'], first['connected'], first['start_connected'], first['guest_control'],
            first['wake_on_lan']) == ('VM Network', False, False, False, False)
    made = run.result('5 real')['vm']['adapter']
    assert made == {'label': 'Network adapter 2', 'device_type': 'e1000e', 'mac_address': MAC, 'connected': False,
                    'network_name': 'VM Network', 'start_connected': False, 'guest_control': False, 'wake_on_lan': False}
    assert len(adapters(simulator)) == 1


def test_a_machine_that_is_off_connects_nothing_and_takes_another_address(ansible_playbook, simulator):
    vm = simulator.vm('vm-1')
    simulator.call(lambda: vm.become_powered_off(clean=True))
    run = ansible_playbook(matrix.tasks(
        MODULE, {'label': FIRST, 'connected': True}, {'label': FIRST, 'mac_address': MAC.upper()},
        {'label': 'Network adapter 2', 'network_name': 'VM Network', 'connected': True}, moid='vm-1')).assert_ok()
    matrix.assert_declared(run, False, True, True)
    assert next((each['macAddress'], each['addressType']) for each in adapters(simulator)) == (MAC, 'manual')


def test_check_mode_changes_nothing(ansible_playbook, simulator):
    before = simulator.state()
    ansible_playbook(BOTH_PATHS, args=['--check', '--diff']).assert_ok(changed=2)
    assert simulator.state() == before


def test_what_is_in_the_way_is_told(ansible_playbook, simulator):
    wrong = {
        'Another type': ({'label': FIRST, 'device_type': 'e1000'}, 'NotSupported', 'unsupported'),
        'No network': ({'label': 'Network adapter 2'}, 'InvalidArgument', 'invalid_argument'),
        'Unknown network': ({'label': FIRST, 'network_name': 'nowhere'}, 'NotFound', 'not_found'),
        'No label': ({'label': 'Network adapter 7', 'network_name': 'Group'}, 'NotFound', 'not_found'),
        'Another address': ({'label': FIRST, 'mac_address': MAC}, 'InvalidPowerState', 'state')}
    before = simulator.state()
    run = ansible_playbook([{'name': f'{name} {check}', 'check_mode': check, 'ignore_errors': True, MODULE: {
        'moid': 'vm-1', **options}} for name, (options, *_told) in wrong.items() for check in (True, False)])
    for name, (_options, *told) in wrong.items():
        for check in (True, False):
            fault = run.result(f'{name} {check}')['fault']
            assert [fault['name'], fault['category']] == told, fault
    assert simulator.state() == before
    simulator.order('ReconfigVM_Task', 'TooManyDevices')
    run = ansible_playbook([{'name': 'Many', MODULE: {'moid': 'vm-1', 'mac': MAC, 'network_name': 'Group'}}])
    assert run.failure()['fault']['name'] == 'TooManyDevices'


def test_privileges_are_those_of_what_changes(ansible_playbook, start_simulator):
    cases = {'DeviceConnection': {'label': FIRST, 'connected': False}, 'EditDevice': {'label': FIRST, 'wake_on_lan': False},
             'AddRemoveDevice': {'label': FIRST, 'state': 'absent'}}
    denied = {'op': ['VirtualMachine.Interact.DeviceConnection', 'VirtualMachine.Config.AddRemoveDevice',
                     'VirtualMachine.Config.EditDevice'], 'net': [('Network.Assign', 'Group')]}
    simulator = start_simulator(vms=1, users={
        f'{user}@vsphere.local': {'password': 'Op3rator!', 'denied': each} for user, each in denied.items()})
    add_port_group(simulator, 'Group')

    def lacking(user, tried):
        run = ansible_playbook([{'name': f'{name} {check}', 'check_mode': check, 'ignore_errors': True, MODULE: {
            'moid': 'vm-1', **options}} for name, options in tried.items() for check in (True, False)],
            simulator=simulator, env={'VMWARE_USER': f'{user}@vsphere.local', 'VMWARE_PASSWORD': 'Op3rator!'})
        return {name: {run.result(f'{name} {check}')['fault']['details']['privilegeId'].rpartition('.')[2]
                       for check in (True, False)} for name in tried}
    assert lacking('op', cases) == {name: {name} for name in cases}
    assert lacking('net', {'Assign': {'label': FIRST, 'network_name': 'Group'}}) == {'Assign': {'Assign'}}
