# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ten thousand virtual machines: bounds far above what is measured, so that only a slip of a whole order is caught.

Seconds are of this process, client and server, at work: others that keep the machine busy do not count.
"""

from __future__ import annotations

import time

import pytest

from tests.simulator import Simulator
from tests.unit.simulator.wire_client import (
    COLLECTOR,
    SEARCH,
    VIEWS,
    Client,
    filter_spec,
    object_spec,
    reference,
    retrieve,
    traversal,
)

MACHINES = 10_000


@pytest.fixture(scope='module')
def fleet():
    begin = time.process_time()
    with Simulator(vms=MACHINES) as sim:
        took = time.process_time() - begin
        client = Client(sim).log_in()
        yield client, took
        client.close()


def spec(client, paths):
    view = client.call(VIEWS, 'CreateContainerView', container=client.root, type=['VirtualMachine'], recursive=True)
    return filter_spec({'VirtualMachine': paths},
                       [object_spec(view.value, traversal('ContainerView', 'view'), skip=True)])


def test_it_starts_soon(fleet):
    assert fleet[1] < 20


def test_all_names_in_pages(fleet):
    client, _took = fleet
    begin, names = time.process_time(), set()
    answer = retrieve(client, spec(client, ['name']))
    while True:
        names.update(one['propSet'][0]['val']['_value'] for one in answer.value['objects'])
        if 'token' not in answer.value:
            break
        answer = client.call(COLLECTOR, 'ContinueRetrievePropertiesEx', token=answer.value['token'])
    assert len(names) == MACHINES
    assert time.process_time() - begin < 10


def test_a_page_of_ten_properties(fleet):
    client, _took = fleet
    paths = ['name', 'runtime.powerState', 'runtime.host', 'config.uuid', 'config.instanceUuid', 'guest.ipAddress',
             'guest.toolsRunningStatus', 'snapshot', 'parent', 'config.template']
    begin = time.process_time()
    answer = retrieve(client, spec(client, paths), maxObjects=1000)
    assert len(answer.value['objects']) == 1000
    assert time.process_time() - begin < 5


def test_looking_up_scans_nothing(fleet):
    client, _took = fleet
    begin = time.process_time()
    for number in range(100):
        name = f'DC0_H0_VM{number * 49}'
        found = client.call(SEARCH, 'FindByInventoryPath', inventoryPath=f'DC0/vm/{name}').value
        assert client.read(found, 'name').value == name
    assert time.process_time() - begin < 5


def test_waiting_for_one_of_many_compares_one(fleet):
    client, _took = fleet
    made = client.call(COLLECTOR, 'CreateFilter', spec=spec(client, ['runtime.powerState']), partialUpdates=False)
    assert made.status == 200
    options = {'_typeName': 'WaitOptions', 'maxWaitSeconds': 10}
    version = client.call(COLLECTOR, 'WaitForUpdatesEx', options=options).value['version']
    begin = time.process_time()
    for number in range(20):
        vm = f'vm-{number + 1}'
        client.post(f'VirtualMachine/{vm}/PowerOffVM_Task')
        update = client.call(COLLECTOR, 'WaitForUpdatesEx', version=version, options=options).value
        assert len(update['filterSet'][0]['objectSet']) == 1
        version = update['version']
    assert time.process_time() - begin < 5


def test_a_filter_may_name_every_machine(fleet):
    client, _took = fleet
    every = [object_spec(reference('VirtualMachine', f'vm-{number + 1}')) for number in range(MACHINES)]
    answer = retrieve(client, filter_spec({'VirtualMachine': ['name']}, every), maxObjects=10)
    assert len(answer.value['objects']) == 10
