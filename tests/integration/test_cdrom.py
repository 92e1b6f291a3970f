# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.cdrom: images, drives of the host and of the client, drives added and removed."""

from __future__ import annotations

from . import matrix

MODULE = 'vsphere.vm.cdrom'
ISO = '[LocalDS_0] iso/rhel-9.iso'
BOTH_PATHS = '''
- name: Insert
  vsphere.vm.cdrom:
    name: DC0_H0_VM0
    type: iso
    iso_path: "[LocalDS_0] iso/rhel-9.iso"
    connected: true
- name: Insert as before
  vsphere.vm.cdrom:
    name: DC0_H0_VM0
    iso_path: "[LocalDS_0] iso/rhel-9.iso"
    connected: true
'''
CLIENT = {'label': 'CD/DVD drive 1', 'type': 'client', 'iso_path': None, 'host_device': None, 'connected': False,
          'start_connected': False, 'guest_control': True, 'controller_type': 'sata', 'controller_number': 0,
          'unit_number': 0}


def drives(simulator, vm='vm-1'):
    found = simulator.call(simulator.vm(vm).get, 'config.hardware.device')
    return [device for device in found if device['_typeName'] == 'VirtualCdrom']


def test_both_paths_do_the_same(ansible_playbook, simulator, path):
    run = ansible_playbook(BOTH_PATHS, path=path).assert_ok(changed=1)
    inserted = {**CLIENT, 'type': 'iso', 'iso_path': ISO, 'connected': True}
    assert run.result('Insert')['vm'] == {'moid': 'vm-1', 'name': 'DC0_H0_VM0', 'cdrom': inserted}
    assert run.result('Insert')['diff'] == {'before': {'cdrom': CLIENT}, 'after': {'cdrom': inserted}}
    assert run.result('Insert as before')['vm']['cdrom'] == inserted


def test_drives_are_declared(ansible_playbook, simulator):
    run = ansible_playbook(matrix.tasks(
        MODULE, {'type': 'client'}, {'type': 'iso', 'iso_path': ISO, 'connected': True, 'start_connected': True,
                                     'allow_guest_control': False},
        {'label': 'CD/DVD drive 1', 'type': 'host', 'host_device': '/vmfs/devices/cdrom/a'},
        {'type': 'host'}, {'type': 'none'}, {'unit_number': 1, 'iso_path': ISO, 'start_connected': False},
        {'controller_type': 'ide', 'unit_number': 1, 'type': 'host', 'connected': False},
        {'label': 'CD/DVD drive 4', 'type': 'none', 'controller_type': 'sata', 'controller_number': 1},
        {'label': 'CD/DVD drive 4', 'state': 'absent'}, {'unit_number': 1, 'controller_type': 'ide', 'state': 'absent'},
        {'unit_number': 17, 'state': 'absent'}, moid='vm-1')).assert_ok()
    matrix.assert_declared(run, False, True, True, False, True, True, True, True, True, True, False)
    assert run.result('2 real')['vm']['cdrom'] == {
        **CLIENT, 'type': 'host', 'host_device': '/vmfs/devices/cdrom/a', 'connected': True, 'start_connected': True,
        'guest_control': False}
    assert run.result('4 real')['vm']['cdrom'] == {**CLIENT, 'guest_control': False}
    second = run.result('5 real')['vm']['cdrom']
    assert (second['label'], second['type'], second['unit_number'], second['connected']) == (
        'CD/DVD drive 2', 'iso', 1, False)
    assert run.result('6 real')['vm']['cdrom']['controller_type'] == 'ide'
    assert run.result('7 real')['vm']['cdrom']['controller_number'] == 1
    assert [drive['deviceInfo']['label'] for drive in drives(simulator)] == ['CD/DVD drive 1', 'CD/DVD drive 2']


def test_a_machine_that_is_off_connects_nothing_now(ansible_playbook, simulator):
    vm = simulator.vm('vm-1')
    simulator.call(lambda: vm.become_powered_off(clean=True))
    run = ansible_playbook(matrix.tasks(MODULE, {'connected': True}, {'start_connected': True}, moid='vm-1')).assert_ok()
    matrix.assert_declared(run, False, True)


def test_check_mode_changes_nothing(ansible_playbook, simulator):
    before = simulator.state()
    ansible_playbook(BOTH_PATHS, args=['--check', '--diff']).assert_ok(changed=2)
    assert simulator.state() == before


def test_what_is_in_the_way_is_told(ansible_playbook, start_simulator):
    denied = ['VirtualMachine.Interact.SetCDMedia', 'VirtualMachine.Config.AddRemoveDevice']
    simulator = start_simulator(vms=1, users={'operator@vsphere.local': {'password': 'Op3rator!', 'denied': denied}})
    wrong = {
        'No label': ({'label': 'CD/DVD drive 9'}, 'NotFound', 'not_found'),
        'No room': ({'controller_type': 'ide', 'controller_number': 3, 'unit_number': 5}, 'InvalidController',
                    'invalid_argument'),
        'Both': ({'type': 'client', 'iso_path': ISO}, 'InvalidArgument', 'invalid_argument'),
        'Media': ({'type': 'iso', 'iso_path': ISO}, 'NoPermission', 'permission'),
        'Remove': ({'label': 'CD/DVD drive 1', 'state': 'absent'}, 'NoPermission', 'permission')}
    before = simulator.state()
    run = ansible_playbook([{'name': f'{name} {check}', 'check_mode': check, 'ignore_errors': True, MODULE: {
        'moid': 'vm-1', **options}} for name, (options, *_told) in wrong.items() for check in (True, False)],
        simulator=simulator, env={'VMWARE_USER': 'operator@vsphere.local', 'VMWARE_PASSWORD': 'Op3rator!'})
    for name, (_options, *told) in wrong.items():
        for check in (True, False):
            fault = run.result(f'{name} {check}')['fault']
            assert [fault['name'], fault['category']] == told, fault
    assert run.result('Media True')['fault']['details']['privilegeId'] == denied[0]
    assert simulator.state() == before
    run = ansible_playbook([{'name': 'Nowhere', MODULE: {'moid': 'vm-1', 'type': 'iso', 'iso_path': '[nowhere] a.iso'}}],
                           simulator=simulator)
    assert run.failure()['fault']['name'] == 'InvalidDatastorePath'
