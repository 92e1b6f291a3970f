# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The client against a scripted server: every answer that a vCenter, an ESXi host or a proxy is known to give."""

from __future__ import annotations

import json

import pytest
import requests
from ansible_collections.vsphere.vm.plugins.module_utils import client as client_file
from ansible_collections.vsphere.vm.plugins.module_utils import wire
from ansible_collections.vsphere.vm.plugins.module_utils.client import Client
from ansible_collections.vsphere.vm.plugins.module_utils.faults import Failure, Fault, Refusal, TransportError
from ansible_collections.vsphere.vm.plugins.module_utils.keeper import Keeper, Session

PASSWORD, TOKEN = 'a-password', 'a-token'
OPTIONS = {'hostname': 'vcenter', 'port': 443, 'username': 'u', 'password': PASSWORD, 'validate_certs': True}
VM = wire.reference('VirtualMachine', 'vm-1')
CONTENT = {
    '_typeName': 'ServiceContent',
    'about': {'_typeName': 'AboutInfo'},
    **{
        name: wire.reference(name[0].upper() + name[1:], name)
        for name in ('sessionManager', 'propertyCollector', 'searchIndex')
    },
}
EXPIRED = (500, {'_typeName': 'NotAuthenticated', 'faultstring': 'The session is not authenticated.'})


class Answer:
    """What requests.Response is to the client."""

    def __init__(self, status, body=None, headers=None, kind='application/json'):
        self.status_code = status
        self.ok = status < 400
        self.content = body if isinstance(body, bytes) else b'' if body is None else json.dumps(body).encode()
        self.headers = requests.structures.CaseInsensitiveDict({'content-type': kind, **(headers or {})})


