# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The built collection: what is in it, and that it installs and works where no checkout is."""

from __future__ import annotations

import json
import tarfile

import pytest

from tests.integration.playbook import AnsibleCore
from tests.tools import collection

MODULES = sorted(path.stem for path in (collection.CHECKOUT / 'plugins' / 'modules').glob('*.py'))
# What a checkout that was worked in holds besides.
JUNK = ('.build/venv/x', '.cache/x', '.ansible/x', '.vscode/x', '.hypothesis/x', '.idea/x', '.pytest_cache/x',
        '.ruff_cache/x', 'plugins/modules/__pycache__/power.cpython-311.pyc', 'tests/output/x', 'playbooks/demo.retry',
        'vsphere-vm-0.0.1.tar.gz', 'changelogs/.plugin-cache.yaml')
# What is of the project, and of no use to who installs the collection.
KEPT_OUT = ('.', 'CONTRIBUTING.md', 'Makefile', 'changelogs/fragments/', 'galaxy.yml', 'pyproject.toml', 'tests/')
# Galaxy runs ansible-lint when it imports the collection.
KEPT_IN = ('.ansible-lint',)
GENERATED = {'MANIFEST.json', 'FILES.json'}
MOST_KIBIBYTES = 300


@pytest.fixture(scope='session', params=['oldest', 'newest'])
def core(request, tmp_path_factory):
    """Each AnsibleCore in turn."""
    return AnsibleCore(request.param, tmp_path_factory.mktemp(request.param))


@pytest.fixture(scope='session')
def tarball(core, tmp_path_factory):
    """The collection, built of a copy with junk in it."""
    place = collection.copy(tmp_path_factory.mktemp('junk'))
    for path in JUNK:
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).touch()
    built = tmp_path_factory.mktemp('dist')
    core.ansible('galaxy', 'collection', 'build', '--output-path', built, cwd=place)
    (made,) = built.iterdir()
    return made


@pytest.fixture(scope='session')
def installed(core, tarball, tmp_path_factory):
    """The environment in which only the installed collection is found."""
    path = tmp_path_factory.mktemp('installed')
    core.ansible('galaxy', 'collection', 'install', '--offline', '-p', path, tarball,
                 env={'ANSIBLE_COLLECTIONS_PATH': str(path)})
    return {'ANSIBLE_COLLECTIONS_PATH': str(path)}


def test_holds_what_users_need_and_nothing_else(tarball):
    with tarfile.open(tarball) as archive:
        held = {member.name for member in archive if not member.isdir()}
    wanted = {path for path in collection.working_files() if path in KEPT_IN or not path.startswith(KEPT_OUT)}
    assert held - GENERATED == wanted
    assert tarball.stat().st_size < MOST_KIBIBYTES * 1024


def test_documents_every_module(core, installed):
    documents = json.loads(core.ansible('doc', '--json', *(f'vsphere.vm.{name}' for name in MODULES), env=installed))
    assert sorted(documents) == [f'vsphere.vm.{name}' for name in MODULES]
    for name, document in documents.items():
        assert document['doc']['short_description'] and document['examples'] and document['return'], name
        assert '/installed' in document['doc']['filename'], 'read from elsewhere'


def test_documents_are_readable(core, installed):
    for name in MODULES:
        printed = core.ansible('doc', f'vsphere.vm.{name}', env=installed)
        assert 'EXAMPLES' in printed and 'RETURN VALUES' in printed


@pytest.mark.parametrize('path', ['controller', 'module'])
def test_tasks_run(core, installed, path):
    """Without a vCenter to talk to: the refusal shows that the collection's own code ran."""
    run = core.play([{'name': 'Power', 'vsphere.vm.power': {'name': 'x', 'state': 'on the moon'}}], path=path,
                    env=installed)
    assert 'on the moon' in run.failure()['msg']
    assert run.leftovers() == []
