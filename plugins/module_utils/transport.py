# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What kept a request from being answered becomes one clear sentence.

Knows the exceptions of requests, urllib3 and ssl; sends nothing.
"""

from __future__ import annotations

import re
import ssl
from urllib.parse import urlsplit

from .faults import TransportError

try:
    import requests
    import urllib3
except ImportError:  # client.py tells of it before there is anything to be sent
    UNANSWERED = requests = urllib3 = None
else:
    # A ValueError comes of a proxy's URL that cannot be read.
    UNANSWERED = (requests.exceptions.RequestException, ValueError)


CERTIFICATE_HINT = ('Give the file of the CA that signed it as ca_cert or in VMWARE_CA_CERT, correct the hostname, or, '
                    'knowing the risk, set validate_certs to false.')


PROXY_HINT = ('Give the user and the password of the proxy in the environment, with special characters as %XX: '
              'https_proxy=http://user:password@host:port.')


def transport_error(error, where, operation, proxies):
    """Returns the TransportError for what requests raised on the way to `where`, by proxies as requests has them."""
    more = {'operation': operation}
    chain = list(causes(error))
    text = ' '.join(str(each) for each in chain)
    distrust = next((each for each in chain if isinstance(each, ssl.SSLCertVerificationError)), None)
    if distrust is not None:
        why = getattr(distrust, 'verify_message', None) or str(distrust)
        return TransportError(f'The certificate of {where} is not trusted: {why}.', 'CertificateNotTrusted',
                              retryable=False, hint=CERTIFICATE_HINT, details={'reason': why}, **more)
    barred = barred_by_proxy(error, where, text, proxies, more)
    if barred is not None:
        return barred
    if 'ingerprints did not match' in text:
        return TransportError(f'The certificate of {where} is not the one that the vCenter gives.',
                              'CertificateNotTrusted', retryable=False, hint=CERTIFICATE_HINT, **more)
    if isinstance(error, requests.exceptions.ContentDecodingError):
        return TransportError(f'{where} answers {operation} with data that cannot be unpacked.', 'NotVIJSON',
                              may_have_run=True, retryable=False, **more)
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


def barred_by_proxy(error, where, text, proxies, more):
    """Returns the TransportError for what ends at a proxy, or at an address that is none; None if nothing does."""
    # What requests says of these has the whole URL, with the password of the proxy.
    if isinstance(error, ValueError):
        return TransportError(f'The address of {where}, or of the proxy on the way there, is not valid.',
                              'InvalidAddress', retryable=False, category='invalid_argument', hint=PROXY_HINT, **more)
    # urllib3 blames the proxy too when a tunnel that was open breaks, with a request in it.
    if not isinstance(error, requests.exceptions.ProxyError) or not is_closed_off(error, text):
        return None
    proxy = place_of_proxy(proxies)
    if 'Tunnel connection failed: 407' in text:
        return TransportError(f'The proxy {proxy} on the way to {where} wants another user or password (HTTP 407).',
                              'ProxyAuthenticationRequired', category='auth', hint=PROXY_HINT, **more)
    return TransportError(f'The proxy {proxy} on the way to {where} does not let the connection through: '
                          f'{list(causes(error))[-1]}.', 'ProxyError', **more)


def is_closed_off(error, text):
    """Tells whether the proxy has not been reached, or has said no, so that no request has come through."""
    unreached = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)
    return 'Tunnel connection failed' in text or any(isinstance(each, unreached) for each in causes(error))


def place_of_proxy(proxies):
    """Returns host and port of the proxy, without the user and the password that its URL may hold."""
    return urlsplit(proxies.get('https') or proxies.get('all') or '').netloc.rpartition('@')[2]


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
