# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Paths of files on datastores, such as `[nfs1] app-01/app-01.vmx`."""

from __future__ import annotations

import re

from . import wire


def parts_of(path):
    """Returns (name of the datastore, path of the file on it) of `[datastore] folder/file`; (None, '') of all else.

    The name is empty where the path is one of the host's own, as those of the images of VMware Tools are.
    """
    parts = re.fullmatch(r'\[([^\]]*)\]\s*(.*)', path or '', flags=re.DOTALL)
    return parts.groups() if parts else (None, '')


def datastore_in(path):
    """Returns the name of the datastore in a path, as parts_of does."""
    return parts_of(path)[0]


def folder_of(path):
    """Returns the folder of a file on its datastore; a VM has one of the same name on all datastores that it is on."""
    return parts_of(path)[1].rpartition('/')[0]


def datastore_under(vm, path):
    """Returns the reference of the datastore of a path, of those of a VM that was read with their names, or None."""
    name = wire.name(datastore_in(path) or '')
    return next((ref for ref in vm['datastore'] or [] if vm.names.get(ref['value']) == name), None)
