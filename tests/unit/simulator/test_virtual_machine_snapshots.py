# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Snapshots: the tree, memory and quiescing, reverting, removing, renaming."""

from __future__ import annotations

import pytest

from tests.simulator import Simulator, schema
from tests.unit.simulator.virtual_machine_client import OFF, ON, SUSPENDED, Client, snapshot


@pytest.fixture
def vm():
    with Simulator(vms=2) as sim, Client(sim) as client:
        yield client.vm()


def tree(vm):
    """{name: {name: ...}} of the snapshots."""
    def names(nodes):
        return {node['name']: names(node.get('childSnapshotList', [])) for node in nodes}

    return names((vm.get('snapshot') or {}).get('rootSnapshotList', []))


def node(vm, position=0):
    return vm.get('snapshot')['rootSnapshotList'][position]


def test_a_tree_grows_from_the_current_snapshot(vm):
    first = snapshot(vm, 'a')
    snapshot(vm, 'b')
    first.run('RevertToSnapshot_Task')
    third = snapshot(vm, 'c', description='of a')
    assert tree(vm) == {'a': {'b': {}, 'c': {}}}
    assert vm.get('snapshot.currentSnapshot') == third.ref
    assert [child['id'] for child in node(vm)['childSnapshotList']] == [2, 3]
    assert first.get('childSnapshot')[1] == third.ref and third.get('vm') == vm.ref
    assert node(vm)['childSnapshotList'][1]['description'] == 'of a'


def test_properties_of_a_snapshot_obey_the_schema(vm):
    remote = snapshot(vm)
    for name, declared in schema.properties('VirtualMachineSnapshot').items():
        value = remote.get(name)
        assert value is not None or declared.optional
        assert value is None or schema.problems(value, declared.type, name) == []


@pytest.mark.parametrize(('state', 'memory', 'expected'), [
    ('on', True, ON), ('on', False, OFF), ('off', True, OFF), ('suspended', False, SUSPENDED),
])
def test_state_of_a_snapshot(vm, state, memory, expected):
    snapshot(vm.enter(state), memory=memory)
    assert node(vm)['state'] == expected


def test_quiescing_needs_tools(vm):
    snapshot(vm, quiesce=True)
    assert node(vm)['quiesced'] is True
    vm.run('RemoveAllSnapshots_Task')
    vm.set(tools='stopped')
    snapshot(vm, quiesce=True)
    assert node(vm)['quiesced'] is False
    vm.set(tools='running', guest_fails_quiesce=True)
    assert vm.fault('CreateSnapshot_Task', name='x', memory=False, quiesce=True).name == 'ApplicationQuiesceFault'


def test_create_snapshot_ex(vm):
    guest, windows = 'VirtualMachineGuestQuiesceSpec', 'VirtualMachineWindowsQuiesceSpec'

    def params(name, **members):
        return {'name': 'ex', 'memory': False, 'quiesceSpec': {'_typeName': name, **members}}

    vm.run('CreateSnapshotEx_Task', **params(guest, timeout=5))
    assert node(vm)['quiesced'] is True
    assert vm.fault('CreateSnapshotEx_Task', **params(windows)).name == 'NotSupported'
    assert vm.fault('CreateSnapshotEx_Task', **params(guest, timeout=1)).name == 'InvalidArgument'
    assert vm.fault('CreateSnapshotEx_Task', name='', memory=False).name == 'InvalidName'


@pytest.mark.parametrize('name', ['', 'x' * 81])
def test_invalid_names(vm, name):
    fault = vm.fault('CreateSnapshot_Task', name=name, memory=False, quiesce=False)
    assert (fault.name, fault.wire['name']) == ('InvalidName', name)
    assert snapshot(vm, 'x' * 80).fault('RenameSnapshot', name=name).name == 'InvalidName'


def test_names_need_not_be_unique(vm):
    snapshot(vm, 'same')
    snapshot(vm, 'same')
    assert tree(vm) == {'same': {'same': {}}}


@pytest.mark.parametrize('flag', ['snapshotDisabled', 'snapshotLocked'])
def test_flags_forbid_snapshots(vm, flag):
    fault = flag[0].upper() + flag[1:]
    remote = snapshot(vm)
    vm.reconfigure(flags={'_typeName': 'VirtualMachineFlagInfo', flag: True})
    assert vm.fault('CreateSnapshot_Task', name='x', memory=False, quiesce=False).name == fault
    if flag == 'snapshotLocked':
        assert remote.fault('RemoveSnapshot_Task', removeChildren=False).name == fault
        assert remote.fault('RevertToSnapshot_Task').name == fault
        assert vm.fault('RemoveAllSnapshots_Task').name == fault


