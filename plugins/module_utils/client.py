# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""HTTPS, log-in, release and retries: the way to the API.

The one file that knows HTTP (requests). Knows no Ansible, no virtual machine and no task.
Source: the guide "Web Services SDK Programming", chapter "Client Applications Using the JSON Protocol".
"""

from __future__ import annotations

import base64
import json
import os
import re
import ssl
import threading
import time
import traceback
from contextlib import suppress
from urllib.parse import quote

from . import wire
from .answers import answer
from .faults import Failure, Fault, Refusal, TransportError
from .keeper import Keeper, Session

try:
    import requests
    import urllib3
except ImportError:
    requests = None
    REQUESTS_IMPORT_ERROR = traceback.format_exc()
else:
    REQUESTS_IMPORT_ERROR = None

# Newest first; the server takes the first that it knows. One without hello is asked for 8.0.1.0, which had none.
RELEASES = ('9.1.0.0', '9.0.0.0', '8.0.3.0', '8.0.2.0', '8.0.1.0')
FIRST_RELEASE = '8.0.1.0'
NO_HELLO = (400, 404, 405, 501)
SESSION_HEADER = 'vmware-api-session-id'
SERVICE_INSTANCE = wire.reference('ServiceInstance', 'ServiceInstance')
PAUSES = (0.2, 0.8)  # seconds before the second and the third try of a request that is safe to repeat
CONNECT_TIMEOUT = 10


class Client:
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
        self.options = options
        self.keeper = keeper or Keeper()
        host = options['hostname']
        self.where = f'{f"[{host}]" if ":" in host else host}:{options.get("port") or 443}'
        self.http = self._http()
        # Calls may be made from several threads (driving.py).
        self.lock = threading.RLock()
        self.answered = threading.local()

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

    def service(self, name):
        """Returns the reference of a service of the vCenter by its name in ServiceContent, such as `searchIndex`."""
        return self.session.content[name]

    # -- session

    @property
    def session(self):
        """The session, logged in by now."""
        if self.keeper.session is None:
            with self.keeper.locked():
                if self.keeper.session is None:
                    self.keeper.session = self._log_in()
        return self.keeper.session

    def close(self):
        """Logs out, if the session is this client's own, and drops the connection."""
        session = self.keeper.session
        if session is not None and session.owned and not self.keeper.shared:
            self.log_out(session)
            self.keeper.session = None
        self.http.close()

    def log_out(self, session):
        """Ends a session; one that is gone already, or a server that is, is as good."""
        with suppress(Failure):
            self._send('POST', self._url(session.content['sessionManager'], 'Logout', session.release), {}, 'Logout',
                       repeatable=True, token=session.token)

    def is_logged_in(self):
        """Tells whether the server still knows the session: some reads answer an expired one with nothing."""
        return self.get(self.service('sessionManager'), 'currentSession') is not None

    def new_session(self):
        """Logs in and returns the session, which is the caller's to end."""
        return self._log_in()

    def renew(self, stale):
        """Logs in anew in place of the session `stale`, or takes the one that another process has made meanwhile."""
        with self.lock, self.keeper.locked():
            current = self.keeper.session
            if current is None or current.token == stale.token:
                self.keeper.session = self._log_in()

    def session_key(self):
        """Returns the key of the session, by which AuthorizationManager knows it."""
        if self.session.key is None:
            current = self.get(self.service('sessionManager'), 'currentSession') or {}
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

    def _log_in(self):
        release = self.options.get('release') or self._negotiate()
        content = self._content(release)
        if self.options.get('session_id'):
            return Session(release, self.options['session_id'], content, owned=False)
        for option in ('username', 'password'):
            if not self.options.get(option):
                variable = 'VMWARE_USER' if option == 'username' else 'VMWARE_PASSWORD'
                raise Refusal(f'{option} is not given: set it (or {variable} in the environment), or session_id.',
                              'InvalidArgument', category='auth', details={'option': option})
        self.answered.token = None
        credentials = {'userName': self.options['username'], 'password': self.options['password']}
        user = self._send('POST', self._url(content['sessionManager'], 'Login', release), credentials, 'Login',
                          repeatable=True, token='')
        if not self.answered.token or wire.type_of(user) is None:
            raise self._not_vcenter(f'took the log-in but sent no {SESSION_HEADER}')
        return Session(release, self.answered.token, content, key=user.get('key'), user=user.get('userName'))

    def _not_vcenter(self, told):
        return TransportError(f'{self.where} {told}; is it a vCenter?', 'NotVIJSON', retryable=False)

    def _negotiate(self):
        try:
            answer = self._send('POST', f'https://{self.where}/api/vcenter/system?action=hello',
                                {'api_releases': list(RELEASES)}, 'hello', repeatable=True, token='')
        except Failure as error:
            if error.http_status in NO_HELLO:
                return FIRST_RELEASE
            raise
        if not isinstance(answer, (dict, type(None))):
            raise self._not_vcenter('answers the hello with JSON of something else')
        release = (answer or {}).get('api_release')
        if not release:
            raise Refusal(f'{self.where} speaks none of the API releases {", ".join(RELEASES)}.', 'UnsupportedRelease')
        return release

    def _content(self, release):
        try:
            content = self._send('GET', self._url(SERVICE_INSTANCE, 'content', release), None, 'content',
                                 repeatable=True, token='')
        except Fault as fault:
            if self.options.get('release') and fault.name == 'MethodFault':
                raise Refusal(
                    f'{self.where} does not speak API release {release}, which the option release asks for.',
                    'UnsupportedRelease', cause=fault,
                    hint='Leave release out: the newest one that both sides know is then negotiated.') from None
            raise
        services = {name: value for name, value in (content if isinstance(content, dict) else {}).items()
                    if wire.type_of(value) == wire.REFERENCE}
        if not {'sessionManager', 'propertyCollector', 'rootFolder'} <= services.keys():
            raise self._not_vcenter('has a service instance without the services of a vCenter')
        return services

    # -- HTTP

    def _url(self, target, name, release=None):
        return (f'https://{self.where}/sdk/vim25/{release or self.session.release}/{quote(target["type"], safe="")}/'
                f'{quote(target["value"], safe="")}/{quote(name, safe="")}')

    def _http(self):
        http = requests.Session()
        # What the environment says of proxies and certificates is read here, not at every request; a .netrc never is.
        http.trust_env = False
        http.headers.update({'Accept': 'application/json', 'Content-Type': 'application/json',
                             'User-Agent': 'vsphere.vm (Ansible)'})
        if self.options.get('proxy_host'):
            proxy = f'http://{self.options["proxy_host"]}:{self.options.get("proxy_port") or 8080}'
            http.proxies = {'https': proxy}
        else:
            http.proxies = requests.utils.get_environ_proxies(f'https://{self.where}')
        http.verify = False
        if self.options.get('validate_certs', True):
            http.verify = (self.options.get('ca_cert') or os.environ.get('REQUESTS_CA_BUNDLE')
                           or os.environ.get('CURL_CA_BUNDLE') or True)
        else:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        if isinstance(http.verify, str) and not os.path.exists(http.verify):
            raise Refusal(f'ca_cert: there is no file {http.verify}.', 'InvalidArgument', details={'option': 'ca_cert'})
        return http

    def _send(self, verb, url, body, operation, repeatable=False, wait=0, token=None, headers=None):
        """Sends a request, again after a pause if that is safe, and returns the value of the answer."""
        token = self.session.token if token is None else token
        timeout = self.options.get('request_timeout') or 60
        pauses = iter(PAUSES)
        while True:
            try:
                response = self.http.request(
                    verb, url, data=None if body is None else json.dumps(body).encode(), allow_redirects=False,
                    headers={**(headers or {}), **({SESSION_HEADER: token} if token else {})},
                    timeout=(min(CONNECT_TIMEOUT, timeout), timeout + wait))
                value = answer(response, self.where, operation)
                self._take_token(response.headers.get(SESSION_HEADER), token)
                return value
            except requests.exceptions.RequestException as error:
                failure = transport_error(error, self.where, operation)
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


