# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The folder that Ansible makes for a run and removes at its end, and the private files that workers share in it."""

from __future__ import annotations

import glob
import json
import os
import shutil
from contextlib import suppress

from ansible import constants

PREFIX = 'vsphere.vm-'
# There from the run's beginning until it is being ended, and never made again: whatever order the folder is removed in,
# no worker that outlives the run takes it for one that goes on.
ALIVE = 'alive'


def run_file(name):
    """Returns the path of a file of this run."""
    return os.path.join(constants.DEFAULT_LOCAL_TMP, PREFIX + name)


def files(suffix):
    """Returns the paths of the files of this run that end so."""
    return glob.glob(f'{glob.escape(run_file(""))}*{suffix}')


def begin():
    """Marks this run as one that goes on; returns the descriptor of the mark, which no child inherits."""
    return open_private(run_file(ALIVE))


def begin_nothing_more():
    """Marks this run as being ended: no log-in behind the log-out, no virtual machine of a fleet."""
    with suppress(FileNotFoundError):
        os.unlink(run_file(ALIVE))


def is_ended():
    """Tells whether this run is being ended, or has ended."""
    return not os.path.exists(run_file(ALIVE))


def is_first(name):
    """Tells whether this is the first process of the run to ask, by a file of this name."""
    try:
        os.close(os.open(run_file(name), os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        return False
    return True


def is_there():
    """Tells whether the folder is still there."""
    return os.path.isdir(constants.DEFAULT_LOCAL_TMP)


def remove():
    """Removes the folder with all that is in it, as Ansible does at the end of a run that is not killed."""
    # It is gone at once under its name, so that no worker makes a file in it meanwhile, which would keep it.
    removed = f'{constants.DEFAULT_LOCAL_TMP}-removed'
    with suppress(FileNotFoundError):
        os.rename(constants.DEFAULT_LOCAL_TMP, removed)
    shutil.rmtree(removed, ignore_errors=True)


def open_private(path, create=True):
    """Opens a file for reading and writing that nobody else may read; returns its descriptor, which no child inherits.

    Raises OSError for a link, and for a file of another user or one that others may read.
    """
    opened = os.open(path, os.O_RDWR | (os.O_CREAT if create else 0) | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    status = os.fstat(opened)
    if status.st_uid != os.geteuid() or status.st_mode & 0o077:
        os.close(opened)
        raise PermissionError(f'{path} is not private to this user.')
    return opened


def private_file(path, create=True):
    """Opens a file as open_private does; returns it as a file of text."""
    return os.fdopen(open_private(path, create), 'r+', encoding='utf-8')


def write(path, content):
    """Puts plain data into a private file, whole or not at all: who reads meanwhile finds what was there before."""
    beside = f'{path}.{os.getpid()}'
    with private_file(beside) as file:
        file.truncate()
        json.dump(content, file)
    os.replace(beside, path)


def read(path):
    """Returns the data in a private file. Raises OSError as private_file does, FileNotFoundError if there is none."""
    with private_file(path, create=False) as file:
        return json.load(file)
