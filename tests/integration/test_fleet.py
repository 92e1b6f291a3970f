# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One task for many virtual machines: whom it means, what comes of each, and what it costs in requests."""

from __future__ import annotations

import collections
import itertools
import signal
from functools import partial

import pytest

from tests.simulator.objects.folder import Folder
from tests.simulator.objects.resource_pool import ResourcePool
from tests.simulator.objects.virtual_machine import VirtualMachine

from .test_run_session import family, send, until

POWER = 'vsphere.vm.power'
OFF = 'PowerOffVM_Task'
READ = 'RetrievePropertiesEx'
newest = pytest.mark.parametrize('ansible_core', ['newest'], indirect=True)


def moids(count):
    return [{'moid': f'vm-{number}'} for number in range(1, count + 1)]


def power(state='powered_off', **options):
    return {'name': 'Power', 'ignore_errors': True, POWER: {'state': state, **options}}


def count(simulator, *methods):
    called = collections.Counter(request['method'] for request in simulator.requests)
    return [called[method] for method in methods]


def states(simulator):
    """The power state of each virtual machine, by moid."""
    return simulator.call(lambda: {vm.moid: vm.get('runtime.powerState') for vm in simulator.vcenter.objects('VirtualMachine')})


def outcomes(result):
    """{moid: True if it changed, False if not, the name of its fault, None if not attempted}"""
    return {each['vm'].get('moid'): (None if not each['attempted'] else
            each['fault']['name'] if each.get('failed') else each['changed']) for each in result['results']}


def requests_for(simulator, method):
    """How often a method was called on each object, however it was answered."""
    return collections.Counter(request['moid'] for request in simulator.requests if request['method'] == method)


def end_soon(simulator, seconds):
    """Ends the tasks that are under way, and has those to come take so many seconds."""
    simulator.vcenter.settings.task_seconds = seconds
    simulator.let_tasks_end()


def pick(simulator, kind, name):
    return next(each for each in simulator.vcenter.objects(kind) if each.get('name') == name)


def add_vms(simulator, folder, *names, host='DC0_H0', pool=None, **options):
    """Virtual machines in a folder below DC0/vm that is made by its path; returns their moids."""
    def add():
        place = pick(simulator, 'Datacenter', 'DC0').folder('vmFolder')
        for part in folder.split('/'):
            inside = [simulator.vcenter.resolve(ref) for ref in place.get('childEntity')]
            place = next((each for each in inside if each.get('name') == part), None) or Folder.create(
                simulator.vcenter, part, place, ('Folder', 'VirtualMachine'))
        on = pick(simulator, 'HostSystem', host)
        owner = simulator.vcenter.resolve(on.get('parent'))
        where = {'host': on, 'datastore': pick(simulator, 'Datastore', 'LocalDS_0'), 'network': pick(simulator, 'Network', 'VM Network'),
                 'pool': pick(simulator, 'ResourcePool', pool) if pool else simulator.vcenter.resolve(owner.get('resourcePool'))}
        index = len(simulator.vcenter.objects('VirtualMachine'))
        return [VirtualMachine.create(simulator.vcenter, name=name, folder=place, index=index + number, **where, **options).moid
                for number, name in enumerate(names, start=1)]
    return simulator.call(add)


def give_attribute(simulator, name, values):
    """Defines a custom attribute and sets it, by moid."""
    def give():
        call = type('Call', (), {'require': lambda *_arguments: None})()
        field = simulator.vcenter.custom_fields.AddCustomFieldDef(call, name)
        for moid, value in values.items():
            simulator.vcenter.custom_fields.SetField(call, simulator.vcenter.find(moid).ref, field['key'], value)
    simulator.call(give)


# -- whom it means


