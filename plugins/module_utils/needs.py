# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a run needs before it can go on.

A run (run.py) is a generator: it yields a need and is sent the answer, or has the Failure raised in it that kept the
answer away. Who answers is whoever drives it: driving.py one run, convoy.py many.
"""

from __future__ import annotations

import time

from . import wire
from .tasks import TASK_STATE, ended


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

    def __init__(self, work):
        self.make = work


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


def call_of(step):
    """Returns the need that a Step is: its call, or its work."""
    return Worked(step.work) if step.work else Called(step.target, step.method, step.parameters)


def recent_tasks(ref):
    """Returns the references of the recent tasks of a VM, none if it is gone; a generator of needs."""
    vm = wire.key_of(ref)
    return ((yield Read({vm: ('recentTask',)})).get(vm) or {}).get('recentTask') or []


def until_ended(refs, deadline):
    """Waits until the tasks with these references have ended, or the deadline is over; a generator of needs."""
    keys = [wire.key_of(ref) for ref in refs]
    if keys:
        yield Watched(dict.fromkeys(keys, (TASK_STATE,)), lambda values: ended(values, keys), deadline)


def until_free(busy, deadline):
    """Waits for the task that a TaskInProgress names, or a second where it names none; a generator of needs."""
    holder = busy.details.get('task')
    if holder:
        yield from until_ended([holder], deadline)
    else:
        yield Watched({}, lambda _values: None, min(deadline, time.monotonic() + 1))
