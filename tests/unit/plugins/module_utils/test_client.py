# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The client over real TLS: every answer that a vCenter, an ESXi host or a proxy is known to give, and broken ones."""

from __future__ import annotations

import base64
import datetime
import gzip
import json
import socket
import ssl
import traceback
import tracemalloc
from types import SimpleNamespace
from urllib.parse import quote

import pytest
import requests
import trustme
from ansible_collections.vsphere.vm.plugins.module_utils import answers, wire
from ansible_collections.vsphere.vm.plugins.module_utils import client as client_file
from ansible_collections.vsphere.vm.plugins.module_utils.client import PAUSES, Client
from ansible_collections.vsphere.vm.plugins.module_utils.faults import Failure, Fault, Refusal, TransportError
from ansible_collections.vsphere.vm.plugins.module_utils.keeper import Keeper, Session
from ansible_collections.vsphere.vm.plugins.module_utils.log_in import RELEASES
from ansible_collections.vsphere.vm.plugins.module_utils.transport import transport_error

from tests.tools.connect_proxy import ConnectProxy
from tests.unit.plugins.played_server import CUT, RESET_READ, RESET_UNREAD, SILENT, PlayedServer, context_of

PROXY_USER, PROXY_PASSWORD = 'proxy-user', 'its:sec@ret/1'
USER, PASSWORD, TOKEN, NEXT = 'svc-rec@vsphere.local', 'a-pass:word-ü', 'a-token', 'the-next-token'
HEADER = 'vmware-api-session-id'
VM = wire.reference('VirtualMachine', 'vm-41')
CONTENT = wire.data('ServiceContent', about=wire.data('AboutInfo', version='8.0.3'), **{
    name: wire.reference(name[0].upper() + name[1:], name)
    for name in ('rootFolder', 'sessionManager', 'propertyCollector', 'searchIndex')})
EXPIRED = (500, {'_typeName': 'NotAuthenticated', 'faultstring': 'The session is not authenticated.'})
HELLO = (200, {'api_release': '8.0.3.0'})
LOGGED_IN = (200, wire.data('UserSession', key='k', userName='VSPHERE.LOCAL\\svc-rec'), {HEADER: TOKEN})
LOG_IN = (HELLO, (200, CONTENT), LOGGED_IN)
HTML = b'<html><body>Welcome</body></html>'
ESXI = (b'<?xml version="1.0"?><soapenv:Envelope><soapenv:Body><soapenv:Fault><faultcode>ClientFaultCode</faultcode>'
        b'<faultstring>Error returned by expat parser: not well-formed while parsing HTTP request before method was '
        b'determined</faultstring></soapenv:Fault></soapenv:Body></soapenv:Envelope>')


@pytest.fixture(scope='module')
def authority():
    return trustme.CA()


@pytest.fixture(scope='module')
def ca_cert(authority, tmp_path_factory):
    path = tmp_path_factory.mktemp('ca') / 'ca.pem'
    authority.cert_pem.write_to_path(path)
    return str(path)


@pytest.fixture(scope='module')
def listening(authority):
    server = PlayedServer(context_of(authority.issue_cert('127.0.0.1')))
    yield server
    server.stop()


@pytest.fixture
def server(listening):
    """The server, whose whole script is to be played."""
    listening.play()
    yield listening
    assert listening.script == []


