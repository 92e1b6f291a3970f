# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fault tolerance: a primary, its secondaries on other hosts, and what keeps them together.

The faults are those of the "Errors" paragraphs of the VI JSON OpenAPI document; which fault of the family is thrown is
not always documented, and then the one is taken whose own page fits.
"""

from __future__ import annotations

import copy

from ...fault import Fault
from . import disk_chain
from .clone import next_index
from .devices import generated_mac_address
from .template import Identity, Size, derived_uuid

MAX_CPUS, MAX_MEMORY_MB = 8, 128 * 1024
PRIMARY_ROLE = 1
# What vCenter does to a secondary only by way of its primary.
BY_PRIMARY = frozenset((
    'PowerOnVM_Task', 'PowerOffVM_Task', 'SuspendVM_Task', 'ResetVM_Task', 'ShutdownGuest', 'RebootGuest',
    'StandbyGuest', 'TerminateVM', 'ReconfigVM_Task', 'UpgradeVM_Task', 'Destroy_Task', 'UnregisterVM', 'CloneVM_Task',
    'MarkAsTemplate'))
NO_SNAPSHOTS = frozenset(('CreateSnapshot_Task', 'CreateSnapshotEx_Task'))
OF_PRIMARY = frozenset((
    'DisableSecondaryVM_Task', 'EnableSecondaryVM_Task', 'MakePrimaryVM_Task', 'TerminateFaultTolerantVM_Task',
    'TurnOffFaultToleranceForVM_Task', 'CreateSecondaryVM_Task', 'CreateSecondaryVMEx_Task'))


class Group:
    """A fault tolerant group. `disabled` holds the secondaries that are not started with their primary."""

    def __init__(self, primary):
        self.primary, self.secondaries, self.disabled = primary, [], set()

    @property
    def members(self):
        """Primary and secondaries, in the order of their roles."""
        return [self.primary, *self.secondaries]

    def enabled(self):
        """The secondaries that follow their primary."""
        return [vm for vm in self.secondaries if vm not in self.disabled]

    def changed(self):
        """Tell those who wait for any member."""
        for vm in self.members:
            vm.changed()


class FaultTolerance:
    """The nine methods, runtime.faultToleranceState and config.ftInfo."""

    ft_group = None

    def QueryFaultToleranceCompatibility(self, call):
        """What is in the way of the legacy fault tolerance, which ran by record and replay."""
        return self._compatibility(legacy=True)

    def QueryFaultToleranceCompatibilityEx(self, call, forLegacyFt=False):
        """What of the virtual machine is in the way of fault tolerance; hosts and licenses are not looked at."""
        return self._compatibility(forLegacyFt)

    def CreateSecondaryVM_Task(self, call, host=None):
        """A secondary, as CreateSecondaryVMEx_Task without a spec makes it."""
        return self._create_secondary(call, host, {})

    def CreateSecondaryVMEx_Task(self, call, host=None, spec=None):
        """A secondary on another host of the cluster; the task gives a FaultToleranceSecondaryOpResult.

        Raises NotSupported for a template and without vSphere HA, InvalidOperationOnSecondaryVm,
        VmFaultToleranceConfigIssue for a second secondary, InvalidArgument for an unknown disk; in the task
        VmConfigIncompatibleForFaultTolerance, IncompatibleHostForFtSecondary, NoHostSuitableForFtSecondary.
        """
        return self._create_secondary(call, host, spec or {})

    def DisableSecondaryVM_Task(self, call, vm):
        """Stop a secondary and leave it out of the next power-ons. Raises SecondaryVmAlreadyDisabled."""
        secondary = self._checked_secondary('DisableSecondaryVM_Task', vm)
        if secondary in self.ft_group.disabled:
            raise Fault('SecondaryVmAlreadyDisabled', instanceUuid=secondary.uuids[1])
        return self.vcenter.start_task(self, call, lambda: self._disable(secondary))

    def EnableSecondaryVM_Task(self, call, vm, host=None):
        """Let a disabled secondary follow again, on `host` if given. Raises SecondaryVmAlreadyEnabled; in the task
        VmConfigIncompatibleForFaultTolerance and IncompatibleHostForFtSecondary."""
        secondary = self._checked_secondary('EnableSecondaryVM_Task', vm)
        if secondary not in self.ft_group.disabled:
            raise Fault('SecondaryVmAlreadyEnabled', instanceUuid=secondary.uuids[1])
        return self.vcenter.start_task(self, call, lambda: self._enable(secondary, host))

    def MakePrimaryVM_Task(self, call, vm):
        """Swap the roles of primary and secondary. Raises InvalidState for a secondary that is disabled or, while the
        primary runs, does not run."""
        secondary = self._checked_secondary('MakePrimaryVM_Task', vm)
        if secondary in self.ft_group.disabled or secondary.power_state != self.power_state:
            raise Fault('InvalidState')
        return self.vcenter.start_task(self, call, lambda: self._make_primary(secondary))

    def TerminateFaultTolerantVM_Task(self, call, vm=None):
        """Kill one secondary or all of them; each comes back, on another host if there is one.

        Raises InvalidArgument for the primary, InvalidPowerState while it is not powered on.
        """
        self._check_primary('TerminateFaultTolerantVM_Task')
        if vm == self.ref:
            raise Fault('InvalidArgument', invalidProperty='vm')
        victims = [self._checked_secondary('TerminateFaultTolerantVM_Task', vm)] if vm else self.ft_group.enabled()
        if self.power_state != 'poweredOn':
            raise Fault('InvalidPowerState', requestedState='poweredOn', existingState=self.power_state)
        return self.vcenter.start_task(self, call, lambda: self._terminate(victims))

    def TurnOffFaultToleranceForVM_Task(self, call):
        """Delete the secondaries; the primary is a virtual machine like others again."""
        self._check_primary('TurnOffFaultToleranceForVM_Task')
        return self.vcenter.start_task(self, call, self.turn_off_fault_tolerance)

    # -- what the other families ask

    @property
    def is_ft_secondary(self):
        """Whether it stands in for another."""
        return self.ft_group is not None and self.ft_group.primary is not self

    def ft_refusal(self, method):
        """The Fault with which a method is refused to a member of a group, or None."""
        if self.ft_group is None:
            return None
        if method in NO_SNAPSHOTS:
            return Fault('NotSupported')
        if self.is_ft_secondary and method in BY_PRIMARY | OF_PRIMARY:
            return Fault('InvalidOperationOnSecondaryVm', instanceUuid=self.uuids[1])
        return None

    def ft_state(self):
        """runtime.faultToleranceState."""
        group = self.ft_group
        if group is None:
            return 'notConfigured'
        if self.is_ft_secondary:
            return 'disabled' if self in group.disabled else 'running' if self.power_state == 'poweredOn' else 'enabled'
        if not group.enabled():
            return 'disabled'
        if self.power_state != 'poweredOn':
            return 'enabled'
        return 'running' if any(vm.power_state == 'poweredOn' for vm in group.enabled()) else 'needSecondary'

    def ft_info(self):
        """{'ftInfo': config.ftInfo}, empty for a virtual machine without fault tolerance."""
        group = self.ft_group
        if group is None:
            return {}
        common = {'role': group.members.index(self) + PRIMARY_ROLE,
                  'instanceUuids': [vm.uuids[1] for vm in group.members],
                  'configPaths': [vm.configuration['files']['vmPathName'] for vm in group.members], 'orphaned': False}
        if self.is_ft_secondary:
            return {'ftInfo': {'_typeName': 'FaultToleranceSecondaryConfigInfo', **common,
                               'primaryVM': group.primary.ref}}
        return {'ftInfo': {'_typeName': 'FaultTolerancePrimaryConfigInfo', **common,
                           'secondaries': [vm.ref for vm in group.secondaries]}}

    def ft_follow(self):
        """Bring the enabled secondaries of a primary into its power state."""
        group = self.ft_group
        if group is None or group.primary is not self:
            return
        for vm in group.enabled():
            if self.power_state == 'poweredOn' and vm.power_state != 'poweredOn':
                vm.become_powered_on()
            elif self.power_state == 'poweredOff' and vm.power_state != 'poweredOff':
                vm.become_powered_off(clean=False)
        group.changed()

    def turn_off_fault_tolerance(self):
        """Undo the group that this virtual machine is the primary of."""
        group, self.ft_group = self.ft_group, None
        for vm in group.secondaries:
            vm.ft_group = None
            vm.leave_inventory()
        self._note_ft_type('unset')
        self.vcenter.events.post('VmFaultToleranceTurnedOffEvent', self)

    # -- checks

    def _compatibility(self, legacy):
        fault = self.refusal('QueryFaultToleranceCompatibilityEx')
        if fault is not None:
            raise fault
        return [fault.wire() for fault in self._issues(legacy)]

    def _issues(self, legacy=False):
        config = self.configuration
        # Its folder has the same name on each datastore that it is on.
        hardware, folder = config['hardware'], config['files']['snapshotDirectory'].partition('] ')[2]
        bases = [disk_chain.chain(backing)[0] for backing in disk_chain.backings(config)]
        reasons = {
            'ftSecondaryVm': self.is_ft_secondary,
            'hasSnapshots': bool(self.root_snapshots),
            'hasLinkedCloneDisk': any(f'] {folder}' not in base['fileName'] for base in bases),
            'hasNestedHVConfiguration': config['nestedHVEnabled'],
            'tooManyVCPUs': not legacy and hardware['numCPU'] > MAX_CPUS,
            'tooMuchMemory': hardware['memoryMB'] > MAX_MEMORY_MB,
            'multipleVCPU': legacy and hardware['numCPU'] > 1,
            'thinDisk': legacy and any(base.get('thinProvisioned') for base in bases),
            'recordReplayNotSupported': legacy and not self.property_capability()['recordReplaySupported'],
        }
        return [self._issue(reason) for reason, present in reasons.items() if present]

    def _issue(self, reason):
        return Fault('VmFaultToleranceConfigIssue', reason=reason, entityName=self.get('name'), entity=self.ref,
                     text=f'The virtual machine is not compatible with fault tolerance: {reason}.')

    def _check_primary(self, method):
        self.check(method)
        if self.ft_group is None:
            raise self._issue('noConfig')
        if self.vcenter.resolve(self.host).get('runtime.inMaintenanceMode'):
            raise Fault('InvalidState')

    def _checked_secondary(self, method, reference):
        """The secondary of this primary that a reference means; raises SecondaryVmNotRegistered for any other."""
        vm = self.vcenter.resolve(reference)
        self.check(method)
        if self.ft_group is None or vm not in self.ft_group.secondaries:
            raise Fault('SecondaryVmNotRegistered', instanceUuid=vm.uuids[1])
        self._check_primary(method)
        return vm

    # -- work

    def _create_secondary(self, call, host, spec):
        method = call.method.name
        self.check(method)
        cluster = self.vcenter.resolve(self.vcenter.resolve(self.host).get('parent'))
        if not cluster.get('configuration.dasConfig.enabled'):
            raise Fault('NotSupported', text='The virtual machine is not in a cluster with vSphere HA.')
        if self.ft_group is not None:
            raise self._issue('moreThanOneSecondary')
        unknown = {'metroFtEnabled', 'metroFtHostGroup'} & set(spec)
        if unknown:
            raise Fault('NotSupported', text=f'Not supported by this server: {", ".join(sorted(unknown))}.')
        entries = spec.get('secondaryVmSpec', {}).get('disks', ())
        places = {entry['disk']['key']: entry['datastore'] for entry in entries}
        if not set(places) <= {disk['key'] for disk in self.disks}:
            raise Fault('InvalidArgument', invalidProperty='spec.secondaryVmSpec.disks')
        if host is not None:
            self.vcenter.resolve(host)
        return self.vcenter.start_task(self, call, lambda: self._protect(host, spec, places))

    def _protect(self, host, spec, places):
        self._check_compatible()
        home = spec.get('secondaryVmSpec', {}).get('vmConfig', self.get('datastore')[0])
        meta = spec.get('metaDataPath', {}).get('metaDataDatastore', home)
        runner = self._secondary_host(host, [home, meta, *places.values()])
        self.ft_group = Group(self)
        secondary = self._new_secondary(runner, self.vcenter.resolve(home), places)
        secondary.ft_group = self.ft_group
        self.ft_group.secondaries.append(secondary)
        self._note_ft_type('checkpointing')
        self.vcenter.events.post('VmSecondaryAddedEvent', self)
        return self._follow_result(secondary)

    def _check_compatible(self):
        issues = self._issues()
        if issues:
            raise Fault('VmConfigIncompatibleForFaultTolerance', fault=issues[0].wire(), cause=issues[0])

    def _secondary_host(self, wanted, datastores):
        """A HostSystem of the cluster other than the primary's that can run the secondary."""
        own = self.vcenter.resolve(self.host)
        cluster = self.vcenter.resolve(own.get('parent'))
        if wanted is not None:
            host = self.vcenter.resolve(wanted)
            errors = self._host_errors(host, cluster, own, datastores)
            if errors:
                raise Fault('IncompatibleHostForFtSecondary', host=wanted, error=[error.wire() for error in errors])
            return host
        for reference in cluster.get('host'):
            host = self.vcenter.resolve(reference)
            if not self._host_errors(host, cluster, own, datastores):
                return host
        raise Fault('NoHostSuitableForFtSecondary', vm=self.ref, vmName=self.get('name'))

    def _host_errors(self, host, cluster, own, datastores):
        errors = []
        if host is own or host.get('parent') != cluster.ref:
            errors.append(Fault('InvalidArgument', invalidProperty='host'))
        if not host.in_use:
            errors.append(Fault('InvalidState'))
        if not host.get('capability.smpFtSupported'):
            errors.append(Fault('HostIncompatibleForFaultTolerance', hostName=host.get('name'), reason='product'))
        errors += [Fault('InvalidDatastore', datastore=reference, name=self.vcenter.resolve(reference).get('name'))
                   for reference in datastores if reference not in host.get('datastore')]
        return errors

    def _new_secondary(self, host, home, places):
        """A copy under the same name and BIOS uuid, with files of its own."""
        vcenter, name = self.vcenter, self.get('name')
        moid = vcenter.new_moid('vm')
        identity = Identity(
            name=name, uuid=self.uuids[0], instance_uuid=derived_uuid('50', moid), mac_address='', folder=f'{name}_1',
            created=vcenter.now(), datastore=home,
            network=vcenter.resolve((self.get('network') or host.get('network'))[0]))
        secondary = type(self)(vcenter, moid, identity, Size(), self.get('parent'), host.ref, self.get('resourcePool'),
                               next_index(vcenter), 'poweredOff', tools=self.tools)
        secondary.configuration = self._secondary_config(secondary, identity, places)
        secondary.register(vcenter.resolve(self.get('parent')))
        secondary.refresh_holders()
        return secondary

    def _secondary_config(self, secondary, identity, places):
        directory = f'[{identity.datastore.get("name")}] {identity.folder}/'
        config = copy.deepcopy(self.configuration)
        config.update(
            instanceUuid=identity.instance_uuid, createDate=identity.created, changeVersion=identity.created,
            files={'_typeName': 'VirtualMachineFileInfo', 'vmPathName': f'{directory}{identity.name}.vmx',
                   'snapshotDirectory': directory, 'suspendDirectory': directory, 'logDirectory': directory})
        for device in config['hardware']['device']:
            if 'macAddress' in device:
                device['macAddress'] = generated_mac_address(secondary.moid, device['key'])
            if disk_chain.is_file_disk(device):
                datastore = self.vcenter.resolve(places.get(device['key'], identity.datastore.ref))
                file = device['backing']['fileName'].rpartition('/')[2]
                device['backing'].update(fileName=f'[{datastore.get("name")}] {identity.folder}/{file}',
                                         datastore=datastore.ref)
        return config

    def _follow_result(self, secondary):
        """Power a secondary on if its primary runs; the FaultToleranceSecondaryOpResult."""
        self.ft_follow()
        return {'_typeName': 'FaultToleranceSecondaryOpResult', 'vm': secondary.ref,
                'powerOnAttempted': self.power_state == 'poweredOn'}

    def _disable(self, secondary):
        self.ft_group.disabled.add(secondary)
        if secondary.power_state != 'poweredOff':
            secondary.become_powered_off(clean=False)
        self.vcenter.events.post('VmSecondaryDisabledEvent', self)
        self.ft_group.changed()

    def _enable(self, secondary, host):
        self._check_compatible()
        secondary.move_to_host(self._secondary_host(host or secondary.host, secondary.get('datastore')))
        self.ft_group.disabled.discard(secondary)
        self.vcenter.events.post('VmSecondaryEnabledEvent', self)
        return self._follow_result(secondary)

    def _make_primary(self, secondary):
        group = self.ft_group
        group.secondaries[group.secondaries.index(secondary)] = self
        group.primary = secondary
        group.changed()

    def _terminate(self, victims):
        for vm in victims:
            vm.become_powered_off(clean=False)
            self.vcenter.later(self.vcenter.settings.guest_seconds, lambda vm=vm: self._respawn(vm))
        self.ft_group.changed()

    def _respawn(self, vm):
        """Start a terminated secondary again, away from where it was if the cluster has room."""
        if vm.ft_group is None or vm in vm.ft_group.disabled or vm.ft_group.primary.power_state != 'poweredOn':
            return
        primary = vm.ft_group.primary
        own = self.vcenter.resolve(primary.host)
        cluster = self.vcenter.resolve(own.get('parent'))
        hosts = [self.vcenter.resolve(reference) for reference in cluster.get('host') if reference != vm.host]
        free = [host for host in hosts if not primary._host_errors(host, cluster, own, vm.get('datastore'))]
        if free:
            vm.move_to_host(free[0])
        primary.ft_follow()

    def _note_ft_type(self, kind):
        self.edit_config(lambda config: config['flags'].update(faultToleranceType=kind))
