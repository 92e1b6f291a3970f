# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What stays on a datastore when a virtual machine leaves the inventory, and how it comes back from there.

The faults are those of the "Errors" paragraphs of the VI JSON OpenAPI document.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ...fault import Fault
from ...managed_object import escaped_name
from ..virtual_machine_snapshot import VirtualMachineSnapshot
from .template import Identity, Size

CONFIG_PATH = re.compile(r'\[(?P<datastore>[^]]+)\] (?P<folder>[^/]+)/[^/]+\.vm(?:x|tx)')


class Files(NamedTuple):
    """What the files of a virtual machine say: its configuration, snapshots and suspended state."""

    configuration: dict
    power_state: str
    boot_time: str | None
    suspend_time: str | None
    guest_state: str
    tools: str
    index: int
    snapshots: list
    current_snapshot: VirtualMachineSnapshot | None
    snapshot_count: int


class Registration:
    """UnregisterVM and reloadVirtualMachineFromPath_Task; from_files is what Folder.RegisterVM_Task does."""

    def UnregisterVM(self, call):
        """Take it out of the inventory at once; the files stay."""
        self.check('UnregisterVM')
        self.leave_files()
        self.vcenter.events.post('VmRemovedEvent', self)
        self.leave_inventory()

    def reloadVirtualMachineFromPath_Task(self, call, configurationPath):
        """Become what another configuration file says, snapshots and all; moid, name and place are kept.

        Raises InvalidPowerState, AlreadyExists for a file that is registered, NotSupported for one of a template in
        place of a virtual machine or the other way round; in the task FileNotFound.
        """
        self.check('reloadVirtualMachineFromPath_Task')
        check_not_registered(self.vcenter, configurationPath)
        left = self.vcenter.files_left.get(configurationPath)
        if left is not None and left.configuration['template'] != self.configuration['template']:
            raise Fault('NotSupported')
        return self.vcenter.start_task(self, call, lambda: self._reload_from(configurationPath))

    @classmethod
    def from_files(cls, vcenter, path, name, folder, host, pool, template):
        """A registered virtual machine, or template, of the files at `path`; raises NotFound when there are none."""
        left = vcenter.files_left.pop(path, None)
        if left is None:
            raise Fault('NotFound')
        config = left.configuration
        identity = Identity(
            name=name, uuid=config['uuid'], instance_uuid=config['instanceUuid'], mac_address='', folder=name,
            created=vcenter.now(), datastore=datastore_of(vcenter, path),
            network=vcenter.resolve(host.get('network')[0]))
        vm = cls(vcenter, vcenter.new_moid('vm'), identity, Size(), folder.ref, host.ref, pool and pool.ref, left.index,
                 left.power_state, tools=left.tools)
        vm.register(folder)
        vm.adopt(left, name, template)
        vcenter.events.post('VmRegisteredEvent', vm)
        return vm

    def leave_files(self):
        """Note what the files say, for whoever registers them."""
        self.vcenter.files_left[self.configuration['files']['vmPathName']] = Files(
            self.configuration, self.power_state, self.boot_time, self.suspend_time, self.guest_state, self.tools,
            self.index, self.snapshots(), self.current_snapshot, self.snapshot_count)

    def adopt(self, left, name, template):
        """Become what files say; the snapshots get new ids."""
        self.configuration = {**left.configuration, 'name': escaped_name(name), 'template': template}
        self.power_state, self.guest_state = left.power_state, left.guest_state
        self.boot_time, self.suspend_time = left.boot_time, left.suspend_time
        self.connection_state, self.root_snapshots, made = 'connected', [], {None: None}
        for old in left.snapshots:
            parent = made[old.parent]
            new = VirtualMachineSnapshot(self, old.number, old.name, old.description, parent, old.state, old.quiesced,
                                         old.replay_supported)
            new.config, new.guest_state = old.config, old.guest_state
            new.boot_time, new.create_time = old.boot_time, old.create_time
            (parent.children if parent else self.root_snapshots).append(new)
            made[old] = new
        self.current_snapshot, self.snapshot_count = made[left.current_snapshot], left.snapshot_count
        self.refresh_holders()
        self.storage_changed()

    def _reload_from(self, path):
        if path not in self.vcenter.files_left:
            raise Fault('FileNotFound', file=path)
        left = self.vcenter.files_left.pop(path)
        self.leave_files()
        for snapshot in self.snapshots():
            snapshot.exists = False
            self.vcenter.remove(snapshot)
        self._hold('datastore', [datastore_of(self.vcenter, path).ref])
        self.adopt(left, self.get('name'), left.configuration['template'])
        self.vcenter.events.post('VmReloadFromPathEvent', self, configPath=path)


def datastore_of(vcenter, path):
    """The Datastore that the path of a configuration file begins with; raises InvalidDatastorePath."""
    parts = CONFIG_PATH.fullmatch(path)
    found = parts and next((datastore for datastore in vcenter.objects('Datastore')
                            if datastore.get('name') == parts['datastore']), None)
    if not found:
        raise Fault('InvalidDatastorePath', datastorePath=path)
    return found


def check_not_registered(vcenter, path):
    """Raise AlreadyExists when a virtual machine has the configuration file at `path`, and as datastore_of."""
    datastore_of(vcenter, path)
    if vcenter.index.find('datastorePath', path):
        raise Fault('AlreadyExists', name=path)
