# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What goes wrong between a task and its vCenter, ordered from the simulator: what is tried again, and what is told."""

from __future__ import annotations

import datetime
import json

import requests

from tests.tools.connect_proxy import ConnectProxy

from .test_run_session import count, until

POWER = 'vsphere.vm.power'
READ, OFF = 'RetrievePropertiesEx', 'PowerOffVM_Task'
HTML = {'status': 200, 'body': '<html>Maintenance</html>', 'content_type': 'text/html'}
CUT_JSON = {'status': 200, 'body': '{"_typeName": "RetrieveResult", "obj', 'content_type': 'application/json'}
UNKNOWN_FAULT = {'status': 500, 'content_type': 'application/json',
                 'body': '{"_typeName": "HamsterEscaped", "faultstring": "It was not looked at.", "cage": "open"}'}
NOT_BEGUN = {'status': 503, 'body': 'no healthy upstream'}
LOST_UPSTREAM = {'status': 502, 'body': '<html>Bad Gateway</html>', 'content_type': 'text/html'}
AS_TEXT = {'status': 200, 'content_type': 'text/plain', 'body': json.dumps({'_typeName': 'RetrieveResult', 'objects': [{
    '_typeName': 'ObjectContent', 'obj': {'_typeName': 'ManagedObjectReference', 'type': 'VirtualMachine', 'value': 'vm-1'},
    'propSet': [{'_typeName': 'DynamicProperty', 'name': name, 'val': {'_typeName': 'string', '_value': value}}
                for name, value in (('name', 'über'), ('runtime.powerState', 'poweredOn'))]}]})}
NOT_AUTHENTICATED = {'status': 401, 'body': '<html>401</html>', 'content_type': 'text/html'}


def task(title, module=POWER, /, **options):
    """A task that may fail, the next ones with it."""
    return {'name': title, 'ignore_errors': True, module: options}


def told(run, name):
    """The fault of a task, whose failure is a sentence of one line."""
    result = run.result(name)
    assert set(run.statuses[name].values()) == {'failed'}, (name, result)
    assert result['msg'][-1] in '.?' and '\n' not in result['msg'], result['msg']
    return result['fault']


# Each with the orders that it uses up, one a request: what may be asked again is, twice at most. {} is no trouble.
STALLED = 'stalled'
READS = {
    'dropped before': ([{'drop': 'before'}, {}], None),
    'dropped after, then cut in the middle': ([{'drop': 'after'}, {'drop': 'body'}, {}], None),
    'a proxy without its vCenter': ([LOST_UPSTREAM, {}], None),
    'starting': ([NOT_BEGUN, {}], None),
    'who are you': ([NOT_AUTHENTICATED, {}], None),
    'JSON of another type': ([AS_TEXT], None),
    'slow': ([{'delay': 0.5}], None),
    'a fault that nobody knows': ([UNKNOWN_FAULT], ('HamsterEscaped', 'server', False)),
    'down': ([NOT_BEGUN] * 3, ('ServiceUnavailable', 'transport', True)),
    STALLED: ([{'delay': 1.5}], None)}


def test_reads_are_asked_again_and_what_fails_is_a_sentence(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=1)
    placed = [simulator.order(READ, **order) for orders, _fault in READS.values() for order in orders]
    run = ansible_playbook([task(name, moid='vm-1', state='powered_on', request_timeout=1 if name == STALLED else 60) for name in READS], simulator=simulator)
    assert run.rc == 0 and 'Traceback' not in run.output, run.output
    for name, (_orders, expected) in READS.items():
        if expected:
            fault = told(run, name)
            assert (fault['name'], fault['category'], fault['retryable'], fault['operation']) == (*expected, READ), name
        else:
            assert set(run.statuses[name].values()) == {'ok'}, (name, run.result(name))
            assert run.result(name)['vm']['power_state'] == 'powered_on'
    assert run.result('JSON of another type')['vm']['name'] == 'über'
    assert told(run, 'a fault that nobody knows')['details'] == {'cage': 'open'}
    assert [order.times for order in placed] == [0] * len(placed)
    assert count(simulator, 'Login') == [2]


# What is ordered for the call, how often it is sent, and what comes of it: a change, or a fault.
CHANGES = {
    'vm-1': ({'drop': 'before'}, 1, 'ConnectionLost'),
    'vm-2': ({'drop': 'after'}, 1, True),
    'vm-3': ({'drop': 'body'}, 1, True),
    'vm-4': (LOST_UPSTREAM, 1, 'ServiceUnavailable'),
    'vm-5': (NOT_BEGUN, 2, True),
    'vm-6': (NOT_AUTHENTICATED, 2, True),
    'vm-7': (HTML, 1, 'NotVIJSON'),
    'vm-8': (CUT_JSON, 1, 'NotVIJSON'),
    'vm-9': (UNKNOWN_FAULT, 1, 'HamsterEscaped'),
    'vm-10': ({'status': 200, 'body': 'OK'}, 1, 'NotVIJSON'),
    'vm-11': ({'delay': 2.5}, 1, 'ReadTimeout')}


