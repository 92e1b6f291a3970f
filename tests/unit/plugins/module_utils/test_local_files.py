# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Files that are there whole or not at all, names that lead nowhere else, and what the operating system refuses."""

from __future__ import annotations

import errno
import os
import stat
from types import SimpleNamespace

import pytest
from ansible_collections.vsphere.vm.plugins.module_utils import local_files
from ansible_collections.vsphere.vm.plugins.module_utils.faults import Refusal


def test_a_file_takes_its_place_when_it_is_whole(tmp_path):
    path = tmp_path / 'a'
    path.write_bytes(b'old')
    with local_files.whole_file(str(path)) as file:
        file.write(b'new')
        file.flush()
        assert path.read_bytes() == b'old'
    assert path.read_bytes() == b'new' and os.listdir(tmp_path) == ['a']
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~local_files.current_umask()


@pytest.mark.parametrize('error', [KeyboardInterrupt, ValueError])
def test_what_goes_wrong_leaves_the_old_file(tmp_path, error):
    path = tmp_path / 'a'
    path.write_bytes(b'old')
    with pytest.raises(error), local_files.whole_file(str(path)) as file:
        file.write(b'new')
        raise error
    assert path.read_bytes() == b'old' and os.listdir(tmp_path) == ['a']


def test_a_disk_that_is_full(tmp_path):
    with pytest.raises(Refusal) as caught, local_files.whole_file(str(tmp_path / 'a')):
        raise OSError(errno.ENOSPC, 'No space left on device', '/there/file')
    assert (caught.value.name, caught.value.category) == ('LocalFileError', 'capacity')
    assert caught.value.message == '/there/file: No space left on device.' and os.listdir(tmp_path) == []


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(Refusal) as caught, local_files.whole_file(str(tmp_path / 'none' / 'a')):
        pass
    assert caught.value.category == 'invalid_argument'


@pytest.mark.parametrize('name', ['', '.', '..', '.profile', '../a', 'a/b', 'a\\b', 'C:a', 'a\0', 'a\n'])
def test_a_name_that_leads_elsewhere_is_refused(name):
    with pytest.raises(Refusal) as caught:
        local_files.plain_name(name)
    assert caught.value.name == 'InvalidFileName'


def test_a_plain_name_is_taken():
    assert local_files.plain_name('disk-0.vmdk') == 'disk-0.vmdk'


@pytest.mark.parametrize(('name', 'file'), [
    ('web-07', 'web-07'), ('../../etc/passwd', '_._.._etc_passwd'), ('.hidden', '_hidden'), ('a b', 'a b'), ('a:b\\c', 'a_b_c')])
def test_the_name_of_a_machine_as_a_file(name, file):
    vm = SimpleNamespace(name=name, moid='vm-7')
    made = local_files.named_after(vm, '/there/{moid}/{name}.png')
    assert made.startswith('/there/vm-7/') and made.count('/') == 3
    assert local_files.plain_name(file) == local_files.file_name(name)


def test_a_folder_may_be_made_where_one_may_write(tmp_path):
    local_files.check_folder(str(tmp_path / 'new' / 'below'))
    (tmp_path / 'file').touch()
    with pytest.raises(Refusal, match='not a folder'):
        local_files.check_folder(str(tmp_path / 'file' / 'below'))
    local_files.make_folder(str(tmp_path / 'new' / 'below'))
    with pytest.raises(Refusal):
        local_files.make_folder(str(tmp_path / 'file'))
