# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Power: the states, the guest, the question, and the faults of each operation."""

from __future__ import annotations

import pytest

from tests.simulator import Simulator
from tests.unit.simulator.virtual_machine_client import OFF, ON, SUSPENDED, Client, wait_for


@pytest.fixture
def vm():
    with Simulator(vms=2) as sim, Client(sim) as client:
        yield client.vm()


def power_state(vm):
    return vm.get('runtime.powerState')


def test_off_and_on(vm):
    vm.run('PowerOffVM_Task')
    runtime = vm.get('runtime')
    assert runtime['powerState'] == OFF and runtime['cleanPowerOff'] is False and 'bootTime' not in runtime
    assert vm.get('guest.toolsRunningStatus') == 'guestToolsNotRunning'
    assert vm.get('guest.ipAddress') is None and vm.get('guest.guestState') == 'notRunning'
    vm.run('PowerOnVM_Task')
    assert power_state(vm) == ON and vm.get('runtime.bootTime')
    wait_for(lambda: vm.get('guest.toolsRunningStatus'), 'guestToolsRunning'.__eq__)
    assert vm.get('guest.ipAddress') and vm.get('guest.hostName') and vm.get('guest.net')


@pytest.mark.parametrize(('method', 'state', 'requested'), [
    ('PowerOnVM_Task', 'on', ON), ('PowerOffVM_Task', 'off', OFF), ('PowerOffVM_Task', 'suspended', OFF),
    ('SuspendVM_Task', 'off', SUSPENDED), ('SuspendVM_Task', 'suspended', SUSPENDED), ('ResetVM_Task', 'off', ON),
    ('ResetVM_Task', 'suspended', ON), ('ShutdownGuest', 'off', OFF), ('RebootGuest', 'off', ON),
    ('StandbyGuest', 'suspended', SUSPENDED),
])
def test_wrong_power_state(vm, method, state, requested):
    fault = vm.enter(state).fault(method)
    assert fault.name == 'InvalidPowerState'
    assert fault.wire['requestedState'] == requested
    assert fault.wire['existingState'] == power_state(vm)


@pytest.mark.parametrize('method', ['PowerOnVM_Task', 'PowerOffVM_Task', 'SuspendVM_Task', 'ResetVM_Task'])
def test_a_template_has_no_power(vm, method):
    assert vm.enter('template').fault(method).name == 'NotSupported'


def test_suspend_and_resume_keep_the_boot_time(vm):
    boot_time = vm.get('runtime.bootTime')
    vm.run('SuspendVM_Task')
    assert power_state(vm) == SUSPENDED and vm.get('runtime.suspendTime')
    assert vm.get('guest.toolsRunningStatus') == 'guestToolsNotRunning'
    vm.run('PowerOnVM_Task')
    assert power_state(vm) == ON and vm.get('runtime.bootTime') == boot_time
    assert vm.get('guest.toolsRunningStatus') == 'guestToolsRunning'


def test_reset_boots_anew(vm):
    boot_time = vm.get('runtime.bootTime')
    vm.run('ResetVM_Task')
    assert power_state(vm) == ON and vm.get('runtime.bootTime') > boot_time


def test_terminate(vm):
    assert vm.call('TerminateVM') is None
    assert power_state(vm) == OFF
    assert vm.fault('TerminateVM').name == 'InvalidState'


def test_power_on_with_a_host(vm):
    vm.run('PowerOffVM_Task')
    strange = vm.client.sim.vm('DC0_C0_RP0_VM0').host
    fault = vm.fault('PowerOnVM_Task', host=strange)
    assert (fault.name, fault.wire['invalidProperty']) == ('InvalidArgument', 'host')
    vm.run('PowerOnVM_Task', host=vm.get('runtime.host'))
    assert power_state(vm) == ON


def test_busy(vm):
    vm.client.sim.vcenter.settings.task_seconds = 0.3
    task = vm.call('PowerOffVM_Task')
    fault = vm.fault('PowerOffVM_Task')
    assert (fault.name, fault.wire['task']) == ('TaskInProgress', task)
    assert vm.fault('ShutdownGuest').name == 'TaskInProgress'
    assert vm.fault('PowerOnVM_Task').name == 'TaskInProgress'
    vm.finish(task)


def test_shutdown_follows_later(vm):
    vm.client.sim.vcenter.settings.guest_seconds = 0.2
    assert vm.call('ShutdownGuest') is None
    assert power_state(vm) == ON and vm.get('guest.guestState') == 'shuttingDown'
    wait_for(lambda: power_state(vm), OFF.__eq__)
    assert vm.get('runtime.cleanPowerOff') is True


