# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every property of a virtual machine, in every state: true to the schema, and one with the others."""

from __future__ import annotations

import pytest

from tests.simulator import Simulator, schema
from tests.unit.simulator.virtual_machine_client import STATES, Client, snapshot

# What has no value in some state: all else is set.
UNSET = {'parentVApp', 'snapshot', 'resourcePool', 'resourceConfig'}


@pytest.fixture
def vm():
    with Simulator(vms=2) as sim, Client(sim) as client:
        yield client.vm()


@pytest.mark.parametrize('state', STATES)
def test_properties_obey_the_schema(vm, state):
    vm.enter(state)
    for name, declared in schema.properties('VirtualMachine').items():
        value = vm.get(name)
        if value is None:
            assert declared.optional and name in UNSET, name
        else:
            assert schema.problems(value, declared.type, name) == []


@pytest.mark.parametrize('state', STATES)
def test_summary_repeats_the_other_properties(vm, state):
    vm.enter(state)
    summary, config, guest = vm.get('summary'), vm.get('config'), vm.get('guest')
    assert summary['runtime'] == vm.get('runtime')
    assert summary['config']['name'] == config['name'] == vm.get('name')
    assert summary['config']['template'] == config['template'] == (state == 'template')
    assert summary['config']['numCpu'] == config['hardware']['numCPU']
    assert summary['config']['memorySizeMB'] == config['hardware']['memoryMB']
    assert summary['guest']['toolsStatus'] == guest['toolsStatus']
    assert summary['guest'].get('ipAddress') == guest.get('ipAddress')
    assert summary['quickStats']['guestHeartbeatStatus'] == vm.get('guestHeartbeatStatus')
    assert summary['storage']['committed'] == sum(file['size'] for file in vm.get('layoutEx.file'))


def test_summary_repeats_who_manages_it_and_its_devices(vm):
    manager = {'_typeName': 'ManagedByInfo', 'extensionKey': 'com.example', 'type': 'appliance'}
    vm.enter('off').reconfigure(managedBy=manager)
    assert vm.get('summary.config.managedBy') == vm.get('config.managedBy') == manager
    assert vm.get('summary.config.tpmPresent') is False
    vm.client.sim.call(vm.object.edit_config, lambda config: config['hardware']['device'].append(
        {'_typeName': 'VirtualTPM', 'key': 11000}))
    assert vm.get('summary.config.tpmPresent') is True


def test_without_its_files_nothing_is_known_of_the_configuration(vm):
    assert vm.get('config') is not None
    vm.set(connection_state='inaccessible')
    assert vm.get('config') is None and vm.get('runtime.connectionState') == 'inaccessible'
    assert vm.get('summary.config.name') == vm.get('name')


def test_names_are_escaped_in_the_configuration_too(vm):
    for run in (lambda: vm.run('Rename_Task', newName='a/b%'), lambda: vm.reconfigure(name='a/b%')):
        run()
        assert vm.get('name') == vm.get('config.name') == vm.get('summary.config.name') == 'a%2fb%25'
        vm.run('Rename_Task', newName='plain')


@pytest.mark.parametrize('state', STATES)
def test_disabled_methods_are_those_that_fail(vm, state):
    """Of the methods without parameters that change nothing when refused."""
    disabled = vm.enter(state).get('disabledMethod')
    for method in ('PowerOnVM_Task', 'SuspendVM_Task', 'StopRecording_Task', 'StopReplaying_Task', 'ResetVM_Task'):
        if method in disabled:
            assert vm.fault(method).name in ('InvalidPowerState', 'InvalidState', 'NotSupported')
    assert ('PowerOnVM_Task' in disabled) == (state not in ('off', 'suspended'))
    assert ('StartRecording_Task' in disabled) == (state not in ('on', 'snapshotted'))
    assert ('StopRecording_Task' in disabled) == (state != 'recording')
    assert ('StartReplaying_Task' in disabled) == (state in ('recording', 'replaying', 'suspended', 'template'))


def test_layout_ex_has_the_files_of_each_snapshot(vm):
    before = vm.get('layoutEx')
    first = snapshot(vm, 'first', memory=True)
    second = snapshot(vm, 'second')
    after = vm.get('layoutEx')
    files = {file['key']: file for file in after['file']}
    memory = {entry['key']['value']: entry['memoryKey'] for entry in after['snapshot']}
    assert files[memory[first.ref['value']]]['size'] == vm.get('config.hardware.memoryMB') * 1024 * 1024
    assert memory[second.ref['value']] == -1
    assert [len(entry['disk'][0]['chain']) for entry in after['snapshot']] == [1, 2]
    assert len(after['disk'][0]['chain']) == 3 and len(before['disk'][0]['chain']) == 1
    assert sum(file['size'] for file in after['file']) > sum(file['size'] for file in before['file'])
    assert vm.get('rootSnapshot') == [first.ref]


def test_references_hold_in_both_directions(vm):
    vcenter = vm.object.vcenter
    for holder, name in ((vm.get('parent'), 'childEntity'), (vm.get('runtime.host'), 'vm'),
                         (vm.get('resourcePool'), 'vm'), (vm.get('datastore')[0], 'vm'), (vm.get('network')[0], 'vm')):
        assert vm.ref in vcenter.resolve(holder).get(name)
