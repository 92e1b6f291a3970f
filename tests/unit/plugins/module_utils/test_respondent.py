# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Questions of a virtual machine during a run: answered once, refused, left alone, and waited beside."""

from __future__ import annotations

import pytest
from ansible_collections.vsphere.vm.plugins.module_utils import wire
from ansible_collections.vsphere.vm.plugins.module_utils.faults import Refusal
from ansible_collections.vsphere.vm.plugins.module_utils.needs import Called, Watched
from ansible_collections.vsphere.vm.plugins.module_utils.questions import PENDING
from ansible_collections.vsphere.vm.plugins.module_utils.respondent import Respondent
from ansible_collections.vsphere.vm.plugins.module_utils.virtual_machine import VirtualMachine

VM, TASK = ('VirtualMachine', 'vm-1'), ('Task', 'task-1')
ANSWERS = [{'question': 'moved or copied', 'response': 'I Copied It'}]


def asked(number, text='Was it moved or copied?'):
    choice = {'choiceInfo': [{'key': '2', 'label': 'I Copied It', 'summary': 'I Copied It'}], 'defaultIndex': 0}
    return {'id': f'_vmx{number}', 'text': text, 'choice': choice}


def respondent(answers, question=None):
    return Respondent(VirtualMachine(wire.reference(*VM), {'name': 'a', PENDING: question}), answers)


def values(done, question=None):
    return {TASK: {'done': done}, VM: {PENDING: question}}


def attend(answers, *seen):
    """What a wait for task-1 needs, and what it comes to, when these values are seen one after the other."""
    waiting = respondent(answers).attend({TASK: ('done',)}, lambda now: now[TASK]['done'], 9)
    answered, need, seen = [], next(waiting), list(seen)
    try:
        while True:
            if isinstance(need, Called):
                answered.append((need.method, need.parameters))
                need = waiting.send(None)
                continue
            assert isinstance(need, Watched) and need.deadline == 9
            outcome = next(filter(None, (need.met(seen.pop(0)) for _each in list(seen))), None)
            need = waiting.send(outcome)
    except StopIteration as end:
        return answered, end.value


def test_a_question_is_answered_once_though_the_server_shows_it_still():
    answered, done = attend(ANSWERS, values(False), values(False, asked(1)), values(False, asked(1)), values(True))
    assert answered == [('AnswerVM', {'questionId': '_vmx1', 'answerChoice': '2'})] and done


def test_each_question_is_answered():
    answered, done = attend(ANSWERS, values(False, asked(1)), values(False, asked(2)), values(True))
    assert [parameters['questionId'] for _method, parameters in answered] == ['_vmx1', '_vmx2'] and done


def test_what_is_done_needs_no_answer():
    assert attend(ANSWERS, values(True, asked(1))) == ([], True)


def test_what_is_not_done_in_time_is_told():
    assert attend(ANSWERS, values(False), values(False)) == ([], False)


def test_a_question_that_no_answer_fits_is_refused():
    with pytest.raises(Refusal, match='Is the disk full') as refused:
        attend(ANSWERS, values(False, asked(1, 'Is the disk full?')))
    assert refused.value.name == 'QuestionPending'


def test_a_module_without_answers_leaves_questions_alone():
    assert attend(None, {TASK: {'done': False}}, {TASK: {'done': True}}) == ([], True)
    assert respondent(None, asked(1)).pending() is None and respondent(None, asked(1)).foretell() is None


def test_without_a_machine_there_is_nothing_to_answer():
    assert Respondent(None, ANSWERS).pending() is None and Respondent(None, ANSWERS).foretell() is None


def test_what_is_pending_is_foretold():
    assert respondent(ANSWERS).foretell() is None and respondent(ANSWERS, asked(1)).foretell() is None
    assert respondent(ANSWERS, asked(1)).pending() == asked(1)
    with pytest.raises(Refusal, match='waits for an answer'):
        respondent([], asked(1)).foretell()
