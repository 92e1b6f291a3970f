# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Fixtures of the checks that run other people's tools over a copy of the collection."""

from __future__ import annotations

import fcntl
import os
import subprocess
from contextlib import contextmanager

import pytest

from tests.tools import collection, docs, venv

TOOLS = venv.VENVS / 'tools' / 'bin'
HOMES = collection.BUILD / 'sanity'
PYTHONS = ('3.9', '3.10', '3.11', '3.12', '3.13')


@pytest.fixture(scope='session')
def copy(tmp_path_factory):
    """The collection's path in a copy of the working files, at .../ansible_collections/vsphere/vm."""
    return collection.copy(tmp_path_factory.mktemp('copy'))


@pytest.fixture(scope='session')
def documentation(tmp_path_factory):
    """As copy, without what antsibull-docs misreads, and with the pages whole."""
    return docs.copy(tmp_path_factory.mktemp('documentation'))


@pytest.fixture(scope='session')
def pythons(tmp_path_factory):
    """A folder with every Python of this machine that runs, under the names that ansible-test looks for."""
    folder = tmp_path_factory.mktemp('pythons')
    for version in PYTHONS:
        found = next((python for python in venv.candidates(version) if venv.version_of(python) == version), None)
        if found:
            real = subprocess.run([found, '-c', 'import sys; print(sys.executable)'], capture_output=True, text=True,
                                  check=True).stdout.strip()
            (folder / f'python{version}').symlink_to(real)
    return folder


@contextmanager
def home_of(name):
    """A HOME that lasts from run to run, held by one process at a time; for tools that fill it with caches."""
    home = HOMES / name
    home.mkdir(parents=True, exist_ok=True)
    with open(home / 'lock', 'w', encoding='utf-8') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield home


@pytest.fixture
def tool():
    """A function that runs one of .build/venv/tools/bin, asserts that it succeeded, and returns what it printed."""
    def run(name, *arguments, cwd, home, path=(), env=None):
        environment = {**os.environ, 'HOME': str(home), 'NO_COLOR': '1', **(env or {}),
                       'PATH': os.pathsep.join([*map(str, path), str(TOOLS), os.environ['PATH']])}
        done = subprocess.run([str(TOOLS / name), *map(str, arguments)], cwd=cwd, env=environment, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        assert done.returncode == 0, f'{name} {" ".join(map(str, arguments))}\n{done.stdout}'
        return done.stdout
    return run
