# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A server's long poll, scripted: what each look at the watched objects is answered with."""

from __future__ import annotations

from ansible_collections.vsphere.vm.plugins.module_utils import wire
from ansible_collections.vsphere.vm.plugins.module_utils.keeper import Keeper, Session

TASK, OTHER, VM = ('Task', 'task-1'), ('Task', 'task-2'), ('VirtualMachine', 'vm-1')
BEGIN, LOOK = ['CreatePropertyCollector', 'CreateFilter'], ['WaitForUpdatesEx']


class Client:
    """Answers each method from its list; the last answer of a list is given again."""

    def __init__(self, **answers):
        self.answers = {'CreatePropertyCollector': [wire.reference('PropertyCollector', 'mine')],
                        'CreateFilter': [wire.reference('PropertyFilter', 'filter')], **answers}
        self.called = []
        self.keeper = Keeper()
        self.session = Session('8.0.3.0', 'token', {})

    def service(self, name):
        return wire.reference('PropertyCollector', name)

    def call(self, target, method, repeatable=False, wait=0, **parameters):
        self.called.append((method, target['value'], parameters))
        if method in LOOK:
            assert (repeatable, wait) == (True, parameters['options']['maxWaitSeconds'])
            assert parameters['options']['_typeName'] == 'WaitOptions'
        given = self.answers.get(method, [None])
        answer = given.pop(0) if len(given) > 1 else given[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def methods(self):
        return [method for method, _target, _parameters in self.called]

    def looks(self):
        """The (version, seconds) of each look."""
        return [(asked['version'], asked['options']['maxWaitSeconds']) for method, _target, asked in self.called
                if method in LOOK]


def changes(key, *pairs, kind='modify'):
    return {'kind': kind, 'obj': wire.reference(*key), 'changeSet': [
        {'name': name, 'op': 'assign', **({} if value is None else {'val': value})} for name, value in pairs]}


def update(version, *changed, missing=()):
    return {'version': version, 'filterSet': [
        {'objectSet': list(changed), 'missingSet': [{'obj': wire.reference(*key)} for key in missing]}]}


def state(key, value, kind='modify'):
    return changes(key, ('info.state', wire.boxed(value, 'TaskInfoState')), kind=kind)


RUNNING, DONE = state(TASK, 'running', 'enter'), state(TASK, 'success')
ENDED_AT_ONCE = update('1', state(TASK, 'success', 'enter'))
