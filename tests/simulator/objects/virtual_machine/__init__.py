# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The VirtualMachine managed object: its state here, its properties and methods in one mixin a family.

A test changes what a guest or a machine does by assigning to these attributes (also as overrides of create):
tools ('running', 'stopped', 'absent'), tools_outdated, guest_ignores_shutdown, guest_fails_quiesce, ask_on_power_on,
record_replay_supported, connection_state, unowned_files, ovf_environment, export_grains, export_lease_seconds,
export_name, nfc_trouble.
"""

from __future__ import annotations

from ...managed_object import ManagedEntity
from .changed_blocks import ChangedBlocks
from .clone import Clone
from .config import Config
from .console import Console
from .conversion import Conversion
from .customization import Customization
from .disk_maintenance import DiskMaintenance
from .encryption import Encryption
from .evc_mode import EvcMode
from .export import Export
from .fault_tolerance import FaultTolerance
from .files import Files
from .first_class_disks import FirstClassDisks
from .guest import CONSOLE_SIZE, TOOLS, Guest
from .hardware_version import HardwareVersion
from .instant_clone import InstantClone
from .inventory import Inventory
from .migration import Migration
from .power import Power
from .question import Questions
from .record_replay import RecordReplay
from .registration import Registration
from .rules import Rules
from .runtime import Runtime
from .snapshots import Snapshots
from .summary import Summary
from .template import Identity, Size, config_file, derived_uuid, free_folder, new_config
from .tools import Tools

KNOBS = ('tools', 'guest_ignores_shutdown', 'guest_fails_quiesce', 'ask_on_power_on', 'record_replay_supported',
         'connection_state', 'unowned_files', 'ovf_environment', 'tools_outdated', 'export_grains',
         'export_lease_seconds', 'export_name', 'nfc_trouble')


class VirtualMachine(Power, Guest, Questions, Snapshots, RecordReplay, Config, Inventory, Registration, Clone,
                     InstantClone, Customization, Conversion, Tools, Console, DiskMaintenance, HardwareVersion, EvcMode,
                     Migration, FaultTolerance, FirstClassDisks, ChangedBlocks, Encryption, Export, Runtime, Summary,
                     Files, Rules, ManagedEntity):
    """A virtual machine or, where config.template is true, a template.

    power_state, record_replay_state, connection_state: as runtime names them. host: a reference, always set.
    boot_time, suspend_time: wire times or None. suspend_interval: seconds. question: runtime.question or None.
    root_snapshots, current_snapshot: VirtualMachineSnapshot objects.
    """

    def __init__(self, vcenter, moid, identity, size, parent, host, pool, index, power_state, **overrides):
        super().__init__(vcenter, moid, name=identity.name, parent=parent, resourcePool=pool,
                         datastore=[identity.datastore.ref], network=[identity.network.ref])
        self._identity, self._size, self._configuration = identity, size, None
        self.host, self.index, self.power_state = host, index, power_state
        self.connection_state, self.record_replay_state, self.record_replay_supported = 'connected', 'inactive', True
        powered_on = power_state == 'poweredOn'
        self.boot_time = None if power_state == 'poweredOff' else identity.created
        self.suspend_time = identity.created if power_state == 'suspended' else None
        self.suspend_interval, self.clean_power_off, self.storage_time = 0, None, identity.created
        self.tools_outdated, self.tools_managed = False, False
        self.export_grains, self.export_lease_seconds = 4, 300
        self.export_name = self.nfc_trouble = None
        self.typed, self.interrupts = [], 0
        self._tools, self.guest_epoch, self.online_standby = 'running', 0, False
        self.guest_state = 'running' if powered_on or power_state == 'suspended' else 'notRunning'
        self.guest_ignores_shutdown = self.guest_fails_quiesce = self.guest_cache_cleared = False
        self.ask_on_power_on = self.power_on_cancelled = self.tools_installer_mounted = False
        self.question, self.stalled_task, self.question_count = None, None, 0
        self.root_snapshots, self.current_snapshot, self.snapshot_count = [], None, 0
        self.consolidation_needed, self.connections, self.screen_size, self.unowned_files = False, [], CONSOLE_SIZE, []
        self.screenshot_count, self.ovf_environment, self.guest_identity = 0, '', {}
        self._apply_overrides(overrides)

    @classmethod
    def create(cls, vcenter, *, name, folder, host, pool, datastore, network, index, power_state='poweredOn',
               uuid=None, instance_uuid=None, **overrides):
        """A new, registered virtual machine in a folder, on a host, in a pool (all managed objects).

        overrides: members of Size (guest_id, num_cpus, memory_mb, disk_gb, annotation, record_replay_enabled) and
        the knobs named above.
        """
        moid = vcenter.new_moid('vm')
        seed = f'{moid} {name}'
        identity = Identity(
            name=name, uuid=uuid or derived_uuid('42', seed), instance_uuid=instance_uuid or derived_uuid('50', seed),
            mac_address=mac_address(index), folder=free_folder(vcenter, datastore, name), created=vcenter.now(),
            datastore=datastore, network=network)
        size = Size(**{field: overrides.pop(field) for field in Size._fields if field in overrides})
        vm = cls(vcenter, moid, identity, size, folder.ref, host.ref, pool.ref, index, power_state, **overrides)
        vm.register(folder)
        return vm

    @property
    def is_template(self):
        """Whether it is a template; the configuration is built only when something has asked for it before."""
        return self._configuration is not None and self._configuration['template']

    @property
    def configuration(self):
        """The VirtualMachineConfigInfo. Never changed in place: snapshots and waiting clients hold parts of it."""
        if self._configuration is None:
            self._configuration = new_config(self._identity, self._size)
        return self._configuration

    @configuration.setter
    def configuration(self, config):
        self._configuration = config

    @property
    def uuids(self):
        """(config.uuid, config.instanceUuid), without building the configuration."""
        config = self._configuration
        if config is None:
            return self._identity.uuid, self._identity.instance_uuid
        return config['uuid'], config['instanceUuid']

    def picture(self):
        """As every object's, but for the uptime and the times of storage figures, which move by themselves."""
        values = super().picture()
        stats = {name: value for name, value in values['summary']['quickStats'].items() if name != 'uptimeSeconds'}
        untimed = {name: _untimed(values[name]) for name in ('storage', 'layoutEx')}
        return {**values, **untimed, 'summary': {**values['summary'], 'quickStats': stats,
                                                 'storage': _untimed(values['summary']['storage'])}}

    def index_keys(self):
        """What SearchIndex finds it by."""
        bios, instance = self.uuids
        keys = [('uuid', bios.lower()), ('instanceUuid', instance.lower()), ('datastorePath', self._config_file)]
        if self.tools_running:
            keys += [('ip', self.ip_address), ('dns', self.host_name)]
        return keys

    @property
    def _config_file(self):
        config = self._configuration
        return config_file(self._identity) if config is None else config['files']['vmPathName']

    def _apply_overrides(self, overrides):
        unknown = set(overrides) - set(KNOBS)
        if unknown or overrides.get('tools', 'running') not in TOOLS:
            raise ValueError(f'no such override of a virtual machine: {sorted(unknown) or overrides["tools"]!r}')
        self._tools = overrides.pop('tools', self._tools)
        vars(self).update(overrides)


def _untimed(figures):
    return {name: value for name, value in figures.items() if name != 'timestamp'}


def mac_address(index):
    """The MAC address of the first adapter of virtual machine number `index`, in the range that vCenter assigns."""
    return f'00:50:56:{0x80 + (index >> 16 & 0x3f):02x}:{index >> 8 & 255:02x}:{index & 255:02x}'
