# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a fleet asks of the places that its virtual machines go to: once, and not once for each of them."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.integration import places
from tests.simulator import Simulator
from tests.unit.plugins.in_process import Tasks

READS = ('RetrievePropertiesEx', 'GetCustomizationSpec', 'FindByInventoryPath')
COPY = {'new_name': '{name}-copy'}
ADAPTER = {'label': 'Network adapter 1'}


@pytest.fixture(scope='module')
def tasks():
    with Simulator(vms=8, hosts=2) as simulator, Tasks(simulator) as running:
        places.add_port_group(simulator, 'DC0_DVPG0')
        places.add_datastore(simulator, 'large')
        places.keep_specification(simulator, 'linux', places.LINUX)
        running.simulator = simulator
        yield running


@pytest.mark.parametrize(('module', 'options'), [
    ('clone', {**COPY, 'cluster': 'DC0_C0', 'datastore': 'LocalDS_0', 'destination_folder': '/DC0/vm'}),
    ('clone', {**COPY, 'host': 'DC0_C0_H0', 'resource_pool': 'DC0_C0_RP0', 'destination_datacenter': 'DC0'}),
    ('clone', {**COPY, 'host': 'DC0_C0_H0', 'customization_spec': 'linux'}),
    ('instant_clone', COPY),
    ('migrate', {'destination_host': 'DC0_C0_H1', 'destination_resourcepool': 'DC0_C0_RP0'}),
    ('migrate', {'destination_cluster': 'DC0_C0', 'destination_datastore': 'large'}),
    ('network_adapter', {**ADAPTER, 'network_name': 'DC0_DVPG0'}),
    ('network_adapter', {**ADAPTER, 'network_name': 'the moid of DC0_DVPG0'}),
])
def test_places_are_asked_for_once(tasks, module, options):
    simulator = tasks.simulator
    if options.get('network_name', '').startswith('the moid'):
        (group,) = simulator.call(simulator.vcenter.objects, 'DistributedVirtualPortgroup')
        options = {**options, 'network_name': group.moid}

    def asked(number):
        before = len(simulator.requests)
        vms = [{'moid': f'vm-{each + 1}'} for each in range(number)]
        told = tasks.run(module, check_mode=True, vms=vms, **options)
        assert told['summary']['ok'] == number and told['changed']
        return Counter(each['method'] for each in simulator.requests[before:] if each['method'] in READS)
    # The first four are on all hosts that there are.
    assert asked(4) == asked(8)
