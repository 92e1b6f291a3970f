# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""PropertyFilter: what a session watches, and what it was told of it."""
from __future__ import annotations

from .. import difference
from ..fault import Fault
from ..managed_object import ManagedObject
from ..selection import Selector, missing_property, read


class PropertyFilter(ManagedObject):
    """It notes which objects may have changed and compares only those with what it reported last."""

    def __init__(self, vcenter, moid, call, spec, partial, state):
        super().__init__(vcenter, moid, spec=spec, partialUpdates=partial)
        self.session = call.session
        self._state, self._partial = state, partial
        self._selector = Selector(vcenter, spec, call.session, call.release)
        self._selection = self._selector.select()
        self._report_missing = spec.get('reportMissingObjectsInResults')
        self._stale = False
        self._reported = {}  # {moid: (object, values, {path of a missing property})}
        self._gone = []      # references of object specs that were reported as gone
        self._dirty = dict.fromkeys(self._selection.objects)

    def DestroyPropertyFilter(self, call):
        """Watch no longer."""
        self.destroy()

    def destroy(self):
        """End, also with the session or the collector."""
        self.vcenter.unlisten(self.notice)
        if self in self._state.filters:
            self._state.filters.remove(self)
        self.session.owned.pop(self.moid, None)
        self.vcenter.remove(self)

    def reset(self):
        """Forget what was reported: everything enters anew."""
        self._reported.clear()
        self._gone = []
        self._stale = True

    def notice(self, obj, name, structure):
        """A change somewhere: note it if it matters here, and wake the one who waits."""
        moid = obj.moid
        led_on = self._selection.watched.get(moid)
        selected = moid in self._selection.objects
        removed = selected and self.vcenter.find(moid) is not obj
        if removed or (led_on is not None and (name is None or name in led_on)):
            self._stale = True
        elif not selected:
            return
        if selected:
            self._dirty[moid] = None
        self._state.event.set()

    def updates(self, limit):
        """(ObjectUpdates of at most ``limit`` objects, MissingObjects, whether there is more)."""
        if self._stale:
            self._select_again()
        missing = self._newly_missing()
        found = []
        while self._dirty:
            if limit is not None and len(found) >= limit:
                return found, missing, self._more()
            moid = next(iter(self._dirty))
            del self._dirty[moid]
            update = self._update(moid)
            if update is not None:
                found.append(update)
        return found, missing, False

    def _more(self):
        """Whether something is left that would be reported; what would not is dropped."""
        for moid in list(self._dirty):
            known = self._reported.get(moid)
            if self._update(moid) is not None:
                self._restore(moid, known)
                return True
            del self._dirty[moid]
        return False

    def _restore(self, moid, known):
        if known is None:
            self._reported.pop(moid, None)
        else:
            self._reported[moid] = known

    def _select_again(self):
        self._stale = False
        self._selection = self._selector.select(tolerant=True)
        present = self._selection.objects
        self._dirty.update(dict.fromkeys(moid for moid in self._reported if moid not in present))
        self._dirty.update(dict.fromkeys(moid for moid in present if moid not in self._reported))

    def _newly_missing(self):
        """MissingObjects for the object specs' objects that are gone and were not there to leave."""
        news = [reference for reference in self._selection.missing if reference not in self._gone
                and reference['value'] not in self._reported] if self._report_missing else []
        self._gone += news
        return [{'_typeName': 'MissingObject', 'obj': reference,
                 'fault': Fault('ManagedObjectNotFound', obj=reference).wire()} for reference in news]

    def _update(self, moid):
        known = self._reported.get(moid)
        obj = self._selection.objects.get(moid)
        readers = obj and self._selector.readers(obj)
        if obj is None or readers is None or self.vcenter.find(moid) is not obj:
            return self._leave(known)
        values, missing = read(self.vcenter, obj, readers, self.session)
        by_path = {path.path: path for path in readers}
        self._reported[moid] = (obj, values, set(missing))
        if known is None:
            return self._object_update('enter', obj, difference.entered(obj, values, by_path), missing)
        changes = difference.changed(obj, known[1], values, by_path, self._partial)
        news = {path: fault for path, fault in missing.items() if path not in known[2]}
        return self._object_update('modify', obj, changes, news) if changes or news else None

    def _leave(self, known):
        if known is None:
            return None
        del self._reported[known[0].moid]
        return {'_typeName': 'ObjectUpdate', 'kind': 'leave', 'obj': known[0].ref}

    @staticmethod
    def _object_update(kind, obj, changes, missing):
        update = {'_typeName': 'ObjectUpdate', 'kind': kind, 'obj': obj.ref}
        if changes:
            update['changeSet'] = changes
        if missing:
            update['missingSet'] = [missing_property(path, fault) for path, fault in missing.items()]
        return update
