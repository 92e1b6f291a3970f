# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""VCenter: the registry of managed objects, the clock, the tasks and the notice of changes.

Everything here runs in the one event-loop thread of the server.
"""
from __future__ import annotations

import collections
import dataclasses
import datetime
import itertools

from . import schema
from .events import EventLog
from .fault import Fault
from .index import Index
from .managed_object import escaped_name
from .objects.task import Task

MAX_NAME_LENGTH = 80
# Properties that say what holds what.
_STRUCTURE = frozenset(('parent', 'childEntity', 'vm', 'host', 'resourcePool'))


@dataclasses.dataclass
class Settings:
    """What can be chosen; durations are in seconds."""

    release: str = '8.0.3.0'
    task_seconds: float = 0.0
    guest_seconds: float = 0.0
    session_timeout: float = 1800.0
    task_retention: float = 600.0
    record_replay: bool = True
    page_size: int = 1000
    max_wait_seconds: float = 1800.0


class VCenter:
    """The objects of one server.

    ``events`` is the event log. ``sessions``, ``access`` (users and privileges), ``custom_fields`` and
    ``storage_objects`` (first class disks) are put in by the inventory, as the parts of the managed objects that own
    them. ``files_left`` has the virtual_machine.registration.Files of what has left the inventory, by the paths of
    their configuration files.
    """

    def __init__(self, settings, variants, loop):
        self.settings = settings
        self.variants = variants
        self.loop = loop
        self.files_left = {}
        self.address = None  # host:port of the server, and the SHA-1 thumbprint of its certificate
        self.index = Index()
        self.events = EventLog(self)
        self.sessions = self.access = self.custom_fields = self.storage_objects = self.content = None
        self._objects = {}
        self._by_type = collections.defaultdict(dict)
        self._numbers = collections.defaultdict(itertools.count)
        self._tasks_of = collections.defaultdict(dict)
        self._busy = {}
        self._listeners = {}

    # -- registry ------------------------------------------------------------------------------------------------

    def new_moid(self, prefix):
        """An id that no object has had: 'vm' -> 'vm-41'."""
        return f'{prefix}-{next(self._numbers[prefix]) + 1}'

    def add(self, obj):
        """Make an object known; returns it."""
        self._objects[obj.moid] = obj
        self._by_type[obj.ref['type']][obj.moid] = obj
        self.index.update(obj)
        self._tell(obj, None, structure=True)
        return obj

    def remove(self, obj):
        """Forget an object: whoever asks for it is told ManagedObjectNotFound, whoever waits sees it leave."""
        if self._objects.pop(obj.moid, None) is None:
            return
        del self._by_type[obj.ref['type']][obj.moid]
        self.index.forget(obj)
        self._busy.pop(obj.moid, None)
        obj.removed()
        self._tell(obj, None, structure=True)

    def find(self, moid):
        """The object with that id, or None."""
        return self._objects.get(moid)

    def resolve(self, reference):
        """The object of a wire reference; raises ManagedObjectNotFound."""
        obj = self._objects.get(reference['value'])
        if obj is None or not schema.is_a(obj.ref['type'], reference['type']):
            raise Fault('ManagedObjectNotFound', obj={'_typeName': schema.REFERENCE, 'type': reference['type'],
                                                      'value': reference['value']})
        return obj

    def objects(self, type_name=None):
        """All objects of exactly that type, or of every type, oldest first."""
        return list((self._objects if type_name is None else self._by_type[type_name]).values())

    # -- time ----------------------------------------------------------------------------------------------------

    def now(self):
        """The time as the wire shows it: RFC 3339 in UTC, microseconds, Z."""
        return datetime.datetime.now(datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%S.%fZ')

    def later(self, seconds, callback):
        """Call ``callback()`` after ``seconds``; returns a handle with cancel()."""
        return self.loop.call_later(max(0.0, seconds), callback)

    # -- changes -------------------------------------------------------------------------------------------------

    def changed(self, obj, name=None):
        """Note that property ``name`` (None = any) of an object may have changed, and tell those who wait."""
        if obj.moid in self._objects:
            self.index.update(obj)
            self._tell(obj, name, structure=name in _STRUCTURE)

    def listen(self, listener):
        """Call ``listener(obj, property name or None, whether the inventory tree changed)`` on each change."""
        self._listeners[listener] = None

    def unlisten(self, listener):
        """Undo listen."""
        self._listeners.pop(listener, None)

    def _tell(self, obj, name, structure):
        for listener in list(self._listeners):
            listener(obj, name, structure)

    # -- names ---------------------------------------------------------------------------------------------------

    def check_name(self, name, entity=None):
        """Raise InvalidName for a name that no entity may have."""
        if not name or len(name) > MAX_NAME_LENGTH:
            raise Fault('InvalidName', name=name, entity=entity.ref if entity else None)

    def check_free(self, parent, name, asking=None):
        """Raise DuplicateName when a child of ``parent`` other than ``asking`` has the name."""
        other = self.index.child(parent, escaped_name(name))
        if other is not None and other is not asking:
            raise Fault('DuplicateName', name=name, object=other.ref)

    def nfc_server(self):
        """(host:port, thumbprint) of where export leases have their files, as variants.nfc_urls says."""
        authority, thumbprint = self.address
        return ('*', '') if self.variants.nfc_urls == 'star' else (authority, thumbprint)

    # -- tasks ---------------------------------------------------------------------------------------------------

    def start_task(self, obj, call, work, exclusive=True, shared=False, cancelable=False, seconds=None,
                   entity_name=None, result_type=None):
        """A new Task on ``obj`` for ``call``; ``work()`` is run at its end, see objects/task.py.

        ``exclusive`` tasks exclude each other: raises TaskInProgress. Of these, ``shared`` ones go on beside each
        other, as the clones of one template do. ``seconds`` is the task's duration
        (settings.task_seconds when None), ``entity_name`` replaces the object's name, ``result_type`` is the WSDL
        name of the type of what work() returns (the schema's when None).
        """
        if exclusive:
            self.check_idle(obj, shared)
        duration = self.settings.task_seconds if seconds is None else seconds
        task = Task.start(self, obj, call, work, duration, cancelable, entity_name or obj.get('name'), result_type)
        if exclusive:
            self._busy.setdefault(obj.moid, {})[task] = shared
        return self.add_task(task, obj)

    def add_task(self, task, obj):
        """Make a task on ``obj`` known; returns it."""
        self.add(task)
        self._tasks_of[obj.moid][task.moid] = task
        task.tell_began(obj)
        self.changed(obj, 'recentTask')
        self._tell_task_manager()
        return task

    def check_idle(self, obj, shared=False):
        """Raise TaskInProgress while an exclusive task holds the object; a ``shared`` one minds those only that are
        not shared."""
        for task, is_shared in self._busy.get(obj.moid, {}).items():
            if not (shared and is_shared):
                raise Fault('TaskInProgress', task=task.ref)

    def tasks_of(self, obj):
        """The tasks on an object that are not forgotten yet, oldest first."""
        return list(self._tasks_of.get(obj.moid, {}).values())

    def task_finished(self, task):
        """Called by a task that has ended: its object is free, and it is forgotten after settings.task_retention."""
        self._busy.get(task.entity_moid, {}).pop(task, None)
        self.later(self.settings.task_retention, lambda: self.forget_task(task))

    def forget_task(self, task):
        """Take a task out of recentTask and of the registry."""
        tasks = self._tasks_of.get(task.entity_moid, {})
        tasks.pop(task.moid, None)
        if not tasks:
            self._tasks_of.pop(task.entity_moid, None)
        self.remove(task)
        entity = self.find(task.entity_moid)
        if entity is not None:
            self.changed(entity, 'recentTask')
        self._tell_task_manager()

    def _tell_task_manager(self):
        manager = self.find('TaskManager')
        if manager is not None:
            self.changed(manager, 'recentTask')
