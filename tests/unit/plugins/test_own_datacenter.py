# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Of several datastores, networks and clusters of one name, the ones in the machine's own datacenter are taken."""

from __future__ import annotations

import pytest

from tests.simulator import Simulator
from tests.simulator.objects.compute_resource import ClusterComputeResource
from tests.simulator.objects.datacenter import Datacenter
from tests.simulator.objects.datastore import Datastore
from tests.simulator.objects.network import Network
from tests.unit.plugins.in_process import Tasks

VM = 'DC0_C0_RP0_VM0'


def prepare(vcenter):
    """Adds DC1, with a datastore, a network and a cluster named as those of DC0, whose own cluster gets HA."""
    vcenter.objects('ClusterComputeResource')[0].configure({'dasConfig': {'enabled': True}})
    root = next(each for each in vcenter.objects('Folder') if each.get('name') == 'Datacenters')
    other = Datacenter.create(vcenter, 'DC1', root)
    Datastore.create(vcenter, 'LocalDS_0', other, [])
    Network.create(vcenter, 'VM Network', other, [])
    ClusterComputeResource.create(vcenter, 'DC0_C0', other.folder('hostFolder'))


@pytest.fixture
def tasks():
    with Simulator(vms=2, hosts=2) as simulator, Tasks(simulator) as tasks:
        simulator.call(prepare, simulator.vcenter)
        yield tasks


ON_ITS_OWN = [{'disk': 'Hard disk 1', 'datastore': 'LocalDS_0'}]


@pytest.mark.parametrize(('module', 'options'), [
    ('clone', {'new_name': 'copy', 'datastore': 'LocalDS_0', 'cluster': 'DC0_C0'}),
    ('clone', {'new_name': 'copy', 'disks': ON_ITS_OWN}),
    ('disk', {'disk': [{'unit_number': 1, 'size_mb': 64, 'datastore': 'LocalDS_0'}]}),
    ('fault_tolerance', {'datastore': 'LocalDS_0', 'metadata_datastore': 'LocalDS_0', 'disks': ON_ITS_OWN}),
    ('instant_clone', {'new_name': 'copy', 'datastore': 'LocalDS_0', 'cluster': 'DC0_C0'}),
    ('network_adapter', {'label': 'Network adapter 2', 'network_name': 'VM Network'}),
])
def test_a_name_means_what_is_in_the_own_datacenter(tasks, module, options):
    done = tasks.run(module, name=VM, **options)
    assert not done.get('failed'), done['msg']
    assert done['changed'] is True
