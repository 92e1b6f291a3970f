# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.info: every property, undecorated, in one request, and the summary."""

from __future__ import annotations

from pathlib import Path

import yaml

PROPERTIES = yaml.safe_load((Path(__file__).parents[1] / 'operations.yml').read_text(encoding='utf-8'))['properties']

ALL = '''
- name: All
  vsphere.vm.info:
    moid: vm-1
'''


def keys(value):
    """All member names at any depth."""
    if isinstance(value, list):
        return set().union(*map(keys, value)) if value else set()
    return set(value) | set().union(*map(keys, value.values())) if isinstance(value, dict) and value else set()


def test_all_properties_in_one_request_on_both_paths(ansible_playbook, simulator, path):
    run = ansible_playbook(ALL, path=path).assert_ok(changed=0)
    vm = run.result('All')['vm']
    assert len(PROPERTIES) == 33
    assert set(vm) == {*PROPERTIES, 'moid'}
    assert keys(run.result('All')) & {'_typeName', '_value'} == set()
    assert all(vm[name] is not None for name, told in PROPERTIES.items() if not told['optional'])
    read = [request for request in simulator.requests if request['method'] == 'RetrievePropertiesEx']
    assert len(read) == 1


def test_what_is_read_is_what_is(ansible_playbook, simulator):
    vm = ansible_playbook(ALL).assert_ok().result('All')['vm']
    assert vm['runtime']['powerState'] == 'poweredOn'
    assert vm['runtime']['host'] == {'type': 'HostSystem', 'value': simulator.call(simulator.vm('vm-1').get, 'runtime.host')['value']}
    assert vm['snapshot'] is None
    kinds = [device['typeName'] for device in vm['config']['hardware']['device']]
    assert 'VirtualDisk' in kinds
    assert vm['config']['uuid'] == simulator.call(simulator.vm('vm-1').get, 'config.uuid')


def test_paths_are_nested_and_unset_ones_null(ansible_playbook):
    run = ansible_playbook('''
    - name: Some
      vsphere.vm.info:
        name: DC0_H0_VM0
        properties: runtime.powerState, runtime.suspendTime,config.flags, name
    ''').assert_ok(changed=0)
    vm = run.result('Some')['vm']
    assert set(vm) == {'moid', 'name', 'runtime', 'config'}
    assert vm['runtime'] == {'powerState': 'poweredOn', 'suspendTime': None}
    assert set(vm['config']) == {'flags'}


def test_paths_may_lie_within_one_another(ansible_playbook):
    run = ansible_playbook('''
    - name: Set
      vsphere.vm.info:
        moid: vm-1
        properties: [config.hardware.numCPU, config.hardware, runtime, runtime.powerState]
    - name: Unset
      vsphere.vm.info:
        moid: vm-1
        properties: [snapshot, snapshot.currentSnapshot]
      ignore_errors: true
    ''')
    assert run.rc == 0, run.output
    vm = run.result('Set')['vm']
    assert vm['config']['hardware']['numCPU'] == 1 and vm['config']['hardware']['device']
    assert vm['runtime']['powerState'] == 'poweredOn' and vm['runtime']['host']['type'] == 'HostSystem'
    assert 'Traceback' not in run.output, run.output
    assert run.result('Unset')['vm']['snapshot'] is None


def test_the_summary_is_what_people_look_for_first(ansible_playbook, simulator):
    summary = ansible_playbook('''
    - name: Summary
      vsphere.vm.info:
        name: DC0_H0_VM0
        properties: []
    ''').assert_ok().result('Summary')['summary']
    assert (summary['moid'], summary['name'], summary['power_state']) == ('vm-1', 'DC0_H0_VM0', 'powered_on')
    assert summary['host']['name'] == 'DC0_H0'
    assert [each['name'] for each in summary['datastores']] == ['LocalDS_0']
    assert [each['name'] for each in summary['networks']] == ['VM Network']
    assert summary['folder']['name'] == 'vm'
    assert summary['ip_address'] in summary['ip_addresses']
    assert summary['tools']['status'] == 'guestToolsRunning'
    assert summary['hardware']['cpus'] >= 1 and summary['hardware']['memory_mb'] > 0
    assert summary['hardware']['disks'][0]['capacity_bytes'] > 0
    assert summary['hardware']['network_adapters'][0]['mac_address']
    assert summary['snapshots'] == [] and summary['question'] is None


def test_a_property_that_there_is_not(ansible_playbook):
    run = ansible_playbook('''
    - name: Wrong
      vsphere.vm.info:
        moid: vm-1
        properties: [runtime.nonsense]
    ''')
    fault = run.failure('Wrong')['fault']
    assert (fault['name'], fault['category']) == ('InvalidProperty', 'invalid_argument')
    assert fault['details']['name'] == 'runtime.nonsense'
