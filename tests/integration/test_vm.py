# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.vm: created with all that it is to have, deleted, and what is in the way."""

from __future__ import annotations

import pytest

from tests.simulator.objects.datacenter import Datacenter

from . import faulty, matrix
from .places import add_datastore, add_folder, add_port_group

MODULE = 'vsphere.vm.vm'
BOTH_PATHS = '''
- name: Create
  vsphere.vm.vm:
    name: build-01
    folder: /DC0/vm/web
    cluster: DC0_C0
    datastore: SSD_1
    disk:
      - size_gb: 4
        type: thin
    networks:
      - name: VM Network
- name: Create as before
  vsphere.vm.vm:
    path: DC0/vm/web/build-01
    host: DC0_C0_H0
    datastore: SSD_1
- name: Delete
  vsphere.vm.vm:
    path: DC0/vm/web/build-01
    state: absent
'''
FULL = {
    'guest_id': 'rhel9_64Guest', 'annotation': 'made here', 'scsi': 'lsilogicsas', 'host': 'DC0_H0', 'datastore': 'SSD_1',
    'hardware': {'num_cpus': 4, 'num_cpu_cores_per_socket': 2, 'memory_mb': 2048, 'boot_firmware': 'efi'},
    'config': {'cpuHotAddEnabled': True, 'bootOptions': {'_typeName': 'VirtualMachineBootOptions', 'bootDelay': 9}},
    'disk': [{'size_gb': 1}, {'size_mb': 512, 'type': 'thin', 'datastore': 'LocalDS_0'},
             {'size_kb': 4096, 'type': 'eagerzeroedthick'}, *([{'size_mb': 1}] * 5)],
    'networks': [{'name': 'VM Network', 'device_type': 'e1000e'}, {'name': 'Group', 'mac': '00:50:56:00:00:09'}]}


@pytest.fixture
def simulator(start_simulator):
    simulator = start_simulator(vms=2)
    add_datastore(simulator, 'SSD_1')
    add_folder(simulator, 'web')
    add_port_group(simulator, 'Group')
    return simulator


def devices(simulator, name, kind):
    found = simulator.call(simulator.vm(name).get, 'config.hardware.device')
    return [device for device in found if device['_typeName'] == kind]


def test_both_paths_do_the_same(ansible_playbook, simulator, path):
    run = ansible_playbook(BOTH_PATHS, path=path).assert_ok(changed=2)
    made = run.result('Create')
    assert made['operation'] == 'CreateVM_Task' and made['result'] == {'type': 'VirtualMachine', 'value': 'vm-3'}
    assert made['vm'] == {'moid': 'vm-3', 'name': 'build-01', 'present': True}
    assert made['diff'] == {'before': {'present': False}, 'after': {'present': True}}
    assert run.result('Delete')['vm'] == {'moid': 'vm-3', 'name': 'build-01', 'present': False}
    with pytest.raises(KeyError):
        simulator.vm('build-01')


