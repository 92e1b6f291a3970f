# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What check mode can tell of a step without taking it: the failure that the real call would meet, by what reads tell.

Knows steps and the virtual machine; changes nothing. Source of the privileges: the API page of each method.
"""

from __future__ import annotations

from .faults import Refusal
from .needs import Held
from .wire import key_of

# What tells why a method is disabled; anything else that is wrong with a call comes after that.
SAYS_WHY = frozenset({'InvalidPowerState', 'InvalidState', 'NotFound', 'NotSupported', 'RecordReplayDisabled'})


def foretell(steps, vm=None):
    """Raises the failure that the first of these steps to fail would meet; a generator of needs.

    `vm` is the virtual machine that the steps work on.
    """
    for step in steps:
        foretell_state(step, vm)
    yield from foretell_privileges(steps)


def foretell_state(step, vm):
    """Raises Refusal, under the fault's name, for what stands against a step in the state that was read."""
    step = taken(step, vm)
    name, told = failure_of(step, vm)
    if name is not None:
        more = {'hint': step.hints[name]} if name in step.hints else {}
        raise Refusal(f'{step.method} would fail: {told}', name, operation=step.method, **more)


def taken(step, vm):
    """Returns the step that is taken in the end: the one that stands in for a step that would fail."""
    return step.instead if step.instead is not None and failure_of(step, vm)[0] in step.unless else step


def failure_of(step, vm):
    """Returns (fault name, sentence) of what stands against a step in the state that was read, or (None, None)."""
    told_of = ((name, told() if callable(told) else told) for name, told in step.forecasts.items())
    name, told = next((each for each in told_of if each[1]), (None, None))
    if vm is None or step.target != vm.ref or step.is_prepared or step.method not in (vm['disabledMethod'] or []):
        return name, told
    if vm['config.template']:
        return 'NotSupported', f'{vm.name} is a template.'
    if name in SAYS_WHY:
        return name, told
    return 'InvalidState', f'vCenter has disabled the method on {vm.name} in its present state.'


def foretell_privileges(steps):
    """Raises Refusal for the first privilege that the session lacks; one need for all steps on one object."""
    needed = {}
    for step in steps:
        for entity, privilege in step.privileges:
            needed.setdefault(key_of(entity), []).append((step, privilege))
    for key, on_one in needed.items():
        for (step, privilege), held in zip(on_one, (yield Held(key, [privilege for _step, privilege in on_one]))):
            if not held:
                lacking = {'privilegeId': privilege, 'object': {'type': key[0], 'value': key[1]}}
                raise Refusal(f'{step.method} would fail: the user lacks the privilege {privilege}.',
                              'NoPermission', operation=step.method, details=lacking)