@pytest.mark.parametrize('many', [False, True], ids=['few', 'many'])
def test_vms_by_every_kind_of_name(ansible_playbook, start_simulator, many):
    simulator = start_simulator(vms=9)
    vm = {number: simulator.vm(f'vm-{number}') for number in range(1, 10)}
    name, uuid, instance = simulator.call(lambda: [
        vm[number].get(path) for number, path in ((2, 'name'), (3, 'config.uuid'), (4, 'config.instanceUuid'))])
    given = [{'moid': 'vm-1'}, {'name': name}, {'uuid': uuid.upper()}, {'instance_uuid': instance}, {'path': 'DC0/vm/DC0_H0_VM0'},
             {'name': 'nobody'}, {'path': '/DC0/vm/DC0_C0_RP0_VM2/'}, {'moid': 'vm-99'}, {'uuid': instance, 'use_instance_uuid': True}]
    if not many:
        given = [given[number] for number in (0, 2, 3, 5, 7)]
    run = ansible_playbook([power('powered_on', vms=given)], simulator=simulator)
    result = run.result('Power')
    found = ['vm-1', 'vm-2', 'vm-3', 'vm-4', 'vm-6'] if many else ['vm-1', 'vm-3', 'vm-4']
    assert [each['vm']['moid'] for each in result['results'] if not each.get('failed')] == found, 'in their order, each once'
    assert [(each['vm'], each['fault']['name']) for each in result['results'] if each.get('failed')] == [
        ({'name': 'nobody'}, 'NotFound'), ({'moid': 'vm-99'}, 'NotFound')]
    assert result['summary'] == {'total': len(found) + 2, 'ok': len(found), 'changed': 0, 'failed': 2, 'not_attempted': 0}
    assert result['fault']['category'] == 'not_found'
    assert '2 of' in result['msg'] and "'nobody'" in result['msg']
    lookups = count(simulator, READ, 'FindAllByUuid', 'FindByInventoryPath')
    assert lookups == ([2, 0, 0] if many else [2, 2, 0])


def test_vms_by_name_in_places_are_found_in_one_walk(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=2)
    web, db = add_vms(simulator, 'web/front', 'twin'), add_vms(simulator, 'db', 'twin')
    single = add_vms(simulator, 'web', 'a', 'b', 'c')
    run = ansible_playbook([power('powered_on', vms=[
        {'name': 'twin', 'folder': '/DC0/vm/web'}, {'name': 'twin', 'folder': 'db', 'datacenter': 'DC0'},
        *({'name': name, 'datacenter': 'DC0'} for name in 'abc'), {'name': 'twin'}, {'name': 'a', 'folder': '/DC0/vm/db'},
        {'name': 'a', 'folder': '/DC0/vm/nowhere'}])], simulator=simulator)
    result = run.result('Power')
    assert [each['vm']['moid'] for each in result['results'] if not each.get('failed')] == [*web, *db, *single]
    assert [each['fault']['name'] for each in result['results'] if each.get('failed')] == ['AmbiguousTarget', 'NotFound', 'NotFound']
    assert {each['path'] for each in result['results'][0]['fault']['details']['candidates']} == {'DC0/vm/web/front/twin', 'DC0/vm/db/twin'}


