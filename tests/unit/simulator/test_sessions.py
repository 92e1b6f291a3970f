# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Login, Logout and the life of sessions."""

from __future__ import annotations

import time

import pytest

from tests.unit.simulator.wire_client import COLLECTOR, SESSIONS, VIEWS, Client, filter_spec, ref_of, retrieve

USERS = {'other@vsphere.local': 'other secret'}
HEADER = 'vmware-api-session-id'


def another(client, **login):
    return Client(client.sim, client.release).log_in(**login)


def age(sim, seconds):
    """Let every session have been idle for that long."""
    def shift():
        for session in sim.vcenter.sessions.live():
            session.last_active = time.monotonic() - seconds

    sim.call(shift)


def test_login(client):
    session = client.session
    assert (session['userName'], session['_typeName']) == ('VSPHERE.LOCAL\\administrator', 'UserSession')
    assert session['key'] != client.http.headers[HEADER]
    assert session['userAgent'].startswith('python-requests/')
    assert session['ipAddress'] == '127.0.0.1'


@pytest.mark.parametrize('credentials', [
    {'userName': 'administrator@vsphere.local', 'password': 'wrong'}, {'userName': 'nobody', 'password': 'x'},
    {'userName': '', 'password': ''}])
def test_wrong_credentials(shared_sim, credentials):
    client = Client(shared_sim)
    answer = client.call(SESSIONS, 'Login', **credentials)
    assert (answer.status, answer.value) == (500, {
        '_typeName': 'InvalidLogin',
        'faultstring': 'Cannot complete login due to an incorrect user name or password.'})
    assert HEADER not in answer.headers
    client.close()


def test_login_takes_the_name_in_both_forms_and_a_locale(client):
    answer = Client(client.sim).call(SESSIONS, 'Login', userName='VSPHERE.LOCAL\\administrator',
                                     password=client.sim.password, locale='de')
    assert answer.value['locale'] == 'de'
    assert Client(client.sim).call(SESSIONS, 'Login', userName=client.sim.username, password=client.sim.password,
                                   locale='xx').fault == 'InvalidLocale'


def test_login_within_a_session_is_refused(client):
    answer = client.call(SESSIONS, 'Login', userName=client.sim.username, password=client.sim.password)
    assert answer.fault == 'InvalidLogin'
    assert answer.value['faultMessage'][0]['key'] == 'vim.fault.InvalidLoginWithReason'


def test_what_anybody_may_ask(shared_sim):
    client = Client(shared_sim)
    assert client.get('ServiceInstance/ServiceInstance/content').status == 200
    assert client.post('ServiceInstance/ServiceInstance/RetrieveServiceContent').status == 200
    assert client.read(SESSIONS, 'defaultLocale').value == 'en'
    current = client.read(SESSIONS, 'currentSession')
    assert (current.status, current.text) == (200, '')
    client.close()


def test_everything_else_is_not_authenticated(shared_sim):
    client = Client(shared_sim)
    vm = ref_of(shared_sim, 'DC0_H0_VM0')
    for answer in (client.read(vm, 'name'), client.call(vm, 'PowerOnVM_Task'), client.call(SESSIONS, 'Logout'),
                   client.read(SESSIONS, 'sessionList'), client.get('VirtualMachine/vm-999/name'),
                   client.call(VIEWS, 'CreateContainerView', container=vm, recursive=True)):
        assert (answer.status, answer.fault) == (500, 'NotAuthenticated')
        assert answer.value['faultstring'] == 'The session is not authenticated.'
    client.http.headers[HEADER] = 'f' * 40
    assert client.read(vm, 'name').fault == 'NotAuthenticated'
    client.close()


def test_the_collector_answers_anybody_with_what_is_missing(shared_sim):
    client = Client(shared_sim)
    vm = ref_of(shared_sim, 'DC0_H0_VM0')
    [content] = retrieve(client, filter_spec({'VirtualMachine': ['name']}, [vm])).value['objects']
    assert 'propSet' not in content
    assert content['missingSet'][0]['path'] == 'name'
    assert content['missingSet'][0]['fault']['_typeName'] == 'NotAuthenticated'
    client.close()


def test_logout(client):
    assert client.call(SESSIONS, 'Logout').status == 204
    assert client.read(client.root, 'name').fault == 'NotAuthenticated'
    assert client.sim.sessions == []


def test_sessions_are_listed_and_current(client):
    second = another(client)
    assert {one['key'] for one in client.read(SESSIONS, 'sessionList').value} == {
        client.session['key'], second.session['key']}
    assert second.read(SESSIONS, 'currentSession').value['key'] == second.session['key']
    found = retrieve(second, filter_spec({'SessionManager': ['currentSession']}, [SESSIONS])).value['objects'][0]
    assert found['propSet'][0]['val']['key'] == second.session['key']
    second.close()


