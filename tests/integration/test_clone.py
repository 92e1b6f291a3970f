# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.clone: every kind of copy, where it goes, what it becomes, and what is in the way."""

from __future__ import annotations

import pytest

from . import faulty, matrix
from .places import LINUX, add_datastore, add_folder, keep_specification

CLONE = 'vsphere.vm.clone'
BOTH_PATHS = '''
- name: Clone
  vsphere.vm.clone:
    name: DC0_H0_VM0
    new_name: web-07
    destination_folder: /DC0/vm/web
    datastore: SSD_1
    hardware: {num_cpus: 4, memory_mb: 8192}
    customization: {hostname: www, domain: example.com, dns_servers: [192.0.2.53]}
    networks:
      - {ip: 192.0.2.17, netmask: 255.255.255.0, gateway: [192.0.2.1]}
    power_on: true
- name: Clone as before
  vsphere.vm.clone:
    name: DC0_H0_VM0
    new_name: web-07
    destination_datacenter: DC0
    destination_folder: web
'''


@pytest.fixture
def simulator(start_simulator):
    simulator = start_simulator(vms=2, hosts=2)
    add_datastore(simulator, 'SSD_1')
    add_datastore(simulator, 'Far_1', 'DC0_H0')
    add_folder(simulator, 'web')
    keep_specification(simulator, 'linux', LINUX)
    return simulator


def get(simulator, name, path):
    return simulator.call(simulator.vm(name).get, path)


def placed(simulator, name):
    """The names of the folder, the pool, the host and the datastore of a virtual machine."""
    def names():
        vm = next(each for each in simulator.vcenter.objects('VirtualMachine') if each.get('name') == name)
        refs = [vm.get('parent'), vm.get('resourcePool'), vm.get('runtime.host'), vm.get('datastore')[0]]
        return [ref and simulator.vcenter.resolve(ref).get('name') for ref in refs]
    return simulator.call(names)


def disk(simulator, name):
    (found,) = [device for device in get(simulator, name, 'config.hardware.device') if device['_typeName'] == 'VirtualDisk']
    return found['backing']


def test_both_paths_do_the_same(ansible_playbook, simulator, path):
    run = ansible_playbook(BOTH_PATHS, path=path).assert_ok(changed=1)
    made = run.result('Clone')
    assert (made['operation'], made['result']) == ('CloneVM_Task', {'type': 'VirtualMachine', 'value': 'vm-3'})
    wanted = {'moid': 'vm-3', 'name': 'web-07'}
    assert made['vm'] == {'moid': 'vm-1', 'name': 'DC0_H0_VM0', 'clone': wanted}
    assert made['diff'] == {'before': {'clone': None}, 'after': {'clone': wanted}}
    assert run.result('Clone as before')['vm']['clone'] == wanted
    assert placed(simulator, 'web-07') == ['web', 'Resources', 'DC0_H0', 'SSD_1']
    hardware = get(simulator, 'web-07', 'config.hardware')
    assert (hardware['numCPU'], hardware['memoryMB']) == (4, 8192)
    assert get(simulator, 'web-07', 'guest.hostName') == 'www.example.com'
    assert get(simulator, 'web-07', 'guest.ipAddress') == '192.0.2.17'
    assert get(simulator, 'DC0_H0_VM0', 'guest.hostName') == 'dc0-h0-vm0'


