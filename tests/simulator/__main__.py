# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The simulator in the foreground: `python -m tests.simulator --listen 127.0.0.1:9443 --vms 50`.

When it is ready it prints one line of JSON: url, ca_cert, username, password. SIGINT and SIGTERM end it.
"""
from __future__ import annotations

import argparse
import json
import re
import signal
import sys

from . import ADMINISTRATOR, Simulator, schema
from .variants import CHOICES

_FAULT = re.compile(r'(?P<method>\w+)=(?P<task>~?)(?P<fault>\w+)(:(?P<times>\d+))?(@(?P<vm>.+))?')
_DROP = re.compile(r'(?P<method>\w+)(:(?P<times>\d+))?(@(?P<vm>.+))?')
_SLOW = re.compile(r'(?P<method>\w+)=(?P<seconds>\d+(\.\d+)?)(@(?P<vm>.+))?')


def parser():
    """The command line."""
    result = argparse.ArgumentParser(prog='python -m tests.simulator', description='A vCenter that speaks VI JSON.')
    add = result.add_argument
    add('--listen', type=_address, default=('127.0.0.1', 0), metavar='HOST:PORT', help='port 0 takes a free one')
    add('--vms', type=_count, default=2, metavar='N', help='virtual machines in all')
    add('--hosts', type=_count, default=1, metavar='N', help='hosts of the cluster')
    add('--delay', type=float, default=0.0, metavar='SECONDS', help='how long a task takes')
    add('--guest-delay', type=float, metavar='SECONDS', help='how long a guest boots or shuts down (default: --delay)')
    add('--release', choices=schema.RELEASES, default='8.0.3.0', metavar='R', help='newest API release (8.0.3.0)')
    add('--session-timeout', type=float, default=1800.0, metavar='SECONDS', help='idle time after which a session ends')
    add('--task-retention', type=float, default=600.0, metavar='SECONDS', help='how long finished tasks are known')
    add('--request-log', metavar='FILE', help='append a line of JSON for each request')
    add('--username', default=ADMINISTRATOR)
    add('--password', help='a random one when not given')
    add('--user', action='append', default=[], type=_user, metavar='NAME:PASSWORD', help='another user')
    add('--deny', action='append', default=[], type=_denial, metavar='NAME:PRIVILEGE[@OBJECT]',
        help='take a privilege from a user of --user, on an object (name or moid) and below it, or everywhere')
    add('--fault', action='append', default=[], type=_fault, metavar='METHOD=[~]FAULT[:TIMES][@VM]',
        help='answer with a fault, once or TIMES times; ~ ends the task with it instead')
    add('--drop', action='append', default=[], type=_drop, metavar='METHOD[:TIMES][@VM]',
        help='run the method, then break the connection without an answer')
    add('--slow', action='append', default=[], type=_slow, metavar='METHOD=SECONDS[@VM]', help='answer late, always')
    add('--unset', choices=CHOICES['unset'], default='empty', help='how an unset value is answered')
    add('--task-error', choices=CHOICES['task_error'], default='flat')
    add('--session-header', choices=CHOICES['session_header'], default='login')
    add('--no-hello', action='store_true', help='no release negotiation')
    add('--no-record-replay', action='store_true', help='product and hosts do not support record and replay')
    add('--esxi', action='store_true', help='answer VI JSON requests as a standalone ESXi host does')
    add('--seed', type=int, default=0, metavar='N', help='other uuids for the virtual machines')
    add('--pods', type=_count, default=0, metavar='N', help='datastore clusters, with two datastores each')
    return result


def simulator(options):
    """The Simulator, not started, that parsed options ask for."""
    users = {name: {'password': password, 'denied': []} for name, password in options.user}
    for name, privilege, place in options.deny:
        users[name]['denied'].append((privilege, place))
    return Simulator(
        vms=options.vms, hosts=options.hosts, delay=options.delay, guest_delay=options.guest_delay,
        release=options.release, session_timeout=options.session_timeout, task_retention=options.task_retention,
        record_replay=not options.no_record_replay, listen=options.listen, username=options.username,
        password=options.password, request_log=options.request_log, users=users, seed=options.seed, pods=options.pods,
        variants={'unset': options.unset, 'task_error': options.task_error, 'hello': not options.no_hello,
                  'session_header': options.session_header, 'esxi': options.esxi})


def main(arguments=None):
    """Serve until a signal; returns the exit status."""
    command = parser()
    options = command.parse_args(arguments)
    unknown = {name for name, _privilege, _place in options.deny} - {name for name, _password in options.user}
    if unknown:
        command.error(f'--deny: no --user is named {", ".join(sorted(unknown))}')
    # Blocked before the server's thread starts, which inherits it, so that only sigwait sees them.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        with simulator(options) as server:
            for order in (*options.fault, *options.drop, *options.slow):
                server.order(**order)
            print(json.dumps({'url': server.url, 'ca_cert': server.ca_cert, 'username': server.username,
                              'password': server.password}), flush=True)
            signal.sigwait({signal.SIGINT, signal.SIGTERM})
    except (OSError, ValueError) as error:
        print(f'{command.prog}: {error}', file=sys.stderr)
        return 1
    return 0


def _address(text):
    host, _colon, port = text.rpartition(':')
    if not host or not port.isdigit() or int(port) > 65535:
        raise argparse.ArgumentTypeError(f'{text!r} is not HOST:PORT')
    return host.strip('[]'), int(port)


def _count(text):
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f'{text!r} is not a number')
    return int(text)


def _user(text):
    name, colon, password = text.partition(':')
    if not name or not colon:
        raise argparse.ArgumentTypeError(f'{text!r} is not NAME:PASSWORD')
    return name, password


def _denial(text):
    name, colon, rest = text.partition(':')
    privilege, _at, place = rest.partition('@')
    if not name or not colon or not privilege:
        raise argparse.ArgumentTypeError(f'{text!r} is not NAME:PRIVILEGE[@OBJECT]')
    return name, privilege, place or None


def _matched(pattern, text):
    found = pattern.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError(f'{text!r} is not understood')
    return found.groupdict()


def _fault(text):
    parts = _matched(_FAULT, text)
    return {'method': parts['method'], 'fault': parts['fault'], 'task': bool(parts['task']),
            'times': int(parts['times'] or 1), 'vm': parts['vm']}


def _drop(text):
    parts = _matched(_DROP, text)
    return {'method': parts['method'], 'drop': 'after', 'times': int(parts['times'] or 1), 'vm': parts['vm']}


def _slow(text):
    parts = _matched(_SLOW, text)
    return {'method': parts['method'], 'delay': float(parts['seconds']), 'times': None, 'vm': parts['vm']}


if __name__ == '__main__':
    sys.exit(main())
