# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A vCenter that speaks the Virtual Infrastructure JSON API over TLS, for tests, demonstrations and people.

    with Simulator(vms=2) as sim:
        requests.post(f'{sim.url}/sdk/vim25/8.0.3.0/SessionManager/SessionManager/Login', verify=sim.ca_cert,
                      json={'userName': sim.username, 'password': sim.password})
"""
from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import pathlib
import secrets
import ssl
import tempfile
import threading

import trustme
from aiohttp import web

from . import inventory, schema
from .access import Access, User
from .orders import Order, Orders
from .server import Server
from .variants import Variants
from .vcenter import Settings, VCenter

NAMES = ('localhost', '127.0.0.1', '::1')
ADMINISTRATOR = 'administrator@vsphere.local'
KEEP_ALIVE_SECONDS, SHUTDOWN_SECONDS = 600.0, 0.5
MAX_BODY_BYTES = 64 * 1024 * 1024


class Simulator:
    """A server in a thread of its own.

    vms: virtual machines in all. hosts: hosts of the cluster. delay: seconds that a task takes; guest_delay: seconds
    that a guest takes to boot or shut down (delay when None). release: the API release of the server.
    session_timeout: idle seconds after which a session ends. task_retention: seconds that a finished task is known.
    variants: {member of Variants: value}. users: {name: password, or {'password': ..., 'denied': [privilege or
    (privilege, object's name or moid), ...]}}. record_replay: whether product and hosts support it. listen:
    (address, port); port 0 takes a free one. request_log: path of a file that gets a line of JSON for each request.
    seed: another number gives other uuids. pods: datastore clusters, with two datastores each.

    Once started: url, host, port, ca_cert (path of a PEM file), username, password, requests (the request log),
    vcenter (the live objects: touch them within call() only), tagging (the vSphere tags).
    """

    def __init__(self, vms=2, hosts=1, delay=0.0, release='8.0.3.0', session_timeout=1800.0, variants=None, users=None,
                 record_replay=True, guest_delay=None, task_retention=600.0, listen=('127.0.0.1', 0),
                 username=ADMINISTRATOR, password=None, request_log=None, seed=0, pods=0):
        if release not in schema.RELEASES:
            raise ValueError(f'release: {release!r} is none of {", ".join(schema.RELEASES)}')
        if hosts < 1:
            raise ValueError('hosts: the cluster has at least one host')
        self._size = vms, hosts, seed, pods
        self._listen = listen
        self._variants = Variants(**(variants or {}))
        self._settings = Settings(
            release=release, task_seconds=delay, guest_seconds=delay if guest_delay is None else guest_delay,
            session_timeout=session_timeout, task_retention=task_retention, record_replay=record_replay)
        self.username, self.password = username, password or secrets.token_urlsafe(12)
        self._users = [User(username, self.password), *(_user(*item) for item in (users or {}).items())]
        self._request_log = request_log
        self.requests, self.orders, self._moments = [], Orders(), []
        self._directory = self._thread = self._loop = self._stopping = self._log_file = self._failure = None
        self._thumbprint = None
        self.vcenter = self.tagging = self.host = self.port = self.ca_cert = None

    # -- life ----------------------------------------------------------------------------------------------------

    def __enter__(self):
        return self.start()

    def __exit__(self, *_exception):
        self.stop()

    def start(self):
        """Serve; returns self when requests are answered. Raises what kept the server from it."""
        self._directory = tempfile.TemporaryDirectory(prefix='vcenter-simulator-')
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name='vcenter-simulator', daemon=True)
        self._thread.start()
        ready.wait()
        if self._failure is not None:
            self._thread.join()
            self._directory.cleanup()
            raise self._failure
        return self

    def stop(self):
        """End: waiting requests are dropped, sessions forgotten, files removed. Twice is once."""
        if self._thread is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()
            self._thread = None
            self._directory.cleanup()

    @property
    def url(self):
        """https://host:port"""
        host = f'[{self.host}]' if ':' in self.host else self.host
        return f'https://{host}:{self.port}'

    # -- what tests do -------------------------------------------------------------------------------------------

    def call(self, function, *arguments):
        """Run ``function(*arguments)`` in the server's thread and return what it returns."""
        if threading.current_thread() is self._thread:
            return function(*arguments)

        async def run():
            return function(*arguments)

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result()

    @contextlib.contextmanager
    def parked(self):
        """Hold the server's thread still meanwhile: whoever forks then inherits no lock that it holds for a moment."""
        held, reached = threading.Lock(), threading.Event()
        held.acquire()

        def park():
            reached.set()
            with held:
                pass
        self._loop.call_soon_threadsafe(park)
        reached.wait()
        try:
            yield
        finally:
            held.release()

    def vm(self, name):
        """The VirtualMachine object with that name or moid; raises KeyError."""
        def find():
            machines = self.vcenter.objects('VirtualMachine')
            return next((vm for vm in machines if name in (vm.get('name'), vm.moid)), None)

        found = self.call(find)
        if found is None:
            raise KeyError(name)
        return found

    def state(self):
        """{'Type:moid': {property: value}} of all that a changing method could alter: equal when nothing changed.

        Tasks and what belongs to sessions are left out, as are values that move by themselves.
        """
        return self.call(lambda: json.loads(json.dumps({
            f'{obj.ref["type"]}:{obj.moid}': obj.picture() for obj in self.vcenter.objects()
            if obj.session is None and obj.ref['type'] not in _NO_STATE})))

    def order(self, method, fault=None, **options):
        """Order trouble for a method or property, see orders.Order; returns the order."""
        order = Order(method, fault, **options)
        return self.call(self.orders.add, order)

    def after(self, method, do, times=1):
        """Have ``do()`` called, in the server's thread, when a method or property has been asked for so many times.

        The client has no answer by then to the last of these requests, so that no clock and no load decide what comes
        first: what ``do`` does, or what the client does next.
        """
        self.call(self._moments.append, [method, times, do])

    def let_tasks_end(self):
        """Have the tasks that are under way end at once, whatever time they would take."""
        def end():
            for task in self.vcenter.objects('Task'):
                if not task.ended:
                    task.hurry()

        self.call(end)

    def clear_orders(self):
        """Forget all orders."""
        self.call(self.orders.clear)

    @property
    def sessions(self):
        """The UserSessions of the live sessions."""
        return self.call(lambda: [session.wire() for session in self.vcenter.sessions.live()])

    def expire_sessions(self):
        """End all sessions, as idle time does."""
        def expire():
            for session in self.vcenter.sessions.live():
                self.vcenter.sessions.close(session)

        self.call(expire)

    # -- the thread ----------------------------------------------------------------------------------------------

    def _run(self, ready):
        try:
            asyncio.run(self._serve(ready))
        except Exception as error:  # handed to the thread that waits in start()
            self._failure = error
        finally:
            ready.set()

    async def _serve(self, ready):
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        self.vcenter = VCenter(self._settings, self._variants, self._loop)
        inventory.populate(self.vcenter, Access(self._users), *self._size)
        server = Server(self.vcenter, self.orders, self._log)
        self.tagging = server.tagging
        http = web.Server(server.handle, request_factory=self._request, access_log=None,
                          keepalive_timeout=KEEP_ALIVE_SECONDS)
        runner = web.ServerRunner(http, shutdown_timeout=SHUTDOWN_SECONDS)
        await runner.setup()
        try:
            site = web.TCPSite(runner, *self._listen, ssl_context=self._certificate())
            await site.start()
            self.host, self.port = runner.addresses[0][:2]
            self.vcenter.address = f'localhost:{self.port}', self._thumbprint
            with self._open_log() as self._log_file:
                ready.set()
                await self._stopping.wait()
        finally:
            for session in self.vcenter.sessions.live():
                self.vcenter.sessions.close(session)
            # A closed TLS connection would wait for its peer; nobody is told anything any more.
            for connection in http.connections:
                if connection.transport is not None:
                    connection.transport.abort()
            await runner.cleanup()

    def _request(self, message, payload, protocol, writer, task):
        """As aiohttp makes them, but for the size of the body: a filter may name ten thousand objects."""
        return web.BaseRequest(message, payload, protocol, writer, task, self._loop, client_max_size=MAX_BODY_BYTES)

    def _open_log(self):
        if self._request_log is None:
            return contextlib.nullcontext()
        return pathlib.Path(self._request_log).open('a', encoding='utf-8', buffering=1)

    def _certificate(self):
        """An SSL context with a certificate of our own; its authority's is written for the clients."""
        authority = trustme.CA(key_type=trustme.KeyType.ECDSA)
        directory = pathlib.Path(self._directory.name)
        self.ca_cert = str(directory / 'ca.pem')
        authority.cert_pem.write_to_path(self.ca_cert)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        names = list(NAMES) if self._listen[0] in NAMES else [*NAMES, self._listen[0]]
        issued = authority.issue_cert(*names, key_type=trustme.KeyType.ECDSA)
        issued.configure_cert(context)
        digest = hashlib.sha1(ssl.PEM_cert_to_DER_cert(issued.cert_chain_pems[0].bytes().decode())).hexdigest().upper()
        self._thumbprint = ':'.join(digest[position:position + 2] for position in range(0, 40, 2))
        return context

    def _log(self, entry):
        self.requests.append(entry)
        if self._log_file is not None and not self._log_file.closed:
            self._log_file.write(json.dumps(entry) + '\n')
        for moment in [each for each in self._moments if each[0] == entry['method']]:
            moment[1] -= 1
            if moment[1] == 0:
                moment[2]()


# Types whose objects change with every request, or hold no state of the inventory.
_NO_STATE = {'Task', 'TaskManager', 'EventManager', 'SessionManager', 'PropertyCollector', 'ViewManager', 'SearchIndex',
             'ServiceInstance', 'AuthorizationManager'}


def _user(name, value):
    if isinstance(value, str):
        return User(name, value)
    denied = {item if isinstance(item, tuple) else (item, None) for item in value.get('denied', ())}
    return User(name, value['password'], denied)
