# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Questions of a virtual machine, and the answers that fit."""

from __future__ import annotations

import pytest
from ansible_collections.vsphere.vm.plugins.module_utils.faults import Refusal
from ansible_collections.vsphere.vm.plugins.module_utils.questions import choice_for, question_of

PENDING = {
    '_typeName': 'VirtualMachineQuestionInfo',
    'id': '7',
    'text': 'Did you move it or copy it?',
    'choice': {
        '_typeName': 'ChoiceOption',
        'defaultIndex': 1,
        'choiceInfo': [
            {'_typeName': 'ElementDescription', 'key': '1', 'label': 'button.uuid.movedTheVM', 'summary': 'I Moved It'},
            {
                '_typeName': 'ElementDescription',
                'key': '2',
                'label': 'button.uuid.copiedTheVM',
                'summary': 'I Copied It',
            },
        ],
    },
    'message': [
        {'_typeName': 'VirtualMachineMessage', 'id': 'msg.uuid.altered', 'text': 'This VM may have been moved.'}
    ],
}


def test_a_question_is_plain_data():
    question = question_of(PENDING)
    assert question['default'] == '2'
    assert [choice['label'] for choice in question['choices']] == ['button.uuid.movedTheVM', 'button.uuid.copiedTheVM']
    assert question_of(None) is None
    assert question_of({'id': '1', 'text': 'Well?'}) == {
        'id': '1',
        'text': 'Well?',
        'messages': [],
        'choices': [],
        'default': None,
    }


@pytest.mark.parametrize('response', ['2', 'button.uuid.copiedTheVM', 'I Copied It'])
@pytest.mark.parametrize('pattern', ['msg.uuid.altered', 'move it or copy', '^This VM', 'Did.*it[?]'])
def test_an_answer_is_found_by_text_or_message_and_made_by_key_label_or_summary(pattern, response):
    answers = [{'question': 'something else', 'response': '1'}, {'question': pattern, 'response': response}]
    assert choice_for(question_of(PENDING), answers) == '2'


@pytest.mark.parametrize(
    'answers', [[], [{'question': 'nothing like it', 'response': '1'}], [{'question': 'msg.uuid', 'response': 'Maybe'}]]
)
def test_without_an_answer_the_question_and_its_choices_are_told(answers):
    with pytest.raises(Refusal) as caught:
        choice_for(question_of(PENDING), answers)
    assert (caught.value.name, caught.value.category) == ('QuestionPending', 'state')
    assert caught.value.details == question_of(PENDING)
    assert 'move it or copy' in caught.value.message and '2 (button.uuid.copiedTheVM)' in caught.value.message
