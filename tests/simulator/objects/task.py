# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Task: queued, running with progress, then success or error."""
from __future__ import annotations

import contextvars
import logging
import time

from .. import events, schema, wire
from ..fault import Fault
from ..managed_object import ExtensibleManagedObject

PROGRESS_STEPS = 10
_LOGGER = logging.getLogger(__name__)


class Task(ExtensibleManagedObject):
    """What runs on an entity for a while.

    ``work()`` is called when the time is over; it returns the result in wire form or raises the task's Fault. A task
    of an extension (TaskManager.CreateTask) has no work: SetTaskState ends it.
    """

    def __init__(self, vcenter, moid, entity, info, work, result_type, owner):
        super().__init__(vcenter, moid)
        self.entity_moid = entity.moid
        self.places = events.places(entity) if hasattr(entity, 'ancestors') else frozenset()
        self.owner = owner  # the user who started it
        self.ended = False
        self._info, self._work, self._result_type = info, work, result_type
        self._timer, self._suspended = None, False
        self._duration, self._elapsed, self._since = 0.0, 0.0, None
        self._fault = None

    @classmethod
    def start(cls, vcenter, entity, call, work, seconds, cancelable, entity_name, result_type=None):
        """A task that begins at the loop's next turn and ends ``seconds`` later."""
        method = call.method
        declared = method.task_result if result_type is None else schema.find(result_type)
        owner, _dot, what = method.description_id.partition('.')
        # A method that the entity inherits is described by the entity's own type.
        owner = entity.ref['type'] if schema.is_a(entity.ref['type'], owner) else owner
        info = cls.new_info(vcenter, entity, entity_name, cancelable, call.session.user_name,
                            f'{schema.described(owner)}.{what}')
        info['name'] = method.name
        task = cls(vcenter, info['key'], entity, info, work, declared, call.user)
        task._fault, task._duration = call.task_fault, seconds
        context = contextvars.copy_context()
        context.run(events.CAUSE.set, (call.session.user_name, info['eventChainId']))
        vcenter.loop.call_soon(task._begin, context=context)
        return task

    @classmethod
    def new_info(cls, vcenter, entity, entity_name, cancelable, user_name, description_id):
        """The TaskInfo of a task that is queued."""
        moid = vcenter.new_moid('task')
        info = {
            '_typeName': 'TaskInfo', 'key': moid,
            'task': {'_typeName': schema.REFERENCE, 'type': 'Task', 'value': moid},
            'descriptionId': description_id, 'state': 'queued', 'cancelled': False, 'cancelable': cancelable,
            'reason': {'_typeName': 'TaskReasonUser', 'userName': user_name}, 'queueTime': vcenter.now(),
            'eventChainId': vcenter.events.new_key(),
        }
        if schema.is_a(entity.ref['type'], 'ManagedEntity'):
            info.update(entity=entity.ref, entityName=entity_name or '')
        return info

    def tell_began(self, entity):
        """Note the task in the event log, under the id of the chain of its events."""
        key = self._info['eventChainId']
        subject = entity if hasattr(entity, 'ancestors') else None
        self.vcenter.events.post('TaskEvent', subject, key=key, user=self._info['reason']['userName'], info=self._info)

    def property_info(self):
        """The TaskInfo; its error is flat, or wrapped as older clients know it (variants.task_error)."""
        error = self._info.get('error')
        if error is None or self.vcenter.variants.task_error == 'flat':
            return self._info
        flat = {name: value for name, value in error.items() if name != 'faultstring'}
        return {**self._info, 'error': {'_typeName': 'LocalizedMethodFault', 'fault': flat,
                                        'localizedMessage': error['faultstring']}}

    def suspend(self):
        """Stop the clock of the task, which stays running, until resume()."""
        self._suspended = True
        if self._timer is not None:
            self._stop_clock()

    def resume(self):
        """Let a suspended task go on."""
        self._suspended = False
        if self._info['state'] == 'running' and not self.ended:
            self._run()

    def hurry(self):
        """Let the task end at once, whatever time it would take."""
        self._duration = 0.0
        if self._timer is not None:
            self._stop_clock()
            self._run()

    def fail(self, fault):
        """Let a suspended task end with a Fault."""
        self._fault = fault
        self.resume()

    def advance(self, percent):
        """Tell how far a suspended task is."""
        if not self.ended:
            self._update(progress=percent)

    def CancelTask(self, call):
        """Ask the task to stop; it ends soon with RequestCanceled.

        Raises NotSupported when it cannot be cancelled, InvalidState when it has ended or was cancelled already.
        """
        if call.user is not self.owner:
            call.require('Global.CancelTask', self)
        if self.ended or self._info['cancelled']:
            raise Fault('InvalidState')
        if not self._info['cancelable']:
            raise Fault('NotSupported')
        self._update(cancelled=True)
        self.vcenter.loop.call_soon(self._cancel)

    def SetTaskState(self, call, state, result=None, fault=None):
        """Set the state of an extension's task; raises InvalidState for one that has ended or that the server runs."""
        self._check_extension_task()
        if state == 'running':
            self._update(state=state, startTime=self.vcenter.now())
        elif state in ('success', 'error'):
            text = (fault or {}).get('faultstring') or 'A general system error occurred.'
            error = {'_typeName': 'MethodFault', 'faultstring': text, **(fault or {})}
            outcome = {'result': result} if state == 'success' else {'error': error}
            self._end(state, {name: value for name, value in outcome.items() if value is not None})

    def UpdateProgress(self, call, percentDone):
        """Set the progress of a running extension's task in percent."""
        self._check_extension_task()
        if self._info['state'] != 'running':
            raise Fault('InvalidState')
        if not 0 <= percentDone <= 100:
            raise Fault('InvalidArgument', invalidProperty='percentDone')
        self._update(progress=percentDone)

    def SetTaskDescription(self, call, description):
        """Set the description (a LocalizableMessage) of an extension's task."""
        self._check_extension_task()
        self._update(description=description)

    def _check_extension_task(self):
        if self.ended or self._work is not None:
            raise Fault('InvalidState')

    def _begin(self):
        if self.ended:
            return
        self._update(state='running', startTime=self.vcenter.now(), progress=0)
        if not self._suspended:
            self._run()

    def _run(self):
        left = self._duration - self._elapsed
        if left <= 0:
            self._finish()
            return
        self._since = time.monotonic()
        self._timer = self.vcenter.later(min(left, self._duration / PROGRESS_STEPS), self._step)

    def _stop_clock(self):
        self._timer.cancel()
        self._timer = None
        self._elapsed += time.monotonic() - self._since

    def _step(self):
        self._stop_clock()
        self._update(progress=min(99, int(100 * self._elapsed / self._duration)))
        self._run()

    def _finish(self):
        try:
            if self._fault is not None:
                raise self._fault
            result = self._work()
        except Fault as fault:
            self._end('error', {'error': fault.wire()})
        except Exception as error:  # a slip in a managed object must not leave the task running for ever
            _LOGGER.exception('%s of %s', self._info.get('name'), self.entity_moid)
            self._end('error', {'error': Fault('SystemError', reason=f'{type(error).__name__}: {error}').wire()})
        else:
            self._end('success', {} if result is None else {'result': wire.box(result, self._result_type)})

    def _cancel(self):
        if not self.ended:
            if self._timer is not None:
                self._stop_clock()
            self._end('error', {'error': Fault('RequestCanceled').wire()})

    def _end(self, state, outcome):
        self.ended = True
        info = {name: value for name, value in self._info.items() if name != 'progress'}
        self._info = {**info, 'state': state, 'completeTime': self.vcenter.now(), **outcome}
        self.vcenter.task_finished(self)
        self.changed('info')

    def _update(self, **members):
        self._info = {**self._info, **members}
        self.changed('info')