class Server:
    """Answers from a list, in turn; an exception in it is raised."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []

    def request(self, verb, url, data=None, headers=None, timeout=None):
        self.asked.append((verb, url, json.loads(data) if data else None, headers))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, Answer) else Answer(*answer)

    def close(self):
        pass


LOG_IN = (
    (200, {'api_release': '8.0.3.0'}),
    (200, CONTENT),
    (200, {'_typeName': 'UserSession', 'key': 'k', 'userName': 'U'}, {'vmware-api-session-id': TOKEN}),
)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(client_file.time, 'sleep', lambda seconds: None)


def connected(*answers, **options):
    """A client that is logged in, with these answers to come."""
    client = Client({**OPTIONS, **options})
    client.http = Server(*answers)
    client.keeper.session = Session('8.0.3.0', TOKEN, CONTENT, key='k', user='U')
    return client


def fresh(*answers, keeper=None, **options):
    client = Client({**OPTIONS, **options}, keeper)
    client.http = Server(*answers)
    return client


def test_log_in_and_out():
    client = fresh(*LOG_IN, (204,), (204,))
    with client:
        assert client.call(VM, 'MarkAsTemplate') is None
    methods = [url.rpartition('/')[2] for _verb, url, _body, _headers in client.http.asked]
    assert methods == ['system?action=hello', 'content', 'Login', 'MarkAsTemplate', 'Logout']
    assert client.http.asked[2][2] == {'userName': 'u', 'password': PASSWORD}
    assert [headers.get('vmware-api-session-id') for *_rest, headers in client.http.asked] == [
        None,
        None,
        None,
        TOKEN,
        TOKEN,
    ]


@pytest.mark.parametrize('status', client_file.NO_HELLO)
def test_a_server_without_hello_is_an_old_one(status):
    client = fresh((status, b'<html>', {}, 'text/html'), *LOG_IN[1:])
    assert client.session.release == '8.0.1.0'


def test_no_release_in_common():
    with pytest.raises(Refusal) as caught:
        assert fresh((200, {'api_release': ''})).session
    assert caught.value.name == 'UnsupportedRelease'


def test_a_release_that_is_refused():
    with pytest.raises(Refusal) as caught:
        assert fresh((500, {'faultstring': 'Invalid URI format'}), release='9.9.9.9').session
    assert caught.value.name == 'UnsupportedRelease' and '9.9.9.9' in caught.value.message


@pytest.mark.parametrize('missing', ['hostname', 'username', 'password'])
def test_what_is_missing_is_named(missing):
    with pytest.raises(Refusal, match=missing) as caught:
        assert fresh(*LOG_IN, **{missing: None}).session
    assert caught.value.details == {'option': missing}


@pytest.mark.parametrize('answer', [(204,), (200,), (200, b'null'), (200, b'  ')])
def test_unset_is_none_however_it_is_said(answer):
    assert connected(answer).get(VM, 'snapshot') is None


def test_ids_are_quoted_and_unset_parameters_left_out():
    client = connected((200, True))
    assert client.call(wire.reference('ContainerView', 'session[a]b/c'), 'M', a=1, b=None) is True
    _verb, url, body, _headers = client.http.asked[0]
    assert url.endswith('/ContainerView/session%5Ba%5Db%2Fc/M')
    assert body == {'a': 1}


def test_a_fault_is_told_with_its_members():
    client = connected(
        (500, {'_typeName': 'TaskInProgress', 'faultstring': 'Busy.', 'task': wire.reference('Task', 'task-1')})
    )
    with pytest.raises(Fault) as caught:
        client.call(VM, 'PowerOnVM_Task')
    fault = caught.value
    assert (fault.name, fault.category, fault.http_status) == ('TaskInProgress', 'busy', 500)
    assert fault.details == {'task': {'type': 'Task', 'value': 'task-1'}}


@pytest.mark.parametrize(
    ('answer', 'name', 'category'),
    [
        ((500, b'<soapenv:Envelope>ClientFaultCode</soapenv:Envelope>', {}, 'text/xml'), 'NotVIJSON', 'unsupported'),
        ((404, b'<html>nothing here', {}, 'text/html'), 'NotVIJSON', 'unsupported'),
        ((200, b'<html>welcome', {}, 'text/html'), 'NotVIJSON', 'transport'),
        ((200, b'{"_typeName": "UserSes'), 'NotVIJSON', 'transport'),
        ((500, {'error': 'other'}), 'NotVIJSON', 'transport'),
        ((502, b'bad gateway', {}, 'text/plain'), 'ServiceUnavailable', 'transport'),
    ],
)
def test_what_is_no_vi_json_is_told_in_one_sentence(answer, name, category):
    with pytest.raises(TransportError) as caught:
        connected(answer).call(VM, 'PowerOnVM_Task')
    assert (caught.value.name, caught.value.category) == (name, category)
    assert caught.value.message.startswith('vcenter:443 ')


def test_an_expired_session_is_renewed_once_unseen():
    client = connected(EXPIRED, *LOG_IN, (200, True))
    assert client.get(VM, 'x') is True
    client = connected(EXPIRED, *LOG_IN, EXPIRED)
    with pytest.raises(Fault, match='not authenticated'):
        client.get(VM, 'x')
    assert client.http.answers == []


def test_a_401_is_an_expired_session_too():
    assert connected((401, b'', {}), *LOG_IN, (200, True)).get(VM, 'x') is True


def test_another_process_may_have_renewed_it():
    client = connected()
    stale = client.session
    client.keeper.session = Session('8.0.3.0', 'newer', CONTENT)
    client.renew(stale)
    assert client.session.token == 'newer'
    assert client.http.asked == []


def test_a_session_that_was_handed_in_is_neither_renewed_nor_ended():
    client = fresh(*LOG_IN[:2], EXPIRED, session_id='theirs', username=None, password=None)
    with pytest.raises(Fault) as caught, client:
        client.get(VM, 'x')
    assert caught.value.category == 'auth'
    assert client.http.asked[-1][3] == {'vmware-api-session-id': 'theirs'}
    assert not any('Log' in url for _verb, url, _body, _headers in client.http.asked)


def test_a_token_that_comes_with_a_later_answer_is_taken():
    client = connected((200, True, {'vmware-api-session-id': 'next'}), (200, True))
    client.get(VM, 'x')
    client.get(VM, 'x')
    assert client.http.asked[1][3] == {'vmware-api-session-id': 'next'}


RESET = requests.exceptions.ConnectionError(ConnectionResetError(104, 'Connection reset by peer'))
REFUSED = requests.exceptions.ConnectionError(ConnectionRefusedError(111, 'Connection refused'))


def test_a_read_is_sent_again_and_a_change_is_not():
    assert connected(RESET, (503, b''), (200, 1)).get(VM, 'x') == 1
    client = connected(RESET, (200, 1))
    with pytest.raises(TransportError) as caught:
        client.call(VM, 'PowerOnVM_Task')
    assert caught.value.name == 'ConnectionLost' and caught.value.may_have_run
    assert len(client.http.asked) == 1


def test_what_never_reached_the_server_is_sent_again_but_not_for_ever():
    assert connected(REFUSED, (200, 1)).call(VM, 'PowerOnVM_Task') == 1
    client = connected(REFUSED, REFUSED, REFUSED, (200, 1))
    with pytest.raises(TransportError) as caught:
        client.call(VM, 'PowerOnVM_Task')
    assert caught.value.name == 'ConnectionRefused'
    assert len(client.http.asked) == 3


def test_a_shared_session_stays():
    keeper = Keeper()
    keeper.shared = True
    with fresh(*LOG_IN, keeper=keeper) as client:
        assert client.session.token == TOKEN
    assert client.http.answers == [] and keeper.session.token == TOKEN


@pytest.mark.parametrize(
    'answers',
    [
        (*LOG_IN[:2], (500, {'_typeName': 'InvalidLogin', 'faultstring': 'Cannot complete login.'})),
        (*LOG_IN[:2], RESET, RESET, RESET),
        (*LOG_IN, (500, {'_typeName': 'SystemError', 'reason': 'x'})),
        (*LOG_IN, (200, b'<html>', {}, 'text/html')),
    ],
)
def test_no_failure_tells_a_secret(answers):
    client = fresh(*answers)
    with pytest.raises(Failure) as caught:
        client.call(VM, 'PowerOnVM_Task')
    told = repr(caught.value) + json.dumps(caught.value.as_dict())
    assert PASSWORD not in told and TOKEN not in told


def test_a_missing_ca_file_is_named():
    with pytest.raises(Refusal, match='ca_cert: there is no file /nowhere'):
        Client({**OPTIONS, 'ca_cert': '/nowhere'})


def test_requests_may_be_missing(monkeypatch):
    monkeypatch.setattr(client_file, 'requests', None)
    with pytest.raises(Refusal) as caught:
        Client(OPTIONS)
    assert caught.value.name == 'MissingLibrary'
