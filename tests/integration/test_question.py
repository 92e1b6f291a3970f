# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.question: told, answered by id, by its text and by default, left alone, and answers that fail."""

from __future__ import annotations

import pytest

from . import faulty, matrix

QUESTION = 'vsphere.vm.question'
PLAY = '''
- name: Tell
  vsphere.vm.question:
    moid: vm-1
- name: Forecast
  vsphere.vm.question: {moid: vm-1, question: msg.uuid.altered, response: I Moved It}
  check_mode: true
- name: Answer
  vsphere.vm.question: {moid: vm-1, question: msg.uuid.altered, response: I Moved It}
- name: Again
  vsphere.vm.question: {moid: vm-1, question: msg.uuid.altered, response: I Moved It}
'''


def ask(simulator, moid='vm-1'):
    """Has a machine wait for an answer while it is powered on; returns the id of the question."""
    vm = simulator.vm(moid)

    def begin():
        vm.become_powered_off(clean=True)
        vm.ask_on_power_on = True
        return vm.PowerOnVM_Task(call(simulator, 'PowerOnVM_Task'))
    simulator.call(begin)
    return simulator.call(vm.get, 'runtime.question')['id']


def call(simulator, method):
    """A call of the administrator's, as the server would make it."""
    from tests.simulator import schema
    from tests.simulator.call import Call

    vcenter = simulator.vcenter
    user = vcenter.access.user(simulator.username)
    session = vcenter.sessions.open(user, Call(vcenter.access, None, user, None), 'en')
    return Call(vcenter.access, session, user, schema.methods('VirtualMachine')[method])


@pytest.fixture
def asked(simulator):
    return ask(simulator)


def test_both_paths_do_the_same(ansible_playbook, simulator, asked, path):
    run = ansible_playbook(PLAY, path=path).assert_ok(changed=2)
    told = run.result('Tell')['vm']['question']
    assert told['id'] == asked and told['default'] == '2'
    assert [choice['label'] for choice in told['choices']] == ['Cancel', 'I Moved It', 'I Copied It']
    for name in ('Forecast', 'Answer'):
        assert run.result(name)['operation'] == 'AnswerVM'
        assert run.result(name)['diff'] == {'before': {'question': told}, 'after': {'question': None}}
    assert run.result('Answer')['vm']['question'] is None and run.result('Again')['changed'] is False
    assert simulator.call(simulator.vm('vm-1').get, 'runtime.powerState') == 'poweredOn'


@pytest.mark.parametrize('options', [
    {'use_default': True}, {'response': '2'}, {'choice': 'I Copied It', 'question': 'moved or copied'}])
def test_it_is_declared(ansible_playbook, simulator, asked, options):
    uuid = simulator.call(simulator.vm('vm-1').get, 'config.uuid')
    before = simulator.state()
    run = ansible_playbook([{'name': 'Check', QUESTION: {'moid': 'vm-1', **options}}], args=['--check']).assert_ok(changed=1)
    assert simulator.state() == before and run.result('Check')['operation'] == 'AnswerVM'
    matrix.assert_declared(ansible_playbook(matrix.tasks(QUESTION, {**options}, moid='vm-1')).assert_ok(), True)
    assert simulator.call(simulator.vm('vm-1').get, 'config.uuid') != uuid


def test_what_is_not_meant_is_left_alone(ansible_playbook, simulator, asked):
    left = {'Another id': {'question_id': 'other', 'use_default': True},
            'Another text': {'question': 'disk is full', 'response': '1'}, 'No answer': {'question_id': asked}}
    tasks = [{'name': name, QUESTION: {'moid': 'vm-1', **options}} for name, options in left.items()]
    run = ansible_playbook([*tasks, {'name': 'None pending', QUESTION: {'moid': 'vm-2', 'use_default': True}},
                            {'name': 'By id', QUESTION: {'moid': 'vm-1', 'question_id': asked, 'response': '1'}}])
    run.assert_ok(changed=1)
    for name in left:
        assert run.result(name)['vm']['question']['id'] == asked
    assert run.result('None pending')['vm']['question'] is None and run.result('By id')['changed']


def test_answers_of_a_fleet(ansible_playbook, simulator, asked):
    ask(simulator, 'vm-2')
    run = ansible_playbook([{'name': 'Fleet', QUESTION: {'where': {}, 'response': 'I Copied It'}}]).assert_ok(changed=1)
    assert [each['changed'] for each in run.result('Fleet')['results']] == [True, True]
    assert all(simulator.call(simulator.vm(moid).get, 'runtime.question') is None for moid in ('vm-1', 'vm-2'))


def test_answers_that_cannot_be_given(ansible_playbook, simulator, asked):
    wrong = {'Choice': {'response': 'Maybe'}, 'Pattern': {'question': 'uuid(', 'response': '1'}}
    tasks = [{'name': f'{name} {check}', 'check_mode': check, 'ignore_errors': True, QUESTION: {'moid': 'vm-1', **options}}
             for name, options in wrong.items() for check in (True, False)]
    run = ansible_playbook(tasks + faulty.order(simulator, QUESTION, {'moid': 'vm-1', 'response': '1'}, 'AnswerVM',
                                                'ConcurrentAccess', 'InvalidArgument'))
    for task in tasks:
        fault = run.result(task['name'])['fault']
        assert (fault['name'], fault['category']) == ('InvalidArgument', 'invalid_argument')
    assert 'I Moved It' in run.result('Choice True')['msg']
    faulty.assert_told(run, 'AnswerVM', 'ConcurrentAccess', 'InvalidArgument')
