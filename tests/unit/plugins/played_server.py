# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A server over TLS that plays answers from a list, connections that break among them.

It knows no API: what a vCenter, an ESXi host or a proxy would say is written in the test that plays it.
"""

from __future__ import annotations

import json
import os
import select
import socket
import ssl
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# What happens to a connection in place of an answer.
RESET_UNREAD = 'reset before the request was read'
RESET_READ = 'reset after the request was read'
SILENT = 'no answer while the test lasts'
CUT = 'closed in the middle of the answer'

PATIENCE = 10  # seconds after which a silent server lets go of its thread, should a test forget to end it


class Asked:
    """A request as it arrived."""

    def __init__(self, verb, path, headers, body):
        self.verb = verb
        self.path = path
        self.headers = headers
        self.body = json.loads(body) if body else None

    @property
    def method(self):
        """The last part of the path: a method or a property."""
        return self.path.rpartition('/')[2]


class PlayedServer(ThreadingHTTPServer):
    """Plays `script`, an answer a request: (status, body, headers, content type), the last three if need be.

    A body of bytes is sent as it is, any other as JSON, and None is an empty one. `asked` holds the requests.
    """

    def __init__(self, context=None):
        super().__init__(('127.0.0.1', 0), Handler)
        self.context = context
        self.script = []
        self.asked = []
        self.connections = 0
        self.over = threading.Event()
        threading.Thread(target=self.serve_forever, kwargs={'poll_interval': 0.01}, daemon=True).start()

    @property
    def port(self):
        """Where it listens."""
        return self.server_address[1]

    def play(self, *answers):
        """Begins a new script."""
        self.script[:] = answers
        self.asked.clear()
        self.connections = 0

    def methods(self):
        """What was asked for, in turn."""
        return [each.method for each in self.asked]

    def handle_error(self, request, client_address):
        """Says nothing: a client that distrusts the certificate is what is wanted."""

    def stop(self):
        """Ends the server."""
        self.over.set()
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    """Answers the requests of one connection."""

    protocol_version = 'HTTP/1.1'
    disable_nagle_algorithm = True

    def setup(self):
        """Begins TLS in the connection's own thread."""
        self.server.connections += 1
        if self.server.context:
            self.request = self.server.context.wrap_socket(self.request, server_side=True)
        super().setup()

    def finish(self):
        """Closes the connection, which socketserver knows only as it was before TLS."""
        super().finish()
        self.request.close()

    def handle(self):
        """Plays a reset when there is a request to be read."""
        if self.server.script[:1] == [RESET_UNREAD]:
            select.select([self.request], [], [], PATIENCE)
            self.server.script.pop(0)
            self._reset()
        else:
            super().handle()

    def _answer(self):
        body = self.rfile.read(int(self.headers.get('content-length') or 0))
        self.server.asked.append(Asked(self.command, self.path, self.headers, body))
        played = self.server.script.pop(0) if self.server.script else (599, {'error': 'the script is over'})
        # Connections are made anew for what is played before the next request is read.
        self.close_connection = self.server.script[:1] == [RESET_UNREAD]
        if played == RESET_READ:
            self._reset()
        elif played == SILENT:
            self.server.over.wait(PATIENCE)
            self.close_connection = True
        elif played == CUT:
            self._send(200, b'{"_typeName": "UserSession"', {'Content-Length': '1000'})
            self.close_connection = True
        else:
            self._send(*played)

    do_GET = do_POST = do_PUT = do_DELETE = _answer

    def _send(self, status, body=None, headers=None, kind='application/json'):
        content = body if isinstance(body, bytes) else b'' if body is None else json.dumps(body).encode()
        self.send_response(status)
        length = {} if status == 204 else {'Content-Length': str(len(content))}
        last = {'Connection': 'close'} if self.close_connection else {}
        for name, value in {'Content-Type': kind, **length, **last, **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _reset(self):
        """Breaks the connection as a router does that has lost it."""
        self.close_connection = True
        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        os.close(self.request.detach())

    def log_message(self, format, *args):  # noqa: A002  as http.server has it
        """Says nothing."""


def context_of(certificate):
    """The server's side of TLS with a certificate of trustme."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context
