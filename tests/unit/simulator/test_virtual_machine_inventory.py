# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Renaming, destroying, templates, clones, custom values, the files on disk."""

from __future__ import annotations

import pytest

from tests.simulator import Simulator, schema
from tests.unit.simulator.virtual_machine_client import ON, Client, snapshot


@pytest.fixture
def vm():
    with Simulator(vms=2) as sim, Client(sim) as client:
        yield client.vm()


def clone_spec(template=False, power_on=False, location=None, **members):
    return {'_typeName': 'VirtualMachineCloneSpec', 'template': template, 'powerOn': power_on,
            'location': {'_typeName': 'VirtualMachineRelocateSpec', **(location or {})}, **members}


def clone(vm, name='copy', **options):
    return vm.other(vm.run('CloneVM_Task', folder=vm.get('parent'), name=name, spec=clone_spec(**options)))


def test_rename(vm):
    vm.run('Rename_Task', newName='other')
    assert vm.get('name') == vm.get('config.name') == vm.get('summary.config.name') == 'other'
    assert vm.fault('Rename_Task', newName='').name == 'InvalidName'
    assert vm.fault('Rename_Task', newName='DC0_C0_RP0_VM0').name == 'DuplicateName'


@pytest.mark.parametrize('method', ['Destroy_Task', 'UnregisterVM'])
def test_leaving_the_inventory(vm, method):
    host, pool, parent, taken = (vm.object.vcenter.resolve(vm.get(path)) for path in (
        'runtime.host', 'resourcePool', 'parent', 'runtime.host'))
    remote = snapshot(vm)
    assert vm.fault(method).name == 'InvalidPowerState'
    vm.run('PowerOffVM_Task')
    vm.run(method) if method.endswith('_Task') else vm.call(method)
    assert vm.fault(method).name == remote.fault('RevertToSnapshot_Task').name == 'ManagedObjectNotFound'
    for holder, name in ((host, 'vm'), (pool, 'vm'), (parent, 'childEntity'), (taken, 'vm')):
        assert vm.ref not in holder.get(name)


def test_unregister_while_busy(vm):
    vm.run('PowerOffVM_Task')
    vm.client.sim.vcenter.settings.task_seconds = 0.2
    task = vm.call('PowerOnVM_Task')
    assert vm.fault('UnregisterVM').name == 'TaskInProgress'
    vm.finish(task)


def test_template_and_back(vm):
    pool, host = vm.get('resourcePool'), vm.get('runtime.host')
    assert vm.fault('MarkAsTemplate').name == 'InvalidPowerState'
    assert vm.fault('MarkAsVirtualMachine', pool=pool).name == 'InvalidState'
    vm.run('PowerOffVM_Task')
    vm.call('MarkAsTemplate')
    assert vm.get('config.template') is True and vm.get('resourcePool') is None
    assert vm.fault('MarkAsTemplate').name == 'NotSupported'
    elsewhere = vm.client.vm('DC0_C0_RP0_VM0').get('runtime.host')
    assert vm.fault('MarkAsVirtualMachine', pool=pool, host=elsewhere).name == 'InvalidArgument'
    vm.call('MarkAsVirtualMachine', pool=pool, host=host)
    assert vm.get('config.template') is False and vm.get('resourcePool') == pool
    vm.run('PowerOnVM_Task')


def test_full_clone(vm):
    copy = clone(vm, power_on=True)
    assert copy.get('name') == 'copy' and copy.get('runtime.powerState') == ON
    for path in ('config.uuid', 'config.instanceUuid', 'config.files.vmPathName'):
        assert copy.get(path) != vm.get(path)
    macs = {device['macAddress'] for one in (vm, copy) for device in one.get('config.hardware.device')
            if 'macAddress' in device}
    assert len(macs) == 2 and copy.get('network') == vm.get('network')
    assert copy.ref in vm.object.vcenter.resolve(vm.get('parent')).get('childEntity')
    for name, declared in schema.properties('VirtualMachine').items():
        value = copy.get(name)
        assert value is None or schema.problems(value, declared.type, name) == []
    assert copy.get('guest.ipAddress') != vm.get('guest.ipAddress')


def test_linked_clone(vm):
    base = snapshot(vm)
    copy = clone(vm, location={'diskMoveType': 'createNewChildDiskBacking'}, snapshot=base.ref)
    assert len(copy.get('layoutEx.disk')[0]['chain']) == 2
    copy.run('PromoteDisks_Task', unlink=True)
    assert len(copy.get('layoutEx.disk')[0]['chain']) == 1


