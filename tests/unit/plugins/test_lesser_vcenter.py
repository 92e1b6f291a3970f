# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is asked as a precaution or to be quick is done without at a server that does not have it."""

from __future__ import annotations

import pytest
from ansible_collections.vsphere.vm.plugins.action.vcenter import OPERATIONS
from ansible_collections.vsphere.vm.plugins.module_utils.faults import Refusal
from ansible_collections.vsphere.vm.plugins.module_utils.placement import resource_of

from tests.integration import places
from tests.simulator import Simulator
from tests.unit.plugins.in_process import Tasks


@pytest.fixture
def simulator():
    with Simulator(vms=2, hosts=3) as simulator:
        yield simulator


@pytest.fixture
def tasks(simulator):
    with Tasks(simulator) as tasks:
        yield tasks


CUSTOMIZED = {'customization': {'hostname': 'app', 'domain': 'example.com'}}
LACKING = [
    ('FindChild', 'clone', {'new_name': 'copy'}),
    ('FindChild', 'rename', {'new_name': 'other'}),
    ('CheckCustomizationSpec', 'guest_customization', CUSTOMIZED),
    ('CheckCustomizationSpec', 'clone', {'new_name': 'copy', **CUSTOMIZED}),
    ('QueryConfigOptionDescriptor', 'hardware_version', {}),
    ('QueryConfigOptionDescriptor', 'hardware_version', {'version': 'vmx-21'}),
]
PROTECTED = {'method': 'ReconfigureComputeResource_Task', 'object_type': 'ClusterComputeResource', 'arguments': {
    'modify': True, 'spec': {
        '_typeName': 'ClusterConfigSpecEx', 'dasConfig': {'_typeName': 'ClusterDasConfigInfo', 'enabled': True}}}}


@pytest.mark.parametrize('fault', ['MethodNotFound', 'NotImplemented'])
@pytest.mark.parametrize(('method', 'module', 'options'), LACKING)
def test_a_method_is_done_without(simulator, tasks, fault, method, module, options):
    vm = simulator.vm('vm-1')
    simulator.call(lambda: vm.become_powered_off(clean=True))
    simulator.call(vm.edit_config, lambda config: config.update(version='vmx-17'))
    simulator.order(method, fault, times=None)
    for check_mode in (True, False):
        result = tasks.run(module, check_mode=check_mode, **{'moid': 'vm-1', **options})
        assert result['changed'] is True and not result.get('failed'), result
    assert method in [request['method'] for request in simulator.requests]


def test_a_machine_of_the_newest_version_stays_where_no_version_is_told(simulator, tasks):
    vm = simulator.vm('vm-1')
    simulator.call(lambda: vm.become_powered_off(clean=True))
    simulator.order('QueryConfigOptionDescriptor', 'MethodNotFound', times=None)
    tasks.run('hardware_version', moid='vm-1')
    result = tasks.run('hardware_version', moid='vm-1')
    assert result['changed'] is False and result['vm']['version'] == 'vmx-21', result


def test_fault_tolerance_is_tried_where_nobody_knows_what_stands_against_it(simulator, tasks):
    cluster = simulator.call(lambda: simulator.vcenter.objects('ClusterComputeResource')[0].moid)
    assert not tasks.run('method', object_moid=cluster, **PROTECTED).get('failed')
    simulator.order('QueryFaultToleranceCompatibilityEx', 'MethodNotFound', times=None)
    for check_mode in (True, False):
        result = tasks.run('fault_tolerance', check_mode=check_mode, moid='vm-2')
        assert result['changed'] is True and not result.get('failed'), result


def test_an_adapter_stays_on_a_network_that_the_machine_does_not_list(simulator, tasks, monkeypatch):
    places.add_port_group(simulator, 'DC0_DVPG0')
    adapter = {'moid': 'vm-1', 'label': 'Network adapter 1', 'network_name': 'DC0_DVPG0'}
    assert tasks.run('network_adapter', **adapter)['changed'] is True
    monkeypatch.setattr(OPERATIONS['network_adapter'], 'related', ())
    assert tasks.run('network_adapter', **adapter)['changed'] is False
    assert tasks.run('network_adapter', **{**adapter, 'network_name': 'VM Network'})['changed'] is True


def test_a_reboot_that_cannot_be_seen_is_told(simulator, tasks):
    simulator.call(lambda: setattr(simulator.vm('vm-1'), 'guest_ignores_shutdown', True))
    failed = tasks.run('power', moid='vm-1', state='reboot-guest', timeout=0)
    assert (failed['fault']['name'], failed['changed']) == ('WaitTimeout', True) and 'Tools' in failed['fault']['hint']
    assert not tasks.run('power', moid='vm-1', state='reboot-guest', wait=False).get('failed')


def test_what_stands_against_it_is_told_by_a_server_that_says_not_supported(simulator, tasks):
    simulator.order('QueryFaultToleranceCompatibilityEx', 'NotSupported')
    result = tasks.run('fault_tolerance', check_mode=True, moid='vm-2')
    assert result['fault']['name'] == 'NotSupported', result


def test_a_machine_that_is_on_no_host_is_told_of():
    with pytest.raises(Refusal) as caught:
        resource_of(None, None)
    assert caught.value.category == 'state' and 'host' in caught.value.message
