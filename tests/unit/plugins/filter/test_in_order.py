# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Items behind those that they wait for."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.vsphere.vm.plugins.filter.in_order import in_order


def items(**after):
    return [{'name': name, 'after': names.split()} for name, names in after.items()]


@pytest.mark.parametrize(('given', 'order'), [
    ([], []),
    (items(a='', b='', c=''), ['a', 'b', 'c']),
    (items(a='b c', b='c', c=''), ['c', 'b', 'a']),
    (items(a='d', b='', c='a', d=''), ['b', 'd', 'a', 'c']),
    ([{'name': 'a'}, {'name': 'b', 'after': None}], ['a', 'b']),
])
def test_order(given, order):
    assert [item['name'] for item in in_order(given)] == order


@pytest.mark.parametrize(('given', 'said'), [
    (items(a='b', b='a'), 'These wait for one another: a, b, a.'),
    (items(a='a'), 'These wait for one another: a, a.'),
    (items(x='', c='b', a='b', b='a'), 'These wait for one another: b, a, b.'),
    (items(a='z y b', b=''), 'a is to come after z, y, which is not there.'),
    ([*items(a=''), *items(a='')], 'Several are named a.'),
])
def test_what_has_no_order(given, said):
    with pytest.raises(AnsibleFilterError) as raised:
        in_order(given)
    assert str(raised.value) == said
