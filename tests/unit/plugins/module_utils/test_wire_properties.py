# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""VI JSON values: what holds for any of them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from ansible_collections.vsphere.vm.plugins.module_utils import wire
from hypothesis import given
from hypothesis import strategies as some

TEXTS = some.text(max_size=8) | some.sampled_from(['%', '/', '\\', '%2f', '%25', '%5C', 'a%', '%2', '2f', '5c'])
SCALARS = some.none() | some.booleans() | some.integers(-2 ** 63, 2 ** 63 - 1) | some.floats(allow_nan=False) | TEXTS
MEMBERS = some.text('abcdefg', min_size=1, max_size=3)
# What a user sees of a value: no decoration, and no reference by accident, since all members are short.
PLAIN = some.recursive(
    SCALARS, lambda inner: some.lists(inner, max_size=3) | some.dictionaries(MEMBERS, inner, max_size=3), max_leaves=12)


def decorated(value):
    """A plain value as the wire may have it: a type on every object, a box around everything else."""
    if isinstance(value, dict):
        return {'_typeName': 'Thing', **{name: decorated(member) for name, member in value.items()}}
    if isinstance(value, list):
        return {'_typeName': 'ArrayOfAnyType', '_value': [decorated(each) for each in value]}
    return wire.boxed(value)


@given(PLAIN)
def test_plain_undoes_every_decoration(value):
    assert wire.plain(decorated(value)) == value
    assert wire.plain(value) == value


@given(SCALARS | some.lists(TEXTS))
def test_what_comes_out_of_a_box_is_what_went_in(value):
    assert wire.unboxed(wire.boxed(value)) == value


@given(MEMBERS, TEXTS, PLAIN)
def test_a_reference_is_found_wherever_a_user_puts_it(kind, moid, value):
    for around in (lambda ref: [value, ref], lambda ref: {'spec': [{'host': ref}], 'more': value}):
        assert wire.annotated(around({'type': kind, 'value': moid})) == around(wire.reference(kind, moid))


@given(some.lists(TEXTS).map(''.join), some.booleans())
def test_a_name_survives_how_the_server_writes_it(name, capitals):
    escapes = {'/': '%2f', '\\': '%5c', '%': '%25'}
    written = re.sub(r'[/\\%]', lambda sign: escapes[sign[0]].upper() if capitals else escapes[sign[0]], name)
    assert wire.name(written) == name


@given(some.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)),
       some.sampled_from(['Z', '+00:00', '-03:30', '+14:00']), some.integers(0, 9))
def test_a_date_survives_the_wire_but_for_what_is_cut_off(local, zone, digits):
    fraction = f'.{local.microsecond:06}000'[:digits + 1] if digits else ''
    moment = datetime.fromisoformat(f'{local.isoformat()}{zone.replace("Z", "+00:00")}')
    apart = moment - wire.date(f'{local.replace(microsecond=0).isoformat()}{fraction}{zone}')
    assert timedelta(0) <= apart < timedelta(seconds=10 ** -min(digits, 6))
