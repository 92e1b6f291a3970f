# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Each promise of the page on reliability names a test, and each test that it names is there."""

from __future__ import annotations

import ast
import re

from tests.tools.collection import CHECKOUT

PAGE = (CHECKOUT / 'docs' / 'docsite' / 'rst' / 'reliability.rst').read_text(encoding='utf-8')


def promises(page):
    """[(promise, [(path below tests, name of a test)])] of the tables of a page."""
    rows = re.findall(r'^   \* - (.*?)^     - (.*?)(?=^   \* - |^\S|\Z)', page, flags=re.MULTILINE | re.DOTALL)
    return [(' '.join(said.split()), re.findall(r'``([\w/]+\.py)::(\w+)``', held)) for said, held in rows if held.strip() != 'held by']


def named_in(path):
    """The names of the tests in a file below tests; none if there is no such file."""
    file = CHECKOUT / 'tests' / path
    found = ast.parse(file.read_text(encoding='utf-8')).body if file.is_file() else []
    return {node.name for node in found if isinstance(node, ast.FunctionDef)}


def missing(page):
    """What the promises of a page name and there is not, and the promises that name nothing."""
    return [f'{path}::{name}' for _said, held in promises(page) for path, name in held if name not in named_in(path)] + [
        said for said, held in promises(page) if not held]


def test_every_promise_is_held_by_tests_that_there_are():
    assert len(promises(PAGE)) >= 25
    assert missing(PAGE) == []
    # No name escapes the reading of the tables.
    assert sum(len(held) for _said, held in promises(PAGE)) == PAGE.count('.py::')


def test_a_promise_without_a_test_is_seen():
    table = '   * - promise\n     - held by\n   * - It flies.\n     - ``{}``\n   * - It\n       swims.\n     - soon\n\nText\n'
    assert missing(table.format('unit/test_promises.py::test_it_flies')) == ['unit/test_promises.py::test_it_flies', 'It swims.']
    assert missing(table.format('unit/test_nowhere.py::test_it_flies')) == ['unit/test_nowhere.py::test_it_flies', 'It swims.']
    assert missing(table.format('unit/test_promises.py::test_a_promise_without_a_test_is_seen')) == ['It swims.']
