# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What stands against the place of a virtual machine or a file: forecasts (see Step) that read when check mode asks.

Source: the API pages of Datastore, HostSystem, ComputeResource and InvalidDatastorePath.
"""

from __future__ import annotations

from .. import wire
from ..datastore_paths import datastore_in


def out_of_reach(inventory, datastores, host=None, pool=None):
    """Returns the forecast whether a host, or the compute resource of a pool, does not reach one of the datastores.

    Takes references, those of the datastores or their names; without any of these, or without a place, it is None.
    """
    def told():
        name, reached = reach(inventory, host, pool)
        far = next((each for each in wanted if each not in (*reached, *reached.values())), None)
        return f'{name} does not reach the datastore {far}.' if far else None
    wanted = [each if isinstance(each, str) else each['value'] for each in datastores if each]
    return told if wanted and (host or pool) else None


def reach(inventory, host=None, pool=None):
    """Returns the name of a host, or of the compute resource of a pool, and {moid: name} of the datastores it reaches.

    A fleet reads it once.
    """
    return inventory.once(_reach, inventory, *wire.key_of(host or inventory.fixed(pool, 'owner')))


def _reach(inventory, kind, moid):
    found = inventory.properties(wire.reference(kind, moid), 'name', 'datastore')
    return wire.name(found['name']), {ref['value']: wire.name(each['name'])
                                      for ref, each in inventory.read(found.get('datastore') or [], ['name'])}


def name_taken(inventory, folder, name):
    """Returns the forecast whether something in a folder (a reference, or None) has a name."""
    def told():
        found = inventory.child(folder, name)
        return f'the folder has a {found["type"]} named {name!r}: {found["value"]}.' if found else None
    return told if folder else None


def wrong_path(inventory, path):
    """Returns the forecast whether a path is not `[datastore] folder/file`, or its datastore is not there."""
    def told():
        name = datastore_in(path)
        if name is None:
            return f'{path!r} is not a path of the form [datastore] folder/file.'
        found = name == '' or inventory.named('Datastore', name)
        return None if found else f'there is no datastore named {name!r}.'
    return told
