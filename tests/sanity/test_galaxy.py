# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Galaxy and ansible-builder make of the built collection."""

from __future__ import annotations

import json
import os
import subprocess

import pytest
import yaml

from tests.tools import collection, venv

BIN = venv.VENVS / 'importer' / 'bin'
# Strict about tags and the changelog. ansible-lint has the same rules here as in test_lint.py, which ran it already.
STRICT = '''
[galaxy-importer]
CHECK_REQUIRED_TAGS = True
CHECK_CHANGELOG = True
RUN_ANSIBLE_LINT = False
'''


@pytest.fixture
def run(tmp_path):
    """A function that runs a program of .build/venv/importer, asserts that it succeeded, and returns its output."""
    (tmp_path / 'importer.cfg').write_text(STRICT, encoding='utf-8')
    environment = {'PATH': os.pathsep.join([str(BIN), os.environ['PATH']]), 'HOME': str(tmp_path), 'LC_ALL': 'C.UTF-8',
                   'GALAXY_IMPORTER_CONFIG': str(tmp_path / 'importer.cfg')}

    def run(name, *arguments):
        done = subprocess.run([str(BIN / name), *map(str, arguments)], cwd=tmp_path, env=environment, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        assert done.returncode == 0, done.stdout
        return done.stdout
    return run


@pytest.fixture
def tarball(run, copy, tmp_path):
    """The collection as it is built for Galaxy."""
    run('ansible-galaxy', 'collection', 'build', copy, '--output-path', tmp_path / 'dist')
    (made,) = (tmp_path / 'dist').iterdir()
    return made


def test_galaxy_imports_it_without_a_word(run, tarball, tmp_path):
    printed = run('python', '-m', 'galaxy_importer.main', tarball)
    assert 'Importer processing completed successfully' in printed
    assert [line for line in printed.splitlines() if line.startswith(('WARNING', 'ERROR'))] == []
    imported = json.loads((tmp_path / 'importer_result.json').read_text(encoding='utf-8'))
    modules = {each['name'] for each in imported['contents'] if each['content_type'] == 'module'}
    assert modules == {path.stem for path in (collection.CHECKOUT / 'plugins' / 'modules').glob('*.py')}
    assert imported['requires_ansible'] == '>=2.16.0'


def test_an_execution_environment_gets_what_it_needs(run, tarball, tmp_path):
    run('ansible-galaxy', 'collection', 'install', '--offline', '-p', tmp_path / 'collections', tarball)
    found = yaml.safe_load(run('ansible-builder', 'introspect', tmp_path / 'collections'))
    asked = (collection.CHECKOUT / 'requirements.txt').read_text(encoding='utf-8').split()
    assert [each.partition(' ')[0] for each in found['python']] == asked
    assert found['system'] == []


def test_the_execution_environment_is_one(run, tmp_path):
    run('ansible-builder', 'create', '--file', collection.CHECKOUT / 'execution-environment.yml',
        '--context', tmp_path / 'context', '--output-filename', 'Containerfile')
    asked = yaml.safe_load((tmp_path / 'context' / '_build' / 'requirements.yml').read_text(encoding='utf-8'))
    assert asked['collections'] == [{'name': 'vsphere.vm'}]
    built = (tmp_path / 'context' / 'Containerfile').read_text(encoding='utf-8')
    assert 'ansible-core>=2.16' in built and 'ansible-runner>=2.4' in built
