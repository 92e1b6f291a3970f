# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The action plugin: which way a task goes, and that in the worker it finds what a shipped module would find."""

from __future__ import annotations

import json
import os
from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest
from ansible import constants
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.vsphere.vm.plugins.action import vcenter
from ansible_collections.vsphere.vm.plugins.module_utils.options import CONNECTION, Options
from ansible_collections.vsphere.vm.plugins.plugin_utils import run_folder
from ansible_collections.vsphere.vm.plugins.plugin_utils.run_session import RunKeeper

from tests.tools.collection import CHECKOUT

OPTIONS = CONNECTION + Options({
    'state': {'type': 'str', 'choices': ['on', 'off'], 'aliases': ['wanted']}, 'number': {'type': 'int'},
    'spec': {'type': 'dict'}, 'vms': {'type': 'list', 'elements': 'dict'},
    'questions': {'type': 'list', 'elements': 'dict', 'options': {'response': {'type': 'str'}}}}, required_by={'number': ['state']})


class Operation:
    """What stands in for a module's: it notes what it is run with, and what it finds in the environment."""

    options = OPTIONS
    writes_files = False

    def __init__(self):
        self.runs = []
        self.result = {'changed': True}
        self.work = lambda: self.result

    def run(self, params, check_mode, keeper, progress):
        self.runs.append(SimpleNamespace(params=params, check_mode=check_mode, keeper=keeper, progress=progress,
                                         environment=dict(os.environ)))
        return self.work()


@pytest.fixture
def operation(monkeypatch):
    made = Operation()
    monkeypatch.setitem(vcenter.OPERATIONS, 'power', made)
    return made


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """The folder of a run that has begun."""
    monkeypatch.setattr(constants, 'DEFAULT_LOCAL_TMP', str(tmp_path))
    os.close(run_folder.begin())
    for name in [name for name in os.environ if name.startswith('VMWARE_')]:
        monkeypatch.delenv(name)
    return tmp_path


def action(args, transport='local', asynchronous=0, check_mode=False, environment=None, name='vsphere.vm.power',
           become=None):
    """The plugin for a task; how it would ship its module is noted in `shipped`."""
    task = SimpleNamespace(action=name, args=args, async_val=asynchronous, check_mode=check_mode,
                           environment=environment)
    connection = MagicMock(transport=transport, become=become)
    made = vcenter.ActionModule(task, connection, MagicMock(), DataLoader(), Templar(DataLoader()))
    made.shipped = []
    made._execute_module = lambda **how: made.shipped.append(how) or {'changed': False, 'invocation': {}}
    return made


# -- which way


def test_where_the_connection_is_local_the_operation_runs_in_the_worker(operation):
    made = action({'hostname': 'vc', 'state': 'on', 'number': '7'})
    assert made.run(task_vars={})['changed'] is True
    (run,) = operation.runs
    assert [run.params[name] for name in ('hostname', 'state', 'number', 'port')] == ['vc', 'on', 7, 443]
    assert run.check_mode is False
    assert isinstance(run.keeper, RunKeeper)
    assert made.shipped == []


def test_check_mode_is_handed_on(operation):
    action({}, check_mode=True).run(task_vars={})
    assert operation.runs[0].check_mode is True


@pytest.mark.parametrize(('how', 'asynchronous'), [
    ({'transport': 'ssh'}, False), ({'transport': 'ssh', 'check_mode': True}, False),
    ({'asynchronous': 60}, True), ({'transport': 'ssh', 'asynchronous': 60}, True)])
def test_anywhere_else_and_in_the_background_the_module_is_shipped(operation, how, asynchronous):
    made = action({'state': 'on', 'vms': ['app-01']}, **how)
    assert made.run(task_vars={'a': 1}) == {'changed': False, 'invocation': {}}
    assert made.shipped == [{'module_args': {'state': 'on', 'vms': [{'name': 'app-01'}]}, 'task_vars': {'a': 1},
                             'wrap_async': asynchronous}]
    assert operation.runs == []


