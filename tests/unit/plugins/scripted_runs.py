# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs as generators of needs that log what they are given, and a scripted server for those who drive them."""

from __future__ import annotations

from ansible_collections.vsphere.vm.plugins.module_utils import wire
from ansible_collections.vsphere.vm.plugins.module_utils.faults import Failure, TransportError

LOST = TransportError('The connection was lost.', 'ConnectionLost', may_have_run=True)


class Server:
    """Client and inventory in one: objects {key: properties}, and what was asked of it."""

    def __init__(self, objects=(), **answers):
        self.objects = dict(objects)
        self.answers = answers
        self.asked = []
        self.failures = []

    def service(self, name):
        return wire.reference('Service', name)

    def session_key(self):
        return 'key'

    def call(self, target, method, repeatable=False, **parameters):
        self.asked.append((method, target['value']))
        answer = self.answers.get(method)
        answer = answer(**parameters) if callable(answer) else answer
        if isinstance(answer, Exception):
            raise answer
        return answer

    def retrieve(self, *filters, unread=None):
        if self.failures:
            raise self.failures.pop(0)
        keys = [[(each['obj']['type'], each['obj']['value']) for each in wanted['objectSet']] for wanted in filters]
        self.asked.append(('read', [each for of_one in keys for each in of_one]))
        for wanted, of_one in zip(filters, keys):
            paths = {each['type']: each['pathSet'] for each in wanted['propSet']}
            yield from self._found(of_one, paths, unread)

    def _found(self, keys, paths, unread):
        for key in keys:
            found = self.objects.get(key)
            if isinstance(found, Exception):
                unread(wire.reference(*key), 'name', found)
                found = {}
            if found is not None:
                yield wire.reference(*key), {path: found[path] for path in paths[key[0]] if path in found}


def key(number):
    return 'VirtualMachine', f'vm-{number}'


def step(log, number, *needs):
    """A run that logs its beginning, each answer or failure, and its end."""
    log.append((number, 'begun'))
    for need in needs:
        try:
            log.append((number, (yield need)))
        except Failure as failure:
            log.append((number, failure.name))
    log.append((number, 'ended'))