def test_where_each_condition_and_several(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=6, hosts=2)
    web = add_vms(simulator, 'web', 'web-1', 'web-2', 'a/b 100%')
    front = add_vms(simulator, 'web/front', 'web-3', power_state='poweredOff')
    simulator.call(lambda: ResourcePool.create(simulator.vcenter, 'inner', pick(simulator, 'ResourcePool', 'DC0_C0_RP0'),
                                               pick(simulator, 'ClusterComputeResource', 'DC0_C0')))
    deep = add_vms(simulator, 'db', 'db-1', host='DC0_C0_H1', pool='inner')
    give_attribute(simulator, 'role', {'vm-1': 'web', 'vm-2': 'web and db', 'vm-3': 'db'})
    vm = simulator.vm('vm-5')
    simulator.call(lambda: setattr(vm, 'configuration', {**vm.configuration, 'template': True}))
    standalone, cluster = ['vm-1', 'vm-3', 'vm-5', *web, *front], ['vm-2', 'vm-4', 'vm-6', *deep]
    everything = [*standalone, *cluster]
    cases = [
        ({}, everything),
        ({'folder': '/DC0/vm/web'}, [*web, *front]), ({'folder': 'web/front', 'datacenter': 'DC0'}, front),
        ({'datacenter': 'DC0'}, everything), ({'cluster': 'DC0_C0'}, cluster),
        ({'host': 'DC0_C0_H0'}, ['vm-2', 'vm-6']), ({'host': 'DC0_H0'}, standalone),
        ({'resource_pool': 'DC0_C0_RP0'}, cluster), ({'resource_pool': 'inner'}, deep),
        ({'name': 'web-*'}, [*web[:2], *front]), ({'name': 'a/b 100%'}, web[2:]),
        ({'power_state': 'powered_off'}, front), ({'template': True}, ['vm-5']),
        ({'template': False}, [moid for moid in everything if moid != 'vm-5']),
        ({'custom_attributes': {'role': 'web*'}}, ['vm-1', 'vm-2']), ({'custom_attributes': {'role': 'db'}}, ['vm-3']),
        ({'custom_attributes': {'unknown': '*'}}, []), ({'custom_attributes': {'role': '', 'unknown': ''}, 'name': 'DC0*'}, ['vm-4', 'vm-5', 'vm-6']),
        ({'folder': '/DC0/vm/web', 'host': 'DC0_H0', 'name': 'web-?', 'power_state': 'powered_on'}, web[:2]),
        ({'cluster': 'DC0_C0', 'custom_attributes': {'role': '*'}, 'datacenter': 'DC0'}, ['vm-2']),
        ({'folder': '/DC0/vm/web', 'cluster': 'DC0_C0'}, []),
    ]
    tasks = [{'name': str(number), 'vsphere.vm.info': {'where': where, 'properties': ['runtime.powerState']}}
             for number, (where, _found) in enumerate(cases)]
    missing = [{'folder': '/DC0/vm/nowhere'}, {'datacenter': 'DC9'}, {'cluster': 'none'}, {'host': 'none'}, {'resource_pool': 'none'}]
    tasks += [{'name': f'no {next(iter(where))}', 'ignore_errors': True, 'vsphere.vm.info': {'where': where}} for where in missing]
    run = ansible_playbook(tasks, simulator=simulator)
    for number, (where, found) in enumerate(cases):
        result = run.result(str(number))
        assert {each['vm']['moid'] for each in result['results']} == set(found), where
        assert result['summary']['total'] == result['summary']['ok'] == len(found) and not result['changed']
    for where in missing:
        told = run.result(f'no {next(iter(where))}')
        assert told['fault']['category'] == 'not_found' and next(iter(where.values())) in told['msg'], told
    assert [each['vm']['name'] for each in run.result('1')['results']] == ['a/b 100%', 'web-1', 'web-2', 'web-3'], 'by name'


def test_selection_takes_as_many_requests_as_pages(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=30)
    ansible_playbook([power('powered_on', where={'datacenter': 'DC0', 'cluster': 'DC0_C0', 'name': '*'})], simulator=simulator)
    # By two places: each is looked up, one is walked for its virtual machines, the others for their moids; then they are read.
    assert count(simulator, READ, 'ContinueRetrievePropertiesEx', 'FindByInventoryPath') <= [5, 0, 1]


# -- side by side


def overlap(simulator):
    """How many tasks ran at once at most."""
    def ends():
        infos = [task.get('info') for task in simulator.vcenter.objects('Task')]
        return sorted([(info['queueTime'], 1) for info in infos] + [(info['completeTime'], -1) for info in infos])
    return max(itertools.accumulate(change for _time, change in simulator.call(ends)))


def test_no_more_run_at_once_than_asked_for(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=12, delay=3600)
    simulator.after(OFF, partial(end_soon, simulator, 0.2), times=4)
    run = ansible_playbook([power(vms=moids(12), concurrency=4)], simulator=simulator).assert_ok(changed=1)
    assert overlap(simulator) == 4
    assert run.result('Power')['summary'] == {'total': 12, 'ok': 12, 'changed': 12, 'failed': 0, 'not_attempted': 0}
    assert {each['task']['state'] for each in run.result('Power')['results']} == {'success'}
    assert all(each['vm']['power_state'] == 'powered_off' for each in run.result('Power')['results'])
    assert requests_for(simulator, OFF) == {f'vm-{number}': 1 for number in range(1, 13)}
    assert count(simulator, 'Login', 'Logout', 'CreateFilter') == [1, 1, 0]


def test_concurrency_is_one_at_least(ansible_playbook):
    run = ansible_playbook([power(where={}, concurrency=0)])
    assert run.result('Power')['fault']['details'] == {'option': 'concurrency'}