@pytest.mark.parametrize('writes_files', [True, False])
def test_files_belong_to_the_user_of_become_as_those_of_a_shipped_module(operation, writes_files):
    operation.writes_files = writes_files
    made = action({}, become=MagicMock())
    made.run(task_vars={})
    assert (len(made.shipped), len(operation.runs)) == ((1, 0) if writes_files else (0, 1))
    action({}).run(task_vars={})
    assert len(operation.runs) == (1 if writes_files else 2)


def test_without_requests_in_the_controller_the_module_is_shipped(operation, monkeypatch):
    monkeypatch.setattr(vcenter.client, 'requests', None)
    made = action({})
    made.run(task_vars={})
    assert len(made.shipped) == 1 and operation.runs == []


def test_every_module_has_its_operation():
    modules = {path.stem for path in (CHECKOUT / 'plugins' / 'modules').glob('*.py')}
    assert set(vcenter.OPERATIONS) == modules


@pytest.mark.parametrize('name', ['power', 'vsphere.vm.power'])
def test_a_task_may_name_its_module_in_short(operation, name):
    action({}, name=name).run(task_vars={})
    assert len(operation.runs) == 1


# -- options


@pytest.mark.parametrize(('args', 'told'), [
    ({'state': 'up'}, 'value of state must be one of: on, off, got: up'),
    ({'colour': 'red'}, 'Unsupported parameters for (vsphere.vm.power) module: colour'),
    ({'number': 'many'}, "argument 'number' is of type"),
    ({'number': 1}, "missing parameter(s) required by 'number': state"),
])
def test_options_that_the_spec_refuses_are_told_as_a_shipped_module_would(operation, args, told):
    result = action(args).run(task_vars={})
    assert result['failed'] is True and told in result['msg']
    assert operation.runs == []


@pytest.mark.parametrize('transport', ['local', 'ssh'])
def test_a_misspelt_option_is_told_before_the_one_that_is_missing_then(operation, transport):
    made = action({'number': 1, 'staet': 'on'}, transport)
    assert made.run(task_vars={})['msg'].startswith('Unsupported parameters for (vsphere.vm.power) module: staet.')
    assert operation.runs == made.shipped == []


@pytest.mark.parametrize('transport', ['local', 'ssh'])
@pytest.mark.parametrize('options', [
    {'passwrod': 'swordfish'}, {'password': 'swordfish', 'swordfish': 1}, {'questions': [{'passwrod': 'swordfish'}]}])
def test_a_password_is_not_told_where_its_option_is_misspelt(operation, transport, options):
    result = action(options, transport).run(task_vars={})
    assert result['msg'].startswith('Unsupported parameters')
    assert 'swordfish' not in json.dumps(result)


@pytest.mark.parametrize(('given', 'taken'), [
    (['app-01', 'büro 2'], [{'name': 'app-01'}, {'name': 'büro 2'}]),
    ('app-01, app-02', [{'name': 'app-01'}, {'name': 'app-02'}]),
    (['app-01', 'moid=vm-41', '{"path": "/DC0/vm/x"}', {'uuid': 'u'}],
     [{'name': 'app-01'}, {'moid': 'vm-41'}, {'path': '/DC0/vm/x'}, {'uuid': 'u'}]),
    ([{'moid': 'vm-41', 'name': 'app-01', 'snapshots': []}, {'moid': None, 'name': 'app-02'}],
     [{'moid': 'vm-41'}, {'moid': None, 'name': 'app-02'}]),
    ([], []),
    (None, None),
])
def test_a_text_among_vms_is_a_name_unless_it_is_written_as_a_dict_and_of_a_dict_a_moid_is_enough(operation, given, taken):
    action({'vms': given}).run(task_vars={})
    assert operation.runs[0].params['vms'] == taken


