# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""History collectors: a session's window on the tasks or the events that match a filter.

What each method does is told on the API page of HistoryCollector.
"""
from __future__ import annotations

import uuid

from ..fault import Fault, invalid_argument
from ..managed_object import ManagedObject
from .virtual_machine.clock import moment

MAX_COLLECTORS, PAGE_SIZE, MAX_PAGE_SIZE = 32, 10, 1000


class HistoryCollector(ManagedObject):
    """Base of the two; ``items()`` gives [(number, wire value)] of what matches, oldest first, numbers growing."""

    def __init__(self, vcenter, call, filter_spec, items, page_size):
        super().__init__(vcenter, f'session[{call.session.key}]{uuid.uuid4()}', filter=filter_spec)
        self.session = call.session
        self._items, self._page_size = items, page_size
        self._read = 0  # the number of the item after which the scrollable view stands

    @classmethod
    def create(cls, vcenter, call, filter_spec, items, page_size=PAGE_SIZE):
        """A registered collector; raises InvalidState when the session has as many as it may."""
        if sum(isinstance(obj, cls) for obj in call.session.owned.values()) >= MAX_COLLECTORS:
            raise Fault('InvalidState')
        collector = cls(vcenter, call, filter_spec, items, checked_count(page_size))
        call.session.owned[collector.moid] = collector
        return vcenter.add(collector)

    def property_latestPage(self):
        """The newest items, the newest first."""
        return [item for _number, item in reversed(self._items()[-self._page_size:])]

    def SetCollectorPageSize(self, call, maxCount):
        """How many items latestPage has at most."""
        self._page_size = checked_count(maxCount)
        self.changed('latestPage')

    def RewindCollector(self, call):
        """Let the scrollable view begin at the oldest item."""
        self._read = 0

    def ResetCollector(self, call):
        """Let the scrollable view stand just before the latest page."""
        older = self._items()[:-self._page_size]
        self._read = older[-1][0] if older else 0

    def DestroyCollector(self, call):
        """End the collector."""
        self.destroy()

    def destroy(self):
        """End, also with the session."""
        self.session.owned.pop(self.moid, None)
        self.vcenter.remove(self)

    def read_next(self, count):
        """The ``count`` items after the scrollable view's place, which moves behind them."""
        found = [each for each in self._items() if each[0] > self._read][:checked_count(count)]
        if found:
            self._read = found[-1][0]
        return [item for _number, item in found]

    def read_previous(self, count):
        """The ``count`` items before the scrollable view's place, the newest first; it moves before them."""
        found = [each for each in self._items() if each[0] <= self._read][-checked_count(count):]
        if found:
            self._read = found[0][0] - 1
        return [item for _number, item in reversed(found)]


class TaskHistoryCollector(HistoryCollector):
    """Of TaskInfos."""

    def __init__(self, vcenter, *arguments):
        super().__init__(vcenter, *arguments)
        vcenter.listen(self._notice)

    def destroy(self):
        self.vcenter.unlisten(self._notice)
        super().destroy()

    def _notice(self, obj, name, structure):
        if obj.ref['type'] == 'Task':
            self.changed('latestPage')

    def ReadNextTasks(self, call, maxCount):
        """The next newer tasks; none at the end."""
        return self.read_next(maxCount)

    def ReadPreviousTasks(self, call, maxCount):
        """The next older tasks; none at the head."""
        return self.read_previous(maxCount)


class EventHistoryCollector(HistoryCollector):
    """Of Events."""

    def property_initialized(self):
        """It is filled when it is made."""
        return True

    def ReadNextEvents(self, call, maxCount):
        """The next newer events; none at the end."""
        return self.read_next(maxCount)

    def ReadPreviousEvents(self, call, maxCount):
        """The next older events; none at the head."""
        return self.read_previous(maxCount)


def checked_count(count):
    """The number of items of a page; raises InvalidArgument for one that no page may have."""
    if not 0 < count <= MAX_PAGE_SIZE:
        raise invalid_argument('maxCount')
    return count


def in_place(spec, subject, places, root):
    """Whether an item about the entity with the moid ``subject`` (None: the vCenter itself), in ``places``, matches a
    filter's `entity` (None matches everything)."""
    if spec is None:
        return True
    wanted = spec['entity']['value']
    is_self = wanted == (subject or root)
    inside = wanted == root or wanted in places
    return {'self': is_self, 'all': inside, 'children': inside and not is_self}[spec['recursion']]


def in_time(spec, text):
    """Whether a wire time (None: not yet) matches a filter's `time`."""
    if text is None:
        return False
    return ('beginTime' not in spec or moment(spec['beginTime']) <= moment(text)) and (
        'endTime' not in spec or moment(text) <= moment(spec['endTime']))


def by_user(spec, name):
    """Whether a user name, DOMAIN\\account or '' for the system, matches a filter's `userName`."""
    if not name:
        return spec['systemUser']
    account = name.rpartition('\\')[2].lower()
    return 'userList' not in spec or any(
        account == one.rpartition('\\')[2].partition('@')[0].lower() for one in spec['userList'])
