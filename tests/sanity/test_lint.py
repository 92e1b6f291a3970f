# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Linters of text: Python, YAML, playbooks, documentation and changelog."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.lint

COMMANDS = {
    'ansible-lint': ['ansible-lint', '--nocolor'],
    'antsibull-docs': ['antsibull-docs', 'lint-collection-docs', '--plugin-docs', '--validate-collection-refs', 'self',
                       '--disallow-unknown-collection-refs', '--check-extra-docs-refs', '.'],
    'antsibull-changelog': ['antsibull-changelog', 'lint'],
    'yamllint': ['yamllint', '--strict', '.'],
    'ruff': ['ruff', 'check', '.'],
}


@pytest.fixture(scope='session')
def copies(copy, documentation):
    """The copy of the collection that each tool reads."""
    return dict.fromkeys(COMMANDS, copy) | {'antsibull-docs': documentation}


@pytest.mark.parametrize('name', list(COMMANDS))
def test_lint(name, copies, tool, tmp_path):
    folder = copies[name]
    tool(*COMMANDS[name], cwd=folder, home=tmp_path, env={'ANSIBLE_COLLECTIONS_PATH': str(folder.parents[2])})
