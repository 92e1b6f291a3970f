# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""TaskManager: the recent tasks, and tasks of extensions."""
from __future__ import annotations

from ..fault import invalid_argument
from ..managed_object import ManagedObject
from .task import Task


class TaskManager(ManagedObject):
    """recentTask, CreateTask."""

    def property_recentTask(self):
        """References of the tasks that the server still knows, oldest first."""
        return [task.ref for task in self.vcenter.objects('Task')]

    def property_description(self):
        """The TaskDescription, with the states a task can be in."""
        states = [{'_typeName': 'ElementDescription', 'key': state, 'label': state, 'summary': state}
                  for state in ('queued', 'running', 'success', 'error')]
        return {'_typeName': 'TaskDescription', 'methodInfo': [], 'state': states, 'reason': []}

    def property_maxCollector(self):
        """No history collectors are kept."""
        return 0

    def CreateTask(self, call, obj, taskTypeId, cancelable, initiatedBy=None, parentTaskKey=None, activationId=None):
        """A queued task of an extension on an object; SetTaskState and UpdateProgress move it. Answers its TaskInfo."""
        if not taskTypeId:
            raise invalid_argument('taskTypeId')
        entity = self.vcenter.resolve(obj)
        name = entity.get('name') if hasattr(entity, 'ancestors') else None
        info = Task.new_info(self.vcenter, entity, name, cancelable, initiatedBy or call.session.user_name, taskTypeId)
        optional = {'parentTaskKey': parentTaskKey, 'activationId': activationId}
        info.update((member, value) for member, value in optional.items() if value is not None)
        self.vcenter.add_task(Task(self.vcenter, info['key'], entity, info, None, None, call.user), entity)
        return info
