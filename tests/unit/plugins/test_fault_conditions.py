# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Conditions of faults that the API pages name and reads tell of: check mode fails by the same name as the real run."""

from __future__ import annotations

import pytest

from tests.simulator import Simulator
from tests.unit.plugins.agreement import Agreement
from tests.unit.plugins.in_process import Tasks

ALONE, CLUSTERED = 'DC0_H0_VM0', 'DC0_C0_RP0_VM0'
MEMORY = {'snapshot_name': 'a', 'memory': True}


def off(vm):
    vm.become_powered_off(True)


def suspended(vm):
    vm.become_suspended()


def recordable(vm):
    vm.edit_config(lambda config: config['flags'].update(recordReplayEnabled=True))


def two_cpus(vm):
    vm.edit_config(lambda config: config['hardware'].update(numCPU=2))


def independent(vm):
    """Its disk keeps out of snapshots."""
    vm.edit_config(lambda config: [device['backing'].update(diskMode='independent_persistent')
                                   for device in config['hardware']['device'] if device['_typeName'] == 'VirtualDisk'])


def without_drives(vm):
    vm.edit_config(lambda config: config['hardware'].update(device=[
        device for device in config['hardware']['device'] if device['_typeName'] != 'VirtualCdrom']))


def resting(vm):
    """Its host is in maintenance mode."""
    vm.vcenter.resolve(vm.host).set('runtime.inMaintenanceMode', True)


def without_drs(vm):
    cluster = vm.vcenter.resolve(vm.vcenter.resolve(vm.host).get('parent'))
    cluster.configure({'drsConfig': {'enabled': False}})


def kept(vm):
    vm.take_snapshot('a', '', False, False)


def kept_with_memory(vm):
    vm.take_snapshot('a', '', True, False)


def locked(vm):
    vm.crypto_state = 'locked'


def lost(vm):
    vm.connection_state = 'disconnected'


def unreadable(vm):
    vm.connection_state = 'inaccessible'


CASES = [
    (ALONE, [recordable, two_cpus], 'record', {'snapshot_name': 'a'}, 'VmConfigIncompatibleForRecordReplay'),
    (ALONE, [recordable, independent], 'record', {'snapshot_name': 'a'}, 'MemorySnapshotOnIndependentDisk'),
    (ALONE, [independent], 'snapshot', MEMORY, 'MemorySnapshotOnIndependentDisk'),
    (ALONE, [independent], 'snapshot', {**MEMORY, 'quiesce_spec': {}}, 'MemorySnapshotOnIndependentDisk'),
    (ALONE, [independent], 'snapshot', {'snapshot_name': 'a'}, None),
    (ALONE, [independent, off], 'snapshot', MEMORY, None),
    (ALONE, [independent, suspended], 'snapshot', {'snapshot_name': 'a'}, 'MemorySnapshotOnIndependentDisk'),
    (ALONE, [resting], 'power', {'state': 'restarted'}, 'InvalidState'),
    (ALONE, [off, resting], 'power', {'state': 'powered_on'}, 'InvalidState'),
    (CLUSTERED, [off, resting], 'power', {'state': 'powered_on'}, None),
    (CLUSTERED, [off, resting], 'power', {'state': 'powered_on', 'host': 'DC0_C0_H0'}, 'InvalidState'),
    (CLUSTERED, [off, resting, without_drs], 'power', {'state': 'powered_on'}, 'InvalidState'),
    (CLUSTERED, [off], 'power', {'state': 'powered_on', 'host': 'DC0_H0'}, 'InvalidArgument'),
    (ALONE, [off, locked], 'power', {'state': 'powered_on'}, 'EncryptionKeyRequired'),
    (CLUSTERED, [kept], 'snapshot', {'state': 'reverted', 'host': 'DC0_H0'}, 'InvalidArgument'),
    (ALONE, [kept, off, resting], 'snapshot', {'state': 'reverted'}, None),
    (ALONE, [kept_with_memory, off, resting], 'snapshot', {'state': 'reverted'}, 'InvalidState'),
    (ALONE, [kept_with_memory, off, resting], 'snapshot', {'state': 'reverted', 'snapshot_name': 'a'}, 'InvalidState'),
    (ALONE, [kept_with_memory, off, resting], 'snapshot', {'state': 'reverted', 'suppress_power_on': True}, None),
    (ALONE, [without_drives], 'tools', {'state': 'mounted'}, 'VmConfigFault'),
    (ALONE, [without_drives], 'tools', {'state': 'upgraded', 'force': True}, 'VmConfigFault'),
    (ALONE, [resting], 'instant_clone', {'new_name': 'x'}, 'InvalidState'),
    (ALONE, [resting], 'clone', {'new_name': 'x', 'power_on': True}, 'InvalidState'),
    (ALONE, [resting], 'clone', {'new_name': 'x', 'power_on': True, 'host': 'DC0_C0_H0'}, None),
    (ALONE, [resting], 'clone', {'new_name': 'x', 'power_on': True, 'host': 'DC0_H0'}, 'InvalidState'),
    (ALONE, [resting], 'clone', {'new_name': 'x'}, None),
    (ALONE, [], 'instant_clone', {'new_name': 'x', 'host': 'DC0_H0'}, None),
    (ALONE, [lost], 'power', {'state': 'powered_off'}, 'InvalidState'),
    (ALONE, [lost], 'console_ticket', {}, 'InvalidState'),
    (ALONE, [off, unreadable], 'hardware_version', {}, 'InvalidState'),
    (ALONE, [off, unreadable], 'config', {'hardware': {'num_cpus': 2}}, 'InvalidState'),
    (ALONE, [off, unreadable], 'registration', {'state': 'deleted'}, 'InvalidState'),
    (ALONE, [off, unreadable], 'info', {}, None),
    (ALONE, [off], 'nmi', {}, 'InvalidState'),
    (ALONE, [], 'migrate', {'destination_host': 'DC0_C0_H0', 'power_state': 'powered_off'}, 'InvalidPowerState'),
]


def tried(simulator, tasks, name, module, options):
    """The result of the real run of a task that check mode has foretold."""
    once = module != 'tools' and options.get('state') not in ('restarted', 'reverted')
    return Agreement(simulator, tasks).run(module, once=once, moid=simulator.vm(name).moid, **options)


@pytest.mark.parametrize(('name', 'before', 'module', 'options', 'fault'), CASES)
def test_check_mode_knows(name, before, module, options, fault):
    with Simulator(vms=2, hosts=2) as simulator, Tasks(simulator) as tasks:
        for change in before:
            simulator.call(change, simulator.vm(name))
        done = tried(simulator, tasks, name, module, options)
        assert done.get('fault', {}).get('name') == fault, done


def test_a_host_that_the_user_may_not_look_at_foretells_nothing():
    user = {'username': 'operator', 'password': 'secret'}
    denied = [(privilege, 'DC0_H0') for privilege in ('System.View', 'System.Read')]
    with Simulator(vms=1, users={'operator': {'password': 'secret', 'denied': denied}}) as simulator, Tasks(simulator) as tasks:
        simulator.call(off, simulator.vm(ALONE))
        assert tried(simulator, tasks, ALONE, 'power', {'state': 'powered_on', **user})['changed']