def test_every_kind_of_copy_is_declared(ansible_playbook, simulator):
    run = ansible_playbook(
        [{'name': 'Snapshot', 'vsphere.vm.snapshot': {'moid': 'vm-1', 'snapshot_name': 'base'}}] + matrix.tasks(
            CLONE, {'new_name': 'full'}, {'new_name': '{name}-linked', 'snapshot_name': 'base', 'linked_clone': True},
            {'new_name': 'image', 'is_template': True, 'convert': 'thick', 'customization': {'hostname': 'ignored'}},
            {'new_name': 'far', 'cluster': 'DC0_C0', 'resource_pool': 'DC0_C0_RP0', 'host': 'DC0_C0_H1', 'convert': 'thin',
             'datastore': 'LocalDS_0', 'annotation': 'a copy', 'config': {'cpuHotAddEnabled': True}},
            {'new_name': 'a/b', 'destination_datacenter': 'DC0', 'customization_spec': 'linux', 'power_on': True,
             'networks': [{'ip': '192.0.2.9', 'netmask': '255.255.255.0'}]}, moid='vm-1') + [
            {'name': f'From the template {number}', CLONE: {'path': 'DC0/vm/image', **options}}
            for number, options in enumerate((
                {'new_name': 'deployed'}, {'new_name': 'image-2', 'is_template': True},
                {'new_name': 'there', 'cluster': 'DC0_C0'}))]).assert_ok()
    matrix.assert_declared(run, True, True, True, True, True)
    assert get(simulator, 'full', 'runtime.powerState') == 'poweredOff'
    assert disk(simulator, 'full')['fileName'] == '[LocalDS_0] full/full.vmdk'
    assert disk(simulator, 'DC0_H0_VM0-linked')['parent']['fileName'].startswith('[LocalDS_0] DC0_H0_VM0/')
    assert get(simulator, 'image', 'config.template') is True and disk(simulator, 'image')['thinProvisioned'] is False
    assert get(simulator, 'far', 'config.annotation') == 'a copy' and get(simulator, 'far', 'config.cpuHotAddEnabled')
    assert placed(simulator, 'far') == ['vm', 'DC0_C0_RP0', 'DC0_C0_H1', 'LocalDS_0']
    assert run.result('4 again')['vm']['clone']['name'] == 'a/b'
    assert get(simulator, 'a%2fb', 'guest.ipAddress') == '192.0.2.9'
    assert placed(simulator, 'deployed') == ['vm', 'Resources', 'DC0_H0', 'LocalDS_0']
    assert placed(simulator, 'there')[1] == 'Resources' and placed(simulator, 'there')[2].startswith('DC0_C0_H')
    assert get(simulator, 'image-2', 'config.template') is True


def test_a_fleet_is_copied(ansible_playbook, simulator):
    options = {'where': {'name': '*_VM0'}, 'new_name': '{name}-copy', 'destination_folder': '/DC0/vm/web'}
    run = ansible_playbook([{'name': name, CLONE: options} for name in ('Copy', 'Again')]).assert_ok(changed=1)
    assert run.result('Copy')['summary']['changed'] == 2
    assert {each['vm']['clone']['name'] for each in run.result('Copy')['results']} == {
        'DC0_H0_VM0-copy', 'DC0_C0_RP0_VM0-copy'}


def test_nothing_to_do_costs_little(ansible_playbook, simulator):
    ansible_playbook([{'name': 'Clone', CLONE: {'moid': 'vm-1', 'new_name': 'DC0_C0_RP0_VM0', 'cluster': 'DC0_C0',
                                                'customization_spec': 'linux'}}]).assert_ok(changed=0)
    methods = [request['method'] for request in simulator.requests]
    assert [method for method in methods if method not in ('hello', 'content', 'Login', 'Logout')] == [
        'RetrievePropertiesEx', 'FindChild']


def test_check_mode_changes_nothing(ansible_playbook, simulator):
    before = simulator.state()
    run = ansible_playbook(BOTH_PATHS, args=['--check', '--diff']).assert_ok(changed=2)
    assert run.result('Clone')['operation'] == 'CloneVM_Task'
    assert run.result('Clone')['diff']['after'] == {'clone': {'name': 'web-07'}}
    assert simulator.state() == before
    assert 'CheckCustomizationSpec' in [request['method'] for request in simulator.requests]


WRONG = {
    'NicSettingMismatch': {'networks': [{}, {}]}, 'CustomizationFault': {'customization': {'os': 'windows'}},
    'NotFound': {'customization_spec': 'nothing'}, 'No snapshot': {'snapshot_name': 'nothing'},
    'DuplicateName': {'new_name': 'web', 'destination_datacenter': 'DC0'}, 'InvalidName': {'new_name': 'x' * 81},
    'InvalidArgument': {'is_template': True, 'power_on': True}, 'No folder': {'destination_folder': '/DC0/vm/nowhere'},
    'Windows time': {'customization': {'os': 'windows', 'timezone': 'Europe/Berlin'}}}
NAMES = {'No snapshot': 'NotFound', 'No folder': 'NotFound', 'Windows time': 'InvalidArgument'}


