# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Device changes beyond the plain ones, the EVC mode, shares and the versions of the hardware."""

from __future__ import annotations

import pytest

from tests.simulator import Simulator, schema
from tests.simulator.objects.network import VmwareDistributedVirtualSwitch
from tests.unit.simulator.virtual_machine_client import Client, Remote

FILE = '[LocalDS_0] DC0_H0_VM0/DC0_H0_VM0.vmdk'
MODES = 'supportedEVCMode'


@pytest.fixture
def vm():
    with Simulator(vms=2) as sim, Client(sim) as client:
        yield client.vm()


def change(operation, type_name, key=-1, file_operation=None, **members):
    made = {'_typeName': 'VirtualDeviceConfigSpec', 'operation': operation,
            'device': {'_typeName': type_name, 'key': key, **members}}
    return {**made, 'fileOperation': file_operation} if file_operation else made


def spec(*changes):
    return {'spec': {'_typeName': 'VirtualMachineConfigSpec', 'deviceChange': list(changes)}}


def disk(file_name='', **members):
    return {'backing': {'_typeName': 'VirtualDiskFlatVer2BackingInfo', 'fileName': file_name, 'diskMode': 'persistent'},
            **members}


def devices(vm, type_name):
    return [entry for entry in vm.get('config.hardware.device') if entry['_typeName'] == type_name]


def test_the_file_of_a_removed_disk_can_be_attached(vm):
    capacity = devices(vm, 'VirtualDisk')[0]['capacityInKB']
    attach = change('add', 'VirtualDisk', controllerKey=1000, capacityInKB=0, **disk(FILE))
    assert vm.fault('ReconfigVM_Task', **spec(attach)).name == 'FileNotFound'
    vm.run('ReconfigVM_Task', **spec(change('remove', 'VirtualDisk', 2000, capacityInKB=0)))
    create = change('add', 'VirtualDisk', file_operation='create', capacityInKB=1024, **disk(FILE))
    assert vm.fault('ReconfigVM_Task', **spec(create)).name == 'FileAlreadyExists'
    vm.run('ReconfigVM_Task', **spec(attach))
    (attached,) = devices(vm, 'VirtualDisk')
    assert (attached['capacityInKB'], attached['backing']['thinProvisioned']) == (capacity, True)
    vm.run('ReconfigVM_Task', **spec(change('remove', 'VirtualDisk', 2000, 'destroy', capacityInKB=0)))
    assert vm.fault('ReconfigVM_Task', **spec(attach)).name == 'FileNotFound'


@pytest.mark.parametrize(('controller', 'units'), [('VirtualNVMEController', 15), ('VirtualAHCIController', 30)])
def test_a_controller_has_so_many_units(vm, controller, units):
    def on(unit, size=1024):
        return change('add', 'VirtualDisk', -2, 'create', controllerKey=-1, unitNumber=unit, capacityInKB=size, **disk())
    bus = change('add', controller, busNumber=1)
    assert vm.fault('ReconfigVM_Task', **spec(bus, on(units))).name == 'InvalidDeviceSpec'
    vm.run('ReconfigVM_Task', **spec(bus, on(units - 1)))
    made = devices(vm, controller)[-1]
    assert made['device'] == [2001] and devices(vm, 'VirtualDisk')[1]['controllerKey'] == made['key']
    assert schema.problems(vm.get('config'), schema.find('VirtualMachineConfigInfo')) == []


def test_an_ide_controller_has_two_units(vm):
    for unit in (0, 1):
        vm.run('ReconfigVM_Task', **spec(change('add', 'VirtualCdrom', controllerKey=200)))
        assert devices(vm, 'VirtualCdrom')[unit + 1]['unitNumber'] == unit
    full = spec(change('add', 'VirtualCdrom', controllerKey=200))
    assert vm.fault('ReconfigVM_Task', **full).name == 'InvalidDeviceSpec'


