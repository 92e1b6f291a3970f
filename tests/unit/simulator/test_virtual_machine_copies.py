# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Instant clones, customized guests, and the specifications that a vCenter keeps."""

from __future__ import annotations

import pytest

from tests.simulator import Simulator
from tests.unit.simulator.virtual_machine_client import Client


@pytest.fixture
def vm():
    with Simulator(vms=2) as sim, Client(sim) as client:
        yield client.vm()


def adapter(ip=None):
    generator = {'_typeName': 'CustomizationFixedIp', 'ipAddress': ip} if ip else {
        '_typeName': 'CustomizationDhcpIpGenerator'}
    return {'_typeName': 'CustomizationAdapterMapping', 'adapter': {
        '_typeName': 'CustomizationIPSettings', 'ip': generator}}


def specification(*adapters, identity='CustomizationLinuxPrep', name='CustomizationFixedName', **members):
    host_name = {'_typeName': name, **({'name': 'web-01'} if name == 'CustomizationFixedName' else {})}
    identities = {
        'CustomizationLinuxPrep': {'hostName': host_name, 'domain': 'example.com'},
        'CustomizationSysprepText': {'value': 'x'}}
    return {'_typeName': 'CustomizationSpec', 'identity': {'_typeName': identity, **identities[identity]},
            'globalIPSettings': {'_typeName': 'CustomizationGlobalIPSettings'}, 'nicSettingMap': list(adapters), **members}


def instant(name='copy', location=None, **members):
    return {'_typeName': 'VirtualMachineInstantCloneSpec', 'name': name, **members,
            'location': {'_typeName': 'VirtualMachineRelocateSpec', **(location or {})}}


def test_customization_is_done_at_the_next_power_on(vm):
    assert vm.get('guest.customizationInfo.customizationStatus') == 'TOOLSDEPLOYPKG_IDLE'
    spec = specification(adapter('192.0.2.9'))
    assert vm.call('CheckCustomizationSpec', spec=spec) is None
    assert vm.fault('CustomizeVM_Task', spec=spec).name == 'InvalidPowerState'
    vm.run('PowerOffVM_Task')
    vm.run('CustomizeVM_Task', spec=spec)
    assert vm.get('guest.customizationInfo.customizationStatus') == 'TOOLSDEPLOYPKG_PENDING'
    assert vm.fault('CustomizeVM_Task', spec=spec).name == 'CustomizationPending'
    vm.run('PowerOnVM_Task')
    assert (vm.get('guest.hostName'), vm.get('guest.ipAddress')) == ('web-01.example.com', '192.0.2.9')
    assert vm.get('guest.customizationInfo.customizationStatus') == 'TOOLSDEPLOYPKG_SUCCEEDED'


def test_without_tools_nothing_is_customized(vm):
    vm.run('PowerOffVM_Task')
    vm.run('CustomizeVM_Task', spec=specification(adapter()))
    vm.set(tools='absent')
    vm.run('PowerOnVM_Task')
    assert vm.get('guest.customizationInfo.customizationStatus') == 'TOOLSDEPLOYPKG_PENDING'


@pytest.mark.parametrize(('spec', 'fault'), [
    (specification(), 'NicSettingMismatch'), (specification(adapter(), adapter()), 'NicSettingMismatch'),
    (specification(adapter(), identity='CustomizationSysprepText'), 'CustomizationFault'),
    (specification(adapter(), name='CustomizationUnknownName'), 'IpHostnameGeneratorError')])
def test_customization_faults(vm, spec, fault):
    assert vm.fault('CheckCustomizationSpec', spec=spec).name == fault


def test_a_machine_that_cannot_be_customized(vm):
    vm.run('PowerOffVM_Task')
    spec = specification(adapter())
    disk = {'_typeName': 'VirtualDisk', 'key': 2000, 'capacityInKB': 0}
    vm.reconfigure(deviceChange=[{'_typeName': 'VirtualDeviceConfigSpec', 'operation': 'remove', 'device': disk}])
    assert vm.fault('CheckCustomizationSpec', spec=spec).name == 'NoDisksToCustomize'
    vm.reconfigure(guestId='otherGuest')
    assert vm.fault('CheckCustomizationSpec', spec=spec).name == 'UncustomizableGuest'