def test_what_is_in_the_way_is_foretold(ansible_playbook, simulator):
    run = ansible_playbook([{'name': f'{name} {check}', 'ignore_errors': True, 'check_mode': check, CLONE: {
        'moid': 'vm-1', 'new_name': 'new', **options}} for name, options in WRONG.items() for check in (True, False)])
    for name in WRONG:
        for check in (True, False):
            assert run.result(f'{name} {check}')['fault']['name'] == NAMES.get(name, name), run.result(f'{name} {check}')
    mismatch = run.result('NicSettingMismatch True')['fault']
    assert mismatch['operation'] == 'CheckCustomizationSpec' and mismatch['category'] == 'invalid_argument'
    assert mismatch['details'] == {'numberOfNicsInSpec': 2, 'numberOfNicsInVM': 1}
    assert 'Traceback' not in run.output


def test_what_only_the_server_knows(ansible_playbook, simulator):
    wrong = {'InvalidDatastore': {'cluster': 'DC0_C0', 'datastore': 'Far_1'},
             'InvalidArgument': {'host': 'DC0_H0', 'resource_pool': 'DC0_C0_RP0'}}
    run = ansible_playbook([{'name': name, 'ignore_errors': True, CLONE: {'moid': 'vm-1', 'new_name': 'new', **options}}
                            for name, options in wrong.items()] + [
        {'name': 'Linked to nothing', 'ignore_errors': True,
         CLONE: {'moid': 'vm-1', 'new_name': 'new', 'linked_clone': True}}])
    for name in wrong:
        assert run.result(name)['fault']['name'] == name
    assert 'snapshot_name' in run.result('Linked to nothing')['msg']


@pytest.mark.parametrize(('template', 'is_template', 'denied'), [
    (False, False, 'VirtualMachine.Provisioning.Clone'),
    (False, True, 'VirtualMachine.Provisioning.CreateTemplateFromVM'),
    (True, False, 'VirtualMachine.Provisioning.DeployTemplate'), (True, True, 'VirtualMachine.Provisioning.CloneTemplate'),
    (False, False, 'VirtualMachine.Inventory.CreateFromExisting'), (False, False, 'Datastore.AllocateSpace'),
    (True, False, 'Resource.AssignVMToPool')])
def test_a_privilege_that_is_lacking(ansible_playbook, start_simulator, template, is_template, denied):
    simulator = start_simulator(vms=1, users={'op@vsphere.local': {'password': 'secret-of-op', 'denied': [denied]}})
    simulator.call(simulator.vm('vm-1').edit_config, lambda config: config.update(template=template))
    options = {'moid': 'vm-1', 'new_name': 'new', 'is_template': is_template, 'datastore': 'LocalDS_0'}
    run = ansible_playbook([{'name': str(check), 'ignore_errors': True, 'check_mode': check, CLONE: options}
                            for check in (True, False)], simulator=simulator,
                           env={'VMWARE_USER': 'op@vsphere.local', 'VMWARE_PASSWORD': 'secret-of-op'})
    for check in ('True', 'False'):
        fault = run.result(check)['fault']
        assert fault['name'] == 'NoPermission' and fault['details']['privilegeId'] == denied


def test_passwords_stay_hidden(ansible_playbook, simulator):
    run = ansible_playbook([{'name': 'Windows', 'ignore_errors': True, CLONE: {
        'moid': 'vm-1', 'new_name': 'new', 'customization': {
            'os': 'windows', 'password': 'secret-1', 'joindomain': 'corp', 'domainadmin': 'joiner',
            'domainadminpassword': 'secret-2'}}}], args=['-vvvv', '--diff'])
    assert run.result('Windows')['fault']['name'] == 'CustomizationFault'
    assert 'secret-1' not in run.output and 'secret-2' not in run.output


FAULTS = ('InvalidState', 'InvalidDatastore', 'TaskInProgress', 'VmConfigFault')
IN_TASK = ('CustomizationFault', 'FileFault', 'MigrationFault', 'InsufficientResourcesFault')


def test_faults(ansible_playbook, simulator):
    run = ansible_playbook(faulty.order(simulator, CLONE, {'moid': 'vm-1', 'new_name': 'new'}, 'CloneVM_Task', *FAULTS,
                                        in_task=IN_TASK))
    faulty.assert_told(run, 'CloneVM_Task', *FAULTS, *IN_TASK)
