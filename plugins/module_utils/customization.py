# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The CustomizationSpec that the option group CUSTOMIZATION describes, or the one that vCenter keeps under a name.

Source: the API pages of CustomizationSpec, its identities and CustomizationSpecManager.
"""

from __future__ import annotations

from . import wire
from .device import is_adapter
from .faults import Fault, Refusal

# What has to be read of the VM: the kind of its guest and its adapters.
PROPERTIES = ('config.guestId', 'config.hardware.device')
UTC_OF_WINDOWS = '85'
WINDOWS = wire.data('CustomizationWinOptions', changeSID=True, deleteAccounts=False)


def customization_of(vm, params):
    """Returns the CustomizationSpec that the options ask for, None if they ask for none. Raises Refusal."""
    if not any(params[name] for name in ('customization_spec', 'customization', 'networks')):
        return None
    if params['customization_spec']:
        spec = vm.inventory.once(saved_spec, vm.inventory.client, params['customization_spec'])
        return spec if params['networks'] is None else {**spec, 'nicSettingMap': adapters(vm, params['networks'])}
    options = params['customization'] or {}
    kind = options.get('os') or ('windows' if (vm['config.guestId'] or '').startswith('win') else 'linux')
    return wire.data(
        'CustomizationSpec', identity=IDENTITIES[kind](options.get), options=WINDOWS if kind == 'windows' else None,
        nicSettingMap=adapters(vm, params['networks'] or []),
        globalIPSettings=wire.data('CustomizationGlobalIPSettings', dnsSuffixList=options.get('dns_suffix'),
                                   dnsServerList=options.get('dns_servers')))


def saved_spec(client, name):
    """Returns the CustomizationSpec that vCenter keeps under a name. Raises Refusal if there is none."""
    try:
        return client.call(client.service('customizationSpecManager'), 'GetCustomizationSpec', repeatable=True,
                           name=name)['spec']
    except Fault as fault:
        if fault.name != 'NotFound':
            raise
        raise Refusal(f'vCenter has no customization specification named {name!r}.', 'NotFound',
                      operation='GetCustomizationSpec', details={'customization_spec': name}) from fault


def adapters(vm, networks):
    """Returns a CustomizationAdapterMapping for each of `networks`, and by DHCP for each adapter beyond them."""
    count = sum(map(is_adapter, vm['config.hardware.device'] or []))
    return [adapter(**each) for each in [*networks, *([{}] * (count - len(networks)))]]


def adapter(type=None, mac=None, ip=None, netmask=None, gateway=None, dns_servers=None, domain=None):  # noqa: A002
    """Returns the CustomizationAdapterMapping of one entry of the option networks."""
    generator = wire.data('CustomizationFixedIp', ipAddress=ip) if ip and type != 'dhcp' else wire.data(
        'CustomizationDhcpIpGenerator')
    return wire.data('CustomizationAdapterMapping', macAddress=mac, adapter=wire.data(
        'CustomizationIPSettings', ip=generator, subnetMask=netmask, gateway=gateway, dnsServerList=dns_servers,
        dnsDomain=domain))


def name_of(option):
    """Returns the CustomizationName: the host name asked for, or the name of the virtual machine."""
    hostname = option('hostname')
    return wire.data('CustomizationFixedName', name=hostname) if hostname else wire.data(
        'CustomizationVirtualMachineName')


def password_of(text):
    """Returns the CustomizationPassword, or None."""
    return wire.data('CustomizationPassword', value=text, plainText=True) if text else None


def linux(option):
    """Returns the CustomizationLinuxPrep."""
    return wire.data('CustomizationLinuxPrep', hostName=name_of(option), domain=option('domain') or '',
                     timeZone=option('timezone'), hwClockUTC=option('hwclockUTC'), scriptText=option('script_text'),
                     password=password_of(option('password')))


def windows(option):
    """Returns the CustomizationSysprep."""
    run_once = option('runonce') and wire.data('CustomizationGuiRunOnce', commandList=option('runonce'))
    workgroup = None if option('joindomain') else option('joinworkgroup') or 'WORKGROUP'
    return wire.data(
        'CustomizationSysprep', guiRunOnce=run_once or None,
        guiUnattended=wire.data(
            'CustomizationGuiUnattended', password=password_of(option('password')),
            timeZone=windows_timezone(option('timezone') or UTC_OF_WINDOWS), autoLogon=bool(option('autologon')),
            autoLogonCount=option('autologoncount') or 1),
        userData=wire.data(
            'CustomizationUserData', fullName=option('fullname') or 'Administrator', orgName=option('orgname') or '',
            computerName=name_of(option), productId=option('productid') or ''),
        identification=wire.data(
            'CustomizationIdentification', joinWorkgroup=workgroup, joinDomain=option('joindomain'),
            domainAdmin=option('domainadmin'), domainAdminPassword=password_of(option('domainadminpassword')),
            domainOU=option('domainou')))


def windows_timezone(text):
    """Returns the number of a time zone. Raises Refusal for anything but a number."""
    if not text.isdecimal():
        raise Refusal(f'Windows has a number for each time zone; {text!r} is not one.', 'InvalidArgument',
                      details={'option': 'customization.timezone'})
    return int(text)


def cloud_init(option):
    """Returns the CustomizationCloudinitPrep."""
    return wire.data('CustomizationCloudinitPrep', metadata=option('cloud_init_metadata') or '',
                     userdata=option('cloud_init_userdata'))


IDENTITIES = {'linux': linux, 'windows': windows, 'cloud_init': cloud_init}
