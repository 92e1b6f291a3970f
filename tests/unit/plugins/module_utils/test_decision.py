# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Decisions as data, and the order in which their steps come."""

from __future__ import annotations

import pytest
from ansible_collections.vsphere.vm.plugins.module_utils import wire
from ansible_collections.vsphere.vm.plugins.module_utils.decision import Action, Change, Facts, in_sequence
from ansible_collections.vsphere.vm.plugins.module_utils.methods.step import Step


def step(method):
    return Step(wire.reference('VirtualMachine', 'vm-1'), method, None, {})


def taken(steps, answers):
    """The (method, last) of steps that are answered in turn, and of no more."""
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


def test_facts_are_kept_apart_from_what_stands_beside_them():
    facts = Facts({'a': 1}, summary={'b': 2})
    assert (facts.facts, facts.beside, facts.awaited) == ({'a': 1}, {'summary': {'b': 2}}, None)


def test_facts_may_have_to_be_waited_for():
    one = step('a')
    facts = Facts({})
    assert facts.after(one) is facts
    assert facts.awaited is one


@pytest.mark.parametrize(('before', 'after', 'differs'), [
    ({'a': 1}, {'a': 2}, True), ({'a': 1}, {'a': 1}, False), ({'a': [1, 2]}, {'a': [2, 1]}, True), ({}, {}, False),
])
def test_a_change_differs_if_before_and_after_do(before, after, differs):
    one = step('a')
    change = Change(before, after, one)
    assert change.differs is differs
    assert (change.before, change.after, change.steps) == (before, after, (one,))


def test_an_action_always_differs_and_says_what_it_does_beside_what_is_known():
    one = step('a')
    action = Action({'restarted': True}, one, state={'power_state': 'powered_on'})
    assert action.differs and action.steps == (one,)
    assert action.before == {'power_state': 'powered_on'}
    assert action.after == {'power_state': 'powered_on', 'restarted': True}
    assert Action({'done': True}).differs and Action({'done': True}).before == {}


def test_steps_come_in_turn_and_the_last_is_known():
    assert taken((step('a'), step('b'), step('c')), 'xyz') == [('a', False), ('b', False), ('c', True)]
    assert taken((step('a'),), 'x') == [('a', True)]
    assert taken((), '') == []


def test_a_step_may_depend_on_the_answer_before_it():
    steps = (step('a'), lambda answer: step(f'after {answer}'), lambda answer: step(f'then {answer}'))
    assert taken(steps, 'xyz') == [('a', False), ('after x', False), ('then y', True)]
    assert taken((lambda answer: step(f'first, {answer}'),), 'x') == [('first, None', True)]


def test_a_generator_is_sent_the_answers_and_knows_no_last_step():
    def steps():
        answer = yield step('a')
        if answer == 'go on':
            yield step('b')

    assert taken((steps(),), ['go on', None]) == [('a', False), ('b', False)]
    assert taken((steps(),), ['stop']) == [('a', False)]


def test_a_generator_may_have_no_steps():
    assert taken(((step(name) for name in ()),), '') == []


def test_check_mode_that_takes_no_step_sees_them_all_with_nothing_for_an_answer():
    answers = []

    def steps():
        answers.append((yield step('a')))
        answers.append((yield step('b')))

    assert [each.method for each, _last in in_sequence((steps(),))] == ['a', 'b']
    assert answers == [None, None]


def test_a_failure_between_steps_comes_through():
    def steps():
        yield step('a')
        raise LookupError('lost')

    with pytest.raises(LookupError, match='lost'):
        taken((steps(),), 'xy')
