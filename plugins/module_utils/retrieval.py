# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Properties of many objects in one request, and what takes its place at a server that has less than a vCenter.

Source: the API pages of PropertyCollector (RetrievePropertiesEx) and PropertyFilterSpec.
"""

from __future__ import annotations

from . import wire
from .faults import Failure, Fault

PAGE = 1000
# What is read to foretell or to be quick, and is done without where a server does not know it.
DISPENSABLE = ('disabledMethod', 'recentTask', 'runtime.question', 'runtime.onlineStandby', 'config.ftInfo.role',
               'parentVApp')
# What stands for another type in a specification.
BASES = {'ClusterComputeResource': 'ComputeResource', 'VirtualApp': 'ResourcePool', 'StoragePod': 'Folder',
         'DistributedVirtualPortgroup': 'Network', 'OpaqueNetwork': 'Network'}


def property_filter(objects, **more):
    """Returns a PropertyFilterSpec for {(type, moid): paths}; objects of one type share the paths of all of them."""
    paths = {}
    for (kind, _moid), wanted in objects.items():
        paths[kind] = list(dict.fromkeys((*paths.get(kind, ()), *wanted)))
    return wire.data(
        'PropertyFilterSpec',
        propSet=[wire.data('PropertySpec', type=kind, all=False, pathSet=wanted) for kind, wanted in paths.items()],
        objectSet=[wire.data('ObjectSpec', obj=wire.reference(*key), skip=False) for key in objects], **more)


def first_page(client, filters):
    """Returns the RetrieveResult for PropertyFilterSpecs, of up to PAGE objects, or None. Raises Failure."""
    filters = list(filters)
    while filters:
        try:
            return client.call(client.service('propertyCollector'), 'RetrievePropertiesEx', repeatable=True,
                               specSet=filters, options=wire.data('RetrieveOptions', maxObjects=PAGE))
        except Failure as failure:
            # A vCenter has this method: what it calls invalid must not become a GET for each of ten thousand machines.
            if failure.is_unknown_call and failure.name != 'InvalidRequest':
                return Gets(client).result(filters)
            left = lesser(filters, failure)
            if left == filters:
                raise
            filters = [spec for spec in left if spec['objectSet']]
    return None


def next_page(client, page):
    """Returns the RetrieveResult that follows one; None after the last."""
    token = page.get('token')
    return client.call(client.service('propertyCollector'), 'ContinueRetrievePropertiesEx',
                       token=token) if token else None


def unauthenticated(page):
    """Tells whether a RetrieveResult holds back properties because the session has expired; the call is open to all."""
    missing = [each for content in (page or {}).get('objects') or [] for each in content.get('missingSet') or []]
    return any(wire.fault_parts(each['fault'])[0] == 'NotAuthenticated' for each in missing)


def gone(ref):
    """Returns the Fault for an object that is not there, which not every server tells."""
    return Fault(f'There is no {ref["type"]} {ref["value"]}.', 'ManagedObjectNotFound',
                 details={'obj': wire.plain(ref)}, operation='RetrievePropertiesEx')


def lesser(filters, failure):
    """Returns PropertyFilterSpecs without what a server stumbles over that a vCenter would pass over in its answer.

    That is an object that is not there, and a property that can be done without; if it is neither, they stay the same.
    """
    if failure.name == 'InvalidProperty' and failure.details.get('name') in DISPENSABLE:
        return [{**spec, 'propSet': [
            {**wanted, 'pathSet': [path for path in wanted['pathSet'] if path != failure.details['name']]}
            for wanted in spec['propSet']]} for spec in filters]
    if failure.name == 'ManagedObjectNotFound':
        lost = (failure.details.get('obj') or {}).get('value')
        return [{**spec, 'objectSet': [each for each in spec['objectSet'] if each['obj']['value'] != lost]}
                if spec.get('reportMissingObjectsInResults') else spec for spec in filters]
    return filters


def stands_for(kind, ref):
    """Tells whether a type in a specification means an object: its own type, or the one that it derives from."""
    return kind in (ref['type'], BASES.get(ref['type']))


class Gets:
    """Reads what PropertyFilterSpecs select by a GET for each property: slow, but every server has it."""

    def __init__(self, client):
        self.client = client
        self.known = {}

    def result(self, filters):
        """Returns the RetrieveResult for PropertyFilterSpecs; objects that are not there are left out."""
        found = [self._content(ref, spec['propSet']) for spec in filters for ref in self._selected(spec)]
        return {'objects': [each for each in found if each]}

    def _selected(self, spec):
        seen = {}
        for each in spec['objectSet']:
            traversals = {}
            self._name(each.get('selectSet') or [], traversals)
            self._walk(each['obj'], each.get('selectSet') or [], traversals, seen)
        return seen.values()

    def _name(self, selections, traversals):
        for each in selections:
            if 'path' in each:
                traversals[each.get('name')] = each
                self._name(each.get('selectSet') or [], traversals)

    def _walk(self, ref, selections, traversals, seen):
        if wire.key_of(ref) in seen:
            return
        seen[wire.key_of(ref)] = ref
        for each in selections:
            step = each if 'path' in each else traversals[each['name']]
            if stands_for(step['type'], ref):
                ends = self._read(ref, step['path']) or []
                for end in ends if isinstance(ends, list) else [ends]:
                    self._walk(end, step.get('selectSet') or [], traversals, seen)

    def _content(self, ref, wanted):
        fitting = [each for each in wanted if stands_for(each['type'], ref)]
        try:
            read = {path: self._read(ref, path) for each in fitting for path in each['pathSet']}
        except Failure as failure:
            if failure.name != 'ManagedObjectNotFound':
                raise
            return None
        return fitting and {'obj': ref, 'propSet': [{'name': path, 'val': value} for path, value in read.items()
                                                    if value is not None]}

    def _read(self, ref, path):
        name, _dot, below = path.partition('.')
        key = *wire.key_of(ref), name
        if key not in self.known:
            try:
                self.known[key] = self.client.get(ref, name)
            except Failure as failure:
                if name not in DISPENSABLE or not (failure.is_unknown_call or failure.name == 'InvalidProperty'):
                    raise
                self.known[key] = None
        return wire.at(self.known[key], below) if below else self.known[key]
