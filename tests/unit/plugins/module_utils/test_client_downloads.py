# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Downloads over real TLS: who is told the session, who is trusted, what is tried again, and what is not the file."""

from __future__ import annotations

import hashlib
import ssl
from types import SimpleNamespace

import pytest
import trustme
from ansible_collections.vsphere.vm.plugins.module_utils import client as client_file
from ansible_collections.vsphere.vm.plugins.module_utils.client import Client
from ansible_collections.vsphere.vm.plugins.module_utils.faults import Failure
from ansible_collections.vsphere.vm.plugins.module_utils.keeper import Session

from tests.unit.plugins.played_server import CUT, RESET_READ, SILENT, PlayedServer, context_of

TOKEN = 'a-token'
FILE = (200, b'file', {}, 'application/octet-stream')


@pytest.fixture(scope='module')
def authority():
    return trustme.CA()


@pytest.fixture(scope='module')
def ca_cert(authority, tmp_path_factory):
    path = tmp_path_factory.mktemp('ca') / 'ca.pem'
    authority.cert_pem.write_to_path(path)
    return str(path)


@pytest.fixture
def server(authority):
    """The vCenter."""
    server = PlayedServer(context_of(authority.issue_cert('127.0.0.1')))
    yield server
    server.stop()


@pytest.fixture(scope='module')
def hosts_certificate():
    """The certificate of an ESXi host, which no authority that the client knows has signed."""
    return trustme.CA().issue_cert('esx-01.example.com')


@pytest.fixture
def host(hosts_certificate):
    """An ESXi host."""
    server = PlayedServer(context_of(hosts_certificate))
    server.play(FILE)
    yield server
    server.stop()


@pytest.fixture
def pauses(monkeypatch):
    made = []
    monkeypatch.setattr(client_file, 'time', SimpleNamespace(sleep=made.append))
    return made