def test_a_change_is_never_sent_twice_and_the_result_says_whether_it_has_begun(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=len(CHANGES))
    orders = {moid: simulator.order(OFF, vm=moid, times=3 - times, **order) for moid, (order, times, _outcome) in CHANGES.items()}
    simulator.order('SendNMI', times=2, drop='after')
    run = ansible_playbook([
        task('An interrupt', 'vsphere.vm.nmi', moid='vm-1'),
        *(task(moid, moid=moid, state='powered_off', request_timeout=1 if 'delay' in order else 60)
          for moid, (order, _times, _outcome) in CHANGES.items())], simulator=simulator)
    assert run.rc == 0 and 'Traceback' not in run.output, run.output
    sent = [request['moid'] for request in simulator.requests if request['method'] == OFF]
    for moid, (_order, times, _outcome) in CHANGES.items():
        # Of what is met twice, once is left; what the client has given up on is not in the log.
        assert orders[moid].times == (times == 1) and (sent.count(moid) == times or moid == 'vm-11'), moid
    for moid, (_order, _times, outcome) in CHANGES.items():
        result = run.result(moid)
        if outcome is True:
            assert result['changed'] and result['task']['state'] == 'success' and result['vm']['power_state'] == 'powered_off', moid
        else:
            assert told(run, moid)['name'] == outcome and not result['changed'], moid
            assert simulator.call(simulator.vm(moid).get, 'runtime.powerState') == 'poweredOn'
    assert told(run, 'An interrupt')['name'] == 'ConnectionLost' and 'not known' in told(run, 'An interrupt')['hint']
    assert count(simulator, 'SendNMI') == [1]
    assert 'text/html' in run.result('vm-7')['msg'] and 'text/plain' in run.result('vm-10')['msg']
    for moid in ('vm-1', 'vm-4', 'vm-7', 'vm-11'):
        assert run.result(moid)['fault']['details'] == {'begun': False} and 'has not begun' in run.result(moid)['fault']['hint']


# -- what happens while a task is under way


def started(ansible_playbook, simulator, **options):
    """A run that waits for a task of vm-1 which takes long."""
    process, home = ansible_playbook.start([task('Power off', moid='vm-1', state='powered_off', **options)], simulator=simulator)
    until(process, lambda: count(simulator, 'CreateFilter') == [1])
    return lambda: ansible_playbook.finish(process, home, simulator=simulator)


def test_a_task_that_vanishes_is_told_as_begun(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=1, delay=3600)
    finish = started(ansible_playbook, simulator)
    simulator.call(lambda: simulator.vcenter.remove(simulator.vcenter.objects('Task')[-1]))
    result = finish().result('Power off')
    fault = result['fault']
    assert (fault['name'], fault['category']) == ('ManagedObjectNotFound', 'not_found')
    assert 'forgotten' in result['msg'] and fault['task'] == result['task']['moid'] and result['changed'] is True


def test_a_virtual_machine_that_is_deleted_meanwhile(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=1, delay=3600)
    simulator.order(OFF, 'ManagedObjectNotFound', task=True)
    finish = started(ansible_playbook, simulator)
    simulator.call(simulator.vm('vm-1').leave_inventory)
    simulator.let_tasks_end()
    run = finish()
    fault = told(run, 'Power off')
    assert (fault['name'], fault['category']) == ('ManagedObjectNotFound', 'not_found')
    assert fault['task'].startswith('task-') and run.result('Power off')['changed'] is False


def test_a_session_that_an_administrator_ends(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=1, delay=3600)
    finish = started(ansible_playbook, simulator)
    manager = f'{simulator.url}/sdk/vim25/8.0.3.0/SessionManager/SessionManager'
    (theirs,) = [session['key'] for session in simulator.sessions]
    with requests.Session() as http:
        http.verify, http.trust_env = simulator.ca_cert, False
        answer = http.post(f'{manager}/Login', json={'userName': simulator.username, 'password': simulator.password})
        http.headers['vmware-api-session-id'] = answer.headers['vmware-api-session-id']
        http.post(f'{manager}/TerminateSession', json={'sessionId': [theirs]}).raise_for_status()
        http.post(f'{manager}/Logout').raise_for_status()
    simulator.let_tasks_end()
    run = finish().assert_ok(changed=1)
    assert run.result('Power off')['vm']['power_state'] == 'powered_off'
    assert count(simulator, 'Login', OFF) == [3, 1] and len(simulator.sessions) == 0


# -- clocks, ids and names


def test_nothing_depends_on_the_clock_of_this_machine(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=1, delay=0.3)
    skew = datetime.timedelta(days=-40)
    simulator.call(lambda: setattr(simulator.vcenter, 'now', lambda: (
        datetime.datetime.now(datetime.timezone.utc) + skew).strftime('%Y-%m-%dT%H:%M:%S.%fZ')))
    simulator.order(OFF, drop='after')
    run = ansible_playbook([
        task('Take', 'vsphere.vm.snapshot', moid='vm-1', snapshot_name='a'),
        task('Look', 'vsphere.vm.snapshot_info', moid='vm-1'),
        task('Off', moid='vm-1', state='powered_off')], simulator=simulator).assert_ok(changed=2)
    (snapshot,) = run.result('Look')['vm']['snapshots']
    assert 0 <= snapshot['age_days'] < 0.01
    assert run.result('Off')['task']['state'] == 'success'


