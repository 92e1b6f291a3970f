# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""HostDatastoreBrowser: which files are on a datastore."""
from __future__ import annotations

import fnmatch

from .. import schema
from ..fault import Fault
from ..managed_object import ManagedObject
from . import datastore_contents as contents

# The end of a file's name -> its FileInfo type.
KINDS = {'.vmx': 'VmConfigFileInfo', '.vmtx': 'TemplateConfigFileInfo', '.vmdk': 'VmDiskFileInfo',
         '.log': 'VmLogFileInfo', '.nvram': 'VmNvramFileInfo', '.vmsn': 'VmSnapshotFileInfo',
         '.iso': 'IsoImageFileInfo', '.flp': 'FloppyImageFileInfo'}
_EXTENTS = ('-flat.vmdk', '-delta.vmdk')


class HostDatastoreBrowser(ManagedObject):
    """`datastore`: references of the datastores that it can look into; stored."""

    def property_supportedType(self):
        """The FileQueries that a search takes."""
        return [{'_typeName': kind.replace('FileInfo', 'FileQuery')}
                for kind in ('FolderFileInfo', *KINDS.values()) if kind != 'TemplateConfigFileInfo']

    def SearchDatastore_Task(self, call, datastorePath, searchSpec=None):
        """What is in the folder `[datastore] folder`; the task gives the HostDatastoreBrowserSearchResults.

        Raises InvalidDatastorePath, InvalidDatastore; the task FileNotFound for a folder that is not there.
        """
        return self._search(call, datastorePath, searchSpec, lambda found: found[0])

    def SearchDatastoreSubFolders_Task(self, call, datastorePath, searchSpec=None):
        """The same for the folder and each one below it."""
        return self._search(call, datastorePath, searchSpec, lambda found: found)

    def _search(self, call, path, spec, chosen):
        datastore, folder = contents.find(self.vcenter, self.get('datastore'), path)
        call.require('Datastore.Browse', datastore)
        return self.vcenter.start_task(self, call, lambda: chosen(self._found(datastore, folder, spec or {})),
                                       exclusive=False, entity_name=datastore.get('name'))

    def _found(self, datastore, folder, spec):
        files = contents.files(datastore)
        folders = contents.folders(datastore, files)
        if folder not in folders:
            raise Fault('FileNotFound', file=contents.path_of(datastore, folder))
        below = sorted(each for each in folders if each == folder or not folder or each.startswith(f'{folder}/'))
        return [{'_typeName': 'HostDatastoreBrowserSearchResults', 'datastore': datastore.ref,
                 'folderPath': contents.path_of(datastore, f'{each}/' if each else ''),
                 'file': _listing(each, files, folders, spec)} for each in below]


def _listing(folder, files, folders, spec):
    """The FileInfos of what is directly in a folder and matches a HostDatastoreBrowserSearchSpec."""
    entries = {path: file for path, file in files.items() if path.rpartition('/')[0] == folder}
    below = {path: contents.File(None, time) for path, time in folders.items()
             if path and path.rpartition('/')[0] == folder}
    infos = [_info(path.rpartition('/')[2], kind, file, spec.get('details') or {}, 'query' in spec)
             for kind, held in (('FolderFileInfo', below), (None, entries)) for path, file in sorted(held.items())
             if _is_wanted(path.rpartition('/')[2], kind, spec)]
    return infos if spec.get('sortFoldersFirst') else sorted(infos, key=lambda info: info['path'])


def _is_wanted(name, kind, spec):
    patterns, fold = spec.get('matchPattern') or ['*'], str.lower if spec.get('searchCaseInsensitive', True) else str
    if not any(fnmatch.fnmatchcase(fold(name), fold(pattern)) for pattern in patterns):
        return False
    queries = [query['_typeName'].replace('FileQuery', 'FileInfo') for query in spec.get('query', ())]
    kind = kind or _kind(name)
    if kind == 'VmDiskFileInfo' and queries and name.endswith(_EXTENTS):
        return False
    return not queries or any(schema.is_a(kind, wanted) for wanted in queries)


def _kind(name):
    return next((kind for ending, kind in KINDS.items() if name.endswith(ending)), 'FileInfo')


def _info(name, kind, file, details, typed):
    told = {'fileSize': details.get('fileSize') and file.size,
            'modification': details.get('modification') and file.modified,
            'owner': 'root' if details.get('fileOwner') else None}
    return {'_typeName': (kind or _kind(name)) if typed or details.get('fileType') else 'FileInfo', 'path': name,
            **{member: value for member, value in told.items() if value not in (None, False)}}
