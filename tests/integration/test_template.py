# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.template: marked as a template and back, everywhere it can run."""

from __future__ import annotations

import pytest

from . import faulty, matrix

TEMPLATE = 'vsphere.vm.template'
BOTH_PATHS = '''
- name: Template
  vsphere.vm.template:
    name: DC0_H0_VM0
- name: Virtual machine
  vsphere.vm.template:
    name: DC0_H0_VM0
    state: virtual_machine
'''


@pytest.fixture
def simulator(start_simulator):
    simulator = start_simulator(vms=2, hosts=2)
    simulator.call(lambda: [vm.become_powered_off(True) for vm in simulator.vcenter.objects('VirtualMachine')])
    return simulator


def placed(simulator, moid):
    """The names of the pool and the host of a virtual machine."""
    def names():
        vm = simulator.vcenter.find(moid)
        return [simulator.vcenter.resolve(vm.get(path)).get('name') for path in ('resourcePool', 'runtime.host')]
    return simulator.call(names)


def test_both_paths_do_the_same(ansible_playbook, simulator, path):
    run = ansible_playbook(BOTH_PATHS, path=path).assert_ok(changed=2)
    assert [run.result(name)['operation'] for name in ('Template', 'Virtual machine')] == [
        'MarkAsTemplate', 'MarkAsVirtualMachine']
    assert run.result('Template')['vm'] == {'moid': 'vm-1', 'name': 'DC0_H0_VM0', 'template': True}
    assert run.result('Template')['diff'] == {'before': {'template': False}, 'after': {'template': True}}
    assert placed(simulator, 'vm-1') == ['Resources', 'DC0_H0']


def test_it_is_declared_and_placed(ansible_playbook, simulator):
    back, there = {'state': 'virtual_machine'}, {'state': 'template'}
    steps = ({**back, 'host': 'DC0_C0_H1'}, {**back, 'cluster': 'DC0_C0', 'resource_pool': 'DC0_C0_RP0'},
             {**back, 'resource_pool': 'DC0_C0_RP0', 'esxi_hostname': 'DC0_C0_H1'}, {**back, 'cluster': 'DC0_C0'})
    tasks = []
    for number, step in enumerate(steps):
        tasks += [{**task, 'name': f'{number} {task["name"]}'} for task in matrix.tasks(TEMPLATE, there, step, moid='vm-2')]
    run = ansible_playbook(tasks).assert_ok(changed=16)
    for number in range(4):
        changed = [run.result(f'{number} {step} {what}')['changed'] for step in (0, 1)
                   for what in ('forecast', 'real', 'again')]
        assert changed == [True, True, False] * 2
    assert placed(simulator, 'vm-2') == ['Resources', 'DC0_C0_H1']


def test_check_mode_changes_nothing(ansible_playbook, simulator):
    before = simulator.state()
    ansible_playbook([{'name': 'Template', TEMPLATE: {'moid': 'vm-1'}}], args=['--check']).assert_ok(changed=1)
    assert simulator.state() == before


def test_what_is_in_the_way(ansible_playbook, simulator):
    simulator.call(simulator.vm('vm-2').become_powered_on)
    wrong = {'Foretold': {'moid': 'vm-2'}, 'Running': {'moid': 'vm-2'},
             'Elsewhere': {'moid': 'vm-1', 'state': 'virtual_machine', 'host': 'DC0_H0', 'resource_pool': 'DC0_C0_RP0'},
             'Nowhere': {'moid': 'vm-1', 'state': 'virtual_machine', 'cluster': 'DC0_C9'}}
    run = ansible_playbook([{'name': 'Mark', TEMPLATE: {'moid': 'vm-1'}}] + [
        {'name': name, 'ignore_errors': True, 'check_mode': name == 'Foretold', TEMPLATE: options}
        for name, options in wrong.items()])
    told = {name: (run.result(name)['fault']['name'], run.result(name)['fault']['category']) for name in wrong}
    assert told == {'Foretold': ('InvalidPowerState', 'state'), 'Running': ('InvalidPowerState', 'state'),
                    'Elsewhere': ('InvalidArgument', 'invalid_argument'), 'Nowhere': ('NotFound', 'not_found')}


def test_faults(ansible_playbook, simulator):
    faults = ('InvalidState', 'VmConfigFault', 'FileFault', 'NotSupported')
    tasks = faulty.order(simulator, TEMPLATE, {'moid': 'vm-1'}, 'MarkAsTemplate', *faults)
    tasks.append({'name': 'Mark', TEMPLATE: {'moid': 'vm-1'}})
    tasks += faulty.order(simulator, TEMPLATE, {'moid': 'vm-1', 'state': 'virtual_machine'}, 'MarkAsVirtualMachine',
                          *faults, 'InvalidDatastore')
    run = ansible_playbook(tasks)
    faulty.assert_told(run, 'MarkAsTemplate', *faults)
    faulty.assert_told(run, 'MarkAsVirtualMachine', *faults, 'InvalidDatastore')
