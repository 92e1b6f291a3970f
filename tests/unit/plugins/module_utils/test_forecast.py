# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What check mode tells of steps: by the state that was read, and by the privileges that the session holds."""

from __future__ import annotations

import pytest
from ansible_collections.vsphere.vm.plugins.module_utils import wire
from ansible_collections.vsphere.vm.plugins.module_utils.faults import Refusal
from ansible_collections.vsphere.vm.plugins.module_utils.forecast import foretell, taken
from ansible_collections.vsphere.vm.plugins.module_utils.methods.step import Step
from ansible_collections.vsphere.vm.plugins.module_utils.needs import Held
from ansible_collections.vsphere.vm.plugins.module_utils.virtual_machine import VirtualMachine

VM = wire.reference('VirtualMachine', 'vm-1')
HOST = wire.reference('HostSystem', 'host-1')


def step(method='PowerOnVM_Task', privilege=None, entity=None, **more):
    return Step(entity or VM, method, privilege, {}, **more)


def machine(*disabled):
    return VirtualMachine(VM, {'name': 'a%2fb', 'disabledMethod': list(disabled) or None})


def asked(steps, vm=None, held=lambda privilege: True):
    """The needs of a forecast, each as (type, moid, privileges), when `held` tells what the session holds."""
    needs = []
    forecast = foretell(steps, vm)
    answer = None
    try:
        while True:
            need = forecast.send(answer)
            assert isinstance(need, Held)
            needs.append((*need.key, need.privileges))
            answer = [held(privilege) for privilege in need.privileges]
    except StopIteration:
        return needs


def refusal(*steps, vm=None, **more):
    with pytest.raises(Refusal) as caught:
        asked(steps, vm, **more)
    return caught.value


def test_nothing_stands_against_a_step():
    assert asked([]) == []
    assert asked([step(forecasts={'InvalidPowerState': None})], machine('PowerOffVM_Task')) == []
    assert asked([step()], machine()) == []


def test_what_stands_against_a_step_is_told_under_the_faults_name():
    told = refusal(step(forecasts={'NotSupported': None, 'InvalidPowerState': 'a is off.', 'TaskInProgress': 'Later.'},
                        hints={'InvalidPowerState': 'Turn it on.', 'TaskInProgress': 'Wait.'}))
    assert told.message == 'PowerOnVM_Task would fail: a is off.'
    assert (told.name, told.category, told.operation, told.hint) == (
        'InvalidPowerState', 'state', 'PowerOnVM_Task', 'Turn it on.')


def test_without_a_hint_of_the_step_the_category_has_one():
    assert refusal(step(forecasts={'NotFound': 'No snapshot.'})).hint == Refusal('', 'NotFound').hint


def test_a_method_that_is_disabled_on_the_vm_would_fail():
    told = refusal(step(), vm=machine('ResetVM_Task', 'PowerOnVM_Task'))
    assert told.name == 'InvalidState'
    assert 'PowerOnVM_Task' in told.message and 'a/b' in told.message


@pytest.mark.parametrize(('name', 'told'), [
    ('InvalidPowerState', 'InvalidPowerState'), ('RecordReplayDisabled', 'RecordReplayDisabled'),
    ('ToolsUnavailable', 'InvalidState'), ('InvalidName', 'InvalidState')])
def test_a_step_may_know_why_its_method_is_disabled_and_all_else_comes_after_that(name, told):
    assert refusal(step(forecasts={name: 'No.'}), vm=machine('PowerOnVM_Task')).name == told


def test_a_template_does_not_support_what_is_disabled_on_it():
    vm = VirtualMachine(VM, {'name': 'a', 'disabledMethod': ['PowerOnVM_Task'], 'config.template': True})
    assert refusal(step(forecasts={'InvalidPowerState': 'a is off.'}), vm=vm).name == 'NotSupported'


def test_the_step_that_is_taken_in_the_end_is_known():
    guest, hard = step('ShutdownGuest', forecasts={'ToolsUnavailable': 'No tools.'}), step('PowerOffVM_Task')
    assert taken(guest.or_else(hard, 'ToolsUnavailable'), machine()) is hard
    assert taken(hard, machine()) is hard
    willing = step('ShutdownGuest')
    assert taken(willing.or_else(hard, 'ToolsUnavailable'), machine()) is willing


def test_a_method_that_an_earlier_step_enables_would_not_fail():
    assert asked([step().prepared()], machine('PowerOnVM_Task')) == []
    assert refusal(step(forecasts={'NotFound': 'Nothing.'}).prepared(), vm=machine()).name == 'NotFound'


def test_a_method_that_is_disabled_on_the_vm_is_not_so_on_other_objects():
    snapshot = wire.reference('VirtualMachineSnapshot', 'snapshot-1')
    assert asked([step('Rename_Task', target=snapshot), step('Rename_Task', entity=HOST)], machine('Rename_Task')) == []


def test_where_the_step_is_replaced_it_is_the_other_that_counts():
    shutdown = step('ShutdownGuest', forecasts={'ToolsUnavailable': 'No tools.'})
    assert asked([shutdown.or_else(step('PowerOffVM_Task'), 'ToolsUnavailable')]) == []
    other = step('PowerOffVM_Task', forecasts={'InvalidPowerState': 'a is off.'})
    assert refusal(shutdown.or_else(other, 'ToolsUnavailable')).operation == 'PowerOffVM_Task'
    assert refusal(shutdown.or_else(step('PowerOffVM_Task'), 'NotSupported')).operation == 'ShutdownGuest'


def test_the_first_step_to_fail_is_told_and_state_before_privileges():
    first = step('A', privilege='X')
    second = step('B', forecasts={'NotFound': 'Nothing.'})
    assert refusal(first, second, held=lambda privilege: False).operation == 'B'
    assert refusal(step('A', forecasts={'NotFound': 'Nothing.'}), second).operation == 'A'


def test_privileges_are_asked_for_once_an_object():
    steps = [step('A', 'X'), step('B', 'Y', entity=HOST), step('C'), step('D', 'Z'), step('E', 'W', target=HOST)]
    assert asked(steps) == [('VirtualMachine', 'vm-1', ['X', 'Z', 'W']), ('HostSystem', 'host-1', ['Y'])]


def test_a_step_may_need_several_privileges_and_some_on_other_objects():
    many = step('A', ('X', 'Y')).needs(HOST, 'Z')
    assert asked([many]) == [('VirtualMachine', 'vm-1', ['X', 'Y']), ('HostSystem', 'host-1', ['Z'])]
    assert refusal(many, held=lambda privilege: privilege != 'Y').details['privilegeId'] == 'Y'
    assert refusal(many, held=lambda privilege: privilege != 'Z').details['object']['value'] == 'host-1'


def test_a_privilege_that_the_session_lacks_is_named_with_its_object():
    told = refusal(step('A', 'X'), step('B', 'Y'), step('C', 'Z', entity=HOST), held=lambda privilege: privilege == 'X')
    assert told.message == 'B would fail: the user lacks the privilege Y.'
    assert (told.name, told.category, told.operation) == ('NoPermission', 'permission', 'B')
    assert told.details == {'privilegeId': 'Y', 'object': {'type': 'VirtualMachine', 'value': 'vm-1'}}
    told = refusal(step('A', 'X'), step('C', 'Z', entity=HOST), held=lambda privilege: privilege == 'X')
    assert told.details == {'privilegeId': 'Z', 'object': {'type': 'HostSystem', 'value': 'host-1'}}
