# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Snapshots of a virtual machine: the tree, the current one, taking, reverting and removing."""

from __future__ import annotations

from ...fault import Fault
from ..virtual_machine_snapshot import VirtualMachineSnapshot
from . import disk_chain
from .clock import seconds_between

# vCenter refuses longer names, and a chain deeper than ESXi's documented maximum of 32 levels.
MAX_NAME_LENGTH = 80
MAX_LEVELS = 32
SECONDS_A_DAY = 86400
# What a revert does not take back: identity and place belong to the inventory, not to the machine's state.
KEPT_BY_REVERT = ('name', 'uuid', 'instanceUuid', 'template', 'locationId', 'files', 'createDate')


class Snapshots:
    """CreateSnapshot_Task and its family; what VirtualMachineSnapshot's own methods do is done here too."""

    def CreateSnapshot_Task(self, call, name, memory, quiesce, description=None):
        """Take a snapshot, which becomes the current one; the task gives it.

        `quiesce` asks VMware Tools to still the guest's file systems; it is ignored where the virtual machine is not
        powered on or Tools do not run, as the documentation says.
        """
        self.check('CreateSnapshot_Task')
        return self._create_snapshot(call, name, description, memory, quiesce)

    def CreateSnapshotEx_Task(self, call, name, memory, description=None, quiesceSpec=None):
        """Take a snapshot, quiesced as `quiesceSpec` (a GuestQuiesceSpec, or a WindowsQuiesceSpec) says.

        Raises NotSupported for a WindowsQuiesceSpec on a guest that is not Windows, InvalidArgument for a timeout
        (minutes) outside 5 to 240, the range in the documentation of GuestQuiesceSpec.
        """
        self.check('CreateSnapshotEx_Task')
        if quiesceSpec is not None:
            self._check_quiesce_spec(quiesceSpec)
        return self._create_snapshot(call, name, description, memory, quiesceSpec is not None)

    def RemoveAllSnapshots_Task(self, call, consolidate=True, spec=None):
        """Remove every snapshot, or those older than spec.retentionDays days. None there is success."""
        self.check('RemoveAllSnapshots_Task')
        days = (spec or {}).get('retentionDays')
        return self.vcenter.start_task(self, call, lambda: self._remove_all(consolidate, days))

    def RevertToCurrentSnapshot_Task(self, call, host=None, suppressPowerOn=False):
        """Go back to the current snapshot. Raises NotFound when there is none."""
        self.check('RevertToCurrentSnapshot_Task')
        return self.revert_task(call, self.current_snapshot, host, suppressPowerOn)

    def property_rootSnapshot(self):
        """References of the roots of the snapshot tree."""
        return [snapshot.ref for snapshot in self.root_snapshots]

    def property_snapshot(self):
        """The VirtualMachineSnapshotInfo, None without snapshots."""
        if not self.root_snapshots:
            return None
        info = {'_typeName': 'VirtualMachineSnapshotInfo'}
        if self.current_snapshot is not None:
            info['currentSnapshot'] = self.current_snapshot.ref
        info['rootSnapshotList'] = [snapshot.tree() for snapshot in self.root_snapshots]
        return info

    def snapshots(self):
        """Every snapshot, parents before their children."""
        return [snapshot for root in self.root_snapshots for snapshot in root.descendants()]

    def check_snapshot_name(self, name):
        """Raise InvalidName for an empty name and for one of more than 80 characters."""
        if not name or len(name) > MAX_NAME_LENGTH:
            raise Fault('InvalidName', name=name, entity=self.ref)

    def take_snapshot(self, name, description, memory, quiesced, replay_supported=False):
        """Make the snapshot, give the disks new deltas, and return the VirtualMachineSnapshot.

        Raises SnapshotDisabled, SnapshotLocked, TooManySnapshotLevels or MemorySnapshotOnIndependentDisk.
        """
        keeps_memory = (memory and self.power_state == 'poweredOn') or self.power_state == 'suspended'
        self._check_snapshots_allowed(keeps_memory)
        self.snapshot_count += 1
        self.stamp_changes()
        snapshot = VirtualMachineSnapshot(
            self, number=self.snapshot_count, name=name, description=description or '', parent=self.current_snapshot,
            state=self.power_state if keeps_memory else 'poweredOff', quiesced=quiesced,
            replay_supported=replay_supported)
        siblings = self.current_snapshot.children if self.current_snapshot else self.root_snapshots
        siblings.append(snapshot)
        if self.current_snapshot is not None:
            self.current_snapshot.changed('childSnapshot')
        self.current_snapshot = snapshot
        self.configuration = disk_chain.with_new_deltas(snapshot.config, self.configs())
        self.storage_changed()
        return snapshot

    def revert_task(self, call, snapshot, host, suppress_power_on):
        """The Task that goes back to `snapshot`."""
        runs = snapshot.state == 'poweredOn' and not suppress_power_on
        target = self.checked_host(host) if runs or host else None
        return self.vcenter.start_task(self, call, lambda: self.restore_snapshot(snapshot, target, suppress_power_on))

    def restore_snapshot(self, snapshot, host=None, suppress_power_on=False):
        """Take back configuration, disks and power state; `snapshot` becomes the current one.

        A recording or replay ends: the machine that it ran on is gone. Raises NotFound for a snapshot removed
        meanwhile, SnapshotLocked for a virtual machine whose snapshots are locked.
        """
        if not snapshot.exists:
            raise Fault('NotFound')
        if self.configuration['flags'].get('snapshotLocked'):
            raise Fault('SnapshotLocked')
        present = self.configuration
        self.current_snapshot = snapshot
        kept = {name: present[name] for name in KEPT_BY_REVERT if name in present}
        self.configuration = disk_chain.with_new_deltas({**snapshot.config, **kept}, self.configs(current=False))
        self.stamp_config()
        self._restore_power(snapshot, host, suppress_power_on)

    def remove_snapshots(self, doomed, consolidate=True):
        """Remove the given VirtualMachineSnapshots; children move up, and so does the current one.

        Without `consolidate` the deltas of the removed stay behind, and runtime.consolidationNeeded says so.
        """
        if self.configuration['flags'].get('snapshotLocked'):
            raise Fault('SnapshotLocked')
        for snapshot in reversed(doomed):
            self._detach(snapshot)
            if consolidate:
                self._merge(snapshot)
            self.vcenter.remove(snapshot)
        self.consolidation_needed = self.consolidation_needed or bool(doomed and not consolidate)
        self.storage_changed()

    def configs(self, current=True):
        """Every configuration that refers to disk files: the snapshots' and the machine's own."""
        own = [self.configuration] if current else []
        return [snapshot.config for snapshot in self.snapshots()] + own

    def store_configs(self, configs):
        """Put back what configs() gave, in the same order."""
        for snapshot, config in zip(self.snapshots(), configs):
            snapshot.config = config
        self.configuration = configs[-1]

    def _create_snapshot(self, call, name, description, memory, quiesce):
        self.check_snapshot_name(name)
        return self.vcenter.start_task(self, call, lambda: self._take(name, description, memory, quiesce))

    def _take(self, name, description, memory, quiesce):
        quiesced = quiesce and self.tools_running
        if quiesced and self.guest_fails_quiesce:
            raise Fault('ApplicationQuiesceFault')
        return self.take_snapshot(name, description, memory, quiesced).ref

    def _check_quiesce_spec(self, spec):
        if spec['_typeName'] == 'VirtualMachineWindowsQuiesceSpec' and not self.guest_is_windows:
            raise Fault('NotSupported')
        if not 5 <= spec.get('timeout', 15) <= 240:
            raise Fault('InvalidArgument', invalidProperty='quiesceSpec.timeout')

    def _check_snapshots_allowed(self, keeps_memory):
        flags = self.configuration['flags']
        if flags.get('snapshotDisabled'):
            raise Fault('SnapshotDisabled')
        if flags.get('snapshotLocked'):
            raise Fault('SnapshotLocked')
        if self.current_snapshot is not None and self.current_snapshot.level >= MAX_LEVELS:
            raise Fault('TooManySnapshotLevels')
        if keeps_memory and disk_chain.has_independent_disk(self.configuration):
            raise Fault('MemorySnapshotOnIndependentDisk')

    def _restore_power(self, snapshot, host, suppress_power_on):
        self.become_powered_off(clean=False)
        if snapshot.state == 'suspended':
            self.boot_time = snapshot.boot_time
            self.become_suspended()
        elif snapshot.state == 'poweredOn' and not suppress_power_on:
            self.become_powered_on(host)
            self.restore_guest(snapshot.guest_state)

    def _remove_all(self, consolidate, days):
        now = self.vcenter.now()
        doomed = [snapshot for snapshot in self.snapshots()
                  if days is None or seconds_between(snapshot.create_time, now) > days * SECONDS_A_DAY]
        self.remove_snapshots(doomed, consolidate)

    def _detach(self, snapshot):
        """Take a snapshot out of the tree; its children take its place."""
        siblings = snapshot.parent.children if snapshot.parent else self.root_snapshots
        position = siblings.index(snapshot)
        siblings[position:position + 1] = snapshot.children
        for child in snapshot.children:
            child.parent = snapshot.parent
        if snapshot.parent is not None:
            snapshot.parent.changed('childSnapshot')
        if self.current_snapshot is snapshot:
            self.current_snapshot = snapshot.parent
        snapshot.exists = False

    def _merge(self, snapshot):
        """Fold the deltas written since `snapshot` into its disk files, wherever only one delta stands on them."""
        configs = self.configs()
        for backing in disk_chain.backings(snapshot.config):
            configs = disk_chain.merged(configs, backing)
        self.store_configs(configs)
