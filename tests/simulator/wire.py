# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""JSON values against the schema: requests are checked and brought to wire form, `any` slots are boxed.

The sentences of the refusals 'Invalid MoRef field: ...' and 'Unknown argument.' are those that vCenter 8.0.3 gives
(reference/vijson.md, section 3.2); that a nested data object without `_typeName` is taken for a reference is its
behaviour too.
"""
from __future__ import annotations

import functools

from . import schema
from .fault import invalid_argument

_REFERENCE_FIELDS = {'_typeName', 'type', 'value'}


def decode_arguments(method, body, release):
    """The parameters of a Method from a request's body (a dict or None), as keyword arguments in wire form.

    ``release`` is the release number in the request's URL: what is newer is unknown. Raises InvalidArgument.
    """
    body = {} if body is None else body
    if not isinstance(body, dict):
        raise invalid_argument(None, 'The request body is not a JSON object.')
    return _decode_members(body, method.params, '', release)


def _decode_members(values, known, path, release):
    decoded = {}
    for name, value in values.items():
        if name == '_typeName':
            continue
        declared = known.get(name)
        if declared is None or declared.since > release:
            raise invalid_argument(path + name, 'Unknown argument.')
        if value is not None:
            decoded[name] = decode(value, declared.type, path + name, release)
    for name, declared in known.items():
        if not declared.optional and name not in decoded and declared.since <= release:
            raise invalid_argument(path + name, f'Required parameter {path}{name} is missing')
    return decoded


def decode(value, declared, path, release):
    """A checked copy of a JSON value of the ``declared`` Type, in wire form; raises InvalidArgument for ``path``."""
    if declared.array:
        if not isinstance(value, list):
            raise _wrong_type(value, declared, path)
        return [decode(item, declared.element, f'{path}[{index}]', release) for index, item in enumerate(value)]
    if declared.kind == 'primitive':
        if not schema.is_primitive_value(declared.name, value):
            raise _wrong_type(value, declared, path)
        return value
    if declared.kind == 'enum':
        if not isinstance(value, str) or value not in schema.enum_values(declared.name):
            raise _wrong_type(value, declared, path)
        return value
    if not isinstance(value, dict):
        raise _wrong_type(value, declared, path)
    if declared.kind == 'any':
        return _decode_any(value, path, release)
    if declared.kind == 'reference':
        return _decode_reference(value, declared, path)
    return _decode_data(value, declared, path, release)


def _decode_reference(value, declared, path):
    if value.get('_typeName', schema.REFERENCE) != schema.REFERENCE:
        raise _wrong_type(value, declared, path)
    for field, content in value.items():
        if field not in _REFERENCE_FIELDS and content is not None:
            raise invalid_argument(path, f'Invalid MoRef field: {field}')
    for field in ('type', 'value'):
        if not isinstance(value.get(field), str) or not value[field]:
            raise invalid_argument(path, f'Missing MoRef field: {field}')
    if not schema.is_managed(value['type']) or not schema.is_a(value['type'], declared.name):
        raise _wrong_type(value, declared, path)
    return {'_typeName': schema.REFERENCE, 'type': value['type'], 'value': value['value']}


def _decode_data(value, declared, path, release):
    name = value.get('_typeName')
    if name is None:
        # An untagged object is decoded as a reference, which it is not.
        _decode_reference(value, schema.find(schema.REFERENCE), path)
        raise _wrong_type(value, declared, path)
    actual = schema.find(name) if isinstance(name, str) else None
    if actual is None or actual.array or actual.kind != 'data':
        raise invalid_argument(path, f'Unknown data object type: {name}')
    if not schema.is_a(name, declared.name):
        raise _wrong_type(value, declared, path)
    members = schema.members(name)
    text = {}
    if isinstance(value.get('faultstring'), str) and schema.is_a(name, 'MethodFault'):
        # Not in the schema, but every fault that a server answers with has it, and may be sent back.
        value = dict(value)
        text['faultstring'] = value.pop('faultstring')
    return {'_typeName': name, **text, **_decode_members(value, members, path + '.', release)}


def _decode_any(value, path, release):
    name = value.get('_typeName', schema.REFERENCE)
    actual = schema.find(name) if isinstance(name, str) else None
    if actual is None:
        raise invalid_argument(path, f'Unknown type: {name}')
    if actual.array or actual.kind in ('primitive', 'enum'):
        if set(value) != {'_typeName', '_value'}:
            raise invalid_argument(path, f'A boxed {name} has the members _typeName and _value.')
        return {'_typeName': name, '_value': decode(value['_value'], actual, path, release)}
    return decode(value, actual, path, release)


def _wrong_type(value, declared, path):
    shown = value.get('_typeName') or value.get('type') or 'object' if isinstance(value, dict) else type(value).__name__
    return invalid_argument(path, f'The value of {path} is not a {declared} ({shown}).')


def as_of(value, release):
    """A wire value without the members that are newer than a release number: a client of that release has no place
    for them."""
    if isinstance(value, list):
        return [as_of(item, release) for item in value]
    if not isinstance(value, dict):
        return value
    known = _members_of(value.get('_typeName'))
    return {name: as_of(content, release) for name, content in value.items()
            if name not in known or known[name].since <= release}


@functools.cache
def _members_of(type_name):
    actual = schema.find(type_name) if type_name else None
    return schema.members(type_name) if actual is not None and actual.kind == 'data' and not actual.array else {}


def box(value, declared):
    """A wire value of the ``declared`` Type as it stands in an `any` slot; references and data objects need no box."""
    name = declared.boxed_name
    return value if name is None else {'_typeName': name, '_value': value}