def test_a_clone_is_customized_and_a_template_is_not(vm):
    spec = {'_typeName': 'VirtualMachineCloneSpec', 'template': False, 'powerOn': True, 'location': {
        '_typeName': 'VirtualMachineRelocateSpec', 'transform': 'flat'}, 'customization': specification(adapter())}
    copy = vm.other(vm.run('CloneVM_Task', folder=vm.get('parent'), name='copy', spec=spec))
    assert copy.get('guest.hostName') == 'web-01.example.com' != vm.get('guest.hostName')
    disk = next(each for each in copy.get('config.hardware.device') if each['_typeName'] == 'VirtualDisk')
    assert disk['backing']['thinProvisioned'] is False
    spec = {**spec, 'template': True, 'powerOn': False, 'customization': specification()}
    mould = vm.other(vm.run('CloneVM_Task', folder=vm.get('parent'), name='mould', spec=spec))
    assert mould.object.pending_customization is None
    wrong = {**spec, 'template': False}
    assert vm.fault('CloneVM_Task', folder=vm.get('parent'), name='wrong', spec=wrong).name == 'NicSettingMismatch'


def test_an_instant_clone_runs_where_its_source_is(vm):
    option = {'_typeName': 'OptionValue', 'key': 'guestinfo.role', 'value': {'_typeName': 'string', '_value': 'web'}}
    uuid = '564d1234-0000-0000-0000-000000000001'
    copy = vm.other(vm.run('InstantClone_Task', spec=instant(config=[option], biosUuid=uuid)))
    assert (copy.get('runtime.powerState'), copy.get('guest.guestState')) == ('poweredOn', 'running')
    assert copy.get('runtime.bootTime') == vm.get('runtime.bootTime')
    assert copy.get('runtime.host') == vm.get('runtime.host') and copy.get('config.uuid') == uuid
    assert option in copy.get('config.extraConfig')
    disk, source = (next(each for each in machine.get('config.hardware.device') if each['_typeName'] == 'VirtualDisk')
                    for machine in (copy, vm))
    assert disk['backing']['parent'] == source['backing']
    assert vm.fault('InstantClone_Task', spec=instant()).name == 'DuplicateName'


def test_the_name_of_a_clone_is_escaped(vm):
    spec = {'_typeName': 'VirtualMachineCloneSpec', 'location': {'_typeName': 'VirtualMachineRelocateSpec'},
            'template': False, 'powerOn': False}
    clone = vm.other(vm.run('CloneVM_Task', folder=vm.get('parent'), name='a/b', spec=spec))
    assert clone.get('name') == clone.get('config.name') == 'a%2fb'
    assert clone.get('config.files.vmPathName').endswith('a%2fb/a%2fb.vmx')


def test_an_instant_clone_without_a_folder_goes_into_the_datacenters_own(vm):
    root = vm.get('parent')
    lab = vm.other(root).call('CreateFolder', name='lab')
    vm.other(lab).run('MoveIntoFolder_Task', list=[vm.ref])
    assert vm.get('parent') == lab
    assert vm.other(vm.run('InstantClone_Task', spec=instant())).get('parent') == root


def test_instant_clone_faults(vm):
    stranger = vm.client.vm('DC0_C0_RP0_VM0')
    for location in ({'diskMoveType': 'createNewChildDiskBacking'}, {'host': vm.get('runtime.host')},
                     {'pool': stranger.get('resourcePool')}):
        assert vm.fault('InstantClone_Task', spec=instant(location=location)).name == 'InvalidArgument'
    assert vm.fault('InstantClone_Task', spec=instant('')).name == 'InvalidName'
    disk = {'_typeName': 'VirtualDeviceConfigSpec', 'operation': 'edit', 'device': {
        '_typeName': 'VirtualDisk', 'key': 2000, 'capacityInKB': 1}}
    fault = vm.fault('InstantClone_Task', spec=instant(location={'deviceChange': [disk]}))
    assert (fault.name, fault.wire['fault']['_typeName']) == ('DisallowedMigrationDeviceAttached', 'DeviceNotSupported')
    vm.run('PowerOffVM_Task')
    assert vm.fault('InstantClone_Task', spec=instant()).name == 'InvalidState'


