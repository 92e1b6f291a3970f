# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The event log: what happened, to which object, and who caused it.

Tasks and what a guest does later run in the context in which they were begun, so an event knows its cause without
being told.
"""
from __future__ import annotations

import collections
import contextvars
import itertools
import typing

from . import schema

KEPT = 10000
# Event type -> (category, what the log says after the entity's name).
KINDS = {
    'BadUsernameSessionEvent': ('error', 'cannot log in from {ipAddress}'),
    'CustomFieldValueChangedEvent': ('info', 'has {name} = {value}'),
    'GeneralUserEvent': ('user', '{message}'),
    'TaskEvent': ('info', 'task {info[descriptionId]}'),
    'UserLoginSessionEvent': ('info', 'logged in from {ipAddress}'),
    'UserLogoutSessionEvent': ('info', 'logged out'),
    'VmAcquiredMksTicketEvent': ('info', 'gave a console ticket'),
    'VmAcquiredTicketEvent': ('info', 'gave a {ticketType} ticket'),
    'VmBeingClonedEvent': ('info', 'is being cloned to {destName}'),
    'VmClonedEvent': ('info', 'is a clone of {sourceVm[name]}'),
    'VmCreatedEvent': ('info', 'was created'),
    'VmEndRecordingEvent': ('info', 'ended its recording'),
    'VmEndReplayingEvent': ('info', 'ended its replay'),
    'VmFaultToleranceTurnedOffEvent': ('info', 'is not fault tolerant any more'),
    'VmGuestRebootEvent': ('info', 'guest is asked to reboot'),
    'VmGuestShutdownEvent': ('info', 'guest is asked to shut down'),
    'VmGuestStandbyEvent': ('info', 'guest is asked to stand by'),
    'VmMessageEvent': ('warning', 'asks: {message}'),
    'VmMigratedEvent': ('info', 'was migrated from host {sourceHost[name]}'),
    'VmPoweredOffEvent': ('info', 'is powered off'),
    'VmPoweredOnEvent': ('info', 'is powered on'),
    'VmReconfiguredEvent': ('info', 'was reconfigured'),
    'VmRegisteredEvent': ('info', 'was registered'),
    'VmReloadFromPathEvent': ('info', 'was reloaded from {configPath}'),
    'VmRelocatedEvent': ('info', 'was relocated from host {sourceHost[name]}'),
    'VmRemovedEvent': ('info', 'was removed from the inventory'),
    'VmRenamedEvent': ('info', 'was named {oldName} before'),
    'VmResettingEvent': ('info', 'is reset'),
    'VmResumingEvent': ('info', 'is resuming'),
    'VmSecondaryAddedEvent': ('info', 'got a secondary'),
    'VmSecondaryDisabledEvent': ('info', 'has its secondary disabled'),
    'VmSecondaryEnabledEvent': ('info', 'has its secondary enabled'),
    'VmStartRecordingEvent': ('info', 'began to record'),
    'VmStartReplayingEvent': ('info', 'began to replay'),
    'VmStartingEvent': ('info', 'is starting'),
    'VmStoppingEvent': ('info', 'is stopping'),
    'VmSuspendedEvent': ('info', 'is suspended'),
    'VmSuspendingEvent': ('info', 'is being suspended'),
    'VmUpgradeCompleteEvent': ('info', 'has hardware version {version}'),
    'VmUuidChangedEvent': ('info', 'has another BIOS UUID: {newUuid}'),
}
# Entity type -> (member of Event, type of its argument, the argument's member).
_ARGUMENTS = {
    'VirtualMachine': ('vm', 'VmEventArgument', 'vm'),
    'HostSystem': ('host', 'HostEventArgument', 'host'),
    'ComputeResource': ('computeResource', 'ComputeResourceEventArgument', 'computeResource'),
    'ClusterComputeResource': ('computeResource', 'ComputeResourceEventArgument', 'computeResource'),
    'Datacenter': ('datacenter', 'DatacenterEventArgument', 'datacenter'),
    'Datastore': ('ds', 'DatastoreEventArgument', 'datastore'),
    'Network': ('net', 'NetworkEventArgument', 'network'),
}
# (user name, chain id or None) of what runs now.
CAUSE = contextvars.ContextVar('cause', default=('', None))


class Entry(typing.NamedTuple):
    """An event, the moid of the entity that it is about (None for a session's), and those of all that hold it."""

    event: dict
    subject: str | None
    places: frozenset


class EventLog:
    """The newest KEPT events, oldest first; ``listeners`` are called without arguments after each new one."""

    def __init__(self, vcenter):
        self._vcenter, self._keys = vcenter, itertools.count(1)
        self.entries = collections.deque(maxlen=KEPT)
        self.listeners = {}

    def new_key(self):
        """The key of an event that will be posted; it serves as the id of a chain of events."""
        return next(self._keys)

    def post(self, kind, subject=None, key=None, user=None, **fields):
        """Note an event of type ``kind`` about a managed entity, by whoever caused what runs now; returns it.

        ``fields`` are the members that the kind adds to Event, ``user`` is who did it; with a ``key`` of its own the
        event begins a chain.
        """
        cause, chain = CAUSE.get()
        key, chain = (key, key) if key else (self.new_key(), chain)
        event = {'_typeName': kind, 'key': key, 'chainId': chain or key, 'createdTime': self._vcenter.now(),
                 'userName': user or cause, **arguments(subject), **fields}
        if schema.is_a(kind, 'VmEvent'):
            event['template'] = subject.is_template
        self.add(event, subject)
        return event

    def add(self, event, subject):
        """Note a whole event; it gets its message unless it has one."""
        text = KINDS.get(event['_typeName'], ('info', event['_typeName']))[1].format(**event)
        name = subject.get('name') if subject is not None else event['userName']
        self.entries.append(Entry({'fullFormattedMessage': f'{name} {text}', **event},
                                  subject and subject.moid, places(subject)))
        for listener in list(self.listeners):
            listener()


def argument(entity):
    """The EventArgument that names an entity."""
    kind = entity.ref['type']
    _name, argument_type, member = _ARGUMENTS.get(kind, (None, f'{kind}EventArgument', kind[0].lower() + kind[1:]))
    return {'_typeName': argument_type, 'name': entity.get('name'), member: entity.ref}


def arguments(subject):
    """Event's members that say where an entity is, from it up to the datacenter."""
    found = {}
    for entity in _around(subject):
        if entity.ref['type'] in _ARGUMENTS:
            found.setdefault(_ARGUMENTS[entity.ref['type']][0], argument(entity))
    return found


def places(subject):
    """The moids of an entity and of all that it is in: folders, its host, its pool."""
    return frozenset(entity.moid for entity in _around(subject))


def _around(subject):
    if subject is None:
        return
    yield from subject.ancestors()
    if subject.ref['type'] == 'VirtualMachine':
        for reference in (subject.host, subject.get('resourcePool')):
            holder = reference and subject.vcenter.find(reference['value'])
            if holder is not None:
                yield from holder.ancestors()
