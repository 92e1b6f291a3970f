# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The modules against a server that has only what it takes, and answers in its own way: spartan_server.py."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import trustme
from ansible_collections.vsphere.vm.plugins.inventory.vms import WHERE
from ansible_collections.vsphere.vm.plugins.module_utils.client import Client
from ansible_collections.vsphere.vm.plugins.plugin_utils.census import Census

from tests.unit.plugins.in_process import Tasks
from tests.unit.plugins.played_server import context_of
from tests.unit.plugins.spartan_server import NOT_THERE, SpartanServer

# Sets of what a lesser server may not have.
NO_SEARCH = ('searchIndex',)
NO_FORECAST = ('recentTask', 'disabledMethod', 'runtime.question', 'runtime.onlineStandby', 'currentSession')
NO_RETRIEVAL = ('RetrievePropertiesEx',)
LESSER = {'spartan': {}, 'terse': {'terse': True}, 'no search': {'lacks': NO_SEARCH},
          'no forecast': {'lacks': NO_FORECAST}, 'no search by path': {'lacks': ('FindByInventoryPath', 'FindByUuid')},
          'no retrieval': {'lacks': NO_RETRIEVAL},
          **{f'says {says}': {'says': says, 'lacks': NO_FORECAST + NO_RETRIEVAL} for says in NOT_THERE}}


@pytest.fixture(scope='module')
def authority(tmp_path_factory):
    """A certificate authority: its certificate's file, and the server's side of TLS."""
    made, path = trustme.CA(), tmp_path_factory.mktemp('spartan') / 'ca.pem'
    made.cert_pem.write_to_path(path)
    return SimpleNamespace(path=str(path), context=context_of(made.issue_cert('127.0.0.1')))


@pytest.fixture
def spartan(authority):
    """Begins servers, and runs tasks against the last one."""
    begun = []

    def begin(**variant):
        server = SpartanServer(authority.context, **variant)
        begun.append(server)
        tasks = Tasks(SimpleNamespace(host='127.0.0.1', port=server.server_address[1], username='me',
                                      password='secret', ca_cert=authority.path))
        tasks.server = server
        return tasks
    yield begin
    for server in begun:
        server.stop()


@pytest.fixture(params=LESSER)
def lesser(request, spartan):
    """Tasks against each kind of server."""
    return spartan(**LESSER[request.param])


def ok(runner, module, changed, /, **options):
    """Runs a task that must succeed."""
    result = runner.run(module, **options)
    assert not result.get('failed'), (result, runner.server.asked)
    assert result['changed'] is changed, result
    return result


@pytest.mark.parametrize('target', [{'moid': 'vm-7'}, {'path': 'DC/vm/app'}, {'uuid': '4203-b'},
                                    {'instance_uuid': '5003-i'}, {'vm_name': 'app'},
                                    {'name': 'app', 'folder': '/DC/vm'}])
def test_power_by_every_target(lesser, target):
    assert ok(lesser, 'power', True, state='powered_on', **target)['vm']['power_state'] == 'powered_on'
    ok(lesser, 'power', False, state='powered_on', **target)
    ok(lesser, 'power', True, check_mode=True, state='powered_off', **target)
    assert ok(lesser, 'power', True, state='powered_off', **target)['operation'] == 'PowerOffVM_Task'


def test_snapshots_and_recordings(lesser):
    ok(lesser, 'snapshot', True, moid='vm-7', snapshot_name='base')
    ok(lesser, 'snapshot', False, moid='vm-7', snapshot_name='base')
    assert ok(lesser, 'snapshot_info', False, moid='vm-7')['vm']['snapshots'][0]['name'] == 'base'
    ok(lesser, 'snapshot', True, moid='vm-7', snapshot_name='base', state='absent')
    ok(lesser, 'power', True, moid='vm-7', state='powered_on')
    ok(lesser, 'record', True, moid='vm-7', state='started', recording_name='bug')
    ok(lesser, 'record', True, moid='vm-7', state='stopped')
    ok(lesser, 'replay', True, moid='vm-7', state='started', snapshot_name='bug')
    ok(lesser, 'replay', True, moid='vm-7', state='stopped')


def test_facts(lesser):
    assert ok(lesser, 'info', False, moid='vm-7', properties=['name', 'runtime.powerState'])
    assert ok(lesser, 'vcenter', False)


def test_tasks_awaited_later(lesser):
    begun = ok(lesser, 'power', True, moid='vm-7', state='powered_on', wait=False)
    assert ok(lesser, 'task', False, tasks=[begun['task']['moid']])['tasks'][0]['state'] == 'success'


def test_a_fleet(lesser):
    for where in ({'datacenter': 'DC'}, {'name': 'a*', 'power_state': 'powered_on'}):
        result = ok(lesser, 'power', where == {'datacenter': 'DC'}, where=where, state='powered_on')
        assert [each['vm']['name'] for each in result['results']] == ['app']


def test_an_inventory(lesser):
    with Client(lesser.connection) as client:
        (record,) = Census(client, dict.fromkeys(WHERE), ['config.uuid'], with_placement=True).read()
    assert record['facts']['path'] == 'DC/vm/app'
    assert record['properties'] == {'config.uuid': '4203-b'}


def test_a_task_that_is_forgotten(lesser):
    failed = lesser.run('task', tasks=['task-9'], timeout=1)
    assert failed['fault']['name'] == 'ManagedObjectNotFound', failed


def test_what_is_not_there_is_told(lesser):
    for target in ({'moid': 'vm-9'}, {'path': 'DC/vm/other'}, {'uuid': '9'}, {'name': 'other'}):
        failed = lesser.run('power', state='powered_on', **target)
        assert failed['fault']['category'] == 'not_found', failed


def test_a_refusal_is_told(lesser):
    assert lesser.run('replay', moid='vm-7', state='started', snapshot_name='x')['fault']['name'] == 'NotFound'
    failed = lesser.run('power', moid='vm-7', state='suspended')
    assert failed['failed'], failed


@pytest.mark.parametrize('release', ['8.0.1.0', '8.0.2.0', '9.0.0.0'])
def test_a_server_without_hello_that_speaks_one_release(spartan, release):
    tasks = spartan(release=release)
    assert ok(tasks, 'vcenter', False)['release'] == release


def test_the_fewest_requests_that_there_can_be(spartan):
    tasks = spartan()
    ok(tasks, 'power', True, moid='vm-7', state='powered_on')
    assert tasks.server.asked == ['content', 'Login', 'RetrievePropertiesEx', 'PowerOnVM_Task',
                                  'CreatePropertyCollector', 'RetrievePropertiesEx', 'RetrievePropertiesEx']
