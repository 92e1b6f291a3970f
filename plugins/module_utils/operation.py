# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs a module's decision: the one place that applies, honours check mode, waits, re-reads, and turns a failure into a result.

With the action plugin the only file that knows Ansible. A module gives an Operation its deciding function and its options; the module and
the action plugin run the same Operation, one on the target host and one in the controller.
"""

from __future__ import annotations

import re
import time

from ansible.module_utils.basic import AnsibleModule

from . import tasks, wire
from .client import Client
from .faults import Failure, Fault, Refusal, WaitTimeout
from .lookup import Inventory
from .options import CONNECTION, QUESTIONS, TARGET, TASK, Options
from .virtual_machine import Step, VirtualMachine, question_of

ALWAYS_READ = ('name', 'runtime.question', 'disabledMethod')
QUESTION = 'runtime.question'
NOTHING = Options({})


class Facts:
    """What a module reads: facts of the VM, and more that stands beside `vm` in the result."""

    def __init__(self, facts, **beside):
        self.facts = facts
        self.beside = beside


class Change:
    """A state to declare: `steps` lead from `before` to `after` (dicts of the same keys) and are taken only if the two differ.

    A step is a Step, or a function of the answer to the step before it that returns one; or the only step is a generator that yields
    Steps and is sent their answers.
    """

    def __init__(self, before, after, *steps):
        self.before = before
        self.after = after
        self.steps = steps
        self.differs = before != after


class Action:
    """What is done each time it is asked: `what` says it in the diff, `state` is what is known of the VM."""

    def __init__(self, what, *steps, state=None):
        self.before = state or {}
        self.after = {**self.before, **what}
        self.steps = steps
        self.differs = True


def in_sequence(steps):
    """Yields the Steps of a Change or an Action one after the other; send the answer of each to get the next."""
    if len(steps) == 1 and hasattr(steps[0], 'send'):
        yield from steps[0]
        return
    answer = None
    for step in steps:
        answer = yield step if isinstance(step, Step) else step(answer)


class Operation:
    """A module: a deciding function with its options.

    decide      takes a VirtualMachine and the options; returns Facts, a Change or an Action. It only reads.
    options     the module's own Options
    properties  the property paths of the VM that decide looks at, or a function of the options that returns them
    related     the paths of references of the VM whose names decide looks up in `vm.names`, by moid
    changes     false for a module that only reads, which has no use for the task options
    targets_vm  false for a module that works on the vCenter; decide then takes a Vcenter
    """

    def __init__(self, decide, options=NOTHING, properties=(), related=(), changes=True, targets_vm=True):
        self.decide = decide
        self.properties = properties if callable(properties) else lambda params: properties
        self.related = related
        self.always_read = ALWAYS_READ if changes else ('name',)
        self.targets_vm = targets_vm
        self.options = CONNECTION + (TARGET if targets_vm else NOTHING) + (TASK if changes else NOTHING) + (
            QUESTIONS if changes and targets_vm else NOTHING) + options

    def run_as_module(self):
        """Runs as an Ansible module: in a process of its own, with a log-in of its own."""
        module = AnsibleModule(supports_check_mode=True, **self.options.arguments())
        result = self.run(module.params, module.check_mode)
        (module.fail_json if result.get('failed') else module.exit_json)(**result)

    def run(self, params, check_mode, keeper=None):
        """Runs with validated options; returns the result of the task, `failed` and `fault` in it if it failed.

        `keeper` keeps the session where several runs share one (client.Keeper).
        """
        report = {'changed': False}
        try:
            with Client(params, keeper) as client:
                Run(self, client, params, check_mode, report).run()
        except Failure as failure:
            report.update(failed=True, msg=sentence(failure), fault=failure.as_dict())
        return report


class Vcenter:
    """What a module that works on the vCenter itself decides with."""

    def __init__(self, client, inventory):
        self.client = client
        self.inventory = inventory

    def service(self, kind):
        """Returns the reference of a service of the vCenter by its type, such as SearchIndex. Raises Refusal if there is none."""
        found = next((ref for ref in self.client.session.content.values() if ref['type'] == kind), None)
        if found is None:
            raise Refusal(f'{kind} is no service of this vCenter: give the moid of the object.', 'InvalidArgument', details={'option': 'object_moid'})
        return found


class Run:
    """One run of an operation on one target. What it finds and does goes into `report` as it happens, so that a failure loses nothing."""

    def __init__(self, operation, client, params, check_mode, report):
        self.operation = operation
        self.client = client
        self.params = params
        self.check_mode = check_mode
        self.report = report
        self.inventory = Inventory(client)
        self.properties = list(dict.fromkeys((*operation.always_read, *operation.properties(params))))
        self.subject = None
        self.stale = False
        self.answered = set()

    def run(self):
        """Decides, and applies what was decided."""
        self.subject = self._read()
        try:
            decision = self.operation.decide(self.subject, self.params)
            if isinstance(decision, Facts):
                self._tell(decision.facts)
                self.report.update(decision.beside)
                return
            self._tell(decision.before)
            if decision.differs:
                self._carry_out(decision)
        except Failure as failure:
            failure.vm = failure.vm or self._vm()
            raise

    # -- the subject and what is told of it

    def _read(self):
        if not self.operation.targets_vm:
            subject = Vcenter(self.client, self.inventory)
        else:
            subject = VirtualMachine(*self.inventory.virtual_machine(self.params, self.properties, self.operation.related), self.inventory)
        subject.read, subject.tell = self._ask, self._tell
        return subject

    def _vm(self):
        return {'moid': self.subject.moid, 'name': self.subject.name} if self.operation.targets_vm else None

    def _tell(self, facts):
        if self.operation.targets_vm:
            self.report['vm'] = {**self._vm(), **facts}
        else:
            self.report.update(facts)

    def _ask(self, step):
        """Makes a call that changes nothing, in check mode too, and returns its answer."""
        return self._drive(self._take(step))

    # -- applying

    def _carry_out(self, decision):
        steps = in_sequence(decision.steps)
        self.report['diff'] = {'before': decision.before, 'after': decision.after}
        if self.check_mode:
            self._foretell(steps)
            self.report['changed'] = True
            return
        self._drive(self._apply(steps, last=decision.steps[-1] if decision.steps else None))
        self.report['changed'] = True
        if isinstance(decision, Change) and self.params.get('wait', True):
            if self.stale:
                self._read_again()
            again = self.operation.decide(self.subject, self.params)
            self._tell(again.before)
            self.report['diff']['after'] = again.before

    def _apply(self, steps, last):
        """Takes the steps in turn; a generator of what it waits for, so that many runs can wait in one place."""
        self._clear_question(self.subject[QUESTION] if self.operation.targets_vm else None)
        answer = None
        try:
            step = next(steps)
            while True:
                answer = yield from self._take_or_else(step, step is not last or self.params.get('wait', True))
                self.report.update(changed=True, operation=step.method)
                if answer is not None:
                    self.report['result'] = wire.plain(answer)
                step = steps.send(answer)
        except StopIteration:
            return answer

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
                answer = self.client.call(step.target, step.method, **step.parameters)
                self.stale = True
                if isinstance(answer, dict) and answer.get('type') == 'Task':
                    return (yield from self._task(step, answer, wait))
                if step.reached and wait:
                    yield from self._reached(step)
                return answer
            except Failure as failure:
                failure.operation = failure.operation or step.method
                failure.hint = step.hints.get(failure.name, failure.hint)
                if failure.name != 'TaskInProgress' or time.monotonic() >= free_until:
                    raise
                yield from self._until_free(failure, free_until)

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

    def _reached(self, step):
        paths, done = step.reached
        key = tasks.key_of(step.target)
        yield from self._wait({key: paths}, lambda values: values[key] is None or done(values[key]), step)
        self._read_again()

    def _until_free(self, busy, deadline):
        """Waits for the task that holds the VM, if the fault names it, else a second."""
        holder = busy.details.get('task') or {}
        if not holder:
            time.sleep(1)
            return
        key = (holder['type'], holder['value'])
        yield {key: (tasks.TASK_STATE,)}, lambda values: tasks.ended(values, [key]), deadline

    def _wait(self, objects, done, step, task=None):
        """Waits for `done`, answering the questions of the VM meanwhile. Raises WaitTimeout, or Refusal for a question without an answer."""
        patience = self.params.get('timeout', 3600) if step.patience is None else step.patience
        deadline = time.monotonic() + patience
        vm = tasks.key_of(self.subject.ref) if self.operation.targets_vm else None
        if vm:
            objects = {vm: (), **objects}
            objects[vm] = (*objects[vm], QUESTION)

        def met(values):
            if done(values):
                return 'done'
            return vm and values[vm] and (values[vm].get(QUESTION) or {}).get('id') not in (None, *self.answered) and 'question'
        values = {}
        while True:
            outcome = yield objects, lambda now: values.update(now) or met(now), deadline
            if outcome == 'done':
                return
            if outcome != 'question':
                self.report['changed'] = True
                raise WaitTimeout(f'{step.method} has not come to its end within {patience} seconds; it runs on.', operation=step.method, task=task)
            self._clear_question(values[vm][QUESTION], task)

    def _read_again(self, task=None):
        """Reads the VM anew, and the TaskInfo of `task` in the same request; returns the TaskInfo."""
        filters = [tasks.property_filter({tasks.key_of(task): ('info',)})] if task else []
        if self.operation.targets_vm:
            filters.append(tasks.property_filter({tasks.key_of(self.subject.ref): self.properties}, reportMissingObjectsInResults=True))
        if not filters:
            return None
        read = {ref['type']: properties for ref, properties in self.inventory.retrieve(*filters)}
        if 'VirtualMachine' in read:
            self.subject.properties = read['VirtualMachine']
        self.stale = False
        return read.get('Task', {}).get('info')

    def _drive(self, run):
        """Runs a generator of waits to its end, and returns what it returns."""
        try:
            wait = next(run)
            while True:
                objects, met, deadline = wait
                wait = run.send(tasks.Watch(self.client, objects).until(met, deadline))
        except StopIteration as end:
            return end.value

    # -- questions

    def _clear_question(self, value, task=None):
        """Answers a pending question of the VM as question_answers says. Raises Refusal if none of them fits."""
        question = question_of(value)
        if question is None:
            return
        choice = self._choice(question)
        if choice is None:
            offered = ', '.join(f'{each["key"]} ({each["label"]})' for each in question['choices'])
            raise Refusal(f'The virtual machine waits for an answer to {question["text"]!r}; the choices are {offered}.', 'QuestionPending',
                          hint='Add the answer to question_answers, or answer with vsphere.vm.method and AnswerVM.', details=question, task=task,
                          operation='AnswerVM')
        step = self.subject.answer(question['id'], choice)
        self.client.call(step.target, step.method, **step.parameters)
        self.answered.add(question['id'])

    def _choice(self, question):
        texts = [question['text'], *(each[part] or '' for each in question['messages'] for part in ('id', 'text'))]
        for answer in self.params['question_answers']:
            if any(re.search(answer['question'], text) for text in texts):
                for choice in question['choices']:
                    if answer['response'] in (choice['key'], choice['label'], choice['summary']):
                        return choice['key']
        return None

    # -- check mode

    def _foretell(self, steps):
        """Raises the failure that the real run would meet, as far as reads can tell."""
        planned = list(steps)
        if self.operation.targets_vm:
            if self.subject[QUESTION] and self._choice(question_of(self.subject[QUESTION])) is None:
                self._clear_question(self.subject[QUESTION])
            for step in planned:
                self._foretell_step(step)
        self._foretell_privileges(planned)
        if planned:
            self.report['operation'] = planned[-1].method

    def _foretell_step(self, step):
        name, told = next(iter(step.forecasts.items()), (None, None))
        disabled = self.subject['disabledMethod'] or []
        if name is None and step.target == self.subject.ref and step.method in disabled:
            name, told = 'InvalidState', f'vCenter has the method disabled on {self.subject.name} in its present state.'
        if name is None:
            return
        if step.instead is not None and name in step.unless:
            self._foretell_step(step.instead)
            return
        more = {'hint': step.hints[name]} if name in step.hints else {}
        raise Refusal(f'{step.method} would fail: {told}', name, operation=step.method, **more)

    def _foretell_privileges(self, planned):
        needed = {}
        for step in planned:
            if step.privilege:
                needed.setdefault(tasks.key_of(step.entity), []).append(step)
        for key, steps in needed.items():
            try:
                held = self.client.call(self.client.service('authorizationManager'), 'HasPrivilegeOnEntity', repeatable=True,
                                        entity=wire.reference(*key), sessionId=self.client.session_key(), privId=[step.privilege for step in steps])
            except Fault as fault:
                if fault.category != 'permission':
                    raise
                continue
            for step, has in zip(steps, held or []):
                if not has:
                    raise Refusal(f'{step.method} would fail: the user lacks the privilege {step.privilege}.', 'NoPermission', operation=step.method,
                                  details={'privilegeId': step.privilege, 'object': {'type': key[0], 'value': key[1]}})


def sentence(failure):
    """Returns the `msg` of a failed task: what was done to which VM, and what came of it."""
    if isinstance(failure, Fault) and failure.operation:
        of = f' of {failure.vm["name"]}' if failure.vm else ''
        return f'{failure.operation}{of} failed: {failure.message.rstrip(".")} ({failure.name}).'
    return failure.message
