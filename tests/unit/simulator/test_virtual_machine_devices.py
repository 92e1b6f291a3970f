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


def test_adapters_stand_where_a_vcenter_puts_them(vm):
    network = {'backing': {'_typeName': 'VirtualEthernetCardNetworkBackingInfo', 'deviceName': 'VM Network'}}
    vm.run('ReconfigVM_Task', **spec(*[change('add', 'VirtualE1000e', -1 - number, **network) for number in range(9)]))
    adapters = devices(vm, 'VirtualVmxnet3') + devices(vm, 'VirtualE1000e')
    assert [each['unitNumber'] for each in adapters] == list(range(7, 17))
    assert vm.fault('ReconfigVM_Task', **spec(change('add', 'VirtualE1000e', **network))).name == 'TooManyDevices'


def test_ports_and_drives_that_hang_on_the_sio_controller(vm):
    floppy = change('add', 'VirtualFloppy', backing={'_typeName': 'VirtualFloppyImageBackingInfo',
                                                     'fileName': '[LocalDS_0] a.flp'})
    serial = change('add', 'VirtualSerialPort', yieldOnPoll=True, backing={
        '_typeName': 'VirtualSerialPortURIBackingInfo', 'serviceURI': 'telnet://:33233', 'direction': 'client'})
    assert vm.fault('ReconfigVM_Task', **spec(floppy)).name == 'DeviceHotPlugNotSupported'
    vm.run('PowerOffVM_Task')
    bare = change('add', 'VirtualSerialPort', yieldOnPoll=True)
    assert vm.fault('ReconfigVM_Task', **spec(bare)).name == 'InvalidDeviceSpec'
    vm.run('ReconfigVM_Task', **spec(floppy, serial))
    (drive,), (port,) = devices(vm, 'VirtualFloppy'), devices(vm, 'VirtualSerialPort')
    assert (drive['key'], port['key'], drive['controllerKey']) == (8000, 9000, 400)
    assert 'datastore' in drive['backing'] and drive['deviceInfo']['label'] == 'Floppy drive 1'
    ejected = change('edit', 'VirtualFloppy', 8000, backing={
        '_typeName': 'VirtualFloppyRemoteDeviceBackingInfo', 'deviceName': '', 'useAutoDetect': False})
    vm.run('ReconfigVM_Task', **spec(ejected, change('remove', 'VirtualSerialPort', 9000, yieldOnPoll=True)))
    assert devices(vm, 'VirtualFloppy')[0]['backing']['deviceName'] == '' and not devices(vm, 'VirtualSerialPort')


def test_one_usb_controller_of_a_kind(vm):
    kinds = 'VirtualUSBController', 'VirtualUSBXHCIController'
    vm.run('ReconfigVM_Task', **spec(*[change('add', kind, -1 - index, busNumber=0) for index, kind in enumerate(kinds)]))
    assert [devices(vm, kind)[0]['key'] for kind in kinds] == [7000, 14000]
    again = change('add', 'VirtualUSBController', busNumber=0)
    assert vm.fault('ReconfigVM_Task', **spec(again)).name == 'TooManyDevices'


def test_a_disk_that_is_a_delta_on_the_file_of_another(vm):
    parent = {'_typeName': 'VirtualDiskFlatVer2BackingInfo', 'fileName': FILE, 'diskMode': 'persistent'}
    linked = disk('[LocalDS_0]', capacityInKB=0)
    linked['backing']['parent'] = parent
    attach = change('add', 'VirtualDisk', file_operation='create', controllerKey=1000, **linked)
    vm.run('ReconfigVM_Task', **spec(attach))
    first, second = devices(vm, 'VirtualDisk')
    assert (second['capacityInKB'], second['backing']['parent']['fileName']) == (first['capacityInKB'], FILE)
    assert second['backing']['fileName'] != FILE
    parent['fileName'] = '[LocalDS_0] nowhere.vmdk'
    assert vm.fault('ReconfigVM_Task', **spec(attach)).name == 'FileNotFound'


def test_the_ide_controllers_of_a_spec_are_those_that_are_there(vm):
    controller = change('add', 'VirtualIDEController', -200, busNumber=1)
    vm.run('ReconfigVM_Task', **spec(controller, change('add', 'VirtualCdrom', controllerKey=-200)))
    assert devices(vm, 'VirtualCdrom')[-1]['controllerKey'] == 201
    assert [each['key'] for each in devices(vm, 'VirtualIDEController')] == [200, 201]
    third = change('add', 'VirtualIDEController', busNumber=2)
    assert vm.fault('ReconfigVM_Task', **spec(third)).name == 'InvalidDeviceSpec'
