# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""MigrateVM_Task and RelocateVM_Task: another host, pool, folder, datastore, also for single disks.

The faults are those of the "Errors" paragraphs of the VI JSON OpenAPI document.
"""

from __future__ import annotations

import copy

from ...events import argument
from ...fault import Fault
from . import disk_chain, disk_locators
from .device_change import apply_device_changes
from .references import add_reference, remove_reference

NOT_DONE = ('service', 'profile', 'cryptoSpec', 'transform', 'tagSpecs', 'vmPlacementPolicies')


class Migration:
    """What moves a virtual machine; nothing of it is lost when a move is refused."""

    def MigrateVM_Task(self, call, priority, pool=None, host=None, state=None):
        """Move execution to `host` and `pool`, if the power state is `state`.

        Raises InvalidPowerState for another power state, InvalidArgument for a host outside the pool's compute
        resource, NoActiveHostInCluster, InvalidState for a host that cannot be used; in the task CannotAccessVmConfig
        and CannotAccessNetwork.
        """
        self._require_move(call, pool)
        self.check('MigrateVM_Task')
        if state is not None and state != self.power_state:
            raise Fault('InvalidPowerState', requestedState=state, existingState=self.power_state)
        target = self._target_host(host, pool, 'host')
        return self.vcenter.start_task(self, call, lambda: self._migrate(target, pool))

    def RelocateVM_Task(self, call, spec, priority='defaultPriority'):
        """Move as a VirtualMachineRelocateSpec says; disks without a locator follow its datastore.

        Raises as MigrateVM_Task; InvalidArgument for an unknown disk and for a move of a running machine's storage
        without a host; NotSupported for a template's storage; InvalidDatastore, InaccessibleDatastore; DuplicateName
        in the task.
        """
        return self.vcenter.start_task(self, call, self.relocation(call, spec))

    def relocation(self, call, spec):
        """What the task of RelocateVM_Task does, its parameters checked."""
        self._require_relocation(call, spec)
        self.check('RelocateVM_Task')
        unknown = [name for name in NOT_DONE if name in spec] + disk_locators.not_done(spec)
        if unknown:
            raise Fault('NotSupported', text=f'Not supported by this server: {", ".join(unknown)}.')
        places = disk_locators.places(self.disks, spec, 'spec')
        self._check_storage_move(spec, places)
        target = self._target_host(spec.get('host'), spec.get('pool'), 'spec.host')
        self._check_datastores(target, {spec['datastore']['value']} if 'datastore' in spec else set(), places)
        return lambda: self._relocate(spec, target, places)

    def _require_move(self, call, pool):
        powered_on = self.power_state == 'poweredOn'
        call.require('Resource.HotMigrate' if powered_on else 'Resource.ColdMigrate', self)
        if pool is not None and pool != self.get('resourcePool'):
            call.require('Resource.AssignVMToPool', self.vcenter.resolve(pool))

    def _require_relocation(self, call, spec):
        self._require_move(call, spec.get('pool'))
        for locator in [spec, *spec.get('disk', ())]:
            if locator.get('datastore') not in (None, *self.get('datastore')):
                call.require('Datastore.AllocateSpace', self.vcenter.resolve(locator['datastore']))
        if spec.get('folder') not in (None, self.get('parent')):
            call.require('VirtualMachine.Inventory.Move', self)
            call.require('VirtualMachine.Inventory.Move', self.vcenter.resolve(spec['folder']))

    def _target_host(self, host, pool, member):
        """The HostSystem to run on: `host`, or the present one, or an active one of the pool's compute resource."""
        present = self.vcenter.resolve(self.host)
        home_pool = pool or self.get('resourcePool')
        owner = self.vcenter.resolve(home_pool).get('owner') if home_pool else present.get('parent')
        if host is not None:
            target = self.vcenter.resolve(host)
            if target.get('parent') != owner:
                raise Fault('InvalidArgument', invalidProperty=member)
            if not target.in_use:
                raise Fault('InvalidState')
            return target
        home = self.vcenter.resolve(owner)
        if pool is not None and home.get('configurationEx.drsConfig.enabled') is False:
            raise Fault('InvalidArgument', invalidProperty=member)
        hosts = [self.vcenter.resolve(reference) for reference in home.get('host')]
        active = [each for each in ([present] if present in hosts else []) + hosts if each.in_use]
        if not active:
            raise Fault('NoActiveHostInCluster', computeResource=owner)
        return active[0]

    def _check_storage_move(self, spec, places):
        present = {disk['key']: disk['backing'].get('datastore') for disk in self.disks}
        moves = spec.get('datastore', self.get('datastore')[0]) != self.get('datastore')[0]
        moves = moves or any(place != present[key] for key, place in places.items())
        if moves and self.is_template:
            raise Fault('NotSupported')
        if moves and self.power_state == 'poweredOn' and 'host' not in spec:
            raise Fault('InvalidArgument', invalidProperty='spec.host')

    def _check_datastores(self, host, home, places):
        for moid in sorted(home | {place['value'] for place in places.values()}):
            datastore = self.vcenter.resolve({'type': 'Datastore', 'value': moid})
            told = {'datastore': datastore.ref, 'name': datastore.get('name')}
            if not datastore.get('summary.accessible'):
                raise Fault('InaccessibleDatastore', **told)
            if datastore.ref not in host.get('datastore'):
                raise Fault('InvalidDatastore', **told)

    def _migrate(self, host, pool):
        self._check_access(host, self.get('datastore'))
        source = argument(self.vcenter.resolve(self.host))
        self._settle(host, pool)
        self.vcenter.events.post('VmMigratedEvent', self, sourceHost=source)

    def _relocate(self, spec, host, places):
        folder = self.vcenter.resolve(spec['folder']) if 'folder' in spec else None
        if folder is not None:
            if 'VirtualMachine' not in (folder.get('childType') or []):
                raise Fault('InvalidFolder', target=folder.ref)
            self.vcenter.check_free(folder, self.get('name'), self)
        home = spec.get('datastore', self.get('datastore')[0])
        stay = [disk['backing'].get('datastore') for disk in self.disks if disk['key'] not in places]
        if 'deviceChange' in spec:
            self.edit_config(lambda config: apply_device_changes(self, config, spec['deviceChange']))
            self.refresh_holders()
        self._check_access(host, [home, *(reference for reference in stay if reference)])
        self._move_files(home, places, disk_locators.thinness(spec))
        source = argument(self.vcenter.resolve(self.host))
        self._settle(host, spec.get('pool'))
        if folder is not None and folder.ref != self.get('parent'):
            remove_reference(self.vcenter.resolve(self.get('parent')), 'childEntity', self.ref)
            add_reference(folder, 'childEntity', self.ref)
            self.set('parent', folder.ref)
        self.vcenter.events.post('VmRelocatedEvent', self, sourceHost=source)

    def _check_access(self, host, datastores):
        """Raise CannotAccessVmConfig or CannotAccessNetwork when the host lacks a datastore or a network."""
        for reference in datastores:
            if reference not in host.get('datastore'):
                name = self.vcenter.resolve(reference).get('name')
                reason = Fault('InvalidDatastore', datastore=reference, name=name)
                raise Fault('CannotAccessVmConfig', reason=reason.wire(), cause=reason)
        for adapter in self.network_adapters:
            network = adapter.get('backing', {}).get('network')
            if network is not None and network not in host.get('network'):
                raise Fault('CannotAccessNetwork', device=adapter['deviceInfo']['label'], network=network,
                            backing=adapter['backing'].get('deviceName', ''), connected=True)

    def _settle(self, host, pool):
        """Run on `host` in `pool` (a reference, None for the present one) from now on."""
        if pool is not None and pool != self.get('resourcePool') and not self.is_template:
            remove_reference(self.vcenter.resolve(self.get('resourcePool')), 'vm', self.ref)
            add_reference(self.vcenter.resolve(pool), 'vm', self.ref)
            self.set('resourcePool', pool)
        self.move_to_host(host)
        self.storage_changed()

    def _move_files(self, home, places, thin):
        """Give the configuration and the disks their new paths, those that snapshots hold too."""
        directory = self._directory.partition('] ')[2]
        renamed = {}
        for disk in self.disks:
            if disk['key'] in places:
                name = self.vcenter.resolve(places[disk['key']]).get('name')
                for link in disk_chain.chain(disk['backing']):
                    renamed[link['fileName']] = (
                        f'[{name}] {directory}{link["fileName"].rpartition("/")[2]}', places[disk['key']])
        self.store_configs([self._moved(config, home, renamed, thin) for config in self.configs()])
        self._hold('datastore', [home, *(each for each in self.get('datastore') if each != home)])
        self.stamp_config()
        self.refresh_holders()

    def _moved(self, config, home, renamed, thin):
        config, datastore = copy.deepcopy(config), self.vcenter.resolve(home)
        config['files'] = {
            member: value if member == '_typeName' else f'[{datastore.get("name")}] {value.partition("] ")[2]}'
            for member, value in config['files'].items()}
        config['datastoreUrl'] = [{'_typeName': 'VirtualMachineConfigInfoDatastoreUrlPair',
                                   'name': datastore.get('name'), 'url': datastore.get('summary.url')}]
        for device in config['hardware']['device']:
            if not disk_chain.is_file_disk(device):
                continue
            for link in disk_chain.chain(device['backing']):
                if link['fileName'] in renamed:
                    link['fileName'], link['datastore'] = renamed[link['fileName']]
                if thin.get(device['key']) is not None:
                    link['thinProvisioned'] = thin[device['key']]
        return config