def test_a_guest_may_ignore_a_shutdown(vm):
    vm.set(guest_ignores_shutdown=True)
    vm.call('ShutdownGuest')
    wait_for(lambda: vm.get('guest.guestState'), 'running'.__eq__)
    assert power_state(vm) == ON


def test_reboot_stops_tools_for_a_while(vm):
    vm.client.sim.vcenter.settings.guest_seconds = 0.2
    boot_time = vm.get('runtime.bootTime')
    vm.call('RebootGuest')
    assert vm.get('guest.toolsRunningStatus') == 'guestToolsNotRunning'
    assert vm.get('guest.guestState') == 'resetting'
    wait_for(lambda: vm.get('guest.toolsRunningStatus'), 'guestToolsRunning'.__eq__)
    assert power_state(vm) == ON and vm.get('runtime.bootTime') == boot_time


def test_standby_suspends_or_sleeps(vm):
    vm.call('StandbyGuest')
    wait_for(lambda: power_state(vm), SUSPENDED.__eq__)
    vm.run('PowerOnVM_Task')
    vm.reconfigure(powerOpInfo={'_typeName': 'VirtualMachineDefaultPowerOpInfo', 'standbyAction': 'powerOnSuspend'})
    vm.call('StandbyGuest')
    wait_for(lambda: vm.get('runtime.onlineStandby'), bool)
    assert power_state(vm) == ON and vm.get('guest.guestState') == 'standby'
    vm.call('RebootGuest')
    wait_for(lambda: vm.get('guest.guestState'), 'running'.__eq__)
    assert vm.get('runtime.onlineStandby') is False


def test_a_standby_is_pending_until_the_guest_follows(vm):
    vm.client.sim.vcenter.settings.guest_seconds = 3600
    vm.call('StandbyGuest')
    assert power_state(vm) == ON and vm.get('guest.guestState') == 'standby'
    assert vm.get('runtime.onlineStandby') is False and vm.get('guest.toolsRunningStatus') == 'guestToolsRunning'


@pytest.mark.parametrize('method', ['ShutdownGuest', 'RebootGuest', 'StandbyGuest'])
@pytest.mark.parametrize(('tools', 'status'), [('absent', 'toolsNotInstalled'), ('stopped', 'toolsNotRunning')])
def test_the_guest_is_reached_through_tools(vm, method, tools, status):
    vm.set(tools=tools)
    assert vm.get('guest.toolsStatus') == status
    assert vm.fault(method).name == 'ToolsUnavailable'


def asked(vm):
    """Power on a machine that asks; (its task, the question)."""
    vm.run('PowerOffVM_Task')
    vm.set(ask_on_power_on=True)
    task = vm.call('PowerOnVM_Task')
    return task, vm.get('runtime.question')


def test_a_question_holds_the_power_on(vm):
    task, question = asked(vm)
    assert 'msg.uuid.altered' in question['text'] and 'AnswerVM' not in vm.get('disabledMethod')
    assert [choice['label'] for choice in question['choice']['choiceInfo']] == ['Cancel', 'I Moved It', 'I Copied It']
    assert wait_for(lambda: vm.other(task).get('info.state'), 'queued'.__ne__) == 'running'
    uuid = vm.get('config.uuid')
    vm.call('AnswerVM', questionId=question['id'], answerChoice='2')
    vm.finish(task)
    assert power_state(vm) == ON and vm.get('runtime.question') is None
    assert vm.get('config.uuid') != uuid


def test_moved_keeps_the_uuid(vm):
    uuid = vm.get('config.uuid')
    task, question = asked(vm)
    vm.call('AnswerVM', questionId=question['id'], answerChoice='1')
    vm.finish(task)
    assert vm.get('config.uuid') == uuid


def test_cancel_fails_the_power_on(vm):
    task, question = asked(vm)
    assert vm.fault('AnswerVM', questionId='other', answerChoice='1').wire['invalidProperty'] == 'questionId'
    assert vm.fault('AnswerVM', questionId=question['id'], answerChoice='9').wire['invalidProperty'] == 'answerChoice'
    vm.call('AnswerVM', questionId=question['id'], answerChoice='0')
    with pytest.raises(Exception, match='GenericVmConfigFault'):
        vm.finish(task)
    assert power_state(vm) == OFF
    assert vm.fault('AnswerVM', questionId=question['id'], answerChoice='1').name == 'InvalidArgument'
