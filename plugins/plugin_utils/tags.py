# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The vSphere tags of virtual machines, from the tagging service of the Automation API.

Source: the API pages of Cis Tagging TagAssociation, Tag and Category, and of Session.
"""

from __future__ import annotations

import re
from contextlib import contextmanager, suppress

from ..module_utils.faults import Failure, Fault, Refusal

BATCH = 1000  # virtual machines that one request asks for
TAGGING = 'cis/tagging'
# The release since which the Automation API knows the sessions of VI JSON; before it needs one of its own.
SHARED_SINCE = (8, 0, 3)


def tags_of(client, moids):
    """Returns {moid: {category: [names of tags]}} of the virtual machines that have tags, in the order of names.

    Costs a request for each thousand of them, for each tag that one has, and for each category of these tags.
    Raises Refusal if the vCenter has no tagging service, or does not let the session use it.
    """
    with _token(client) as token:
        tagging = Tagging(client, token)
        attached = {moid: tags for start in range(0, len(moids), BATCH)
                    for moid, tags in tagging.attached(moids[start:start + BATCH])}
        known = {tag: tagging.tag(tag) for tag in sorted({tag for tags in attached.values() for tag in tags})}
        categories = {category: tagging.category(category)
                      for category in sorted({tag['category_id'] for tag in known.values() if tag})}
    return {moid: _by_category([known[tag] for tag in tags if known[tag]], categories)
            for moid, tags in attached.items()}


def _by_category(tags, categories):
    found = {}
    for tag in tags:
        found.setdefault(categories[tag['category_id']], []).append(tag['name'])
    return {category: sorted(found[category]) for category in sorted(found)}


class Tagging:
    """The tagging service, with a token that its API knows; None for that of the client's session."""

    def __init__(self, client, token):
        self.client = client
        self.token = token

    def attached(self, moids):
        """Yields (moid, ids of its tags) of those virtual machines that have any."""
        objects = [{'type': 'VirtualMachine', 'id': moid} for moid in moids]
        for each in self.client.automation('POST', f'{TAGGING}/tag-association?action=list-attached-tags-on-objects',
                                           {'object_ids': objects}, token=self.token) or []:
            yield each['object_id']['id'], each['tag_ids']

    def tag(self, tag):
        """Returns a tag by its id, None if it is deleted meanwhile."""
        return self._get(f'{TAGGING}/tag/{tag}')

    def category(self, category):
        """Returns the name of a category by its id; the id if it is deleted meanwhile."""
        return (self._get(f'{TAGGING}/category/{category}') or {'name': category})['name']

    def _get(self, path):
        try:
            return self.client.automation('GET', path, token=self.token)
        except Fault as fault:
            if fault.name != 'NotFound':
                raise
            return None


@contextmanager
def _token(client):
    """Gives the token for the tagging service, None for the client's session; tells in a sentence what it lacks."""
    own = None
    try:
        release = tuple(int(part) for part in re.findall('[0-9]+', client.session.release))
        if not client.options.get('session_id') and release < SHARED_SINCE:
            own = client.automation('POST', 'session', credentials=(client.options['username'],
                                                                    client.options['password']))
        yield own
    except Failure as failure:
        raise _refusal(client, failure) from None
    finally:
        if own:
            # One that the server does not end now runs out; what it has told is good.
            with suppress(Failure):
                client.automation('DELETE', 'session', token=own)


def _refusal(client, failure):
    """Returns what to tell of a failure: there is no tagging service, or not for this session; or the failure."""
    if failure.name == 'NotAuthenticated':
        return Refusal(f'gather_tags: {client.where} does not accept the session for its tagging service.',
                       'NotAuthenticated', cause=failure,
                       hint='Before vCenter 8.0 U3 give username and password, not session_id.')
    if failure.http_status == 404:
        return Refusal(f'gather_tags: {client.where} has no tagging service below /api/{TAGGING}.', 'NotSupported',
                       cause=failure, hint='Set gather_tags to false, or hostname to a vCenter that has one.')
    return failure
