# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Paths on datastores, and texts that are none."""

from __future__ import annotations

import pytest
from ansible_collections.vsphere.vm.plugins.module_utils import datastore_paths, wire
from ansible_collections.vsphere.vm.plugins.module_utils.virtual_machine import VirtualMachine


@pytest.mark.parametrize(('path', 'datastore', 'file', 'folder'), [
    ('[nfs1] app-01/app-01.vmx', 'nfs1', 'app-01/app-01.vmx', 'app-01'),
    ('[nfs1]app-01/a b/c.vmdk', 'nfs1', 'app-01/a b/c.vmdk', 'app-01/a b'),
    ('[a b] two\nlines.vmx', 'a b', 'two\nlines.vmx', ''),
    ('[nfs1]', 'nfs1', '', ''),
    ('[] /usr/lib/vmware/isoimages/linux.iso', '', '/usr/lib/vmware/isoimages/linux.iso', '/usr/lib/vmware/isoimages'),
    ('app-01/app-01.vmx', None, '', ''),
    ('[nfs1 app-01.vmx', None, '', ''),
    ('', None, '', ''),
    (None, None, '', ''),
])
def test_a_path_is_taken_apart(path, datastore, file, folder):
    assert datastore_paths.parts_of(path) == (datastore, file)
    assert (datastore_paths.datastore_in(path), datastore_paths.folder_of(path)) == (datastore, folder)


@pytest.mark.parametrize(('path', 'moid'), [
    ('[nfs1] a/a.vmx', 'datastore-1'), ('[nfs%2f2] a/a.vmx', 'datastore-2'), ('[nfs3] a/a.vmx', None), (None, None)])
def test_the_datastore_of_a_path_is_one_of_the_machines_own(path, moid):
    stores = [wire.reference('Datastore', f'datastore-{number}') for number in (1, 2)]
    vm = VirtualMachine(wire.reference('VirtualMachine', 'vm-1'), {'datastore': stores},
                        {'datastore-1': 'nfs1', 'datastore-2': 'nfs/2'})
    found = datastore_paths.datastore_under(vm, path)
    assert (found and found['value']) == moid