def test_no_more_than_32_levels(vm):
    for number in range(32):
        snapshot(vm, str(number))
    assert vm.fault('CreateSnapshot_Task', name='x', memory=False, quiesce=False).name == 'TooManySnapshotLevels'


def test_revert_restores_power_and_configuration(vm):
    snapshot(vm, memory=True)
    vm.run('PowerOffVM_Task')
    vm.reconfigure(annotation='changed', numCPUs=2)
    vm.run('RevertToCurrentSnapshot_Task')
    assert vm.get('runtime.powerState') == ON and vm.get('guest.toolsRunningStatus') == 'guestToolsRunning'
    assert vm.get('config.annotation') == '' and vm.get('config.hardware.numCPU') == 1
    vm.run('RevertToCurrentSnapshot_Task', suppressPowerOn=True)
    assert vm.get('runtime.powerState') == OFF


def test_revert_without_memory_powers_off(vm):
    remote = snapshot(vm, memory=False)
    remote.run('RevertToSnapshot_Task')
    assert vm.get('runtime.powerState') == OFF


def test_revert_to_a_suspended_state_and_on_from_there(vm):
    vm.enter('suspended')
    boot_time = vm.get('runtime.bootTime')
    remote = snapshot(vm)
    vm.run('PowerOnVM_Task')
    vm.run('PowerOffVM_Task')
    remote.run('RevertToSnapshot_Task')
    runtime = vm.get('runtime')
    assert runtime['powerState'] == SUSPENDED and runtime['bootTime'] == boot_time and 'cleanPowerOff' not in runtime
    vm.run('PowerOnVM_Task')
    assert vm.get('runtime.bootTime') == boot_time and vm.get('summary.quickStats.uptimeSeconds') >= 0


def test_revert_keeps_the_name(vm):
    snapshot(vm)
    vm.run('Rename_Task', newName='renamed')
    vm.run('RevertToCurrentSnapshot_Task')
    assert vm.get('name') == vm.get('config.name') == 'renamed'


def test_nothing_to_revert_to(vm):
    assert vm.fault('RevertToCurrentSnapshot_Task').name == 'NotFound'


def test_children_move_up_on_removal(vm):
    first = snapshot(vm, 'a')
    second = snapshot(vm, 'b')
    third = snapshot(vm, 'c')
    second.run('RemoveSnapshot_Task', removeChildren=False)
    assert tree(vm) == {'a': {'c': {}}} and vm.get('snapshot.currentSnapshot') == third.ref
    third.run('RemoveSnapshot_Task', removeChildren=False)
    assert vm.get('snapshot.currentSnapshot') == first.ref
    assert third.fault('RemoveSnapshot_Task', removeChildren=False).name == 'ManagedObjectNotFound'
    assert len(vm.get('layoutEx.disk')[0]['chain']) == 2


def test_removal_with_children(vm):
    snapshot(vm, 'a')
    second = snapshot(vm, 'b')
    snapshot(vm, 'c')
    second.run('RemoveSnapshot_Task', removeChildren=True)
    assert tree(vm) == {'a': {}}
    vm.run('RemoveAllSnapshots_Task')
    assert vm.get('snapshot') is None and not vm.get('rootSnapshot')
    assert len(vm.get('layoutEx.disk')[0]['chain']) == 1
    vm.run('RemoveAllSnapshots_Task')


def test_retention_keeps_the_young(vm):
    snapshot(vm)
    vm.run('RemoveAllSnapshots_Task', spec={'_typeName': 'SnapshotSelectionSpec', 'retentionDays': 7})
    assert tree(vm) == {'first': {}}


def test_removal_without_consolidation(vm):
    remote = snapshot(vm)
    remote.run('RemoveSnapshot_Task', removeChildren=False, consolidate=False)
    assert vm.get('runtime.consolidationNeeded') is True and len(vm.get('layoutEx.disk')[0]['chain']) == 2
    vm.run('ConsolidateVMDisks_Task')
    assert vm.get('runtime.consolidationNeeded') is False and len(vm.get('layoutEx.disk')[0]['chain']) == 1


def test_rename(vm):
    remote = snapshot(vm)
    remote.call('RenameSnapshot', name='other', description='why')
    assert (node(vm)['name'], node(vm)['description']) == ('other', 'why')
    assert remote.fault('RenameSnapshot').name == 'InvalidArgument'


def test_busy(vm):
    remote = snapshot(vm)
    vm.client.sim.vcenter.settings.task_seconds = 0.3
    task = vm.call('CreateSnapshot_Task', name='x', memory=False, quiesce=False)
    assert remote.fault('RemoveSnapshot_Task', removeChildren=False).name == 'TaskInProgress'
    assert remote.fault('RevertToSnapshot_Task').name == 'TaskInProgress'
    assert vm.fault('CreateSnapshotEx_Task', name='y', memory=False).name == 'TaskInProgress'
    vm.finish(task)
