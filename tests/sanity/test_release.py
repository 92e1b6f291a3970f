# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The changelog is as it should be at any time, and each check of a release can fail."""

from __future__ import annotations

import shutil
import subprocess

import pytest
import yaml

from tests.tools import release


@pytest.fixture
def place(tmp_path):
    """A copy of what a release is made of, in a git repository of its own in which it is committed."""
    for name in ('galaxy.yml', 'CHANGELOG.rst'):
        shutil.copyfile(release.CHECKOUT / name, tmp_path / name)
    shutil.copytree(release.CHECKOUT / 'changelogs', tmp_path / 'changelogs')
    shutil.rmtree(tmp_path / 'changelogs' / 'fragments', ignore_errors=True)
    identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.com']
    for command in (['init', '--quiet'], ['add', '--all', '--force'], [*identity, 'commit', '--quiet', '-m', 'all']):
        subprocess.run(['git', *command], cwd=tmp_path, check=True, stdin=subprocess.DEVNULL)
    return tmp_path


def set_galaxy(place, **values):
    (place / 'galaxy.yml').write_text(yaml.safe_dump({**release.galaxy(place), **values}), encoding='utf-8')


def test_the_changelog_is_up_to_date():
    assert release.outdated_changelog(release.CHECKOUT) == []


def test_the_version_has_a_release():
    complaints = release.wrong_version(release.CHECKOUT)
    assert [complaint for complaint in complaints if not complaint.startswith('changelogs/fragments: ')] == []


def test_nothing_is_wrong_with_what_is_right(place):
    set_galaxy(place, repository='https://git.vsphere.test/vm')
    assert release.wrong_version(place) == release.addresses_of_nobody(place) == release.outdated_changelog(place) == []
    assert release.uncommitted(place) == ['not committed: galaxy.yml']


def test_a_version_without_a_release_is_seen(place):
    set_galaxy(place, version='99.0')
    assert release.wrong_version(place) == [
        'galaxy.yml: 99.0 is no semantic version', 'changelogs/changelog.yaml: 99.0 is not released']


def test_a_fragment_that_waits_is_seen(place):
    (place / 'changelogs' / 'fragments').mkdir()
    (place / 'changelogs' / 'fragments' / 'more.yml').write_text('minor_changes: [more]\n', encoding='utf-8')
    assert release.wrong_version(place) == ['changelogs/fragments: more.yml is in no release']


def test_a_changelog_that_was_edited_is_seen(place):
    (place / 'CHANGELOG.rst').write_text('Nothing new\n', encoding='utf-8')
    assert len(release.outdated_changelog(place)) == 1


def test_an_address_that_leads_nowhere_is_seen(place):
    set_galaxy(place, repository='https://git.example.com/vm')
    assert len(release.addresses_of_nobody(place)) == 1
