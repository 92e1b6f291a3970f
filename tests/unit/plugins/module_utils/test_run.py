# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One run in the process: what is told when the server stops answering, or stops saying anything, in the middle of it."""

from __future__ import annotations

import json

import pytest

from tests.simulator import Simulator
from tests.unit.plugins.in_process import Tasks

READ, OFF = 'RetrievePropertiesEx', 'PowerOffVM_Task'
CHANGES = 'QueryChangedDiskAreas'
DOWN = {'status': 503, 'body': 'no healthy upstream'}
TRIES = 3


@pytest.fixture
def tasks():
    with Simulator(vms=1) as simulator, Tasks(simulator) as running:
        running.simulator = simulator
        yield running


def test_a_call_whose_answer_is_lost_is_told_even_if_nothing_tells_whether_it_has_begun(tasks):
    tasks.simulator.order(OFF, drop='after')
    for order in [{}, *[DOWN] * TRIES]:
        tasks.simulator.order(READ, **order)
    fault = tasks.run('power', moid='vm-1', state='powered_off')['fault']
    assert (fault['name'], fault['operation']) == ('ConnectionLost', OFF)
    assert 'is not known' in fault['hint']
    assert [each['method'] for each in tasks.simulator.requests].count(OFF) == 1


def test_the_privilege_that_is_missing_is_in_the_message():
    power_off = 'VirtualMachine.Interact.PowerOff'
    users = {'low': {'password': 'secret', 'denied': [power_off]}}
    with Simulator(vms=1, users=users, username='low', password='secret') as simulator, Tasks(simulator) as running:
        told = running.run('power', moid='vm-1', state='powered_off')['msg']
    assert told.endswith(f'; the user lacks {power_off} on VirtualMachine vm-1 (NoPermission).')


def test_a_template_is_told_as_the_reason_where_the_server_only_says_not_supported(tasks):
    tasks.run('power', moid='vm-1', state='powered_off')
    tasks.run('template', moid='vm-1', state='template')
    fault = tasks.run('power', moid='vm-1', state='powered_on')['fault']
    assert (fault['name'], fault['hint'][:16]) == ('NotSupported', 'It is a template')
    tasks.run('template', moid='vm-1', state='virtual_machine')
    tasks.simulator.order('PowerOnVM_Task', 'NotSupported')
    assert 'template' not in tasks.run('power', moid='vm-1', state='powered_on')['fault']['hint']


@pytest.mark.parametrize('told', [{'startOffset': 0, 'length': 0}, {'startOffset': 0, 'length': 4096}])
def test_changes_are_not_asked_for_for_ever(tasks, told):
    answer = {'_typeName': 'DiskChangeInfo', **told}
    order = tasks.simulator.order(CHANGES, times=9, status=200, content_type='application/json', body=json.dumps(answer))
    fault = tasks.run('changed_blocks_info', moid='vm-1', disk='Hard disk 1')['fault']
    assert (fault['name'], fault['category'], fault['details']['offset']) == ('ChangesIncomplete', 'server', told['length'])
    assert 9 - order.times == (1 if told['length'] == 0 else 2)


def test_a_wait_that_is_over_tells_what_for_and_of_whom():
    with Simulator(vms=1, delay=0.5) as simulator, Tasks(simulator) as running:
        told = running.run('power', moid='vm-1', state='powered_off', timeout=0)
    assert told['msg'] == 'PowerOffVM_Task of DC0_H0_VM0 has not come to its end within 0 seconds; it runs on.'
    assert told['fault']['task'] == told['task']['moid']


def test_a_question_that_holds_up_no_task_is_answered_and_nothing_is_waited_for(tasks):
    tasks.simulator.call(tasks.simulator.vm('vm-1').ask_moved_or_copied)
    answers = [{'question': 'msg.uuid.altered', 'response': 'I Copied It'}]
    told = tasks.run('power', moid='vm-1', state='powered_off', question_answers=answers)
    assert (told['changed'], told['operation'], told['vm']['power_state']) == (True, OFF, 'powered_off')
    assert tasks.run('info', moid='vm-1', properties=['runtime.question'])['vm']['runtime'] == {'question': None}
