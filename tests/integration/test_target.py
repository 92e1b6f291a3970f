# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every way to name a virtual machine, what it costs in requests, and what happens when it means none or several."""

from __future__ import annotations

import re

import pytest

from tests.simulator.objects.datacenter import Datacenter
from tests.simulator.objects.folder import Folder

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


READ, FIND = 'RetrievePropertiesEx', 'FindByInventoryPath'
COSTS = {'moid': [READ], 'path': [FIND, READ], 'uuid': ['FindAllByUuid', READ], 'instance_uuid': ['FindAllByUuid', READ],
         'use_instance_uuid': ['FindAllByUuid', READ], 'name': [READ, READ], 'folder': [FIND, READ, READ],
         'datacenter': [FIND, READ, READ]}


def test_what_a_task_with_nothing_to_do_costs(ansible_playbook, simulator):
    run = ansible_playbook([{'name': how, 'vsphere.vm.power': {**target(simulator, how), 'state': 'powered_on'}} for how in COSTS])
    run.assert_ok(changed=0)
    for how in COSTS:
        assert run.result(how)['vm'] == {'moid': 'vm-1', 'name': VM, 'power_state': 'powered_on'}
    assert cost(simulator) == [method for methods in COSTS.values() for method in methods]
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
    simulator = start_simulator(vms=1, delay=0.3)
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


def scatter(simulator):
    """Gives one name and one BIOS UUID to four machines: in DC0/vm, DC0/vm/web, DC0/vm/web/inner and in another datacenter, DC1/vm/web; returns the UUID."""
    vcenter = simulator.vcenter
    machines = vcenter.objects('VirtualMachine')
    here = vcenter.objects('Datacenter')[0]
    there = Datacenter.create(vcenter, 'DC1', vcenter.resolve(here.get('parent')))
    kinds = ('Folder', 'VirtualMachine')
    web = Folder.create(vcenter, 'web', here.folder('vmFolder'), kinds)
    inner, other = Folder.create(vcenter, 'inner', web, kinds), Folder.create(vcenter, 'web', there.folder('vmFolder'), kinds)
    for vm, folder in zip(machines[1:], (web, inner, other)):
        folder._take_in([vm.ref])
    uuid = machines[0].configuration['uuid']
    for vm in machines:
        vm.configuration = {**vm.configuration, 'uuid': uuid}
        vm.set('name', 'same')
    return uuid


def test_folder_and_datacenter_narrow_it_down(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=4)
    uuid = simulator.call(scatter, simulator)
    narrowed = {
        'datacenter': ({'datacenter': 'DC1'}, ['vm-4']), 'folder in it': ({'folder': 'web', 'datacenter': 'DC1'}, ['vm-4']),
        'whole path': ({'folder': '/DC1/vm/web'}, ['vm-4']), 'inner': ({'folder': 'web/inner', 'datacenter_name': 'DC0'}, ['vm-3']),
        'both below': ({'folder': '/DC0/vm/web'}, ['vm-2', 'vm-3']), 'one of the two': ({'datacenter': 'DC0'}, ['vm-1', 'vm-2', 'vm-3']),
        'uuid': ({'name': None, 'uuid': uuid}, ['vm-1', 'vm-2', 'vm-3', 'vm-4']), 'uuid there': ({'name': None, 'uuid': uuid, 'datacenter': 'DC1'}, ['vm-4']),
        'none there': ({'folder': '/DC1/vm/web', 'name': 'DC0_H0_VM0'}, [])}
    tasks = []
    for name, (options, _moids) in narrowed.items():
        power = {key: value for key, value in {'name': 'same', 'state': 'powered_on', **options}.items() if value}
        tasks.append({'name': name, 'ignore_errors': True, 'vsphere.vm.power': power})
    run = ansible_playbook(tasks, simulator=simulator)
    for name, (options, moids) in narrowed.items():
        told = run.result(name)
        if len(moids) == 1:
            assert told['vm'] == {'moid': moids[0], 'name': 'same', 'power_state': 'powered_on'}, name
        elif moids:
            assert told['fault']['name'] == 'AmbiguousTarget', name
            assert sorted(each['moid'] for each in told['fault']['details']['candidates']) == moids, name
        else:
            assert told['fault']['name'] == 'NotFound' and options['folder'] in told['msg'], told['msg']
    paths = {each['moid']: each['path'] for each in run.result('one of the two')['fault']['details']['candidates']}
    assert paths == {'vm-1': 'DC0/vm/same', 'vm-2': 'DC0/vm/web/same', 'vm-3': 'DC0/vm/web/inner/same'}


def vanish_after(simulator, method, *moids):
    """Has these virtual machines deleted as soon as a method of a service has been answered for the first time."""
    vcenter = simulator.vcenter
    kind = 'SearchIndex' if method.startswith('Find') else 'PropertyCollector'
    service = next(each for each in vcenter.objects(kind))
    real = getattr(service, method)

    def answered(call, **parameters):
        answer = real(call, **parameters)
        for moid in moids:
            if vm := vcenter.find(moid):
                vm.leave_inventory()
        return answer
    setattr(service, method, answered)


@pytest.mark.parametrize('how', ['name', 'path', 'uuid'])
def test_one_that_is_deleted_while_it_is_looked_up_is_not_there(ansible_playbook, simulator, how):
    options = target(simulator, how)
    simulator.call(vanish_after, simulator, {'name': 'RetrievePropertiesEx', 'path': 'FindByInventoryPath', 'uuid': 'FindAllByUuid'}[how], 'vm-1')
    run = ansible_playbook([{'name': 'Look', 'vsphere.vm.power': {**options, 'state': 'powered_on'}}])
    fault = run.failure('Look')['fault']
    assert (fault['name'], fault['category']) == ('NotFound', 'not_found')
    assert 'Traceback' not in run.output and options[how] in run.result('Look')['msg']


def test_of_two_the_one_that_is_left_is_meant(ansible_playbook, simulator):
    rename(simulator, 'same', 'same')
    simulator.call(vanish_after, simulator, 'RetrievePropertiesEx', 'vm-1')
    run = ansible_playbook([{'name': 'Look', 'vsphere.vm.power': {'name': 'same', 'state': 'powered_on'}}]).assert_ok(changed=0)
    assert run.result('Look')['vm']['moid'] == 'vm-2'


def test_one_that_is_deleted_between_two_pages_is_skipped(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=1200)
    last = simulator.call(lambda: [vm.moid for vm in simulator.vcenter.objects('VirtualMachine')][-2:])
    name = simulator.call(simulator.vm(last[1]).get, 'name')
    simulator.call(vanish_after, simulator, 'RetrievePropertiesEx', last[0], 'vm-1')
    run = ansible_playbook([{'name': 'Look', 'vsphere.vm.power': {'name': name, 'state': 'powered_on'}}], simulator=simulator).assert_ok(changed=0)
    assert run.result('Look')['vm']['moid'] == last[1]
    assert cost(simulator).count('ContinueRetrievePropertiesEx') == 1


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


def test_an_empty_name_is_told_by_its_option(ansible_playbook):
    run = ansible_playbook([{'name': option, 'ignore_errors': True, 'vsphere.vm.power': {option: '', 'state': 'powered_on'}}
                            for option in ('moid', 'name', 'uuid', 'instance_uuid', 'path')])
    for option in ('moid', 'name', 'uuid', 'instance_uuid', 'path'):
        told = run.result(option)['msg']
        assert re.search(rf'\b{option}\b', told) and 'failed: Required' not in told, told
