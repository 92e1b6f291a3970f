# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The virtual machines of a vCenter as records: plain data that a cache can keep, made in one paged read.

A record has `properties`, {path: value}, and `facts`, what is known of the VM under tidy names.
"""

from __future__ import annotations

from ..module_utils import wire
from ..module_utils.inventory_tree import above, path_in
from ..module_utils.lookup import Inventory
from ..module_utils.power_states import power_state_of
from ..module_utils.selection import custom_attributes, matching
from .tags import tags_of

IDENTITY = ('name', 'config.instanceUuid', 'config.template', 'runtime.powerState')
PLACEMENT = ('parent', 'runtime.host', 'resourcePool')
CUSTOM_VALUES = 'customValue'


class Census:
    """Reads the records of all virtual machines that fit.

    `where` is as in the fleet's options. `properties` are the paths to read. After read(), `unread` has
    {(path, name of the fault): how many virtual machines} of properties that could not be read.
    """

    def __init__(self, client, where, properties, with_placement=False, with_tags=False):
        self.client = client
        self.inventory = Inventory(client)
        self.where = where
        self.paths = [*dict.fromkeys((*IDENTITY, *(PLACEMENT if with_placement else ()), *properties))]
        self.asked = list(properties)
        self.with_placement = with_placement
        self.with_tags = with_tags
        self.unread = {}
        self.gone = set()

    def read(self):
        """Returns the records, by the names of the virtual machines. Raises Failure."""
        fields = {}
        if CUSTOM_VALUES in self.asked:
            fields = {key: name for name, key in custom_attributes(self.inventory).items()}
        records, surroundings = [], Surroundings()
        beside = [self.inventory.places()] if self.with_placement else []
        for ref, properties in matching(self.inventory, self.where, self.paths, beside, self._unread):
            if ref['type'] != 'VirtualMachine':
                surroundings.add(ref, properties)
            elif ref['value'] not in self.gone:
                records.append(self._record(ref, properties, fields))
        records.sort(key=lambda record: (record['facts']['vm_name'], record['facts']['moid']))
        for record in records:
            place = record.pop('place')
            if self.with_placement:
                record['facts'].update(surroundings.of(*place))
        if self.with_tags:
            self._add_tags(records)
        return records

    def _record(self, ref, properties, fields):
        facts = {
            'moid': ref['value'], 'vm_name': wire.name(properties.get('name', '')),
            'instance_uuid': properties.get('config.instanceUuid'),
            'power_state': power_state_of(properties.get('runtime.powerState')),
            'template': bool(properties.get('config.template'))}
        if CUSTOM_VALUES in self.asked:
            facts['custom_attributes'] = {fields.get(each['key'], str(each['key'])): each['value']
                                          for each in properties.get(CUSTOM_VALUES) or []}
        return {'facts': facts, 'place': [properties.get(path) for path in ('name', *PLACEMENT)],
                'properties': {path: wire.plain(properties[path]) for path in self.asked if path in properties}}

    def _unread(self, ref, path, fault):
        """Notes what of one VM cannot be read; it is no reason to do without all the others."""
        if fault.name == 'ManagedObjectNotFound':
            self.gone.add(ref['value'])
        else:
            self.unread[path, fault.name] = self.unread.get((path, fault.name), 0) + 1

    def _add_tags(self, records):
        tags = tags_of(self.client, [record['facts']['moid'] for record in records]) if records else {}
        for record in records:
            by_category = tags.get(record['facts']['moid'], {})
            record['facts']['tags_by_category'] = by_category
            record['facts']['vm_tags'] = sorted({tag for names in by_category.values() for tag in names})


class Surroundings:
    """The folders, datacenters, clusters, hosts and resource pools of a vCenter, by what they hold."""

    def __init__(self):
        self.tree = {}
        self.folders = {}

    def add(self, ref, properties):
        """Takes a place with its name and parent."""
        self.tree[wire.key_of(ref)] = properties

    def of(self, name, parent, host, pool):
        """Returns facts on where a virtual machine is, by its name on the wire and references to what it is in and on.

        None is what it is not in, or what the user may not see.
        """
        folder, datacenter = self._folder(parent)
        host = self.tree.get(wire.key_of(host), {}) if host else {}
        compute = host.get('parent') or {}
        return {
            'path': f'{folder}/{name}' if folder else None, 'folder': folder, 'datacenter': datacenter,
            'cluster': self._name(compute) if compute.get('type') == 'ClusterComputeResource' else None,
            'esxi_host': wire.name(host['name']) if 'name' in host else None, 'resource_pool': self._name(pool)}

    def _name(self, ref):
        name = self.tree.get(wire.key_of(ref), {}).get('name') if ref else None
        return wire.name(name) if name else None

    def _folder(self, ref):
        """Returns the path of a folder and the name of its datacenter; (None, None) if it is unknown."""
        key = wire.key_of(ref) if ref else None
        if key not in self.folders:
            self.folders[key] = path_in(self.tree, key) or None, self._datacenter(key)
        return self.folders[key]

    def _datacenter(self, key):
        place = next((each for each in above(self.tree, key) if each[0] == 'Datacenter'), None)
        return wire.name(self.tree[place]['name']) if place in self.tree else None
