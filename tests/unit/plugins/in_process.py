# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tasks without ansible-playbook: options through the argument spec, then the Operation, as the action plugin does."""

from __future__ import annotations

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.vsphere.vm.plugins.action.vcenter import OPERATIONS
from ansible_collections.vsphere.vm.plugins.module_utils.client import Client
from ansible_collections.vsphere.vm.plugins.module_utils.keeper import Keeper


class SharedKeeper(Keeper):
    """Keeps one session for many tasks, in this process."""

    shared = True


class Tasks:
    """Runs tasks against a Simulator with one log-in; a context manager that logs out."""

    def __init__(self, simulator):
        self.keeper = SharedKeeper()
        self.connection = {'hostname': simulator.host, 'port': simulator.port, 'username': simulator.username,
                           'password': simulator.password, 'ca_cert': simulator.ca_cert}

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        if self.keeper.session:
            with Client(self.connection) as client:
                client.log_out(self.keeper.session)

    def validated(self, module, options):
        """What the argument spec makes of the options: (parameters, the message of its refusal or None)."""
        validated = ArgumentSpecValidator(**OPERATIONS[module].options.arguments()).validate(
            {**self.connection, **options})
        return validated.validated_parameters, validated.errors.msg if validated.errors.errors else None

    def run(self, module, check_mode=False, **options):
        """The result of a task; the options must pass the argument spec."""
        params, refused = self.validated(module, options)
        assert refused is None, refused
        return OPERATIONS[module].run(params, check_mode, self.keeper)
