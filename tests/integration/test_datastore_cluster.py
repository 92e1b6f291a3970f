# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The option datastore_cluster of vm, clone, disk and migrate: in check mode, really, once more, and what is in the way."""

from __future__ import annotations

from . import matrix

STEPS = (
    ('vm', {'name': 'new', 'cluster': 'DC0_C0', 'datastore_cluster': 'DC0_POD0', 'disk': [{'size_gb': 1}]}),
    ('clone', {'moid': 'vm-2', 'new_name': 'copy', 'datastore_cluster': '/DC0/datastore/DC0_POD0',
               'disks': [{'label': 'Hard disk 1', 'datastore': 'LocalDS_0', 'provisioning': 'thick'}]}),
    ('disk', {'moid': 'vm-2', 'disk': [{'unit_number': 1, 'size_gb': 1, 'datastore_cluster': 'group-p1'}]}),
    ('migrate', {'moid': 'vm-2', 'destination_datastore_cluster': 'DC0_POD0'}))
HUGE = {'name': 'huge', 'cluster': 'DC0_C0', 'datastore_cluster': 'DC0_POD0', 'disk': [{'size_gb': 10 ** 5}]}


def test_storage_drs_chooses_and_without_it_the_free_space(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=2, pods=2)

    def prepare():
        _local, full, *_others = simulator.vcenter.objects('Datastore')
        full.set('summary.freeSpace', 10 ** 12)
        simulator.vcenter.objects('StoragePod')[1].configure({'enabled': False})
    simulator.call(prepare)
    tasks = [{**task, 'name': f'{module} {task["name"]}'} for module, options in STEPS
             for task in matrix.tasks(f'vsphere.vm.{module}', options)]
    run = ansible_playbook([
        *tasks,
        {'name': 'No Storage DRS', 'vsphere.vm.migrate': {'moid': 'vm-1', 'datastore_cluster': 'DC0_POD1'}},
        *[{'name': f'{name} {check_mode}', 'check_mode': check_mode, 'ignore_errors': True, 'vsphere.vm.vm': options}
          for check_mode in (True, False)
          for name, options in (('No room', HUGE), ('Nowhere', {**HUGE, 'datastore_cluster': 'none'}))]], simulator=simulator)
    for module, _options in STEPS:
        forecast, real, again = (run.result(f'{module} 0 {what}') for what in ('forecast', 'real', 'again'))
        assert (forecast['changed'], real['changed'], again['changed']) == (True, True, False), (module, real)
        assert forecast['operation'] == real['operation'] and 'diff' not in again
    chosen = 'DC0_POD0_DS1'
    assert run.result('vm 0 forecast')['diff']['after'] == {'present': True, 'datastore': chosen}
    assert run.result('vm 0 again')['vm'] == {'moid': 'vm-3', 'name': 'new', 'present': True, 'datastore': chosen}
    assert run.result('clone 0 forecast')['diff']['after'] == {'clone': {'name': 'copy', 'datastore': chosen}}
    assert run.result('clone 0 again')['vm']['clone'] == {'moid': 'vm-4', 'name': 'copy', 'datastore': chosen}
    (backing,) = [disk['backing'] for disk in simulator.vm('copy').disks]
    assert (backing['fileName'], backing['thinProvisioned']) == ('[LocalDS_0] copy/copy.vmdk', False)
    assert run.result('disk 0 real')['vm']['disks']['scsi 0:1']['file'].startswith(f'[{chosen}] ')
    moved = {'datastore': chosen, 'disks': {'Hard disk 1': chosen, 'Hard disk 2': chosen}}
    assert run.result('migrate 0 forecast')['diff'] == run.result('migrate 0 real')['diff']
    assert run.result('migrate 0 real')['diff']['after'] == moved
    assert run.result('No Storage DRS')['vm']['datastore'] == 'DC0_POD1_DS0'
    for check_mode in (True, False):
        assert run.result(f'No room {check_mode}')['fault']['name'] == 'InsufficientStorageSpace'
        assert run.result(f'Nowhere {check_mode}')['fault']['name'] == 'NotFound'
