# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ReconfigVM_Task and UpgradeVM_Task: every member of the spec is applied or refused, none is ignored."""

from __future__ import annotations

import pytest

from tests.simulator import Simulator, schema
from tests.simulator.objects.datastore import Datastore
from tests.simulator.objects.virtual_machine import config as reconfigure
from tests.unit.simulator.virtual_machine_client import Client, snapshot


@pytest.fixture
def vm():
    with Simulator(vms=2) as sim, Client(sim) as client:
        yield client.vm()


@pytest.fixture
def off(vm):
    return vm.enter('off')


def spec(**members):
    return {'spec': {'_typeName': 'VirtualMachineConfigSpec', **members}}


def device(operation, type_name, key=-1, file_operation=None, **members):
    change = {'_typeName': 'VirtualDeviceConfigSpec', 'operation': operation,
              'device': {'_typeName': type_name, 'key': key, **members}}
    return {**change, 'fileOperation': file_operation} if file_operation else change


def new_disk(gigabytes=1, **members):
    backing = {'_typeName': 'VirtualDiskFlatVer2BackingInfo', 'fileName': '', 'diskMode': 'persistent',
               'thinProvisioned': True}
    return device('add', 'VirtualDisk', file_operation='create', capacityInKB=gigabytes * 1024 * 1024,
                  backing=backing, **members)


def devices(vm, type_name):
    return [entry for entry in vm.get('config.hardware.device') if entry['_typeName'] == type_name]


def test_each_member_of_the_spec_has_one_place():
    places = [reconfigure.COPIED, set(reconfigure.MERGED), set(reconfigure.HARDWARE), reconfigure.OWN,
              reconfigure.REFUSED]
    assert sorted(member for place in places for member in place) == sorted(schema.members('VirtualMachineConfigSpec'))
    assert reconfigure.COPIED | set(reconfigure.MERGED.values()) <= set(schema.members('VirtualMachineConfigInfo'))
    assert set(reconfigure.HARDWARE.values()) <= set(schema.members('VirtualHardware'))


def test_plain_members(off):
    before = off.get('config.changeVersion')
    off.reconfigure(annotation='notes', numCPUs=4, numCoresPerSocket=2, memoryMB=2048, guestId='rhel9_64Guest',
                    cpuHotAddEnabled=True, bootOptions={'_typeName': 'VirtualMachineBootOptions', 'bootDelay': 500})
    config = off.get('config')
    assert config['annotation'] == 'notes' and config['guestFullName'].startswith('Red Hat')
    assert (config['hardware']['numCPU'], config['hardware']['numCoresPerSocket']) == (4, 2)
    assert config['hardware']['memoryMB'] == 2048 and config['cpuHotAddEnabled'] is True
    assert config['bootOptions']['bootDelay'] == 500 and config['bootOptions']['bootRetryDelay'] == 10000
    assert config['changeVersion'] > before
    assert schema.problems(config, schema.find('VirtualMachineConfigInfo')) == []


def test_extra_config_is_merged(vm):
    def option(key, value):
        return {'_typeName': 'OptionValue', 'key': key, 'value': {'_typeName': 'string', '_value': value}}

    vm.reconfigure(extraConfig=[option('guestinfo.a', '1'), option('svga.present', '')])
    options = {entry['key']: entry['value']['_value'] for entry in vm.get('config.extraConfig')}
    assert options['guestinfo.a'] == '1' and 'svga.present' not in options and 'nvram' in options


def test_change_version(vm):
    version = vm.get('config.changeVersion')
    vm.reconfigure(annotation='a', changeVersion=version)
    assert vm.fault('ReconfigVM_Task', **spec(annotation='b', changeVersion=version)).name == 'ConcurrentAccess'
    assert vm.get('config.annotation') == 'a'


@pytest.mark.parametrize(('member', 'value'), [
    ('guestId', 'noSuchGuest'), ('numCPUs', 0), ('numCoresPerSocket', 3), ('memoryMB', 5), ('uuid', 'x'),
    ('firmware', 'coreboot'), ('version', 'vmx-99'),
])
def test_invalid_values(off, member, value):
    fault = off.fault('ReconfigVM_Task', **spec(**{member: value}))
    assert (fault.name, fault.wire['invalidProperty']) == ('InvalidArgument', f'configSpec.{member}')


