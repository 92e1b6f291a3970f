# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fault tolerant groups: what the members look like, and what each of them refuses."""

from __future__ import annotations

import pytest

from tests.simulator import Simulator
from tests.unit.simulator.virtual_machine_client import OFF, ON, Client, wait_for


@pytest.fixture
def primary():
    with Simulator(vms=2, hosts=3) as sim, Client(sim) as client:
        cluster = client.vm().other(sim.call(lambda: sim.vcenter.objects('ClusterComputeResource')[0].ref))
        cluster.run('ReconfigureComputeResource_Task', modify=True, spec={
            '_typeName': 'ClusterConfigSpecEx', 'dasConfig': {'_typeName': 'ClusterDasConfigInfo', 'enabled': True}})
        yield client.vm('DC0_C0_RP0_VM0')


@pytest.fixture
def secondary(primary):
    return primary.other(primary.run('CreateSecondaryVM_Task')['vm'])


def test_a_cluster_keeps_its_other_settings(primary):
    clusters = primary.client.sim.call(lambda: primary.client.sim.vcenter.objects('ClusterComputeResource'))
    cluster = primary.other(clusters[0].ref)
    assert cluster.get('configurationEx.dasConfig.enabled') is cluster.get('configuration.drsConfig.enabled') is True
    assert cluster.fault('ReconfigureComputeResource_Task', modify=True, spec={
        '_typeName': 'ClusterConfigSpecEx', 'dpmConfig': {'_typeName': 'ClusterDpmConfigInfo'}}).name == 'NotSupported'


def test_what_becomes_of_a_group_is_logged(primary, secondary):
    primary.run('DisableSecondaryVM_Task', vm=secondary.ref)
    primary.run('EnableSecondaryVM_Task', vm=secondary.ref)
    primary.run('TurnOffFaultToleranceForVM_Task')
    entries = primary.client.sim.call(lambda: list(primary.client.sim.vcenter.events.entries))
    kinds = [each.event['_typeName'] for each in entries if each.subject == primary.ref['value']]
    assert [kind for kind in kinds if 'Secondary' in kind or 'FaultTolerance' in kind] == [
        'VmSecondaryAddedEvent', 'VmSecondaryDisabledEvent', 'VmSecondaryEnabledEvent', 'VmFaultToleranceTurnedOffEvent']


def test_ha_protects_what_runs(primary):
    assert primary.get('summary.runtime.dasVmProtection.dasProtected') is True
    primary.run('PowerOffVM_Task')
    assert primary.get('runtime.dasVmProtection.dasProtected') is False
    assert primary.client.vm('DC0_H0_VM0').get('runtime.dasVmProtection') is None


def test_a_group_shows_on_both(primary, secondary):
    info, other = primary.get('config.ftInfo'), secondary.get('config.ftInfo')
    assert (info['role'], other['role']) == (1, 2)
    assert [vm.get('summary.config.ftInfo') for vm in (primary, secondary)] == [info, other]
    assert info['secondaries'] == [secondary.ref] and other['primaryVM'] == primary.ref
    assert info['instanceUuids'] == other['instanceUuids'] == [vm.get('config.instanceUuid')
                                                               for vm in (primary, secondary)]
    assert primary.get('runtime.faultToleranceState') == 'running'
    assert secondary.get('summary.runtime.faultToleranceState') == 'running'
    assert secondary.get('config.uuid') == primary.get('config.uuid')
    assert secondary.get('runtime.host') != primary.get('runtime.host')


def test_the_secondary_follows_and_returns(primary, secondary):
    primary.run('PowerOffVM_Task')
    assert secondary.get('runtime.powerState') == OFF and secondary.get('runtime.faultToleranceState') == 'enabled'
    primary.run('DisableSecondaryVM_Task', vm=secondary.ref)
    primary.run('PowerOnVM_Task')
    assert secondary.get('runtime.powerState') == OFF and primary.get('runtime.faultToleranceState') == 'disabled'
    primary.run('EnableSecondaryVM_Task', vm=secondary.ref)
    assert secondary.get('runtime.powerState') == ON
    host = secondary.get('runtime.host')
    primary.client.sim.vcenter.settings.guest_seconds = 0.1
    primary.run('TerminateFaultTolerantVM_Task')
    assert primary.get('runtime.faultToleranceState') == 'needSecondary'
    wait_for(lambda: primary.get('runtime.faultToleranceState'), lambda state: state == 'running')
    assert secondary.get('runtime.host') != host


def test_what_members_refuse(primary, secondary):
    faults = {
        primary.fault('CreateSecondaryVM_Task').wire.get('reason'): 'moreThanOneSecondary',
        primary.fault('EnableSecondaryVM_Task', vm=secondary.ref).name: 'SecondaryVmAlreadyEnabled',
        primary.fault('DisableSecondaryVM_Task', vm=primary.ref).name: 'SecondaryVmNotRegistered',
        primary.fault('TerminateFaultTolerantVM_Task', vm=primary.ref).name: 'InvalidArgument',
        primary.fault('CreateSnapshot_Task', name='x', memory=False, quiesce=False).name: 'NotSupported',
        secondary.fault('PowerOffVM_Task').name: 'InvalidOperationOnSecondaryVm'}
    assert all(told == expected for told, expected in faults.items()), faults
    primary.run('DisableSecondaryVM_Task', vm=secondary.ref)
    assert primary.fault('DisableSecondaryVM_Task', vm=secondary.ref).name == 'SecondaryVmAlreadyDisabled'
    assert primary.fault('MakePrimaryVM_Task', vm=secondary.ref).name == 'InvalidState'
    host = primary.object.vcenter.resolve(primary.get('runtime.host'))
    primary.client.sim.call(host.set, 'runtime.inMaintenanceMode', True)
    assert primary.fault('TurnOffFaultToleranceForVM_Task').name == 'InvalidState'


def test_without_a_group(primary):
    assert primary.fault('TurnOffFaultToleranceForVM_Task').wire['reason'] == 'noConfig'
    assert 'MakePrimaryVM_Task' in primary.get('disabledMethod')
    assert primary.call('QueryFaultToleranceCompatibilityEx') == []
    assert [each['reason'] for each in primary.call('QueryFaultToleranceCompatibility')] == ['thinDisk']
    primary.run('CreateSnapshot_Task', name='x', memory=False, quiesce=False)
    fault = primary.fault('CreateSecondaryVMEx_Task')
    assert (fault.name, fault.wire['fault']['reason']) == ('VmConfigIncompatibleForFaultTolerance', 'hasSnapshots')


def test_the_group_ends_with_its_primary(primary, secondary):
    assert 'MakePrimaryVM_Task' not in primary.get('disabledMethod')
    primary.run('PowerOffVM_Task')
    primary.run('Destroy_Task')
    assert secondary.fault('PowerOnVM_Task').name == 'ManagedObjectNotFound'
