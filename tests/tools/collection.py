# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Put the checkout where Ansible looks for collections, below .build, whatever the checkout's own folder is called."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
BUILD = CHECKOUT / '.build'
COLLECTIONS = BUILD / 'collections'
PLACE = Path('ansible_collections', 'vsphere', 'vm')


def link():
    """Make `.build/collections` a collections path that holds the checkout itself, and return it."""
    place = COLLECTIONS / PLACE
    place.parent.mkdir(parents=True, exist_ok=True)
    if not (place.is_symlink() and place.resolve() == CHECKOUT):
        fresh = place.with_name(f'vm.{os.getpid()}')
        fresh.symlink_to(os.path.relpath(CHECKOUT, place.parent))
        fresh.replace(place)
    return COLLECTIONS


def working_files():
    """Paths, relative to the checkout, of the files a commit of everything would hold."""
    listed = subprocess.run(['git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'],
                            cwd=CHECKOUT, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout
    return sorted(path for path in set(listed.split('\0')) if path and (CHECKOUT / path).is_file())


def copy(collections):
    """Copy the working files to a collection below `collections`, in a git repository of its own, and return its path.

    ansible-test takes a collection's files from git, and looks at the folder names above it: a link does not do.
    """
    place = collections / PLACE
    shutil.rmtree(place, ignore_errors=True)
    for path in working_files():
        target = place / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(CHECKOUT / path, target)
    for command in (['git', 'init', '--quiet'], ['git', 'add', '--all', '--force']):
        subprocess.run(command, cwd=place, check=True, stdin=subprocess.DEVNULL)
    return place


def copy_for_documentation(collections):
    """As copy, without the redirects to the action plugin, each of which antsibull-docs takes for a renamed module."""
    place = copy(collections)
    runtime = place / 'meta' / 'runtime.yml'
    runtime.write_text(runtime.read_text(encoding='utf-8').partition('plugin_routing:')[0], encoding='utf-8')
    return place


if __name__ == '__main__':
    link()
