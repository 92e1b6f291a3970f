# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.storage_info: files and space, as last seen and looked at anew."""

from __future__ import annotations

from . import faulty

STORAGE = 'vsphere.vm.storage_info'
MODULE = '''
- name: As last seen
  vsphere.vm.storage_info:
    name: DC0_H0_VM0
- name: Anew
  vsphere.vm.storage_info:
    name: DC0_H0_VM0
    refresh: true
    unowned_files: true
'''


def test_both_paths_tell_the_same(ansible_playbook, simulator, path):
    vm = simulator.vm('vm-1')
    simulator.call(setattr, vm, 'unowned_files', ['[LocalDS_0] DC0_H0_VM0/stranger.vmdk'])
    before = simulator.state()
    run = ansible_playbook(MODULE, path=path, args=['--check']).assert_ok(changed=0)
    assert simulator.state() == before
    seen, anew = run.result('As last seen')['vm'], run.result('Anew')['vm']
    assert anew['timestamp'] > seen['timestamp'] and seen['unowned_files'] is None
    assert anew['unowned_files'] == ['[LocalDS_0] DC0_H0_VM0/stranger.vmdk']
    for told in (seen, anew):
        (datastore,) = told['datastores']
        assert datastore['name'] == 'LocalDS_0' and datastore['committed_bytes'] == sum(each['size_bytes']
                                                                                        for each in told['files'])
        assert {'config', 'diskExtent', 'swap'} <= {each['type'] for each in told['files']}
        assert told['layout']['disk'] == [{'key': 2000, 'diskFile': ['[LocalDS_0] DC0_H0_VM0/DC0_H0_VM0.vmdk']}]


def test_what_is_not_seen_or_not_allowed(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=1, users={'op@vsphere.local': {
        'password': 'secret-of-op', 'denied': ['VirtualMachine.Config.QueryUnownedFiles']}})
    simulator.call(setattr, simulator.vm('vm-1'), 'storage_changed', lambda: None)
    run = ansible_playbook([
        {'name': 'Never', 'ignore_errors': True, STORAGE: {'moid': 'vm-1', 'refresh': True, 'refresh_timeout': 1}},
        {'name': 'Denied', 'ignore_errors': True, STORAGE: {'moid': 'vm-1', 'unowned_files': True}}],
        simulator=simulator, env={'VMWARE_USER': 'op@vsphere.local', 'VMWARE_PASSWORD': 'secret-of-op'})
    assert run.result('Never')['fault']['name'] == 'WaitTimeout'
    assert run.result('Never')['fault']['operation'] == 'RefreshStorageInfo'
    assert run.result('Denied')['fault']['name'] == 'NoPermission'


def test_faults_of_both_methods(ansible_playbook, simulator):
    tasks = faulty.order(simulator, STORAGE, {'moid': 'vm-1', 'refresh': True}, 'RefreshStorageInfo',
                         'HostCommunication')
    tasks += faulty.order(simulator, STORAGE, {'moid': 'vm-1', 'unowned_files': True}, 'QueryUnownedFiles',
                          'HostCommunication')
    run = ansible_playbook(tasks)
    for method in ('RefreshStorageInfo', 'QueryUnownedFiles'):
        faulty.assert_told(run, method, 'HostCommunication')
