# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The sizes of disks that people write, and what is no size."""

from __future__ import annotations

import pytest
from ansible_collections.vsphere.vm.plugins.module_utils.disk_size import KB, size_of
from ansible_collections.vsphere.vm.plugins.module_utils.faults import Refusal


@pytest.mark.parametrize(('options', 'size'), [
    ({'size': '40GB'}, 40 * 1024 ** 2), ({'size': ' 1.5 tb '}, 1536 * 1024 ** 2), ({'size': '7kb'}, 7),
    ({'size': f'{"9" * 400}GB'}, None), ({'size_mb': 3}, 3 * 1024), ({'size_kb': 1}, 1), ({'size_tb': 2}, 2 * 1024 ** 3)])
def test_a_size(options, size):
    told = size_of({**dict.fromkeys(['size', *KB]), **options})
    assert told == size or (size is None and told > 10 ** 400)


def test_none_is_asked_for():
    assert size_of(dict.fromkeys(['size', *KB])) is None


@pytest.mark.parametrize('options', [
    {'size': ''}, {'size': 'big'}, {'size': '40'}, {'size': '-1GB'}, {'size': '1e3GB'}, {'size': '0GB'}, {'size': '0.1kb'},
    {'size_gb': 0}, {'size_kb': -4}])
def test_what_is_no_size(options):
    with pytest.raises(Refusal) as caught:
        size_of(options)
    assert caught.value.category == 'invalid_argument'
