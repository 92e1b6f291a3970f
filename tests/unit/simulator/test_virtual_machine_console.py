# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The console, VMware Tools' installer, and what the guest is told."""

from __future__ import annotations

import pytest

from tests.simulator import Simulator, schema
from tests.unit.simulator.virtual_machine_client import Client

CONNECTION = {'_typeName': 'VirtualMachineMksConnection', 'label': 'mks', 'client': '192.0.2.9', 'userName': 'ann'}


@pytest.fixture
def vm():
    with Simulator(vms=2) as sim, Client(sim) as client:
        yield client.vm()


def keys(*codes):
    return {'_typeName': 'UsbScanCodeSpec',
            'keyEvents': [{'_typeName': 'UsbScanCodeSpecKeyEvent', 'usbHidCode': code} for code in codes]}


RUNNING_ONLY = [
    ('AcquireTicket', {'ticketType': 'mks'}, 'InvalidState'), ('AcquireMksTicket', {}, 'InvalidPowerState'),
    ('QueryConnections', {}, 'InvalidPowerState'), ('DropConnections', {}, 'InvalidPowerState'),
    ('CreateScreenshot_Task', {}, 'InvalidPowerState'),
    ('SetScreenResolution', {'width': 1, 'height': 1}, 'InvalidPowerState'),
    ('SetDisplayTopology', {'displays': []}, 'InvalidPowerState'), ('SendNMI', {}, 'InvalidState'),
    ('PutUsbScanCodes', {'spec': keys(4)}, 'InvalidPowerState'), ('ExtractOvfEnvironment', {}, 'InvalidState'),
    ('MountToolsInstaller', {}, 'InvalidState'), ('UnmountToolsInstaller', {}, 'InvalidState'),
    ('UpgradeTools_Task', {}, 'InvalidState'),
]


@pytest.mark.parametrize(('method', 'params', 'fault'), RUNNING_ONLY)
def test_only_while_running(vm, method, params, fault):
    assert vm.enter('off').fault(method, **params).name == fault


def test_tickets(vm):
    for kind in ('mks', 'webmks', 'guestControl', 'device', 'dnd'):
        ticket = vm.call('AcquireTicket', ticketType=kind)
        assert schema.problems(ticket, schema.find('VirtualMachineTicket')) == []
        assert ('url' in ticket) == (kind == 'webmks')
    assert vm.call('AcquireTicket', ticketType='mks') != vm.call('AcquireTicket', ticketType='mks')
    assert schema.problems(vm.call('AcquireMksTicket'), schema.find('VirtualMachineMksTicket')) == []
    assert vm.fault('AcquireTicket', ticketType='nothing').name == 'InvalidArgument'


def test_connections(vm):
    assert not vm.call('QueryConnections')
    vm.set(connections=[CONNECTION])
    assert vm.call('QueryConnections') == [CONNECTION] and vm.get('runtime.numMksConnections') == 1
    assert vm.call('DropConnections', listOfConnections=[{**CONNECTION, 'label': 'x'}]) is False
    assert vm.call('DropConnections', listOfConnections=[CONNECTION]) is True
    assert vm.get('runtime.numMksConnections') == 0 and vm.call('DropConnections') is True


def test_screen(vm):
    assert vm.run('CreateScreenshot_Task')['_value'].endswith('-1.png')
    vm.call('SetScreenResolution', width=800, height=600)
    assert vm.get('guest.screen')['width'] == 800
    display = {'_typeName': 'VirtualMachineDisplayTopology', 'y': 0, 'width': 1000, 'height': 700}
    vm.call('SetDisplayTopology', displays=[{**display, 'x': 0}, {**display, 'x': 1000}])
    assert vm.get('guest.screen')['width'] == 2000
    assert vm.fault('SetScreenResolution', width=0, height=1).name == 'InvalidArgument'
    assert vm.fault('SetScreenResolution', width=1, height=2 ** 31 - 1).wire['invalidProperty'] == 'height'
    for left in (-1000, 2 ** 31 - 1):
        assert vm.fault('SetDisplayTopology', displays=[{**display, 'x': left}]).name == 'InvalidArgument'
    vm.set(screenshot_count=255)
    assert vm.run('CreateScreenshot_Task')['_value'].endswith('-256.png')
    vm.set(tools='stopped')
    assert vm.fault('SetScreenResolution', width=800, height=600).name == 'ToolsUnavailable'
    assert vm.fault('SetDisplayTopology', displays=[{**display, 'x': 0}]).name == 'ToolsUnavailable'


def test_keyboard_and_interrupt(vm):
    assert vm.call('PutUsbScanCodes', spec=keys(4, 5, 6)) == 3
    assert vm.call('SendNMI') is None


def test_tools_installer(vm):
    assert vm.fault('UnmountToolsInstaller').name == 'InvalidState'
    vm.call('MountToolsInstaller')
    assert vm.get('runtime.toolsInstallerMounted') is True
    assert vm.fault('MountToolsInstaller').name == 'InvalidState'
    vm.call('UnmountToolsInstaller')
    vm.run('UpgradeTools_Task', installerOptions='/s')
    assert vm.get('config.tools.lastInstallInfo.counter') == 1
    vm.set(tools_outdated=True)
    assert vm.get('guest.toolsVersionStatus2') == 'guestToolsSupportedOld'
    vm.run('UpgradeTools_Task')
    assert vm.get('guest.toolsVersionStatus2') == 'guestToolsCurrent'
    vm.set(tools='absent')
    assert vm.fault('UpgradeTools_Task').name == 'ToolsUnavailable'


def test_the_tools_installer_needs_a_drive(vm):
    vm.run('ReconfigVM_Task', spec={'_typeName': 'VirtualMachineConfigSpec', 'deviceChange': [{
        '_typeName': 'VirtualDeviceConfigSpec', 'operation': 'remove',
        'device': next(each for each in vm.get('config.hardware')['device'] if each['_typeName'] == 'VirtualCdrom')}]})
    assert vm.fault('MountToolsInstaller').name == 'VmConfigFault'
    assert vm.fault('UpgradeTools_Task').name == 'VmConfigFault'


def test_ovf_environment(vm):
    assert vm.call('ExtractOvfEnvironment') == ''
    vm.set(ovf_environment='<Environment/>')
    assert vm.call('ExtractOvfEnvironment') == '<Environment/>'


def test_guest_information_is_cached_until_reset(vm):
    assert vm.fault('ResetGuestInformation').name == 'InvalidState'
    vm.run('PowerOffVM_Task')
    assert vm.get('guest.guestFullName')
    vm.call('ResetGuestInformation')
    assert vm.get('guest.guestFullName') is None


def test_a_running_task_is_not_in_the_way_of_the_console(vm):
    vm.client.sim.vcenter.settings.task_seconds = 0.3
    task = vm.call('CreateSnapshot_Task', name='x', memory=False, quiesce=False)
    for method, params, _fault in RUNNING_ONLY:
        schema_method = schema.methods('VirtualMachine')[method]
        if not schema_method.is_task and method not in ('SetDisplayTopology', 'MountToolsInstaller',
                                                        'UnmountToolsInstaller'):
            vm.call(method, **params)
    assert vm.fault('CreateScreenshot_Task').wire['task'] == task
    vm.finish(task)
