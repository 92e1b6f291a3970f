# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every way to name a virtual machine, what it costs in requests, and what happens when it means none or several."""

from __future__ import annotations

import pytest

VM = 'DC0_H0_VM0'
LOG_IN = ('hello', 'content', 'Login', 'Logout')


def cost(simulator):
    """The requests of a run beside those that log in and out."""
    return [request['method'] for request in simulator.requests if request['method'] not in LOG_IN]


def target(simulator, how):
    """Options that name the first virtual machine in that way."""
    def get(path):
        return simulator.call(simulator.vm(VM).get, path)
    return {
        'moid': lambda: {'moid': 'vm-1'}, 'name': lambda: {'name': VM}, 'path': lambda: {'path': f'DC0/vm/{VM}'},
        'uuid': lambda: {'uuid': get('config.uuid')}, 'instance_uuid': lambda: {'instance_uuid': get('config.instanceUuid')},
        'use_instance_uuid': lambda: {'uuid': get('config.instanceUuid'), 'use_instance_uuid': True},
        'folder': lambda: {'name': VM, 'folder': '/DC0/vm'}, 'datacenter': lambda: {'name': VM, 'datacenter': 'DC0'}}[how]()


@pytest.mark.parametrize(('how', 'requests'), [
    ('moid', 1), ('path', 2), ('uuid', 2), ('instance_uuid', 2), ('use_instance_uuid', 2), ('name', 2), ('folder', 3),
    ('datacenter', 3)])
def test_what_a_task_with_nothing_to_do_costs(ansible_playbook, simulator, how, requests):
    options = {**target(simulator, how), 'state': 'powered_on'}
    run = ansible_playbook([{'name': 'Nothing', 'vsphere.vm.power': options}]).assert_ok(changed=0)
    assert run.result('Nothing')['vm']['moid'] == 'vm-1'
    assert len(cost(simulator)) == requests, cost(simulator)
    assert [sum(request['method'] == method for request in simulator.requests) for method in LOG_IN] == [1, 1, 1, 1]


def test_a_name_costs_a_page_for_each_thousand_and_the_rest_nothing(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=2500)
    for how, requests in (('name', 4), ('moid', 1), ('path', 2), ('uuid', 2)):
        simulator.requests.clear()
        options = {**target(simulator, how), 'state': 'powered_on'}
        ansible_playbook([{'name': 'Nothing', 'vsphere.vm.power': options}], simulator=simulator).assert_ok(changed=0)
        assert len(cost(simulator)) == requests, (how, cost(simulator))


@pytest.mark.parametrize('task', [
    {'vsphere.vm.power': {'moid': 'vm-1', 'state': 'powered_off'}}, {'vsphere.vm.power': {'moid': 'vm-1', 'state': 'restarted'}},
    {'vsphere.vm.snapshot': {'moid': 'vm-1', 'snapshot_name': 'a'}}])
def test_a_change_costs_at_most_six_more(ansible_playbook, start_simulator, task):
    simulator = start_simulator(vms=1, delay=1.5)
    ansible_playbook([{'name': 'Change', **task}], simulator=simulator).assert_ok(changed=1)
    assert len(cost(simulator)) <= 7, cost(simulator)


def rename(simulator, *names):
    """Gives these names to the first virtual machines."""
    machines = simulator.call(lambda: list(simulator.vcenter.objects('VirtualMachine')))
    for vm, name in zip(machines, names):
        simulator.call(vm.set, 'name', name)


def test_a_name_that_several_have_is_told_with_all_of_them(ansible_playbook, simulator):
    rename(simulator, 'same', 'same')
    run = ansible_playbook('''
    - name: Which
      vsphere.vm.power: {name: same, state: powered_on}
      ignore_errors: true
    - name: In the folder
      vsphere.vm.power: {name: same, folder: /DC0/vm, state: powered_on}
      ignore_errors: true
    ''')
    for name in ('Which', 'In the folder'):
        fault = run.result(name)['fault']
        assert (fault['name'], fault['category']) == ('AmbiguousTarget', 'invalid_argument')
        candidates = fault['details']['candidates']
        assert [each['moid'] for each in candidates] == ['vm-1', 'vm-2']
        for each in candidates:
            assert each['path'] == 'DC0/vm/same'
            assert each['moid'] in run.result(name)['msg'] and each['instance_uuid'] in run.result(name)['msg']


def test_names_with_slashes_and_unicode(ansible_playbook, simulator):
    rename(simulator, 'a%2fb 50%25', 'über-❄')
    run = ansible_playbook('''
    - name: As people write it
      vsphere.vm.power: {name: a/b 50%, state: powered_on}
    - name: As vCenter writes it
      vsphere.vm.power: {path: DC0/vm/a%2fb 50%25, state: powered_on}
    - name: Unicode
      vsphere.vm.power: {name: über-❄, state: powered_on}
    ''').assert_ok(changed=0)
    assert run.result('As people write it')['vm'] == {'moid': 'vm-1', 'name': 'a/b 50%', 'power_state': 'powered_on'}
    assert run.result('As vCenter writes it')['vm']['moid'] == 'vm-1'
    assert run.result('Unicode')['vm'] == {'moid': 'vm-2', 'name': 'über-❄', 'power_state': 'powered_on'}


NOWHERE = {
    'moid': {'moid': 'vm-999'}, 'name': {'name': 'nothing'}, 'path': {'path': 'DC0/vm/nothing'},
    'uuid': {'uuid': '00000000-0000-0000-0000-000000000000'},
    'instance_uuid': {'instance_uuid': '00000000-0000-0000-0000-000000000000'},
    'no folder': {'name': VM, 'folder': 'nowhere', 'datacenter': 'DC0'}, 'no datacenter': {'name': VM, 'datacenter': 'nowhere'},
    'a folder': {'path': 'DC0/vm'}}


def test_what_is_not_there_is_told(ansible_playbook):
    run = ansible_playbook([{'name': name, 'ignore_errors': True, 'vsphere.vm.power': {**options, 'state': 'powered_on'}}
                            for name, options in NOWHERE.items()])
    for name, options in NOWHERE.items():
        fault = run.result(name)['fault']
        assert (fault['name'], fault['category'], fault['retryable']) == ('NotFound', 'not_found', False)
        assert any(str(value) in run.result(name)['msg'] for value in options.values())
    assert 'no virtual machine with name' in run.result('name')['msg']


def test_exactly_one_is_needed(ansible_playbook, path):
    run = ansible_playbook('''
    - name: None
      vsphere.vm.power: {state: powered_on}
      ignore_errors: true
    - name: Two
      vsphere.vm.power: {name: a, moid: vm-1, state: powered_on}
      ignore_errors: true
    - name: Folder alone
      vsphere.vm.power: {moid: vm-1, folder: a, state: powered_on}
      ignore_errors: true
    ''', path=path)
    for option in ('moid', 'name', 'uuid', 'instance_uuid', 'path'):
        assert option in run.result('None')['msg']
    assert 'mutually exclusive' in run.result('Two')['msg']
    assert 'name' in run.result('Folder alone')['msg']
