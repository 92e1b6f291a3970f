# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Options that nobody should give, for every module: each is taken, or refused by a failure that is one; nothing else."""

from __future__ import annotations

import json
import os

import pytest
from ansible_collections.vsphere.vm.plugins.action.vcenter import OPERATIONS
from ansible_collections.vsphere.vm.plugins.module_utils.options import BOUNDS, CONNECTION, FLEET, TARGET, TASK
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.simulator import Simulator
from tests.unit.plugins.agreement import check_failure
from tests.unit.plugins.in_process import Tasks

TEXTS = ['', ' ', 'a', '..', '../../not/here', '/', '//', '\\', 'a\nb', 'a\0b', '\x1b[2J', '{{ 1 }}', '%', '%2f', '[]', '[a] b', 'ü' * 300,
         '-1', '0', str(2 ** 70), '1e400', 'nan', 'true', '*', '<&"]]>', "'", '\ud800', 'a\udfff']
NUMBERS = [0, -1, 1, 2 ** 31, 2 ** 63, -2 ** 70, 1.5]
ODD = some.sampled_from([None, True, *TEXTS, *NUMBERS, [], [None], [''], [[]], {}, {'a': None}, {'': ''}, [{}]])
# Where a file is to go, from the folder that each test is in: what is absolute could be a file of this machine.
PATHS = [text for text in TEXTS if not text.startswith(('/', '~'))]
SHARED = {**CONNECTION.spec, **TARGET.spec, **FLEET.spec, **TASK.spec}
# What a task waits for in these tests is no longer than this.
PATIENCE = {'timeout': 1, 'busy_timeout': 0, 'request_timeout': 20}


def values(spec):
    """Values for an option: mostly of its type, so that they pass the argument spec, and odd ones."""
    kind = spec.get('type', 'str')
    if kind == 'path':
        return some.sampled_from(PATHS)
    if spec.get('options'):
        inner = some.fixed_dictionaries({}, optional={name: values(each) for name, each in spec['options'].items()})
        # A number in place of such a dict is more than Ansible's own validation can take.
        return inner if kind == 'dict' else some.lists(inner, max_size=2)
    of_type = {
        'str': some.sampled_from(TEXTS), 'bool': some.booleans(),
        'int': some.sampled_from(NUMBERS), 'float': some.sampled_from(NUMBERS), 'raw': ODD,
        'list': some.lists(some.sampled_from(spec.get('choices') or TEXTS), max_size=2),
        'dict': some.dictionaries(some.sampled_from(TEXTS), ODD, max_size=2)}[kind]
    good = some.sampled_from(spec['choices']) if spec.get('choices') and kind == 'str' else of_type
    return some.integers(0, 19).flatmap(lambda chance: ODD if chance == 19 else good)


def own(operation):
    """The module's own options, as strategies."""
    return {name: values(spec) for name, spec in operation.options.spec.items() if name not in SHARED and not spec.get('required')}


@pytest.fixture(scope='module', autouse=True)
def far_down(tmp_path_factory):
    """Has the tests of this file in a folder from which no path of theirs leads out of the temporary ones."""
    before = os.getcwd()
    folder = tmp_path_factory.mktemp('odd') / 'a' / 'b' / 'c' / 'd'
    folder.mkdir(parents=True)
    os.chdir(folder)
    yield
    os.chdir(before)


@pytest.fixture(scope='module')
def tasks():
    """Tasks against one simulator, which all examples change as they can."""
    with Simulator(vms=3) as simulator, Tasks(simulator) as running:
        yield running


def run(tasks, module, options, check_mode):
    """Runs a task with options as they are; what it says must be data, and a failure must be one."""
    params, refused = tasks.validated(module, options)
    if refused is not None:
        assert refused.strip()
        return
    result = OPERATIONS[module].run(params, check_mode, tasks.keeper)
    json.dumps(result)
    for each in [result, *result.get('results', ())]:
        if each.get('failed'):
            check_failure(each)


