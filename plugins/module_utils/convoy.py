# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Many runs driven side by side: their calls in flight together, and one inquiry at a time for all that they wait for.

Calls, long work and the inquiry are made in threads; the runs themselves, and all that is kept of them here, are
touched by the thread that drives alone. Knows needs (needs.py), no operation and no Ansible.
"""

from __future__ import annotations

import math
import time
from collections import deque
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

from .driving import privileges_held, read_all
from .faults import Failure, TransportError
from .needs import Called, Held, Read, Watched, Worked

CALLERS = 20  # calls that are in flight at a time
FIRST_PAUSE = 0.05  # seconds between two inquiries; longer while nothing happens, never so long that it shows
LONGEST_PAUSE = 2.0
SLOWER = 1.1
# What the pause is of the time that tasks take: none is seen to end much too late, and as many inquiries are enough
# for a thousand tasks of a second as of a minute.
PART = 0.12
PATIENCE = 60  # seconds of asking a server that cannot be reached, since the tasks run on there


def pause(futures, seconds):
    """Waits until one of the futures is done, or for so many seconds."""
    if futures:
        wait(futures, seconds, FIRST_COMPLETED)
    else:
        time.sleep(seconds)


def outcome(future):
    """Returns (what a future came to, None), or (None, the exception that it ended with)."""
    error = future.exception()
    return (future.result(), None) if error is None else (None, error)


class Inquiry:
    """One look at all that runs want to know at a moment: in one request, and one more if it is about privileges."""

    def __init__(self, needs, now, rested):
        self.now = now
        self.rested = rested
        self.asking = [(run, need) for run, need in needs.items() if isinstance(need, (Read, Watched, Held))]

    def _of(self, kind):
        return [need for _run, need in self.asking if isinstance(need, kind)]

    def make(self, client, inventory):
        """Asks; returns {key: values} as read_all does, and {key: {privilege: whether it is held}}."""
        asked = {}
        for need in self._of(Held):
            asked.setdefault(need.key, []).extend(need.privileges)
        # What is only watched needs not be read with all the properties that somebody reads of another.
        values = read_all(inventory, joined(self._of(Read)), joined(self._of(Watched)))
        return values, privileges_held(client, asked) if asked else {}

    def answer(self, need, values, held):
        """Returns (whether a need is answered, its answer). Raises the Failure that kept one of its objects from it."""
        if isinstance(need, Held):
            of_one = held.get(need.key, {})
            return True, [of_one.get(privilege, True) for privilege in need.privileges]
        own = {key: values[key] for key in need.objects if key in values}
        for found in own.values():
            if isinstance(found, Failure):
                raise found
        if isinstance(need, Read):
            return True, own
        met = need.met({key: own.get(key) for key in need.objects})
        return bool(met) or self.now >= need.deadline, met or None


def joined(needs):
    """Returns the objects of many needs as one, each object with all the paths that any of them wants."""
    objects = {}
    for need in needs:
        for key, paths in need.objects.items():
            objects[key] = tuple(dict.fromkeys((*objects.get(key, ()), *paths)))
    return objects


class Convoy:
    """Drives many runs side by side, `concurrency` at a time; when one has ended, the next is begun.

    `runs` are generators. `go_on()` is asked before another one is begun; `look()` is called before anything is sent,
    and every LONGEST_PAUSE seconds at least. A failure of what was asked for several runs is each one's own.
    """

    def __init__(self, client, inventory, runs, concurrency, go_on=lambda: True, look=lambda: None,
                 clock=time.monotonic, pause=pause):
        self.client = client
        self.inventory = inventory
        self.waiting = deque(runs)
        self.concurrency = concurrency
        self.go_on = go_on
        self.look = look
        self.clock = clock
        self.pause = pause
        self.needs = {}  # {run: what it needs}
        self.since = {}  # {run: when it began to need that}
        self.under_way = {}  # {run or Inquiry: the future of what was sent for it}
        self.inquiry = None
        self.gap = self.usual = FIRST_PAUSE
        self.not_before = self.looked = -math.inf
        self.answered = clock()
        self.lost = None

    def drive(self):
        """Drives all runs to their ends; those that are not begun when `go_on` says so stay in `waiting`."""
        pools = {Called: ThreadPoolExecutor(CALLERS), Worked: ThreadPoolExecutor(CALLERS),
                 Inquiry: ThreadPoolExecutor(1)}
        try:
            while self._begin():
                self._send(pools)
                self.pause(list(self.under_way.values()), max(0, min(self._due() - self.clock(), LONGEST_PAUSE)))
                self._take()
            self.look()
        finally:
            # Only a fleet that is interrupted leaves anything: what has not been sent never is, calls that have are
            # answered before the session ends, and work ends when the client is closed.
            for future in self.under_way.values():
                future.cancel()
            for kind, pool in pools.items():
                pool.shutdown(wait=kind is not Worked or not self.under_way)

    def _begin(self):
        """Begins as many runs as there is room for; tells whether any is under way."""
        while self.waiting and len(self.needs) < self.concurrency and self.go_on():
            self._go_on(self.waiting.popleft())
        return bool(self.needs)

    def _go_on(self, run, answer=None, error=None):
        try:
            if error is None:
                need = run.send(answer)
            else:
                need = run.throw(error.copy() if isinstance(error, Failure) else error)
        except StopIteration:
            self.needs.pop(run, None)
            self.since.pop(run, None)
        else:
            self.needs[run], self.since[run] = need, self.clock()

    def _send(self, pools):
        """Sends the calls and the work that are not yet under way, and an inquiry if its time has come."""
        now = self.clock()
        fresh = [(run, need) for run, need in self.needs.items()
                 if isinstance(need, (Called, Worked)) and run not in self.under_way]
        due = now >= self._due()
        if fresh or due or now - self.looked >= LONGEST_PAUSE:
            self.looked = now
            self.look()
        for run, need in fresh:
            self.under_way[run] = pools[type(need)].submit(need.make, self.client)
        if due:
            self.inquiry = Inquiry(self.needs, now, rested=now >= self.answered + self.gap)
            self.under_way[self.inquiry] = pools[Inquiry].submit(self.inquiry.make, self.client, self.inventory)

    def _due(self):
        """Returns when the next inquiry is to be sent: never, while there is one under way or nothing to ask."""
        if self.inquiry:
            return math.inf
        asking = [need for need in self.needs.values() if isinstance(need, (Read, Watched, Held))]
        if not asking:
            return math.inf
        deadlines = [need.deadline for need in asking if isinstance(need, Watched)]
        wanted = self.answered + self.gap if len(deadlines) == len(asking) else -math.inf
        return max(self.not_before, min([wanted, *deadlines]))

    def _take(self):
        """Has those runs go on that something has come for."""
        for asked_for, future in list(self.under_way.items()):
            if future.done():
                del self.under_way[asked_for]
                if asked_for is self.inquiry:
                    self._tell(*outcome(future))
                else:
                    self.gap = self.usual
                    self._go_on(asked_for, *outcome(future))

    def _tell(self, answers, error):
        """Has those runs go on that an inquiry has answered; a server out of reach is asked again for a while."""
        inquiry, self.inquiry = self.inquiry, None
        self.answered = now = self.clock()
        if isinstance(error, TransportError) and error.retryable:
            self.lost = self.lost or inquiry
            if now < self.lost.now + PATIENCE:
                self.not_before = now + LONGEST_PAUSE
                return
        self.lost = None
        took = []
        for run, need in inquiry.asking:
            done, answer, failure = self._answer(inquiry, need, answers, error)
            if done and isinstance(need, Watched):
                took.append(now - self.since[run])
            if done:
                self._go_on(run, answer, failure)
        if took:
            self.usual = min(max(PART * min(took), FIRST_PAUSE), LONGEST_PAUSE)
        self.gap = self.usual if took else min(self.gap * SLOWER, LONGEST_PAUSE)
        # What is seen to have ended is read at once, to make room for others; what that shows waits for the next pair.
        self.not_before = now if inquiry.rested else now + self.gap

    @staticmethod
    def _answer(inquiry, need, answers, error):
        """Returns whether a run can go on, with which answer, or with which exception."""
        if error is None:
            try:
                return (*inquiry.answer(need, *answers), None)
            except Exception as own:  # also what is odd about the values of one: it must not keep the others waiting
                error = own
        return True, None, error