def test_not_waited_for_and_awaited_by_the_task_module(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=4, delay=3600)
    simulator.after('CreateFilter', simulator.let_tasks_end)
    run = ansible_playbook('''
    - name: Start
      vsphere.vm.power: {where: {}, state: powered_off, wait: false}
      register: started
    - name: Wait
      vsphere.vm.task: {tasks: "{{ started.results | map(attribute='task.moid') | list }}"}
    ''', simulator=simulator).assert_ok(changed=1)
    assert [each['task']['state'] for each in run.result('Start')['results']] == 4 * ['running']
    assert [each['state'] for each in run.result('Wait')['tasks']] == 4 * ['success']
    assert set(states(simulator).values()) == {'poweredOff'}


MODULES = '''
- name: Take
  vsphere.vm.snapshot: {where: {name: DC0_H0*}, snapshot_name: before-patch}
- name: Take again
  vsphere.vm.snapshot: {where: {name: DC0_H0*}, snapshot_name: before-patch}
- name: Look
  vsphere.vm.snapshot_info: {where: {}}
- name: Record
  vsphere.vm.record: {vms: [{moid: vm-1}, {name: DC0_H0_VM1}], state: started, enable: true, snapshot_name: tape}
- name: Read
  vsphere.vm.info: {vms: [{moid: vm-1}, {moid: vm-2}], properties: [name, runtime.recordReplayState]}
- name: Power off
  vsphere.vm.power: {where: {name: DC0_C0*}, state: powered_off}
'''


def test_other_modules_on_both_paths(ansible_playbook, start_simulator, path):
    simulator = start_simulator(vms=4)
    run = ansible_playbook(MODULES, simulator=simulator, path=path).assert_ok(changed=3)
    assert outcomes(run.result('Take')) == {'vm-1': True, 'vm-3': True}
    assert outcomes(run.result('Take again')) == {'vm-1': False, 'vm-3': False}
    assert {each['vm']['moid']: [one['name'] for one in each['vm']['snapshots']] for each in run.result('Look')['results']} == {
        'vm-1': ['before-patch'], 'vm-2': [], 'vm-3': ['before-patch'], 'vm-4': []}
    assert outcomes(run.result('Record')) == {'vm-1': True, 'vm-3': True}
    assert [each['vm']['runtime']['recordReplayState'] for each in run.result('Read')['results']] == ['recording', 'inactive']
    assert outcomes(run.result('Power off')) == {'vm-2': True, 'vm-4': True}


DOCUMENTED = '''
- name: Take what can be taken
  vsphere.vm.snapshot: {where: {}, snapshot_name: before-patch}
  register: taken
  failed_when: taken.summary is not defined
- name: Say what failed
  ansible.builtin.debug: {msg: "{{ item.vm.name }}: {{ item.msg }} {{ item.fault.hint }}"}
  loop: "{{ taken.results | selectattr('failed', 'defined') | list }}"
- name: In waves
  vsphere.vm.power:
    vms: "{{ wave | map('regex_replace', '^', 'moid=') | list }}"
    state: restarted
  loop: "{{ taken.results | rejectattr('failed', 'defined') | map(attribute='vm.moid') | batch(2) | list }}"
  loop_control: {loop_var: wave}
- name: Look
  vsphere.vm.snapshot_info: {where: {}}
  register: all
- name: Tell
  ansible.builtin.debug: {msg: "{{ item.1.path }}, {{ item.1.age_days | int }} days, {{ item.1.size_bytes | human_readable }}"}
  loop: "{{ all.results | subelements('vm.snapshots') | list }}"
'''


def test_what_the_documentation_does_with_results(ansible_playbook, start_simulator, path):
    simulator = start_simulator(vms=6)
    simulator.order('CreateSnapshot_Task', 'FileLocked', vm='vm-4')
    run = ansible_playbook(DOCUMENTED, simulator=simulator, path=path)
    assert run.rc == 0, run.output
    assert [len(each['results']) for each in run.result('In waves')['results']] == [2, 2, 1]
    assert requests_for(simulator, 'ResetVM_Task') == {f'vm-{number}': 1 for number in (1, 2, 3, 5, 6)}
    assert [each['msg'].split(':')[0] for each in run.result('Say what failed')['results']] == ['DC0_C0_RP0_VM1']
    assert len(run.result('Tell')['results']) == 5


# -- failures


