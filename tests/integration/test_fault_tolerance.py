# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.fault_tolerance: a group from its creation to its end, and what is in the way."""

from __future__ import annotations

import pytest

from . import faulty, matrix
from .places import add_datastore, host, set_of

FT = 'vsphere.vm.fault_tolerance'
VM = 'DC0_C0_RP0_VM0'
BOTH_PATHS = '''
- name: Protect
  vsphere.vm.fault_tolerance:
    moid: vm-2
- name: Protected already
  vsphere.vm.fault_tolerance:
    moid: vm-2
    state: created
- name: End
  vsphere.vm.fault_tolerance:
    moid: vm-2
    state: turned_off
'''


@pytest.fixture
def simulator(start_simulator):
    return protectable(start_simulator(vms=2, hosts=3))


def protectable(simulator):
    """Switches HA of the cluster on, which fault tolerance needs."""
    cluster = simulator.call(lambda: simulator.vcenter.objects('ClusterComputeResource')[0])
    simulator.call(cluster.configure, {'dasConfig': {'enabled': True}})
    return simulator


def machine(simulator, moid='vm-2'):
    return simulator.call(simulator.vcenter.find, moid)


def state_of(simulator, moid='vm-2'):
    return simulator.call(machine(simulator, moid).get, 'runtime.faultToleranceState')


def test_both_paths_do_the_same(ansible_playbook, simulator, path):
    run = ansible_playbook(BOTH_PATHS, path=path).assert_ok(changed=2)
    protected = run.result('Protect')
    assert protected['operation'] == 'CreateSecondaryVM_Task'
    assert protected['vm'] == {'moid': 'vm-2', 'name': VM, 'fault_tolerance': 'running', 'role': 'primary',
                               'primary': 'vm-2',
                               'secondaries': [protected['result']['vm']['value']]}
    assert protected['result']['powerOnAttempted'] is True
    assert run.result('End')['vm']['fault_tolerance'] == 'not_configured'
    assert machine(simulator, protected['result']['vm']['value']) is None


def test_every_state_is_declared(ansible_playbook, simulator):
    add_datastore(simulator, 'SSD_1')
    run = ansible_playbook(matrix.tasks(
        FT, {'state': 'created', 'host': 'DC0_C0_H2', 'datastore': 'SSD_1', 'metadata_datastore': 'LocalDS_0',
             'disks': [{'disk': 'Hard disk 1', 'datastore': 'LocalDS_0'}]},
        {'state': 'disabled'}, {'state': 'enabled', 'host': 'DC0_C0_H1'},
        {'state': 'made_primary', 'secondary': 'vm-3'},
        {'state': 'made_primary'}, {'state': 'turned_off'}, moid='vm-2')).assert_ok()
    matrix.assert_declared(run, True, True, True, True, True, True)
    made = run.result('0 real')
    assert made['operation'] == 'CreateSecondaryVMEx_Task' and made['result']['vm']['value'] == 'vm-3'
    assert run.result('1 real')['diff'] == {
        'before': {'fault_tolerance': 'running', 'role': 'primary', 'primary': 'vm-2', 'secondaries': ['vm-3']},
        'after': {'fault_tolerance': 'disabled', 'role': 'primary', 'primary': 'vm-2', 'secondaries': ['vm-3']}}
    assert run.result('3 real')['vm']['role'] == 'secondary' and run.result('3 real')['vm']['primary'] == 'vm-3'
    assert run.result('4 real')['vm']['role'] == 'primary'
    assert state_of(simulator) == 'notConfigured'


