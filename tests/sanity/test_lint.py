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


@pytest.mark.parametrize('name', list(COMMANDS))
def test_lint(name, copy, tool, tmp_path):
    tool(*COMMANDS[name], cwd=copy, home=tmp_path, env={'ANSIBLE_COLLECTIONS_PATH': str(copy.parents[2])})
