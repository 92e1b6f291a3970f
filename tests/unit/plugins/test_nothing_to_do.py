# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What it costs to find out that nothing is to be done: the virtual machine's properties, and no more."""

from __future__ import annotations

import pytest

from tests.simulator import Simulator
from tests.unit.plugins.in_process import Tasks

# What is so on DC0_H0_VM0 as the simulator has it.
SO_ALREADY = {
    'power': [{'state': 'powered_on'}],
    'snapshot': [{'state': 'absent', 'snapshot_name': 'x'}, {'state': 'absent', 'remove_all': True}],
    'record': [{'state': 'stopped'}],
    'replay': [{'state': 'stopped'}],
    'config': [{'annotation': '', 'hardware': {'num_cpus': 1}}],
    'disk': [{'disk': [{'label': 'Hard disk 1', 'size_gb': 10}]}],
    'network_adapter': [{'label': 'Network adapter 1', 'network_name': 'VM Network'}],
    'cdrom': [{'label': 'CD/DVD drive 1', 'type': 'client'}],
    'rename': [{'new_name': 'DC0_H0_VM0'}],
    'template': [{'state': 'virtual_machine'}],
    'hardware_version': [{'version': 20}],
    'first_class_disk': [{'state': 'detached', 'disk_id': 'x'}],
    'fault_tolerance': [{'state': 'turned_off'}],
    'crypto_unlock': [{}],
    'migrate': [{'destination_host': 'DC0_H0'}, {'destination_datastore': 'LocalDS_0'}],
    'question': [{}],
    'tools': [{'state': 'unmounted'}],
    'consolidation': [{}],
    'registration': [{'state': 'registered', 'vmx_path': '[LocalDS_0] DC0_H0_VM0/DC0_H0_VM0.vmx'}],
    'custom_value': [{'attributes': []}],
    'evc_mode': [{'state': 'absent'}],
}
TARGETS = [({'moid': 'vm-1'}, 1), ({'path': 'DC0/vm/DC0_H0_VM0'}, 2), ({'name': 'DC0_H0_VM0'}, 2)]


@pytest.fixture(scope='module')
def tasks():
    with Simulator(vms=2) as simulator, Tasks(simulator) as running:
        running.simulator = simulator
        assert not running.run('info', moid='vm-1', properties=['name']).get('failed')
        yield running


@pytest.mark.parametrize('module', SO_ALREADY)
def test_nothing_to_do(tasks, module):
    for options in SO_ALREADY[module]:
        for target, requests in TARGETS:
            before = len(tasks.simulator.requests)
            result = tasks.run(module, **target, **options)
            asked = [each['method'] for each in tasks.simulator.requests[before:]]
            assert not result.get('failed') and not result['changed'], result
            assert len(asked) == requests, asked