def test_the_pair_goes_together(ansible_playbook, simulator):
    run = ansible_playbook('''
    - name: Protect what is off
      block:
        - vsphere.vm.power: {moid: vm-2, state: powered_off}
        - name: Protect
          vsphere.vm.fault_tolerance: {moid: vm-2, host: DC0_C0_H1}
        - name: Power on
          vsphere.vm.power: {moid: vm-2, state: powered_on}
        - name: Kill the secondary
          vsphere.vm.fault_tolerance: {moid: vm-2, state: terminated}
        - name: By its name it is the primary
          vsphere.vm.fault_tolerance: {name: DC0_C0_RP0_VM0, state: created}
        - name: A snapshot
          vsphere.vm.snapshot: {moid: vm-2, snapshot_name: refused}
          ignore_errors: true
    ''')
    assert run.rc == 0, run.output
    assert run.result('Protect')['vm']['fault_tolerance'] == 'enabled'
    assert run.result('Protect')['result']['powerOnAttempted'] is False
    assert run.result('Kill the secondary')['operation'] == 'TerminateFaultTolerantVM_Task'
    assert run.result('Kill the secondary')['diff']['after']['terminated'] == 'vm-3'
    assert run.result('By its name it is the primary')['vm']['moid'] == 'vm-2'
    assert run.result('A snapshot')['fault']['name'] == 'NotSupported'
    assert state_of(simulator) == 'running'
    secondary = machine(simulator, 'vm-3')
    assert simulator.call(lambda: simulator.vcenter.resolve(secondary.host).get('name')) == 'DC0_C0_H2'


def test_check_mode_changes_nothing(ansible_playbook, simulator):
    ansible_playbook([{'name': 'Protect', FT: {'moid': 'vm-2'}}]).assert_ok(changed=1)
    before = simulator.state()
    states = ('disabled', 'turned_off', 'terminated')
    ansible_playbook([{'name': state, FT: {'moid': 'vm-2', 'state': state}} for state in states] + [
        {'name': 'Take over', FT: {'moid': 'vm-3', 'state': 'made_primary'}}],
        args=['--check', '--diff']).assert_ok(changed=4)
    assert simulator.state() == before


def test_what_makes_it_incompatible_is_listed(ansible_playbook, simulator):
    vm = machine(simulator)
    simulator.call(vm.take_snapshot, 'base', '', False, False)
    simulator.call(vm.edit_config, lambda config: config.update(nestedHVEnabled=True))
    run = ansible_playbook([{'name': name, 'ignore_errors': True, FT: {'moid': 'vm-2', **options},
                             'check_mode': name == 'Foretold'}
                            for name, options in {'Foretold': {}, 'Asked': {}, 'Legacy': {'legacy': True}}.items()])
    reasons = {name: [each['details']['reason'] for each in run.result(name)['fault']['details']['faults']]
               for name in ('Foretold', 'Asked', 'Legacy')}
    assert reasons['Foretold'] == reasons['Asked'] == ['hasSnapshots', 'hasNestedHVConfiguration']
    assert reasons['Legacy'] == ['hasSnapshots', 'hasNestedHVConfiguration', 'thinDisk']
    assert run.result('Asked')['fault']['name'] == 'VmConfigIncompatibleForFaultTolerance'
    assert run.result('Asked')['fault']['category'] == 'unsupported'
    assert 'hasSnapshots' in run.result('Asked')['msg'] and 'hasNestedHVConfiguration' in run.result('Asked')['msg']
    assert [run.result(name)['fault']['operation'] for name in ('Asked', 'Legacy')] == [
        'QueryFaultToleranceCompatibilityEx', 'QueryFaultToleranceCompatibility']


def test_legacy_asks_the_older_query(ansible_playbook, simulator):
    run = ansible_playbook('''
    - name: Thick disks
      vsphere.vm.migrate: {moid: vm-2, disks: [{disk: Hard disk 1, datastore: SSD_1, provisioning: thick}]}
    - name: Protect
      vsphere.vm.fault_tolerance: {moid: vm-2, legacy: true}
    ''', simulator=add_datastore(simulator, 'SSD_1') or simulator).assert_ok(changed=2)
    assert run.result('Protect')['operation'] == 'CreateSecondaryVM_Task'
    assert any(each['method'] == 'QueryFaultToleranceCompatibility' and not each['fault']
               for each in simulator.requests)


