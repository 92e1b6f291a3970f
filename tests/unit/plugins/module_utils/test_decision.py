# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Decisions as data, and the order in which their steps come."""

from __future__ import annotations

from ansible_collections.vsphere.vm.plugins.module_utils.decision import Action, Change, in_sequence
from ansible_collections.vsphere.vm.plugins.module_utils.methods.step import Step


def step(method):
    return Step({'type': 'VirtualMachine', 'value': 'vm-1'}, method, None, {})


def taken(steps, answers):
    """The (method, last) of steps that are answered in turn."""
    sequence = in_sequence(steps)
    seen = []
    try:
        each, last = next(sequence)
        for answer in answers:
            seen.append((each.method, last))
            each, last = sequence.send(answer)
    except StopIteration:
        return seen
    raise AssertionError(f'more steps than answers: {each.method}')


def test_a_change_differs_or_not():
    assert Change({'a': 1}, {'a': 2}).differs
    assert not Change({'a': 1}, {'a': 1}).differs


def test_an_action_always_differs_and_says_what_it_does():
    action = Action({'restarted': True}, state={'power_state': 'powered_on'})
    assert action.differs
    assert action.after == {'power_state': 'powered_on', 'restarted': True}


def test_steps_come_in_turn_and_the_last_is_known():
    assert taken((step('a'), step('b')), 'xy') == [('a', False), ('b', True)]
    assert taken((), '') == []


def test_a_step_may_depend_on_the_answer_before_it():
    assert taken((step('a'), lambda answer: step(f'after {answer}')), 'xy') == [('a', False), ('after x', True)]


def test_a_generator_is_sent_the_answers():
    def steps():
        answer = yield step('a')
        if answer == 'go on':
            yield step('b')

    assert taken((steps(),), ['go on', None]) == [('a', False), ('b', False)]
    assert taken((steps(),), ['stop']) == [('a', False)]


def test_list_of_a_sequence_sends_nothing():
    def steps():
        answer = yield step('a')
        assert answer is None
        yield step('b')

    assert [each.method for each, _last in in_sequence((steps(),))] == ['a', 'b']
