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
        if self._connection.transport != 'local' or self._task.async_val or client.requests is None:
            return {**result, **self._execute_module(task_vars=task_vars, wrap_async=bool(self._task.async_val))}
        return {**result, **self._run_here(task_vars)}

    def _run_here(self, task_vars):
        operation = OPERATIONS[self._task.action.rpartition('.')[2]]
        environment = {}
        self._compute_environment_string(environment)
        with environment_of_task(environment):
            validated = ArgumentSpecValidator(**operation.options.arguments()).validate(plain(self._task.args))
            params = validated.validated_parameters
            result = self._refusal(validated) or self._run_operation(operation, params)
        if tells_invocation(task_vars):
            result['invocation'] = {'module_args': params}
        result['warnings'] = [f'Both option {each["option"]} and its alias {each["alias"]} are set.'
                              for each in validated._warnings]
        return remove_values(result, validated._no_log_values)

    def _run_operation(self, operation, params):
        with Progress(self._task.action, display.v) as progress:
            return operation.run(params, self._task.check_mode, RunKeeper(params), progress)

    def _refusal(self, validated):
        """Returns the result for options that the spec refuses, in the words of a shipped module, or None."""
        if not validated.errors.errors:
            return None
        told = validated.errors.msg
        if isinstance(validated.errors[0], UnsupportedError):
            told = f'Unsupported parameters for ({self._task.action}) module: {told}'
        return {'failed': True, 'msg': told}


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