def test_clone_to_and_from_a_template(vm):
    template = clone(vm, 'golden', template=True)
    assert template.get('config.template') is True and template.get('resourcePool') is None
    params = {'folder': vm.get('parent'), 'name': 'x', 'spec': clone_spec()}
    assert template.fault('CloneVM_Task', **params).wire['invalidProperty'] == 'spec.location.pool'
    copy = clone(template, 'deployed', location={'pool': vm.get('resourcePool')})
    assert copy.get('config.template') is False


def test_clone_with_a_config(vm):
    config = {'_typeName': 'VirtualMachineConfigSpec', 'annotation': 'made', 'memoryMB': 512}
    vm.run('PowerOffVM_Task')
    copy = clone(vm, config=config)
    assert copy.get('config.annotation') == 'made' and copy.get('config.hardware.memoryMB') == 512


@pytest.mark.parametrize(('name', 'spec', 'fault'), [
    ('', clone_spec(), 'InvalidName'),
    ('DC0_C0_RP0_VM0', clone_spec(), 'DuplicateName'),
    ('x', clone_spec(template=True, power_on=True), 'InvalidArgument'),
    ('x', clone_spec(location={'diskMoveType': 'createNewChildDiskBacking'}), 'InvalidArgument'),
    ('x', clone_spec(memory=True), 'NotSupported'),
])
def test_clone_faults(vm, name, spec, fault):
    assert vm.fault('CloneVM_Task', folder=vm.get('parent'), name=name, spec=spec).name == fault


def test_clone_of_a_strange_snapshot(vm):
    strange = snapshot(vm.client.vm('DC0_C0_RP0_VM0'))
    fault = vm.fault('CloneVM_Task', folder=vm.get('parent'), name='x', spec=clone_spec(snapshot=strange.ref))
    assert (fault.name, fault.wire['invalidProperty']) == ('InvalidArgument', 'spec.snapshot')


def test_reading_again(vm):
    before = vm.get('storage.timestamp')
    assert vm.call('RefreshStorageInfo') is None and vm.call('Reload') is None
    assert vm.get('storage.timestamp') > before == before


def manager(vm, name):
    """A manager of the ServiceContent."""
    service = vm.other({'type': 'ServiceInstance', 'value': 'ServiceInstance'})
    return vm.other(service.get(f'content.{name}'))


def test_custom_value(vm):
    assert vm.fault('setCustomValue', key='nowhere', value='x').name == 'InvalidArgument'
    field = manager(vm, 'customFieldsManager').call('AddCustomFieldDef', name='owner', moType='VirtualMachine')
    vm.call('setCustomValue', key='owner', value='ann')
    wanted = [{'_typeName': 'CustomFieldStringValue', 'key': field['key'], 'value': 'ann'}]
    assert vm.get('customValue') == vm.get('value') == vm.get('summary.customValue') == wanted


def test_search(vm):
    index = manager(vm, 'searchIndex')
    config = vm.get('config')
    assert index.call('FindByUuid', uuid=config['uuid'], vmSearch=True) == vm.ref
    assert index.call('FindByUuid', uuid=config['instanceUuid'], vmSearch=True, instanceUuid=True) == vm.ref
    guest = vm.get('guest')
    assert index.call('FindByIp', ip=guest['ipAddress'], vmSearch=True) == vm.ref
    assert index.call('FindByDnsName', dnsName=guest['hostName'], vmSearch=True) == vm.ref
    vm.run('PowerOffVM_Task')
    assert index.call('FindByIp', ip=guest['ipAddress'], vmSearch=True) is None
    vm.reconfigure(uuid='564d0000-0000-0000-0000-00000000ABCD')
    assert index.call('FindByUuid', uuid='564D0000-0000-0000-0000-00000000abcd', vmSearch=True) == vm.ref


def test_disk_maintenance(vm):
    assert vm.fault('DefragmentAllDisks').name == 'InvalidPowerState'
    assert not vm.call('QueryUnownedFiles')
    path = vm.get('config.files.vmPathName')
    vm.set(unowned_files=[path])
    assert vm.call('QueryUnownedFiles') == [path]
    vm.run('PowerOffVM_Task')
    assert vm.call('DefragmentAllDisks') is None
    strange = {'_typeName': 'VirtualDisk', 'key': 2999, 'capacityInKB': 0}
    assert vm.fault('PromoteDisks_Task', unlink=True, disks=[strange]).name == 'InvalidArgument'


def test_consolidation_in_a_session(vm):
    assert vm.enter('recording').fault('ConsolidateVMDisks_Task').name == 'InvalidState'
