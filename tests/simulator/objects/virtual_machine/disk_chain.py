# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The chains of disk files that snapshots make: pure functions on VirtualMachineConfigInfo values.

A backing's `parent` is the file that it is a delta of. Values are never changed in place: snapshots share them.
"""

from __future__ import annotations

import re

DELTA = re.compile(r'-(\d{6})\.vmdk$')


def backings(config):
    """The file backings of the virtual disks of a configuration, independent ones too."""
    return [device['backing'] for device in config['hardware']['device'] if is_file_disk(device)]


def is_file_disk(device):
    """Whether a device is a virtual disk with a file."""
    return device['_typeName'] == 'VirtualDisk' and 'fileName' in device.get('backing', {})


def has_independent_disk(config):
    """Whether a disk keeps out of snapshots, which rules out a snapshot with memory."""
    return any(_is_independent(backing) for backing in backings(config))


def chain(backing):
    """A backing and what it stands on, the base first."""
    links = []
    while backing is not None:
        links.append(backing)
        backing = backing.get('parent')
    return links[::-1]


def files_of(configs):
    """Every disk file that the configurations refer to: {file name: backing}, bases before deltas."""
    return {link['fileName']: link for config in configs for backing in backings(config) for link in chain(backing)}


def with_new_deltas(config, configs):
    """`config` with a new delta on each disk that takes part in snapshots; `configs` name the files in use."""
    taken = {int(match.group(1)) for name in files_of(configs) if (match := DELTA.search(name))}
    number = next(number for number in range(1, len(taken) + 2) if number not in taken)
    return _with_backings(config, lambda backing: backing if _is_independent(backing) else _delta(backing, number))


def merged(configs, backing):
    """The configurations after the one delta that stands on `backing` was written into it.

    Several deltas on it are branches that still need it: then nothing changes.
    """
    name = backing['fileName']
    deltas = {link['fileName'] for config in configs for top in backings(config) for link in chain(top)
              if link.get('parent', {}).get('fileName') == name}
    if len(deltas) != 1:
        return configs
    gone = deltas.pop()
    return [_with_backings(config, lambda top: _without(top, gone)) for config in configs]


def consolidated(configs, needed):
    """The configurations after every delta on a file outside `needed` (file names) was written into that file."""
    for link in files_of(configs).values():
        if link['fileName'] not in needed:
            configs = merged(configs, link)
    return configs


def unlinked(config, keys, directory):
    """The configuration whose disks with these keys stand on no file outside `directory`: its content was copied.

    A machine's directory has the same name on each datastore that it has disks on.
    """
    directory = directory.partition('] ')[2]
    devices = [{**device, 'backing': _within(device['backing'], directory)}
               if device['key'] in keys and is_file_disk(device) else device
               for device in config['hardware']['device']]
    return {**config, 'hardware': {**config['hardware'], 'device': devices}}


def _with_backings(config, change):
    devices = [{**device, 'backing': change(device['backing'])} if is_file_disk(device) else device
               for device in config['hardware']['device']]
    return {**config, 'hardware': {**config['hardware'], 'device': devices}}


def _is_independent(backing):
    return backing.get('diskMode', 'persistent').startswith('independent')


def _delta(backing, number):
    stem = DELTA.sub('', backing['fileName']).removesuffix('.vmdk')
    return {**backing, 'fileName': f'{stem}-{number:06}.vmdk', 'deltaDiskFormat': 'redoLogFormat', 'parent': backing}


def _without(backing, gone):
    """A chain without the link `gone`, whose content its parent took over."""
    if 'parent' not in backing:
        return backing
    parent = _without(backing['parent'], gone)
    return parent if backing['fileName'] == gone else {**backing, 'parent': parent}


def _within(backing, directory):
    if 'parent' not in backing:
        return backing
    if backing['parent']['fileName'].partition('] ')[2].startswith(directory):
        return {**backing, 'parent': _within(backing['parent'], directory)}
    return {name: value for name, value in backing.items() if name not in ('parent', 'deltaDiskFormat')}
