# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""MigrateVM_Task and RelocateVM_Task: what is refused, and by which fault."""

from __future__ import annotations

import pytest

from tests.simulator import Simulator
from tests.unit.simulator.virtual_machine_client import Client

HOST, DATASTORE = 'HostSystem', 'Datastore'


@pytest.fixture
def vm():
    with Simulator(vms=2, hosts=2) as sim, Client(sim) as client:
        yield client.vm('DC0_C0_RP0_VM0')


def ref(moid, kind=HOST):
    return {'_typeName': 'ManagedObjectReference', 'type': kind, 'value': moid}


def relocate(vm, **spec):
    return {'spec': {'_typeName': 'VirtualMachineRelocateSpec', **spec}}


def set_host(vm, path, value, moid='host-3'):
    host = vm.client.sim.vcenter.find(moid)
    vm.client.sim.call(host.set, path, value)


def test_vcenter_chooses_an_active_host(vm):
    set_host(vm, 'runtime.inMaintenanceMode', True, 'host-2')
    vm.run('MigrateVM_Task', priority='defaultPriority')
    assert vm.get('runtime.host')['value'] == 'host-3'
    set_host(vm, 'runtime.inMaintenanceMode', True)
    assert vm.fault('MigrateVM_Task', priority='defaultPriority').name == 'NoActiveHostInCluster'


@pytest.mark.parametrize(('params', 'fault'), [
    ({'host': ref('host-1')}, 'InvalidArgument'), ({'state': 'poweredOff'}, 'InvalidPowerState'),
    ({'host': ref('host-9')}, 'ManagedObjectNotFound')])
def test_migration_that_is_refused(vm, params, fault):
    assert vm.fault('MigrateVM_Task', priority='lowPriority', **params).name == fault


@pytest.mark.parametrize(('spec', 'fault'), [
    ({'service': {'_typeName': 'ServiceLocator', 'instanceUuid': 'x', 'url': 'y', 'credential': {
        '_typeName': 'ServiceLocatorSAMLCredential'}}}, 'NotSupported'),
    ({'transform': 'flat'}, 'NotSupported'),
    ({'disk': [{'_typeName': 'VirtualMachineRelocateSpecDiskLocator', 'diskId': 9,
                'datastore': ref('datastore-1', DATASTORE)}]},
     'InvalidArgument'),
    ({'folder': ref('group-d1', 'Folder')}, 'InvalidFolder')])
def test_relocation_that_is_refused(vm, spec, fault):
    assert vm.fault('RelocateVM_Task', **relocate(vm, **spec)).name == fault


def test_access_from_the_new_host(vm):
    set_host(vm, 'network', [])
    assert vm.fault('MigrateVM_Task', priority='defaultPriority', host=ref('host-3')).name == 'CannotAccessNetwork'
    set_host(vm, 'datastore', [])
    fault = vm.fault('MigrateVM_Task', priority='defaultPriority', host=ref('host-3'))
    assert (fault.name, fault.wire['reason']['_typeName']) == ('CannotAccessVmConfig', 'InvalidDatastore')
    datastore = vm.client.sim.vcenter.find('datastore-1')
    vm.client.sim.call(datastore.set, 'summary.accessible', False)
    assert vm.fault('RelocateVM_Task', **relocate(vm,
                                                  datastore=ref('datastore-1',
                                                                DATASTORE))).name == 'InaccessibleDatastore'


def test_without_drs_a_host_must_be_named(vm):
    pool, host = vm.get('resourcePool'), vm.get('runtime.host')
    cluster = vm.other(vm.other(pool).get('owner'))
    cluster.run('ReconfigureComputeResource_Task', modify=True, spec={
        '_typeName': 'ClusterConfigSpecEx', 'drsConfig': {'_typeName': 'ClusterDrsConfigInfo', 'enabled': False}})
    refused = vm.fault('MigrateVM_Task', priority='defaultPriority', pool=pool)
    assert (refused.name, refused.wire['invalidProperty']) == ('InvalidArgument', 'host')
    assert vm.fault('RelocateVM_Task', **relocate(vm, pool=pool)).wire['invalidProperty'] == 'spec.host'
    vm.run('MigrateVM_Task', priority='defaultPriority', pool=pool, host=host)
    vm.run('MigrateVM_Task', priority='defaultPriority')


def test_a_host_in_maintenance_upgrades_nothing(vm):
    vm.run('PowerOffVM_Task')
    vm.reconfigure(version='vmx-17')
    set_host(vm, 'runtime.inMaintenanceMode', True, vm.get('runtime.host')['value'])
    assert vm.fault('UpgradeVM_Task').name == 'InvalidState'
    assert 'UpgradeVM_Task' in vm.get('disabledMethod')


def test_a_host_in_maintenance_resets_nothing(vm):
    set_host(vm, 'runtime.inMaintenanceMode', True, vm.get('runtime.host')['value'])
    assert vm.fault('ResetVM_Task').name == 'InvalidState' and 'ResetVM_Task' in vm.get('disabledMethod')


def test_a_template_comes_back_where_its_files_are(vm):
    vm.run('PowerOffVM_Task')
    vm.call('MarkAsTemplate')
    set_host(vm, 'datastore', [])
    pool = vm.client.vm('DC0_H0_VM0').other(ref('host-3')).get('parent')
    pool = vm.other(pool).get('resourcePool')
    assert vm.fault('MarkAsVirtualMachine', pool=pool, host=ref('host-3')).name == 'InvalidDatastore'
    vm.call('MarkAsVirtualMachine', pool=pool, host=ref('host-2'))
    assert vm.get('config.template') is False
