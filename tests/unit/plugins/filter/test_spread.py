# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Virtual machines dealt out to hosts."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.vsphere.vm.plugins.filter.spread import spread


def machine(name, memory, state='powered_on'):
    return {'name': name, 'power_state': state, 'hardware': {'memory_mb': memory}}


def dealt(machines, hosts):
    return {each['host']: [one['name'] for one in each['vms']] for each in spread(machines, hosts)}


def test_the_largest_goes_first_to_the_least_memory():
    machines = [machine('s', 1), machine('l', 8), machine('m', 4), machine('n', 3)]
    assert dealt(machines, {'one': [], 'two': []}) == {'one': ['l'], 'two': ['m', 'n', 's']}
    assert dealt(machines, {'one': [machine('x', 5)], 'two': []}) == {'one': ['m', 's'], 'two': ['l', 'n']}


def test_what_is_there_counts_while_it_runs():
    there = {'full': [machine('x', 99)], 'off': [machine('y', 999, 'powered_off')]}
    assert dealt([machine('a', 1), machine('b', 1)], there) == {'off': ['a', 'b']}


def test_what_does_not_run_goes_to_the_fewest():
    there = {'few': [machine('x', 99)], 'many': [machine('y', 1, 'suspended'), machine('z', 1, 'powered_off')]}
    off = [machine('a', None, 'powered_off'), machine('b', 500, 'suspended'), machine('c', 1, 'powered_off')]
    assert dealt(off, there) == {'few': ['a', 'b'], 'many': ['c']}


def test_nobody_to_move_and_nowhere_to_move_to():
    assert spread([], {}) == spread([], {'one': []}) == []
    with pytest.raises(AnsibleFilterError, match='There is no host to move 1 virtual machines to'):
        spread([machine('a', 1)], {})
