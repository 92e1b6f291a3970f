# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Questions that a virtual machine asks, such as whether it was moved or copied, and the answers that a task has ready.

Knows the wire form of a question; asks and answers nothing itself. Source: the API page of VirtualMachineQuestionInfo.
"""

from __future__ import annotations

import re

from . import wire
from .faults import Refusal

PENDING = 'runtime.question'


def question_of(value):
    """Returns a VirtualMachineQuestionInfo as {id, text, messages, choices: [{key, label, summary}], default}."""
    if not value:
        return None
    choices = [{name: each.get(name) for name in ('key', 'label', 'summary')}
               for each in wire.at(value, 'choice.choiceInfo') or []]
    default = wire.at(value, 'choice.defaultIndex')
    messages = [{'id': each.get('id'), 'text': each.get('text')} for each in value.get('message') or []]
    return {'id': value['id'], 'text': value['text'], 'messages': messages, 'choices': choices,
            'default': choices[default]['key'] if default is not None and default < len(choices) else None}


def choice_for(question, answers):
    """Returns the key of the choice that the option question_answers makes for a question.

    Raises Refusal, with the question and its choices, if no answer fits; and for a pattern that is none.
    """
    texts = [question['text'], *(each[part] or '' for each in question['messages'] for part in ('id', 'text'))]
    for answer in answers:
        if any(map(pattern_of(answer).search, texts)):
            for choice in question['choices']:
                if answer['response'] in (choice['key'], choice['label'], choice['summary']):
                    return choice['key']
    offered = ', '.join(f'{each["key"]} ({each["label"]})' for each in question['choices'])
    raise Refusal(f'The virtual machine waits for an answer to {question["text"]!r}; the choices are {offered}.',
                  'QuestionPending', category='state', details=question, operation='AnswerVM',
                  hint='Add the answer to question_answers and run the task again.')


def pattern_of(answer):
    """Returns the pattern that an answer has for its question. Raises Refusal if it is no regular expression."""
    try:
        return re.compile(answer['question'])
    except re.error as error:
        raise Refusal(f'question_answers: {answer["question"]!r} is no regular expression: {error}.', 'InvalidArgument',
                      details={'option': 'question_answers'}) from None
