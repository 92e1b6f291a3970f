# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Watching managed objects until something is true of them: a task, a power state, a question, or a thousand of these.

Knows the property collector; knows no virtual machine, no task and no Ansible.
Source: the API pages of PropertyCollector (WaitForUpdatesEx) and PropertyFilter.
"""

from __future__ import annotations

import time

from . import wire
from .faults import Failure, Fault
from .retrieval import first_page, next_page, property_filter

LONGEST_POLL = 60  # seconds that one WaitForUpdatesEx may take; longer ones meet the idle limits of proxies
PAUSE = 0.5  # seconds between two looks at a server that does not make them wait
# What the server says of a collector, a filter or a version that died with its session, which is made anew then.
LOST_WATCH = ('ManagedObjectNotFound', 'InvalidCollectorVersion', 'RequestCanceled', 'NotAuthenticated')


class Watch:
    """The current values of some properties of some objects, kept by the server's long poll.

    `objects` maps (type, moid) to property paths. `values` maps (type, moid) to {path: value}, to None if it is gone.
    Costs two requests to begin and one for each look. Each watch has a collector of its own, since workers that
    share a session must not take each other's updates; the collector is lent by the client's keeper, and its old filter
    replaced, not left behind.
    """

    def __init__(self, client, objects, clock=time.monotonic, pause=time.sleep):
        self.client = client
        self.pause = pause
        self.objects = objects
        self.values = {key: {} for key in objects}
        self.clock = clock
        self.version = ''

    def until(self, met, deadline):
        """Looks until `met(values)` returns something true, and returns that; None when the clock passes `deadline`."""
        with self.client.keeper.leased_collector() as lease:
            for _again in range(3):
                try:
                    return self._until(lease, met, deadline)
                except Fault as fault:
                    if fault.name not in LOST_WATCH or self._is_of_watched(fault):
                        raise
                    lease.clear()
            return self._until(lease, met, deadline)

    def _is_of_watched(self, fault):
        lost = fault.details.get('obj') or {}
        return (lost.get('type'), lost.get('value')) in self.objects

    def _until(self, lease, met, deadline):
        collector = self._begin(lease)
        left, idle = float('inf'), False
        while True:
            left, earlier = deadline - self.clock(), left
            if idle and earlier - left < PAUSE:
                # It said at once that there is nothing new; a vCenter waits until it has something to say.
                self.pause(PAUSE)
            seconds = 0 if self.version == '' else max(0, min(LONGEST_POLL, int(left + 0.999)))
            before = str(self.values)
            self._take(self.client.call(
                collector, 'WaitForUpdatesEx', repeatable=True, wait=seconds, version=self.version,
                options=wire.data('WaitOptions', maxWaitSeconds=seconds)))
            found = met(self.values)
            if found or left <= 0:
                return found or None
            idle = seconds and before == str(self.values)

    def _begin(self, lease):
        self.version = ''
        if lease.get('session') != self.client.session.token:
            lease.clear()
        if lease.get('filter'):
            self.client.call(lease.pop('filter'), 'DestroyPropertyFilter')
        if not lease.get('collector'):
            lease['collector'] = self.client.call(self.client.service('propertyCollector'), 'CreatePropertyCollector')
            lease['session'] = self.client.session.token
        wanted = property_filter(self.objects, reportMissingObjectsInResults=True)
        lease['filter'] = self.client.call(lease['collector'], 'CreateFilter', spec=wanted, partialUpdates=False)
        return lease['collector']

    def _take(self, update):
        if not update:
            return
        self.version = update.get('version') or self.version
        filters = update.get('filterSet') or []
        for each in (one for updates in filters for one in updates.get('missingSet') or []):
            self.values[wire.key_of(each['obj'])] = None
        for each in (one for updates in filters for one in updates.get('objectSet') or []):
            key = wire.key_of(each['obj'])
            if each.get('kind') == 'leave':
                self.values[key] = None
                continue
            known = self.values.get(key) or {}
            known.update({change['name']: wire.unboxed(change.get('val')) for change in each.get('changeSet') or []})
            self.values[key] = known


class Poll:
    """The same by reading again and again, for a server that has no long poll, or none of one's own."""

    def __init__(self, client, objects, clock=time.monotonic, pause=time.sleep):
        self.client = client
        self.objects = objects
        self.clock = clock
        self.pause = pause

    def until(self, met, deadline):
        """Reads until `met(values)` returns something true, and returns that; None when the clock passes `deadline`."""
        while True:
            left = deadline - self.clock()
            found = met(self._values())
            if found or left <= 0:
                return found or None
            self.pause(min(PAUSE, left))

    def _values(self):
        values = dict.fromkeys(self.objects)
        page = first_page(self.client, [property_filter(self.objects, reportMissingObjectsInResults=True)])
        while page:
            values.update((wire.key_of(each['obj']), wire.retrieved(each)) for each in page.get('objects') or [])
            page = next_page(self.client, page)
        return values


def watch(client, objects, met, deadline):
    """Waits as Watch.until does, by a Poll where the server has no property filters."""
    watched = Watch(client, objects)
    try:
        return watched.until(met, deadline)
    except Failure as failure:
        if not failure.is_unknown_call and failure.name != 'InvalidProperty':
            raise
    return Poll(client, objects).until(met, deadline)
