# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An HTTP answer becomes a value, or an exception: the one place where it does.

Knows what the API, and what stands in its place, may answer; sends nothing. Source: the OpenAPI document, and what
vCenter, ESXi and the proxy in front of them have been seen to answer.
"""

from __future__ import annotations

import json
import re

from . import wire
from .faults import Fault, TransportError

# What Envoy, in front of the vCenter, says of a request that it has not passed on. Source: its "response code details".
NOT_BEGUN = r'no healthy upstream|reset reason: (remote )?connection (failure|timeout)|reset reason: overflow'
# What is an error here and a fault there, where the names differ by more than their spelling.
AUTOMATION_ERRORS = {'UNAUTHENTICATED': 'NotAuthenticated', 'UNAUTHORIZED': 'NoPermission', 'TIMED_OUT': 'Timedout',
                     'UNSUPPORTED': 'NotSupported'}


# A page of a thousand virtual machines with all that is known of them has some 50 MiB.
LARGEST = 256 * 1024 * 1024  # bytes of an answer, unpacked
PIECE = 16 * 1024  # bytes at a time; packed, they can become a thousand times as many
PACKINGS = ('gzip', 'deflate')


def answer(response, where, operation):
    """Returns the value of an HTTP answer, None for void and unset. Raises Fault or TransportError.

    `response` is one of requests whose body has not been read; what requests raises while it is read is passed on.
    """
    text = body_of(response, where, operation)
    try:
        value = json.loads(text) if text.strip() else None
    except (ValueError, RecursionError):
        if response.status_code != 401:
            raise not_vijson(response, text, where, operation) from None
        value = None
    # A redirection is no answer of the API; it is not followed, since the session, or the password, would go along.
    if response.status_code < 300:
        return value
    if isinstance(value, dict) and ('faultstring' in value or wire.type_of(value)):
        raise as_fault(value, operation, response.status_code)
    if isinstance(value, dict) and 'error_type' in value:
        raise automation_fault(value, operation, response.status_code)
    if response.status_code == 401:
        raise Fault(f'{operation}: {where} does not know the session.', 'NotAuthenticated', operation=operation,
                    http_status=401)
    raise not_vijson(response, text, where, operation)


def body_of(response, where, operation):
    """Returns the body of an answer, unpacked. Raises TransportError for one that would fill the memory."""
    packing = response.headers.get('Content-Encoding', '').lower()
    if packing not in (*PACKINGS, 'identity', ''):
        # Packed twice, or by what packs better, a few bytes could become any number of them.
        raise TransportError(f'{where} packs its answer as {packing!r}, which was not asked for.', 'NotVIJSON',
                             may_have_run=True, retryable=False, operation=operation)
    body = bytearray()
    for piece in response.iter_content(PIECE):
        body += piece
        if len(body) > LARGEST:
            raise too_large(where, operation, LARGEST)
    return bytes(body)


def too_large(where, operation, most):
    """Returns the TransportError for an answer of more than `most` bytes, whose rest is not read."""
    return TransportError(
        f'{where} answers {operation} with more than {most} bytes; the rest is not read.', 'AnswerTooLarge',
        may_have_run=True, retryable=False, operation=operation,
        hint='Check hostname and port. If it is the vCenter, ask for fewer objects or properties at a time.')


# What is not let down from a host or a datastore, and the fault that says the same.
DOWNLOAD_FAULTS = {401: ('NotAuthenticated', 'does not know the session'),
                   403: ('NoPermission', 'does not let the user have the file'),
                   404: ('FileNotFound', 'has no such file')}


def download_failure(response, where, operation):
    """Returns the Fault or TransportError for an answer to a download that is not the file."""
    name, told = DOWNLOAD_FAULTS.get(response.status_code, (None, None))
    if name:
        return Fault(f'{where} {told}', name, operation=operation, http_status=response.status_code)
    return TransportError(f'{where} answers HTTP {response.status_code} in place of the file.', 'ServiceUnavailable',
                          retryable=response.status_code >= 500, operation=operation,
                          http_status=response.status_code)


def as_fault(value, operation=None, http_status=None):
    """Returns the exception for a fault in wire form, its cause with it."""
    name, message, details, cause = wire.fault_parts(value)
    return Fault(message, name, details=details, cause=as_fault(cause) if cause else None, operation=operation,
                 http_status=http_status)


def automation_fault(value, operation, http_status):
    """Returns the exception for an error of the Automation API, `/api`, under the name that a fault has for it.

    Source: the API pages of Vapi Std Errors.
    """
    kind = value['error_type']
    texts = [each['default_message'] for each in value.get('messages') or [] if each.get('default_message')]
    name = AUTOMATION_ERRORS.get(kind) or kind.title().replace('_', '')
    return Fault('; '.join(texts) or name, name, operation=operation, http_status=http_status)


def not_vijson(response, body, where, operation):
    """Returns the TransportError for an answer that is not of the API: a proxy's page, an ESXi host, an old vCenter."""
    status, text = response.status_code, body[:2000].decode('utf-8', 'replace')
    more = {'operation': operation, 'http_status': status}
    if 'ClientFaultCode' in text or 'expat parser' in text:
        return TransportError(
            f'{where} is a standalone ESXi host; only a vCenter, 8.0 U1 or later, has this API.', 'NotVIJSON',
            category='unsupported', hint='Set hostname to the vCenter that manages the host.', **more)
    if status in (502, 503, 504):
        return TransportError(f'{where} answers HTTP {status}: the vCenter behind it is down or still starting.',
                              'ServiceUnavailable', may_have_run=not re.search(NOT_BEGUN, text), **more)
    if status == 404:
        return TransportError(
            f'{where} answers HTTP 404: it has no Virtual Infrastructure JSON API, which vCenter has since 8.0 U1.',
            'NotVIJSON', category='unsupported', hint='Check hostname, port and the version of the vCenter.', **more)
    kind = response.headers.get('content-type', 'no content type').split(';')[0]
    return TransportError(f'{where} answers HTTP {status} with {kind} that is not JSON of the API; is it a vCenter?',
                          'NotVIJSON', may_have_run=True, retryable=False, **more)
