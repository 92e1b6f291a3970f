# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How one run alone is given what it needs (needs.py): by a call, by the server's long poll, by reading.

A fleet (convoy.py) asks for all its runs in one request, and sends their calls side by side. Knows no operation and no
Ansible.
"""

from __future__ import annotations

import time

from . import wire
from .faults import Failure
from .needs import Called, Read, Watched, Worked
from .retrieval import property_filter
from .watching import watch


def read_all(inventory, *selections):
    """Returns {(type, moid): {path: value}} of objects {(type, moid): paths} in one request, page by page.

    Objects of one type in a selection share the paths of all of them. What is not there is left out; what cannot be
    read has its Fault for a value.
    """
    filters = [property_filter(objects, reportMissingObjectsInResults=True) for objects in selections if objects]
    read, lost = {}, {}
    if not filters:
        return read

    def unread(ref, _path, fault):
        lost[wire.key_of(ref)] = fault
    for ref, properties in inventory.retrieve(*filters, unread=unread):
        read.setdefault(wire.key_of(ref), {}).update(properties)
    read.update(lost)
    return {key: found for key, found in read.items() if getattr(found, 'name', None) != 'ManagedObjectNotFound'}


def privileges_held(client, asked):
    """Returns {(type, moid): {privilege: whether the session holds it}} in one request.

    All are True where the server does not say. Source: the API pages of HasPrivilegeOnEntity and its plural.
    """
    wanted = sorted({privilege for privileges in asked.values() for privilege in privileges})
    keys = list(asked)
    try:
        manager, session = client.service('authorizationManager'), client.session_key()
        if len(keys) == 1:
            held = client.call(manager, 'HasPrivilegeOnEntity', repeatable=True, entity=wire.reference(*keys[0]),
                               sessionId=session, privId=wanted)
            return {keys[0]: dict(zip(wanted, held or []))}
        answers = client.call(manager, 'HasPrivilegeOnEntities', repeatable=True, sessionId=session, privId=wanted,
                              entity=[wire.reference(*key) for key in keys])
    except Failure:
        return {key: dict.fromkeys(wanted, True) for key in keys}
    return {(each['entity']['type'], each['entity']['value']):
            {one['privId']: one['isGranted'] for one in each.get('privAvailability') or []} for each in answers or []}


def drive(client, inventory, run):
    """Drives one run to its end; returns what it returns."""
    try:
        need = next(run)
        while True:
            try:
                answer = _answer(client, inventory, need)
            except Failure as failure:
                need = run.throw(failure)
            else:
                need = run.send(answer)
    except StopIteration as end:
        return end.value


def _answer(client, inventory, need):
    if isinstance(need, (Called, Worked)):
        return need.make(client)
    if isinstance(need, Watched):
        if need.objects:
            return watch(client, need.objects, need.met, need.deadline)
        return time.sleep(max(0, need.deadline - time.monotonic()))
    if isinstance(need, Read):
        return _readable(read_all(inventory, need.objects))
    held = privileges_held(client, {need.key: need.privileges}).get(need.key, {})
    return [held.get(privilege, True) for privilege in need.privileges]


def _readable(values):
    """Returns values as read_all does. Raises the first Fault among them."""
    for found in values.values():
        if isinstance(found, Failure):
            raise found
    return values
