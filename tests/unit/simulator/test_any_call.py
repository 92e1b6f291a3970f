# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every method of every kind of object, called with whatever its parameters allow: it is answered as the schema says,
with a value or with a fault that somebody meant."""

from __future__ import annotations

import contextlib
import random

import pytest
from pyVmomi import VmomiSupport

from tests.simulator import Simulator, schema
from tests.unit.simulator.wire_client import SESSIONS, TASKS, VIEWS, Client, ref_of, reference

RELEASE = (8, 0, 3, 0)
DEPTH = 4
# They end the session, or wait for as long as it takes.
LEFT_OUT = {'Logout', 'TerminateSession', 'WaitForUpdates', 'WaitForUpdatesEx'}
PRIMITIVES = {
    'boolean': (True, False), 'byte': (1,), 'short': (1,), 'int': (0, 1, -1, 1000, 2 ** 31 - 1), 'long': (0, -1, 2 ** 40),
    'float': (1.5,), 'double': (1.5,), 'string': ('', 'x', '[LocalDS_0] x', 'DC0_H0_VM0', 'a/b%', 'é' * 90),
    'dateTime': ('2026-01-01T00:00:00+02:00',), 'base64Binary': ('AAAA',), 'anyURI': ('https://x',),
    'TypeName': ('VirtualMachine', 'VmEvent', 'x'), 'MethodName': ('x',), 'PropertyPath': ('name',)}
ANYTHING = ({'_typeName': 'string', '_value': 'x'}, {'_typeName': 'int', '_value': 3},
            {'_typeName': 'ArrayOfString', '_value': ['x']})
DATA = sorted({name for name in map(VmomiSupport.GetWsdlName, map(VmomiSupport.GetVmodlType,
                                                                  VmomiSupport.ListDataTypes()))
               if schema.find(name) is not None})


class Caller:
    """Makes up arguments; the same seed makes up the same ones."""

    def __init__(self, seed, references):
        self.random, self.references = random.Random(seed), references
        self._kinds = {}

    def arguments(self, method):
        return {name: self.value(param.type, 0) for name, param in method.params.items()
                if param.since <= RELEASE and (not param.optional or self.random.random() < 0.4)}

    def value(self, declared, depth):
        if declared.array:
            return [self.value(declared.element, depth) for _each in range(self.random.choice((0, 1, 1, 2)))]
        if declared.kind == 'primitive':
            return self.random.choice(PRIMITIVES[declared.name])
        if declared.kind == 'enum':
            return self.random.choice(sorted(schema.enum_values(declared.name)))
        if declared.kind == 'any':
            return self.random.choice(ANYTHING)
        if declared.kind == 'reference':
            fitting = [each for each in self.references if schema.is_a(each['type'], declared.name)]
            return self.random.choice(fitting or [reference('Folder', 'gone')])
        return self._data(declared.name, depth)

    def _data(self, base, depth):
        if base not in self._kinds:
            self._kinds[base] = [name for name in DATA if schema.is_a(name, base)]
        if not self._kinds[base]:  # of another namespace
            return {'_typeName': base}
        name = self.random.choice(self._kinds[base])
        chance = 0.0 if depth >= DEPTH else 0.15 / (depth + 1)
        return {'_typeName': name, **{
            member: self.value(info.type, depth + 1) for member, info in schema.members(name).items()
            if info.since <= RELEASE and (not info.optional or self.random.random() < chance)}}


def problems(answer, method):
    """What is wrong with an answer."""
    if answer.status == 500:
        slip = [answer.text] if answer.fault == 'SystemError' else []
        return slip + schema.problems(answer.value, schema.find('MethodFault'))
    if answer.status == 204 or answer.value is None:
        return [] if method.result.kind == 'void' or method.result_optional else [f'{answer.status}: {answer.text!r}']
    return schema.problems(answer.value, method.result)


def slips(sim):
    """What is wrong with properties, and with how tasks ended."""
    def look():
        found = []
        for obj in sim.vcenter.objects():
            values = {name: obj.top(name) for name in schema.properties(obj.ref['type'])}
            found += [f'{obj}: {problem}' for name, value in values.items() if value is not None
                      for problem in schema.problems(value, schema.properties(obj.ref['type'])[name].type)]
            error = (values.get('info') or {}).get('error') if obj.ref['type'] == 'Task' else None
            found += [f'{obj}: {error}'] if error and error['_typeName'] == 'SystemError' else []
        return found

    return sim.call(look)


@pytest.mark.parametrize('seed', [8, 36, 48])
def test_any_call(seed):
    with Simulator(vms=4, hosts=2, pods=1) as sim, contextlib.closing(Client(sim).log_in()) as client:
        vm = ref_of(sim, 'DC0_H0_VM0')
        client.call(vm, 'CreateSnapshot_Task', name='x', memory=False, quiesce=False)
        client.call(VIEWS, 'CreateListView', obj=[vm])
        client.call(TASKS, 'CreateCollectorForTasks', filter={'_typeName': 'TaskFilterSpec'})
        live = {obj.ref['type']: obj for obj in sim.call(sim.vcenter.objects)}
        todo = [(kind, method) for kind, obj in sorted(live.items()) for name, method in schema.methods(kind).items()
                if hasattr(obj, name) and method.since <= RELEASE and name not in LEFT_OUT]
        assert len(todo) >= 200
        caller = Caller(seed, [])
        caller.random.shuffle(todo)
        for kind, method in todo:
            caller.references = [obj.ref for obj in sim.call(sim.vcenter.objects)]
            mine = [each for each in caller.references if each['type'] == kind]
            if mine:
                arguments = caller.arguments(method)
                answer = client.call(caller.random.choice(mine), method.name, **arguments)
                assert problems(answer, method) == [], (kind, method.name, arguments)
        assert client.call(SESSIONS, 'SessionIsActive', sessionID='x', userName='x').value is False
        assert slips(sim) == []
