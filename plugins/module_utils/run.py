# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One run of an operation on one target: decides, takes the steps, waits, reads again.

A generator of needs (needs.py), so that one run and a thousand go the same way. Knows no Ansible.
"""

from __future__ import annotations

import time

from . import tasks, wire
from .decision import Change, Facts, in_sequence
from .driving import drive
from .faults import Failure, Fault, TransportError, WaitTimeout
from .forecast import foretell, taken
from .lost_call import task_begun
from .needs import Read, call_of, recent_tasks, until_ended, until_free
from .options import TASK
from .respondent import Respondent
from .vcenter import Vcenter
from .virtual_machine import VirtualMachine

NOTHING = object()  # what a step leads to that the server had nothing to do for
FRESH = 60  # seconds after which what was read of a VM is too old to decide by
DEFAULT_TIMEOUT = TASK.spec['timeout']['default']
# What the server says no more of than that it is not supported.
TEMPLATE = 'It is a template: make a virtual machine of it with vsphere.vm.template first, or work on a clone of it.'


class Run:
    """One run. What it finds and does goes into `report` as it happens, so that a failure loses nothing.

    `found` is the target as Inventory.virtual_machine returns it, if it is known already.
    """

    def __init__(self, operation, client, inventory, params, check_mode, found=None):
        self.operation = operation
        self.client = client
        self.inventory = inventory
        self.params = params
        self.check_mode = check_mode
        self.report = {'changed': False}
        self.properties = operation.paths(params)
        self.vm = self.subject = None
        self.target = self.found = found
        self.found_at = time.monotonic()
        self.respondent = None
        self.stale = self.gone = False

    def flow(self):
        """Decides and applies what was decided, as a generator of needs; a failure ends up in the report."""
        try:
            yield from self._refresh()
            self._look_up()
            decision = self._decide()
            if isinstance(decision, Facts):
                if decision.awaited and not self.check_mode:
                    yield from self._reach(decision.awaited)
                    yield from self._read_again()
                    decision = self._decide()
                self._tell(decision.facts)
                self.report.update(decision.beside)
                return
            if decision.differs and not self.check_mode and self.respondent.pending():
                yield from self._clear_the_way()
                decision = self._decide()
            self._tell(decision.before)
            if decision.differs:
                yield from self._carry_out(decision)
        except Failure as failure:
            failure.vm = failure.vm or (self.vm and {'moid': self.vm.moid, 'name': self.vm.name})
            self.report.update(failure.as_result())

    # -- the subject and what is told of it

    def _refresh(self):
        """Reads anew what was found before, if that is long ago: a fleet's last ones wait for their turn."""
        if self.found and time.monotonic() - self.found_at > FRESH:
            ref, _properties, names = self.found
            read = yield Read({wire.key_of(ref): self.properties})
            if wire.key_of(ref) not in read:
                raise self.inventory.no_virtual_machine({'moid': ref['value']})
            self.found = ref, read[wire.key_of(ref)], names

    def _look_up(self):
        self.vm = None
        if self.operation.targets_vm:
            found, self.found = self.found, None
            found = found or self.inventory.virtual_machine(self.params, self.properties, self.operation.related)
            if found is None and self.operation.absent is None:
                raise self.inventory.no_virtual_machine(self.params)
            self.vm = found and VirtualMachine(*found, self.inventory)
        self.respondent = Respondent(self.vm, self.params.get('question_answers'))
        self.subject = self.vm or Vcenter(self.client, self.inventory)
        self.subject.read = lambda step: drive(self.client, self.inventory, self._take(step))
        self.subject.tell = self._tell

    def _decide(self):
        decide = self.operation.decide if self.vm or not self.operation.targets_vm else self.operation.absent
        return decide(self.subject, self.params)

    def _tell(self, facts):
        if self.operation.targets_vm:
            self.report['vm'] = {**({'moid': self.vm.moid, 'name': self.vm.name} if self.vm else {}), **facts}
        else:
            self.report.update(facts)

    # -- applying

    def _clear_the_way(self):
        """Answers the question that was pending before, and reads the VM anew when what it held up has ended."""
        yield from self.respondent.answer(self.respondent.pending())
        self.report.update(changed=True, operation='AnswerVM')
        held_up = yield from recent_tasks(self.vm.ref)
        yield from until_ended(held_up, time.monotonic() + self.params['timeout'])
        yield from self._read_again()

    def _carry_out(self, decision):
        self.report['diff'] = {'before': decision.before, 'after': decision.after}
        if self.check_mode:
            yield from self._foretell(decision)
            self.report['changed'] = True
            return
        yield from self._apply(decision)
        if isinstance(decision, Change) and self.params.get('wait', True):
            if self.vm is None:
                self._look_up()
            elif self.stale:
                yield from self._read_again()
            told = dict(self.report)
            reached = decision.after if self.gone else self._decide().before
            # What deciding has read by itself is not what was done.
            self.report.update(told)
            self._tell(reached)
            self.report['diff']['after'] = reached

    def _foretell(self, decision):
        self.respondent.foretell()
        steps = [step for step, _last in in_sequence(decision.steps)]
        yield from foretell(steps, self.vm)
        if steps:
            self.report['operation'] = taken(steps[-1], self.vm).method

    def _apply(self, decision):
        """Takes the steps of a decision in turn."""
        steps = in_sequence(decision.steps)
        try:
            step, last = next(steps)
            while True:
                answer = yield from self._take_or_else(step, wait=not last or self.params.get('wait', True))
                if answer is NOTHING:
                    answer = None
                else:
                    self.report['changed'] = True
                if answer is not None:
                    self.report['result'] = wire.plain(answer)
                step, last = steps.send(answer)
        except StopIteration:
            return

    def _take_or_else(self, step, wait):
        try:
            return (yield from self._take(step, wait))
        except Failure as failure:
            if failure.name in step.done_by:
                return NOTHING
            if step.instead is None or failure.name not in step.unless:
                raise
            return (yield from self._take(step.instead, wait))

    def _take(self, step, wait=True):
        """Makes the call of a step and waits until its work is done; returns the answer, or the result of its task."""
        free_until = time.monotonic() + self.params.get('busy_timeout', 0)
        while True:
            try:
                return (yield from self._call(step, wait))
            except Failure as failure:
                failure.operation = failure.operation or step.method
                failure.hint = step.hints.get(failure.name, failure.hint)
                if failure.name == 'NotSupported' and self.vm and self.vm['config.template']:
                    failure.hint = TEMPLATE
                if failure.name != 'TaskInProgress' or time.monotonic() >= free_until:
                    raise
                yield from until_free(failure, free_until)

    def _call(self, step, wait):
        try:
            answer = yield call_of(step)
        except TransportError as error:
            answer = yield from task_begun(step, error, self.vm)
        self.stale = True
        self.report['operation'] = step.method
        if isinstance(answer, dict) and answer.get('type') == 'Task':
            return (yield from self._task(step, answer, wait))
        if step.reached and wait:
            yield from self._reach(step)
        return answer

    def _reach(self, step):
        paths, done = step.reached
        key = wire.key_of(step.target)
        yield from self._wait({key: paths}, lambda values: values[key] is None or done(values[key]), step)

    def _task(self, step, ref, wait):
        key = wire.key_of(ref)
        self.report['task'] = {'moid': ref['value'], 'operation': step.method, 'state': 'running'}
        if not wait:
            return None
        try:
            yield from self._wait({key: (tasks.TASK_STATE,)}, lambda values: tasks.ended(values, [key]), step)
            info = yield from self._read_again(ref)
        except Failure as failure:
            # Whatever kept this run from seeing its end, the task was begun.
            self.report['changed'] = True
            failure.task = failure.task or ref['value']
            raise
        self.report['task'] = tasks.summary(info)
        if info['state'] == 'error':
            raise tasks.task_error(info, step.method)
        return wire.unboxed(info.get('result'))

    def _wait(self, objects, done, step):
        """Waits for `done`, as Respondent.attend does. Raises WaitTimeout."""
        patience = self.params.get('timeout', DEFAULT_TIMEOUT) if step.patience is None else step.patience
        if not (yield from self.respondent.attend(objects, done, time.monotonic() + patience)):
            self.report['changed'] = self.report['changed'] or self.stale
            of = f' of {self.vm.name}' if self.vm else ''
            raise WaitTimeout(f'{step.method}{of} has not come to its end within {patience} seconds; it runs on.',
                              operation=step.method)

    def _read_again(self, task=None):
        """Reads the VM anew, and the TaskInfo of `task` in the same request; returns the TaskInfo."""
        vm = self.vm and wire.key_of(self.vm.ref)
        objects = {wire.key_of(task): ('info',)} if task else {}
        if vm:
            objects[vm] = self.properties
        read = yield Read(objects)
        self.stale, self.gone = False, bool(vm) and vm not in read
        if vm and not self.gone:
            self.vm.properties = read[vm]
        if task and wire.key_of(task) not in read:
            raise Fault(f'The server has forgotten task {task["value"]}; its outcome is not known.',
                        'ManagedObjectNotFound', task=task['value'])
        return task and read[wire.key_of(task)]['info']
