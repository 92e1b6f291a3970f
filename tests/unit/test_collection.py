# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The collection's own rules, each on the real files, and on a sample that breaks it."""

from __future__ import annotations

import importlib
import statistics

import pytest
import yaml

from tests.tools import documented, rules
from tests.tools.collection import CHECKOUT

PLUGINS = CHECKOUT / 'plugins'
PACKAGE = 'ansible_collections.vsphere.vm.plugins'
MODULES = {path.stem: path.read_text(encoding='utf-8') for path in sorted((PLUGINS / 'modules').glob('*.py'))}
CODE = {path.relative_to(PLUGINS).as_posix(): path.read_text(encoding='utf-8')
        for folder in ('modules', 'module_utils') for path in sorted((PLUGINS / folder).rglob('*.py'))}
FRAGMENTS = sorted(path.stem for path in (PLUGINS / 'doc_fragments').glob('*.py') if path.stem != 'attributes')
RUNTIME = yaml.safe_load((CHECKOUT / 'meta' / 'runtime.yml').read_text(encoding='utf-8'))
README = (CHECKOUT / 'README.md').read_text(encoding='utf-8')


def groups():
    """The option groups: name in lower case -> spec."""
    module = importlib.import_module(f'{PACKAGE}.module_utils.options')
    return {name.lower(): value.spec for name, value in vars(module).items() if isinstance(value, module.Options)}


def specs():
    """The argument spec of every module."""
    return {name: importlib.import_module(f'{PACKAGE}.modules.{name}').OPERATION.options.spec for name in MODULES}


def documents(name):
    """A module's DOCUMENTATION, EXAMPLES and RETURN as text."""
    module = importlib.import_module(f'{PACKAGE}.modules.{name}')
    return module.DOCUMENTATION, module.EXAMPLES, module.RETURN


each_module = pytest.mark.parametrize('name', list(MODULES))


@each_module
def test_module_only_decides(name):
    assert rules.forbidden_words(MODULES[name]) == []


@pytest.mark.parametrize('path', list(CODE))
def test_file_is_short(path):
    assert rules.too_long(CODE[path], rules.LINES[path.partition('/')[0]]) == []


def test_modules_are_short():
    """What a module decides takes a screen; the median tells when long ones become the rule."""
    assert statistics.median(len(rules.code_lines(text)) for text in MODULES.values()) <= 40


@each_module
def test_module_is_documented(name):
    assert rules.missing_documents(MODULES[name]) == []


@each_module
def test_module_has_an_integration_test(name):
    tests = CHECKOUT / 'tests' / 'integration' / f'test_{name}.py'
    assert tests.is_file()
    assert f'vsphere.vm.{name}:' in tests.read_text(encoding='utf-8')


def test_every_module_is_in_the_action_group():
    assert rules.differs(MODULES, RUNTIME['action_groups']['vcenter'], 'the action group vcenter') == []


def test_every_module_is_redirected_to_the_action_plugin():
    redirects = {name: entry['redirect'] for name, entry in RUNTIME['plugin_routing']['action'].items()}
    # The module that has the action plugin's own name needs none.
    assert rules.differs(MODULES.keys() - {'vcenter'}, redirects, 'plugin_routing.action') == []
    assert set(redirects.values()) == {'vsphere.vm.vcenter'}


def test_every_module_is_in_the_readme():
    assert rules.differs(MODULES, rules.table_of(README), 'the table of README.md') == []


def test_every_group_has_its_fragment():
    assert rules.differs(groups(), FRAGMENTS, 'plugins/doc_fragments') == []


@pytest.mark.parametrize('name', FRAGMENTS)
def test_group_and_fragment_say_the_same(name):
    fragment = importlib.import_module(f'{PACKAGE}.doc_fragments.{name}').ModuleDocFragment
    assert rules.unlike(groups()[name], yaml.safe_load(fragment.DOCUMENTATION)['options']) == []


@pytest.mark.parametrize('path', list(CODE))
def test_imports_go_down(path):
    assert rules.wrong_imports(path, CODE[path]) == []


def test_no_sanity_test_is_ignored():
    assert list((CHECKOUT / 'tests' / 'sanity').glob('ignore*')) == []


