# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The reference pages have every operation and every fault, and say of them what the code says."""

from __future__ import annotations

import importlib
import re

import pytest

from tests.simulator import Simulator
from tests.tools import references, rules
from tests.tools.collection import CHECKOUT
from tests.unit.plugins.in_process import Tasks

METHODS = references.api()['methods']
WAYS = references.ways()
PACKAGE = 'ansible_collections.vsphere.vm.plugins.modules'
# What a module decides on for each kind.
DECISIONS = {'state': 'Change(', 'action': 'Action(', 'facts': 'Facts('}


def module_of(method):
    return importlib.import_module(f'{PACKAGE}.{METHODS[method]["module"]}')


def source_of(method):
    with open(module_of(method).__file__, encoding='utf-8') as file:
        return file.read()


def test_every_method_is_told():
    assert set(WAYS) == set(METHODS)
    assert {way['kind'] for way in WAYS.values()} == set(references.KINDS)


@pytest.mark.parametrize('method', METHODS)
def test_the_way_to_a_method_is_there(method):
    spec = module_of(method).OPERATION.options.spec
    for way in WAYS[method].get('by', ()):
        option, _colon, value = way.partition(': ')
        assert option in spec
        assert not value or value in spec[option]['choices']


@pytest.mark.parametrize('method', METHODS)
def test_the_example_of_a_method_is_there(method):
    tasks = {task.get('name'): task for task in rules.tasks_in(references.examples(METHODS[method]['module']))}
    assert f'vsphere.vm.{METHODS[method]["module"]}' in tasks[WAYS[method]['example']]


@pytest.mark.parametrize('method', [method for method, way in WAYS.items() if way['kind'] != 'facts'])
def test_the_kind_of_a_method_is_what_the_module_decides_on(method):
    assert DECISIONS[WAYS[method]['kind']] in source_of(method)


def test_the_overview_is_up_to_date():
    """`python -m tests.tools.references` writes it."""
    assert references.OVERVIEW.read_text(encoding='utf-8') == references.overview()


def test_the_readme_tells_what_each_module_declares():
    readme = (CHECKOUT / 'README.md').read_text(encoding='utf-8')
    told = dict(re.findall(r'^\| (\w+) \| .* \| ([a-z, ]+) \|$', readme, flags=re.MULTILINE))
    told.pop('module')
    assert set(told) == rules.table_of(readme)
    for name, kinds in told.items():
        code = (CHECKOUT / 'plugins' / 'modules' / f'{name}.py').read_text(encoding='utf-8').partition('RETURN = ')[2]
        assert kinds == ', '.join(kind for kind, decision in DECISIONS.items() if decision in code), name


def test_every_fault_is_told():
    wanted = set(references.documented()) | set(references.raised())
    assert wanted - set(references.texts()) == set()
    for name, text in references.texts().items():
        assert set(text) == {'cause', 'do'}, name
        assert all(said.endswith('.') for said in text.values()), name


def test_every_told_fault_has_a_meaning():
    known = references.meanings()
    unknown = [name for name in references.texts() if name not in references.raised()
               and known.category_of(name) == 'server' and name not in known.CATEGORY_OF]
    assert unknown == []


def test_the_modules_that_the_texts_name_are_there():
    for text in references.texts().values():
        for said in text.values():
            for name in references.MODULE.findall(said):
                importlib.import_module(f'{PACKAGE}.{name}')


def test_pages_hold_everything():
    operations, faults = '\n'.join(references.operations()), '\n'.join(references.faults())
    for method, facts in METHODS.items():
        assert f'``{method}``' in operations and f'../{facts["module"]}_module.html#examples' in operations
    assert all(f'``{name}``' in operations for name in references.api()['properties'])
    for name in references.texts():
        assert f'\n{name}\n{"~" * len(name)}\n' in faults
    assert 'C(' not in faults and 'M(' not in faults


MOVES = [(collection, name, told) for collection, modules in references.moves().items() for name, told in modules.items()]


@pytest.mark.parametrize(('collection', 'name', 'told'), MOVES, ids=[f'{each[0]}.{each[1]}' for each in MOVES])
def test_a_move_leads_to_what_is_there(collection, name, told):
    specs = {module: importlib.import_module(f'{PACKAGE}.{module}').OPERATION.options.spec for module in told['to']}
    assert told['to'] or told['note']
    for theirs, place, remark in references.places(told):
        if place is None:
            assert remark, f'{theirs} is not there, without a word'
            continue
        module, *options = place
        spec = specs[module] if module in specs else importlib.import_module(f'{PACKAGE}.{module}').OPERATION.options.spec
        for option in options:
            names = {alias: facts for name, facts in spec.items() for alias in (name, *facts.get('aliases', ()))}
            assert option in names, f'{theirs}: {place}'
            spec = names[option].get('options', {})
    for task in told.get('after', ()):
        ((module, options),) = task.items()
        spec = importlib.import_module(f'{PACKAGE}.{module}').OPERATION.options.spec
        assert rules.wrong_options(options, spec) == []


def test_categories_are_those_of_the_failures():
    known = references.meanings()
    assert set(references.CATEGORY_TITLES) == set(known.CATEGORIES)
    faults = '\n'.join(references.faults())
    busy = faults.index('Category ``busy``, retryable.')
    assert busy < faults.index('\nTaskInProgress\n') < faults.index('Category ``unsupported``, not retryable.')


def test_what_is_raised_is_read_from_the_code():
    raised = references.raised()
    assert raised['AmbiguousTarget'] == ('invalid_argument', None)
    assert raised['CertificateNotTrusted'] == ('transport', False)
    assert raised['WaitTimeout'] == (None, None)


def test_a_page_without_its_place_is_seen(tmp_path):
    pages = tmp_path / 'docs' / 'docsite' / 'rst'
    pages.mkdir(parents=True)
    for name in references.REFERENCES:
        (pages / f'{name}.rst').write_text('no place', encoding='utf-8')
    with pytest.raises(ValueError, match='operations'):
        references.fill(tmp_path)


def test_where_the_facts_of_community_vmware_are_said_to_be_they_are():
    page = (CHECKOUT / 'docs' / 'docsite' / 'rst' / 'moving_from_community_vmware.rst').read_text(encoding='utf-8')
    paths = re.findall(r'^``.+  ``((?:summary|vm)\.[\w.]+)``', page, re.MULTILINE)
    assert len(paths) > 20
    read = [path.partition('.')[2] for path in paths if path.startswith('vm.') and path not in ('vm.name', 'vm.moid')]
    with Simulator(vms=1) as simulator, Tasks(simulator) as tasks:
        result = tasks.run('info', moid='vm-1', properties=read)
    for path in paths:
        inner = result
        for name in path.split('.'):
            assert name in inner, path
            inner = inner[name]
