# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""HostDatastoreBrowser: which files are on a datastore."""
from __future__ import annotations

import fnmatch
import re
from typing import NamedTuple

from .. import schema
from ..fault import Fault
from ..managed_object import ManagedObject
from .virtual_machine import disk_chain

_PATH = re.compile(r'\[(?P<datastore>[^\]]+)\] ?(?P<path>.*)')
# The end of a file's name -> its FileInfo type.
KINDS = {'.vmx': 'VmConfigFileInfo', '.vmtx': 'TemplateConfigFileInfo', '.vmdk': 'VmDiskFileInfo',
         '.log': 'VmLogFileInfo', '.nvram': 'VmNvramFileInfo', '.vmsn': 'VmSnapshotFileInfo',
         '.iso': 'IsoImageFileInfo', '.flp': 'FloppyImageFileInfo'}
_EXTENTS = ('-flat.vmdk', '-delta.vmdk')


class File(NamedTuple):
    """What a listing tells of a file: bytes and wire time, None where nothing is known of them."""

    size: int | None
    modified: str | None


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
        matched = _PATH.fullmatch(path)
        if matched is None:
            raise Fault('InvalidDatastorePath', datastorePath=path)
        datastores = map(self.vcenter.resolve, self.get('datastore'))
        datastore = next((each for each in datastores if each.get('name') == matched['datastore']), None)
        if datastore is None:
            raise Fault('InvalidDatastore', name=matched['datastore'])
        call.require('Datastore.Browse', datastore)
        folder = matched['path'].strip('/')
        return self.vcenter.start_task(self, call, lambda: chosen(self._found(datastore, folder, spec or {})),
                                       exclusive=False, entity_name=datastore.get('name'))

    def _found(self, datastore, folder, spec):
        name = datastore.get('name')
        files = {path.partition('] ')[2]: file for path, file in _files(datastore).items()}
        folders = {'', *(path[:end.start()] for path in files for end in re.finditer('/', path))}
        if folder not in folders:
            raise Fault('FileNotFound', file=f'[{name}] {folder}')
        below = sorted(each for each in folders if each == folder or not folder or each.startswith(f'{folder}/'))
        return [{'_typeName': 'HostDatastoreBrowserSearchResults', 'datastore': datastore.ref,
                 'folderPath': f'[{name}] {each}{"/" if each else ""}',
                 'file': _listing(each, files, folders, spec)} for each in below]


def _listing(folder, files, folders, spec):
    """The FileInfos of what is directly in a folder and matches a HostDatastoreBrowserSearchSpec."""
    entries = {path: file for path, file in files.items() if path.rpartition('/')[0] == folder}
    below = {path: File(None, None) for path in folders if path and path.rpartition('/')[0] == folder}
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


def _files(datastore):
    """{datastore path: File} of what virtual machines, and those that left, have there, and of what was written."""
    vcenter, prefix = datastore.vcenter, f'[{datastore.get("name")}] '
    found = {}
    for reference in datastore.get('vm'):
        layout = vcenter.resolve(reference).property_layoutEx()
        found.update((file['name'], File(file['size'], layout['timestamp'])) for file in layout['file'])
    for path, left in vcenter.files_left.items():
        configs = [left.configuration, *(snapshot.config for snapshot in left.snapshots)]
        found.update((name, File(None, None)) for name in [path, *disk_chain.files_of(configs)])
    found.update((name, File(None, None)) for name in datastore.disks_left)
    written = vcenter.find('FileManager').files_on(datastore)
    found.update((name, File(len(content), None)) for name, content in written.items())
    return {name: file for name, file in found.items() if name.startswith(prefix)}
