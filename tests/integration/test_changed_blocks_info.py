# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.changed_blocks_info: what a backup has to read, the first time and after."""

from __future__ import annotations

import pytest

from . import faulty

BLOCKS = 'vsphere.vm.changed_blocks_info'
GB = 1024 ** 3
MODULE = '''
- name: Full
  vsphere.vm.changed_blocks_info:
    name: DC0_H0_VM0
    disk: Hard disk 1
    snapshot_name: first
  register: full
- name: Since
  vsphere.vm.changed_blocks_info:
    name: DC0_H0_VM0
    disk: "2000"
    snapshot_id: "2"
    change_id: "{{ full.change_id }}"
'''


@pytest.fixture
def vm(simulator):
    """A machine that was written to between two snapshots, its changes tracked."""
    vm = simulator.vm('vm-1')

    def prepare():
        vm.edit_config(lambda config: config.update(changeTrackingEnabled=True))
        vm.take_snapshot('first', '', False, False)
        for start in (5 * GB, 6 * GB + 10, 9 * GB):
            vm.write_disk(2000, start, 100)
        vm.take_snapshot('second', '', False, False)
        vm.write_disk(2000, 8 * GB, 100)
    simulator.call(prepare)
    return vm


def blocks(**options):
    return {BLOCKS: {'moid': 'vm-1', 'disk': 'Hard disk 1', **options}, 'ignore_errors': True}


@pytest.mark.parametrize('page', [1, 2000])
def test_all_areas_are_listed_to_the_end(ansible_playbook, simulator, vm, path, page):
    simulator.call(setattr, vm, 'change_areas_page', page)
    before = simulator.state()
    run = ansible_playbook(MODULE, path=path, args=['--check']).assert_ok(changed=0)
    assert simulator.state() == before
    assert run.result('Full')['areas'] == [{'start': 0, 'length': 10 * GB // 4}]
    assert run.result('Full')['capacity_bytes'] == 10 * GB
    assert run.result('Since')['areas'] == [{'start': start, 'length': 65536} for start in (5 * GB, 6 * GB, 9 * GB)]
    assert run.result('Since')['changed_bytes'] == 3 * 65536
    assert run.result('Since')['change_id'] != run.result('Full')['change_id']
    asked = [each for each in simulator.requests if each['method'] == 'QueryChangedDiskAreas']
    assert len(asked) == (4 if page == 1 else 2)


def test_the_present_state_of_what_is_off(ansible_playbook, simulator, vm):
    run = ansible_playbook([
        {'name': 'Power off', 'vsphere.vm.power': {'moid': 'vm-1', 'state': 'powered_off'}},
        {'name': 'Second', **blocks(snapshot_name='second'), 'register': 'second'},
        {'name': 'Since', **blocks(change_id='{{ second.change_id }}')}]).assert_ok(changed=1)
    assert run.result('Since')['areas'] == [{'start': 8 * GB, 'length': 65536}]


def test_what_cannot_be_told(ansible_playbook, simulator, vm):
    wrong = {'FileFault': {}, 'InvalidArgument': {'snapshot_name': 'second', 'change_id': '52 00/9'},
             'No disk': {'disk': 'Hard disk 9'}, 'No snapshot': {'snapshot_name': 'third'},
             'Not tracked': {'moid': 'vm-2'}}
    simulator.call(simulator.vm('vm-2').become_powered_off, False)
    run = ansible_playbook([{'name': name, **blocks(**options)} for name, options in wrong.items()])
    told = {name: run.result(name)['fault'] for name in wrong}
    assert [told[name]['name'] for name in wrong] == ['FileFault', 'InvalidArgument', 'NotFound', 'NotFound',
                                                      'InvalidArgument']
    assert told['InvalidArgument']['details'] == {'invalidProperty': 'changeId'}
    assert told['FileFault']['operation'] == 'QueryChangedDiskAreas'


def test_faults(ansible_playbook, simulator, vm):
    method, faults = 'QueryChangedDiskAreas', ('FileFault', 'NotFound')
    options = {'moid': 'vm-1', 'disk': 'Hard disk 1', 'snapshot_name': 'first'}
    run = ansible_playbook(faulty.order(simulator, BLOCKS, options, method, *faults))
    faulty.assert_told(run, method, *faults)
