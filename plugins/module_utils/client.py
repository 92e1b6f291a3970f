# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""HTTPS, sessions, retries and downloads: the way to the API.

The one file that knows HTTP (requests). Knows no Ansible, no virtual machine and no task.
Source: the guide "Web Services SDK Programming", chapter "Client Applications Using the JSON Protocol".
"""

from __future__ import annotations

import base64
import json
import os
import re
import threading
import time
import traceback
from contextlib import suppress
from urllib.parse import quote, urljoin, urlsplit

from .answers import LARGEST, PACKINGS, answer, download_failure, too_large
from .faults import Failure, Fault, Refusal, TransportError
from .keeper import Keeper
from .log_in import SESSION_HEADER, LogIn
from .transport import UNANSWERED, transport_error

try:
    import requests
    import urllib3
except ImportError:
    requests = None
    REQUESTS_IMPORT_ERROR = traceback.format_exc()
else:
    REQUESTS_IMPORT_ERROR = None

PAUSES = (0.2, 0.8)  # seconds before the second and the third try of a request that is safe to repeat
CONNECT_TIMEOUT = 10
PIECE = 256 * 1024  # bytes of a download at a time


class OfThread(threading.local):
    """What each thread has of its own: requests does not promise that threads can share a session."""

    def __init__(self, connect):
        self.http = connect()


class Client(LogIn):
    """Calls methods and reads properties of managed objects.

    Takes the options of the connection group as a dict, and the keeper of its session. Use it as a context manager: it
    logs in when it is first needed and logs out at the end, unless the session is shared or was handed in.
    """

    def __init__(self, options, keeper=None):
        if requests is None:
            raise Refusal('The Python library requests is needed: install it for the Python that runs this module.',
                          'MissingLibrary', category='unsupported', hint='pip install requests',
                          details={'import_error': REQUESTS_IMPORT_ERROR})
        if not options.get('hostname'):
            raise Refusal('hostname is not given: set the option, or VMWARE_HOST in the environment.',
                          'InvalidArgument', details={'option': 'hostname'})
        host = options['hostname']
        if re.search(r'[\s/\\@?#\[\]\0]', host):
            raise Refusal(f'hostname is {host!r}; it takes a name or an address, and nothing else.', 'InvalidArgument',
                          details={'option': 'hostname'})
        if not re.fullmatch(r'[!-~]*', options.get('session_id') or ''):
            raise Refusal('session_id is not a session id: it may have printable ASCII characters only.',
                          'InvalidArgument', details={'option': 'session_id'})
        self.options = options
        self.keeper = keeper or Keeper()
        self.where = f'{f"[{host}]" if ":" in host else host}:{options.get("port") or 443}'
        # Calls may be made from several threads (convoy.py).
        self.lock = threading.RLock()
        self.opened = []
        self.of_thread = OfThread(self._http)
        self.answered = threading.local()
        self.closed = False

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self.close()

    # -- calls

    def call(self, target, method, repeatable=False, wait=0, **parameters):
        """Calls a method of the managed object `target` (a reference); returns its wire value, None for void or unset.

        Parameters that are None are left out. `repeatable` marks a call that may be sent twice; `wait` is how many
        seconds longer than request_timeout the server may take. Raises Fault or TransportError.
        """
        body = {name: value for name, value in parameters.items() if value is not None}
        return self._with_session(
            method, lambda: self._send('POST', self._url(target, method), body, method, repeatable, wait))

    def get(self, target, name):
        """Returns a first-level property of a managed object, None if it is unset. Raises Fault or TransportError."""
        return self._with_session(name, lambda: self._send('GET', self._url(target, name), None, name, True))

    def automation(self, verb, path, body=None, token=None, credentials=None):
        """Sends a request to the Automation API, below /api; returns its value. Raises Fault or TransportError.

        With the token of the session, which that API knows since vCenter 8.0 U3, or another one, or (user, password).
        """
        headers = {}
        if credentials:
            token = ''
            headers['Authorization'] = f'Basic {base64.b64encode(":".join(credentials).encode()).decode()}'
        return self._send(verb, f'https://{self.where}/api/{path}', body, path.partition('?')[0], repeatable=True,
                          token=token, headers=headers)

    def download(self, url, take, fingerprint=None, patience=None, most=LARGEST):
        """Reads a file as a stream and calls take(bytes) with each piece of it; returns how many bytes there were.

        `url` is a path at the vCenter, or a whole URL; a host `*` in it is the vCenter, as the API page of
        HttpNfcLeaseDeviceUrl says. Another host is not told of the session, and is trusted by the `fingerprint` of its
        certificate where one is given. `patience` is how many seconds may pass without a byte, request_timeout at
        most; `most` is how many bytes the file may have. Raises Fault or TransportError, when a part may have been
        taken.
        """
        parts = urlsplit(urljoin(f'https://{self.where}', url))
        place = parts.netloc if parts.port else f'{parts.netloc}:443'
        own = parts.hostname == '*' or place.lower() == self.where.lower()
        if own:
            parts, place = parts._replace(netloc=self.where), self.where
        if parts.scheme != 'https':
            raise TransportError(f'{place} offers a file without TLS: {parts.scheme}.', 'TLSError', retryable=False)
        http = self.http if own else self._http(parts.geturl(), fingerprint)
        # The rest of the path may hold a ticket.
        operation = f'GET {parts.path.rpartition("/")[2]}'
        timeout = min(self.options.get('request_timeout') or 60, patience or float('inf'))

        def bounded(piece, got):
            if got > most:
                raise too_large(place, operation, most)
            take(piece)

        def stream():
            return self._stream(http, parts.geturl(), own, bounded, (min(CONNECT_TIMEOUT, timeout), timeout), operation)
        if own:
            return self._with_session(operation, stream)
        try:
            return stream()
        finally:
            # A fleet of exports would otherwise keep a connection open for every file that it has fetched.
            http.close()
            self.opened.remove(http)

    def service(self, name):
        """Returns the reference of a service of the vCenter by its name in ServiceContent, such as `searchIndex`.

        Raises Refusal if it has none of that name.
        """
        if name not in self.session.content:
            raise Refusal(f'{self.where} has no {name}.', 'NotSupported', details={'service': name})
        return self.session.content[name]

    # -- session

    @property
    def session(self):
        """The session, logged in by now."""
        if self.keeper.session is None:
            with self.keeper.locked():
                if self.keeper.session is None:
                    self.keeper.session = self._log_in_unless_closed()
        return self.keeper.session

    def close(self):
        """Logs out, if the session is this client's own, and drops the connections; downloads end."""
        self.closed = True
        session = self.keeper.session
        if session is not None and session.owned and not self.keeper.shared:
            self.log_out(session)
            self.keeper.session = None
        for http in self.opened:
            http.close()

    def log_out(self, session):
        """Ends a session; one that is gone already, or a server that is, is as good."""
        with suppress(Failure):
            self._send('POST', self._url(session.content['sessionManager'], 'Logout', session.release), {}, 'Logout',
                       repeatable=True, token=session.token)

    def is_logged_in(self):
        """Tells whether the server still knows the session: some reads answer an expired one with nothing."""
        return self._current_session() is not None

    def _current_session(self):
        """Returns the UserSession, None if there is none, and one without members where the server does not tell."""
        try:
            return self.get(self.service('sessionManager'), 'currentSession')
        except Failure as failure:
            if not failure.is_unknown_call and failure.name != 'InvalidProperty':
                raise
            return {}

    def renew(self, stale):
        """Logs in anew in place of the session `stale`, or takes the one that another process has made meanwhile."""
        with self.lock, self.keeper.locked():
            current = self.keeper.session
            if current is None or current.token == stale.token:
                self.keeper.session = self._log_in_unless_closed()

    def _log_in_unless_closed(self):
        if self.closed:  # by a fleet that was interrupted, whose work ends now
            raise TransportError('The client is closed: no new log-in.', 'Interrupted', retryable=False)
        return self._log_in()

    def session_key(self):
        """Returns the key of the session, by which AuthorizationManager knows it."""
        if self.session.key is None:
            current = self._current_session() or {}
            self.session.key, self.session.user = current.get('key'), current.get('userName')
        return self.session.key

    def _with_session(self, operation, send):
        session = self.session
        try:
            return send()
        except Fault as fault:
            if fault.name != 'NotAuthenticated' or not session.owned:
                raise
        self.renew(session)
        return send()

    # -- HTTP

    @property
    def http(self):
        """The requests.Session of this thread."""
        return self.of_thread.http

    def _url(self, target, name, release=None):
        return (f'https://{self.where}/sdk/vim25/{release or self.session.release}/{quote(target["type"], safe="")}/'
                f'{quote(target["value"], safe="")}/{quote(name, safe="")}')

    def _http(self, url=None, fingerprint=None):
        """Returns a requests.Session for the vCenter, or for another host by its URL and maybe its fingerprint."""
        http = requests.Session()
        self.opened.append(http)
        # What the environment says of proxies and certificates is read here, not at every request; a .netrc never is.
        http.trust_env = False
        http.headers.update({'Accept': 'application/json', 'Content-Type': 'application/json',
                             'Accept-Encoding': ', '.join(PACKINGS), 'User-Agent': 'vsphere.vm (Ansible)'})
        if self.options.get('proxy_host'):
            proxy = f'http://{self.options["proxy_host"]}:{self.options.get("proxy_port") or 8080}'
            http.proxies = {'https': proxy}
        else:
            http.proxies = requests.utils.get_environ_proxies(url or f'https://{self.where}')
        http.verify = False
        if self.options.get('validate_certs', True):
            http.verify = (self.options.get('ca_cert') or os.environ.get('REQUESTS_CA_BUNDLE')
                           or os.environ.get('CURL_CA_BUNDLE') or True)
        else:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        if isinstance(http.verify, str) and not os.path.exists(http.verify):
            raise Refusal(f'ca_cert: there is no file {http.verify}.', 'InvalidArgument', details={'option': 'ca_cert'})
        if fingerprint and http.verify:
            http.verify = False
            http.mount('https://', pinned(fingerprint))
        return http

    def _stream(self, http, url, own, take, timeout, operation):
        """Sends a GET, again after a pause while no byte of the file has come, and hands the file on."""
        place, pauses, got = urlsplit(url).netloc, iter(PAUSES), 0
        while True:
            headers = {'Accept': '*/*', 'Accept-Encoding': 'identity', 'Content-Type': None}
            if own:
                # What is below /folder and /nfc knows the session by the cookie that older clients send.
                token = self.session.token
                headers.update({SESSION_HEADER: token, 'Cookie': f'vmware_soap_session="{token}"'})
            try:
                with http.get(url, headers=headers, stream=True, allow_redirects=False, timeout=timeout) as response:
                    if response.status_code != 200:
                        raise download_failure(response, place, operation)
                    for piece in response.iter_content(PIECE):
                        got += len(piece)
                        take(piece, got)
                        if self.closed:
                            raise TransportError(f'{operation} was interrupted.', 'Interrupted', retryable=False)
                    if got != int(response.headers.get('Content-Length') or got):
                        raise TransportError(f'{place} ended the file too early.', 'ConnectionLost')
            except UNANSWERED as error:
                failure = transport_error(error, place, operation, http.proxies)
            except TransportError as error:
                failure = error
            else:
                return got
            pause = next(pauses, None)
            if got or pause is None or not failure.retryable:
                raise failure from None
            time.sleep(pause)

    def _send(self, verb, url, body, operation, repeatable=False, wait=0, token=None, headers=None):
        """Sends a request, again after a pause if that is safe, and returns the value of the answer."""
        token = self.session.token if token is None else token
        timeout = self.options.get('request_timeout') or 60
        pauses, http = iter(PAUSES), self.http
        while True:
            try:
                with http.request(
                        verb, url, data=None if body is None else json.dumps(body).encode(), allow_redirects=False,
                        headers={**(headers or {}), **({SESSION_HEADER: token} if token else {})}, stream=True,
                        timeout=(min(CONNECT_TIMEOUT, timeout), timeout + wait)) as response:
                    value = answer(response, self.where, operation)
                    self._take_token(response.headers.get(SESSION_HEADER), token)
                return value
            except UNANSWERED as error:
                failure = transport_error(error, self.where, operation, http.proxies)
            except TransportError as error:
                failure = error
            pause = next(pauses, None)
            if pause is None or not (failure.retryable and (repeatable or not failure.may_have_run)):
                raise failure from None
            time.sleep(pause)

    def _take_token(self, offered, used):
        """Keeps the token that an answer offers: the one of a log-in, or a new one in place of the one used."""
        self.answered.token = offered or used
        if offered and used and offered != used:
            with self.lock:
                session = self.session
                session.token = offered
                self.keeper.session = session


def pinned(fingerprint):
    """Returns an adapter for requests that trusts the certificate with this SHA-1 or SHA-256 fingerprint, no other."""
    class Pinned(requests.adapters.HTTPAdapter):
        """Hands the fingerprint on to every connection, through a proxy too."""

        def init_poolmanager(self, *args, **options):
            super().init_poolmanager(*args, assert_fingerprint=fingerprint, **options)

        def proxy_manager_for(self, proxy, **options):
            return super().proxy_manager_for(proxy, assert_fingerprint=fingerprint, **options)
    return Pinned()
