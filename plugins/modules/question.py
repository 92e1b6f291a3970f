#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: question
short_description: Answer the question that a virtual machine waits for
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Answers the pending question of a virtual machine with one of its choices. If none is pending, there is nothing to
    do.
  - Without O(response) and O(use_default) it only returns the question, if there is one.
  - Other modules answer questions during their operation, with O(vsphere.vm.power#module:question_answers).
options:
  question_id:
    description: Answer only the question with this id, which is C(vm.question.id).
    type: str
  question:
    description: Answer only a question that this regular expression is found in, in its text or in the ids and texts
      of its messages.
    type: str
  response:
    description: The choice to make, by its key, its label or its summary.
    type: str
    aliases: [choice]
  use_default:
    description: Make the default choice of the question.
    type: bool
    default: false
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.changes
  - vsphere.vm.connection
  - vsphere.vm.target
  - vsphere.vm.fleet
  - vsphere.vm.task
seealso:
  - module: vsphere.vm.power
'''

EXAMPLES = r'''
- name: See what the virtual machine waits for
  vsphere.vm.question:
    name: app-02
  register: asked

- name: Tell that it was copied
  vsphere.vm.question:
    name: app-02
    question: msg.uuid.altered
    response: I Copied It

- name: Take the default for whatever it was
  vsphere.vm.question:
    name: app-02
    question_id: "{{ asked.vm.question.id }}"
    use_default: true
  when: asked.vm.question
'''

RETURN = r'''
vm:
  description: The virtual machine, and the question that it waits for, null if there is none.
  returned: when the virtual machine was found
  type: dict
  sample:
    moid: vm-41
    name: app-02
    question:
      id: _vmx1
      text: "msg.uuid.altered: This virtual machine might have been moved or copied."
      messages: [{id: msg.uuid.altered, text: This virtual machine might have been moved or copied.}]
      choices: [{key: "2", label: I Copied It, summary: I Copied It}]
      default: "2"
operation:
  description: The API method that was called, or in check mode would be.
  returned: when something was to be done
  type: str
  sample: AnswerVM
fault:
  description:
    - Why the task failed, with name, category, retryable, hint, details, cause, operation, vm, task and http_status.
  returned: on failure
  type: dict
  sample: {name: ConcurrentAccess, category: conflict, retryable: false}
'''

from ..module_utils.decision import Change
from ..module_utils.faults import Refusal
from ..module_utils.operation import Operation
from ..module_utils.options import Options, flags, texts
from ..module_utils.questions import is_meant, key_of_choice, offered


def question(vm, params):
    """Decides how to answer the pending question, if it is the one that the options mean."""
    asked = vm.pending_question()
    now = {'question': asked}
    meant = (asked and params['question_id'] in (None, asked['id'])
             and is_meant(asked, params['question'] or '', 'question'))
    if not meant or not (params['response'] is not None or params['use_default']):
        return Change(now, now)
    key = asked['default'] if params['use_default'] else key_of_choice(asked, params['response'])
    if key is None:
        raise Refusal(f'{asked["text"]!r} cannot be the answer; the choices are {offered(asked)}.', 'InvalidArgument',
                      details=asked)
    return Change(now, {'question': None}, vm.answer(asked['id'], key))


OPERATION = Operation(
    question,
    Options({**texts('question_id', 'question'), 'response': {'type': 'str', 'aliases': ['choice']},
             **flags('use_default')}, mutually_exclusive=[['question_id', 'question']]),
    answers=True)


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
