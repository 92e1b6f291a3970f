# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a client that nobody here wrote sees: pyVmomi's own classes are filled with what the server answers."""

from __future__ import annotations

import datetime

import pytest
from pyVmomi import VmomiSupport, vim

from tests.unit.simulator.wire_client import (
    COLLECTOR,
    VIEWS,
    filter_spec,
    object_spec,
    ref_of,
    retrieve,
    traversal,
    values,
)


class Reader:
    """Turns VI JSON into pyVmomi objects, which check every type on assignment. Knows nothing of the simulator."""

    def read(self, value, declared):
        """``value`` as an instance of the pyVmomi class ``declared``."""
        if declared is object:
            return self._boxed(value)
        if issubclass(declared, list):
            return declared(self.read(item, declared.Item) for item in value)
        if isinstance(value, dict):
            return self._object(value)
        if declared is datetime.datetime:
            return datetime.datetime.fromisoformat(value.replace('Z', '+00:00'))
        if declared is type:
            return VmomiSupport.GuessWsdlType(value) if value != 'string' else str
        if declared is VmomiSupport.ManagedMethod:
            return VmomiSupport.GuessWsdlMethod(value)
        return declared(value)

    def _boxed(self, value):
        if '_value' not in value:
            return self._object(value)
        return self.read(value['_value'], self._class(value['_typeName']))

    def _object(self, value):
        name = value['_typeName']
        if name == 'ManagedObjectReference':
            return VmomiSupport.GuessWsdlType(value['type'])(value['value'])
        made = VmomiSupport.GuessWsdlType(name)()
        for member, content in value.items():
            if member not in ('_typeName', 'faultstring'):
                setattr(made, member, self.read(content, made._GetPropertyInfo(member).type))
        return made

    @staticmethod
    def _class(name):
        for namespace in (VmomiSupport.XMLNS_XSD, VmomiSupport.XMLNS_VMODL_BASE):
            try:
                return VmomiSupport.GetWsdlType(namespace, name)
            except KeyError:
                continue
        raise AssertionError(f'{name} is no type')


def same(reader, client, reference):
    """Every property of an object, read by pyVmomi's classes."""
    found = {}
    for info in VmomiSupport.GuessWsdlType(reference['type'])._GetPropertyList():
        answer = client.read(reference, info.name)
        if answer.value is not None:
            found[info.name] = reader.read(answer.value, info.type)
    return found


@pytest.mark.parametrize('name', ['DC0_H0_VM0', 'DC0', 'DC0_C0', 'DC0_C0_H0', 'DC0_C0_RP0', 'LocalDS_0', 'VM Network',
                                  'vm'])
def test_every_property_of_an_entity_is_a_pyvmomi_value(reader, shared_sim, name):
    found = same(Reader(), reader, ref_of(shared_sim, name))
    assert found['name'] == name
    assert found['overallStatus'] == 'green'


def test_service_content(reader):
    content = Reader().read(reader.get('ServiceInstance/ServiceInstance/content').value, vim.ServiceInstanceContent)
    assert isinstance(content.rootFolder, vim.Folder)
    assert content.about.apiType == 'VirtualCenter'
    assert content.about.apiVersion == '8.0.3.0'
    for member in content._GetPropertyList():
        manager = getattr(content, member.name)
        if isinstance(manager, vim.view.ViewManager | vim.SearchIndex | vim.TaskManager):
            assert isinstance(manager, member.type)


def test_a_walk_like_pyvmomis_samples(reader):
    """Container view, then one retrieval, as most pyVmomi programs begin."""
    read = Reader()
    view = reader.call(VIEWS, 'CreateContainerView', container=reader.root, type=['VirtualMachine'], recursive=True)
    spec = object_spec(view.value, traversal('ContainerView', 'view', name='traverseEntities'), skip=True)
    answer = retrieve(reader, filter_spec({'VirtualMachine': ['name', 'runtime', 'config.hardware.device', 'guest.net',
                                                              'summary', 'layoutEx', 'disabledMethod']}, [spec]))
    for content in answer.value['objects']:
        found = {path: read.read(value, object) for path, value in values(content).items()}
        assert isinstance(found['runtime'], vim.vm.RuntimeInfo)
        assert isinstance(found['runtime'].bootTime, datetime.datetime)
        assert any(isinstance(device, vim.vm.device.VirtualDisk) for device in found['config.hardware.device'])
        assert found['summary'].config.name == found['name']
        assert found['guest.net'][0].ipAddress[0].startswith('10.')


def test_a_tasks_result_and_error(client):
    read = Reader()
    vm = ref_of(client.sim, 'DC0_H0_VM0')
    task = client.call(vm, 'CreateSnapshot_Task', name='x', memory=False, quiesce=False).value
    info = read.read(client.read(task, 'info').value, vim.TaskInfo)
    assert isinstance(info.result, vim.vm.Snapshot)
    client.sim.order('PowerOffVM_Task', 'InvalidPowerState', task=True)
    failed = client.call(vm, 'PowerOffVM_Task').value
    assert isinstance(read.read(client.read(failed, 'info').value, vim.TaskInfo).error, vim.fault.InvalidPowerState)


@pytest.mark.parametrize(('manager', 'create', 'filter_type', 'item'), [
    ('EventManager', 'CreateCollectorForEvents', 'EventFilterSpec', vim.event.Event),
    ('TaskManager', 'CreateCollectorForTasks', 'TaskFilterSpec', vim.TaskInfo)])
def test_managers_with_a_history_and_their_collectors(client, manager, create, filter_type, item):
    vm = ref_of(client.sim, 'DC0_H0_VM0')
    client.call(vm, 'CreateSnapshot_Task', name='x', memory=False, quiesce=False)
    found = same(Reader(), client, {'type': manager, 'value': manager})
    assert found['maxCollector'] == 32 and found['description']
    collector = client.call({'type': manager, 'value': manager}, create, filter={'_typeName': filter_type}).value
    assert all(isinstance(each, item) for each in same(Reader(), client, collector)['latestPage'])


def test_what_a_host_offers(reader, shared_sim):
    browser = reader.read(ref_of(shared_sim, 'DC0_C0'), 'environmentBrowser').value
    target = Reader().read(reader.call(browser, 'QueryConfigTarget').value, vim.vm.ConfigTarget)
    assert target.datastore[0].datastore.name == 'LocalDS_0' and target.numCpuCores > 0


def test_every_kind_of_object(client):
    """All that a session can have, and all that a fresh inventory holds."""
    vm = ref_of(client.sim, 'DC0_H0_VM0')
    client.call(vm, 'CreateSnapshot_Task', name='x', memory=False, quiesce=False)
    client.call(vm, 'PowerOffVM_Task')
    client.call(VIEWS, 'CreateContainerView', container=client.root, recursive=True)
    client.call(VIEWS, 'CreateListView', obj=[vm])
    client.call(COLLECTOR, 'CreatePropertyCollector')
    client.call(COLLECTOR, 'CreateFilter', partialUpdates=False, spec=filter_spec({'VirtualMachine': ['name']}, [vm]))
    client.call(vm, 'ExportVm')
    kinds = {one.ref['type']: one.ref for one in client.sim.call(client.sim.vcenter.objects)}
    assert {'VirtualMachineSnapshot', 'HttpNfcLease', 'PropertyFilter', 'ListView', 'Task'} <= set(kinds)
    for reference in kinds.values():
        assert same(Reader(), client, reference) or not VmomiSupport.GuessWsdlType(reference['type'])._GetPropertyList()
