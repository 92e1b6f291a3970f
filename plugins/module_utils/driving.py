# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a run needs before it can go on, and how one run, or a whole fleet of them, is given it.

A run (run.py) is a generator: it yields a need and is sent the answer. Whoever drives it decides how to ask: one run
alone has the server's long poll, a fleet asks for all its runs in one request. Knows no operation and no Ansible.
"""

from __future__ import annotations

import time
from collections import deque

from . import wire
from .faults import Fault
from .tasks import Watch, property_filter

FIRST_PAUSE = 0.15  # seconds between two looks at a fleet; longer while nothing happens, never so long that it shows
LONGEST_PAUSE = 2.0
SLOWER = 1.25


class Watched:
    """Needs `met(values)`, of {(type, moid): {path: value}}, to become true before the clock passes `deadline`.

    The answer is what `met` returned, None if the time is over.
    """

    def __init__(self, objects, met, deadline):
        self.objects = objects
        self.met = met
        self.deadline = deadline


class Read:
    """Needs properties of {(type, moid): paths}; the answer is {(type, moid): {path: value}} of what is there."""

    def __init__(self, objects):
        self.objects = objects


class Held:
    """Needs to know whether the session holds privileges on an object; the answer is a list of booleans."""

    def __init__(self, key, privileges):
        self.key = key
        self.privileges = list(privileges)


def read_all(inventory, objects):
    """Returns {(type, moid): {path: value}} of objects {(type, moid): paths} in one request, page by page."""
    if not objects:
        return {}
    read = inventory.retrieve(property_filter(objects, reportMissingObjectsInResults=True))
    return {(ref['type'], ref['value']): properties for ref, properties in read}


def privileges_held(client, asked):
    """Returns {(type, moid): {privilege: whether the session holds it}} in one request.

    All are True where the server does not say. Source: the API pages of HasPrivilegeOnEntity and its plural.
    """
    wanted = sorted({privilege for privileges in asked.values() for privilege in privileges})
    keys = list(asked)
    manager, session = client.service('authorizationManager'), client.session_key()
    try:
        if len(keys) == 1:
            held = client.call(manager, 'HasPrivilegeOnEntity', repeatable=True, entity=wire.reference(*keys[0]),
                               sessionId=session, privId=wanted)
            return {keys[0]: dict(zip(wanted, held or []))}
        answers = client.call(manager, 'HasPrivilegeOnEntities', repeatable=True, sessionId=session, privId=wanted,
                              entity=[wire.reference(*key) for key in keys])
    except Fault:
        return {key: dict.fromkeys(wanted, True) for key in keys}
    return {(each['entity']['type'], each['entity']['value']):
            {one['privId']: one['isGranted'] for one in each.get('privAvailability') or []} for each in answers or []}


def drive(client, inventory, run):
    """Drives one run to its end; returns what it returns."""
    try:
        need = next(run)
        while True:
            need = run.send(_answer(client, inventory, need))
    except StopIteration as end:
        return end.value


def _answer(client, inventory, need):
    if isinstance(need, Watched):
        return Watch(client, need.objects).until(need.met, need.deadline)
    if isinstance(need, Read):
        return read_all(inventory, need.objects)
    held = privileges_held(client, {need.key: need.privileges}).get(need.key, {})
    return [held.get(privilege, True) for privilege in need.privileges]


class Convoy:
    """Drives many runs side by side, `concurrency` at a time, asking once for what all of them need.

    `runs` are generators. `go_on()` is asked before another one is begun; `look()` is called after each round.
    """

    def __init__(self, client, inventory, runs, concurrency, go_on=lambda: True, look=lambda: None,
                 clock=time.monotonic, pause=time.sleep):
        self.client = client
        self.inventory = inventory
        self.waiting = deque(runs)
        self.concurrency = concurrency
        self.go_on = go_on
        self.look = look
        self.clock = clock
        self.pause = pause
        self.needs = {}

    def drive(self):
        """Drives all runs to their ends; those that are not begun when `go_on` says so stay in `waiting`."""
        pause = FIRST_PAUSE
        while True:
            self._begin()
            while self._give_reads() or self._give_privileges():
                self._begin()
            self.look()
            if not self.needs:
                return
            self.pause(pause)
            pause = FIRST_PAUSE if self._give_watched() else min(pause * SLOWER, LONGEST_PAUSE)

    def _begin(self):
        while self.waiting and len(self.needs) < self.concurrency and self.go_on():
            self._send(self.waiting.popleft(), None)

    def _send(self, run, answer):
        try:
            self.needs[run] = run.send(answer)
        except StopIteration:
            self.needs.pop(run, None)

    def _of(self, kind):
        return [(run, need) for run, need in self.needs.items() if isinstance(need, kind)]

    def _give_reads(self):
        asking = self._of(Read)
        if asking:
            values = read_all(self.inventory, _joined(asking))
            for run, need in asking:
                self._send(run, {key: values[key] for key in need.objects if key in values})
        return bool(asking)

    def _give_privileges(self):
        asking = self._of(Held)
        if asking:
            asked = {}
            for _run, need in asking:
                asked.setdefault(need.key, []).extend(need.privileges)
            held = privileges_held(self.client, asked)
            for run, need in asking:
                self._send(run, [held.get(need.key, {}).get(privilege, True) for privilege in need.privileges])
        return bool(asking)

    def _give_watched(self):
        """Looks once at all that is watched; tells whether a run could go on."""
        asking = self._of(Watched)
        values = read_all(self.inventory, _joined(asking))
        gone_on = False
        for run, need in asking:
            met = need.met({key: values.get(key) for key in need.objects})
            if met or self.clock() >= need.deadline:
                gone_on = True
                self._send(run, met or None)
        return gone_on


def _joined(asking):
    """Returns the objects of many needs as one, each object with all the paths that any of them wants."""
    joined = {}
    for _run, need in asking:
        for key, paths in need.objects.items():
            joined[key] = (*joined.get(key, ()), *(path for path in paths if path not in joined.get(key, ())))
    return joined
