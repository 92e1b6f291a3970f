# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a module decides: facts, a change or an action. Data only; operation.py applies it.

Knows nothing of how a step is taken.
"""

from __future__ import annotations

from .methods.step import Step


class Facts:
    """What a module reads: facts of the VM, and more that stands beside `vm` in the result."""

    awaited = None

    def __init__(self, facts, **beside):
        self.facts = facts
        self.beside = beside

    def after(self, step):
        """Returns these facts, which are true only when what a Step's `reached` tells has come; nothing is called.

        It is waited for outside check mode, and the facts are then decided on anew.
        """
        self.awaited = step
        return self


class Change:
    """A state to declare: `steps` lead from `before` to `after` (dicts of the same keys), taken only if these differ.

    A step is a Step, or a function of the answer to the step before it that returns one; or the only step is a
    generator that yields Steps and is sent their answers (None in check mode).
    """

    def __init__(self, before, after, *steps):
        self.before = before
        self.after = after
        self.steps = steps
        self.differs = before != after


class Action:
    """What is done each time it is asked: `what` says it in the diff, `state` is what is known of the VM."""

    def __init__(self, what, *steps, state=None):
        self.before = state or {}
        self.after = {**self.before, **what}
        self.steps = steps
        self.differs = True


def in_sequence(steps):
    """Yields (Step, whether it is the last) of a Change or an Action; send the answer of each to get the next.

    The last step of a generator is not known as such, so none of its steps is the last.
    """
    if len(steps) == 1 and hasattr(steps[0], 'send'):
        try:
            step = next(steps[0])
            while True:
                step = steps[0].send((yield step, False))
        except StopIteration:
            return
    answer = None
    for number, step in enumerate(steps, start=1):
        answer = yield (step if isinstance(step, Step) else step(answer)), number == len(steps)
