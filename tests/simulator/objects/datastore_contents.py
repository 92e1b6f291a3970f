# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is on a datastore: the files of its virtual machines and of those that left, disks, and what was written there.

A place is a path within a datastore, `app-01/app-01.vmx`; '' is the datastore's top folder.
"""
from __future__ import annotations

import posixpath
import re
from typing import NamedTuple

from ..fault import Fault
from .virtual_machine import disk_chain

_PATH = re.compile(r'\[(?P<datastore>[^\]]+)\] ?(?P<place>.*)')
KB_BYTES = 1024


class File(NamedTuple):
    """What a listing tells of a file: bytes, None where nothing is known of them, and wire time."""

    size: int | None
    modified: str


def parse(path):
    """(datastore's name, place) of a datastore path `[LocalDS_0] app-01/`; raises InvalidDatastorePath for what is no
    such path, and for one that leads out of the datastore."""
    matched = _PATH.fullmatch(path)
    place = posixpath.normpath(matched['place'].strip('/') or '.') if matched else '..'
    if place.partition('/')[0] == '..':
        raise Fault('InvalidDatastorePath', datastorePath=path)
    return matched['datastore'], '' if place == '.' else place


def find(vcenter, references, path):
    """(Datastore, place) of a datastore path on one of the datastores with these references; raises
    InvalidDatastorePath or InvalidDatastore."""
    name, place = parse(path)
    for datastore in map(vcenter.resolve, references):
        if datastore.get('name') == name:
            return datastore, place
    raise Fault('InvalidDatastore', name=name)


def path_of(datastore, place):
    """The datastore path of a place."""
    return f'[{datastore.get("name")}] {place}'


def files(datastore):
    """{place: File} of all files on a Datastore."""
    vcenter, manager = datastore.vcenter, datastore.vcenter.find('FileManager')
    found = files_in_use(datastore)
    for path, left in vcenter.files_left.items():
        configs = [left.configuration, *(snapshot.config for snapshot in left.snapshots)]
        found.update((name, File(None, manager.since)) for name in [path, *disk_chain.files_of(configs)])
    found.update((name, File(disk['capacityInKB'] * KB_BYTES, manager.since))
                 for name, disk in datastore.disks_left.items())
    found.update((name, File(len(content), time)) for name, (content, time) in manager.files_on(datastore).items())
    prefix = path_of(datastore, '')
    return {name.removeprefix(prefix): file for name, file in found.items() if name.startswith(prefix)}


def files_in_use(datastore):
    """{datastore path: File} of the files of the virtual machines that have the Datastore."""
    found = {}
    for reference in datastore.get('vm'):
        layout = datastore.vcenter.resolve(reference).property_layoutEx()
        found.update((file['name'], File(file['size'], layout['timestamp'])) for file in layout['file'])
    return found


def folders(datastore, present):
    """{place: wire time} of all folders on a Datastore on which the files `present` are, the top one among them."""
    manager = datastore.vcenter.find('FileManager')
    made = manager.folders_on(datastore)
    above = ['', *(place[:end.start()] for place in [*present, *made] for end in re.finditer('/', place))]
    return {**dict.fromkeys(above, manager.since), **made}
