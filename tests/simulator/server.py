# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""HTTP: URLs, verbs, statuses, the release hello, the version documents and the request log.

See reference/vijson.md sections 1, 3.10, 4 and 7 for what is documented and what was observed.
"""
from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import datetime
import json
import logging
import urllib.parse
import uuid
import zlib

from aiohttp import HttpVersion11, web
from aiohttp.web_protocol import RequestPayloadError

from . import schema, wire
from .call import Call
from .dispatcher import Dispatcher
from .downloads import SESSION_COOKIE, Downloads, Refused
from .fault import Fault, invalid_argument
from .tagging import Tagging, TaggingError

SESSION_HEADER = 'vmware-api-session-id'
HELLO_SINCE = (8, 0, 2, 0)
SHARED_SESSION_SINCE = (8, 0, 3, 0)
GZIP_FROM = 1024
SLOW_PIECE, SLOW_SECONDS = 256 * 1024, 0.4  # of a slow download
_LOGGER = logging.getLogger(__name__)
_ENCODER = json.JSONEncoder(separators=(',', ':'), ensure_ascii=False)

ESXI_FAULT = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><soapenv:Fault>'
    '<faultcode>ClientFaultCode</faultcode>'
    '<faultstring>Error returned by expat parser: not well-formed (invalid token)\n'
    'while parsing HTTP request before method was determined\nat line 1, column 0</faultstring>'
    '</soapenv:Fault></soapenv:Body></soapenv:Envelope>'
)


# Methods of which the request log tells the property paths that they read.
RETRIEVALS = ('RetrievePropertiesEx', 'RetrieveProperties')


class Drop(Exception):
    """The connection is to break now."""


class Server:
    """Answers requests for a VCenter. ``log(entry)`` is called with a dict for each."""

    def __init__(self, vcenter, orders, log):
        self._vcenter, self._orders, self._log = vcenter, orders, log
        self._variants = vcenter.variants
        self._dispatcher = Dispatcher(vcenter)
        self.tagging = Tagging(vcenter)
        self._downloads = Downloads(vcenter)
        release = vcenter.settings.release
        self._release = schema.release_number(release)
        self._releases = {known: schema.release_number(known) for known in (*schema.RELEASES, release)
                          if schema.release_number(known) <= self._release}

    async def handle(self, request):
        """The aiohttp handler: every request comes here."""
        entry = {'time': datetime.datetime.now(datetime.timezone.utc).isoformat(), 'session': None,
                 'verb': request.method, 'path': request.raw_path, 'type': None, 'moid': None, 'method': None,
                 'status': None, 'fault': None, 'read': None}
        try:
            await _ask_for_body(request)
            response = await self._route(request, entry)
        except Drop:
            entry['status'] = 0
            self._log(entry)
            if request.transport is not None:  # the client was the first to leave
                request.transport.abort()
            # The connection is gone; aiohttp must not try to write to it.
            raise asyncio.CancelledError from None
        entry['status'] = response.status
        self._log(entry)
        return response

    async def _route(self, request, entry):
        path, _mark, query = request.raw_path.partition('?')
        segments = [urllib.parse.unquote(segment) for segment in path.split('/')[1:]]
        if segments[:2] == ['sdk', 'vim25']:
            return await self._vi_json(request, segments[2:], entry)
        if segments == ['sdk', 'vimServiceVersions.xml'] and request.method == 'GET':
            return web.Response(text=self._versions(), content_type='text/xml')
        if segments == ['api', 'vcenter', 'system'] and query == 'action=hello' and request.method == 'POST':
            entry['method'] = 'hello'
            return await self._hello(request)
        if segments == ['api', 'session']:
            entry['method'] = 'session'
            return self._shared_session(request, entry)
        if segments[:3] == ['api', 'cis', 'tagging'] and self._variants.tagging and not self._variants.esxi:
            return await self._tagging(request, segments[3:], query, entry)
        verbs = {'folder': ('GET', 'PUT'), 'nfc': ('GET', 'POST', 'PUT')}.get(segments[0], ())
        if request.method in verbs and not self._variants.esxi:
            entry['method'] = segments[0]
            return await self._download(request, segments, query, entry)
        return web.Response(status=404, text='Not Found')

    async def _download(self, request, segments, query, entry):
        """A file below /folder, read or written by a session with its header or cookie; below /nfc, read from an export
        or sent to an import by whoever has the URL."""
        token = request.headers.get(SESSION_HEADER) or request.cookies.get(SESSION_COOKIE)
        session = self._vcenter.sessions.used(token)
        entry['session'] = session and session.key
        try:
            if segments[0] == 'nfc' and request.method != 'GET':
                self._downloads.receive(segments[1], '/'.join(segments[2:]), await _size_of(request))
                return web.Response(status=200)
            if request.method == 'PUT':
                return web.Response(status=self._downloads.store(session, '/'.join(segments[1:]), query,
                                                                 await request.read()))
            if segments[0] == 'folder':
                content = self._downloads.folder(session, '/'.join(segments[1:]), query)
            else:
                lease, content = self._downloads.nfc(segments[1], '/'.join(segments[2:]))
                if lease.vm.nfc_trouble == 'broken':
                    await self._half(request, web.Response(body=content))
                if lease.vm.nfc_trouble == 'slow':
                    return await self._slow(request, content)
                if lease.vm.nfc_trouble == 'corrupted':
                    content = bytes(len(content))
        except Refused as refused:
            return web.Response(status=refused.status)
        except (RequestPayloadError, web.HTTPRequestEntityTooLarge) as error:
            return _unreadable(error)
        return web.Response(body=content, content_type='application/octet-stream')

    # -- /sdk/vim25/{release}/{type}/{moid}/{method or property} --------------------------------------------------

    async def _vi_json(self, request, segments, entry):
        if self._variants.esxi:
            return web.Response(status=500, text=ESXI_FAULT, content_type='text/xml')
        if request.method not in ('GET', 'POST'):
            return web.Response(status=405, text='Method Not Allowed', headers={'Allow': 'GET, POST'})
        release = self._releases.get(segments[0]) if segments else None
        if release is None or len(segments) != 4 or not all(segments) or not schema.is_managed(segments[1]):
            return self._json({'faultstring': 'Invalid URI format'}, request, 500)
        entry['type'], entry['moid'], entry['method'] = segments[1:]
        session = self._vcenter.sessions.used(request.headers.get(SESSION_HEADER))
        entry['session'] = session and session.key
        try:
            with self._vcenter.sessions.using(session):
                return await self._answer(request, segments[1:], release, session, entry)
        except Drop:
            raise
        except (RequestPayloadError, web.HTTPRequestEntityTooLarge) as error:
            return _unreadable(error)
        except ConnectionResetError:  # the client is gone in the middle of its body
            raise Drop from None
        except Fault as fault:
            return self._fault(fault, request, entry, release)
        except Exception as error:  # a slip in a managed object: vCenter answers its own so, too
            _LOGGER.exception('%s %s', request.method, request.raw_path)
            return self._fault(Fault('SystemError', reason=f'{type(error).__name__}: {error}'), request, entry, release)

    def _fault(self, fault, request, entry, release):
        entry['fault'] = fault.name
        return self._json(self._as_of(fault.wire(), release), request, 500)

    def _as_of(self, value, release):
        return value if release == self._release else wire.as_of(value, release)

    async def _answer(self, request, target, release, session, entry):
        type_name, moid, name = target
        if request.method == 'GET':
            found = self._dispatcher.property(type_name, name, release)
            call, void = None, False
        else:
            found = self._dispatcher.method(type_name, moid, name, release)
            call = Call(self._vcenter.access, session, session and session.user, found, request.remote or '',
                        request.headers.get('User-Agent', ''), release,
                        lambda: request.transport is None or request.transport.is_closing())
            void = found.result.kind == 'void'
        reference = {'_typeName': schema.REFERENCE, 'type': type_name, 'value': moid}
        self._dispatcher.check_session(session, found.privilege, reference)
        obj = self._dispatcher.find(type_name, moid, session)
        order = self._orders.take(name, obj)
        if order is not None:
            raw = await self._carry_out(order, obj, call)
            if raw is not None:
                return raw
        if call is None:
            value = self._dispatcher.read(obj, found, session)
        else:
            body = await self._body(request)
            value = await self._dispatcher.invoke(obj, found, body, call)
            entry['read'] = _paths_read(body) if name in RETRIEVALS else None
            if call.new_session is not None:
                entry['session'] = call.new_session.key
        if order is not None and order.drop == 'after':
            raise Drop
        response = self._success(self._as_of(value, release), request, void, found, call and call.new_session, session)
        if order is not None and order.drop == 'body':
            await self._half(request, response)
        return response

    async def _carry_out(self, order, obj, call):
        """Do what an order asks for before the method is run; the raw answer if it orders one."""
        if order.delay:
            await asyncio.sleep(order.delay)
        if order.drop == 'before':
            raise Drop
        if order.status is not None:
            return web.Response(status=order.status, text=order.body, content_type=order.content_type)
        if order.fault is not None:
            fault = order.make_fault(obj)
            if not order.task:
                raise fault
            if call is not None:
                call.task_fault = fault
        return None

    async def _half(self, request, response):
        """Send the head of an answer and half of its body, then break the connection."""
        body = response.body or b'{}'
        stream = web.StreamResponse(status=response.status,
                                    headers={'Content-Type': 'application/json', 'Content-Length': str(len(body))})
        await stream.prepare(request)
        await stream.write(body[:len(body) // 2])
        raise Drop

    async def _slow(self, request, content):
        """Send a file a piece at a time."""
        stream = web.StreamResponse(headers={'Content-Length': str(len(content))})
        await stream.prepare(request)
        for position in range(0, len(content), SLOW_PIECE):
            await asyncio.sleep(SLOW_SECONDS)
            await stream.write(content[position:position + SLOW_PIECE])
        return stream

    async def _body(self, request):
        data = await request.read()
        if not data.strip():
            return None
        try:
            return json.loads(data, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            raise invalid_argument(None, f'The request body is not valid JSON: {error}') from error

    def _success(self, value, request, void, found, new_session, session):
        if void:
            response = web.Response(status=204)
        elif value is None:
            response = self._unset(request)
        else:
            response = self._json(value, request, 200)
        self._send_token(response, new_session, session)
        return response

    def _unset(self, request):
        style = self._variants.unset
        if style == '204':
            return web.Response(status=204)
        return web.Response(status=200, body=b'null' if style == 'null' else b'', content_type='application/json')

    def _send_token(self, response, new_session, session):
        style = self._variants.session_header
        if new_session is not None:
            response.headers[SESSION_HEADER] = new_session.token
        elif session is not None and style != 'login':
            if style == 'renew':
                self._vcenter.sessions.renew(session)
            response.headers[SESSION_HEADER] = session.token

    def _json(self, value, request, status):
        body = _ENCODER.encode(value).encode()
        headers = {'Content-Type': 'application/json', 'x-envoy-upstream-service-time': '1'}
        if self._variants.gzip and len(body) >= GZIP_FROM and 'gzip' in request.headers.get('Accept-Encoding', ''):
            packer = zlib.compressobj(1, zlib.DEFLATED, 31)
            body = packer.compress(body) + packer.flush()
            headers['Content-Encoding'] = 'gzip'
            headers['Vary'] = 'Accept-Encoding'
        return web.Response(status=status, body=body, headers=headers)

    # -- beside VI JSON ------------------------------------------------------------------------------------------

    def _versions(self):
        prior = ''.join(f'<version>{known}</version>' for known in self._releases
                        if known != self._vcenter.settings.release)
        return ('<?xml version="1.0" encoding="UTF-8"?>\n<namespaces version="1.0">\n'
                f' <namespace><name>urn:vim25</name><version>{self._vcenter.settings.release}</version>'
                f'<priorVersions>{prior}</priorVersions></namespace>\n</namespaces>\n')

    async def _hello(self, request):
        """The first of the client's releases that this server has; 404 where there is no hello."""
        if self._release < HELLO_SINCE or not self._variants.hello or self._variants.esxi:
            return web.Response(status=404, text='Not Found')
        try:
            wanted = (await self._body(request))['api_releases']
            valid = 0 < len(wanted) <= 128 and all(isinstance(one, str) and len(one) <= 64 for one in wanted)
        except (Fault, KeyError, TypeError):
            valid = False
        if not valid:
            return self._vapi_error(request, 400, 'INVALID_ARGUMENT', 'The list of releases is not valid.')
        chosen = next((one for one in wanted if one in self._releases), '')
        return self._json({'api_release': chosen}, request, 200)

    def _shared_session(self, request, entry):
        """POST /api/session with Basic credentials, DELETE: since 8.0 U3 such a session serves VI JSON too."""
        if self._release < SHARED_SESSION_SINCE or self._variants.esxi:
            return web.Response(status=404, text='Not Found')
        sessions = self._vcenter.sessions
        if request.method == 'DELETE':
            session = sessions.used(request.headers.get(SESSION_HEADER))
            if session is None:
                return self._vapi_error(request, 401, 'UNAUTHENTICATED', 'Authentication required.')
            entry['session'] = session.key
            sessions.close(session)
            return web.Response(status=204)
        user = self._basic_user(request)
        if request.method != 'POST' or user is None:
            return self._vapi_error(request, 401, 'UNAUTHENTICATED', 'Authentication required.')
        call = Call(self._vcenter.access, None, user, None, request.remote or '',
                    request.headers.get('User-Agent', ''))
        session = sessions.open(user, call, 'en')
        entry['session'] = session.key
        response = self._json(session.token, request, 201)
        response.headers[SESSION_HEADER] = session.token
        return response

    async def _tagging(self, request, path, query, entry):
        """/api/cis/tagging: for sessions of this API, which those of VI JSON are since 8.0 U3."""
        entry['method'] = query.partition('=')[2] or path[0]
        session = self._vcenter.sessions.used(request.headers.get(SESSION_HEADER))
        if session is None or self._release < SHARED_SESSION_SINCE:
            return self._vapi_error(request, 401, 'UNAUTHENTICATED', 'Authentication required.')
        entry['session'] = session.key
        try:
            answer = self.tagging.answer(session.user, request.method, path, query, await self._body(request))
        except TaggingError as error:
            return self._vapi_error(request, error.status, error.error_type, error.text)
        return self._json(answer, request, 200)

    def _basic_user(self, request):
        scheme, _space, encoded = request.headers.get('Authorization', '').partition(' ')
        with contextlib.suppress(binascii.Error, UnicodeDecodeError, Fault):
            if scheme.lower() == 'basic':
                name, _colon, password = base64.b64decode(encoded, validate=True).decode().partition(':')
                return self._vcenter.access.authenticate(name, password)
        return None

    def _vapi_error(self, request, status, error_type, text):
        message = {'id': f'com.vmware.vapi.{uuid.uuid4().hex}', 'default_message': text, 'args': []}
        return self._json({'error_type': error_type, 'messages': [message]}, request, status)