@each_module
def test_examples_are_right(name):
    examples = documents(name)[1]
    assert rules.wrong_tasks(examples, specs()) == []
    assert f'vsphere.vm.{name}:' in examples


def test_documented_tasks_are_right():
    held = list(documented.examples())
    assert {path for path, _text in held} > {'README.md', 'docs/docsite/rst/cookbook.rst', 'docs/docsite/rst/fleets.rst',
                                             'playbooks/demo.yml', 'docs/docsite/rst/moving_from_vmware_vmware.rst'}
    known = specs()
    assert [(path, complaint) for path, text in held if documented.are_plays_or_tasks(yaml.safe_load(text))
            for complaint in rules.wrong_tasks(text, known)] == []


def test_tasks_of_roles_are_right():
    known = specs()
    tasks = [path for folder in ('tasks', 'handlers') for path in (CHECKOUT / 'roles').glob(f'*/{folder}/*.yml')]
    assert [(str(path.relative_to(CHECKOUT)), complaint) for path in tasks
            for complaint in rules.wrong_tasks(path.read_text(encoding='utf-8'), known)] == []


# Each rule can fail.

@pytest.mark.parametrize('line', ['if module.check_mode:', 'module.exit_json()', 'module.fail_json()', '    try:',
                                  'import requests', 'AnsibleModule()'])
def test_a_module_that_applies_is_seen(line):
    assert rules.forbidden_words(f'a = 1\n{line}\n') == [f'line 2: {line.strip()}']


def test_a_long_file_is_seen_and_text_is_not_code():
    text = '"""Says\nwhat."""\nDOCUMENTATION = """\nmuch\n"""\n# why\n\na = 1\nb = [\n    2,\n]\n'
    assert rules.code_lines(text) == {8, 9, 10, 11}
    assert rules.too_long(text, 4) == []
    assert rules.too_long(text, 3) == ['4 lines of code, at most 3']


def test_a_long_function_is_seen():
    body = '    a = 1\n' * rules.FUNCTION_LINES
    assert rules.too_long(f'def long():\n{body}', 1000) == ['long has 41 lines of code, at most 40']


@pytest.mark.parametrize(('path', 'line'), [
    ('module_utils/client.py', 'from . import tasks'),
    ('module_utils/faults.py', 'from .client import Client'),
    ('module_utils/wire.py', 'from ansible_collections.vsphere.vm.plugins.module_utils.operation import Operation'),
    ('module_utils/virtual_machine.py', 'from . import lookup'),
    ('module_utils/methods/power.py', 'from .. import virtual_machine'),
    ('module_utils/methods/power.py', 'from ..operation import Operation'),
    ('module_utils/client.py', 'from .methods.power import PowerMethods'),
    ('module_utils/tasks.py', 'import requests.exceptions'),
    ('module_utils/lookup.py', 'from urllib3 import util'),
    ('module_utils/virtual_machine.py', 'from .options import TARGET'),
    ('module_utils/helpers.py', ''),
])
def test_an_import_upwards_is_seen(path, line):
    assert len(rules.wrong_imports(path, line)) >= 1


@pytest.mark.parametrize(('path', 'line'), [
    ('modules/power.py', 'from ..module_utils.operation import Operation'),
    ('modules/power.py', 'from ..module_utils import wire'),
    ('module_utils/operation.py', 'from .client import Client'),
    ('module_utils/virtual_machine.py', 'from .methods.power import PowerMethods'),
    ('module_utils/methods/power.py', 'from .step import Methods'),
    ('module_utils/methods/power.py', 'from .. import wire'),
    ('module_utils/client.py', 'import requests'),
])
def test_an_import_downwards_is_right(path, line):
    assert rules.wrong_imports(path, line) == []


def test_every_layer_is_there():
    places = {path.split('/')[1].removesuffix('.py') for path in CODE if path.startswith('module_utils/')} | {'modules'}
    assert rules.differs(places, {name for layer in rules.LAYERS for name in layer}, 'LAYERS') == []


def test_missing_documents_are_seen():
    assert rules.missing_documents("DOCUMENTATION = '''a: 1'''\nEXAMPLES = ''''''\n") == [
        'EXAMPLES is missing or empty', 'RETURN is missing or empty']


