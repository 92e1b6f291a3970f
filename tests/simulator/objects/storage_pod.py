# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""StoragePod: a datastore cluster, which is a folder of datastores with a configuration of Storage DRS."""
from __future__ import annotations

from ..fault import Fault
from .folder import Folder
from .virtual_machine.references import add_reference

SETTINGS = ('enabled', 'ioLoadBalanceEnabled', 'defaultVmBehavior', 'loadBalanceInterval', 'defaultIntraVmAffinity')


def pod_number(vcenter):
    """A number that no datastore cluster has."""
    return vcenter.new_moid('pod').removeprefix('pod-')


class StoragePod(Folder):
    """Stored beside what a folder has: podConfig, the StorageDrsPodConfigInfo."""

    RENAME_PRIVILEGE = 'Folder.Rename'

    @classmethod
    def create(cls, vcenter, name, parent, child_types=('Datastore',), moid=None):
        """A registered, empty datastore cluster below a folder of datastores; Storage DRS is on."""
        pod = cls(vcenter, moid or f'group-p{pod_number(vcenter)}', name=name, parent=parent.ref,
                  childType=list(child_types), childEntity=[], podConfig={
                      '_typeName': 'StorageDrsPodConfigInfo', 'enabled': True, 'ioLoadBalanceEnabled': False,
                      'defaultVmBehavior': 'manual', 'loadBalanceInterval': 480, 'defaultIntraVmAffinity': True})
        vcenter.add(pod)
        add_reference(parent, 'childEntity', pod.ref)
        return pod

    @property
    def datastores(self):
        """The Datastores in it, in the order in which they came."""
        return [self.vcenter.resolve(reference) for reference in self.get('childEntity')]

    def property_summary(self):
        """The StoragePodSummary; capacity and free space in bytes, of all datastores together."""
        summaries = [each.get('summary') for each in self.datastores]
        return {'_typeName': 'StoragePodSummary', 'name': self.get('name'),
                'capacity': sum(each['capacity'] for each in summaries),
                'freeSpace': sum(each['freeSpace'] for each in summaries)}

    def property_podStorageDrsEntry(self):
        """The PodStorageDrsEntry; no virtual machine has settings of its own, and nothing waits to be approved."""
        return {'_typeName': 'PodStorageDrsEntry', 'storageDrsConfig': {
            '_typeName': 'StorageDrsConfigInfo', 'podConfig': self.get('podConfig')}}

    def configure(self, spec):
        """Take over the settings of a StorageDrsPodConfigSpec."""
        config = {**self.get('podConfig'), **{name: spec[name] for name in SETTINGS if name in spec}}
        self.set('podConfig', config)
        self.changed('podStorageDrsEntry')

    def CreateFolder(self, call, name):
        """A datastore cluster has no folders in it."""
        raise Fault('NotSupported')
