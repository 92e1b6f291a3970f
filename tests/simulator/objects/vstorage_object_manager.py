# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""VcenterVStorageObjectManager: the first class disks of a vCenter."""
from __future__ import annotations

import uuid

from ..fault import Fault
from ..managed_object import ManagedObject

PROVISIONING = ('thin', 'eagerZeroedThick', 'lazyZeroedThick')


class VcenterVStorageObjectManager(ManagedObject):
    """Creates, finds and deletes disks; attaching one is a virtual machine's own method."""

    def __init__(self, vcenter, moid):
        super().__init__(vcenter, moid)
        self._disks = {}

    def CreateDisk_Task(self, call, spec):
        """A new disk as a VslmCreateSpec says; the task gives its VStorageObject."""
        call.require('Datastore.FileManagement', self._datastore(spec['backingSpec']['datastore']))
        unknown = {'profile', 'crypto', 'metadata'} & set(spec)
        if unknown or spec['backingSpec']['_typeName'] != 'VslmCreateSpecDiskFileBackingSpec':
            names = ', '.join(sorted(unknown) or ['backingSpec'])
            raise Fault('NotSupported', text=f'Not supported by this server: {names}.')
        if spec['capacityInMB'] <= 0 or spec['backingSpec'].get('provisioningType', 'thin') not in PROVISIONING:
            raise Fault('InvalidArgument', invalidProperty='spec')
        return self.vcenter.start_task(self, call, lambda: self._create(spec), exclusive=False,
                                       entity_name='VStorageObjectManager')

    def ListVStorageObject(self, call, datastore):
        """The IDs of the disks on a datastore."""
        self._datastore(datastore)
        return [disk['config']['id'] for disk in self._disks.values()
                if disk['config']['backing']['datastore'] == datastore]

    def RetrieveVStorageObject(self, call, id, datastore, diskInfoFlags=None):  # noqa: A002  the parameter's wire name
        """The VStorageObject of a disk, with the virtual machine that has it as its consumer; raises NotFound."""
        disk = self.find(id, datastore)
        consumers = [{'_typeName': 'ID', 'id': vm.uuids[1]} for vm in self.consumers(id)]
        return {**disk, 'config': {**disk['config'], 'consumptionType': ['disk'], 'consumerId': consumers}}

    def DeleteVStorageObject_Task(self, call, id, datastore):  # noqa: A002  the parameter's wire name
        """Delete a disk; raises NotFound, and InvalidState while a virtual machine has it."""
        self.find(id, datastore)
        if self.consumers(id):
            raise Fault('InvalidState')
        return self.vcenter.start_task(self, call, lambda: self._delete(id), exclusive=False,
                                       entity_name='VStorageObjectManager')

    def follow(self, moved):
        """Give the disks the paths that ``moved(VStorageObject)`` says: their datastore has another name."""
        self._disks = {key: moved(disk) for key, disk in self._disks.items()}

    def picture(self):
        """The disks."""
        return {'disks': self._disks}

    def find(self, disk_id, datastore):
        """The VStorageObject of an ID on a datastore; raises NotFound."""
        disk = self._disks.get(disk_id['id'])
        if disk is None or disk['config']['backing']['datastore'] != datastore:
            raise Fault('NotFound')
        return disk

    def consumers(self, disk_id):
        """The virtual machines that have the disk."""
        return [vm for vm in self.vcenter.objects('VirtualMachine') if vm.first_class_disk(disk_id)]

    def _datastore(self, reference):
        return self.vcenter.resolve(reference)

    def _delete(self, disk_id):
        self._disks = {number: disk for number, disk in self._disks.items() if number != disk_id['id']}

    def _create(self, spec):
        number, datastore = str(uuid.uuid4()), spec['backingSpec']['datastore']
        disk_id = spec.get('id') or {'_typeName': 'ID', 'id': number}
        name = self._datastore(datastore).get('name')
        self._disks[disk_id['id']] = {'_typeName': 'VStorageObject', 'config': {
            '_typeName': 'VStorageObjectConfigInfo', 'id': disk_id, 'name': spec['name'],
            'createTime': self.vcenter.now(), 'keepAfterDeleteVm': True, 'capacityInMB': spec['capacityInMB'],
            'backing': {'_typeName': 'BaseConfigInfoDiskFileBackingInfo', 'datastore': datastore,
                        'filePath': f'[{name}] fcd/{number.replace("-", "")}.vmdk',
                        'provisioningType': spec['backingSpec'].get('provisioningType', 'thin')}}}
        return self._disks[disk_id['id']]
