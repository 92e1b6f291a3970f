# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.custom_value: values by the names of attributes, defined where they are missing."""

from __future__ import annotations

from . import faulty, matrix

MODULE = 'vsphere.vm.custom_value'
BOTH_PATHS = '''
- name: Set
  vsphere.vm.custom_value:
    name: DC0_H0_VM0
    attributes:
      - name: Owner
        value: web team
- name: Set as before
  vsphere.vm.custom_value:
    name: DC0_H0_VM0
    attributes:
      - name: Owner
        value: web team
'''
OWNER = {'attributes': [{'name': 'Owner', 'value': 'web'}]}


def fields(simulator):
    return [(field['name'], field['managedObjectType'])
            for field in simulator.call(simulator.vm('vm-1').get, 'availableField')]


def test_both_paths_do_the_same(ansible_playbook, simulator, path):
    run = ansible_playbook(BOTH_PATHS, path=path).assert_ok(changed=1)
    assert run.result('Set')['vm'] == {'moid': 'vm-1', 'name': 'DC0_H0_VM0', 'attributes': {'Owner': 'web team'}}
    assert run.result('Set')['diff'] == {'before': {'attributes': {'Owner': ''}},
                                         'after': {'attributes': {'Owner': 'web team'}}}
    assert fields(simulator) == [('Owner', 'VirtualMachine')]


def test_values_are_declared(ansible_playbook, simulator):
    two = {'attributes': [{'name': 'Owner', 'value': 'db'}, {'name': 'Cost', 'value': 4711}]}
    run = ansible_playbook(matrix.tasks(
        MODULE, OWNER, two, {'state': 'absent', 'attributes': [{'name': 'Cost'}]}, {**OWNER, 'create': False},
        {'attributes': [{'name': 'Owner', 'value': ''}]}, {'state': 'absent', 'attributes': [{'name': 'Never'}]},
        moid='vm-1')).assert_ok()
    matrix.assert_declared(run, True, True, True, True, True, False)
    assert run.result('1 real')['vm']['attributes'] == {'Owner': 'db', 'Cost': '4711'}
    assert [name for name, _kind in fields(simulator)] == ['Cost', 'Owner']
    assert simulator.call(simulator.vm('vm-1').get, 'customValue') == []


def test_a_fleet_defines_an_attribute_once(ansible_playbook, simulator):
    run = ansible_playbook([{'name': 'All', MODULE: {'where': {'name': 'DC0_*'}, **OWNER}}]).assert_ok(changed=1)
    assert [each['changed'] for each in run.result('All')['results']] == [True, True]
    assert [name for name, _kind in fields(simulator)] == ['Owner']


def test_an_attribute_that_somebody_else_has_just_defined_is_used(ansible_playbook, simulator):
    """The definition comes between the look at the virtual machine and its own."""
    vm, manager = simulator.vm('vm-1'), simulator.vcenter.custom_fields
    define = manager.AddCustomFieldDef

    def late(call, **params):
        define(call, **params)
        return define(call, **params)
    simulator.call(setattr, manager, 'AddCustomFieldDef', late)
    run = ansible_playbook([{'name': 'Set', MODULE: {'moid': 'vm-1', **OWNER}}]).assert_ok(changed=1)
    assert run.result('Set')['vm']['attributes'] == {'Owner': 'web'}
    assert [each['value'] for each in simulator.call(vm.get, 'customValue')] == ['web']


def test_check_mode_changes_nothing(ansible_playbook, simulator):
    before = simulator.state()
    ansible_playbook(BOTH_PATHS, args=['--check']).assert_ok(changed=2)
    assert simulator.state() == before


def test_what_is_in_the_way_is_told(ansible_playbook, start_simulator):
    user = {'VMWARE_USER': 'operator@vsphere.local', 'VMWARE_PASSWORD': 'Op3rator!'}
    simulator = start_simulator(vms=1, users={'operator@vsphere.local': {
        'password': 'Op3rator!', 'denied': ['Global.ManageCustomFields']}})
    wrong = {'Not to be made': ({'create': False}, 'NotFound'), 'Not allowed': ({}, 'NoPermission')}
    run = ansible_playbook([{'name': f'{name} {check}', 'check_mode': check, 'ignore_errors': True, MODULE: {
        'moid': 'vm-1', **OWNER, **options}} for name, (options, _fault) in wrong.items() for check in (True, False)],
        simulator=simulator, env=user)
    for name, (_options, told) in wrong.items():
        for check in (True, False):
            assert run.result(f'{name} {check}')['fault']['name'] == told
    assert run.result('Not allowed True')['fault']['details'] == {
        'privilegeId': 'Global.ManageCustomFields', 'object': {'type': 'Folder', 'value': 'group-d1'}}
    # An attribute of hosts is none of virtual machines, but its name is taken.
    run = ansible_playbook([
        {'name': 'Define', 'vsphere.vm.method': {
            'object_type': 'CustomFieldsManager', 'object_moid': 'CustomFieldsManager', 'method': 'AddCustomFieldDef',
            'arguments': {'name': 'Owner', 'moType': 'HostSystem'}}},
        {'name': 'Set', MODULE: {'moid': 'vm-1', **OWNER}}], simulator=simulator)
    fault = run.failure()['fault']
    assert (fault['name'], fault['category'], fault['operation']) == (
        'InvalidArgument', 'invalid_argument', 'setCustomValue')


def test_faults(ansible_playbook, simulator):
    run = ansible_playbook(faulty.order(simulator, MODULE, {'moid': 'vm-1', **OWNER}, 'setCustomValue',
                                        'InvalidArgument', 'NoPermission'))
    faulty.assert_told(run, 'setCustomValue', 'InvalidArgument', 'NoPermission')
