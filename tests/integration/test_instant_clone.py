# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.instant_clone: running copies, where they go, and what is in the way."""

from __future__ import annotations

import pytest

from . import faulty, matrix
from .places import add_datastore, add_folder

CLONE = 'vsphere.vm.instant_clone'
BOTH_PATHS = '''
- name: Clone
  vsphere.vm.instant_clone:
    name: DC0_C0_RP0_VM0
    new_name: runner-17
    destination_folder: /DC0/vm/web
    extra_config: {guestinfo.ic.hostname: runner-17, guestinfo.ic.number: 17}
- name: Clone as before
  vsphere.vm.instant_clone:
    name: DC0_C0_RP0_VM0
    clone_name: runner-17
    destination_folder: /DC0/vm/web
'''


@pytest.fixture
def simulator(start_simulator):
    simulator = start_simulator(vms=2, hosts=2)
    add_datastore(simulator, 'SSD_1')
    add_datastore(simulator, 'Far_1', 'DC0_H0')
    add_folder(simulator, 'web')
    return simulator


def get(simulator, name, path):
    return simulator.call(simulator.vm(name).get, path)


def test_both_paths_do_the_same(ansible_playbook, simulator, path):
    run = ansible_playbook(BOTH_PATHS, path=path).assert_ok(changed=1)
    made, wanted = run.result('Clone'), {'moid': 'vm-3', 'name': 'runner-17'}
    assert (made['operation'], made['result']) == ('InstantClone_Task', {'type': 'VirtualMachine', 'value': 'vm-3'})
    assert made['vm'] == {'moid': 'vm-2', 'name': 'DC0_C0_RP0_VM0', 'clone': wanted}
    assert made['diff'] == {'before': {'clone': None}, 'after': {'clone': wanted}}
    assert get(simulator, 'runner-17', 'runtime.powerState') == 'poweredOn'
    assert get(simulator, 'runner-17', 'runtime.host') == get(simulator, 'vm-2', 'runtime.host')
    options = {each['key']: each['value']['_value'] for each in get(simulator, 'runner-17', 'config.extraConfig')}
    assert (options['guestinfo.ic.hostname'], options['guestinfo.ic.number']) == ('runner-17', '17')


def test_it_is_declared_and_placed(ansible_playbook, simulator):
    uuid = '564d1234-0000-0000-0000-000000000001'
    run = ansible_playbook(matrix.tasks(
        CLONE, {'new_name': 'plain'}, {'new_name': '{name}-2', 'destination_datacenter': 'DC0', 'bios_uuid': uuid},
        {'new_name': 'placed', 'cluster': 'DC0_C0', 'datastore': 'SSD_1', 'host': 'DC0_C0_H0'}, moid='vm-2')).assert_ok()
    matrix.assert_declared(run, True, True, True)
    assert get(simulator, 'DC0_C0_RP0_VM0-2', 'config.uuid') == uuid
    assert get(simulator, 'placed', 'config.files.vmPathName').startswith('[SSD_1]')
    assert get(simulator, 'placed', 'resourcePool') != get(simulator, 'plain', 'resourcePool')


def test_check_mode_changes_nothing(ansible_playbook, simulator):
    before = simulator.state()
    ansible_playbook(BOTH_PATHS, args=['--check', '--diff']).assert_ok(changed=2)
    assert simulator.state() == before


def test_what_is_in_the_way(ansible_playbook, simulator):
    simulator.call(simulator.vm('vm-1').become_powered_off, True)
    usb = {'_typeName': 'VirtualUSB', 'key': 9000, 'connected': True}
    wrong = {
        'InvalidState': {'moid': 'vm-1'}, 'InvalidName': {'new_name': ''}, 'InvalidDatastore': {'datastore': 'Far_1'},
        'InvalidArgument': {'host': 'DC0_C0_H1'}, 'DuplicateName': {'new_name': 'web'}}
    tasks = [{'name': name, 'ignore_errors': True, CLONE: {'moid': 'vm-2', 'new_name': 'new', **options}}
             for name, options in wrong.items()]
    run = ansible_playbook([*tasks, {**tasks[0], 'name': 'Foretold', 'check_mode': True}])
    assert {name: run.result(name)['fault']['name'] for name in wrong} == dict(zip(wrong, wrong))
    assert run.result('Foretold')['fault']['name'] == 'InvalidState'
    assert 'powered_off' in run.result('Foretold')['msg']
    simulator.call(simulator.vm('vm-2').edit_config, lambda config: config['hardware']['device'].append(usb))
    fault = ansible_playbook([{'name': 'USB', CLONE: {'moid': 'vm-2', 'new_name': 'new'}}]).failure()['fault']
    assert (fault['name'], fault['category']) == ('DisallowedMigrationDeviceAttached', 'state')
    assert fault['cause']['name'] == 'DeviceNotSupported'


def test_faults(ansible_playbook, simulator):
    faults = ('TaskInProgress', 'InvalidState', 'InvalidDatastore', 'InsufficientResourcesFault',
              'DisallowedMigrationDeviceAttached')
    run = ansible_playbook(faulty.order(simulator, CLONE, {'moid': 'vm-2', 'new_name': 'new'}, 'InstantClone_Task',
                                        *faults, in_task=('FileFault',)))
    faulty.assert_told(run, 'InstantClone_Task', *faults, 'FileFault')
