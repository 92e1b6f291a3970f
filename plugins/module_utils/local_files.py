# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Files of the machine that a task runs on: where they go, and how they are there whole or not at all."""

from __future__ import annotations

import errno
import os
import re
import tempfile
from contextlib import contextmanager, suppress

from .faults import Refusal


@contextmanager
def local_errors(path):
    """Raises Refusal for what the operating system says about a file."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise Refusal(f'{error.filename or path}: {error.strerror or error}.', 'LocalFileError',
                      category='capacity' if full else 'invalid_argument',
                      hint='Look at the folder on the machine that the task runs on.',
                      details={'path': str(path)}) from None


@contextmanager
def whole_file(path):
    """Opens a file to write; it takes the place of `path` when all went well, and is gone otherwise."""
    with local_errors(path):
        handle, part = tempfile.mkstemp(dir=os.path.dirname(path) or '.', prefix='.vsphere-')
    try:
        with local_errors(path):
            with os.fdopen(handle, 'wb') as file:
                yield file
            os.chmod(part, 0o666 & ~current_umask())
            os.replace(part, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(part)
        raise


def current_umask():
    """Returns the umask of this process, which can be read only by setting it."""
    umask = os.umask(0o077)
    os.umask(umask)
    return umask


def named_after(vm, text):
    """Returns a path in which {name} and {moid} stand for those of a VM. Raises Refusal for what can be no path."""
    if not text or '\0' in text:
        raise Refusal(f'dest is {text!r}, which cannot be a path.', 'InvalidArgument', details={'option': 'dest'})
    return text.replace('{name}', file_name(vm.name)).replace('{moid}', file_name(vm.moid))


def file_name(name):
    """Returns the name of a VM as the name of a file."""
    return re.sub(r'^\.|[/\\:\0-\x1f]', '_', name) or '_'


def plain_name(name):
    """Returns a name that a server has given to a file. Raises Refusal if it would lead out of its folder."""
    if not name or name.startswith('.') or re.search(r'[/\\:\0-\x1f]', name):
        raise Refusal(f'The server names a file {name!r}, which is not a plain file name.', 'InvalidFileName',
                      category='server', details={'name': name})
    return name


def check_folder(path):
    """Raises Refusal unless a folder is there to be written into, or can be made."""
    present = path
    while not os.path.lexists(present):
        present = os.path.dirname(present)
    if not os.path.isdir(present) or not os.access(present, os.W_OK | os.X_OK):
        raise Refusal(f'{present} is not a folder that this user may write to.', 'LocalFileError',
                      category='invalid_argument', details={'path': path})


def make_folder(path):
    """Makes a folder with those above it, unless it is there. Raises Refusal."""
    with local_errors(path):
        os.makedirs(path, exist_ok=True)