def test_specifications_that_are_kept(vm):
    service = vm.other({'type': 'ServiceInstance', 'value': 'ServiceInstance'})
    manager = vm.other(service.get('content.customizationSpecManager'))
    item = {'_typeName': 'CustomizationSpecItem', 'spec': specification(adapter()), 'info': {
        '_typeName': 'CustomizationSpecInfo', 'name': 'linux', 'description': '', 'type': 'Linux'}}
    manager.call('CreateCustomizationSpec', item=item)
    assert manager.fault('CreateCustomizationSpec', item=item).name == 'AlreadyExists'
    held = manager.call('GetCustomizationSpec', name='linux')
    assert held['spec'] == item['spec'] and [each['name'] for each in manager.get('info')] == ['linux']
    manager.call('OverwriteCustomizationSpec', item=held)
    assert manager.fault('OverwriteCustomizationSpec', item=held).name == 'ConcurrentAccess'
    manager.call('RenameCustomizationSpec', name='linux', newName='other')
    assert manager.call('DoesCustomizationSpecExist', name='other') is True
    assert manager.call('DoesCustomizationSpecExist', name='linux') is False
    for method in ('GetCustomizationSpec', 'DeleteCustomizationSpec'):
        assert manager.fault(method, name='linux').name == 'NotFound'


def clone_spec(**members):
    return {'_typeName': 'VirtualMachineCloneSpec', 'template': False, 'powerOn': False,
            'location': {'_typeName': 'VirtualMachineRelocateSpec'}, **members}


def test_several_clones_of_one_source_at_once():
    with Simulator(vms=1, delay=3600) as sim, Client(sim) as client:
        vm = client.vm()
        folder = vm.get('parent')
        tasks = [vm.call('CloneVM_Task', folder=folder, name=f'copy {number}', spec=clone_spec()) for number in range(3)]
        busy = vm.fault('PowerOffVM_Task')
        assert (busy.name, busy.wire['task']) == ('TaskInProgress', tasks[0])
        sim.let_tasks_end()
        made = [vm.finish(task)['value'] for task in tasks]
        assert len(set(made)) == 3
        begun = vm.call('PowerOffVM_Task')
        assert vm.fault('CloneVM_Task', folder=folder, name='x', spec=clone_spec()).wire['task'] == begun
        sim.let_tasks_end()
        vm.finish(begun)


def test_a_clone_is_not_powered_on_where_no_machine_may_run(vm):
    vm.run('PowerOffVM_Task')
    host = vm.client.sim.vcenter.find(vm.get('runtime.host')['value'])
    vm.client.sim.call(host.set, 'runtime.inMaintenanceMode', True)
    assert vm.fault('CloneVM_Task', folder=vm.get('parent'), name='x', spec=clone_spec(powerOn=True)).name == 'InvalidState'
    vm.run('CloneVM_Task', folder=vm.get('parent'), name='x', spec=clone_spec())


def test_machines_of_one_name_have_files_of_their_own(vm):
    other = vm.other(vm.get('parent')).call('CreateFolder', name='other')
    name = vm.get('name')
    copies = [vm.other(vm.run('CloneVM_Task', folder=other, name=name, spec=clone_spec()))]
    copies.append(vm.other(vm.other(vm.other(other).call('CreateFolder', name='inner')).run(
        'CreateVM_Task', pool=vm.get('resourcePool'), config={'_typeName': 'VirtualMachineConfigSpec', 'name': name})))
    assert [copy.get('config.files.vmPathName') for copy in copies] == [
        f'[LocalDS_0] {name}_{number}/{name}_{number}.vmx' for number in (1, 2)]
    files = [{each['name'] for each in machine.get('layoutEx.file')} for machine in (vm, *copies)]
    assert len(set.union(*files)) == sum(map(len, files))
