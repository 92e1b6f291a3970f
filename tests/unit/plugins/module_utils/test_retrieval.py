# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is asked of a server that refuses to read as it is asked to."""

from __future__ import annotations

import pytest
from ansible_collections.vsphere.vm.plugins.module_utils import retrieval, wire
from ansible_collections.vsphere.vm.plugins.module_utils.faults import Fault
from ansible_collections.vsphere.vm.plugins.module_utils.retrieval import property_filter

FIRST, SECOND, TASK = ('VirtualMachine', 'vm-1'), ('VirtualMachine', 'vm-2'), ('Task', 'task-1')


class Client:
    """Refuses in turn, then answers with what was asked for."""

    def __init__(self, *refusals):
        self.refusals = list(refusals)
        self.got = []

    def service(self, name):
        return wire.reference('PropertyCollector', name)

    def call(self, _target, _method, repeatable, specSet, options):
        assert repeatable and options['maxObjects'] == retrieval.PAGE
        if self.refusals:
            raise self.refusals.pop(0)
        return specSet

    def get(self, ref, name):
        self.got.append((ref['value'], name))
        return 'on'


def first_page(client, paths=('name', 'disabledMethod'), **more):
    return retrieval.first_page(client, [property_filter(dict.fromkeys((FIRST, SECOND), paths), **more)])


def gone(moid):
    return Fault('Gone.', 'ManagedObjectNotFound', details={'obj': {'type': 'VirtualMachine', 'value': moid}})


def unknown(name):
    return Fault('What?', 'InvalidProperty', details={'name': name})


def test_paths_of_one_type_are_joined():
    spec = property_filter({FIRST: ('a', 'b'), SECOND: ('b', 'c'), TASK: ('d',)}, reportMissingObjectsInResults=True)
    assert {each['type']: each['pathSet'] for each in spec['propSet']} == {
        'VirtualMachine': ['a', 'b', 'c'], 'Task': ['d']}
    assert [each['obj'] for each in spec['objectSet']] == [wire.reference(*key) for key in (FIRST, SECOND, TASK)]
    assert spec['reportMissingObjectsInResults'] is True
    assert {each['_typeName'] for each in (spec, *spec['propSet'], *spec['objectSet'])} == {
        'PropertyFilterSpec', 'PropertySpec', 'ObjectSpec'}
    assert [each['all'] for each in spec['propSet']] == [False, False]
    assert [each['skip'] for each in spec['objectSet']] == [False, False, False]


def test_a_property_that_can_be_done_without():
    (spec,) = first_page(Client(unknown('disabledMethod')))
    assert [each['pathSet'] for each in spec['propSet']] == [['name']]


def test_what_is_gone_is_left_out_where_that_was_asked_for():
    (spec,) = first_page(Client(gone('vm-1')), reportMissingObjectsInResults=True)
    assert [each['obj']['value'] for each in spec['objectSet']] == ['vm-2']
    assert first_page(Client(gone('vm-1'), gone('vm-2')), reportMissingObjectsInResults=True) is None


@pytest.mark.parametrize('refusal', [unknown('name'), unknown('recentTask'), gone('vm-1'), gone('vm-9'),
                                     Fault('No.', 'NoPermission'), Fault('What?', 'InvalidRequest')])
def test_all_else_is_refused(refusal):
    client = Client(refusal)
    with pytest.raises(Fault) as caught:
        first_page(client)
    assert caught.value is refusal and not client.got


def test_each_property_is_got_once_where_there_is_nothing_better():
    client = Client(Fault('What?', 'MethodNotFound'))
    assert [each['obj']['value'] for each in first_page(client, ('runtime.a', 'runtime.b'))['objects']] == ['vm-1', 'vm-2']
    assert client.got == [('vm-1', 'runtime'), ('vm-2', 'runtime')]