def test_name(vm):
    assert vm.fault('ReconfigVM_Task', **spec(name='')).name == 'InvalidName'
    other = vm.client.vm('DC0_C0_RP0_VM0').get('name')
    assert vm.fault('ReconfigVM_Task', **spec(name=other)).name == 'DuplicateName'
    vm.reconfigure(name='renamed')
    assert vm.get('name') == 'renamed'


def test_hot_plug(vm):
    assert vm.fault('ReconfigVM_Task', **spec(numCPUs=2)).name == 'CpuHotPlugNotSupported'
    assert vm.fault('ReconfigVM_Task', **spec(memoryMB=2048)).name == 'MemoryHotPlugNotSupported'
    assert vm.fault('ReconfigVM_Task', **spec(guestId='rhel9_64Guest')).name == 'InvalidPowerState'
    vm.run('PowerOffVM_Task')
    vm.reconfigure(cpuHotAddEnabled=True, memoryHotAddEnabled=True)
    vm.run('PowerOnVM_Task')
    vm.reconfigure(numCPUs=2, memoryMB=2048)
    assert vm.get('runtime.maxMemoryUsage') == 2048
    assert vm.fault('ReconfigVM_Task', **spec(numCPUs=1)).name == 'CpuHotPlugNotSupported'
    vm.run('SuspendVM_Task')
    assert vm.fault('ReconfigVM_Task', **spec(numCPUs=4)).name == 'InvalidPowerState'


def test_what_is_not_done_is_refused(vm):
    fault = vm.fault('ReconfigVM_Task', **spec(npivTemporaryDisabled=True))
    assert fault.name == 'NotSupported' and 'npivTemporaryDisabled' in fault.wire['faultstring']


def test_busy_and_in_a_session(vm):
    vm.client.sim.vcenter.settings.task_seconds = 0.2
    task = vm.call('SuspendVM_Task')
    assert vm.fault('ReconfigVM_Task', **spec(annotation='x')).name == 'TaskInProgress'
    vm.finish(task)
    vm.client.sim.vcenter.settings.task_seconds = 0
    vm.run('PowerOnVM_Task')
    assert vm.enter('recording').fault('ReconfigVM_Task', **spec(annotation='x')).name == 'InvalidState'


def test_disks(vm):
    vm.reconfigure(deviceChange=[new_disk(2)])
    added = devices(vm, 'VirtualDisk')[1]
    assert (added['key'], added['controllerKey'], added['unitNumber']) == (2001, 1000, 1)
    assert added['deviceInfo']['label'] == 'Hard disk 2' and added['backing']['fileName'].endswith('_1.vmdk')
    assert vm.get('summary.config.numVirtualDisks') == 2 and len(vm.get('layoutEx.disk')) == 2
    vm.reconfigure(deviceChange=[device('edit', 'VirtualDisk', 2001, capacityInKB=4 * 1024 * 1024)])
    assert devices(vm, 'VirtualDisk')[1]['capacityInBytes'] == 4 * 1024 ** 3
    shrink = spec(deviceChange=[device('edit', 'VirtualDisk', 2001, capacityInKB=1024)])
    assert vm.fault('ReconfigVM_Task', **shrink).name == 'InvalidDeviceSpec'
    vm.reconfigure(deviceChange=[device('remove', 'VirtualDisk', 2001, 'destroy', capacityInKB=0)])
    assert len(devices(vm, 'VirtualDisk')) == 1
    assert schema.problems(vm.get('config'), schema.find('VirtualMachineConfigInfo')) == []


def test_a_disk_under_a_snapshot_keeps_its_size(vm):
    snapshot(vm)
    grow = spec(deviceChange=[device('edit', 'VirtualDisk', 2000, capacityInKB=20 * 1024 * 1024)])
    assert vm.fault('ReconfigVM_Task', **grow).name == 'InvalidDeviceSpec'


