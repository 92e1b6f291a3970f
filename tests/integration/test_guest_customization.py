# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.guest_customization: every kind of specification, as the server gets it, and what stands against it."""

from __future__ import annotations

import pytest

from . import faulty
from .places import LINUX, keep_specification

CUSTOMIZE = 'vsphere.vm.guest_customization'
BOTH_PATHS = '''
- name: Customize
  vsphere.vm.guest_customization:
    name: DC0_H0_VM0
    customization:
      hostname: web-07
      domain: example.com
      dns_servers: [192.0.2.53]
      dns_suffix: [example.com]
      timezone: Europe/Berlin
      hwclockUTC: true
      script_text: echo
    networks:
      - {ip: 192.0.2.17, netmask: 255.255.255.0, gateway: [192.0.2.1], dns_servers: [192.0.2.54], domain: lan}
- name: Have it done
  vsphere.vm.power: {name: DC0_H0_VM0, state: powered_on}
- name: See
  vsphere.vm.info: {name: DC0_H0_VM0, properties: [guest.hostName, guest.ipAddress]}
'''


@pytest.fixture
def simulator(start_simulator):
    simulator = start_simulator(vms=2)
    simulator.call(lambda: [vm.become_powered_off(True) for vm in simulator.vcenter.objects('VirtualMachine')])
    keep_specification(simulator, 'linux', LINUX)
    return simulator


def pending(simulator, moid='vm-1'):
    return simulator.call(lambda: simulator.vcenter.find(moid).pending_customization)


def member(spec, path):
    for name in path.split('.'):
        spec = spec[int(name)] if name.isdigit() else spec.get(name)
    return spec


def test_both_paths_do_the_same(ansible_playbook, simulator, path):
    run = ansible_playbook(BOTH_PATHS, path=path).assert_ok(changed=2)
    made = run.result('Customize')
    assert made['operation'] == 'CustomizeVM_Task' and made['task']['state'] == 'success'
    assert made['diff'] == {'before': {'customization': 'TOOLSDEPLOYPKG_IDLE'},
                            'after': {'customization': 'TOOLSDEPLOYPKG_PENDING'}}
    seen = str(run.result('See')['vm'])
    assert 'web-07.example.com' in seen and '192.0.2.17' in seen


LINUX_OPTIONS = {'hostname': 'a', 'domain': 'b', 'dns_servers': ['1.1.1.1'], 'dns_suffix': ['c'], 'timezone': 'UTC',
                 'hwclock_utc': False, 'script_text': 'x'}
WINDOWS_OPTIONS = {
    'password': 'secret-1', 'fullname': 'Ann', 'orgname': 'Org', 'productid': '123', 'timezone': '110', 'autologon': True,
    'autologoncount': 2, 'runonce': ['a', 'b'], 'joindomain': 'corp', 'domainadmin': 'joiner', 'domainou': 'ou',
    'domainadminpassword': 'secret-2'}
# Options -> {path in the CustomizationSpec that the server got: value}
SPECIFICATIONS = {
    'linux': ({'customization': LINUX_OPTIONS}, {
        'identity._typeName': 'CustomizationLinuxPrep', 'identity.hostName.name': 'a', 'identity.domain': 'b',
        'identity.timeZone': 'UTC', 'identity.hwClockUTC': False, 'identity.scriptText': 'x', 'options': None,
        'globalIPSettings.dnsServerList': ['1.1.1.1'], 'globalIPSettings.dnsSuffixList': ['c'],
        'nicSettingMap.0.adapter.ip._typeName': 'CustomizationDhcpIpGenerator'}),
    'addresses': ({'networks': [{'type': 'static', 'ip': '192.0.2.1', 'netmask': '255.0.0.0', 'gateway': ['192.0.2.9'],
                                 'mac': '00:50:56:00:00:01', 'domain': 'd', 'dns_servers': ['1.1.1.1']}]}, {
        'identity.hostName._typeName': 'CustomizationVirtualMachineName', 'nicSettingMap.0.macAddress': '00:50:56:00:00:01',
        'nicSettingMap.0.adapter.ip.ipAddress': '192.0.2.1', 'nicSettingMap.0.adapter.subnetMask': '255.0.0.0',
        'nicSettingMap.0.adapter.gateway': ['192.0.2.9'], 'nicSettingMap.0.adapter.dnsServerList': ['1.1.1.1'],
        'nicSettingMap.0.adapter.dnsDomain': 'd'}),
    'kept': ({'customization_spec': 'linux'}, {
        'identity.domain': 'example.com', 'nicSettingMap.0.adapter.ip._typeName': 'CustomizationDhcpIpGenerator'}),
    'kept with an address': ({'customization_spec': 'linux', 'networks': [{'ip': '192.0.2.1', 'netmask': '255.0.0.0'}]}, {
        'identity.domain': 'example.com', 'nicSettingMap.0.adapter.ip.ipAddress': '192.0.2.1'}),
    'cloud-init': ({'customization': {'os': 'cloud_init', 'cloud_init_metadata': 'm', 'cloud_init_userdata': 'user-data'}}, {
        'identity._typeName': 'CustomizationCloudinitPrep', 'identity.metadata': 'm', 'identity.userdata': 'user-data'}),
    'windows': ({'customization': WINDOWS_OPTIONS}, {
        'identity._typeName': 'CustomizationSysprep', 'identity.guiUnattended.password.value': 'secret-1',
        'identity.guiUnattended.timeZone': 110, 'identity.guiUnattended.autoLogon': True,
        'identity.guiUnattended.autoLogonCount': 2, 'identity.userData.fullName': 'Ann', 'identity.userData.orgName': 'Org',
        'identity.userData.productId': '123', 'identity.guiRunOnce.commandList': ['a', 'b'],
        'identity.identification.joinDomain': 'corp', 'identity.identification.domainAdmin': 'joiner',
        'identity.identification.domainAdminPassword.value': 'secret-2', 'identity.identification.domainOU': 'ou',
        'identity.identification.joinWorkgroup': None, 'options.changeSID': True}),
    'windows in a workgroup': ({'customization': {'hostname': 'w'}}, {
        'identity.userData.computerName.name': 'w', 'identity.identification.joinWorkgroup': 'WORKGROUP',
        'identity.guiUnattended.password': None}),
}


