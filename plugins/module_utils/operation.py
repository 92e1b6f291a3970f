# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs a module's decision: the one place that applies, honours check mode, waits, re-reads, and makes the result.

A module gives an Operation its deciding function and its options; the module and the action plugin run the same Operation,
one on the target host and one in the controller. With the action plugin the only file that knows Ansible.
"""

from __future__ import annotations

import time

from ansible.module_utils.basic import AnsibleModule

from . import tasks, wire
from .client import Client
from .decision import Change, Facts, in_sequence
from .faults import Failure, Fault, Refusal, WaitTimeout
from .forecast import foretell
from .lookup import Inventory
from .options import CONNECTION, QUESTIONS, TARGET, TASK, Options
from .questions import PENDING, choice_for, question_of
from .virtual_machine import VirtualMachine

NOTHING = Options({})
DEFAULT_TIMEOUT = TASK.spec['timeout']['default']


class Operation:
    """A module: a deciding function with its options.

    decide      takes a VirtualMachine and the options; returns Facts, a Change or an Action. It only reads.
    options     the module's own Options
    properties  the property paths of the VM that decide looks at, or a function of the options that returns them
    related     the paths of references of the VM whose names decide looks up in `vm.names`, by moid
    absent      a deciding function for when there is no such VM, which takes a Vcenter; without it that is a failure
    changes     false for a module that only reads, which has no use for the task options
    targets_vm  false for a module that works on the vCenter; decide then takes a Vcenter
    """

    def __init__(self, decide, options=NOTHING, properties=(), related=(), absent=None, changes=True, targets_vm=True):
        self.decide = decide
        self.absent = absent
        self.properties = properties if callable(properties) else lambda params: properties
        self.related = related
        self.always_read = ('name', PENDING, 'disabledMethod') if changes else ('name',)
        self.targets_vm = targets_vm
        self.options = (CONNECTION + (TARGET if targets_vm else NOTHING) + (TASK if changes else NOTHING)
                        + (QUESTIONS if changes and targets_vm else NOTHING) + options)

    def run_as_module(self):
        """Runs as an Ansible module: in a process of its own, with a log-in of its own."""
        module = AnsibleModule(supports_check_mode=True, **self.options.arguments())
        result = self.run(module.params, module.check_mode)
        (module.fail_json if result.get('failed') else module.exit_json)(**result)

    def run(self, params, check_mode, keeper=None):
        """Runs with validated options; returns the result of the task, with `failed`, `msg` and `fault` in it if it failed.

        `keeper` keeps the session where several runs share one (keeper.Keeper).
        """
        report = {'changed': False}
        try:
            with Client(params, keeper) as client:
                Run(self, client, params, check_mode, report).run()
        except Failure as failure:
            report.update(failed=True, msg=sentence(failure), fault=failure.as_dict())
        return report


def sentence(failure):
    """Returns the `msg` of a failed task: what was done to which VM, and what came of it."""
    if isinstance(failure, Fault) and failure.operation:
        of = f' of {failure.vm["name"]}' if failure.vm else ''
        return f'{failure.operation}{of} failed: {failure.message.rstrip(".")} ({failure.name}).'
    return failure.message


class Vcenter:
    """What a module that works on the vCenter itself decides with."""

    def __init__(self, client, inventory):
        self.client = client
        self.inventory = inventory

    def service(self, kind):
        """Returns the reference of a service of the vCenter by its type, such as SearchIndex. Raises Refusal if there is none."""
        found = next((ref for ref in self.client.session.content.values() if ref['type'] == kind), None)
        if found is None:
            raise Refusal(f'{kind} is no service of this vCenter: give the moid of the object.', 'InvalidArgument',
                          details={'option': 'object_moid'})
        return found


class Run:
    """One run of an operation on one target.

    What it finds and does goes into `report` as it happens, so that a failure loses nothing. Its generators yield what they
    wait for, (objects, met, deadline) as tasks.Watch takes it, so that many runs can wait in one place.
    """

    def __init__(self, operation, client, params, check_mode, report):
        self.operation = operation
        self.client = client
        self.params = params
        self.check_mode = check_mode
        self.report = report
        self.inventory = Inventory(client)
        self.properties = list(dict.fromkeys((*operation.always_read, *operation.properties(params))))
        self.vm = None
        self.subject = None
        self.stale = self.gone = False
        self.answered = set()

    def run(self):
        """Decides, and applies what was decided."""
        self._read()
        try:
            decision = self._decide()
            if isinstance(decision, Facts):
                self._tell(decision.facts)
                self.report.update(decision.beside)
                return
            if decision.differs and self._clear_the_way():
                decision = self._decide()
            self._tell(decision.before)
            if decision.differs:
                self._carry_out(decision)
        except Failure as failure:
            failure.vm = failure.vm or (self.vm and {'moid': self.vm.moid, 'name': self.vm.name})
            raise

    # -- the subject and what is told of it

    def _read(self):
        self.vm = None
        if self.operation.targets_vm:
            found = self.inventory.virtual_machine(self.params, self.properties, self.operation.related)
            if found is None and self.operation.absent is None:
                raise self.inventory.no_virtual_machine(self.params)
            self.vm = found and VirtualMachine(*found, self.inventory)
        self.subject = self.vm or Vcenter(self.client, self.inventory)
        self.subject.read = lambda step: self._drive(self._take(step))
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

    def _carry_out(self, decision):
        self.report['diff'] = {'before': decision.before, 'after': decision.after}
        if self.check_mode:
            self._forecast(decision)
            self.report['changed'] = True
            return
        self._drive(self._apply(decision))
        if isinstance(decision, Change) and self.params.get('wait', True):
            if self.vm is None:
                self._read()
            elif self.stale:
                self._read_again()
            reached = decision.after if self.gone else self._decide().before
            self._tell(reached)
            self.report['diff']['after'] = reached

    def _forecast(self, decision):
        if self.vm and self.vm[PENDING]:
            choice_for(question_of(self.vm[PENDING]), self.params['question_answers'])
        steps = [step for step, _last in in_sequence(decision.steps)]
        foretell(self.client, steps, self.vm)
        if steps:
            self.report['operation'] = steps[-1].method

    def _apply(self, decision):
        """Takes the steps of a decision in turn."""
        steps = in_sequence(decision.steps)
        try:
            step, last = next(steps)
            while True:
                answer = yield from self._take_or_else(step, wait=not last or self.params.get('wait', True))
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
                if failure.name != 'TaskInProgress' or time.monotonic() >= free_until:
                    raise
                yield from until_free(failure, free_until)

    def _call(self, step, wait):
        answer = self.client.call(step.target, step.method, **step.parameters)
        self.stale = True
        self.report['operation'] = step.method
        if isinstance(answer, dict) and answer.get('type') == 'Task':
            return (yield from self._task(step, answer, wait))
        if step.reached and wait:
            paths, done = step.reached
            key = tasks.key_of(step.target)
            yield from self._wait({key: paths}, lambda values: values[key] is None or done(values[key]), step)
        return answer

    def _task(self, step, ref, wait):
        key = tasks.key_of(ref)
        self.report['task'] = {'moid': ref['value'], 'operation': step.method, 'state': 'running'}
        if not wait:
            return None
        yield from self._wait({key: (tasks.TASK_STATE,)}, lambda values: tasks.ended(values, [key]), step, ref['value'])
        info = self._read_again(ref)
        self.report['task'] = tasks.summary(info)
        if info['state'] == 'error':
            raise tasks.task_error(info, step.method)
        return wire.unboxed(info.get('result'))

    def _wait(self, objects, done, step, task=None):
        """Waits for `done`, answering the questions of the VM meanwhile. Raises WaitTimeout, or Refusal for a question."""
        patience = self.params.get('timeout', DEFAULT_TIMEOUT) if step.patience is None else step.patience
        deadline = time.monotonic() + patience
        vm = self.vm and tasks.key_of(self.vm.ref)
        if vm:
            objects = {**objects, vm: (*objects.get(vm, ()), PENDING)}

        def met(values):
            asked = vm and (values[vm] or {}).get(PENDING)
            if done(values):
                return {'done': True}
            return {'question': asked} if asked and asked['id'] not in self.answered else None
        while True:
            outcome = yield objects, met, deadline
            if outcome is None:
                self.report['changed'] = True
                raise WaitTimeout(f'{step.method} has not come to its end within {patience} seconds; it runs on.',
                                  operation=step.method, task=task)
            if 'done' in outcome:
                return
            self._answer(outcome['question'], task)

    def _clear_the_way(self):
        """Answers a question that was pending before, and reads the VM anew when the task that it held up has ended."""
        if self.check_mode or not self.vm or not self.vm[PENDING]:
            return False
        self._answer(self.vm[PENDING])
        self.report.update(changed=True, operation='AnswerVM')
        ((_ref, properties),) = self.inventory.read([self.vm.ref], ['recentTask'])
        keys = [tasks.key_of(ref) for ref in properties.get('recentTask') or []]
        deadline = time.monotonic() + self.params['timeout']
        tasks.Watch(self.client, {key: (tasks.TASK_STATE,) for key in keys}).until(lambda values: tasks.ended(values, keys), deadline)
        self._read_again()
        return True

    def _answer(self, value, task=None):
        question = question_of(value)
        try:
            step = self.vm.answer(question['id'], choice_for(question, self.params['question_answers']))
        except Refusal as refusal:
            refusal.task = task
            raise
        self.client.call(step.target, step.method, **step.parameters)
        self.answered.add(question['id'])

    def _read_again(self, task=None):
        """Reads the VM anew, and the TaskInfo of `task` in the same request; returns the TaskInfo."""
        filters = [tasks.property_filter({tasks.key_of(task): ('info',)})] if task else []
        if self.vm:
            filters.append(tasks.property_filter({tasks.key_of(self.vm.ref): self.properties}, reportMissingObjectsInResults=True))
        read = {ref['type']: properties for ref, properties in self.inventory.retrieve(*filters)} if filters else {}
        self.stale, self.gone = False, bool(self.vm) and 'VirtualMachine' not in read
        if self.vm and not self.gone:
            self.vm.properties = read['VirtualMachine']
        return read.get('Task', {}).get('info')

    def _drive(self, run):
        """Runs a generator of waits to its end, and returns what it returns."""
        try:
            objects, met, deadline = next(run)
            while True:
                objects, met, deadline = run.send(tasks.Watch(self.client, objects).until(met, deadline))
        except StopIteration as end:
            return end.value


def until_free(busy, deadline):
    """Waits for the task that a TaskInProgress names, or a second where it names none."""
    holder = busy.details.get('task')
    if not holder:
        time.sleep(1)
        return
    key = (holder['type'], holder['value'])
    yield {key: (tasks.TASK_STATE,)}, lambda values: tasks.ended(values, [key]), deadline
