# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Properties of the objects of one vCenter, with as few requests as the question allows.

Knows the inventory's shape and the property collector; knows no names that users give, and no Ansible. Source: the API
pages of PropertyCollector, Folder, Datacenter and ComputeResource.
"""

from __future__ import annotations

from datetime import datetime, timezone

from . import wire
from .answers import as_fault
from .faults import Failure, Refusal
from .inventory_tree import EDGES, KINDS, PLACES, PLACES_EDGES
from .log_in import SERVICE_INSTANCE
from .memory import Memory
from .retrieval import DISPENSABLE, first_page, gone, next_page, property_filter, unauthenticated

# What a virtual machine holds references to; a base type stands for those that derive from it, such as a port group.
RELATED = ('HostSystem', 'Datastore', 'Network', 'ResourcePool', 'Folder')


def unread_but_names(unread):
    """Returns an `unread` that passes over what is only named for convenience, and may be beyond the user's rights."""
    def passing_over(ref, path, fault):
        if ref['type'] in RELATED:
            return
        if unread is None:
            raise fault
        unread(ref, path, fault)
    return passing_over


class Reader:
    """Reads what a vCenter tells of its objects. One is made for each task, and `once` remembers for all of it.

    `once` is that of a Memory.
    """

    def __init__(self, client):
        self.client = client
        self.once = Memory().once
        self._now = None

    @property
    def now(self):
        """The time at the server when it was first asked for, aware; this machine's where the server has no clock."""
        if self._now is None:
            told = self.if_known(SERVICE_INSTANCE, 'CurrentTime')
            self._now = wire.date(told) if told else datetime.now(timezone.utc)
        return self._now

    def retrieve(self, *filters, unread=None):
        """Yields (reference, {path: value}) of everything that the PropertyFilterSpecs select, page by page.

        Raises Fault if a property that was asked for cannot be read; or, if it is given, calls
        unread(reference, path, fault) before it yields the object without that property. That the session is over is
        never left to `unread`.
        """
        session = self.client.session
        page = first_page(self.client, filters)
        if unauthenticated(page) and session.owned:
            self.client.renew(session)
            page = first_page(self.client, filters)
        elif not page and self.expired():
            page = first_page(self.client, filters)
        yielded, passed = set(), set()
        session = self.client.session
        while page:
            for content in page.get('objects') or []:
                if wire.key_of(content['obj']) in passed:
                    continue
                yielded.add(wire.key_of(content['obj']))
                for missing in content.get('missingSet') or []:
                    fault = as_fault(missing['fault'], 'RetrievePropertiesEx')
                    is_over = fault.name == 'NotAuthenticated'
                    if missing['path'] in DISPENSABLE and not is_over:
                        continue
                    if unread is None or is_over:
                        raise fault
                    unread(content['obj'], missing['path'], fault)
                yield content['obj'], wire.retrieved(content)
            try:
                page = next_page(self.client, page)
            except Failure:
                if passed or self.client.session.token == session.token:
                    raise
                # The pages were those of a session that has expired since: once more, without what is known.
                passed, page = yielded, first_page(self.client, filters)

    def read(self, refs, properties, related=(), unread=None):
        """Returns [(reference, properties)] of virtual machines; one that is deleted meanwhile is left out.

        `related` are paths of references that a VM holds; what they name comes along in this request, with its name.
        `unread` is as in retrieve.
        """
        if not refs:
            return []
        wanted = property_filter({wire.key_of(ref): properties for ref in refs}, reportMissingObjectsInResults=True)
        if related:
            wanted['propSet'] += [wire.data('PropertySpec', type=kind, all=False, pathSet=['name']) for kind in RELATED]
            for each in wanted['objectSet']:
                each['selectSet'] = [wire.data('TraversalSpec', type='VirtualMachine', path=path, skip=False)
                                     for path in related]
        return list(self.retrieve(wanted, unread=unread_but_names(unread) if related else unread))

    def if_known(self, target, method, otherwise=None):
        """Returns what a method without parameters returns; `otherwise` where the server lacks it."""
        try:
            return self.client.call(target, method, repeatable=True)
        except Failure as failure:
            if not failure.is_unknown_call:
                raise
            return otherwise

    def properties(self, ref, *paths):
        """Returns {path: value} of one object of any type. Raises Fault."""
        for _ref, found in self.retrieve(property_filter({wire.key_of(ref): paths})):
            return found
        raise gone(ref)

    def fixed(self, ref, path):
        """Returns a property that nobody expects to change while a task runs, such as a name: a fleet reads it once.

        Raises Fault.
        """
        return self.once(self._fixed, *wire.key_of(ref), path)

    def _fixed(self, kind, moid, path):
        return self.properties(wire.reference(kind, moid), path)[path]

    def walk(self, kind, below, paths, also=()):
        """Yields (reference, {path: value}) of all objects of a type below `below` (the root if None), page by page.

        `also` are types on the way that come along with their name and parent.
        """
        wanted = {kind.replace('Placed', ''): list(paths), **{each: ['name', 'parent'] for each in also}}
        return self.retrieve(self.below(below, KINDS[kind][0], wanted))

    def places(self):
        """Returns the PropertyFilterSpec for name and parent of everything that a virtual machine can be in or on."""
        return self.below(None, PLACES_EDGES, {each: ['name', 'parent'] for each in PLACES})

    def below(self, start, edges, wanted):
        """Returns the PropertyFilterSpec for {type: paths} of what edges lead to from `start` (the root if None)."""
        selection = [
            wire.data('TraversalSpec', name=name, type=EDGES[name][0], path=EDGES[name][1], skip=False,
                      selectSet=[wire.data('SelectionSpec', name=edge) for edge in EDGES[name][2] if edge in edges])
            for name in edges]
        return wire.data(
            'PropertyFilterSpec',
            propSet=[wire.data('PropertySpec', type=each, all=False, pathSet=wanted[each]) for each in wanted],
            objectSet=[wire.data('ObjectSpec', obj=start or self.client.service('rootFolder'), skip=False,
                                 selectSet=selection)])

    def expired(self):
        """Tells whether nothing was found since the session had expired, which reads may not say; renews it.

        Raises Refusal for a session that was handed in, which cannot be renewed.
        """
        session = self.client.session
        if self.client.is_logged_in():
            return False
        if not session.owned:
            raise Refusal('The vCenter does not know the session of session_id: it has expired or is logged out.',
                          'NotAuthenticated',
                          hint='Log in again with vsphere.vm.session, or give username and password.')
        self.client.renew(session)
        return True

    def tasks(self, moids):
        """Returns the TaskInfo of each of these tasks, in their order, in one request."""
        if not moids:
            return []
        wanted = property_filter({('Task', moid): ('info',) for moid in moids})
        read = {ref['value']: properties['info'] for ref, properties in self.retrieve(wanted) if properties.get('info')}
        forgotten = [moid for moid in moids if moid not in read]
        if forgotten:
            raise gone(wire.reference('Task', forgotten[0]))
        return [read[moid] for moid in moids]
