# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""CloneVM_Task: a copy of a virtual machine, of a template, or of one of its snapshots."""

from __future__ import annotations

import copy

from ...events import argument
from ...fault import Fault
from ...managed_object import escaped_name
from . import disk_chain, disk_locators
from .conversion import host_of_pool
from .device_change import apply_device_changes
from .devices import generated_mac_address
from .template import Identity, Size, derived_uuid, free_folder

# VirtualMachineRelocateDiskMoveOptions that keep the source's files as the parents of the clone's deltas.
LINKED = 'createNewChildDiskBacking'
# (source is a template, clone is a template) -> privilege on the source.
CLONE_PRIVILEGES = {
    (False, False): 'VirtualMachine.Provisioning.Clone',
    (False, True): 'VirtualMachine.Provisioning.CreateTemplateFromVM',
    (True, False): 'VirtualMachine.Provisioning.DeployTemplate',
    (True, True): 'VirtualMachine.Provisioning.CloneTemplate',
}
NOT_DONE = {'service', 'profile', 'cryptoSpec', 'tagSpecs', 'vmPlacementPolicies'}


class Clone:
    """CloneVM_Task."""

    def CloneVM_Task(self, call, folder, name, spec):
        """Copy into `folder` as `name`; spec.location.folder goes before `folder`. The task gives the VirtualMachine.

        Raises InvalidName and, in the task, DuplicateName; InvalidArgument for a snapshot of another virtual machine,
        for a template without a pool, and for a host outside the pool's compute resource; NotSupported for what this
        vCenter cannot do, such as another vCenter; a CustomizationFault for a customization that the source cannot
        take; InvalidDatastore in the task.
        """
        return self.vcenter.start_task(self, call, self.copying(call, folder, name, spec), shared=True)

    def copying(self, call, folder, name, spec):
        """What the task of CloneVM_Task does, its parameters checked."""
        location = spec['location']
        self._require_clone_privileges(call, folder, spec)
        # The documentation of VirtualMachine.recentTask: cloning is the exception among tasks, it needs no sole access.
        self.check('CloneVM_Task', shared=True)
        self._check_clone_spec(spec, location)
        self.vcenter.check_name(name)
        target = self.vcenter.resolve(location.get('folder') or folder)
        if 'VirtualMachine' not in (target.get('childType') or []):
            raise Fault('InvalidArgument', invalidProperty='folder')
        return lambda: self._clone(target, name, spec)

    def _require_clone_privileges(self, call, folder, spec):
        """As documented: one for each pair of kinds, one to customize; one each on folder, datastore and pool."""
        call.require(CLONE_PRIVILEGES[self.is_template, spec['template']], self)
        if 'customization' in spec:
            call.require('VirtualMachine.Provisioning.Customize', self)
        datastore = spec['location'].get('datastore') or self.get('datastore')[0]
        for place in [datastore, *(locator['datastore'] for locator in spec['location'].get('disk', ()))]:
            call.require('Datastore.AllocateSpace', self.vcenter.resolve(place))
        folder = spec['location'].get('folder') or folder
        call.require('VirtualMachine.Inventory.CreateFromExisting', self.vcenter.resolve(folder))
        pool = spec['location'].get('pool')
        if pool is not None and not spec['template']:
            call.require('Resource.AssignVMToPool', self.vcenter.resolve(pool))

    def _check_clone_spec(self, spec, location):
        unknown = sorted(NOT_DONE & set(location)) + disk_locators.not_done(location)
        if unknown or spec.get('memory'):
            names = ', '.join(unknown or ['memory'])
            raise Fault('NotSupported', text=f'Not supported by this server: {names}.')
        if spec['template'] and spec['powerOn']:
            raise Fault('InvalidArgument', invalidProperty='spec.powerOn')
        if self.is_template and not spec['template'] and 'pool' not in location:
            raise Fault('InvalidArgument', invalidProperty='spec.location.pool')
        if location.get('diskMoveType') == LINKED and self._source_snapshot(spec) is None:
            raise Fault('InvalidArgument', invalidProperty='spec.location.diskMoveType')
        source = self._source_snapshot(spec)
        devices = (source.config if source else self.configuration)['hardware']['device']
        disk_locators.places(devices, location, 'spec.location')
        if 'config' in spec:
            self.check_spec_itself(spec['config'])
        if 'customization' in spec and not spec['template']:
            self.check_customization(spec['customization'], source and source.config)

    def _source_snapshot(self, spec):
        """The VirtualMachineSnapshot to copy from, None for the present state."""
        reference = spec.get('snapshot')
        if reference is None:
            return None
        snapshot = self.vcenter.resolve(reference)
        if reference['type'] != 'VirtualMachineSnapshot' or snapshot.vm is not self:
            raise Fault('InvalidArgument', invalidProperty='spec.snapshot')
        return snapshot

    def _clone(self, folder, name, spec):
        location = spec['location']
        self.vcenter.check_free(folder, name)
        pool_reference = location.get('pool') or self.get('resourcePool')
        host = self.vcenter.resolve(self.host)
        if pool_reference is not None:
            host = host_of_pool(self.vcenter, self.vcenter.resolve(pool_reference), location.get('host'), self.host)
        if spec['powerOn'] and not host.in_use:
            raise Fault('InvalidState')
        datastore = self.vcenter.resolve(location.get('datastore') or self.get('datastore')[0])
        for place in [datastore, *(self.vcenter.resolve(each['datastore']) for each in location.get('disk', ()))]:
            if place.ref not in (host.get('datastore') or []):
                raise Fault('InvalidDatastore', datastore=place.ref, name=place.get('name'))
        events = self.vcenter.events
        events.post('VmBeingClonedEvent', self, destName=name, destFolder=argument(folder), destHost=argument(host))
        clone = self._copy(folder, name, spec, pool_reference, host, datastore)
        events.post('VmClonedEvent', clone, sourceVm=argument(self))
        if 'customization' in spec and not spec['template']:
            clone.keep_customization(spec['customization'])
        if spec['powerOn']:
            clone.become_powered_on()
        return clone.ref

    def _copy(self, folder, name, spec, pool, host, datastore):
        vcenter = self.vcenter
        moid = vcenter.new_moid('vm')
        identity = Identity(
            name=name, uuid=derived_uuid('42', moid), instance_uuid=derived_uuid('50', moid), mac_address='',
            folder=free_folder(vcenter, datastore, name), created=vcenter.now(), datastore=datastore,
            network=vcenter.resolve((self.get('network') or host.get('network'))[0]))
        clone = type(self)(vcenter, moid, identity, Size(), folder.ref, host.ref,
                           None if spec['template'] else pool, next_index(vcenter), 'poweredOff', tools=self.tools)
        clone.configuration = self._copied_config(clone, identity, spec, datastore)
        clone.register(folder)
        clone.refresh_holders()
        return clone

    def _copied_config(self, clone, identity, spec, datastore):
        """The source's configuration under the new name, uuids, MAC addresses and files."""
        snapshot = self._source_snapshot(spec)
        source = snapshot.config if snapshot else self.configuration
        directory = f'[{datastore.get("name")}] {identity.folder}/'
        linked = spec['location'].get('diskMoveType') == LINKED
        config = copy.deepcopy(source)
        config.update(
            name=escaped_name(identity.name), uuid=identity.uuid, instanceUuid=identity.instance_uuid,
            template=spec['template'], createDate=identity.created, changeVersion=identity.created,
            modified=identity.created,
            files={'_typeName': 'VirtualMachineFileInfo', 'vmPathName': f'{directory}{identity.folder}.vmx',
                   'snapshotDirectory': directory, 'suspendDirectory': directory, 'logDirectory': directory})
        config['datastoreUrl'] = [{'_typeName': 'VirtualMachineConfigInfoDatastoreUrlPair',
                                   'name': datastore.get('name'), 'url': datastore.get('summary.url')}]
        number, places = 0, disk_locators.places(source['hardware']['device'], spec['location'], 'spec.location')
        for device in config['hardware']['device']:
            if 'macAddress' in device:
                device['macAddress'] = generated_mac_address(clone.moid, device['key'])
            if disk_chain.is_file_disk(device):
                place = self.vcenter.resolve(places.get(device['key'], datastore.ref))
                stem = f'[{place.get("name")}] {identity.folder}/{identity.folder}' + (f'_{number}' if number else '')
                device['backing'] = _copied_backing(device['backing'], f'{stem}.vmdk', place.ref, linked)
                number += 1
        self._provision(config, spec['location'])
        apply_device_changes(clone, config, map(_with_own_address, spec['location'].get('deviceChange', ())))
        if 'config' in spec:
            clone.apply_spec(config, {**spec['config'], 'name': identity.name})
        return config

    @staticmethod
    def _provision(config, location):
        """Have full copies take their space as the location says, disk by disk or all of them."""
        if location.get('diskMoveType') == LINKED:
            return
        thin, transform = disk_locators.thinness(location), location.get('transform')
        for device in config['hardware']['device']:
            wanted = thin.get(device['key'])
            if wanted is None and transform:
                wanted = transform == 'sparse'
            if wanted is not None and disk_chain.is_file_disk(device):
                device['backing']['thinProvisioned'] = wanted


def next_index(vcenter):
    """A number that no virtual machine of this vCenter has: its address follows from it."""
    return 1 + max((vm.index for vm in vcenter.objects('VirtualMachine')), default=0)


def _with_own_address(change):
    """A change of a device of a clone: an adapter's spec may repeat the source's address, which is not the clone's."""
    device = change['device']
    if change.get('operation') != 'edit' or device.get('addressType') == 'manual':
        return change
    return {**change, 'device': {member: value for member, value in device.items() if member != 'macAddress'}}


def _copied_backing(backing, file_name, datastore, linked):
    """A full copy is one base file; a linked one is a delta on the source's chain."""
    base = disk_chain.chain(backing)[0]
    copied = {**base, 'fileName': file_name, 'datastore': datastore}
    copied.pop('parent', None)
    return {**copied, 'deltaDiskFormat': 'redoLogFormat', 'parent': backing} if linked else copied