def test_session_is_active(client):
    second = another(client)
    ask = {'sessionID': second.session['key'], 'userName': client.sim.username}
    assert client.call(SESSIONS, 'SessionIsActive', **ask).value is True
    second.call(SESSIONS, 'Logout')
    assert client.call(SESSIONS, 'SessionIsActive', **ask).value is False
    second.close()


def test_terminate_session(client):
    second, third = another(client), another(client)
    own = client.call(SESSIONS, 'TerminateSession', sessionId=[client.session['key']])
    assert (own.fault, own.value['invalidProperty']) == ('InvalidArgument', 'sessionId')
    keys = [second.session['key'], 'no such key', third.session['key']]
    assert client.call(SESSIONS, 'TerminateSession', sessionId=keys).fault == 'NotFound'
    assert second.read(client.root, 'name').fault == 'NotAuthenticated'
    assert third.read(client.root, 'name').status == 200
    assert client.call(SESSIONS, 'TerminateSession', sessionId=[third.session['key']]).status == 204
    second.close()
    third.close()


def test_clone_session(client):
    ticket = client.call(SESSIONS, 'AcquireCloneTicket').value
    assert ticket.startswith('cst-VCT-')
    clone = Client(client.sim)
    answer = clone.call(SESSIONS, 'CloneSession', cloneTicket=ticket)
    assert answer.value['userName'] == client.session['userName']
    assert answer.headers[HEADER] != client.http.headers[HEADER]
    clone.http.headers[HEADER] = answer.headers[HEADER]
    assert clone.read(client.root, 'name').status == 200
    assert Client(client.sim).call(SESSIONS, 'CloneSession', cloneTicket=ticket).fault == 'InvalidLogin'
    clone.close()


def test_idle_sessions_end(start):
    client = start(session_timeout=100)
    age(client.sim, 99)
    assert client.read(client.root, 'name').status == 200
    age(client.sim, 99)
    assert client.read(client.root, 'name').status == 200
    age(client.sim, 101)
    answer = client.read(client.root, 'name')
    assert (answer.status, answer.fault) == (500, 'NotAuthenticated')
    assert client.log_in() is client
    assert client.read(client.root, 'name').status == 200


def test_expire_sessions(client):
    client.sim.expire_sessions()
    assert client.read(client.root, 'name').fault == 'NotAuthenticated'


def test_what_a_session_made_is_its_own_and_goes_with_it(client):
    second = another(client)
    made = [
        client.call(VIEWS, 'CreateContainerView', container=client.root, recursive=True).value,
        client.call(COLLECTOR, 'CreatePropertyCollector').value,
        client.call(COLLECTOR, 'CreateFilter', spec=filter_spec({'Folder': ['name']}, [client.root]),
                    partialUpdates=False).value,
    ]
    names = {'ContainerView': 'view', 'PropertyCollector': 'filter', 'PropertyFilter': 'spec'}
    for ref in made:
        assert client.read(ref, names[ref['type']]).status == 200
        assert second.read(ref, names[ref['type']]).fault == 'ManagedObjectNotFound'
    assert retrieve(second, filter_spec({'ContainerView': ['view']}, [made[0]])).fault == 'ManagedObjectNotFound'
    assert client.read(COLLECTOR, 'filter').value == [made[2]]
    assert second.read(COLLECTOR, 'filter').value == []
    client.call(SESSIONS, 'Logout')
    assert client.sim.call(lambda: [client.sim.vcenter.find(ref['value']) for ref in made]) == [None] * 3
    assert client.sim.call(lambda: len(client.sim.vcenter._listeners)) == 0
    second.close()


def test_the_session_header_may_come_with_every_answer(start):
    client = start(variants={'session_header': 'every'})
    assert client.read(client.root, 'name').headers[HEADER] == client.http.headers[HEADER]


def test_the_token_may_be_renewed_with_every_answer(start):
    client = start(variants={'session_header': 'renew'})
    answer = client.read(client.root, 'name')
    assert answer.headers[HEADER] != client.http.headers[HEADER]
    client.http.headers[HEADER] = answer.headers[HEADER]
    assert client.read(client.root, 'name').status == 200
    assert len(client.sim.sessions) == 1


def test_the_automation_api_shares_sessions(start):
    client = start(users=USERS)
    answer = client.request('POST', '/api/session', auth=('other@vsphere.local', 'other secret'))
    assert answer.status == 201
    client.http.headers[HEADER] = answer.value
    assert client.read(SESSIONS, 'currentSession').value['userName'] == 'VSPHERE.LOCAL\\other'
    assert client.request('DELETE', '/api/session').status == 204
    assert client.read(client.root, 'name').fault == 'NotAuthenticated'
    for options in ({}, {'auth': ('other@vsphere.local', 'wrong')}, {'headers': {'Authorization': 'Basic !'}}):
        assert client.request('POST', '/api/session', **options).status == 401
    assert Client(start(release='8.0.2.0').sim).request('POST', '/api/session').status == 404
