# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""EventManager: the event log as clients see it."""
from __future__ import annotations

from .. import events, schema
from ..fault import Fault, invalid_argument
from ..managed_object import ManagedObject
from .history_collector import (
    MAX_COLLECTORS,
    MAX_PAGE_SIZE,
    PAGE_SIZE,
    EventHistoryCollector,
    by_user,
    checked_count,
    in_place,
    in_time,
)

# Filters by what this server does not have.
NOT_DONE = ('alarm', 'scheduledTask', 'tag', 'auditable', 'auditId')


class EventManager(ManagedObject):
    """Reads the log, and takes the events of clients."""

    def __init__(self, vcenter, moid):
        super().__init__(vcenter, moid, maxCollector=MAX_COLLECTORS)
        vcenter.events.listeners[self._notice] = None

    def property_description(self):
        """The EventDescription, with the categories and the kinds of events that this server logs."""
        categories = [{'_typeName': 'ElementDescription', 'key': key, 'label': key.capitalize(), 'summary': key}
                      for key in ('info', 'warning', 'error', 'user')]
        return {'_typeName': 'EventDescription', 'category': categories, 'eventInfo': [
            {'_typeName': 'EventDescriptionEventDetail', 'key': kind, 'description': kind, 'category': category,
             'formatOnDatacenter': text, 'formatOnComputeResource': text, 'formatOnHost': text, 'formatOnVm': text,
             'fullFormat': text} for kind, (category, text) in events.KINDS.items()]}

    def property_latestEvent(self):
        """The newest event."""
        log = self.vcenter.events.entries
        return log[-1].event if log else None

    def QueryEvents(self, call, filter, eventViewSpec=None):  # noqa: A002  the parameter's wire name
        """The newest events that match, at most filter.maxCount or 1000, the oldest first."""
        self._check(filter)
        return [event for _key, event in self._matching(filter)][-checked_count(filter.get('maxCount')
                                                                                or MAX_PAGE_SIZE):]

    def CreateCollectorForEvents(self, call, filter):  # noqa: A002  the parameter's wire name
        """An EventHistoryCollector of the session; raises InvalidState when it has 32 already."""
        self._check(filter)
        return EventHistoryCollector.create(self.vcenter, call, filter, lambda: self._matching(filter),
                                            filter.get('maxCount') or PAGE_SIZE).ref

    def PostEvent(self, call, eventToPost, taskInfo=None):
        """Log a client's event, under a key and a time of this server; raises InvalidEvent for one that names an
        object which is not there."""
        log = self.vcenter.events
        key, vm = log.new_key(), eventToPost.get('vm')
        subject = self.vcenter.find(vm['vm']['value']) if vm else None
        if vm and subject is None:
            raise Fault('InvalidEvent')
        log.add({**eventToPost, 'key': key, 'chainId': taskInfo['eventChainId'] if taskInfo else key,
                 'createdTime': self.vcenter.now(), 'userName': call.session.user_name}, subject)

    def LogUserEvent(self, call, entity, msg):
        """Log a GeneralUserEvent on an entity."""
        subject = self.vcenter.resolve(entity)
        call.require('Global.LogEvent', subject)
        named = {'_typeName': 'ManagedEntityEventArgument', 'name': subject.get('name'), 'entity': subject.ref}
        self.vcenter.events.post('GeneralUserEvent', subject, message=msg, entity=named)

    def _check(self, spec):
        unknown = [member for member in NOT_DONE if member in spec]
        if unknown:
            raise Fault('NotSupported', text=f'Not supported by this server: {", ".join(unknown)}.')
        if spec.get('maxCount', 0) < 0:
            raise invalid_argument('filter.maxCount')
        if 'entity' in spec:
            self.vcenter.resolve(spec['entity']['entity'])

    def _matching(self, spec):
        root = self.vcenter.find('ServiceInstance').property_content()['rootFolder']['value']
        return [(entry.event['key'], _shown(entry.event, spec)) for entry in self.vcenter.events.entries
                if in_place(spec.get('entity'), entry.subject, entry.places, root) and _matches(entry.event, spec)]

    def _notice(self):
        self.changed('latestEvent')
        for collector in self.vcenter.objects('EventHistoryCollector'):
            collector.changed('latestPage')


def _shown(event, spec):
    if not spec.get('disableFullMessage'):
        return event
    return {member: value for member, value in event.items() if member != 'fullFormattedMessage'}


def _matches(event, spec):
    kind = event['_typeName']
    names = {kind, f'vim.event.{kind}', event.get('eventTypeId')}
    category = events.KINDS.get(kind, ('info',))[0]
    return (
        ('time' not in spec or in_time(spec['time'], event['createdTime']))
        and ('userName' not in spec or by_user(spec['userName'], event['userName']))
        and spec.get('eventChainId') in (None, event['chainId'])
        and ('category' not in spec or category in spec['category'])
        and (not spec.get('type') or any(schema.is_a(kind, wanted) for wanted in spec['type']))
        and (not spec.get('eventTypeId') or any(wanted in names for wanted in spec['eventTypeId'])))
