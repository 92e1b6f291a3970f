# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Questions of a virtual machine, and the answers that fit."""

from __future__ import annotations

import json

import pytest
from ansible_collections.vsphere.vm.plugins.module_utils import wire
from ansible_collections.vsphere.vm.plugins.module_utils.faults import Refusal
from ansible_collections.vsphere.vm.plugins.module_utils.questions import PENDING, choice_for, question_of


def choice(key, label, summary):
    return wire.data('ElementDescription', key=key, label=label, summary=summary)


def asked(default=1):
    choices = [choice('1', 'button.uuid.movedTheVM', 'I Moved It'),
               choice('2', 'button.uuid.copiedTheVM', 'I Copied It')]
    return wire.data(
        'VirtualMachineQuestionInfo', id='7', text='Did you move it or copy it?',
        choice=wire.data('ChoiceOption', defaultIndex=default, choiceInfo=choices),
        message=[wire.data('VirtualMachineMessage', id='msg.uuid.altered', text='This VM may have been moved.'),
                 wire.data('VirtualMachineMessage', id='msg.uuid.more')])


def test_a_question_is_plain_data():
    assert question_of(asked()) == {
        'id': '7', 'text': 'Did you move it or copy it?', 'default': '2',
        'messages': [{'id': 'msg.uuid.altered', 'text': 'This VM may have been moved.'},
                     {'id': 'msg.uuid.more', 'text': None}],
        'choices': [{'key': '1', 'label': 'button.uuid.movedTheVM', 'summary': 'I Moved It'},
                    {'key': '2', 'label': 'button.uuid.copiedTheVM', 'summary': 'I Copied It'}]}


@pytest.mark.parametrize(('index', 'key'), [(0, '1'), (1, '2'), (2, None), (None, None)])
def test_the_default_is_a_key_if_there_is_one(index, key):
    assert question_of(asked(default=index))['default'] == key


def test_where_a_question_is():
    assert PENDING == 'runtime.question'


def test_what_a_question_may_lack():
    assert question_of(None) is None
    assert question_of({'id': '1', 'text': 'Well?'}) == {
        'id': '1', 'text': 'Well?', 'messages': [], 'choices': [], 'default': None}


@pytest.mark.parametrize('response', ['2', 'button.uuid.copiedTheVM', 'I Copied It'])
@pytest.mark.parametrize('pattern', ['msg.uuid.altered', 'move it or copy', '^This VM', 'Did.*it[?]$', ''])
def test_an_answer_is_found_by_text_or_message_and_made_by_key_label_or_summary(pattern, response):
    answers = [{'question': 'something else', 'response': '1'}, {'question': pattern, 'response': response}]
    assert choice_for(question_of(asked()), answers) == '2'


def test_the_first_answer_that_fits_is_taken_and_one_that_the_vm_does_not_offer_is_passed_over():
    answers = [{'question': 'uuid', 'response': response} for response in ('Maybe', 'I Moved It', '2')]
    assert choice_for(question_of(asked()), answers) == '1'


@pytest.mark.parametrize('answers', [
    [], [{'question': 'nothing like it', 'response': '1'}], [{'question': 'msg.uuid', 'response': 'Maybe'}],
    [{'question': 'msg.uuid', 'response': 'i copied it'}],
])
def test_without_an_answer_the_question_and_its_choices_are_told(answers):
    with pytest.raises(Refusal) as caught:
        choice_for(question_of(asked()), answers)
    refusal = caught.value
    assert (refusal.name, refusal.category, refusal.retryable) == ('QuestionPending', 'state', False)
    assert refusal.details == question_of(asked())
    assert json.loads(json.dumps(refusal.as_dict())) == refusal.as_dict()
    assert "'Did you move it or copy it?'" in refusal.message
    assert '1 (button.uuid.movedTheVM), 2 (button.uuid.copiedTheVM)' in refusal.message
    assert (refusal.operation, refusal.hint) == (
        'AnswerVM', 'Add the answer to question_answers and run the task again.')


def test_a_pattern_that_is_none_is_named():
    with pytest.raises(Refusal, match=r"question_answers: 'uuid\(' is not a regular expression") as caught:
        choice_for(question_of(asked()), [{'question': 'uuid(', 'response': '1'}])
    assert (caught.value.name, caught.value.details) == ('InvalidArgument', {'option': 'question_answers'})
