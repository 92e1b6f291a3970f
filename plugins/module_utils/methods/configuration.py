# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Configuration: ReconfigVM_Task with the privileges that its changes need, hardware version, EVC mode, custom values.

Source: the API pages of ReconfigVM_Task, VirtualMachineConfigSpec, UpgradeVM_Task, ApplyEvcModeVM_Task and
CustomFieldsManager.
"""

from __future__ import annotations

from .. import wire
from ..device import is_disk, is_drive
from ..questions import PENDING
from ..virtual_disks import virtual_disks
from .step import Methods, Step

CONFIG, INTERACT = 'VirtualMachine.Config', 'VirtualMachine.Interact'
SETTINGS = f'{CONFIG}.Settings'
# Member of VirtualMachineConfigSpec -> the last part of the privilege for it, where that is not Settings.
PRIVILEGES = {
    'annotation': 'Annotation', 'changeTrackingEnabled': 'ChangeTracking', 'cpuAffinity': 'Resource',
    'cpuAllocation': 'Resource', 'extraConfig': 'AdvancedConfig', 'guestAutoLockEnabled': 'MksControl',
    'maxMksConnections': 'MksControl', 'memoryAffinity': 'Resource', 'memoryAllocation': 'Resource',
    'memoryMB': 'Memory', 'name': 'Rename', 'numCPUs': 'CPUCount', 'numCoresPerSocket': 'CPUCount',
    'swapPlacement': 'SwapPlacement'}
NO_SETTING = frozenset({wire.TYPE, 'changeVersion', 'deviceChange'})
# What cannot be changed unless the virtual machine is powered off.
ONLY_POWERED_OFF = frozenset({
    'cpuHotAddEnabled', 'cpuHotRemoveEnabled', 'firmware', 'guestId', 'memoryHotAddEnabled', 'nestedHVEnabled',
    'numCoresPerSocket', 'vPMCEnabled'})
HINTS = {
    'CpuHotPlugNotSupported': 'Power the virtual machine off first; hardware.hotadd_cpu, set while it is off, lets '
                              'it have CPUs added while it runs.',
    'MemoryHotPlugNotSupported': 'Power the virtual machine off first; hardware.hotadd_memory, set while it is off, '
                                 'lets it have memory added while it runs.',
    'ConcurrentAccess': 'Somebody has changed the configuration since: look and run the task again.'}
MEMORY_STEP_MB = 4


class ConfigurationMethods(Methods):
    """Needs runtime.powerState; for hardware, its sizes and hot-plug settings; for devices, config.hardware.device."""

    def reconfigure(self, spec, forecasts=None):
        """ReconfigVM_Task with a VirtualMachineConfigSpec."""
        settings = sorted({f'{CONFIG}.{PRIVILEGES.get(member, "Settings")}' for member in spec.keys() - NO_SETTING})
        step = self._step('ReconfigVM_Task', settings, spec=spec, hints=HINTS, forecasts={
            **(forecasts or {}), **self._held(spec), **self._sizes(spec), **self._hot_plug(spec)})
        present = {device['key']: device for device in self['config.hardware.device'] or []}
        for change in spec.get('deviceChange') or []:
            step.needs(self.ref, *device_privileges(change, present.get(change['device']['key'])))
            for entity, privilege in needed_elsewhere(change, present.get(change['device']['key'], {})):
                step.needs(entity, privilege)
        step.privileges = list({(entity['value'], each): (entity, each) for entity, each in step.privileges}.values())
        return step

    def _held(self, spec):
        """Forecasts what can be changed only of what is powered off."""
        held = sorted(spec.keys() & ONLY_POWERED_OFF)
        if self.power_state == 'powered_off' or not held:
            return {}
        return {'InvalidPowerState': f'{self.name} is {self.power_state}; {", ".join(held)} can be changed while it is '
                                     'powered_off.'}

    def _hot_plug(self, spec):
        """Forecasts what the power state forbids of the number of CPUs and the size of memory."""
        cpus = spec.get('numCPUs', 0) - (self['config.hardware.numCPU'] or 0) if 'numCPUs' in spec else 0
        memory = spec.get('memoryMB', 0) - (self['config.hardware.memoryMB'] or 0) if 'memoryMB' in spec else 0
        if self.power_state == 'powered_off' or not (cpus or memory):
            return {}
        if self.power_state == 'suspended':
            return {'InvalidPowerState': f'{self.name} is suspended; CPUs and memory can be changed while it is '
                                         'powered_off.'}
        cpu_flag = 'cpuHotAddEnabled' if cpus > 0 else 'cpuHotRemoveEnabled'
        cpus_fixed = cpus and not self[f'config.{cpu_flag}']
        memory_fixed = memory < 0 or (memory and not self['config.memoryHotAddEnabled'])
        why = (' with memoryHotAddEnabled off, so its memory cannot grow' if memory > 0
               else ', so its memory cannot shrink')
        return {
            'CpuHotPlugNotSupported': f'{self.name} runs with {cpu_flag} off, so its number of CPUs cannot change.'
            if cpus_fixed else None,
            'MemoryHotPlugNotSupported': f'{self.name} runs{why}.' if memory_fixed else None}

    def _sizes(self, spec):
        """Forecasts numbers that no virtual machine can have."""
        cpus = spec.get('numCPUs', self['config.hardware.numCPU'] or 1)
        cores = spec.get('numCoresPerSocket', self['config.hardware.numCoresPerSocket'] or 1)
        told = None
        if {'numCPUs', 'numCoresPerSocket'} & spec.keys() and (cpus < 1 or cores < 1 or cpus % cores):
            told = f'{cpus} CPUs cannot be divided into sockets of {cores} cores.'
        elif spec.get('memoryMB', MEMORY_STEP_MB) % MEMORY_STEP_MB or spec.get('memoryMB', MEMORY_STEP_MB) < 1:
            told = f'{spec["memoryMB"]} MB of memory are not a multiple of {MEMORY_STEP_MB}.'
        return {'InvalidArgument': told}

    def upgrade(self, version=None, unknown=None):
        """UpgradeVM_Task to a version such as vmx-21, or to the newest; AlreadyUpgraded is nothing to do.

        `unknown` is the forecast whether the version is not offered where the virtual machine is.
        """
        disks = virtual_disks(self['config.hardware.device'])
        return self._step('UpgradeVM_Task', f'{CONFIG}.UpgradeVirtualHardware', version=version, forecasts={
            **self._needs_power('powered_off'),
            'NoDiskFound': None if disks else f'{self.name} has no virtual disk, which an upgrade needs.',
            'InvalidState': unknown,
        }).unless_done('AlreadyUpgraded')

    def apply_evc_mode(self, masks, complete):
        """ApplyEvcModeVM_Task with a list of HostFeatureMask; an empty one takes the masks away."""
        supported = self['capability.perVmEvcSupported']
        return self._step('ApplyEvcModeVM_Task', SETTINGS, mask=masks, completeMasks=complete, forecasts={
            **self._needs_power('powered_off'),
            'NotSupported': f'{self.name} cannot have an EVC mode of its own; that needs hardware version 14 or '
                            'later.' if supported is False else None})

    def set_custom_value(self, name, value):
        """setCustomValue of the custom attribute with that name; an empty value takes it away."""
        return self._step('setCustomValue', 'Global.SetCustomField', key=name, value=value)

    def answer(self, question, choice):
        """AnswerVM: gives the pending question (its id) one of its choices (its key)."""
        return self._step('AnswerVM', f'{INTERACT}.AnswerQuestion', questionId=question, answerChoice=choice,
                          reached=((PENDING,), lambda now: wire.at(now.get(PENDING), 'id') != question))


def add_custom_field(manager, root, name):
    """AddCustomFieldDef of the CustomFieldsManager, for virtual machines; one that is there is nothing to do.

    `root` is the reference of the root folder, which the privilege is needed on.
    """
    return Step(root, 'AddCustomFieldDef', 'Global.ManageCustomFields', {'name': name, 'moType': 'VirtualMachine'},
                target=manager).unless_done('DuplicateName')


def device_privileges(change, present):
    """Returns the privileges for a VirtualDeviceConfigSpec; `present` is the device that it edits."""
    device, operation = change['device'], change.get('operation')
    if operation == 'edit' and present:
        return sorted(edit_privileges(device, present))
    if not is_disk(device):
        return [f'{CONFIG}.AddRemoveDevice']
    if operation == 'remove':
        return [f'{CONFIG}.RemoveDisk']
    return [f'{CONFIG}.{"AddNewDisk" if change.get("fileOperation") else "AddExistingDisk"}']


def edit_privileges(device, present):
    """Returns the privileges for what differs between a device and what it is to become."""
    differing = {member for member in device if device[member] != present.get(member)} - {'deviceInfo'}
    found = set()
    if differing & {'capacityInKB', 'capacityInBytes'}:
        found.add(f'{CONFIG}.DiskExtend')
    if 'backing' in differing and is_drive(device):
        found.add(f'{INTERACT}.SetCDMedia')
        differing.remove('backing')
    if 'connectable' in differing:
        now = present.get('connectable') or {}
        changed = {member for member, value in device['connectable'].items() if value != now.get(member)}
        found.update([f'{INTERACT}.DeviceConnection'] if 'connected' in changed else [])
        differing -= set() if changed - {'connected'} else {'connectable'}
    return found | ({f'{CONFIG}.EditDevice'} if differing - {'capacityInKB', 'capacityInBytes'} else set())


def needed_elsewhere(change, present):
    """Yields (reference, privilege) for the networks and datastores that a VirtualDeviceConfigSpec takes into use."""
    device = change['device']
    backing = device.get('backing') or {}
    if change.get('operation') == 'remove':
        return
    group = wire.at(backing, 'port.portgroupKey')
    network = wire.reference('DistributedVirtualPortgroup', group) if group else backing.get('network')
    if network and backing != present.get('backing'):
        yield network, 'Network.Assign'
    grows = device.get('capacityInKB') != present.get('capacityInKB') if present else change.get('fileOperation')
    if is_disk(device) and backing.get('datastore') and grows:
        yield backing['datastore'], 'Datastore.AllocateSpace'
