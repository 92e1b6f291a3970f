# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whatever a virtual machine or its files are called, what is fetched of it comes into the folder that was asked for."""

from __future__ import annotations

import os
import xml.etree.ElementTree as ET

import pytest

from tests.simulator import Simulator
from tests.unit.plugins.agreement import check_failure
from tests.unit.plugins.in_process import Tasks

NAMES = ['..', '.', '../../a', '/tmp/not-here', 'a/../../b', '..\\..\\a', 'C:\\a', 'C:a', '.ssh', '~', '~root', '$HOME', '-rf', 'a\nb',
         'a\x1b[2J', '\x7f', '{moid}', '{name}', '{{ 1 }}', '%2e%2e%2fa', '<&"\']]>', '<!DOCTYPE a>', '&lt;', 'CON', 'NUL.txt',
         'a ', ' a', '\u202egnp', 'a' * 80, 'ü' * 80]
# The name of a file is made of the name of a VM in one place; a package takes longer.
OF_PACKAGES = ['..', '../../a', '/tmp/not-here', 'C:\\a', '.ssh', 'a\nb', '{moid}', '%2e%2e%2fa', '<&"\']]>', 'ü' * 80]
HREF = '{http://schemas.dmtf.org/ovf/envelope/1}href'
SECRET = b'nobody writes here'


@pytest.fixture(scope='module')
def simulator():
    """A simulator whose virtual machines are renamed by every test."""
    with Simulator(vms=2) as running:
        yield running


@pytest.fixture(scope='module')
def tasks(simulator):
    """Tasks against it."""
    with Tasks(simulator) as running:
        yield running


@pytest.fixture
def folder(tmp_path):
    """The folder that is asked for, beside a file that is not to be touched."""
    (tmp_path / 'outside').mkdir()
    (tmp_path / 'outside' / 'kept').write_bytes(SECRET)
    yield tmp_path / 'dest'
    assert sorted(each.name for each in tmp_path.iterdir() if each.name != 'dest') == ['outside']
    assert os.listdir(tmp_path / 'outside') == ['kept'] and (tmp_path / 'outside' / 'kept').read_bytes() == SECRET


def named(simulator, moid, name, on):
    """The virtual machine of that moid with a name, in a power state."""
    vm = simulator.vm(moid)
    simulator.call(vm.set, 'name', name)
    simulator.call(vm.become_powered_off, True)
    if on:
        simulator.call(vm.become_powered_on)
    return vm


def files(folder):
    """The files below a folder, their paths within it."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob('*') if not path.is_dir())


@pytest.mark.parametrize(('name', 'dest'), [*((name, '') for name in NAMES), *((name, '/{name}.png') for name in OF_PACKAGES)])
def test_screenshots(simulator, tasks, folder, name, dest):
    named(simulator, 'vm-1', name, on=True)
    folder.mkdir()
    result = tasks.run('screenshot', moid='vm-1', dest=f'{folder}{dest}')
    assert not result.get('failed'), result
    [file] = files(folder)
    assert '/' not in file and file.endswith('.png') and file != '.png' and result['result']['file'] == str(folder / file)


@pytest.mark.parametrize('name', OF_PACKAGES)
def test_exports(simulator, tasks, folder, name):
    named(simulator, 'vm-2', name, on=False)
    result = tasks.run('export', moid='vm-2', dest=str(folder))
    assert not result.get('failed'), result
    [package] = folder.iterdir()
    assert package.is_dir() and result['vm']['directory'] == str(package) and len(files(package)) == 4
    assert all('/' not in file for file in files(package))
    [descriptor] = package.glob('*.ovf')
    if name.isprintable():
        assert sorted(each.get(HREF) for each in ET.parse(descriptor).iter() if each.get(HREF)) == [
            file for file in files(package) if not file.endswith(('.mf', '.ovf'))]
    assert not tasks.run('export', moid='vm-2', dest=str(folder))['changed']


@pytest.mark.parametrize('name', [
    '..', '%2e%2e', '..%2f..%2fa', '%2Fetc%2Fpasswd', '.bashrc', 'a%00b', 'a%0Ab', 'C:a', '..%5Ca', '%2e%2e%5Ca.vmdk'])
def test_a_disk_that_the_server_names(simulator, tasks, folder, name):
    vm = named(simulator, 'vm-2', 'a', on=False)
    simulator.call(setattr, vm, 'export_name', name)
    try:
        result = tasks.run('export', moid='vm-2', dest=str(folder))
    finally:
        simulator.call(setattr, vm, 'export_name', None)
    check_failure(result)
    assert files(folder) == []


@pytest.mark.parametrize('target', ['outside/kept', 'outside'])
@pytest.mark.parametrize('file', ['a.ovf', 'a-disk-0.vmdk', 'a.mf'])
def test_links_in_the_place_of_exported_files(simulator, tasks, folder, file, target):
    named(simulator, 'vm-2', 'a', on=False)
    (folder / 'a').mkdir(parents=True)
    (folder / 'a' / file).symlink_to(folder.parent / target)
    result = tasks.run('export', moid='vm-2', dest=str(folder))
    assert not result.get('failed'), result
    assert not (folder / 'a' / file).is_symlink()


def test_a_link_in_the_place_of_a_screenshot(simulator, tasks, folder):
    named(simulator, 'vm-1', 'a', on=True)
    folder.mkdir()
    (folder / 'a.png').symlink_to(folder.parent / 'outside' / 'kept')
    assert tasks.run('screenshot', moid='vm-1', dest=str(folder / 'a.png'))['changed']
    assert not (folder / 'a.png').is_symlink()


@pytest.mark.parametrize('dest', ['', 'a\0b'])
@pytest.mark.parametrize(('module', 'moid'), [('screenshot', 'vm-1'), ('export', 'vm-2')])
@pytest.mark.parametrize('check_mode', [True, False])
def test_what_can_be_no_path(simulator, tasks, dest, module, moid, check_mode):
    named(simulator, moid, 'a', on=module == 'screenshot')
    result = tasks.run(module, check_mode, moid=moid, dest=dest)
    check_failure(result)
    assert result['fault']['details'] == {'option': 'dest'}