def test_every_specification_is_what_was_asked_for(ansible_playbook, simulator):
    for number, (name, (options, wanted)) in enumerate(SPECIFICATIONS.items()):
        vm = simulator.vm('vm-1')
        guest = 'windows2019srv_64Guest' if name.startswith('windows') else 'ubuntu64Guest'
        simulator.call(vm.edit_config, lambda config, guest=guest: config.update(guestId=guest))
        simulator.call(vm.set, 'name', f'vm{number}')
        run = ansible_playbook([{'name': name, CUSTOMIZE: {'moid': 'vm-1', **options}}], args=['-vvvv']).assert_ok(changed=1)
        for secret in ('secret-1', 'secret-2', 'user-data'):
            assert secret not in run.output
        held = pending(simulator)
        assert {path: member(held, path) for path in wanted} == wanted
        simulator.call(setattr, vm, 'pending_customization', None)


def test_check_mode_changes_nothing_and_checks(ansible_playbook, simulator):
    before = simulator.state()
    task = {'name': 'Customize', CUSTOMIZE: {'moid': 'vm-1', 'customization_spec': 'linux'}}
    run = ansible_playbook([task], args=['--check']).assert_ok(changed=1)
    assert run.result('Customize')['operation'] == 'CustomizeVM_Task'
    methods = [request['method'] for request in simulator.requests]
    assert 'CheckCustomizationSpec' in methods and 'CustomizeVM_Task' not in methods
    assert simulator.state() == before and pending(simulator) is None


def test_what_stands_against_it(ansible_playbook, simulator):
    simulator.call(simulator.vm('vm-2').become_powered_on)
    wrong = {
        'InvalidPowerState': {'moid': 'vm-2', 'networks': [{}]}, 'NicSettingMismatch': {'moid': 'vm-1', 'networks': [{}, {}]},
        'CustomizationFault': {'moid': 'vm-1', 'customization': {'os': 'windows'}},
        'NotFound': {'moid': 'vm-1', 'customization_spec': 'nothing'},
        'InvalidArgument': {'moid': 'vm-1', 'customization': {'os': 'windows', 'timezone': 'Berlin'}}}
    tasks = [{'name': f'{name} {check}', 'ignore_errors': True, 'check_mode': check, CUSTOMIZE: options}
             for name, options in wrong.items() for check in (True, False)]
    once = {'name': 'Once', CUSTOMIZE: {'moid': 'vm-1', 'networks': [{}]}}
    tasks += [once, {**once, 'name': 'CustomizationPending False', 'ignore_errors': True},
              {**once, 'name': 'CustomizationPending True', 'ignore_errors': True, 'check_mode': True},
              {'name': 'Nothing', 'ignore_errors': True, CUSTOMIZE: {'moid': 'vm-1'}},
              {'name': 'No mask', 'ignore_errors': True, CUSTOMIZE: {'moid': 'vm-1', 'networks': [{'ip': '192.0.2.1'}]}}]
    run = ansible_playbook(tasks)
    for name in (*wrong, 'CustomizationPending'):
        for check in (True, False):
            assert run.result(f'{name} {check}')['fault']['name'] == name
    assert run.result('CustomizationPending True')['fault']['category'] == 'busy'
    assert 'customization_spec' in run.result('Nothing')['msg'] and 'netmask' in run.result('No mask')['msg']


def test_faults(ansible_playbook, simulator):
    options, faults = {'moid': 'vm-1', 'networks': [{}]}, ('CustomizationFault', 'UncustomizableGuest', 'LinuxVolumeNotClean')
    tasks = faulty.order(simulator, CUSTOMIZE, options, 'CheckCustomizationSpec', *faults)
    tasks += faulty.order(simulator, CUSTOMIZE, options, 'CustomizeVM_Task', 'CustomizationPending',
                          in_task=('CustomizationFault', 'MountError'))
    run = ansible_playbook(tasks)
    faulty.assert_told(run, 'CheckCustomizationSpec', *faults)
    faulty.assert_told(run, 'CustomizeVM_Task', 'CustomizationPending', 'CustomizationFault', 'MountError')