@pytest.fixture(autouse=True)
def pauses(monkeypatch):
    """The pauses that the client makes, which take no time."""
    made = []
    monkeypatch.setattr(client_file, 'time', SimpleNamespace(sleep=made.append))
    return made


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    for name in ('http_proxy', 'https_proxy', 'all_proxy', 'no_proxy', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def made(server, ca_cert):
    """Makes clients that have to log in first: made(*answers, **options)."""
    clients = []

    def make(*answers, keeper=None, **options):
        server.play(*answers)
        clients.append(Client({'hostname': '127.0.0.1', 'port': server.port, 'username': USER, 'password': PASSWORD,
                               'ca_cert': ca_cert, 'validate_certs': True, **options}, keeper))
        return clients[-1]
    yield make
    for client in clients:
        client.http.close()


@pytest.fixture
def connected(made):
    """Makes clients that are logged in."""
    def make(*answers, owned=True, **options):
        client = made(*answers, **options)
        client.keeper.session = Session('8.0.3.0', TOKEN, CONTENT, key='k', user='U', owned=owned)
        return client
    return make


def failure_of(call, kind=Failure):
    with pytest.raises(kind) as caught:
        call()
    return caught.value


# -- the session


def test_it_logs_in_when_it_is_needed_and_out_at_the_end(server, made):
    with made(*LOG_IN, (204,), (204,)) as client:
        assert server.asked == []
        assert client.call(VM, 'MarkAsTemplate') is None
    assert [(each.verb, each.path) for each in server.asked] == [
        ('POST', '/api/vcenter/system?action=hello'),
        ('GET', '/sdk/vim25/8.0.3.0/ServiceInstance/ServiceInstance/content'),
        ('POST', '/sdk/vim25/8.0.3.0/SessionManager/sessionManager/Login'),
        ('POST', '/sdk/vim25/8.0.3.0/VirtualMachine/vm-41/MarkAsTemplate'),
        ('POST', '/sdk/vim25/8.0.3.0/SessionManager/sessionManager/Logout')]
    assert [each.headers[HEADER] for each in server.asked] == [None, None, None, TOKEN, TOKEN]
    assert server.asked[0].body == {'api_releases': list(RELEASES)}
    assert server.asked[1].body is None
    assert server.asked[2].body == {'userName': USER, 'password': PASSWORD}
    assert {each.headers['content-type'] for each in server.asked} == {'application/json'}
    assert server.connections == 1


def test_what_is_never_used_never_logs_in(server, made):
    with made():
        pass
    assert server.asked == []


def test_services_are_known_by_name_and_nothing_else_of_the_content_is_kept(made):
    client = made(*LOG_IN)
    assert client.service('searchIndex') == wire.reference('SearchIndex', 'searchIndex')
    assert set(client.session.content) == set(CONTENT) - {'_typeName', 'about'}
    assert (client.session.key, client.session.user) == ('k', 'VSPHERE.LOCAL\\svc-rec')


@pytest.mark.parametrize('answer', [
    (404, HTML, {}, 'text/html'), (404,), (400, HTML, {}, 'text/html'), (405, b'', {}, 'text/plain'), (501, HTML),
    (404, {'error_type': 'NOT_FOUND', 'messages': []}),
    (400, {'error_type': 'INVALID_ARGUMENT', 'messages': [{'id': 'a', 'default_message': 'No.', 'args': []}]}),
])
def test_a_server_without_hello_is_an_old_one(server, made, answer):
    assert made(answer, *LOG_IN[1:]).session.release == '8.0.1.0'
    assert server.asked[1].path.startswith('/sdk/vim25/8.0.1.0/')


@pytest.mark.parametrize('answer', [(200, {'api_release': ''}), (200, {}), (200,), (204,)])
def test_no_release_in_common(made, answer):
    refusal = failure_of(lambda: made(answer).session, Refusal)
    assert (refusal.name, refusal.category) == ('UnsupportedRelease', 'unsupported')
    assert RELEASES[0] in refusal.message


def test_a_hello_that_fails_in_another_way_is_no_old_server(made):
    assert failure_of(lambda: made((500, HTML, {}, 'text/html')).session, TransportError).http_status == 500
    assert failure_of(lambda: made((500, ESXI, {}, 'text/xml')).session, TransportError).category == 'unsupported'


def test_a_release_that_is_asked_for_is_not_negotiated(server, made):
    assert made(*LOG_IN[1:], release='8.0.2.0').session.release == '8.0.2.0'
    assert server.asked[0].path == '/sdk/vim25/8.0.2.0/ServiceInstance/ServiceInstance/content'


def test_a_release_that_the_server_does_not_have_is_named(made):
    refusal = failure_of(lambda: made((500, {'faultstring': 'Invalid URI format'}), release='9.9.9.9').session, Refusal)
    assert (refusal.name, refusal.cause.message) == ('UnsupportedRelease', 'Invalid URI format')
    assert '9.9.9.9' in refusal.message and 'release' in refusal.hint
    named = made((500, {'_typeName': 'InvalidRequest', 'faultstring': 'Invalid URI: 9.9.9.9'}), release='9.9.9.9')
    assert failure_of(lambda: named.session, Refusal).name == 'UnsupportedRelease'
    told = made((500, {'_typeName': 'SystemError', 'faultstring': 'Out of memory.'}), release='8.0.2.0')
    assert failure_of(lambda: told.session, Fault).name == 'SystemError'
    unasked = made(HELLO, (500, {'faultstring': 'Invalid URI format'}))
    assert failure_of(lambda: unasked.session, Fault).message == 'Invalid URI format'


@pytest.mark.parametrize(('missing', 'variable'), [
    ('hostname', 'VMWARE_HOST'), ('username', 'VMWARE_USER'), ('password', 'VMWARE_PASSWORD')])
@pytest.mark.parametrize('nothing', [None, ''])
def test_an_option_that_is_missing_is_named_with_its_variable(made, missing, variable, nothing):
    answers = LOG_IN[:2] if missing != 'hostname' else ()
    refusal = failure_of(lambda: made(*answers, **{missing: nothing}).session, Refusal)
    assert missing in refusal.message and variable in refusal.message
    assert refusal.details == {'option': missing}


def test_wrong_credentials_are_told_once(server, made):
    client = made(*LOG_IN[:2], (500, {'_typeName': 'InvalidLogin', 'faultstring': 'Cannot complete login.'}))
    fault = failure_of(lambda: client.call(VM, 'PowerOnVM_Task'), Fault)
    assert (fault.name, fault.category, fault.operation, fault.retryable) == ('InvalidLogin', 'auth', 'Login', False)
    assert server.methods().count('Login') == 1


@pytest.mark.parametrize(('answer', 'name'), [
    ((500, {'_typeName': 'InvalidLogin', 'faultstring': 'No.'}), 'InvalidLogin'),
    ((500, {'_typeName': 'NoPermission', 'faultstring': 'No.'}), 'NoPermission'),
    ((500, {'_typeName': 'PasswordExpired', 'faultstring': 'No.'}), 'PasswordExpired'), ((401, HTML), 'NotAuthenticated')])
def test_a_refused_log_in_is_not_tried_again(server, made, answer, name):
    client = made(*LOG_IN[:2], answer)
    for _number in range(3):
        assert failure_of(lambda: client.get(VM, 'x'), Fault).name == name
    assert server.methods().count('Login') == 1 and len(server.asked) == 3


@pytest.mark.parametrize('answer', [
    (500, {'_typeName': 'SystemError', 'faultstring': 'Out of memory.'}), (500, {'_typeName': 'TaskInProgress'}), (500, HTML)])
def test_a_log_in_that_failed_otherwise_is_tried_again(made, answer):
    client = made(*LOG_IN[:2], answer, *LOG_IN, (200, 1))
    failure_of(lambda: client.get(VM, 'x'))
    assert client.get(VM, 'x') == 1


def test_a_log_in_without_a_token_is_not_of_this_api(made):
    failure = failure_of(lambda: made(*LOG_IN[:2], LOGGED_IN[:2]).session, TransportError)
    assert failure.name == 'NotVIJSON' and HEADER in failure.message


def test_an_expired_session_is_renewed_once_unseen(server, connected):
    client = connected(EXPIRED, HELLO, (200, CONTENT), (*LOGGED_IN[:2], {HEADER: NEXT}), (200, True))
    assert client.call(VM, 'DropConnections', listOfConnections=[]) is True
    assert server.asked[-1].headers[HEADER] == NEXT
    assert server.asked[-1].body == server.asked[0].body == {'listOfConnections': []}


def test_an_expired_session_is_not_renewed_twice(server, connected):
    fault = failure_of(lambda: connected(EXPIRED, *LOG_IN, EXPIRED).get(VM, 'name'), Fault)
    assert (fault.name, fault.category) == ('NotAuthenticated', 'auth')
    assert server.methods().count('Login') == 1


@pytest.mark.parametrize('answer', [
    (401, b'', {}, 'text/plain'), (401, {'error': 'x'}),
    (401, HTML, {}, 'text/html')])
def test_a_401_is_an_expired_session_too(connected, answer):
    assert connected(answer, *LOG_IN, (200, True)).get(VM, 'x') is True
    assert failure_of(lambda: connected(answer, owned=False).get(VM, 'x'), Fault).http_status == 401


def test_a_session_that_another_process_has_renewed_is_taken(server, connected):
    client = connected()
    stale = client.session
    client.keeper.session = Session('8.0.3.0', NEXT, CONTENT)
    client.renew(stale)
    assert client.session.token == NEXT
    assert server.asked == []


def test_a_session_that_was_handed_in_is_neither_renewed_nor_ended(server, made):
    client = made(*LOG_IN[:2], (200, 'a'), EXPIRED, session_id='theirs', username=None, password=None)
    with client:
        assert client.get(VM, 'name') == 'a'
        assert failure_of(lambda: client.get(VM, 'name'), Fault).category == 'auth'
    assert [each.headers[HEADER] for each in server.asked] == [None, None, 'theirs', 'theirs']


def test_the_key_of_a_session_that_was_handed_in_is_asked_for_once(server, made):
    client = made(*LOG_IN[:2], (200, wire.data('UserSession', key='52-key', userName='U')), session_id='theirs')
    assert client.session_key() == client.session_key() == '52-key'
    assert client.session.user == 'U'
    assert server.asked[-1].path.endswith('/SessionManager/sessionManager/currentSession')


@pytest.mark.parametrize(('answer', 'known'), [
    ((200, wire.data('UserSession', key='k')), True), ((200, None), False), ((200, b'null'), False), ((204,), False)])
def test_whether_the_server_still_knows_the_session(connected, answer, known):
    assert connected(answer).is_logged_in() is known


def test_a_token_that_comes_with_a_later_answer_takes_the_place_of_the_one_before(server, connected):
    client = connected((200, 1, {HEADER: NEXT}), (200, 2), (200, 3, {HEADER: NEXT}), (204,))
    with client:
        assert [client.get(VM, 'x') for _number in range(3)] == [1, 2, 3]
        assert client.keeper.session.token == NEXT
    assert [each.headers[HEADER] for each in server.asked] == [TOKEN, NEXT, NEXT, NEXT]
    assert server.methods()[-1] == 'Logout'


def test_a_shared_session_stays(server, made):
    keeper = Keeper()
    keeper.shared = True
    with made(*LOG_IN, keeper=keeper) as client:
        assert client.session.token == TOKEN
    assert keeper.session.token == TOKEN
    assert 'Logout' not in server.methods()


def test_a_session_for_somebody_else_is_theirs_to_end(server, made):
    with made(*LOG_IN) as client:
        assert client.new_session().token == TOKEN
        assert client.keeper.session is None
    assert 'Logout' not in server.methods()


def test_in_place_of_a_session_that_has_ended_there_is_a_new_one(server, made):
    client = made(*LOG_IN[:2], (200, None), *LOG_IN, session_id='ended')
    assert not client.is_logged_in()
    assert client.new_session().token == TOKEN


@pytest.mark.parametrize('answers', [
    [EXPIRED], [(503, HTML)] * 3, [RESET_READ], [(500, {'_typeName': 'SystemError'})], [(401, HTML)]])
def test_a_log_out_that_fails_is_as_good(connected, answers):
    with connected((200, 1), *answers) as client:
        client.get(VM, 'x')
    assert client.keeper.session is None


# -- values


@pytest.mark.parametrize('answer', [(204,), (200,), (200, b'null'), (200, b' \n'), (200, None, {}, 'text/plain')])
def test_unset_and_void_are_none_however_they_are_said(connected, answer):
    assert connected(answer).get(VM, 'snapshot') is None
    assert connected(answer).call(VM, 'Reload') is None


@pytest.mark.parametrize('value', [True, False, 0, 42, 2 ** 62, 'text', '', [], [VM], VM, {'_typeName': 'UserSession'}])
def test_the_body_is_the_value(connected, value):
    assert connected((200, value)).get(VM, 'x') == value


def test_an_answer_may_be_compressed_and_in_any_language(connected):
    text = json.dumps({'a': 'ü'}, ensure_ascii=False).encode()
    assert connected((200, gzip.compress(text), {'Content-Encoding': 'gzip'})).get(VM, 'x') == {'a': 'ü'}


def test_ids_are_quoted_and_unset_parameters_left_out(server, connected):
    view = wire.reference('ContainerView', 'session[5a]52/b ü')
    assert connected((200, True)).call(view, 'DestroyView', a=1, b=None, c=False) is True
    (asked,) = server.asked
    assert asked.path == '/sdk/vim25/8.0.3.0/ContainerView/session%5B5a%5D52%2Fb%20%C3%BC/DestroyView'
    assert asked.body == {'a': 1, 'c': False}


# -- faults


def test_a_fault_is_told_with_its_members_its_cause_and_its_status(connected):
    fault = failure_of(lambda: connected((500, {
        '_typeName': 'TaskInProgress', 'faultstring': 'Busy.', 'task': wire.reference('Task', 'task-1'),
        'faultCause': {'_typeName': 'FileLocked', 'faultstring': 'Locked.', 'file': 'a.vmx'},
    })).call(VM, 'PowerOnVM_Task'), Fault)
    assert (fault.name, fault.category, fault.message, fault.operation, fault.http_status) == (
        'TaskInProgress', 'busy', 'Busy.', 'PowerOnVM_Task', 500)
    assert fault.details == {'task': {'type': 'Task', 'value': 'task-1'}}
    assert (fault.cause.name, fault.cause.message, fault.cause.details) == ('FileLocked', 'Locked.', {'file': 'a.vmx'})


@pytest.mark.parametrize(('answer', 'name', 'message'), [
    ((500, {'faultstring': 'Invalid URI format'}), 'MethodFault', 'Invalid URI format'),
    ((500, {'_typeName': 'NotSupported'}), 'NotSupported', 'NotSupported'),
    ((404, {'_typeName': 'NotFound', 'faultstring': 'Gone.'}), 'NotFound', 'Gone.'),
    ((403, {'_typeName': 'NoPermission', 'faultstring': 'No.'}, {}, 'text/plain'), 'NoPermission', 'No.'),
    ((401, {'_typeName': 'NoPermission', 'faultstring': 'No.'}), 'NoPermission', 'No.'),
    ((500, {'_typeName': 'LocalizedMethodFault', 'localizedMessage': 'Off.', 'fault': {'_typeName': 'InvalidState'}}),
     'InvalidState', 'Off.'),
])
def test_a_fault_is_a_fault_whatever_its_form_and_status(server, connected, answer, name, message):
    fault = failure_of(lambda: connected(answer).get(VM, 'x'), Fault)
    assert (fault.name, fault.message, fault.http_status) == (name, message, answer[0])
    assert len(server.asked) == 1


def test_even_a_read_is_not_sent_again_for_a_fault(server, connected, pauses):
    failure_of(lambda: connected((500, {'_typeName': 'TaskInProgress', 'faultstring': ''})).get(VM, 'x'), Fault)
    assert (len(server.asked), pauses) == (1, [])


# -- what is not of this API


@pytest.mark.parametrize(('answer', 'name', 'category', 'told'), [
    ((500, ESXI, {}, 'text/xml'), 'NotVIJSON', 'unsupported', 'a standalone ESXi host'),
    ((404, HTML, {}, 'text/html'), 'NotVIJSON', 'unsupported', 'since 8.0 U1'),
    ((404,), 'NotVIJSON', 'unsupported', 'HTTP 404'),
    ((200, HTML, {}, 'text/html; charset=utf-8'), 'NotVIJSON', 'transport', 'text/html that is not JSON'),
    ((403, HTML, {}, 'text/html'), 'NotVIJSON', 'transport', 'HTTP 403'),
    ((200, b'{"_typeName": "UserSession", "ke'), 'NotVIJSON', 'transport', 'not JSON of the API'),
    ((500, {'error': 'other'}), 'NotVIJSON', 'transport', 'HTTP 500'),
    ((500, b'\xff\xfe', {}, 'text/plain'), 'NotVIJSON', 'transport', 'HTTP 500'),
    ((502, HTML, {}, 'text/html'), 'ServiceUnavailable', 'transport', 'HTTP 502'),
    ((504, b'upstream request timeout', {}, 'text/plain'), 'ServiceUnavailable', 'transport', 'HTTP 504'),
])
def test_what_is_not_of_this_api_is_told_in_one_sentence(server, connected, answer, name, category, told):
    error = failure_of(lambda: connected(answer).call(VM, 'PowerOnVM_Task'), TransportError)
    assert (error.name, error.category, error.http_status, error.operation) == (
        name, category, answer[0], 'PowerOnVM_Task')
    assert error.message.startswith(f'127.0.0.1:{server.port} ') and told in error.message
    assert '\n' not in error.message and '<' not in error.message
    assert len(server.asked) == 1


@pytest.mark.parametrize('answers', [
    [(200, 'welcome')], [HELLO, (200, 'welcome')], [HELLO, (200,)], [HELLO, (200, {'status': 'ok'})],
    [*LOG_IN[:2], (200, None, {HEADER: TOKEN})]])
def test_json_of_somebody_else_is_told_in_one_sentence_too(made, answers):
    assert failure_of(lambda: made(*answers).session, TransportError).name == 'NotVIJSON'


# -- answers that would fill the memory


@pytest.fixture
def bounded(monkeypatch):
    """The most that an answer may have, small enough to be sent quickly."""
    monkeypatch.setattr(answers, 'LARGEST', 1024 ** 2)
    return 1024 ** 2


def test_the_bound_leaves_room_for_what_a_vcenter_sends():
    assert 64 * 1024 ** 2 <= answers.LARGEST <= 1024 ** 3


def too_large(call):
    error = failure_of(call, TransportError)
    assert (error.name, error.category, error.retryable, error.may_have_run) == (
        'AnswerTooLarge', 'transport', False, True)
    assert error.message.endswith('more than 1048576 bytes; the rest is not read.')


def test_an_answer_may_be_as_large_as_the_bound_and_no_larger(server, connected, bounded, pauses):
    text = 'x' * (bounded - 2)
    assert connected((200, text)).get(VM, 'x') == text
    client = connected((200, text + 'x'))
    too_large(lambda: client.get(VM, 'x'))
    client = connected((200, text + 'x'))
    too_large(lambda: client.call(VM, 'PowerOnVM_Task'))
    assert pauses == [] and len(server.asked) == 1


def test_an_answer_without_end_is_not_read_to_its_end(server, connected, bounded):
    client = connected((200, b'[' * (bounded + answers.PIECE), {'Content-Length': str(1024 ** 4)}))
    too_large(lambda: client.get(VM, 'x'))


def test_a_small_answer_that_unpacks_to_a_large_one_is_not_unpacked(connected, bounded):
    bomb = gzip.compress(bytes(64 * bounded))
    assert len(bomb) < bounded // 8
    client = connected((200, bomb, {'Content-Encoding': 'gzip'}))
    tracemalloc.start()
    too_large(lambda: client.get(VM, 'x'))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 32 * bounded


@pytest.mark.parametrize('packing', ['gzip, gzip', 'br', 'zstd', 'compress'])
def test_what_was_not_asked_to_be_packed_so_is_not_unpacked(server, connected, packing):
    error = failure_of(lambda: connected((200, b'x', {'Content-Encoding': packing})).get(VM, 'x'), TransportError)
    assert (error.name, error.retryable) == ('NotVIJSON', False) and packing in error.message
    assert server.asked[0].headers['Accept-Encoding'] == 'gzip, deflate'


def test_what_cannot_be_unpacked_is_told_in_one_sentence(connected, pauses):
    error = failure_of(lambda: connected((200, HTML, {'Content-Encoding': 'gzip'})).get(VM, 'x'), TransportError)
    assert (error.name, error.retryable) == ('NotVIJSON', False) and 'unpacked' in error.message
    assert pauses == []


def test_what_is_nested_without_end_is_not_of_this_api(connected):
    error = failure_of(lambda: connected((200, b'[' * 10 ** 6)).get(VM, 'x'), TransportError)
    assert error.name == 'NotVIJSON'


# -- connections that break


@pytest.mark.parametrize('broken', [
    RESET_UNREAD, RESET_READ, CUT, (503, b'no healthy upstream'), (502, HTML), (504, HTML)])
def test_a_read_is_sent_again_and_no_more_than_twice(connected, broken, pauses):
    assert connected(broken, (200, 1)).get(VM, 'x') == 1
    assert connected(broken, broken, (200, 1)).get(VM, 'x') == 1
    assert pauses == [PAUSES[0], *PAUSES]
    failure_of(lambda: connected(broken, broken, broken).get(VM, 'x'), TransportError)
    assert pauses[3:] == list(PAUSES)


def test_a_call_that_may_be_sent_twice_is(server, connected):
    assert connected(RESET_READ, (200, 1)).call(VM, 'RetrievePropertiesEx', repeatable=True, a=1) == 1
    assert [each.body for each in server.asked] == [{'a': 1}, {'a': 1}]


@pytest.mark.parametrize(('broken', 'name'), [
    (RESET_READ, 'ConnectionLost'), (CUT, 'ConnectionLost'), ((502, HTML), 'ServiceUnavailable'),
    ((504, HTML), 'ServiceUnavailable')])
def test_a_change_that_may_have_begun_is_not_sent_again(connected, broken, name, pauses):
    error = failure_of(lambda: connected(broken).call(VM, 'PowerOnVM_Task'), TransportError)
    assert (error.name, error.may_have_run, error.retryable) == (name, True, True)
    assert pauses == []


def test_a_change_that_nobody_has_read_is_not_sent_again_either(server, connected, pauses):
    error = failure_of(lambda: connected(RESET_UNREAD).call(VM, 'PowerOnVM_Task'), TransportError)
    assert error.category == 'transport'
    assert (server.asked, pauses) == ([], [])


def test_a_change_that_has_not_begun_is_sent_again(connected, pauses):
    assert connected((503, b'no healthy upstream', {}, 'text/plain'), (200, 1)).call(VM, 'PowerOnVM_Task') == 1
    assert pauses == [PAUSES[0]]


@pytest.mark.parametrize('reason', ['connection termination', 'remote reset', 'protocol error'])
def test_a_proxy_that_lost_the_vcenter_in_the_middle_may_have_begun_a_change(server, connected, reason):
    text = f'upstream connect error or disconnect/reset before headers. reset reason: {reason}'.encode()
    client = connected((503, text, {}, 'text/plain'))
    error = failure_of(lambda: client.call(VM, 'PowerOnVM_Task'), TransportError)
    assert error.may_have_run and len(server.asked) == 1


def test_tls_that_ends_amid_a_request_is_a_lost_connection():
    error = requests.exceptions.SSLError(ssl.SSLEOFError(8, 'EOF occurred in violation of protocol'))
    failure = transport_error(error, 'vc:443', 'PowerOnVM_Task', {})
    assert (failure.name, failure.may_have_run, failure.retryable) == ('ConnectionLost', True, True)


def test_no_answer_in_time(connected):
    client = connected((200, 'value'), SILENT, request_timeout=60)
    client.get(VM, 'name')  # the connection is open by then, which has a time of its own
    client.options['request_timeout'] = 0.1
    error = failure_of(lambda: client.call(VM, 'PowerOnVM_Task'), TransportError)
    assert (error.name, error.may_have_run) == ('ReadTimeout', True)
    assert 'PowerOnVM_Task' in error.message and 'request_timeout' in error.message


def test_a_call_that_waits_has_longer(connected, monkeypatch):
    client = connected()
    given = []
    monkeypatch.setattr(client.http, 'request', lambda *args, timeout, **more: given.append(timeout) or 1 / 0)
    for timeout, wait in ((60, 0), (60, 30), (5, 30)):
        client.options['request_timeout'] = timeout
        with pytest.raises(ZeroDivisionError):
            client.call(VM, 'WaitForUpdatesEx', wait=wait)
    assert given == [(10, 60), (10, 90), (5, 35)]


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def test_a_port_where_nothing_listens(connected, pauses):
    client = connected(port=free_port())
    error = failure_of(lambda: client.call(VM, 'PowerOnVM_Task'), TransportError)
    assert (error.name, error.may_have_run, error.retryable) == ('ConnectionRefused', False, True)
    assert error.message == f'127.0.0.1:{client.options["port"]} refuses the connection: nothing listens there.'
    assert pauses == list(PAUSES)


def unknown(*args, **more):
    raise socket.gaierror(socket.EAI_NONAME, 'Name or service not known')


def test_a_host_that_nobody_knows(connected, monkeypatch, pauses):
    monkeypatch.setattr(socket, 'getaddrinfo', unknown)
    error = failure_of(lambda: connected(hostname='vc.example').get(VM, 'x'), TransportError)
    assert (error.name, error.retryable) == ('HostUnknown', False)
    assert 'vc.example' in error.message
    assert pauses == []


@pytest.mark.parametrize('fault', [OSError(113, 'No route to host'), OSError(101, 'Network is unreachable')])
def test_a_host_that_cannot_be_reached(connected, monkeypatch, fault):
    def connect(*args, **more):
        raise fault

    monkeypatch.setattr('urllib3.util.connection.create_connection', connect)
    error = failure_of(lambda: connected().call(VM, 'PowerOnVM_Task'), TransportError)
    assert (error.name, error.may_have_run) == ('HostUnreachable', False)
    assert fault.strerror in error.message


# -- trust


def distrusted(client, why, server):
    error = failure_of(lambda: client.call(VM, 'PowerOnVM_Task'), TransportError)
    assert (error.name, error.category, error.retryable) == ('CertificateNotTrusted', 'transport', False)
    assert why in error.message and 'ca_cert' in error.hint
    assert server.asked == []


def test_a_certificate_of_an_unknown_authority(server, connected, tmp_path, pauses):
    trustme.CA().cert_pem.write_to_path(tmp_path / 'other.pem')
    distrusted(connected(ca_cert=str(tmp_path / 'other.pem')), 'unable to get local issuer certificate', server)
    distrusted(connected(ca_cert=None), 'unable to get local issuer certificate', server)
    assert pauses == []


@pytest.mark.parametrize(('name', 'days', 'why'), [
    ('127.0.0.1', -1, 'certificate has expired'), ('other.example', 1, "not valid for '127.0.0.1'")])
def test_a_certificate_that_has_expired_or_is_for_another_host(authority, connected, name, days, why):
    now = datetime.datetime.now(datetime.timezone.utc)
    day = datetime.timedelta(days=1)
    certificate = authority.issue_cert(name, not_before=now - 9 * day, not_after=now + days * day)
    other = PlayedServer(context_of(certificate))
    try:
        distrusted(connected(port=other.port), why, other)
        other.play((200, 1))
        assert connected(port=other.port, validate_certs=False).get(VM, 'x') == 1
    finally:
        other.stop()


@pytest.mark.parametrize('variable', ['REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'])
def test_the_environment_may_name_the_authority_and_the_option_goes_before_it(
        server, connected, ca_cert, monkeypatch, tmp_path, variable):
    monkeypatch.setenv(variable, ca_cert)
    assert connected((200, 1), ca_cert=None).get(VM, 'x') == 1
    trustme.CA().cert_pem.write_to_path(tmp_path / 'other.pem')
    monkeypatch.setenv(variable, str(tmp_path / 'other.pem'))
    assert connected((200, 1)).get(VM, 'x') == 1
    distrusted(connected(ca_cert=None), 'unable to get local issuer certificate', server)


def test_a_ca_file_that_is_not_there_is_named(made):
    refusal = failure_of(lambda: made(ca_cert='/nowhere/ca.pem'), Refusal)
    assert refusal.message == 'ca_cert: there is no file /nowhere/ca.pem.'
    assert refusal.details == {'option': 'ca_cert'}
    made(ca_cert='/nowhere/ca.pem', validate_certs=False)


def test_a_port_that_does_not_speak_tls(connected, pauses):
    plain = PlayedServer()
    try:
        error = failure_of(lambda: connected(port=plain.port).call(VM, 'PowerOnVM_Task'), TransportError)
        assert (error.name, error.retryable) == ('TLSError', False)
        assert plain.asked == [] and pauses == []
    finally:
        plain.stop()


# -- proxies


@pytest.fixture
def proxy():
    """A proxy that wants to know who it is."""
    with ConnectProxy(f'{PROXY_USER}:{PROXY_PASSWORD}') as running:
        yield running


def through(proxy, user=PROXY_USER, password=PROXY_PASSWORD):
    return f'http://{quote(user)}:{quote(password, safe="")}@127.0.0.1:{proxy.port}'


def test_the_environment_may_name_the_proxy_with_its_password(server, connected, proxy, monkeypatch):
    monkeypatch.setenv('https_proxy', through(proxy))
    client = connected((200, 1), (200, 2))
    assert [client.get(VM, 'x'), client.get(VM, 'x')] == [1, 2]
    assert proxy.asked == [f'127.0.0.1:{server.port}'] and len(server.asked) == 2
    assert not [each for each in server.asked if each.headers['Proxy-Authorization']]


def test_what_needs_no_proxy_has_none(connected, proxy, monkeypatch):
    monkeypatch.setenv('https_proxy', through(proxy))
    monkeypatch.setenv('no_proxy', '127.0.0.1')
    assert connected((200, 1)).get(VM, 'x') == 1
    assert proxy.asked == []


@pytest.mark.parametrize('password', ['a-wrong-one', ''])
def test_a_proxy_that_wants_another_password_is_named_and_asked_once(server, connected, proxy, monkeypatch, pauses, password):
    monkeypatch.setenv('https_proxy', through(proxy, password=password))
    error = failure_of(lambda: connected().call(VM, 'PowerOnVM_Task'), TransportError)
    assert (error.name, error.category, error.retryable, error.may_have_run) == (
        'ProxyAuthenticationRequired', 'auth', False, False)
    assert f'127.0.0.1:{proxy.port}' in error.message and '407' in error.message and 'https_proxy' in error.hint
    assert len(proxy.asked) == 1 and pauses == [] and server.asked == []
    assert PROXY_USER not in told_by(error) and 'a-wrong-one' not in told_by(error)


@pytest.mark.parametrize('status', [403, 502])
def test_a_proxy_that_does_not_let_it_through(server, connected, proxy, status, pauses):
    proxy.refuses = status
    error = failure_of(lambda: connected(proxy_host='127.0.0.1', proxy_port=proxy.port).get(VM, 'x'), TransportError)
    assert (error.name, error.category, error.may_have_run) == ('ProxyError', 'transport', False)
    assert str(status) in error.message and f'127.0.0.1:{server.port}' in error.message
    assert f'The proxy 127.0.0.1:{proxy.port} ' in error.message
    assert proxy.asked == [f'127.0.0.1:{server.port}'] * (1 + len(pauses))


@pytest.mark.parametrize('broken', [RESET_READ, CUT])
def test_a_change_that_was_lost_in_a_tunnel_is_not_sent_again(server, connected, proxy, monkeypatch, broken, pauses):
    monkeypatch.setenv('https_proxy', through(proxy))
    client = connected(broken, (200, 1))
    error = failure_of(lambda: client.call(VM, 'PowerOnVM_Task'), TransportError)
    assert (error.name, error.may_have_run, error.retryable) == ('ConnectionLost', True, True)
    assert len(server.asked) == 1 and pauses == []
    assert client.get(VM, 'x') == 1


def test_a_read_that_was_lost_in_a_tunnel_is(connected, proxy, monkeypatch):
    monkeypatch.setenv('https_proxy', through(proxy))
    assert connected(RESET_READ, (200, 1)).get(VM, 'x') == 1


def test_a_proxy_that_is_not_there_is_named_without_its_password(connected, monkeypatch):
    port = free_port()
    monkeypatch.setenv('https_proxy', f'http://{PROXY_USER}:{quote(PROXY_PASSWORD, safe="")}@127.0.0.1:{port}')
    error = failure_of(lambda: connected().get(VM, 'x'), TransportError)
    assert error.name == 'ProxyError' and f'127.0.0.1:{port}' in error.message
    assert not [secret for secret in (PROXY_PASSWORD, quote(PROXY_PASSWORD, safe=''), PROXY_USER) if secret in told_by(error)]


@pytest.mark.parametrize('password', ['pass#word', 'pass/word', 'pass?word', 'pass[word', 'pass word', 'пароль'])
def test_a_proxy_whose_password_is_not_quoted_is_told_without_it(connected, monkeypatch, password, pauses):
    monkeypatch.setenv('https_proxy', f'http://{PROXY_USER}:{password}@127.0.0.1:{free_port()}')
    error = failure_of(lambda: connected().get(VM, 'x'), TransportError)
    assert error.name in ('InvalidAddress', 'ProxyError')
    told = told_by(error)
    assert password not in told and PROXY_USER not in told


# -- secrets


def told_by(failure):
    return ' '.join([repr(failure), str(failure), json.dumps(failure.as_dict()), *traceback.format_exception(failure)])


@pytest.mark.parametrize('answers', [
    [*LOG_IN[:2], (500, {'_typeName': 'InvalidLogin', 'faultstring': 'Cannot complete login.'})],
    [*LOG_IN[:2], (401, HTML)], [*LOG_IN[:2], RESET_READ, RESET_READ, RESET_READ], [*LOG_IN[:2], CUT, CUT, CUT],
    [*LOG_IN[:2], (500, HTML)], [*LOG_IN, (500, {'_typeName': 'SystemError', 'reason': 'x'})], [*LOG_IN, RESET_READ],
    [*LOG_IN, (200, HTML)], [*LOG_IN, EXPIRED, *LOG_IN, EXPIRED], [*LOG_IN, (404, HTML)],
])
def test_no_failure_tells_a_secret(made, answers):
    told = told_by(failure_of(lambda: made(*answers).call(VM, 'PowerOnVM_Task')))
    assert not [secret for secret in (PASSWORD, json.dumps(PASSWORD)[1:-1], TOKEN) if secret in told]


@pytest.mark.parametrize('broken', [EXPIRED, RESET_READ, (500, HTML), (200, HTML)])
def test_no_failure_tells_a_session_that_was_handed_in(made, broken):
    client = made(*LOG_IN[:2], broken, session_id=TOKEN)
    assert TOKEN not in told_by(failure_of(lambda: client.call(VM, 'PowerOnVM_Task')))


@pytest.mark.parametrize('broken', ['to\nken', ' token', 'to\0ken', 'tökén'])
def test_a_session_that_cannot_be_sent_is_not_told_either(made, broken):
    error = failure_of(lambda: made(session_id=broken))
    assert (error.name, error.details) == ('InvalidArgument', {'option': 'session_id'})
    assert broken not in told_by(error) and repr(broken) not in told_by(error)


def test_a_netrc_is_not_asked(server, connected, tmp_path, monkeypatch):
    (tmp_path / '.netrc').write_text('machine 127.0.0.1 login someone password theirs\n', encoding='utf-8')
    monkeypatch.setenv('NETRC', str(tmp_path / '.netrc'))
    connected((200, 1)).get(VM, 'x')
    assert server.asked[0].headers['Authorization'] is None


@pytest.mark.parametrize('status', [301, 302, 307, 308])
def test_a_password_and_a_session_do_not_follow_a_redirect(made, connected, status):
    elsewhere = PlayedServer()
    elsewhere.play((200, 1))
    away = (status, None, {'Location': f'http://127.0.0.1:{elsewhere.port}/'})
    try:
        assert failure_of(lambda: made(*LOG_IN[:2], away).session, TransportError).name == 'NotVIJSON'
        assert failure_of(lambda: connected(away).get(VM, 'x'), TransportError).http_status == status
        assert elsewhere.asked == []
    finally:
        elsewhere.stop()


# -- the Automation API


def test_the_automation_api_knows_the_session(server, connected):
    client = connected((200, [1]), (200, 'ours'), (204,))
    assert client.automation('POST', 'cis/tagging/tag-association?action=list', {'ids': [1]}) == [1]
    assert client.automation('POST', 'session', credentials=(USER, PASSWORD)) == 'ours'
    assert client.automation('DELETE', 'session', token='ours') is None
    assert [(each.verb, each.path) for each in server.asked] == [
        ('POST', '/api/cis/tagging/tag-association?action=list'), ('POST', '/api/session'), ('DELETE', '/api/session')]
    assert [each.headers[HEADER] for each in server.asked] == [TOKEN, None, 'ours']
    scheme, _space, text = server.asked[1].headers['Authorization'].partition(' ')
    assert (scheme, base64.b64decode(text).decode()) == ('Basic', f'{USER}:{PASSWORD}')
    assert server.asked[0].headers['Authorization'] is server.asked[2].headers['Authorization'] is None
    assert client.session.token == TOKEN


@pytest.mark.parametrize(('kind', 'name', 'category'), [
    ('NOT_FOUND', 'NotFound', 'not_found'), ('UNAUTHENTICATED', 'NotAuthenticated', 'auth'),
    ('UNAUTHORIZED', 'NoPermission', 'permission'), ('INVALID_ARGUMENT', 'InvalidArgument', 'invalid_argument'),
    ('UNEXPECTED_INPUT', 'UnexpectedInput', 'invalid_argument'), ('ALREADY_EXISTS', 'AlreadyExists', 'conflict'),
    ('CONCURRENT_CHANGE', 'ConcurrentChange', 'conflict'), ('RESOURCE_IN_USE', 'ResourceInUse', 'busy'),
    ('RESOURCE_BUSY', 'ResourceBusy', 'busy'), ('RESOURCE_INACCESSIBLE', 'ResourceInaccessible', 'state'),
    ('NOT_ALLOWED_IN_CURRENT_STATE', 'NotAllowedInCurrentState', 'state'),
    ('ALREADY_IN_DESIRED_STATE', 'AlreadyInDesiredState', 'state'), ('UNSUPPORTED', 'NotSupported', 'unsupported'),
    ('UNABLE_TO_ALLOCATE_RESOURCE', 'UnableToAllocateResource', 'capacity'), ('TIMED_OUT', 'Timedout', 'timeout'),
    ('SERVICE_UNAVAILABLE', 'ServiceUnavailable', 'transport'), ('ERROR', 'Error', 'server'),
    ('INTERNAL_SERVER_ERROR', 'InternalServerError', 'server'),
])
def test_its_errors_are_faults(connected, kind, name, category):
    said = {'error_type': kind, 'messages': [{'id': 'a', 'default_message': 'One.'}, {'default_message': 'Two.'}]}
    fault = failure_of(lambda: connected((400, said)).automation('GET', 'cis/tagging/tag/1?x=y'), Fault)
    assert (fault.name, fault.category, fault.message, fault.operation, fault.http_status) == (
        name, category, 'One.; Two.', 'cis/tagging/tag/1', 400)
    assert failure_of(lambda: connected((400, {'error_type': kind})).automation('GET', 'x'), Fault).message == name


# -- what it is made of


@pytest.mark.parametrize(('host', 'port', 'where'), [
    ('vc.example', None, 'vc.example:443'), ('vc.example', 8443, 'vc.example:8443'),
    ('2001:db8::1', None, '[2001:db8::1]:443')])
def test_where_it_goes(made, host, port, where):
    assert made(hostname=host, port=port).where == where


def test_the_library_may_be_missing(made, monkeypatch):
    monkeypatch.setattr(client_file, 'requests', None)
    refusal = failure_of(made, Refusal)
    assert (refusal.name, refusal.category, refusal.hint) == ('MissingLibrary', 'unsupported', 'pip install requests')