@pytest.mark.parametrize('module', sorted(OPERATIONS))
@settings(max_examples=settings.default.max_examples // 10)
@given(some.data())
def test_options_of_its_own(tasks, module, data):
    operation = OPERATIONS[module]
    required = {name: values(spec) for name, spec in operation.options.spec.items() if spec.get('required')}
    options = data.draw(some.fixed_dictionaries(required, optional=own(operation)))
    target = {'moid': data.draw(some.sampled_from(['vm-1', 'vm-2', 'vm-9']))} if operation.targets_vm else {}
    known = {name: value for name, value in PATIENCE.items() if name in operation.options.spec}
    run(tasks, module, {**options, **target, **known}, check_mode=data.draw(some.booleans()))


@pytest.mark.parametrize('module', ['info', 'power', 'vcenter', 'method'])
@settings(max_examples=settings.default.max_examples // 4)
@given(some.data())
def test_options_of_all(tasks, module, data):
    spec = OPERATIONS[module].options.spec
    mine = {'info': {}, 'power': {'state': 'powered_on'}, 'vcenter': {}, 'method': {'name': 'CurrentTime', 'object_type': 'ServiceInstance'}}[module]
    # What would lead to another server, or wait for one, is not tried.
    reaching = ('hostname', 'port', 'proxy_host', 'proxy_port', 'session_id', 'username', 'password', *PATIENCE)
    shared = {name: values(each) for name, each in spec.items() if name in SHARED and name not in reaching}
    options = data.draw(some.dictionaries(some.sampled_from(sorted(shared)), some.none(), max_size=3))
    options = {name: data.draw(shared[name]) for name in options}
    known = {name: value for name, value in PATIENCE.items() if name in spec}
    run(tasks, module, {**options, **mine, **known}, check_mode=data.draw(some.booleans()))


@settings(max_examples=settings.default.max_examples // 2)
@given(some.sampled_from([None, *TEXTS]), some.sampled_from(['present', 'absent']), some.booleans())
def test_sessions_that_nobody_has(tasks, session_id, state, check_mode):
    params, refused = tasks.validated('session', {'session_id': session_id, 'state': state})
    if refused is None:
        # Without the session of the other tests, which would stand in for the one that is named.
        result = OPERATIONS['session'].run(params, check_mode)
        json.dumps(result)
        if result.get('failed'):
            check_failure(result)
        else:
            assert result['changed'] == (state == 'present')


@pytest.mark.parametrize(('option', 'options'), [
    ('moid', {'moid': 'vm-\ud800'}), ('path', {'path': 'DC0/vm/\udfff'}), ('disk', {'moid': 'vm-1', 'disk': [{'label': '\ud800'}]}),
    ('datacenter', {'moid': 'vm-1', 'disk': [], 'datacenter': '\ud800'}), ('password', {'moid': 'vm-1', 'password': '\ud800'})])
def test_half_of_a_pair_is_refused_by_the_name_of_its_option(tasks, option, options):
    result = tasks.run('disk', **{'disk': [], **options})
    check_failure(result)
    assert result['fault']['details'] == {'option': option} and result['msg'].startswith(f'{option} contains half')


@pytest.mark.parametrize(('module', 'option', 'options'), [
    ('evc_mode', 'evc_mode', {'moid': 'vm-1', 'evc_mode': None}), ('method', 'method', {'method': '', 'object_moid': 'vm-1'})])
def test_what_passes_the_argument_spec_and_says_nothing(tasks, module, option, options):
    result = tasks.run(module, **options)
    check_failure(result)
    assert result['fault']['name'] == 'InvalidArgument' and result['fault']['details'] == {'option': option}


@pytest.mark.parametrize('option', BOUNDS)
@pytest.mark.parametrize('value', [-1, 2 ** 31, 2 ** 70])
def test_numbers_out_of_bounds_are_refused_by_name(tasks, option, value):
    target = {'moid': 'vm-1'} if option != 'concurrency' else {'vms': [{'moid': 'vm-1'}]}
    result = tasks.run('power', **target, state='powered_on', **{option: value})
    check_failure(result)
    assert result['fault']['details'] == {'option': option} and result['msg'].startswith(f'{option} is {value}')


@pytest.mark.parametrize('value', [' ', 'a b', '/', 'https://a', 'a@b', '[', '[::1]', '#', '?', 'a\\b', 'a\0b', 'a\nb'])
def test_hostname_is_a_name_and_nothing_else(tasks, value):
    result = tasks.run('power', moid='vm-1', state='powered_on', hostname=value)
    assert result['fault']['details'] == {'option': 'hostname'} and repr(value) in result['msg']


@pytest.mark.parametrize(('option', 'value'), [
    (name, value) for name in ('hostname', 'ca_cert', 'release', 'proxy_host')
    for value in ['', '..', '-', '%', 'a\0b', '{{ 1 }}', 'ü' * 300]])
def test_texts_that_lead_nowhere(tasks, option, value):
    params, refused = tasks.validated('power', {'moid': 'vm-1', 'state': 'powered_on', option: value})
    assert refused is None
    # A session that is there already would hide what is wrong.
    result = OPERATIONS['power'].run(params, False)
    json.dumps(result)
    if result.get('failed'):
        check_failure(result)
