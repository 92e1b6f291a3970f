# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The values of the VI JSON wire: references, data objects, boxed `any` values, arrays, dates, faults.

The one file that knows `_typeName`. Knows no HTTP, no Ansible and no virtual machine.
Source: the OpenAPI document of the Virtual Infrastructure JSON API, and the guide "Using Polymorphic Types with the
JSON Protocol".
"""

from __future__ import annotations

import re
from datetime import datetime, timezone

TYPE = '_typeName'
VALUE = '_value'
REFERENCE = 'ManagedObjectReference'

# Members whose elements differ in kind, so that it is a fact and no decoration: a device list says nothing without it.
POLYMORPHIC = frozenset({
    'device', 'backing', 'connectable', 'configIssue', 'fault', 'faultCause', 'error', 'errors', 'faults', 'warnings',
    'reason', 'rootCause', 'failure', 'hostErrors', 'hostFaults'})
# Members of a fault that hold the fault which led to it.
CAUSES = ('faultCause', 'fault', 'rootCause', 'reason', 'error')


def reference(kind, moid):
    """Returns the reference to a managed object, for example `reference('VirtualMachine', 'vm-41')`."""
    return {TYPE: REFERENCE, 'type': kind, 'value': moid}


def key_of(ref):
    """Returns the (type, moid) of a reference, which unlike the reference can be looked up in a dict."""
    return ref['type'], ref['value']


def data(type_name, **members):
    """Returns a data object of that WSDL type; members that are None are unset, so they are left out."""
    return {TYPE: type_name, **{name: value for name, value in members.items() if value is not None}}


def type_of(value):
    """Returns the WSDL type name that a wire value carries, or None."""
    return value.get(TYPE) if isinstance(value, dict) else None


def is_reference(value):
    """Tells whether a wire value is a reference; those may lack their type name."""
    return isinstance(value, dict) and value.get(TYPE, REFERENCE) == REFERENCE and isinstance(value.get('value'), str)


def boxed(value, type_name=None):
    """Returns a value for a slot of type `any`: primitives, enums and arrays in a box, dicts as they are.

    `type_name` is needed for enums, dates and arrays of anything but strings (`ArrayOfInt`).
    """
    if isinstance(value, dict):
        return value
    if type_name is None:
        type_name = {bool: 'boolean', int: 'int', float: 'double', list: 'ArrayOfString'}.get(type(value), 'string')
        if type_name == 'int' and not -2 ** 31 <= value < 2 ** 31:
            type_name = 'long'
    return {TYPE: type_name, VALUE: value}


def unboxed(value):
    """Returns the value of an `any` slot without its box; also of the boxed reference that one guide page shows."""
    return value[VALUE] if isinstance(value, dict) and VALUE in value else value


def plain(value, keep_type=False):
    """Returns a wire value without its decoration, at any depth: what a user sees.

    A reference is `{type, value}`; a data object of a member whose elements differ in kind (a device, its backing)
    keeps its type as `typeName`.
    """
    value = unboxed(value)
    if isinstance(value, list):
        return [plain(each, keep_type) for each in value]
    if not isinstance(value, dict):
        return value
    kind = value.get(TYPE)
    kept = {'typeName': kind} if keep_type and kind and kind != REFERENCE else {}
    return {**kept, **{name: plain(member, name in POLYMORPHIC) for name, member in value.items() if name != TYPE}}


def annotated(value):
    """Returns a user's JSON with the `_typeName` that references in it may lack."""
    if isinstance(value, list):
        return [annotated(each) for each in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {'type', 'value'} and all(isinstance(each, str) for each in value.values()):
        return reference(value['type'], value['value'])
    return {name: annotated(member) for name, member in value.items()}


def at(value, path):
    """Returns the member at a dotted path of a data object, or None where anything on the way is unset."""
    for name in path.split('.'):
        value = unboxed(value.get(name)) if isinstance(value, dict) else None
    return value


def nested(values):
    """Returns {path: value} as dicts in dicts; a path within another one's value is in there, or added to it.

    What is within something unset is unset with it.
    """
    found = {}
    for path in sorted(values):
        place, (*above, name) = found, path.split('.')
        for member in above:
            inner = place.get(member, {})
            if inner is None:
                place = {}
                continue
            # A copy: what was given stays as it is.
            place[member] = dict(inner) if isinstance(inner, dict) else {}
            place = place[member]
        place[name] = values[path]
    return found


def fault_parts(value):
    """Takes a fault apart: returns (name, message, details, cause), cause again a wire fault or None.

    Some servers wrap a nested fault in LocalizedMethodFault, others send it flat; both are read here.
    """
    value = unboxed(value)
    if isinstance(value.get('fault'), dict) and value.get(TYPE) in (None, 'LocalizedMethodFault'):
        name, message, details, cause = fault_parts(value['fault'])
        return name, value.get('localizedMessage') or message, details, cause
    texts = [each.get('message') for each in value.get('faultMessage') or [] if each.get('message')]
    name = value.get(TYPE) or 'MethodFault'
    cause = next((value[member] for member in CAUSES if isinstance(value.get(member), dict)), None)
    hidden = (TYPE, 'faultstring', 'faultCause', 'faultMessage')
    details = {member: plain(content, member in POLYMORPHIC) for member, content in value.items()
               if member not in hidden}
    if texts:
        details['faultMessage'] = texts
    return name, value.get('faultstring') or '; '.join(texts) or name, details, cause


def name(text):
    """Returns an inventory name as people write it: the server writes `/`, `\\` and `%` in it as %2f, %5c and %25."""
    for escape, sign in (('%2f', '/'), ('%5c', '\\'), ('%25', '%')):
        text = re.sub(escape, lambda _found, sign=sign: sign, text, flags=re.IGNORECASE)
    return text


def escaped(text):
    """Returns an inventory name as the server writes it; an escape that is in it already stays."""
    text = re.sub(r'%(?!2f|5c|25)', '%25', text, flags=re.IGNORECASE)
    return text.replace('/', '%2f').replace('\\', '%5c')


def meant(text):
    """Returns a name that a user gives as `name` will tell it later: what looks like an escape is taken for one."""
    return name(escaped(text))


def retrieved(content):
    """Returns the properties of an ObjectContent as {path: value}, each out of its box."""
    return {each['name']: unboxed(each.get('val')) for each in content.get('propSet') or []}


def date(text):
    """Returns the moment of an RFC 3339 text, aware, in UTC. Fractions longer than microseconds are cut."""
    moment, _dot, rest = text.replace('Z', '+00:00').partition('.')
    if rest:
        digits = rest.split('+')[0].split('-')[0]
        moment += f'.{digits[:6].ljust(6, "0")}{rest[len(digits):]}'
    parsed = datetime.fromisoformat(moment)
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=timezone.utc)).astimezone(timezone.utc)