async def _size_of(request):
    """How many bytes the body of a request has, which is not kept."""
    size = 0
    async for piece in request.content.iter_any():
        size += len(piece)
    return size


async def _ask_for_body(request):
    """Tell a client that waits for leave to send its body (Expect: 100-continue) that it may."""
    if request.version >= HttpVersion11 and request.headers.get('Expect', '').lower() == '100-continue':
        await request.writer.write(b'HTTP/1.1 100 Continue\r\n\r\n')
        request.writer.output_size = 0  # as aiohttp's own handler of this does: the answer has not begun


def _no_number(name):
    """NaN and Infinity are of Python's JSON only."""
    raise ValueError(f'{name} is no number')


def _unreadable(error):
    """The answer to a body that is not what its headers say, or too long: its rest is not waited for."""
    too_long = isinstance(error, web.HTTPRequestEntityTooLarge)
    response = web.Response(status=413 if too_long else 400, text='Payload Too Large' if too_long else 'Bad Request')
    response.force_close()
    return response


def _paths_read(body):
    """{type: paths} of the PropertySpecs of a retrieval that was answered."""
    read = {}
    for spec in body['specSet']:
        for wanted in spec['propSet']:
            read.setdefault(wanted['type'], []).extend(wanted.get('pathSet') or [])
    return read