@pytest.fixture
def client(server, ca_cert, monkeypatch, pauses):
    for name in ('https_proxy', 'HTTPS_PROXY', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'):
        monkeypatch.delenv(name, raising=False)
    client = Client({'hostname': '127.0.0.1', 'port': server.port, 'ca_cert': ca_cert, 'validate_certs': True})
    client.keeper.session = Session('8.0.3.0', TOKEN, {}, key='k', user='U', owned=False)
    yield client
    client.http.close()


def fetched(client, url, **more):
    """What is downloaded, as one."""
    content = bytearray()
    assert client.download(url, content.extend, **more) == len(content)
    return bytes(content)


def failure_of(client, url, **more):
    with pytest.raises(Failure) as caught:
        fetched(client, url, **more)
    return caught.value


def fingerprint(certificate, kind):
    return hashlib.new(kind, ssl.PEM_cert_to_DER_cert(certificate.cert_chain_pems[0].bytes().decode())).hexdigest().upper()


@pytest.mark.parametrize('url', ['/folder/a.png?dcPath=DC0', 'https://*/folder/a.png?dcPath=DC0', 'https://*:443/folder/a.png?dcPath=DC0',
                                 'https://127.0.0.1:{port}/folder/a.png?dcPath=DC0'])
def test_the_vcenter_is_told_the_session(server, client, url):
    server.play(FILE)
    assert fetched(client, url.format(port=server.port)) == b'file'
    (asked,) = server.asked
    assert (asked.verb, asked.path) == ('GET', '/folder/a.png?dcPath=DC0')
    assert asked.headers['vmware-api-session-id'] == TOKEN and asked.headers['Cookie'] == f'vmware_soap_session="{TOKEN}"'
    assert asked.headers['Accept-Encoding'] == 'identity' and asked.headers['Content-Type'] is None


@pytest.mark.parametrize('kind', ['sha1', 'sha256'])
def test_a_host_is_trusted_by_its_fingerprint_and_told_nothing(server, client, host, hosts_certificate, kind):
    assert fetched(client, f'https://127.0.0.1:{host.port}/nfc/x/disk-0.vmdk', fingerprint=fingerprint(hosts_certificate, kind)) == b'file'
    (asked,) = host.asked
    assert TOKEN not in str(asked.headers) and asked.headers['Authorization'] is None and server.asked == []


def test_no_connection_to_a_host_is_left_behind(client, host, hosts_certificate):
    before = list(client.opened)
    for _file in range(3):
        host.play(FILE)
        fetched(client, f'https://127.0.0.1:{host.port}/nfc/disk-0.vmdk', fingerprint=fingerprint(hosts_certificate, 'sha256'))
    assert client.opened == before


@pytest.mark.parametrize('given', ['AB' * 20, ':'.join(['AB'] * 20), '', None])
def test_a_host_without_the_right_fingerprint_is_not_trusted(client, host, given):
    failure = failure_of(client, f'https://127.0.0.1:{host.port}/nfc/x/disk-0.vmdk', fingerprint=given)
    assert (failure.name, failure.retryable) == ('CertificateNotTrusted', False) and host.asked == []


def test_a_right_authority_does_not_make_up_for_a_wrong_fingerprint(client, authority):
    host = PlayedServer(context_of(authority.issue_cert('127.0.0.1')))
    host.play(FILE, FILE)
    url = f'https://127.0.0.1:{host.port}/nfc/x/disk-0.vmdk'
    assert failure_of(client, url, fingerprint='AB' * 20).name == 'CertificateNotTrusted'
    assert fetched(client, url) == b'file'
    host.stop()


def test_whoever_trusts_everybody_trusts_hosts_too(client, host):
    client.options['validate_certs'] = False
    assert fetched(client, f'https://127.0.0.1:{host.port}/nfc/x/disk-0.vmdk', fingerprint='AB' * 20) == b'file'


def test_nothing_is_fetched_without_tls(client):
    assert failure_of(client, 'http://127.0.0.1:1/nfc/x/disk-0.vmdk').name == 'TLSError'


@pytest.mark.parametrize(('status', 'name', 'category'), [
    (401, 'NotAuthenticated', 'auth'), (403, 'NoPermission', 'permission'), (404, 'FileNotFound', 'not_found'),
    (302, 'ServiceUnavailable', 'transport'), (204, 'ServiceUnavailable', 'transport')])
def test_what_is_not_the_file_is_a_failure(server, client, pauses, status, name, category):
    server.play((status, b'', {'Location': 'https://elsewhere.example.com/'}))
    failure = failure_of(client, '/folder/secret-folder/a.png')
    assert (failure.name, failure.category, failure.http_status, failure.operation) == (name, category, status, 'GET a.png')
    assert len(server.asked) == 1 and pauses == []


@pytest.mark.parametrize('trouble', [RESET_READ, (503, b'')])
def test_it_is_tried_again_while_nothing_has_come(server, client, pauses, trouble):
    server.play(trouble, trouble, FILE)
    assert fetched(client, '/folder/a.png') == b'file'
    assert pauses == list(client_file.PAUSES) and server.script == []


def test_it_is_not_tried_for_ever(server, client, pauses):
    server.play(*[(503, b'')] * 9)
    assert failure_of(client, '/folder/a.png').name == 'ServiceUnavailable' and len(server.asked) == len(client_file.PAUSES) + 1


def test_what_breaks_off_before_a_piece_has_come_is_tried_again(server, client, pauses):
    server.play(CUT, FILE)
    assert fetched(client, '/folder/a.png') == b'file' and len(pauses) == 1


def test_what_stops_after_a_piece_is_not_tried_again(server, client, pauses):
    size = client_file.PIECE
    server.play((200, b'x' * (size + 1), {'Content-Length': str(2 * size)}, 'application/octet-stream'), FILE)
    pieces = []
    with pytest.raises(Failure) as caught:
        client.download('/folder/a.png', lambda piece: pieces.append(len(piece)), patience=0.3)
    assert (caught.value.name, caught.value.retryable) == ('ReadTimeout', True)
    assert pieces == [size] and pauses == [] and len(server.asked) == 1


def test_patience_is_no_longer_than_the_lease(server, client, pauses):
    server.play(*[SILENT] * 3)
    assert failure_of(client, '/nfc/x/disk-0.vmdk', patience=0.1).name == 'ReadTimeout'


def test_a_file_may_have_what_was_announced_and_no_more(server, client, pauses):
    server.play(FILE, FILE)
    assert fetched(client, '/nfc/x/disk-0.vmdk', most=4) == b'file'
    pieces = []
    with pytest.raises(Failure) as caught:
        client.download('/nfc/x/disk-0.vmdk', pieces.append, most=3)
    assert (caught.value.name, caught.value.retryable) == ('AnswerTooLarge', False)
    assert '3 bytes' in caught.value.message and pieces == pauses == []


def test_it_comes_in_pieces_and_ends_with_the_client(server, client):
    server.play((200, b'x' * (client_file.PIECE + 1), {}, 'application/octet-stream'))
    pieces = []

    def take(piece):
        pieces.append(len(piece))
        client.close()
    with pytest.raises(Failure) as caught:
        client.download('/folder/a.png', take)
    assert caught.value.name == 'Interrupted' and pieces == [client_file.PIECE]