def test_an_adapter_on_a_port_group_is_one_of_its_machines(vm):
    vcenter = vm.object.vcenter
    switch = vm.client.sim.call(lambda: VmwareDistributedVirtualSwitch.create(
        vcenter, 'switch', vcenter.objects('Datacenter')[0], vcenter.objects('HostSystem'), 'Group'))
    group = vm.client.sim.call(lambda: vcenter.objects('DistributedVirtualPortgroup')[0])

    def backing(key):
        return {'_typeName': 'VirtualEthernetCardDistributedVirtualPortBackingInfo', 'port': {
            '_typeName': 'DistributedVirtualSwitchPortConnection', 'portgroupKey': key, 'switchUuid': switch.get('uuid')}}
    none = spec(change('add', 'VirtualVmxnet3', backing=backing('dvportgroup-99')))
    assert vm.fault('ReconfigVM_Task', **none).name == 'InvalidDeviceBacking'
    vm.run('ReconfigVM_Task', **spec(change('add', 'VirtualVmxnet3', backing=backing(group.moid))))
    assert group.ref in vm.get('network') and vm.ref in group.get('vm')


def test_a_mac_address_is_changed_only_while_off(vm):
    other = spec(change('edit', 'VirtualVmxnet3', 4000, macAddress='00:50:56:00:00:01'))
    assert vm.fault('ReconfigVM_Task', **other).name == 'InvalidPowerState'
    vm.run('PowerOffVM_Task')
    vm.run('ReconfigVM_Task', **other)
    assert devices(vm, 'VirtualVmxnet3')[0]['macAddress'] == '00:50:56:00:00:01'


def test_the_image_of_a_drive_is_on_a_datastore(vm):
    iso = {'_typeName': 'VirtualCdromIsoBackingInfo', 'fileName': '[nowhere] a.iso'}
    edit = spec(change('edit', 'VirtualCdrom', 16000, backing=iso))
    assert vm.fault('ReconfigVM_Task', **edit).name == 'InvalidDatastorePath'


@pytest.mark.parametrize(('level', 'cpu', 'memory'), [('low', 1000, 10240), ('normal', 2000, 20480),
                                                      ('high', 4000, 40960), ('custom', 77, 77)])
def test_a_level_stands_for_a_number_of_shares(vm, level, cpu, memory):
    vm.run('PowerOffVM_Task')
    shares = {'_typeName': 'ResourceAllocationInfo', 'shares': {'_typeName': 'SharesInfo', 'level': level, 'shares': 77}}
    vm.reconfigure(numCPUs=2, memoryMB=2048, cpuAllocation=shares, memoryAllocation=shares)
    assert vm.get('config.cpuAllocation.shares') == {'_typeName': 'SharesInfo', 'level': level, 'shares': cpu}
    assert vm.get('config.memoryAllocation.shares.shares') == memory


def test_evc_mode(vm):
    capability = Remote(vm.client, {'type': 'ServiceInstance', 'value': 'ServiceInstance'}).get('capability')
    assert schema.problems(capability, schema.find('Capability')) == []
    masks = {mode['key']: mode['featureMask'] for mode in capability[MODES]}
    assert vm.fault('ApplyEvcModeVM_Task', mask=masks['intel-haswell']).name == 'InvalidPowerState'
    assert 'ApplyEvcModeVM_Task' in vm.get('disabledMethod')
    vm.run('PowerOffVM_Task')
    vm.run('ApplyEvcModeVM_Task', mask=masks['intel-haswell'])
    assert vm.get('runtime.featureMask') == masks['intel-haswell']
    vm.run('ApplyEvcModeVM_Task', mask=masks['intel-haswell'][:1], completeMasks=False)
    assert vm.get('runtime.featureMask') == masks['intel-haswell'][:1]
    vm.run('ApplyEvcModeVM_Task', mask=masks['intel-haswell'][:1])
    assert {each['value'] for each in vm.get('runtime.featureMask')[1:]} == {'Val:0'}
    unknown = [{**masks['intel-haswell'][0], 'key': 'cpuid.NONE'}]
    assert vm.fault('ApplyEvcModeVM_Task', mask=unknown).name == 'InvalidArgument'
    vm.run('ApplyEvcModeVM_Task')
    assert vm.get('runtime.featureMask') is None
    vm.reconfigure(version='vmx-13')
    assert not vm.get('capability.perVmEvcSupported')
    assert vm.fault('ApplyEvcModeVM_Task').name == 'NotSupported'


def test_hardware_versions_on_offer(vm):
    browser = vm.other(vm.get('environmentBrowser'))
    offered = browser.call('QueryConfigOptionDescriptor')
    assert [each['key'] for each in offered if each['defaultConfigOption']] == ['vmx-21'] == [offered[-1]['key']]
