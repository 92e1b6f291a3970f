# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A screenshot, from the datastore that the server puts it on to this machine.

Source: the API page of CreateScreenshot_Task, and "Datastore Access (/folder)" of the guide "Web Services SDK
Programming".
"""

from __future__ import annotations

import os
from contextlib import suppress
from urllib.parse import quote, urlencode

from .datastore_paths import datastore_under, parts_of
from .faults import Failure, Refusal
from .local_files import check_folder, make_folder, named_after, whole_file
from .methods.console import delete_datastore_file

SIGNATURE = b'\x89PNG\r\n\x1a\n'
ONE_FOR_MANY = ('The screenshots of several virtual machines need several files: let dest be a folder, or put {name} '
                'or {moid} in it.')


def place_of(vm, params):
    """Returns the path of the file. Raises Refusal where it cannot be, or would be one for many."""
    path = os.path.abspath(named_after(vm, params['dest']))
    if os.path.isdir(path) or params['dest'].endswith('/'):
        path = os.path.join(path, named_after(vm, '{name}.png'))
    elif (params['vms'] is not None or params['where'] is not None) and '{' not in params['dest']:
        raise Refusal(ONE_FOR_MANY, 'InvalidArgument', details={'option': 'dest'})
    check_folder(os.path.dirname(path))
    return path


def shots(vm, path, keep):
    """Yields the steps that make a screenshot, fetch it and delete what is on the datastore."""
    datacenter, place = vm.inventory.datacenter_of(vm.ref)
    made = yield vm.create_screenshot()
    datastore = datastore_under(vm, made or vm['config.files.vmPathName']) or vm['datastore'][0]
    deletion = delete_datastore_file(vm.inventory.client.service('fileManager'), datastore, made, datacenter)

    def fetch(client):
        try:
            return {'file': path, 'datastore_path': made if keep else None,
                    'size_bytes': fetched(client, made, place, path)}
        except BaseException:
            if not keep:
                with suppress(Failure):
                    client.call(deletion.target, deletion.method, **deletion.parameters)
            raise
    yield vm.fetch_screenshot(datastore, fetch)
    if not keep:
        yield deletion


def fetched(client, datastore_path, datacenter, path):
    """Downloads a PNG, by its datastore path in the datacenter at an inventory path; returns its size in bytes.

    Raises Fault, TransportError, or Refusal if it is no PNG.
    """
    datastore, inside = parts_of(datastore_path)
    url = f'/folder/{quote(inside)}?{urlencode({"dcPath": datacenter, "dsName": datastore})}'
    begins = bytearray()

    def take(piece):
        if len(begins) < len(SIGNATURE):
            begins.extend(piece[:len(SIGNATURE)])
        file.write(piece)
    make_folder(os.path.dirname(path))
    with whole_file(path) as file:
        size = client.download(url, take)
        if not begins.startswith(SIGNATURE):
            raise Refusal(f'What the vCenter gave for {datastore_path} is no PNG.', 'NotAPicture', category='server')
    return size
