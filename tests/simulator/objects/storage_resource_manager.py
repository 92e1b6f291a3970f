# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""StorageResourceManager: which datastore of a datastore cluster Storage DRS would take, and having it taken.

A recommendation is the method that it stands for, with the datastore filled in; it is kept until it is applied.
"""
from __future__ import annotations

import copy
import dataclasses
import itertools
import typing

from .. import schema
from ..fault import Fault, invalid_argument
from ..managed_object import ManagedObject

BEST_RATING, LEAST_RATING = 5, 1
# What a StoragePlacementSpec of each type has to hold, beside the datastore cluster.
NEEDED = {'create': ('configSpec', 'resourcePool'), 'clone': ('vm', 'cloneSpec', 'cloneName', 'folder'),
          'relocate': ('vm',), 'reconfigure': ('vm', 'configSpec')}

# What checks each method's parameters, and returns what its task does.
PREPARED_BY = {'CreateVM_Task': 'creation', 'CloneVM_Task': 'copying', 'RelocateVM_Task': 'relocation',
               'ReconfigVM_Task': 'reconfiguration'}


class Recommendation(typing.NamedTuple):
    """What applying it does: a method of ``target`` with ``parameters``."""

    pod: object
    target: object
    method: str
    parameters: dict


class StorageResourceManager(ManagedObject):
    """Keeps {key: Recommendation}."""

    def __init__(self, vcenter, moid):
        super().__init__(vcenter, moid)
        self._kept = {}
        self._keys = itertools.count(1)

    def RecommendDatastores(self, call, storageSpec):
        """A StoragePlacementResult with a recommendation for each datastore that fits, the best one first; its
        drsFault says why if none does.

        Raises InvalidArgument for a datastore cluster that is missing or has Storage DRS off, for an unknown type, and
        for what the type needs and is not there.
        """
        pod = self._pod(storageSpec['podSelectionSpec'])
        needed = NEEDED.get(storageSpec['type'])
        if needed is None:
            raise invalid_argument('storageSpec.type')
        for member in needed:
            if member not in storageSpec:
                raise invalid_argument(f'storageSpec.{member}')
        size = self._size(storageSpec)
        fitting = [each for each in self._reached(pod, storageSpec) if each.get('summary.freeSpace') >= size]
        fitting.sort(key=lambda each: (-each.get('summary.freeSpace'), len(each.get('vm'))))
        if not fitting:
            return {'_typeName': 'StoragePlacementResult', 'drsFault': _no_space()}
        return {'_typeName': 'StoragePlacementResult', 'recommendations': [
            self._recommended(pod, storageSpec, datastore, max(LEAST_RATING, BEST_RATING - number))
            for number, datastore in enumerate(fitting)]}

    def ApplyStorageDrsRecommendation_Task(self, call, key):
        """Do what recommendations say; the task gives an ApplyStorageRecommendationResult with the virtual machine.

        Raises InvalidArgument for a key that is not known, or was applied before.
        """
        if not key or len(set(key)) != len(key) or any(each not in self._kept for each in key):
            raise invalid_argument('key')
        for each in key:
            call.require('Resource.ApplyRecommendation', self._kept[each].pod)
        works = [self._prepared(call, self._kept[each]) for each in key]
        for each in key:
            del self._kept[each]

        def apply():
            made = [work() for work in works]
            vm = {'vm': made[-1]} if made[-1] else {}
            return {'_typeName': 'ApplyStorageRecommendationResult', **vm}

        return self.vcenter.start_task(self, call, apply, exclusive=False, entity_name='StorageResourceManager')

    def ApplyStorageDrsRecommendationToPod_Task(self, call, pod, key):
        """The same for one recommendation, which has to be one for this datastore cluster."""
        kept = self._kept.get(key)
        if kept is None or kept.pod is not self.vcenter.resolve(pod):
            raise invalid_argument('key')
        return self.ApplyStorageDrsRecommendation_Task(call, [key])

    def CancelStorageDrsRecommendation(self, call, key):
        """Forget recommendations; raises InvalidArgument for one that is not known."""
        if any(each not in self._kept for each in key):
            raise invalid_argument('key')
        for each in set(key):
            del self._kept[each]

    def ConfigureStorageDrsForPod_Task(self, call, pod, spec, modify):
        """Change the settings of a datastore cluster by the podConfigSpec of a StorageDrsConfigSpec."""
        target = self.vcenter.resolve(pod)
        call.require('StoragePod.Config', target)
        return self.vcenter.start_task(target, call, lambda: target.configure(spec.get('podConfigSpec') or {}))

    def _pod(self, selection):
        chosen = selection.get('storagePod') or next(
            (each['storagePod'] for each in selection.get('initialVmConfig', ())), None)
        pod = chosen and self.vcenter.resolve(chosen)
        if pod is None or not pod.get('podConfig.enabled'):
            raise invalid_argument('storageSpec.podSelectionSpec.storagePod')
        return pod

    def _reached(self, pod, spec):
        """The Datastores that are in use and that a host of the place reaches."""
        location = spec.get('relocateSpec') or spec.get('cloneSpec', {}).get('location') or {}
        host, pool = location.get('host') or spec.get('host'), location.get('pool') or spec.get('resourcePool')
        if host is None and pool is None:
            host = self.vcenter.resolve(spec['vm']).get('runtime.host')
        place = self.vcenter.resolve(host or self.vcenter.resolve(pool).get('owner'))
        return [each for each in pod.datastores if each.ref in place.get('datastore')
                and each.get('summary.accessible') and each.get('summary.maintenanceMode') == 'normal']

    def _size(self, spec):
        """The bytes that the disks of the virtual machine take, or those of the new disks."""
        changes = spec.get('configSpec', {}).get('deviceChange', ())
        devices = [each['device'] for each in changes if each.get('fileOperation') == 'create']
        if spec['type'] in ('clone', 'relocate'):
            devices = self.vcenter.resolve(spec['vm']).configuration['hardware']['device']
        return 1024 * sum(each.get('capacityInKB', 0) for each in devices)

    def _recommended(self, pod, spec, datastore, rating):
        key = str(next(self._keys))
        self._kept[key] = self._meant(pod, spec, datastore)
        vm = {'vm': spec['vm']} if 'vm' in spec else {}
        return {
            '_typeName': 'ClusterRecommendation', 'key': key, 'type': 'V1', 'time': self.vcenter.now(),
            'rating': rating, 'reason': 'storagePlacement', 'reasonText': 'Satisfy storage initial placement requests',
            'target': pod.ref, 'action': [{
                '_typeName': 'StoragePlacementAction', 'type': 'StoragePlacementV1', **vm, 'destination': datastore.ref,
                'relocateSpec': {'_typeName': 'VirtualMachineRelocateSpec', 'datastore': datastore.ref}}]}

    def _meant(self, pod, spec, datastore):
        spec, kind = copy.deepcopy(spec), spec['type']
        if kind == 'create':
            files = {'_typeName': 'VirtualMachineFileInfo', 'vmPathName': f'[{datastore.get("name")}]'}
            host = {'host': spec['host']} if 'host' in spec else {}
            return Recommendation(pod, self._folder(spec), 'CreateVM_Task', {
                'config': {**spec['configSpec'], 'files': files}, 'pool': spec['resourcePool'], **host})
        vm = self.vcenter.resolve(spec['vm'])
        if kind == 'clone':
            own = {**spec['cloneSpec'], 'location': {**spec['cloneSpec']['location'], 'datastore': datastore.ref}}
            return Recommendation(pod, vm, 'CloneVM_Task', {
                'folder': spec['folder'], 'name': spec['cloneName'], 'spec': own})
        if kind == 'relocate':
            location = {'_typeName': 'VirtualMachineRelocateSpec', 'host': vm.get('runtime.host'),
                        **spec.get('relocateSpec', {}), 'datastore': datastore.ref}
            return Recommendation(pod, vm, 'RelocateVM_Task', {'spec': location})
        for change in spec['configSpec'].get('deviceChange', ()):
            if change.get('fileOperation') == 'create':
                change['device']['backing']['datastore'] = datastore.ref
        return Recommendation(pod, vm, 'ReconfigVM_Task', {'spec': spec['configSpec']})

    def _folder(self, spec):
        """The Folder of a new virtual machine: that of the datacenter of its pool unless it is told."""
        if 'folder' in spec:
            return self.vcenter.resolve(spec['folder'])
        above = self.vcenter.resolve(spec['resourcePool']).ancestors()
        return next(each for each in above if each.ref['type'] == 'Datacenter').folder('vmFolder')

    def _prepared(self, call, kept):
        """What a recommendation's method would do at the end of its task, checked as the method checks it."""
        method = schema.methods(kept.target.ref['type'])[kept.method]
        own = dataclasses.replace(call, method=method, task_fault=None)
        call.require(method.privilege, kept.target)
        return getattr(kept.target, PREPARED_BY[kept.method])(own, **kept.parameters)


def _no_space():
    fault = Fault('InsufficientStorageSpace').wire()
    return {'_typeName': 'ClusterDrsFaults', 'reason': 'storagePlacement', 'faultsByVm': [{
        '_typeName': 'ClusterDrsFaultsFaultsByVm', 'fault': [fault]}]}
