# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.guest_information: what is cached is forgotten once, and only while the machine is off."""

from __future__ import annotations

import pytest

from . import faulty, matrix

INFORMATION = 'vsphere.vm.guest_information'
PLAY = '''
- name: Forget
  vsphere.vm.guest_information:
    moid: vm-1
'''


@pytest.fixture
def vm(simulator):
    vm = simulator.vm('vm-1')
    simulator.call(vm.become_powered_off, True)
    return vm


def test_both_paths_do_the_same(ansible_playbook, simulator, vm, path):
    result = ansible_playbook(PLAY, path=path).assert_ok(changed=1).result('Forget')
    assert result['operation'] == 'ResetGuestInformation' and result['vm']['guest'] == {}
    assert result['diff']['before'] == {'guest': {'guestFullName': 'Ubuntu Linux (64-bit)', 'guestId': 'ubuntu64Guest'}}
    assert simulator.call(vm.get, 'guest.guestFullName') is None


def test_it_is_declared(ansible_playbook, vm):
    matrix.assert_declared(ansible_playbook(matrix.tasks(INFORMATION, {}, moid='vm-1')).assert_ok(), True)


def test_check_mode_changes_nothing(ansible_playbook, simulator, vm):
    before = simulator.state()
    ansible_playbook(PLAY, args=['--check']).assert_ok(changed=1)
    assert simulator.state() == before


def test_what_a_running_guest_tells_is_no_memory(ansible_playbook, simulator, vm):
    running = [{'name': f'Running {check}', 'ignore_errors': True, 'check_mode': check, INFORMATION: {'moid': 'vm-2'}}
               for check in (True, False)]
    run = ansible_playbook(faulty.order(
        simulator, INFORMATION, {'moid': 'vm-1'}, 'ResetGuestInformation', 'InvalidState') + running)
    for check in (True, False):
        fault = run.result(f'Running {check}')['fault']
        assert (fault['name'], fault['category']) == ('InvalidState', 'state')
    faulty.assert_told(run, 'ResetGuestInformation', 'InvalidState')
