# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""TaskManager: the recent tasks, their history, and tasks of extensions."""
from __future__ import annotations

import functools

from .. import schema
from ..fault import Fault, invalid_argument
from ..managed_object import ManagedObject
from .history_collector import MAX_COLLECTORS, TaskHistoryCollector, by_user, in_place, in_time
from .task import Task

# Filters by what this server does not have.
NOT_DONE = ('alarm', 'scheduledTask', 'tag')
_MOMENTS = {'queuedTime': 'queueTime', 'startedTime': 'startTime', 'completedTime': 'completeTime'}


class TaskManager(ManagedObject):
    """recentTask, CreateTask, CreateCollectorForTasks."""

    def property_recentTask(self):
        """References of the tasks that the server still knows, oldest first."""
        return [task.ref for task in self.vcenter.objects('Task')]

    def property_description(self):
        """The TaskDescription: the kinds of tasks, the states they can be in, and who may have begun them."""
        states = [{'_typeName': 'ElementDescription', 'key': state, 'label': state, 'summary': state}
                  for state in ('queued', 'running', 'success', 'error')]
        reasons = [{'_typeName': 'TypeDescription', 'key': f'TaskReason{what}', 'label': what, 'summary': what}
                   for what in ('Alarm', 'Schedule', 'System', 'User')]
        return {'_typeName': 'TaskDescription', 'methodInfo': _method_info(), 'state': states, 'reason': reasons}

    def property_maxCollector(self):
        """How many history collectors a session may have."""
        return MAX_COLLECTORS

    def CreateCollectorForTasks(self, call, filter):  # noqa: A002  the parameter's wire name
        """A TaskHistoryCollector of the session; raises InvalidState when it has 32 already.

        It sees what recentTask names: a task is forgotten some time after its end.
        """
        unknown = [member for member in NOT_DONE if member in filter]
        if unknown:
            raise Fault('NotSupported', text=f'Not supported by this server: {", ".join(unknown)}.')
        if 'entity' in filter:
            self.vcenter.resolve(filter['entity']['entity'])
        return TaskHistoryCollector.create(self.vcenter, call, filter, lambda: self._matching(filter)).ref

    def _matching(self, spec):
        root = self.vcenter.find('ServiceInstance').property_content()['rootFolder']['value']
        found = [(task, task.property_info()) for task in self.vcenter.objects('Task')]
        return [(info['eventChainId'], info) for task, info in found
                if in_place(spec.get('entity'), task.entity_moid, task.places, root) and _matches(info, spec)]

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


def _matches(info, spec):
    time = spec.get('time')
    # Member of the filter -> what the task has for it.
    lists = {'state': info['state'], 'eventChainId': info['eventChainId'], 'activationId': info.get('activationId'),
             'parentTaskKey': info.get('parentTaskKey'), 'rootTaskKey': info.get('rootTaskKey')}
    return (
        (time is None or in_time(time, info.get(_MOMENTS[time['timeType']])))
        and ('userName' not in spec or by_user(spec['userName'], info['reason']['userName']))
        and all(value in spec[member] for member, value in lists.items() if spec.get(member)))


@functools.cache
def _method_info():
    """An ElementDescription for each kind of task, by its descriptionId."""
    tasks = {f'{schema.described(kind)}.{method.description_id.partition(".")[2]}': method.name.removesuffix('_Task')
             for kind in schema.managed_types() for method in schema.methods(kind).values() if method.is_task}
    return [{'_typeName': 'ElementDescription', 'key': key, 'label': name, 'summary': name}
            for key, name in sorted(tasks.items())]
