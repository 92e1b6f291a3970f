# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The playbook patch_with_rollback: batches, and what a host that fails means for itself and for the next."""

from __future__ import annotations

from pathlib import Path

from .roles import called, newest, snapshots, tasks_file

PLAYBOOK = Path('vsphere.vm.patch_with_rollback')
VMS = 'DC0_H0_VM0', 'DC0_H0_VM1', 'DC0_C0_RP0_VM0', 'DC0_C0_RP0_VM1'
PATCH = {'vsphere.vm.config': {'moid': '{{ moid }}', 'annotation': 'patched'}, 'delegate_to': 'localhost'}
FAIL = {'ansible.builtin.fail': {'msg': 'The package is broken.'}, 'when': "inventory_hostname == 'host1'"}


def patched(simulator):
    return [simulator.call(simulator.vm(vm).get, 'config.annotation') == 'patched' for vm in VMS]


@newest
def test_a_batch_that_fails_is_the_last(ansible_playbook, start_simulator, tmp_path):
    simulator = start_simulator(vms=4)
    moids = [simulator.vm(vm).moid for vm in VMS]

    def patch(tasks, *args, **variables):
        return ansible_playbook(
            PLAYBOOK, simulator=simulator, env={'VMWARE_CA_CERT': str(simulator.ca_cert)}, hosts=4, args=list(args),
            extra_vars={'patch_with_rollback_tasks': tasks, 'moid': f'{{{{ {moids}[inventory_hostname[-1] | int] }}}}', 'patch_with_rollback_serial': 2,
                        **variables})
    bad = tasks_file(tmp_path / 'bad.yml', PATCH, FAIL)
    run = patch(bad)
    told = run.failure('vsphere.vm.safe_change : Fail, and say what was rolled back', 'host1')['msg']
    assert told == f'The change failed at "bad 2": The package is broken. Rolled back: {VMS[1]}.'
    assert patched(simulator) == [True, False, False, False]
    assert set(run.stats) == {'host0', 'host1'}, 'the next batch was begun'
    before = simulator.state()
    patch(tasks_file(tmp_path / 'good.yml', PATCH), '--check').assert_ok()
    assert simulator.state() == before
    run = patch(tasks_file(tmp_path / 'good.yml', PATCH), safe_change_checks=['powered_on', 'tools_running', 'ip_address'])
    run.assert_ok()
    assert patched(simulator) == [True, True, True, True]
    assert [snapshots(simulator, vm) for vm in VMS] == [{}, {}, {}, {}]
    assert called(simulator, 'CreateSnapshot_Task') == 6
