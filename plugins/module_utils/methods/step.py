# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A step: one call of the API that has been decided on but not made.

Source of the privileges and faults: the API page of each method.
"""

from __future__ import annotations


class Step:
    """One call that changes something, not yet made.

    entity      reference of the object on which the privilege is needed
    target      reference of the object whose method it is, the same one unless told
    method      wire name of the method
    privilege   id of the privilege that the session needs on it, or several in a tuple; None if none is known
    parameters  by wire name; those that are None are left out
    forecasts   {fault name: sentence, or None if nothing stands against it}; what check mode can tell of the real call.
                A function returns either: it is called in check mode only, so that a real run need not read for it
    reached     for a call that returns before its work is done: (paths of the target, a function of {path: value} that
                tells when it is done)
    hints       {fault name: what to do}, where this method knows better than the fault's category
    """

    def __init__(self, entity, method, privilege, parameters, target=None, forecasts=None, reached=None, hints=None):
        self.entity = entity
        self.target = target or entity
        self.method = method
        self.privileges = []
        if privilege:
            self.needs(entity, *([privilege] if isinstance(privilege, str) else privilege))
        self.parameters = parameters
        self.forecasts = {name: sentence for name, sentence in (forecasts or {}).items() if sentence}
        self.reached = reached
        self.hints = hints or {}
        self.instead = None
        self.unless = ()
        self.patience = None
        self.is_prepared = False
        self.done_by = ()
        self.work = None

    def prepared(self):
        """Returns this step, which a step before it brings the VM into the state for."""
        self.is_prepared = True
        return self

    def needs(self, entity, *privileges):
        """Returns this step, for which the session needs privileges on an object, such as a datastore, too."""
        self.privileges += [(entity, privilege) for privilege in privileges]
        return self

    def unless_done(self, *faults):
        """Returns this step, which had nothing to do if the server answers with one of these faults."""
        self.done_by = faults
        return self

    def by(self, work):
        """Returns this step, which is not the one call of its name, but what `work(client)` does and returns.

        It is for what may take long, such as a transfer: a fleet's other runs go on meanwhile. So it may run in a
        thread of its own, and must not watch (watching.py). Like any call it is left out in check mode.
        """
        self.work = work
        return self

    def or_else(self, step, *faults, after=None):
        """Returns this step with another to take if it fails with one of these faults, or takes too long."""
        self.instead, self.unless, self.patience = step, (*faults, 'WaitTimeout'), after
        return self


class Methods:
    """The base of every family: how a VirtualMachine's methods become steps."""

    def _step(self, method, privilege, /, target=None, forecasts=None, reached=None, hints=None, **parameters):
        return Step(self.ref, method, privilege, parameters, target, forecasts, reached, hints)

    def _devices(self):
        """Returns the VM's devices, read now: for forecasts, where the module has no other use for them."""
        path = 'config.hardware.device'
        return self.inventory.properties(self.ref, path).get(path) or []

    def _needs_power(self, *states, fault='InvalidPowerState'):
        """Forecasts InvalidPowerState, or another fault of that meaning, unless the VM is in one of these states."""
        wrong = None if self.power_state in states else f'{self.name} is {self.power_state}, not {" or ".join(states)}.'
        return {fault: wrong}

    def _needs_tools(self, purpose):
        """Forecasts ToolsUnavailable if VMware Tools do not run in the guest."""
        silent = f'VMware Tools do not run in {self.name}, so its guest cannot be {purpose}.'
        return {'ToolsUnavailable': None if self.tools_running else silent}
