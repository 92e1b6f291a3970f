# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A module's operation: its deciding function, its options, and how it is run, on one target or on a fleet of them.

The module and the action plugin run the same Operation, one on the target host and one in the controller. With the
action plugin the only file that knows Ansible.
"""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule

from . import termination
from .client import Client
from .driving import drive
from .faults import Failure, Refusal
from .fleet import Fleet
from .lookup import Inventory
from .options import CONNECTION, FLEET, QUESTIONS, TARGET, TASK, Options, broken_text, out_of_bounds
from .questions import PENDING
from .run import Run

NOTHING = Options({})


class Operation:
    """A module: a deciding function with its options.

    decide        takes a VirtualMachine and the options; returns Facts, a Change or an Action. It only reads.
    options       the module's own Options
    properties    the property paths of the VM that decide looks at, or a function of the options that returns them
    related       the paths of references of the VM whose names decide looks up in `vm.names`, by moid
    absent        a deciding function for when there is no such VM, which takes a Vcenter; without it that is a failure
    changes       false for a module that only reads, which has no use for the task options
    targets_vm    false for a module that works on the vCenter; decide then takes a Vcenter
    answers       true for a module that answers the VM's questions itself, as decide says
    writes_files  true for a module that writes files on the machine that it runs on
    """

    def __init__(self, decide, options=NOTHING, properties=(), related=(), absent=None, changes=True, targets_vm=True,
                 answers=False, writes_files=False):
        self.decide = decide
        self.absent = absent
        self.properties = properties if callable(properties) else lambda params: properties
        self.related = related
        self.always_read = ('name',)
        if changes:
            self.always_read += (PENDING, 'disabledMethod', 'config.template', 'recentTask')
        self.targets_vm = targets_vm
        self.answers = answers
        self.writes_files = writes_files
        self.options = (CONNECTION + (TARGET + FLEET if targets_vm else NOTHING) + (TASK if changes else NOTHING)
                        + (QUESTIONS if changes and targets_vm and not answers else NOTHING) + options)

    def paths(self, params):
        """Returns the property paths to read of a VM, each once."""
        return list(dict.fromkeys((*self.always_read, *self.properties(params))))

    def run_as_module(self):
        """Runs as an Ansible module: in a process of its own, with a log-in of its own."""
        module = AnsibleModule(supports_check_mode=True, **self.options.arguments())
        with termination.in_order():
            result = self.run(module.params, module.check_mode)
        (module.fail_json if result.get('failed') else module.exit_json)(**result)

    def run(self, params, check_mode, keeper=None, progress=None):
        """Runs with validated options; returns the result of the task, `failed`, `msg` and `fault` in it if it failed.

        `keeper` keeps the session where several runs share one (keeper.Keeper); `progress` is told how far a fleet is.
        """
        try:
            wrong = out_of_bounds(params) or broken_text(params)
            if wrong:
                raise Refusal(wrong[1], 'InvalidArgument', details={'option': wrong[0]})
            with Client(params, keeper) as client:
                inventory = Inventory(client)
                if self.targets_vm and (params['vms'] is not None or params['where'] is not None):
                    return Fleet(self, client, inventory, params, check_mode, progress).run()
                run = Run(self, client, inventory, params, check_mode)
                drive(client, inventory, run.flow())
                return run.report
        except Failure as failure:
            return {'changed': False, **failure.as_result()}
