# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""FileManager: the files on datastores that hold real bytes; those of virtual machines are figures only."""
from __future__ import annotations

import hashlib
import re

from ..fault import Fault, invalid_argument
from ..managed_object import ManagedObject

_PATH = re.compile(r'\[(?P<datastore>[^\]]+)\] ?(?P<path>.+)')


class FileManager(ManagedObject):
    """Keeps {datastore path: bytes} by (moid of the datacenter, path)."""

    def __init__(self, vcenter, moid):
        super().__init__(vcenter, moid)
        self._files = {}

    def DeleteDatastoreFile_Task(self, call, name, datacenter=None):
        """Delete a file by its datastore path.

        Raises InvalidArgument without a datacenter, which a datastore path needs, InvalidDatastorePath for what is no
        such path, InvalidDatastore; the task FileNotFound.
        """
        if datacenter is None:
            raise invalid_argument('datacenter')
        place = self.vcenter.resolve(datacenter)
        call.require('Datastore.FileManagement', self.datastore(place, name))
        return self.vcenter.start_task(self, call, lambda: self._delete(place, name), exclusive=False,
                                       entity_name='FileManager')

    def write(self, datastore, path, content):
        """Put a file on a Datastore, by its datastore path."""
        self._files[_datacenter_of(datastore).moid, path] = content

    def read(self, datacenter, path):
        """The bytes of a file of a Datacenter, or None."""
        return self._files.get((datacenter.moid, path))

    def files_on(self, datastore):
        """{datastore path: bytes} of the files on a Datastore."""
        place, prefix = _datacenter_of(datastore).moid, f'[{datastore.get("name")}] '
        return {path: content for (moid, path), content in self._files.items()
                if moid == place and path.startswith(prefix)}

    def follow(self, moved):
        """Give the files the paths that ``moved(path)`` says: their datastore has another name."""
        self._files = {(moid, moved(path)): content for (moid, path), content in self._files.items()}

    def datastore(self, datacenter, path):
        """The Datastore of a datastore path in a Datacenter; raises InvalidDatastorePath or InvalidDatastore."""
        found = _PATH.fullmatch(path)
        if found is None:
            raise Fault('InvalidDatastorePath', datastorePath=path)
        for reference in datacenter.get('datastore'):
            datastore = self.vcenter.resolve(reference)
            if datastore.get('name') == found['datastore']:
                return datastore
        raise Fault('InvalidDatastore', name=found['datastore'])

    def picture(self):
        """{path: SHA-256} of the files."""
        return {'files': {f'{moid} {path}': hashlib.sha256(content).hexdigest()
                          for (moid, path), content in self._files.items()}}

    def _delete(self, datacenter, path):
        if self._files.pop((datacenter.moid, path), None) is None:
            raise Fault('FileNotFound', file=path)


def _datacenter_of(datastore):
    return next(entity for entity in datastore.ancestors() if entity.ref['type'] == 'Datacenter')
