# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Configuration, and the answer to a question."""

from __future__ import annotations

from .step import Methods


class ConfigurationMethods(Methods):
    """Needs nothing read."""

    def reconfigure(self, spec, privilege='VirtualMachine.Config.Settings'):
        """ReconfigVM_Task with a VirtualMachineConfigSpec; which privilege that needs depends on what it holds."""
        return self._step('ReconfigVM_Task', privilege, spec=spec)

    def answer(self, question, choice):
        """AnswerVM: gives the pending question (its id) one of its choices (its key)."""
        return self._step('AnswerVM', 'VirtualMachine.Interact.AnswerQuestion', questionId=question,
                          answerChoice=choice)
