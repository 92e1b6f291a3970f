# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A forward proxy that tunnels TLS (CONNECT), for whoever has its password. Knows nothing of what it carries."""

from __future__ import annotations

import base64
import contextlib
import select
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PIECE = 65536
GLANCE = 0.05  # seconds after which a tunnel looks whether it is to end


class ConnectProxy(ThreadingHTTPServer):
    """Listens on 127.0.0.1 at `port`, from the beginning to the end of a with statement.

    credentials   'user:password' that is asked for; None lets everybody through
    refuses       the status that is answered to everybody, None for none
    asked         host:port of each CONNECT, those that were refused among them
    """

    daemon_threads = True

    def __init__(self, credentials=None):
        super().__init__(('127.0.0.1', 0), Tunnel)
        self.wanted = credentials and f'Basic {base64.b64encode(credentials.encode()).decode()}'
        self.refuses = None
        self.asked = []
        self.over = threading.Event()
        self.port = self.server_address[1]
        self.serving = threading.Thread(target=self.serve_forever, kwargs={'poll_interval': 0.01})

    def __enter__(self):
        self.serving.start()
        return self

    def __exit__(self, *exc_info):
        self.over.set()
        self.shutdown()
        self.serving.join()
        self.server_close()


class Tunnel(BaseHTTPRequestHandler):
    """One connection to the proxy."""

    def do_CONNECT(self):
        """Opens the tunnel, or says why not."""
        self.server.asked.append(self.path)
        self.close_connection = True
        if self.server.refuses:
            self.send_error(self.server.refuses)
        elif self.server.wanted and self.headers['Proxy-Authorization'] != self.server.wanted:
            self.send_response(407)
            self.send_header('Proxy-Authenticate', 'Basic realm="proxy"')
            self.send_header('Content-Length', '0')
            self.end_headers()
        else:
            self._carry()

    def _carry(self):
        host, _colon, port = self.path.rpartition(':')
        with socket.create_connection((host, int(port))) as far:
            self.send_response(200)
            self.end_headers()
            ends = {self.connection: far, far: self.connection}
            with contextlib.suppress(ConnectionError):
                while not self.server.over.is_set():
                    for end in select.select(list(ends), [], [], GLANCE)[0]:
                        piece = end.recv(PIECE)
                        if not piece:
                            return
                        ends[end].sendall(piece)

    def log_message(self, format, *args):  # noqa: A002  as http.server has it
        """Says nothing."""