@pytest.mark.parametrize(('spec', 'documented'), [
    ({'a': {'type': 'int'}}, {'a': {'type': 'str'}}),
    ({'a': {'default': 1}}, {'a': {'default': 2}}),
    ({'a': {'choices': ['x']}}, {'a': {'choices': ['x', 'y']}}),
    ({'a': {'required': True}}, {'a': {}}),
    ({'a': {}}, {'a': {'aliases': ['b']}}),
    ({'a': {'elements': 'dict'}}, {'a': {'elements': 'str'}}),
    ({'a': {}}, {}),
    ({}, {'a': {}}),
    ({'a': {'options': {'b': {'type': 'int'}}}}, {'a': {'suboptions': {'b': {'type': 'str'}}}}),
])
def test_a_fragment_unlike_its_group_is_seen(spec, documented):
    assert len(rules.unlike(spec, documented)) == 1
    alike = {name: {**facts, 'suboptions': facts.get('options', {})} for name, facts in spec.items()}
    assert rules.unlike(spec, alike) == []


SAMPLE = {'power': {'state': {'required': True, 'choices': ['on', 'off']}, 'password': {'aliases': ['pwd']}}}


@pytest.mark.parametrize(('options', 'complaint'), [
    ({'state': 'on', 'colour': 'red'}, 'no option colour'),
    ({'state': 'up'}, 'state has no choice up'),
    ({}, 'state is missing'),
    ({'state': 'on', 'pwd': 'secret'}, 'pwd is written out'),
])
def test_a_wrong_task_is_seen(options, complaint):
    block = [{'hosts': 'all', 'tasks': [{'block': [{'vsphere.vm.power': options}]}]}]
    assert rules.wrong_tasks(yaml.safe_dump(block), SAMPLE) == [f'vsphere.vm.power: {complaint}']


@pytest.mark.parametrize('path', ['tasks', 'handlers', 'block', 'rescue', 'always'])
def test_a_wrong_task_is_seen_wherever_it_is(path):
    play = [{'hosts': 'all', 'tasks': [{'block': [{'debug': {}}], path: [{'vsphere.vm.fly': {}}]}]}]
    assert rules.wrong_tasks(yaml.safe_dump(play), SAMPLE) == ['there is no module vsphere.vm.fly']


@pytest.mark.parametrize('given', [{'size': 1}, [{'size': 1}]])
def test_a_wrong_suboption_is_seen(given):
    spec = {'disk': {'options': {'size_gb': {'type': 'int'}}}}
    assert rules.wrong_options({'disk': given}, spec) == ['disk: no option size']
    assert rules.wrong_options({'disk': '{{ disks }}'}, spec) == []


def test_a_wrong_default_of_the_group_is_seen():
    play = [{'hosts': 'all', 'module_defaults': {rules.GROUP: {'pwd': '{{ secret }}', 'colour': 'red'}}}]
    assert rules.wrong_tasks(yaml.safe_dump(play), SAMPLE) == [f'{rules.GROUP}: no module has colour']


def test_a_right_task_is_right():
    tasks = [{'vsphere.vm.power': {'state': '{{ wanted }}', 'password': '{{ secret }}'}}]
    assert rules.wrong_tasks(yaml.safe_dump(tasks), SAMPLE) == []


def test_an_unknown_module_and_a_credential_for_all_are_seen():
    assert rules.wrong_tasks('[{vsphere.vm.fly: {}}]', SAMPLE) == ['there is no module vsphere.vm.fly']
    play = [{'hosts': 'all', 'module_defaults': {'group/vsphere.vm.vcenter': {'password': 'secret'}}}]
    assert rules.wrong_tasks(yaml.safe_dump(play), SAMPLE) == ['password is written out']


def test_a_name_too_many_or_too_few_is_seen():
    table = '<!-- modules -->\n| module |\n|---|\n| `vsphere.vm.power` |\n| [info](x) |\n<!-- /modules -->'
    assert rules.table_of(table) == {'power', 'info'}
    assert rules.differs(['power', 'task'], rules.table_of(table), 'the table') == [
        'task is not in the table', 'info is in the table, and there is no such module']
