# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every method that a module carries, and every property, has been through the integration tests. Comes last."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import yaml

from . import coverage

OPERATIONS = yaml.safe_load((Path(__file__).parents[1] / 'operations.yml').read_text(encoding='utf-8'))
INTEGRATION = Path(__file__).parent
MODULES = {path.stem for path in (Path(__file__).parents[2] / 'plugins' / 'modules').glob('*.py')}
# Those that operations.yml gives to a module that is there; the modules that are not are what is left to do.
METHODS = {name: told for name, told in OPERATIONS['methods'].items() if told['module'] in MODULES}
PATIENCE = 900  # seconds for the tests that other workers still run
pytestmark = pytest.mark.timeout(2 * PATIENCE)


@pytest.fixture(scope='module')
def done(request):
    """What was answered and read by now, when every other integration test has ended."""
    others = {item.nodeid for item in request.session.items
              if INTEGRATION in item.path.parents and item.path != Path(__file__)}
    until = time.monotonic() + PATIENCE
    while others - coverage.finished_tests():
        assert time.monotonic() < until, f'still running: {sorted(others - coverage.finished_tests())}'
        time.sleep(0.2)
    return coverage.calls()


def test_there_are_68_methods_and_33_properties():
    assert (len(OPERATIONS['methods']), len(OPERATIONS['properties'])) == (68, 33)


def test_every_method_was_answered_with_success(done):
    answered, _read = done
    assert [method for method in METHODS if None not in answered.get(method, ())] == []


def test_every_method_was_answered_with_a_fault(done):
    answered, _read = done
    assert [method for method in METHODS if not answered.get(method, set()) - {None}] == []


@pytest.mark.parametrize('method', METHODS)
def test_every_documented_fault_was_met(done, method):
    answered, _read = done
    assert set(METHODS[method]['faults']) - answered.get(method, set()) == set()


def test_every_property_was_read(done):
    _answered, read = done
    assert set(OPERATIONS['properties']) - read == set()
