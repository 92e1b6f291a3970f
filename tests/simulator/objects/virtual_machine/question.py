# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A question that stalls a virtual machine until AnswerVM: was it moved or copied?"""

from __future__ import annotations

import uuid

from ...fault import Fault

# The message id is VMware's; a virtual machine asks this when its files are found in another place than its uuid says.
MOVED_OR_COPIED = 'msg.uuid.altered'
TEXT = (
    f'{MOVED_OR_COPIED}: This virtual machine might have been moved or copied. To set up certain management and '
    'networking features, the host needs to know which. If you do not know, answer "I Copied It".'
)
CANCEL, MOVED, COPIED = '0', '1', '2'
CHOICES = ((CANCEL, 'Cancel'), (MOVED, 'I Moved It'), (COPIED, 'I Copied It'))


class Questions:
    """runtime.question and AnswerVM."""

    def AnswerVM(self, call, questionId, answerChoice):
        """Answer the pending question; the task that it stalled, if any, goes on.

        Raises InvalidArgument for a question that is not the pending one (it may be answered already), and for a
        choice that it does not offer.
        """
        if self.question is None or self.question['id'] != questionId:
            raise Fault('InvalidArgument', invalidProperty='questionId')
        if answerChoice not in dict(CHOICES):
            raise Fault('InvalidArgument', invalidProperty='answerChoice')
        task, self.stalled_task = self.stalled_task, None
        self.question, self.ask_on_power_on = None, answerChoice == CANCEL
        self.power_on_cancelled = answerChoice == CANCEL
        if answerChoice == COPIED:
            self.take_new_identity()
        self.changed()
        if task:
            task.resume()

    def ask_moved_or_copied(self, task=None):
        """Put the question, and hold `task` until it is answered; without one, as a full disk does, hold nothing."""
        self.question_count += 1
        self.question = {
            '_typeName': 'VirtualMachineQuestionInfo', 'id': f'_vmx{self.question_count}', 'text': TEXT,
            'choice': {
                '_typeName': 'ChoiceOption', 'defaultIndex': 2,
                'choiceInfo': [{'_typeName': 'ElementDescription', 'label': label, 'summary': label, 'key': key}
                               for key, label in CHOICES]},
            'message': [{'_typeName': 'VirtualMachineMessage', 'id': MOVED_OR_COPIED, 'text': TEXT}],
        }
        self.stalled_task = task
        if task:
            task.suspend()
        self.changed()
        self.vcenter.events.post('VmMessageEvent', self, message=TEXT)

    def take_new_identity(self):
        """What a copy gets: another BIOS uuid. The instance uuid is vCenter's own and stays."""
        old = self.uuids[0]
        self.edit_config(lambda config: config.update(uuid=str(uuid.uuid4())))
        self.vcenter.events.post('VmUuidChangedEvent', self, oldUuid=old, newUuid=self.uuids[0])