CERTIFICATE_HINT = ('Give the CA that signed it as ca_cert, correct the hostname, or, knowing the risk, set '
                    'validate_certs to false.')


def transport_error(error, where, operation):
    """Returns the TransportError for what requests raised, in one sentence."""
    more = {'operation': operation}
    chain = list(causes(error))
    text = ' '.join(str(each) for each in chain)
    distrust = next((each for each in chain if isinstance(each, ssl.SSLCertVerificationError)), None)
    if distrust is not None:
        why = getattr(distrust, 'verify_message', None) or str(distrust)
        return TransportError(f'The certificate of {where} is not trusted: {why}.', 'CertificateNotTrusted',
                              retryable=False, hint=CERTIFICATE_HINT, details={'reason': why}, **more)
    if isinstance(error, requests.exceptions.ProxyError):
        return TransportError(f'The proxy on the way to {where} does not let the connection through: {chain[-1]}.',
                              'ProxyError', **more)
    broken = any(isinstance(each, (ssl.SSLEOFError, ssl.SSLZeroReturnError)) for each in chain)
    if isinstance(error, requests.exceptions.SSLError) and not broken:
        return TransportError(f'{where} does not speak TLS as it should: {chain[-1]}.', 'TLSError', retryable=False,
                              hint='Check hostname and port: the API is on HTTPS, usually port 443.', **more)
    if re.search(r'NameResolutionError|Name or service not known|getaddrinfo|Temporary failure in name', text):
        return TransportError(f'The host name of {where} cannot be resolved.', 'HostUnknown', retryable=False, **more)
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return TransportError(f'{where} does not answer: no connection within the time.', 'ConnectTimeout', **more)
    if isinstance(error, requests.exceptions.ReadTimeout) or 'Read timed out' in text:
        return TransportError(f'{where} did not answer {operation} within request_timeout.', 'ReadTimeout',
                              may_have_run=True, **more)
    refused = next((each for each in chain if isinstance(each, ConnectionRefusedError)), None)
    if refused is not None:
        return TransportError(f'{where} refuses the connection: nothing listens there.', 'ConnectionRefused', **more)
    unreachable = next((each for each in chain if isinstance(each, urllib3.exceptions.NewConnectionError)), None)
    if unreachable is not None:
        return TransportError(f'{where} cannot be reached: {chain[-1]}.', 'HostUnreachable', **more)
    return TransportError(f'The connection to {where} was lost before {operation} was answered: {chain[-1]}.',
                          'ConnectionLost', may_have_run=True, **more)


def causes(error):
    """Yields an exception and what it wraps: its reason, its arguments, its cause."""
    seen = []
    queue = [error]
    while queue:
        each = queue.pop(0)
        if isinstance(each, BaseException) and each not in seen:
            seen.append(each)
            yield each
            queue += [getattr(each, 'reason', None), each.__cause__, each.__context__, *each.args]
