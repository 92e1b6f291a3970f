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
    for answer in answers:
        if is_meant(question, answer['question'], 'question_answers'):
            key = key_of_choice(question, answer['response'])
            if key is not None:
                return key
    raise Refusal(f'The virtual machine waits for an answer to {question["text"]!r}; the choices are '
                  f'{offered(question)}.',
                  'QuestionPending', category='state', details=question, operation='AnswerVM',
                  hint='Add the answer to question_answers and run the task again.')


def key_of_choice(question, response):
    """Returns the key of the choice that is meant by its key, its label or its summary, or None."""
    return next((choice['key'] for choice in question['choices']
                 if response in (choice['key'], choice['label'], choice['summary'])), None)


def offered(question):
    """Returns the choices of a question as a text."""
    return ', '.join(f'{each["key"]} ({each["label"]})' for each in question['choices'])


def is_meant(question, pattern, option):
    """Tells whether a pattern is found in a question: in its text, or in the id or text of one of its messages.

    Raises Refusal, naming the option, if it is no regular expression.
    """
    texts = [question['text'], *(each[part] or '' for each in question['messages'] for part in ('id', 'text'))]
    try:
        return any(map(re.compile(pattern).search, texts))
    except re.error as error:
        raise Refusal(f'{option}: {pattern!r} is not a regular expression: {error}.', 'InvalidArgument',
                      details={'option': option}) from None