def test_what_is_in_the_way_is_told(ansible_playbook, simulator):
    wrong = {'NotSupported': {'moid': 'vm-1'}, 'IncompatibleHostForFtSecondary': {'moid': 'vm-2', 'host': 'DC0_C0_H0'},
             'SecondaryVmNotRegistered': {'moid': 'vm-2', 'state': 'disabled'},
             'NotFound': {'moid': 'vm-2', 'host': 'no-host'}}
    for number in (1, 2):
        set_of(simulator, host(simulator, f'DC0_C0_H{number}'), 'capability.smpFtSupported', False)
    run = ansible_playbook([{'name': name, 'ignore_errors': True, FT: options} for name, options in wrong.items()] + [
        {'name': 'NoHostSuitableForFtSecondary', 'ignore_errors': True, FT: {'moid': 'vm-2'}}])
    for name in (*wrong, 'NoHostSuitableForFtSecondary'):
        assert run.result(name)['fault']['name'] == name, run.result(name)
    assert run.result('IncompatibleHostForFtSecondary')['fault']['details']['host']['value'] == 'host-2'
    assert run.result('NoHostSuitableForFtSecondary')['fault']['category'] == 'capacity'
    set_of(simulator, host(simulator, 'DC0_C0_H1'), 'capability.smpFtSupported', True)
    run = ansible_playbook('''
    - name: Protect
      vsphere.vm.fault_tolerance: {moid: vm-2}
    - name: Of the secondary
      vsphere.vm.fault_tolerance: {moid: vm-3, state: turned_off}
      ignore_errors: true
    - name: A stranger
      vsphere.vm.fault_tolerance: {moid: vm-2, state: made_primary, secondary: vm-1}
      ignore_errors: true
    - name: Power off
      vsphere.vm.power: {moid: vm-2, state: powered_off}
    - name: Kill what is off
      vsphere.vm.fault_tolerance: {moid: vm-2, state: terminated}
      ignore_errors: true
    ''')
    told = {name: run.result(name)['fault'] for name in ('Of the secondary', 'A stranger', 'Kill what is off')}
    assert told['Of the secondary']['name'] == 'InvalidOperationOnSecondaryVm'
    assert told['Of the secondary']['details'] == {'primary': 'vm-2'}
    assert told['A stranger']['name'] == 'SecondaryVmNotRegistered' and told['A stranger']['category'] == 'not_found'
    assert told['Kill what is off']['name'] == 'InvalidPowerState'


FAULTS = ('TaskInProgress', 'InvalidState', 'VmFaultToleranceIssue')
CREATE = ('InsufficientResourcesFault', 'VmConfigFault')


def test_faults_of_every_method(ansible_playbook, simulator):
    place = {'moid': 'vm-2', 'datastore': 'LocalDS_0'}
    ordered = {
        'QueryFaultToleranceCompatibility': ({'moid': 'vm-2', 'legacy': True}, ('InvalidState', 'VmConfigFault'), ()),
        'QueryFaultToleranceCompatibilityEx': ({'moid': 'vm-2'}, ('InvalidState', 'VmConfigFault'), ()),
        'CreateSecondaryVM_Task': ({'moid': 'vm-2'}, FAULTS, (*CREATE, 'FileFault')),
        'CreateSecondaryVMEx_Task': (place, FAULTS, (*CREATE, 'FileFault')),
        None: ({'moid': 'vm-2'}, (), ()),
        'DisableSecondaryVM_Task': ({'moid': 'vm-2', 'state': 'disabled'}, FAULTS, ()),
        'MakePrimaryVM_Task': ({'moid': 'vm-3', 'state': 'made_primary'}, FAULTS, ()),
        'TerminateFaultTolerantVM_Task': ({'moid': 'vm-2', 'state': 'terminated'}, FAULTS, ()),
        'TurnOffFaultToleranceForVM_Task': ({'moid': 'vm-2', 'state': 'turned_off'}, FAULTS, ()),
        'disable': ({'moid': 'vm-2', 'state': 'disabled'}, (), ()),
        'EnableSecondaryVM_Task': ({'moid': 'vm-2', 'state': 'enabled'}, FAULTS, ('VmConfigFault',)),
    }
    tasks = []
    for method, (options, faults, in_task) in ordered.items():
        tasks += faulty.order(simulator, FT, options, method, *faults,
                              in_task=in_task) or [{'name': f'To {method}', FT: options}]
    run = ansible_playbook(tasks)
    assert run.rc == 0, run.output
    for method, (_options, faults, in_task) in ordered.items():
        faulty.assert_told(run, method, *faults, *in_task)