def test_network_adapters(vm):
    backing = {'_typeName': 'VirtualEthernetCardNetworkBackingInfo', 'deviceName': 'VM Network'}
    vm.reconfigure(deviceChange=[device('add', 'VirtualE1000e', backing=backing)])
    added = devices(vm, 'VirtualE1000e')[0]
    assert added['macAddress'].startswith('00:50:56:') and added['backing']['network'] == vm.get('network')[0]
    assert len(vm.get('guest.net')) == 2
    strange = spec(deviceChange=[device('add', 'VirtualE1000e', backing={**backing, 'deviceName': 'nowhere'})])
    assert vm.fault('ReconfigVM_Task', **strange).name == 'InvalidDeviceBacking'
    network = vm.get('network')[0]
    vm.reconfigure(deviceChange=[device('remove', 'VirtualE1000e', added['key']),
                                 device('remove', 'VirtualVmxnet3', 4000)])
    assert not vm.get('network') and vm.ref not in vm.object.vcenter.resolve(network).get('vm')


def test_cdrom(vm):
    iso = {'_typeName': 'VirtualCdromIsoBackingInfo', 'fileName': '[LocalDS_0] a.iso'}
    vm.reconfigure(deviceChange=[device('edit', 'VirtualCdrom', 16000, backing=iso)])
    assert devices(vm, 'VirtualCdrom')[0]['deviceInfo']['summary'] == '[LocalDS_0] a.iso'
    vm.reconfigure(deviceChange=[device('remove', 'VirtualCdrom', 16000)])
    assert devices(vm, 'VirtualCdrom') == []
    vm.reconfigure(deviceChange=[device('add', 'VirtualCdrom')])
    assert devices(vm, 'VirtualCdrom')[0]['deviceInfo']['label'] == 'CD/DVD drive 1'


@pytest.mark.parametrize(('change', 'fault'), [
    (device('remove', 'VirtualDisk', 2999, capacityInKB=0), 'InvalidDeviceSpec'),
    (device('remove', 'VirtualVmxnet3', 2000), 'InvalidDeviceSpec'),
    (device('remove', 'ParaVirtualSCSIController', 1000, busNumber=0, sharedBus='noSharing'), 'InvalidDeviceSpec'),
    (new_disk(0), 'InvalidDeviceSpec'),
    (new_disk(controllerKey=1000, unitNumber=0), 'InvalidDeviceSpec'),
    (new_disk(controllerKey=1000, unitNumber=7), 'InvalidDeviceSpec'),
    (new_disk(controllerKey=1001), 'InvalidController'),
    (device('add', 'VirtualTPM'), 'DeviceUnsupportedForVmPlatform'),
])
def test_invalid_device_changes_change_nothing(vm, change, fault):
    before = vm.get('config')
    answer = vm.fault('ReconfigVM_Task', **spec(annotation='x', deviceChange=[change]))
    assert (answer.name, answer.wire['deviceIndex']) == (fault, 0)
    assert vm.get('config') == before


def test_upgrade_of_the_hardware(vm):
    assert vm.fault('UpgradeVM_Task').name == 'InvalidPowerState'
    vm.run('PowerOffVM_Task')
    assert vm.fault('UpgradeVM_Task', version='vmx-99').name == 'InvalidState'
    vm.run('UpgradeVM_Task')
    assert vm.get('config.version') == 'vmx-21'
    assert vm.fault('UpgradeVM_Task').name == 'AlreadyUpgraded'


def test_upgrade_needs_a_disk(off):
    off.reconfigure(deviceChange=[device('remove', 'VirtualDisk', 2000, capacityInKB=0)])
    assert off.fault('UpgradeVM_Task').name == 'NoDiskFound'


def test_a_disk_elsewhere_takes_its_datastore_along(vm):
    vcenter, sim = vm.object.vcenter, vm.client.sim
    other = sim.call(lambda: Datastore.create(
        vcenter, 'LocalDS_1', vcenter.objects('Datacenter')[0], vcenter.objects('HostSystem')))
    change = new_disk()
    change['device']['backing']['datastore'] = other.ref
    vm.reconfigure(deviceChange=[change])
    assert vm.get('datastore')[1] == other.ref and vm.ref in other.get('vm')
    usage = {entry['datastore']['value']: entry['committed'] for entry in vm.get('storage.perDatastoreUsage')}
    assert usage[other.moid] > 0