def test_it_has_what_is_asked_for(ansible_playbook, simulator):
    moid = simulator.call(lambda: [each.moid for each in simulator.vcenter.objects('DistributedVirtualPortgroup')])[0]
    by_moid = {'datastore': 'datastore-2', 'resource_pool': 'DC0_C0_RP0', 'networks': [{'name': moid}, {'name': 'network-1'}]}
    run = ansible_playbook(matrix.tasks(
        MODULE, {'name': 'full', **FULL}, {'path': 'DC0/vm/web/a%2fb', **by_moid})).assert_ok()
    matrix.assert_declared(run, True, True)
    config = simulator.call(simulator.vm('full').get, 'config')
    hardware = config['hardware']
    assert (hardware['numCPU'], hardware['numCoresPerSocket'], hardware['memoryMB']) == (4, 2, 2048)
    assert (config['guestId'], config['annotation'], config['firmware']) == ('rhel9_64Guest', 'made here', 'efi')
    assert config['cpuHotAddEnabled'] is True and config['bootOptions']['bootDelay'] == 9
    assert config['files']['vmPathName'] == '[SSD_1] full/full.vmx'
    disks = devices(simulator, 'full', 'VirtualDisk')
    assert [disk['capacityInKB'] for disk in disks[:3]] == [1024 * 1024, 512 * 1024, 4096]
    assert [disk['unitNumber'] for disk in disks] == [0, 1, 2, 3, 4, 5, 6, 8]
    assert [disk['backing']['thinProvisioned'] for disk in disks[:3]] == [False, True, False]
    assert [disk['backing']['eagerlyScrub'] for disk in disks[:3]] == [False, False, True]
    assert [disk['backing']['fileName'].partition(']')[0] for disk in disks[:3]] == ['[SSD_1', '[LocalDS_0', '[SSD_1']
    assert {disk['controllerKey'] for disk in disks} == {
        devices(simulator, 'full', 'VirtualLsiLogicSASController')[0]['key']}
    assert devices(simulator, 'full', 'VirtualE1000e')[0]['backing']['deviceName'] == 'VM Network'
    (adapter,) = devices(simulator, 'full', 'VirtualVmxnet3')
    switch = simulator.call(lambda: simulator.vcenter.objects('VmwareDistributedVirtualSwitch')[0].get('uuid'))
    assert adapter['macAddress'] == '00:50:56:00:00:09' and adapter['addressType'] == 'manual'
    assert adapter['backing']['port'] == {'_typeName': 'DistributedVirtualSwitchPortConnection', 'portgroupKey': moid,
                                          'switchUuid': switch}
    assert devices(simulator, 'a%2fb', 'VirtualDisk') == []
    kinds = [each['backing']['_typeName'] for each in devices(simulator, 'a%2fb', 'VirtualVmxnet3')]
    assert kinds == ['VirtualEthernetCardDistributedVirtualPortBackingInfo', 'VirtualEthernetCardNetworkBackingInfo']


def test_it_is_deleted(ansible_playbook, simulator):
    run = ansible_playbook(matrix.tasks(MODULE, {'moid': 'vm-1', 'force': True}, {'name': 'nobody'}, state='absent')).assert_ok()
    matrix.assert_declared(run, True, False)
    assert run.result('0 real')['operation'] == 'Destroy_Task'
    methods = [request['method'] for request in simulator.requests]
    assert (methods.count('PowerOffVM_Task'), methods.count('Destroy_Task')) == (1, 1)


def test_check_mode_changes_nothing(ansible_playbook, simulator):
    before = simulator.state()
    run = ansible_playbook([
        {'name': 'Create', MODULE: {'name': 'full', **FULL}},
        {'name': 'Delete', MODULE: {'moid': 'vm-1', 'state': 'absent', 'force': True}}], args=['--check', '--diff'])
    run.assert_ok(changed=2)
    assert [run.result(name)['operation'] for name in ('Create', 'Delete')] == ['CreateVM_Task', 'Destroy_Task']
    assert simulator.state() == before


