# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a run needs before it can go on, and how one run, or a whole fleet of them, is given it.

A run (run.py) is a generator: it yields a need and is sent the answer. Whoever drives it decides how to ask: one run
alone has the server's long poll; a fleet asks for all its runs in one request, and sends their calls side by side.
Knows no operation and no Ansible.
"""

from __future__ import annotations

import math
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor

from . import wire
from .faults import Failure, Fault, TransportError
from .tasks import Watch, key_of, property_filter

FIRST_PAUSE = 0.1  # seconds between two looks at a fleet; longer while nothing happens, never so long that it shows
LONGEST_PAUSE = 2.0
SLOWER = 1.1
CALLERS = 10  # calls of a fleet that are sent side by side: as many connections as requests keeps open
PATIENCE = 60  # seconds that a fleet goes on asking a server that cannot be reached, since its tasks run on there


class Called:
    """Needs a method to be called, once; the answer is the wire value that it returns."""

    def __init__(self, target, method, parameters):
        self.target = target
        self.method = method
        self.parameters = parameters

    def make(self, client):
        """Makes the call."""
        return client.call(self.target, self.method, **self.parameters)


class Worked:
    """Needs `work(client)`, which may take long and be many calls; the answer is what it returns."""

    deadline = math.inf

    def __init__(self, work):
        self.make = work
        self.future = None


class Watched:
    """Needs `met(values)`, of {(type, moid): {path: value}}, to become true before the clock passes `deadline`.

    The answer is what `met` returned, None if the time is over. Without objects it is just a pause.
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
    """Returns {(type, moid): {path: value}} of objects {(type, moid): paths} in one request, page by page.

    What is not there is left out; what cannot be read has its Fault for a value.
    """
    if not objects:
        return {}
    lost = {}

    def unread(ref, _path, fault):
        if fault.name == 'NotAuthenticated':
            raise fault
        lost[key_of(ref)] = fault
    wanted = property_filter(objects, reportMissingObjectsInResults=True)
    read = {key_of(ref): properties for ref, properties in inventory.retrieve(wanted, unread=unread)}
    read.update(lost)
    return {key: found for key, found in read.items() if getattr(found, 'name', None) != 'ManagedObjectNotFound'}


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
            try:
                answer = _answer(client, inventory, need)
            except Failure as failure:
                need = run.throw(failure)
            else:
                need = run.send(answer)
    except StopIteration as end:
        return end.value


def _answer(client, inventory, need):
    if isinstance(need, (Called, Worked)):
        return need.make(client)
    if isinstance(need, Watched):
        if need.objects:
            return Watch(client, need.objects).until(need.met, need.deadline)
        return time.sleep(max(0, need.deadline - time.monotonic()))
    if isinstance(need, Read):
        return _readable(read_all(inventory, need.objects))
    held = privileges_held(client, {need.key: need.privileges}).get(need.key, {})
    return [held.get(privilege, True) for privilege in need.privileges]


def _readable(values):
    """Returns values as read_all does. Raises the first Fault among them."""
    for found in values.values():
        if isinstance(found, Failure):
            raise found
    return values


class Convoy:
    """Drives many runs side by side, `concurrency` at a time, asking once for what all of them need.

    `runs` are generators. `go_on()` is asked before another one is begun; `look()` is called before calls are sent and
    before each pause. A failure of what was asked for several runs is each one's own.
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
        workers = ThreadPoolExecutor(CALLERS)
        try:
            with ThreadPoolExecutor(CALLERS) as callers:
                self._drive(callers, workers)
        finally:
            # Only a fleet that is interrupted leaves work behind; it ends when the client is closed.
            workers.shutdown(wait=False, cancel_futures=True)

    def _drive(self, callers, workers):
        pause = FIRST_PAUSE
        while True:
            self._begin()
            if self._give_reads() or self._give_privileges():
                continue
            self.look()
            if not self.needs:
                return
            if self._give_calls(callers) or self._give_work(workers):
                pause = FIRST_PAUSE
                continue
            self.pause(max(0, min(pause, min(need.deadline for need in self.needs.values()) - self.clock())))
            pause = FIRST_PAUSE if self._give_watched() else min(pause * SLOWER, LONGEST_PAUSE)

    def _begin(self):
        while self.waiting and len(self.needs) < self.concurrency and self.go_on():
            self._go_on(self.waiting.popleft())

    def _go_on(self, run, answer=None, failure=None):
        try:
            self.needs[run] = run.send(answer) if failure is None else run.throw(failure.copy())
        except StopIteration:
            self.needs.pop(run, None)

    def _of(self, kind):
        return [(run, need) for run, need in self.needs.items() if isinstance(need, kind)]

    def _ask(self, ask, *arguments):
        """Returns (what is asked for all, None), or (None, the Failure), with patience for a server out of reach."""
        until = self.clock() + PATIENCE
        while True:
            try:
                return ask(*arguments), None
            except Failure as failure:
                if not (isinstance(failure, TransportError) and failure.retryable) or self.clock() >= until:
                    return None, failure
            self.pause(LONGEST_PAUSE)

    def _give_calls(self, callers):
        asking = self._of(Called)
        for (run, _need), outcome in zip(asking, callers.map(self._call, [need for _run, need in asking])):
            self._go_on(run, *outcome)
        return bool(asking)

    def _give_work(self, workers):
        """Has work done beside everything else; tells whether some of it has ended."""
        for _run, need in self._of(Worked):
            need.future = need.future or workers.submit(self._call, need)
        ended = [(run, need) for run, need in self._of(Worked) if need.future.done()]
        for run, need in ended:
            self._go_on(run, *need.future.result())
        return bool(ended)

    def _call(self, need):
        try:
            return need.make(self.client), None
        except Failure as failure:
            return None, failure

    def _give_reads(self):
        asking = self._of(Read)
        for run, _need, values, failure in self._read(asking):
            self._go_on(run, values, failure)
        return bool(asking)

    def _give_privileges(self):
        asking = self._of(Held)
        if asking:
            asked = {}
            for _run, need in asking:
                asked.setdefault(need.key, []).extend(need.privileges)
            held, failure = self._ask(privileges_held, self.client, asked)
            for run, need in asking:
                of_one = (held or {}).get(need.key, {})
                self._go_on(run, [of_one.get(privilege, True) for privilege in need.privileges], failure)
        return bool(asking)

    def _give_watched(self):
        """Looks once at all that is watched; tells whether a run could go on."""
        gone_on = False
        for run, need, values, failure in self._read(self._of(Watched)):
            met = None if failure else need.met({key: values.get(key) for key in need.objects})
            if met or failure or self.clock() >= need.deadline:
                gone_on = True
                self._go_on(run, met or None, failure)
        return gone_on

    def _read(self, asking):
        """Yields (run, need, {key: values of its objects}, None), or the Failure that kept one of them from it."""
        values, failure = self._ask(read_all, self.inventory, _joined(asking)) if asking else ({}, None)
        for run, need in asking:
            own = {key: values[key] for key in need.objects if key in values} if failure is None else {}
            lost = next((found for found in own.values() if isinstance(found, Failure)), failure)
            yield run, need, own, lost


def _joined(asking):
    """Returns the objects of many needs as one, each object with all the paths that any of them wants."""
    joined = {}
    for _run, need in asking:
        for key, paths in need.objects.items():
            joined[key] = (*joined.get(key, ()), *(path for path in paths if path not in joined.get(key, ())))
    return joined
