# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""PropertyCollector: reading many properties of many objects, in pages, and waiting for their changes."""
from __future__ import annotations

import asyncio
import itertools
import time
import uuid
import weakref

from ..fault import Fault, invalid_argument
from ..managed_object import ManagedObject
from ..selection import Selector, content
from .property_filter import PropertyFilter

# How often a waiting call looks whether its client is still there; it keeps the session alive until then.
LOOK_SECONDS = 1.0


class _State:
    """What a collector keeps for one session: pages not fetched yet, filters, and the one who waits."""

    def __init__(self, collector):
        self.collector, self.moid = collector, f'state {collector.moid}'
        self.pages, self.filters = {}, []
        self.version, self.answered = 0, None
        self.waiter = None
        self.event = asyncio.Event()

    def destroy(self):
        """The session or the collector is gone."""
        self.cancel()
        for one in list(self.filters):
            one.destroy()
        self.pages.clear()

    def cancel(self):
        """End the waiting call, if there is one, with RequestCanceled."""
        if self.waiter is not None and not self.waiter.done():
            self.waiter.set_exception(Fault('RequestCanceled'))


class PropertyCollector(ManagedObject):
    """The singleton `propertyCollector`, shared by all sessions but each with a state of its own, and those that
    CreatePropertyCollector makes, which belong to one session."""

    _tokens = itertools.count()

    def __init__(self, vcenter, moid):
        super().__init__(vcenter, moid)
        self._states = weakref.WeakKeyDictionary()
        self._nobody = _State(self)

    def session_property(self, name, session):
        """`filter`: references of the filters of a session."""
        return [one.ref for one in self._state(session).filters]

    def destroy(self):
        """End with the session that made it."""
        for state in list(self._states.values()):
            state.destroy()
        if self.session is not None:
            self.session.owned.pop(self.moid, None)
        self.vcenter.remove(self)

    # -- reading -------------------------------------------------------------------------------------------------

    def RetrievePropertiesEx(self, call, specSet, options):
        """A RetrieveResult, with a token when there is more; None when nothing is selected.

        A page holds options.maxObjects objects, at most settings.page_size.
        """
        limit = options.get('maxObjects')
        if limit is not None and limit <= 0:
            raise invalid_argument('options.maxObjects')
        page_size = self.vcenter.settings.page_size
        selected = self._selected(call, specSet)
        return self._page(call, iter(selected), min(limit or page_size, page_size))

    def ContinueRetrievePropertiesEx(self, call, token):
        """The next page; raises InvalidArgument for a token that is not of this session and collector, or was used."""
        pages = self._state(call.session).pages
        if token not in pages:
            raise invalid_argument('token')
        return self._page(call, *pages.pop(token)) or {'_typeName': 'RetrieveResult', 'objects': []}

    def CancelRetrievePropertiesEx(self, call, token):
        """Forget the pages that are left."""
        if self._state(call.session).pages.pop(token, None) is None:
            raise invalid_argument('token')

    def RetrieveProperties(self, call, specSet):
        """All ObjectContents at once."""
        return [content(self.vcenter, obj, readers, call.session)
                for obj, readers in self._selected(call, specSet)] or None

    def _selected(self, call, spec_set):
        if not spec_set:
            raise invalid_argument('specSet')
        selected = []
        for spec in spec_set:
            selector = Selector(self.vcenter, spec, call.session, call.release)
            for obj in selector.select().objects.values():
                readers = selector.readers(obj)
                if readers is not None:
                    selected.append((obj, readers))
        return selected

    def _page(self, call, left, size):
        objects = []
        # An object may be gone since it was selected; it is not in the result then.
        present = ((obj, readers) for obj, readers in left if self.vcenter.find(obj.moid) is obj)
        for obj, readers in itertools.islice(present, size):
            objects.append(content(self.vcenter, obj, readers, call.session))
        if not objects:
            return None
        result = {'_typeName': 'RetrieveResult', 'objects': objects}
        following = next(present, None)
        if following is not None:
            token = str(next(self._tokens))
            self._state(call.session).pages[token] = (itertools.chain([following], left), size)
            result['token'] = token
        return result

    # -- waiting -------------------------------------------------------------------------------------------------

    def CreateFilter(self, call, spec, partialUpdates):
        """A PropertyFilter of the session; raises what RetrievePropertiesEx raises for the spec."""
        state = self._state(call.session)
        moid = f'session[{call.session.key}]{uuid.uuid4()}'
        one = PropertyFilter(self.vcenter, moid, call, spec, partialUpdates, state)
        state.filters.append(one)
        call.session.owned[moid] = one
        self.vcenter.add(one)
        self.vcenter.listen(one.notice)
        state.event.set()
        return one.ref

    async def WaitForUpdatesEx(self, call, version='', options=None):
        """An UpdateSet of what changed since ``version`` ('' = everything), as soon as something did; None when
        nothing did within options.maxWaitSeconds (settings.max_wait_seconds when unset)."""
        options = options or {}
        seconds = options.get('maxWaitSeconds')
        if seconds is not None and seconds < 0:
            raise invalid_argument('options.maxWaitSeconds')
        limit = options.get('maxObjectUpdates')
        if limit is not None and limit <= 0:
            raise invalid_argument('options.maxObjectUpdates')
        state = self._state(call.session)
        state.cancel()
        self._reset_to(state, version)
        most = self.vcenter.settings.max_wait_seconds
        deadline = time.monotonic() + (most if seconds is None else min(seconds, most))
        return await self._wait(call, state, deadline, limit)

    async def WaitForUpdates(self, call, version=''):
        """WaitForUpdatesEx without options, for as long as it takes."""
        return await self.WaitForUpdatesEx(call, version)

    async def CheckForUpdates(self, call, version=''):
        """WaitForUpdatesEx that does not wait."""
        return await self.WaitForUpdatesEx(call, version, {'maxWaitSeconds': 0})

    def CancelWaitForUpdates(self, call):
        """End the session's waiting call with RequestCanceled."""
        self._state(call.session).cancel()

    def _reset_to(self, state, version):
        """Bring the filters to the state that the client knows; raises InvalidCollectorVersion."""
        if version == '':
            for one in state.filters:
                one.reset()
            state.answered = None
        elif state.answered is not None and version == state.answered[0]:
            return  # the answer to this version got lost: it is sent again
        elif version == str(state.version) and state.version:
            state.answered = None
        else:
            raise Fault('InvalidCollectorVersion')

    async def _wait(self, call, state, deadline, limit):
        if state.answered is not None:
            return state.answered[1]
        state.waiter = waiter = self.vcenter.loop.create_future()
        try:
            while True:
                state.event.clear()
                updates = self._updates(state, limit)
                left = deadline - time.monotonic()
                if updates is not None or left <= 0 or call.is_gone():
                    return updates
                wake = asyncio.ensure_future(state.event.wait())
                await asyncio.wait([wake, waiter], timeout=min(left, LOOK_SECONDS),
                                   return_when=asyncio.FIRST_COMPLETED)
                wake.cancel()
                if waiter.done():
                    waiter.result()
        finally:
            if not waiter.done():
                waiter.cancel()

    def _updates(self, state, limit):
        """The UpdateSet of at most ``limit`` objects, None when nothing changed."""
        filter_set, left, truncated = [], limit, False
        for one in state.filters:
            objects, missing, more = one.updates(left)
            truncated = truncated or more
            if objects or missing:
                update = {'_typeName': 'PropertyFilterUpdate', 'filter': one.ref}
                if objects:
                    update['objectSet'] = objects
                if missing:
                    update['missingSet'] = missing
                filter_set.append(update)
            if left is not None:
                left -= len(objects)
        if not filter_set:
            return None
        known = str(state.version) if state.version else None
        state.version += 1
        result = {'_typeName': 'UpdateSet', 'version': str(state.version), 'truncated': truncated,
                  'filterSet': filter_set}
        state.answered = (known, result)
        return result

    # -- collectors ----------------------------------------------------------------------------------------------

    def CreatePropertyCollector(self, call):
        """Another collector for the session, with filters and waiting of its own."""
        moid = f'session[{call.session.key}]{uuid.uuid4()}'
        collector = PropertyCollector(self.vcenter, moid)
        collector.session = call.session
        call.session.owned[moid] = collector
        return self.vcenter.add(collector).ref

    def DestroyPropertyCollector(self, call):
        """End this collector; the singleton cannot be ended."""
        if self.session is None:
            raise Fault('NotSupported')
        self.destroy()

    def _state(self, session):
        if session is None:
            return self._nobody
        state = self._states.get(session)
        if state is None:
            state = self._states[session] = _State(self)
            session.owned[state.moid] = state
        return state
