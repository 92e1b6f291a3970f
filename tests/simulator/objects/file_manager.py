# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""FileManager: the folders on datastores, and the files there that hold real bytes; those of virtual machines are
figures only."""
from __future__ import annotations

import hashlib

from ..fault import Fault, invalid_argument
from ..managed_object import ManagedObject
from . import datastore_contents as contents


class FileManager(ManagedObject):
    """Keeps {datastore path: (bytes, wire time)} by (moid of the datacenter, path), and the times at which folders were
    made. since: when the server began, before which everything else on datastores was there."""

    def __init__(self, vcenter, moid):
        super().__init__(vcenter, moid)
        self._files, self._folders = {}, {}
        self.since = vcenter.now()

    def MakeDirectory(self, call, name, datacenter=None, createParentDirectories=False):
        """Make a folder by its datastore path; raises FileAlreadyExists, and FileNotFound for one in which it would be
        and which is not there."""
        datastore, place = self.find(call, name, datacenter)
        self._check_free(datastore, place, createParentDirectories)
        self._note_folder(datastore, place)

    def DeleteDatastoreFile_Task(self, call, name, datacenter=None):
        """Delete a file, or a folder with all that is in it, by its datastore path.

        Raises InvalidArgument without a datacenter, which a datastore path needs, InvalidDatastorePath for what is no
        such path, InvalidDatastore; the task FileNotFound, and FileLocked for what a virtual machine has.
        """
        datastore, place = self.find(call, name, datacenter)
        return self._start(call, lambda: self._delete(datastore, place))

    def MoveDatastoreFile_Task(self, call, sourceName, destinationName, sourceDatacenter=None,
                               destinationDatacenter=None, force=False):
        """Move a file or a folder; `force` replaces a file. Raises what deleting raises; the task FileAlreadyExists
        too, and CannotAccessFile for what a virtual machine left."""
        return self.transfer(call, (sourceName, sourceDatacenter), (destinationName, destinationDatacenter), force,
                             self._move)

    def CopyDatastoreFile_Task(self, call, sourceName, destinationName, sourceDatacenter=None,
                               destinationDatacenter=None, force=False):
        """Copy in the same way."""
        return self.transfer(call, (sourceName, sourceDatacenter), (destinationName, destinationDatacenter), force,
                             self.copy)

    def transfer(self, call, source, destination, force, work):
        """A task that does `work(origin, target, force)`; each is (Datastore, place), found by (datastore path,
        reference of the datacenter), of which the destination's may be None for that of the source."""
        origin = self.find(call, *source)
        target = self.find(call, destination[0], destination[1] or source[1])
        return self._start(call, lambda: work(origin, target, force))

    def write(self, datastore, path, content):
        """Put a file on a Datastore, by its datastore path."""
        self._files[_datacenter_of(datastore).moid, path] = content, self.vcenter.now()

    def read(self, datacenter, path):
        """The bytes of a file of a Datacenter, or None."""
        return self._files.get((datacenter.moid, path), (None, None))[0]

    def files_on(self, datastore):
        """{datastore path: (bytes, wire time)} of the files on a Datastore."""
        return {path: self._files[moid, path] for moid, path in _on(datastore, self._files)}

    def folders_on(self, datastore):
        """{place: wire time} of the folders that were made on a Datastore."""
        prefix = contents.path_of(datastore, '')
        return {path.removeprefix(prefix): self._folders[moid, path] for moid, path in _on(datastore, self._folders)}

    def follow(self, moved):
        """Give the files the paths that ``moved(path)`` says: their datastore has another name."""
        self._files = {(moid, moved(path)): content for (moid, path), content in self._files.items()}
        self._folders = {(moid, moved(path)): time for (moid, path), time in self._folders.items()}

    def find(self, call, path, datacenter):
        """(Datastore, place) of a datastore path in the Datacenter of a reference; raises what DeleteDatastoreFile_Task
        raises, and NoPermission."""
        if datacenter is None:
            raise invalid_argument('datacenter')
        place = contents.find(self.vcenter, self.vcenter.resolve(datacenter).get('datastore'), path)
        call.require('Datastore.FileManagement', place[0])
        return place

    def picture(self):
        """{path: SHA-256} of the files, and the paths of the folders."""
        return {'folders': sorted(f'{moid} {path}' for moid, path in self._folders), 'files': {
            f'{moid} {path}': hashlib.sha256(content).hexdigest()
            for (moid, path), (content, _time) in self._files.items()}}

    def make_room(self, datastore, place, force):
        """Raise FileAlreadyExists for a place that is taken, unless `force` lets a file go, and FileNotFound for a
        folder that is not there."""
        if force and place in contents.files(datastore):
            self._delete(datastore, place)
        self._check_free(datastore, place)

    def copy(self, origin, target, force):
        """Copy a file or a folder from one (Datastore, place) to another."""
        (datastore, place), (onto, new) = origin, target
        found = self._below(datastore, place)
        if origin == target or (onto is datastore and new.startswith(f'{place}/')):
            raise Fault('FileAlreadyExists', file=contents.path_of(onto, new))
        for each in found:
            self._check_is_copied(datastore, each)
        self.make_room(onto, new, force)
        for each in found:
            self._copy_one(datastore, each, onto, new + each[len(place):])

    def _start(self, call, work):
        return self.vcenter.start_task(self, call, work, exclusive=False, entity_name='FileManager')

    def _below(self, datastore, place):
        """The places of a file or folder and of all in it, folders first; raises FileNotFound."""
        files = contents.files(datastore)
        places = sorted(contents.folders(datastore, files)) + sorted(files)
        found = [each for each in places if each == place or each.startswith(f'{place}/')]
        if not place or not found:
            raise Fault('FileNotFound', file=contents.path_of(datastore, place))
        return found

    def _check_free(self, datastore, place, any_folder=False):
        files = contents.files(datastore)
        folders = contents.folders(datastore, files)
        if place in files or place in folders:
            raise Fault('FileAlreadyExists', file=contents.path_of(datastore, place))
        parent = place.rpartition('/')[0]
        if parent not in folders and not any_folder:
            raise Fault('FileNotFound', file=contents.path_of(datastore, parent))

    def _move(self, origin, target, force):
        self._check_unused(*origin)
        self.copy(origin, target, force)
        self._delete(*origin)

    def _delete(self, datastore, place):
        self._check_unused(datastore, place)
        moid = _datacenter_of(datastore).moid
        for path in [contents.path_of(datastore, each) for each in self._below(datastore, place)]:
            self._files.pop((moid, path), None)
            self._folders.pop((moid, path), None)
            datastore.disks_left.pop(path, None)
            self.vcenter.files_left.pop(path, None)

    def _check_unused(self, datastore, place):
        used = contents.files_in_use(datastore)
        for path in [contents.path_of(datastore, each) for each in self._below(datastore, place)]:
            if path in used:
                raise Fault('FileLocked', file=path)

    def _check_is_copied(self, datastore, place):
        """Only what has bytes or is a disk that no machine has is copied."""
        path = contents.path_of(datastore, place)
        is_folder = place in contents.folders(datastore, contents.files(datastore))
        if not is_folder and path not in datastore.disks_left and path not in self.files_on(datastore):
            raise Fault('CannotAccessFile', file=path)

    def _copy_one(self, datastore, place, onto, new):
        """Copy one file or the folder alone."""
        path, copied = contents.path_of(datastore, place), contents.path_of(onto, new)
        content, disk = self.files_on(datastore).get(path), datastore.disks_left.get(path)
        if content is not None:
            self.write(onto, copied, content[0])
        elif disk is not None:
            onto.disks_left[copied] = {**disk, 'backing': {**disk['backing'], 'fileName': copied,
                                                           'datastore': onto.ref}}
        else:
            self._note_folder(onto, new)

    def _note_folder(self, datastore, place):
        self._folders[_datacenter_of(datastore).moid, contents.path_of(datastore, place)] = self.vcenter.now()


def _on(datastore, keys):
    """Those of the (moid of the datacenter, datastore path) that are on a Datastore."""
    moid, prefix = _datacenter_of(datastore).moid, contents.path_of(datastore, '')
    return [key for key in keys if key[0] == moid and key[1].startswith(prefix)]


def _datacenter_of(datastore):
    return next(entity for entity in datastore.ancestors() if entity.ref['type'] == 'Datacenter')
