# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations


class ModuleDocFragment:
    """Option group QUESTIONS of module_utils/options.py."""

    DOCUMENTATION = r'''
options:
  question_answers:
    description:
      - Answers to questions that the virtual machine may ask during the operation, such as whether it was moved or
        copied.
      - A question without an answer here fails the task, with the question and its choices in C(fault.details).
      - See R(Questions and waiting, ansible_collections.vsphere.vm.docsite.questions).
    type: list
    elements: dict
    default: []
    aliases: [answer]
    suboptions:
      question:
        description: A regular expression that is searched in the question's text, and in the ids and texts of its
          messages.
        type: str
        required: true
      response:
        description: The choice to make, by its key, its label or its summary.
        type: str
        required: true
'''
