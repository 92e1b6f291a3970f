# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The fault tolerant group of a virtual machine, and what a secondary of it is to be like.

Source: the API pages of FaultToleranceConfigInfo, FaultToleranceConfigSpec and QueryFaultToleranceCompatibilityEx.
"""

from __future__ import annotations

from . import wire
from .faults import Refusal
from .placement import datastore_of, host_of
from .virtual_disks import existing_disk

STATES = {'notConfigured': 'not_configured', 'needSecondary': 'need_secondary'}


class FtGroup:
    """The group of a VM that was read with runtime.faultToleranceState and config.ftInfo.

    role: primary, secondary, or None without fault tolerance. primary: a reference or None. secondaries: references;
    a secondary knows of itself only.
    """

    def __init__(self, vm, params):
        self.vm = vm
        self.params = params
        info = vm['config.ftInfo'] or {}
        self.primary = info.get('primaryVM') or (vm.ref if info else None)
        self.role = None if not info else 'secondary' if 'primaryVM' in info else 'primary'
        self.secondaries = [vm.ref] if self.role == 'secondary' else info.get('secondaries') or []

    def facts(self):
        """Returns what is told of the group."""
        state = self.vm['runtime.faultToleranceState']
        return {'fault_tolerance': STATES.get(state, state), 'role': self.role,
                'primary': self.primary and self.primary['value'],
                'secondaries': [ref['value'] for ref in self.secondaries]}

    def secondary(self):
        """Returns the secondary that is meant: the one named, or the only one. Raises Refusal if there is none."""
        moids = [ref['value'] for ref in self.secondaries]
        wanted = self.params['secondary'] or next(iter(moids), None)
        if wanted not in moids or (len(moids) > 1 and not self.params['secondary']):
            told = f'its secondaries are {", ".join(moids)}' if moids else 'it has no secondary'
            raise Refusal(f'No secondary of {self.vm.name} is meant: {told}.', 'SecondaryVmNotRegistered',
                          hint='Create one with state: created, or name one of several as secondary.',
                          details={'secondary': self.params['secondary'], 'secondaries': moids})
        return self.secondaries[moids.index(wanted)]

    def new_primary(self):
        """Returns who is to be the primary: the secondary named, or the VM itself. Raises Refusal for a stranger."""
        if not self.role:
            return self.secondary()
        if self.params['secondary'] in (None, self.vm.moid):
            return self.vm.ref
        if self.params['secondary'] == self.primary['value']:
            return self.primary
        return self.secondary()

    def compatible_host(self):
        """Returns the host asked for, None if any will do. Raises Refusal with all that makes the VM incompatible."""
        step = self.vm.query_compatibility() if self.params['legacy'] else self.vm.query_compatibility_ex()
        issues = [wire.fault_parts(each) for each in self.vm.ask(step) or []]
        if issues:
            told = ' '.join(f'{message.rstrip(".")}.' for _name, message, _details, _cause in issues)
            raise Refusal(f'{self.vm.name} is not compatible with fault tolerance: {told}',
                          'VmConfigIncompatibleForFaultTolerance', operation=step.method,
                          hint='Remove the obstacles; the details have every fault.',
                          details={'faults': [{'name': name, 'message': message, 'details': details}
                                              for name, message, details, _cause in issues]})
        return host_of(self.vm.inventory, self.params)

    def is_placed(self):
        """Returns whether the options say where files of the secondary go."""
        return any(self.params[name] for name in ('datastore', 'metadata_datastore', 'disks'))

    def spec(self):
        """Returns the FaultToleranceConfigSpec with these places."""
        def datastore(name):
            return datastore_of(self.vm.inventory, name, near=self.vm.ref)
        disks = [wire.data('FaultToleranceDiskSpec', disk=existing_disk(self.vm, each['disk']),
                           datastore=datastore(each['datastore'])) for each in self.params['disks']]
        home, meta = (datastore(self.params[option]) for option in ('datastore', 'metadata_datastore'))
        return wire.data(
            'FaultToleranceConfigSpec',
            metaDataPath=meta and wire.data('FaultToleranceMetaSpec', metaDataDatastore=meta),
            secondaryVmSpec=wire.data('FaultToleranceVMConfigSpec', vmConfig=home, disks=disks or None))
