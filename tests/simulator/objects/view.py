# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ViewManager and its views: ContainerView and ListView. A view belongs to the session that made it."""
from __future__ import annotations

import collections
import uuid

from .. import schema
from ..fault import Fault, invalid_argument
from ..managed_object import ManagedObject

# The properties that lead from a container to what it holds (documentation of ViewManager.CreateContainerView).
CONTENTS = {
    'Folder': ('childEntity',),
    'StoragePod': ('childEntity',),
    'Datacenter': ('vmFolder', 'hostFolder', 'datastoreFolder', 'networkFolder'),
    'ComputeResource': ('host', 'resourcePool'),
    'ClusterComputeResource': ('host', 'resourcePool'),
    'HostSystem': ('vm',),
    'ResourcePool': ('resourcePool', 'vm'),
}


class View(ManagedObject):
    """Base of the views."""

    def __init__(self, vcenter, call, **properties):
        super().__init__(vcenter, f'session[{call.session.key}]{uuid.uuid4()}', **properties)
        self.session = call.session
        call.session.owned[self.moid] = self

    def DestroyView(self, call):
        """End the view."""
        self.destroy()

    def destroy(self):
        """End, also with the session."""
        self.session.owned.pop(self.moid, None)
        self.vcenter.remove(self)


class ContainerView(View):
    """What is in a container, as it is now."""

    def __init__(self, vcenter, call, container, types, recursive):
        super().__init__(vcenter, call, container=container.ref, type=types, recursive=recursive)
        self._container, self._types, self._recursive = container, types, recursive
        self._view = None
        vcenter.listen(self._notice)

    def property_view(self):
        """References of the contents of the types that were asked for."""
        if self._view is None:
            self._view = [obj.ref for obj in self._contents()
                          if not self._types or any(schema.is_a(obj.ref['type'], wanted) for wanted in self._types)]
        return self._view

    def destroy(self):
        self.vcenter.unlisten(self._notice)
        super().destroy()

    def _notice(self, obj, name, structure):
        if structure and obj is not self and obj.ref['type'] in _IN_TREE:
            self._view = None
            self.changed('view')

    def _contents(self):
        found, waiting = {}, collections.deque([self._container])
        while waiting:
            container = waiting.popleft()
            for child in self._children(container):
                if child.moid not in found:
                    found[child.moid] = child
                    if self._recursive:
                        waiting.append(child)
        return found.values()

    def _children(self, container):
        for name in CONTENTS.get(container.ref['type'], ()):
            value = container.get(name) or []
            for reference in value if isinstance(value, list) else [value]:
                child = self.vcenter.find(reference['value'])
                if child is not None:
                    yield child


_IN_TREE = {*CONTENTS, 'VirtualMachine', 'Datastore', 'Network', 'VirtualApp', 'DistributedVirtualPortgroup'}


class ListView(View):
    """A list of objects that the client keeps."""

    def __init__(self, vcenter, call, references):
        super().__init__(vcenter, call)
        self._references = {reference['value']: reference for reference in references}
        vcenter.listen(self._notice)

    def property_view(self):
        """References of the objects in the list that still exist."""
        return [reference for moid, reference in self._references.items() if self.vcenter.find(moid) is not None]

    def ModifyListView(self, call, add=(), remove=()):
        """Take objects in and out; answers references of objects that do not exist."""
        for reference in remove:
            self._references.pop(reference['value'], None)
        return self._add(add)

    def ResetListView(self, call, obj=()):
        """Replace the list; answers references of objects that do not exist."""
        self._references.clear()
        return self._add(obj)

    def ResetListViewFromView(self, call, view):
        """Replace the list by another view's."""
        references = self.vcenter.resolve(view).property_view()
        self._references.clear()
        self._add(references)

    def destroy(self):
        self.vcenter.unlisten(self._notice)
        super().destroy()

    def _add(self, references):
        unresolved = [reference for reference in references if self.vcenter.find(reference['value']) is None]
        self._references.update((reference['value'], reference) for reference in references
                                if reference not in unresolved)
        self.changed('view')
        return unresolved

    def _notice(self, obj, name, structure):
        if obj.moid in self._references and self.vcenter.find(obj.moid) is None:
            self.changed('view')


class ViewManager(ManagedObject):
    """Makes the views of a session."""

    def session_property(self, name, session):
        """`viewList`: references of the views of a session."""
        return [obj.ref for obj in session.owned.values() if isinstance(obj, View)]

    def CreateContainerView(self, call, container, recursive, type=()):  # noqa: A002  the parameter's wire name
        """A ContainerView; raises InvalidArgument for what holds nothing and for an unknown type."""
        holder = self.vcenter.resolve(container)
        if holder.ref['type'] not in CONTENTS:
            raise invalid_argument('container')
        if not all(schema.is_managed(name) for name in type):
            raise invalid_argument('type')
        return self.vcenter.add(ContainerView(self.vcenter, call, holder, list(type), recursive)).ref

    def CreateListView(self, call, obj=()):
        """A ListView; raises ManagedObjectNotFound for an object that does not exist."""
        for reference in obj:
            self.vcenter.resolve(reference)
        return self.vcenter.add(ListView(self.vcenter, call, obj)).ref

    def CreateListViewFromView(self, call, view):
        """A ListView with what is in another view now."""
        source = self.vcenter.resolve(view)
        if source.session is not call.session:
            raise Fault('ManagedObjectNotFound', obj=view)
        return self.vcenter.add(ListView(self.vcenter, call, source.property_view())).ref
