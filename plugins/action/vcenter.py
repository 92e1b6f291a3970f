# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The action plugin of every module of this collection (meta/runtime.yml redirects them here).

Where the connection is local it runs the module's Operation in the worker: no module is packed, no Python is started,
and all workers share one session. Anywhere else it ships the module as Ansible always does.
"""

from __future__ import annotations

import importlib
import os
from contextlib import contextmanager

from ansible import constants
from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.errors import UnsupportedError
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..module_utils import client
from ..plugin_utils import run_end
from ..plugin_utils.plain import plain
from ..plugin_utils.progress import Progress
from ..plugin_utils.run_session import RunKeeper

display = Display()


def operations():
    """Returns {name of a module: its Operation}."""
    package = f'{__package__.rpartition(".")[0]}.modules'
    files = os.listdir(os.path.join(os.path.dirname(os.path.dirname(__file__)), 'modules'))
    names = sorted(name.removesuffix('.py') for name in files if name.endswith('.py') and not name.startswith('_'))
    return {name: importlib.import_module(f'{package}.{name}').OPERATION for name in names}


# Done once, in the run's parent process, which imports this file before it forks the workers: what every worker had to
# load itself would be most of what a task costs.
OPERATIONS = operations()
run_end.register()


class ActionModule(ActionBase):
    """Runs a task of this collection in the controller, or has its module shipped."""

    TRANSFERS_FILES = False
    _supports_async = True
    _supports_check_mode = True

    def run(self, tmp=None, task_vars=None):
        """Returns the result of the task."""
        result = super().run(tmp, task_vars)
        operation = OPERATIONS[self._task.action.rpartition('.')[2]]
        options = with_targets(plain(self._task.args))
        if self._is_for_here(operation):
            return {**result, **self._run_here(operation, options, task_vars)}
        return {**result, **(self._unsupported(validated(operation, options)) or self._execute_module(
            module_args=options, task_vars=task_vars, wrap_async=bool(self._task.async_val)))}

    def _is_for_here(self, operation):
        """Tells whether a task runs in the worker."""
        # To the vCenter it is all one which user runs a task; to the files that it writes it is not.
        as_another_user = operation.writes_files and self._connection.become is not None
        return (self._connection.transport == 'local' and not self._task.async_val and client.requests is not None
                and not as_another_user)

    def _run_here(self, operation, options, task_vars):
        environment = {}
        self._compute_environment_string(environment)
        with environment_of_task(environment):
            found = validated(operation, options)
            params = found.validated_parameters
            unsupported = self._unsupported(found)
            if unsupported:
                return unsupported
            result = self._refusal(found) or self._run_operation(operation, params)
        if tells_invocation(task_vars):
            result['invocation'] = {'module_args': params}
        result['warnings'] = [f'Both option {each["option"]} and its alias {each["alias"]} are set.'
                              for each in found._warnings]
        return remove_values(result, found._no_log_values)

    def _run_operation(self, operation, params):
        with Progress(self._task.action, display.v) as progress:
            return operation.run(params, self._task.check_mode, RunKeeper(params), progress)

    def _refusal(self, found):
        """Returns the result for options that the spec refuses, in the words of a shipped module, or None."""
        if not found.errors.errors:
            return None
        return {'failed': True, 'msg': found.errors.msg}

    def _unsupported(self, found):
        """Returns the result for options that there are not, or None.

        Without `invocation`: one of them may be a password under another name, which nothing marks as one.
        """
        for error in found.errors.errors:
            # Told before all else: an option that is misspelt is often one that is missing then.
            if isinstance(error, UnsupportedError):
                told = f'Unsupported parameters for ({self._task.action}) module: {error.msg}'
                return remove_values({'failed': True, 'msg': told}, found._no_log_values)
        return None


def validated(operation, options):
    """Returns what the spec of an operation makes of options, as Ansible's ValidationResult."""
    return ArgumentSpecValidator(**operation.options.arguments()).validate(options)


def with_targets(options):
    """Returns options whose `vms` are as the spec has them."""
    vms = options.get('vms')
    if isinstance(vms, str):
        vms = [each.strip() for each in vms.split(',')]     # as Ansible makes a list of a text
    if not isinstance(vms, list):
        return options
    return {**options, 'vms': [as_target(each) for each in vms]}


def as_target(meant):
    """Returns one of `vms` as the spec has it.

    A text is a name, unless it is written as a dict, such as moid=vm-41. Of a dict with a moid nothing else counts, so
    that the `vm` of an earlier result, which tells much more, is taken as it is.
    """
    if isinstance(meant, str):
        return meant if set(meant) & set('={') else {'name': meant}
    return {'moid': meant['moid']} if isinstance(meant, dict) and meant.get('moid') else meant


def tells_invocation(task_vars):
    """Returns whether results tell the options of their task: a setting since ansible-core 2.21, always so before."""
    try:
        return constants.config.get_config_value('INJECT_INVOCATION', variables=task_vars)
    except AnsibleError:
        return True


@contextmanager
def environment_of_task(variables):
    """Gives this worker the task's `environment:` for as long as the task runs, as a shipped module would have it."""
    before = dict(os.environ)
    os.environ.update({name: str(value) for name, value in variables.items()})
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
