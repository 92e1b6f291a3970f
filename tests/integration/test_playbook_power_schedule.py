# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The playbook power_schedule: a fleet off and on, twice, by condition or in waves, and who could not."""

from __future__ import annotations

from pathlib import Path

import pytest

from .roles import newest

PLAYBOOK = Path('vsphere.vm.power_schedule')
POWER = 'vsphere.vm.power_sequence : Bring the wave into its power state'


@pytest.fixture
def schedule(ansible_playbook, simulator):
    """A function that runs the playbook with the variables that are given without its prefix."""
    def run(*args, **variables):
        return ansible_playbook(PLAYBOOK, env={'VMWARE_CA_CERT': str(simulator.ca_cert)}, args=list(args),
                                extra_vars={f'power_schedule_{name}': value for name, value in variables.items()})
    return run


def states(simulator):
    return [simulator.call(simulator.vm(moid).get, 'runtime.powerState') for moid in ('vm-1', 'vm-2')]


def test_off_and_on(schedule, simulator):
    schedule(state='powered_off', where={'folder': '/DC0/vm'}).assert_ok(changed=1)
    assert states(simulator) == ['poweredOff', 'poweredOff']
    simulator.order('PowerOnVM_Task', 'NoPermission', vm='vm-1')
    failed = schedule(state='powered_on', where={}).failure('vsphere.vm.power_sequence : Stop at the wave that failed')
    assert failed['msg'].startswith('Wave all failed at "Bring the wave into its power state": DC0_H0_VM0: ')
    assert states(simulator) == ['poweredOff', 'poweredOn']


@newest
def test_waves_again_and_in_check_mode(schedule, simulator):
    waves = [{'name': 'web', 'after': ['app'], 'vms': [{'moid': 'vm-1'}]}, {'name': 'app', 'vms': [{'moid': 'vm-2'}]}]
    run = schedule(state='powered_on', waves=waves).assert_ok(changed=0)
    assert run.result('Tell what came of it')['msg'] == '2 are powered_on.'
    before = simulator.state()
    schedule('--check', state='powered_off', waves=waves).assert_ok(changed=2)
    assert simulator.state() == before
    assert 'Set power_schedule_state' in schedule(state='powered_off').failure()['msg']
