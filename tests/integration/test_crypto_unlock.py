# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.crypto_unlock: locked, unlocked, and keys that cannot be had."""

from __future__ import annotations

import pytest

from . import faulty, matrix
from .places import host, set_of

UNLOCK = 'vsphere.vm.crypto_unlock'
PLAY = '''
- name: Power off
  vsphere.vm.power: {name: DC0_H0_VM0, state: powered_off}
- name: Locked
  vsphere.vm.power: {name: DC0_H0_VM0, state: powered_on}
  ignore_errors: true
- name: Unlock
  vsphere.vm.crypto_unlock:
    name: DC0_H0_VM0
- name: Power on
  vsphere.vm.power: {name: DC0_H0_VM0, state: powered_on}
'''


@pytest.fixture
def vm(simulator):
    vm = simulator.vm('vm-1')
    simulator.call(setattr, vm, 'crypto_state', 'locked')
    return vm


def test_both_paths_do_the_same(ansible_playbook, simulator, vm, path):
    run = ansible_playbook(PLAY, path=path)
    assert run.rc == 0, run.output
    assert run.result('Locked')['fault']['name'] == 'EncryptionKeyRequired'
    assert run.result('Unlock')['operation'] == 'CryptoUnlock_Task'
    assert run.result('Unlock')['diff'] == {'before': {'crypto_state': 'locked'}, 'after': {'crypto_state': 'unlocked'}}
    assert simulator.call(vm.get, 'runtime.cryptoState') == 'unlocked'


def test_it_is_declared(ansible_playbook, vm):
    run = ansible_playbook(matrix.tasks(UNLOCK, {}, moid='vm-1')).assert_ok()
    matrix.assert_declared(run, True)


def test_check_mode_changes_nothing(ansible_playbook, simulator, vm):
    before = simulator.state()
    ansible_playbook([{'name': 'Unlock', UNLOCK: {'moid': 'vm-1'}}], args=['--check']).assert_ok(changed=1)
    assert simulator.state() == before


@pytest.mark.parametrize(('fault', 'key_server', 'supported'), [
    ('InvalidVmState', 'unreachable', True), ('InvalidState', 'missing', True), ('NotSupported', 'available', False)])
def test_keys_that_cannot_be_had(ansible_playbook, simulator, vm, fault, key_server, supported):
    simulator.call(setattr, vm, 'key_server', key_server)
    set_of(simulator, host(simulator, 'DC0_H0'), 'capability.cryptoSupported', supported)
    run = ansible_playbook([{'name': 'Unlock', UNLOCK: {'moid': 'vm-1'}}])
    assert run.failure()['fault']['name'] == fault
    assert run.failure()['fault']['category'] == ('unsupported' if fault == 'NotSupported' else 'state')


def test_faults(ansible_playbook, simulator, vm):
    run = ansible_playbook(faulty.order(simulator, UNLOCK, {'moid': 'vm-1'}, 'CryptoUnlock_Task', 'NotSupported',
                                        in_task=('InvalidState',)))
    faulty.assert_told(run, 'CryptoUnlock_Task', 'NotSupported', 'InvalidState')
