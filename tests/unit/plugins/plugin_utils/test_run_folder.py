# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The folder of a run, and private files in it."""

from __future__ import annotations

import os
import stat

import pytest
from ansible import constants
from ansible_collections.vsphere.vm.plugins.plugin_utils.run_folder import files, private_file, run_file


def test_files_of_the_run_are_found_by_their_ends(folder):
    for name in ('a.session', 'b.session', 'a.session.lock'):
        (folder / f'vsphere.vm-{name}').touch()
    (folder / 'somebodys.session').touch()
    assert sorted(files('.session')) == [run_file('a.session'), run_file('b.session')]


def test_the_folder_may_have_any_name(tmp_path, monkeypatch):
    odd = tmp_path / 'a[b]*?'
    odd.mkdir()
    monkeypatch.setattr(constants, 'DEFAULT_LOCAL_TMP', str(odd))
    private_file(run_file('a.session')).close()
    assert files('.session') == [str(odd / 'vsphere.vm-a.session')]


def test_a_private_file_is_made_kept_and_closed_to_programs(folder):
    path = str(folder / 'a')
    with private_file(path) as made:
        made.write('text')
        assert stat.S_IMODE(os.fstat(made.fileno()).st_mode) == 0o600
        assert not os.get_inheritable(made.fileno())
    with private_file(path) as kept:
        assert kept.read() == 'text'


def test_a_file_that_is_not_to_be_made_is_not(folder, made):
    with pytest.raises(FileNotFoundError):
        private_file(str(folder / 'a'), create=False)
    assert not made()


@pytest.mark.parametrize('mode', [0o640, 0o604, 0o660, 0o610])
def test_what_others_may_open_is_refused_closed_and_left_as_it_is(folder, monkeypatch, mode):
    path = folder / 'a'
    path.touch()
    path.chmod(mode)
    close, closed = os.close, []
    monkeypatch.setattr(os, 'close', lambda opened: closed.append(opened) or close(opened))
    with pytest.raises(PermissionError, match='not private to this user'):
        private_file(str(path))
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert len(closed) == 1