def test_options_come_from_the_environment_the_tasks_own_before_the_workers(operation, monkeypatch):
    monkeypatch.setenv('VMWARE_HOST', 'of-the-worker')
    monkeypatch.setenv('VMWARE_USER', 'of-the-worker')
    before = dict(os.environ)
    environment = [{'VMWARE_HOST': 'of-the-play', 'VMWARE_PORT': 1}, {'VMWARE_HOST': 'of-the-task'}]
    action({'port': 8443}, environment=environment).run(task_vars={})
    params = operation.runs[0].params
    assert (params['hostname'], params['username'], params['port']) == ('of-the-task', 'of-the-worker', 8443)
    assert operation.runs[0].environment['VMWARE_HOST'] == 'of-the-task'
    assert dict(os.environ) == before


def test_the_environment_is_as_before_also_after_a_failure(operation):
    before = dict(os.environ)
    operation.work = {}.popitem
    with pytest.raises(KeyError):
        action({}, environment=[{'HTTPS_PROXY': 'http://proxy', 'VMWARE_PORT': 8443}]).run(task_vars={})
    assert operation.runs[0].environment['HTTPS_PROXY'] == 'http://proxy'
    assert operation.runs[0].params['port'] == 8443
    assert dict(os.environ) == before


class Text(str):
    """As Ansible's tagged and vaulted texts are texts."""

    __slots__ = ()


def test_what_the_operation_gets_is_plain(operation):
    action({'hostname': Text('vc'), 'spec': {Text('a'): [Text('b'), 1, True, None, 1.5]}}).run(task_vars={})
    params = operation.runs[0].params
    assert params['spec'] == {'a': ['b', 1, True, None, 1.5]}
    assert {type(each) for each in (params['hostname'], *params['spec'], params['spec']['a'][0])} == {str}


def test_an_option_and_its_alias_are_warned_of(operation):
    result = action({'state': 'on', 'wanted': 'off'}).run(task_vars={})
    assert result['warnings'] == ['Both option state and its alias wanted are set.']
    assert action({'state': 'on'}).run(task_vars={})['warnings'] == []


# -- results


def test_no_secret_is_in_the_result_wherever_it_comes_from(operation):
    operation.result = {'changed': False, 'failed': True, 'msg': 'Log-in with a-secret failed.',
                        'fault': {'details': {'token': 'a-session', 'list': ['x a-secret']}}}
    result = action({'hostname': 'vc', 'pass': 'a-secret', 'session_id': 'a-session'}).run(task_vars={})
    assert 'a-secret' not in str(result) and 'a-session' not in str(result)
    assert result['msg'].startswith('Log-in with ')
    assert operation.runs[0].params['password'] == 'a-secret'


def test_the_result_tells_the_options_of_the_task(operation):
    result = action({'hostname': 'vc', 'state': 'on', 'password': 'a-secret'}).run(task_vars={})
    told = result['invocation']['module_args']
    assert (told['hostname'], told['state']) == ('vc', 'on')
    assert told['password'] == 'VALUE_SPECIFIED_IN_NO_LOG_PARAMETER'


@pytest.mark.parametrize('told', [True, False])
def test_a_setting_may_leave_them_out(operation, monkeypatch, told):
    config = MagicMock()
    config.get_config_value.return_value = told
    monkeypatch.setattr(vcenter.constants, 'config', config)
    assert ('invocation' in action({}).run(task_vars={'a': 1})) is told
    config.get_config_value.assert_called_with('INJECT_INVOCATION', variables={'a': 1})
    config.get_config_value.side_effect = AnsibleError('no such setting')
    assert vcenter.tells_invocation({}) is True


def test_progress_is_shown_and_no_note_is_left(operation, folder, monkeypatch):
    state = {'total': 1, 'done': [], 'failed': 0, 'running': [], 'not_begun': [{'moid': 'vm-1', 'name': 'a'}]}
    shown = []
    monkeypatch.setattr(vcenter.display, 'v', shown.append)
    operation.run = lambda params, check_mode, keeper, progress: progress(state) or {'changed': False}
    action({}).run(task_vars={})
    assert shown == [f'vsphere.vm.power: [{20 * " "}] 0 of 1 done, 0 failed, 0 running, 1 not begun']
    assert not list(folder.glob('*.fleet'))