def test_what_is_in_the_way(ansible_playbook, simulator):
    new = {'name': 'new', 'cluster': 'DC0_C0', 'datastore': 'SSD_1'}
    wrong = {
        'Running': {'moid': 'vm-1', 'state': 'absent'}, 'No moid': {**new, 'name': None, 'moid': 'vm-99'},
        'No pool': {'name': 'new', 'datastore': 'SSD_1'}, 'No datastore': {**new, 'datastore': 'SSD_9'},
        'No network': {**new, 'networks': [{'name': 'nowhere'}]}, 'No folder': {**new, 'folder': '/DC0/vm/nowhere'},
        'Long': {**new, 'name': 'x' * 81}, 'Memory': {**new, 'hardware': {'memory_mb': 3}},
        'Guest': {**new, 'guest_id': 'amiga'}, 'Size': {**new, 'disk': [{'type': 'thin'}]},
        'Elsewhere': {**new, 'host': 'DC0_H0', 'resource_pool': 'DC0_C0_RP0', 'cluster': None}}
    tasks = [{'name': name, 'ignore_errors': True, MODULE: {
        option: value for option, value in options.items() if value is not None}} for name, options in wrong.items()]
    run = ansible_playbook([*tasks, {**tasks[0], 'name': 'Foretold', 'check_mode': True},
                            {**tasks[6], 'name': 'Long foretold', 'check_mode': True}])
    faults = {name: run.result(name).get('fault', {}).get('name') for name in run.tasks}
    assert faults == {
        'Running': 'InvalidPowerState', 'No moid': 'NotFound', 'No pool': 'InvalidArgument', 'No datastore': 'NotFound',
        'No network': 'NotFound', 'No folder': 'NotFound', 'Long': 'InvalidName', 'Memory': 'InvalidArgument',
        'Guest': 'InvalidArgument', 'Size': None, 'Elsewhere': 'InvalidArgument', 'Foretold': 'InvalidPowerState',
        'Long foretold': 'InvalidName'}
    assert 'size_gb' in run.result('Size')['msg']
    assert 'cluster' in run.result('No pool')['msg']
    assert run.result('Running')['fault']['category'] == 'state'


def test_one_of_several_datacenters_is_to_be_named(ansible_playbook, simulator):
    def add():
        Datacenter.create(simulator.vcenter, 'DC1', simulator.vcenter.find('group-d1'))
    simulator.call(add)
    options = {'name': 'new', 'cluster': 'DC0_C0', 'datastore': 'SSD_1'}
    run = ansible_playbook([{'name': 'Which', 'ignore_errors': True, MODULE: options},
                            {'name': 'This', MODULE: {**options, 'datacenter': 'DC0'}}])
    assert run.result('Which')['fault']['details'] == {'datacenters': ['DC0', 'DC1']}
    assert run.result('This')['vm']['name'] == 'new'


def test_a_privilege_that_is_lacking(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=2, users={'op@vsphere.local': {
        'password': 'secret-of-op', 'denied': ['VirtualMachine.Inventory.Create', 'VirtualMachine.Inventory.Delete']}})
    simulator.call(lambda: [vm.become_powered_off(True) for vm in simulator.vcenter.objects('VirtualMachine')])
    tasks = [{'name': f'{name} {check}', 'ignore_errors': True, 'check_mode': check, MODULE: options}
             for name, options in (('Create', {'name': 'new', 'cluster': 'DC0_C0', 'datastore': 'LocalDS_0'}),
                                   ('Delete', {'moid': 'vm-1', 'state': 'absent'})) for check in (True, False)]
    run = ansible_playbook(tasks, simulator=simulator,
                           env={'VMWARE_USER': 'op@vsphere.local', 'VMWARE_PASSWORD': 'secret-of-op'})
    for task in tasks:
        fault = run.result(task['name'])['fault']
        kind = 'Create' if task['name'].startswith('Create') else 'Delete'
        assert fault['name'] == 'NoPermission'
        assert fault['details']['privilegeId'] == f'VirtualMachine.Inventory.{kind}'


def test_faults(ansible_playbook, simulator):
    new = {'name': 'new', 'cluster': 'DC0_C0', 'datastore': 'SSD_1'}
    faults, in_task = ('InvalidState', 'OutOfBounds'), (
        'VmConfigFault', 'FileFault', 'DuplicateName', 'InvalidDatastore', 'InsufficientResourcesFault', 'AlreadyExists')
    tasks = faulty.order(simulator, MODULE, new, 'CreateVM_Task', *faults, in_task=in_task)
    simulator.call(simulator.vm('vm-1').become_powered_off, True)
    tasks += faulty.order(simulator, MODULE, {'moid': 'vm-1', 'state': 'absent'}, 'Destroy_Task', 'VimFault', 'TaskInProgress',
                          in_task=('ResourceInUse',))
    run = ansible_playbook(tasks)
    faulty.assert_told(run, 'CreateVM_Task', *faults, *in_task)
    faulty.assert_told(run, 'Destroy_Task', 'VimFault', 'TaskInProgress', 'ResourceInUse')
