# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who answers the questions that a virtual machine asks while a run works on it.

A question holds up the task that led to it, so that whoever waits for the task has to listen for questions. Knows
needs, no operation and no Ansible.
"""

from __future__ import annotations

from . import wire
from .needs import Watched, call_of
from .questions import PENDING, choice_for, question_of


class Respondent:
    """Answers the questions of one VM as the option question_answers says.

    `vm` is the VirtualMachine, None where there is none; `answers` is the option, None for a module without it, which
    leaves questions alone.
    """

    def __init__(self, vm, answers):
        self.vm = vm
        self.answers = answers if vm else None
        self.answered = set()  # ids: the server may still show a question that has its answer

    def pending(self):
        """Returns the VirtualMachineQuestionInfo that the VM was read with, None if there is none to answer."""
        return self._asked(self.vm[PENDING]) if self.vm else None

    def foretell(self):
        """Raises the Refusal that the pending question would meet."""
        if self.pending():
            choice_for(question_of(self.pending()), self.answers)

    def answer(self, question):
        """Answers a VirtualMachineQuestionInfo; a generator of needs. Raises Refusal if no answer fits."""
        question = question_of(question)
        yield call_of(self.vm.answer(question['id'], choice_for(question, self.answers)))
        self.answered.add(question['id'])

    def attend(self, objects, done, deadline):
        """Waits until `done` is true, with questions answered meanwhile; a generator of needs.

        Takes objects, function and deadline as Watched does; returns whether it was true before the deadline. Raises
        Refusal for a question that no answer fits.
        """
        vm = None if self.answers is None else wire.key_of(self.vm.ref)
        if vm:
            objects = {**objects, vm: (*objects.get(vm, ()), PENDING)}

        def met(values):
            if done(values):
                return {'done': True}
            asked = vm and self._asked((values[vm] or {}).get(PENDING))
            return {'question': asked} if asked else None
        while True:
            outcome = yield Watched(objects, met, deadline)
            if outcome is None or 'done' in outcome:
                return outcome is not None
            yield from self.answer(outcome['question'])

    def _asked(self, question):
        """Returns the question if it is one to answer, else None."""
        return question if question and self.answers is not None and question['id'] not in self.answered else None
