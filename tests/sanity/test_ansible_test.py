# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ansible-test sanity, without an ignore file. Its slow tests are items of their own, so that they run at once."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import ansible_test
import pytest

from tests.tools import collection

from .conftest import TOOLS, home_of

SLOW = ('import', 'validate-modules', 'pylint')
ANSIBLE_TEST = Path(ansible_test.__path__[0])
BOOTSTRAP = collection.CHECKOUT / 'tests' / 'tools' / 'get_pip.py'


def arguments(item):
    if item in SLOW:
        return ['--test', item]
    return [argument for name in SLOW for argument in ('--skip-test', name)]


def bootstrap(home):
    """Put get_pip.py where ansible-test would keep the one it downloads."""
    cache = home / '.ansible' / 'test' / 'cache'
    cache.mkdir(parents=True, exist_ok=True)
    versions = (ANSIBLE_TEST / '_internal' / 'python_requirements.py').read_text(encoding='utf-8')
    for version in set(re.findall(r"pip='([0-9.]+)'", versions)):
        shutil.copyfile(BOOTSTRAP, cache / f'get_pip_{version.replace(".", "_")}.py')


def configure_pip(home):
    """Hand pip's settings on, which ansible-test hides from the pip that it runs, and hush it."""
    listed = subprocess.run([str(TOOLS / 'python'), '-m', 'pip', 'config', 'list'], check=True, capture_output=True,
                            text=True, stdin=subprocess.DEVNULL).stdout
    config = ConfigParser(interpolation=None)
    for line in listed.splitlines():
        name, value = line.split('=', 1)
        section, option = name.rsplit('.', 1)
        section = 'global' if section == ':env:' else section
        if not config.has_section(section):
            config.add_section(section)
        config.set(section, option, ast.literal_eval(value))
    if not config.has_section('global'):
        config.add_section('global')
    config.set('global', 'quiet', '2')
    written = home / '.config' / 'pip' / 'pip.conf'
    written.parent.mkdir(parents=True, exist_ok=True)
    written.touch(mode=0o600)
    with open(written, 'w', encoding='utf-8') as file:
        config.write(file)


@pytest.mark.parametrize('item', [*SLOW, 'rest'])
def test_sanity(item, copy, pythons, tool):
    with home_of(f'ansible-test-{item}') as home:
        bootstrap(home)
        configure_pip(home)
        printed = tool('ansible-test', 'sanity', '--color', 'no', *arguments(item), cwd=copy, home=home, path=[pythons])
    ran = re.findall(r'^Running sanity test "([^"]+)"', printed, flags=re.MULTILINE)
    assert item in ran if item in SLOW else len(ran) > 15, printed
    print(printed)