@pytest.mark.parametrize('in_task', [False, True])
def test_one_fails_and_the_others_are_done(ansible_playbook, start_simulator, in_task):
    simulator = start_simulator(vms=12)
    simulator.order(OFF, 'FileLocked', vm='vm-5', task=in_task)
    result = ansible_playbook([power(where={})], simulator=simulator).result('Power')
    assert outcomes(result) == {f'vm-{number}': 'FileLocked' if number == 5 else True for number in range(1, 13)}
    assert result['summary'] == {'total': 12, 'ok': 11, 'changed': 11, 'failed': 1, 'not_attempted': 0}
    failed = next(each for each in result['results'] if each.get('failed'))
    assert failed['vm']['moid'] == 'vm-5' and failed['fault']['vm'] == {'moid': 'vm-5', 'name': 'DC0_H0_VM2'}
    assert result['fault'] == failed['fault'] and '1 of 12' in result['msg'] and failed['msg'] in result['msg']
    assert {moid for moid, state in states(simulator).items() if state == 'poweredOn'} == {'vm-5'}


def test_on_failure_stop_begins_no_more(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=8)
    simulator.order(OFF, 'FileLocked', vm='vm-3')
    result = ansible_playbook([power(vms=moids(8), on_failure='stop', concurrency=1)], simulator=simulator).result('Power')
    assert outcomes(result) == {'vm-1': True, 'vm-2': True, 'vm-3': 'FileLocked', **{f'vm-{number}': None for number in range(4, 9)}}
    assert result['summary'] == {'total': 8, 'ok': 2, 'changed': 2, 'failed': 1, 'not_attempted': 5}
    assert requests_for(simulator, OFF) == {'vm-1': 1, 'vm-2': 1, 'vm-3': 1}


OPERATOR = {'username': 'operator@vsphere.local', 'password': 'An0ther-one'}


@pytest.mark.parametrize('check', [False, True], ids=['real', 'check'])
def test_a_privilege_that_lacks_on_one(ansible_playbook, start_simulator, check):
    simulator = start_simulator(vms=6, users={OPERATOR['username']: {
        'password': OPERATOR['password'], 'denied': [('VirtualMachine.Interact.PowerOff', 'vm-4')]}})
    before = simulator.state()
    run = ansible_playbook([power(where={}, concurrency=2)], simulator=simulator, module_defaults=OPERATOR,
                           args=['--check', '--diff'] if check else [])
    result = run.result('Power')
    assert outcomes(result) == {f'vm-{number}': 'NoPermission' if number == 4 else True for number in range(1, 7)}
    assert OPERATOR['password'] not in run.output
    if check:
        assert simulator.state() == before and count(simulator, OFF) == [0]
        assert count(simulator, 'HasPrivilegeOnEntities', 'HasPrivilegeOnEntity') == [1, 0]


def test_check_mode_and_diff_of_a_fleet(ansible_playbook, start_simulator, path):
    simulator = start_simulator(vms=4)
    simulator.call(setattr, simulator.vm('vm-2'), 'tools', 'absent')
    before = simulator.state()
    run = ansible_playbook([power(where={}, method='guest')], simulator=simulator, args=['--check', '--diff'], path=path)
    result = run.result('Power')
    assert simulator.state() == before
    assert outcomes(result) == {'vm-1': True, 'vm-2': 'ToolsUnavailable', 'vm-3': True, 'vm-4': True}
    assert {each['before_header'] for each in result['diff']} >= {'DC0_H0_VM0', 'DC0_H0_VM1', 'DC0_C0_RP0_VM1'}
    fine = ansible_playbook([power(vms=[{'moid': 'vm-1'}, {'moid': 'vm-3'}])], simulator=simulator, args=['--check', '--diff'], path=path)
    fine.assert_ok(changed=1)
    assert '--- before: DC0_H0_VM0' in fine.output and '+++ after: DC0_H0_VM1' in fine.output


def test_questions_and_timeouts_are_each_ones_own(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=4, delay=0.2)
    simulator.call(setattr, simulator.vm('vm-2'), 'ask_on_power_on', True)
    answers = [{'question': 'moved.*copied|msg.uuid.altered', 'response': 'I Copied It'}]
    run = ansible_playbook([
        {**power(where={}), 'name': 'Off'}, {**power('powered_on', where={}), 'name': 'Asked'},
        {**power('powered_on', where={}, question_answers=answers, busy_timeout=30), 'name': 'Answered'}], simulator=simulator)
    assert outcomes(run.result('Asked')) == {'vm-1': True, 'vm-2': 'QuestionPending', 'vm-3': True, 'vm-4': True}
    asked = next(each for each in run.result('Asked')['results'] if each.get('failed'))
    assert asked['fault']['task'] == asked['task']['moid'] and asked['changed'] is True
    assert run.result('Answered').get('failed') is None, run.result('Answered')
    assert set(states(simulator).values()) == {'poweredOn'}


