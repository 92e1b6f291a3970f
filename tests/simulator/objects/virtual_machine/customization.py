# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Guest customization: checked against the virtual machine, kept until the next power-on, and then done by the guest.

Source: the API pages of CheckCustomizationSpec, CustomizeVM_Task, CustomizationSpec and each CustomizationFault.
"""

from __future__ import annotations

from ...fault import Fault
from .guest_os import family

# Type of CustomizationSpec.identity -> family of the guest that can be given it.
FAMILIES = {
    'CustomizationLinuxPrep': 'linuxGuest', 'CustomizationCloudinitPrep': 'linuxGuest',
    'CustomizationSysprep': 'windowsGuest', 'CustomizationSysprepText': 'windowsGuest',
}
# What asks a user or a script that is not part of this server.
ASKING = frozenset((
    'CustomizationUnknownName', 'CustomizationCustomName', 'CustomizationUnknownIpGenerator',
    'CustomizationCustomIpGenerator'))


class Customization:
    """CheckCustomizationSpec and CustomizeVM_Task.

    pending_customization: the CustomizationSpec that the next power-on applies, or None. customization_status: as
    GuestInfo.customizationInfo names it, without its prefix. guest_identity: {'host_name', 'ip_address'} as far as a
    customization gave them.
    """

    pending_customization, customization_status = None, 'IDLE'

    def CheckCustomizationSpec(self, call, spec):
        """Raise the CustomizationFault that stands against the specification."""
        self.check('CheckCustomizationSpec')
        self.check_customization(spec)

    def CustomizeVM_Task(self, call, spec):
        """Keep the specification for the next power-on; raises CustomizationPending when one is kept already."""
        self.check('CustomizeVM_Task')
        if self.pending_customization is not None:
            raise Fault('CustomizationPending')
        self.check_customization(spec)
        return self.vcenter.start_task(self, call, lambda: self.keep_customization(spec))

    def check_customization(self, spec, config=None):
        """Raise a CustomizationFault for a CustomizationSpec that this machine, or one with `config`, cannot take."""
        config = config or self.configuration
        adapters = [device for device in config['hardware']['device'] if 'macAddress' in device]
        settings = spec.get('nicSettingMap', [])
        guest = family(config['guestId'])
        if guest not in FAMILIES.values():
            raise Fault('UncustomizableGuest', uncustomizableGuestOS=config['guestFullName'])
        if FAMILIES.get(spec['identity']['_typeName']) != guest:
            raise Fault('CustomizationFault', text='The specification is for another guest operating system.')
        if not any(device['_typeName'] == 'VirtualDisk' for device in config['hardware']['device']):
            raise Fault('NoDisksToCustomize')
        if len(settings) != len(adapters):
            raise Fault('NicSettingMismatch', numberOfNicsInSpec=len(settings), numberOfNicsInVM=len(adapters))
        if any(value.get('_typeName') in ASKING for value in _objects_in(spec)):
            raise Fault('IpHostnameGeneratorError')

    def keep_customization(self, spec):
        """Have the next power-on apply the specification."""
        self.pending_customization, self.customization_status = spec, 'PENDING'
        self.changed()

    def apply_customization(self):
        """What a guest that boots does of a kept specification; without VMware Tools nothing."""
        spec = self.pending_customization
        if spec is None or self.tools != 'running':
            return
        self.guest_identity = {**self.guest_identity, **_identity(spec, self.host_name)}
        self.pending_customization, self.customization_status = None, 'SUCCEEDED'

    def customization_info(self):
        """The GuestInfoCustomizationInfo."""
        return {'_typeName': 'GuestInfoCustomizationInfo',
                'customizationStatus': f'TOOLSDEPLOYPKG_{self.customization_status}'}


def _identity(spec, own_name):
    """The host name and address that a CustomizationSpec gives."""
    identity = spec['identity']
    name = identity.get('hostName') or identity.get('userData', {}).get('computerName') or {}
    given = {'CustomizationFixedName': name.get('name'), 'CustomizationVirtualMachineName': own_name,
             'CustomizationPrefixName': f'{name.get("base")}-1'}.get(name.get('_typeName'))
    domain = identity.get('domain')
    found = {'host_name': f'{given}.{domain}' if domain else given} if given else {}
    addresses = [each['adapter']['ip'].get('ipAddress') for each in spec.get('nicSettingMap', [])]
    return {**found, 'ip_address': addresses[0]} if addresses and addresses[0] else found


def _objects_in(value):
    """Every data object in a wire value."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _objects_in(each)