ODD_IDS = ('vm-1/Destroy_Task', '../SessionManager/SessionManager', 'vm-1?x=y', 'vm-1#x', 'vm%2d1', 'vm 1', 'ü❄', 'a"b\\c', 'x' * 2000)


NAMES = ('ü' * 80, '%2f%25%5c' * 8, '')


def test_odd_ids_are_nobody_and_odd_names_are_found(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=3)
    for number, name in enumerate(NAMES, 1):
        simulator.call(simulator.vm(f'vm-{number}').set, 'name', name)
    before = simulator.state()
    tasks = [task(f'{kind} {number}', module, **{option: moid}, **options) for number, moid in enumerate(ODD_IDS)
             for kind, module, option, options in (('read', POWER, 'moid', {'state': 'powered_off'}), (
                 'call', 'vsphere.vm.method', 'object_moid', {'method': OFF}))]
    run = ansible_playbook([
        *tasks, task('eighty', name=NAMES[0], state='powered_on'), task('eighty by path', path=f'DC0/vm/{NAMES[0]}', state='powered_on'),
        task('escaped', name='/%\\' * 8, state='powered_on'), task('empty', moid='vm-3', state='powered_on'),
        task('all', 'vsphere.vm.info', where={}, properties=[])], simulator=simulator)
    for each in tasks:
        assert told(run, each['name'])['category'] == 'not_found', run.result(each['name'])
    assert 'Traceback' not in run.output and simulator.state() == before
    assert not [request['path'] for request in simulator.requests if request['method'] == 'Destroy_Task' or '..' in request['path'].split('/')]
    assert [run.result(name)['vm']['moid'] for name in ('eighty', 'eighty by path', 'escaped', 'empty')] == ['vm-1', 'vm-1', 'vm-2', 'vm-3']
    assert {each['vm']['moid']: each['vm']['name'] for each in run.result('all')['results']} == {
        'vm-1': NAMES[0], 'vm-2': '/%\\' * 8, 'vm-3': ''}


# -- a log-in that is refused, and proxies


def test_a_refused_log_in_is_tried_once_for_all_hosts_and_tasks(ansible_playbook, simulator):
    wrong = {'VMWARE_PASSWORD': 'not-the-right-one'}
    once = [task('By hand', 'vsphere.vm.session'),
            task('Another wrong one', moid='vm-1', state='powered_on', password='{{ right }}-not')]
    run = ansible_playbook([
        *(task(name, moid='vm-1', state='powered_on') for name in ('First', 'Second')),
        *({**each, 'run_once': True} for each in once),
        task('Right', moid='vm-1', state='powered_on', password='{{ right }}')],
        hosts=20, forks=5, env=wrong, extra_vars={'right': simulator.password})
    hosts = [f'host{number}' for number in range(20)]
    refused = [run.result(name, host)['fault'] for name in ('First', 'Second') for host in hosts]
    refused += [told(run, each['name']) for each in once]
    assert {(fault['name'], fault['category'], fault['operation']) for fault in refused} == {('InvalidLogin', 'auth', 'Login')}
    assert {run.result('Right', host)['vm']['power_state'] for host in hosts} == {'powered_on'}
    assert count(simulator, 'Login', 'Logout') == [3, 1]
    assert wrong['VMWARE_PASSWORD'] not in run.output


def test_a_proxy_with_a_password(ansible_playbook, simulator, path):
    user, secret = 'proxy-user', 's3cret-of-the-proxy'
    with ConnectProxy(f'{user}:{secret}') as proxy, ConnectProxy() as gone:
        gone.__exit__()
        environments = {'right': f'{user}:{secret}@127.0.0.1:{proxy.port}', 'wrong': f'{user}:wr0ng-{secret}@127.0.0.1:{proxy.port}',
                        'unreachable': f'{user}:{secret}@127.0.0.1:{gone.port}'}
        tasks = [{**task(name, moid='vm-1', state='powered_on'), 'environment': {'https_proxy': f'{{{{ {name} }}}}'}} for name in environments]
        run = ansible_playbook(tasks, path=path, extra_vars={name: f'http://{each}' for name, each in environments.items()})
        asked = list(proxy.asked)
    assert run.result('right')['vm']['power_state'] == 'powered_on'
    assert set(asked) == {f'127.0.0.1:{simulator.port}'} and len(simulator.sessions) == 0
    assert (told(run, 'wrong')['name'], told(run, 'wrong')['category']) == ('ProxyAuthenticationRequired', 'auth')
    assert f'127.0.0.1:{proxy.port}' in run.result('wrong')['msg'] and 'https_proxy' in told(run, 'wrong')['hint']
    assert told(run, 'unreachable')['name'] == 'ProxyError' and f'127.0.0.1:{gone.port}' in run.result('unreachable')['msg']
    assert secret not in run.output and user not in json.dumps(run.tasks)