def test_what_takes_too_long_runs_on(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=3, delay=3600)
    result = ansible_playbook([power(where={}, timeout=1)], simulator=simulator).result('Power')
    assert set(outcomes(result).values()) == {'WaitTimeout'}
    for each in result['results']:
        assert each['fault']['task'] == each['task']['moid'] and each['changed'] is True
        assert each['fault']['operation'] == OFF


def test_one_that_is_busy_is_waited_for_beside_the_others(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=4)
    simulator.order(OFF, 'TaskInProgress', vm='vm-1', fields={})
    simulator.order(OFF, 'TaskInProgress', vm='vm-2', fields={})
    result = ansible_playbook([power(where={}, busy_timeout=30)], simulator=simulator).result('Power')
    assert set(outcomes(result).values()) == {True}
    assert requests_for(simulator, OFF) == {'vm-1': 2, 'vm-2': 2, 'vm-3': 1, 'vm-4': 1}


def test_one_that_is_deleted_meanwhile(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=4, delay=0.1)
    simulator.after(OFF, simulator.vm('vm-3').leave_inventory)
    result = ansible_playbook([power(vms=moids(4), concurrency=1)], simulator=simulator).result('Power')
    assert outcomes(result) == {'vm-1': True, 'vm-2': True, 'vm-3': 'ManagedObjectNotFound', 'vm-4': True}


def test_dropped_connections_lose_no_result(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=40, delay=0.3)
    for number, drop in ((3, 'before'), (7, 'after'), (8, 'body'), (12, 'before'), (13, 'after'), (21, 'body'), (30, 'after')):
        simulator.order(OFF, drop=drop, vm=f'vm-{number}')
    simulator.after(OFF, lambda: [simulator.order(READ, drop=drop) for drop in ('after', 'before', 'body', 'after', 'before')], times=8)
    result = ansible_playbook([power(vms=moids(40), concurrency=8)], simulator=simulator).result('Power')
    came_of = outcomes(result)
    assert {moid: name for moid, name in came_of.items() if name is not True} == {'vm-3': 'ConnectionLost', 'vm-12': 'ConnectionLost'}
    assert states(simulator) == {moid: 'poweredOff' if name is True else 'poweredOn' for moid, name in came_of.items()}
    assert result['summary'] == {'total': 40, 'ok': 38, 'changed': 38, 'failed': 2, 'not_attempted': 0}
    assert set(requests_for(simulator, OFF).values()) == {1}, 'a call that changes something is never sent twice'


def test_a_session_that_expires_in_the_middle_is_renewed_once(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=12, delay=0.2)
    simulator.after(OFF, simulator.expire_sessions, times=5)
    run = ansible_playbook([power(vms=moids(12), concurrency=4)], simulator=simulator).assert_ok(changed=1)
    assert run.result('Power')['summary']['changed'] == 12
    assert count(simulator, 'Login') == [2] and len(simulator.sessions) == 0


def test_a_refused_log_in_is_not_tried_for_each(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=30, delay=0.2)
    simulator.after(OFF, lambda: setattr(simulator.vcenter.access.user(simulator.username), 'password', 'changed'), times=4)
    simulator.after(OFF, simulator.expire_sessions, times=4)
    result = ansible_playbook([power(vms=moids(30), concurrency=4)], simulator=simulator).result('Power')
    assert result['summary']['not_attempted'] >= 22 and result['fault']['category'] == 'auth'
    assert sum(result['summary'][each] for each in ('ok', 'failed', 'not_attempted')) == 30
    # How many may try at once before the first is refused: not one for each that is left.
    assert count(simulator, 'Login')[0] <= 1 + 4


# -- interruption and progress


@pytest.mark.parametrize('to_all', [False, True], ids=['parent', 'group'])
@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_tells_what_was_done(ansible_playbook, start_simulator, number, to_all):
    simulator = start_simulator(vms=6, delay=0.1)
    simulator.after(OFF, lambda: setattr(simulator.vcenter.settings, 'task_seconds', 3600), times=2)
    process, home = ansible_playbook.start([power(vms=moids(6), concurrency=2)], simulator=simulator)
    # The next pair is under way and has been looked at.
    until(process, lambda: count(simulator, OFF)[0] >= 4 and simulator.requests[-1]['method'] == READ)
    send(number, family(process.pid) if to_all else [process.pid])
    run = ansible_playbook.finish(process, home, simulator=simulator)
    assert run.rc != 0
    told = run.stderr
    assert told.count('when it was interrupted.') == 1, run.output
    parts = {line.split(':')[0].strip(): line.split(':', 1)[1] for line in told.splitlines() if line.startswith('  ')}
    assert 'DC0_H0_VM0' in parts['done'] or 'DC0_C0_RP0_VM0' in parts['done'], told
    assert 'task-' in parts['may run on in the vCenter'], told
    assert 'DC0_H0_VM2' in parts['not begun'] and 'DC0_C0_RP0_VM2' in parts['not begun'], told
    assert 'Traceback' not in told
    assert len(simulator.sessions) == 0 and count(simulator, 'Login', 'Logout') == [1, 1]
    assert count(simulator, OFF) == [4]


def test_progress_is_shown_and_no_secret(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=6, delay=0.7)
    simulator.order(OFF, 'FileLocked', vm='vm-2')
    run = ansible_playbook([power(vms=moids(6), concurrency=2)], simulator=simulator, args=['-vvvv', '--diff'])
    lines = [line for line in run.output.splitlines() if line.startswith(f'{POWER}: ')]
    assert len(lines) >= 2 and lines[0].startswith(f'{POWER}: [{20 * " "}] 0 of 6 done, 0 failed, 2 running, the slowest DC0_')
    assert any(' 1 failed, ' in line and ' s left' in line for line in lines)
    keys = {request['session'] for request in simulator.requests if request['session']}
    assert keys and not [key for key in keys if key in run.output] and 'vmware-api-session-id' not in run.output


# -- what it costs


@newest
def test_a_thousand_in_a_thousand_calls_and_few_more(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=1000, delay=0.2)
    simulator.order(OFF, 'FileLocked', vm='vm-500')
    for number, drop in ((100, 'before'), (250, 'after'), (400, 'body'), (600, 'before'), (750, 'after'), (900, 'body')):
        simulator.order(OFF, drop=drop, vm=f'vm-{number}')
    simulator.after(OFF, lambda: [simulator.order(READ, drop=drop) for drop in ('after', 'before', 'body')], times=300)
    result = ansible_playbook([power(vms=moids(1000), concurrency=100)], simulator=simulator).result('Power')
    came_of = outcomes(result)
    assert {moid: name for moid, name in came_of.items() if name is not True} == {
        'vm-500': 'FileLocked', 'vm-100': 'ConnectionLost', 'vm-600': 'ConnectionLost'}
    assert result['summary'] == {'total': 1000, 'ok': 997, 'changed': 997, 'failed': 3, 'not_attempted': 0}
    assert states(simulator) == {moid: 'poweredOff' if name is True else 'poweredOn' for moid, name in came_of.items()}
    assert set(requests_for(simulator, OFF).values()) == {1} and count(simulator, OFF) == [1000]
    assert len(simulator.requests) - 1000 <= 200
    assert overlap(simulator) <= 100
    assert count(simulator, 'Login', 'Logout') == [1, 1] and len(simulator.sessions) == 0


@newest
def test_one_operation_costs_the_same_in_a_large_inventory(ansible_playbook, start_simulator):
    counts = []
    for size in (10, 10_000):
        simulator = start_simulator(vms=size)
        vm = simulator.vm('vm-7')
        uuid = simulator.call(vm.get, 'config.uuid')
        for target in ({'moid': 'vm-7'}, {'path': 'DC0/vm/DC0_H0_VM3'}, {'uuid': uuid}):
            before = len(simulator.requests)
            result = ansible_playbook([power(**target)], simulator=simulator).result('Power')
            assert result['changed'] and result['vm']['moid'] == 'vm-7'
            counts.append(collections.Counter(request['method'] for request in simulator.requests[before:]))
            simulator.call(lambda vm=vm: setattr(vm, 'power_state', 'poweredOn'))
    assert counts[:3] == counts[3:]
