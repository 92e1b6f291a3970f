# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How large a disk is to be, by the options that people have for it."""

from __future__ import annotations

import re
from decimal import Decimal

from .faults import Refusal

KB = {'size_kb': 1, 'size_mb': 1024, 'size_gb': 1024 ** 2, 'size_tb': 1024 ** 3}


def size_of(options):
    """Returns the size in KB that the option size (`40GB`) or one of KB gives, None if none does.

    Raises Refusal for what is no size.
    """
    given = {unit: options[unit] for unit in ('size', *KB) if options.get(unit) is not None}
    if not given:
        return None
    ((unit, value),) = given.items()
    size = read(value) if unit == 'size' else value * KB[unit]
    if size < 1:
        raise Refusal(f'{unit} is {value}; a disk has at least 1 KB.', 'InvalidArgument', details={'size': value})
    return size


def read(text):
    """Returns the size in KB that a text such as `40GB` or `1.5 tb` gives."""
    found = re.fullmatch(r'(\d+(?:\.\d+)?)\s*([kmgt])b', text.strip().lower())
    if found is None:
        raise Refusal(f'{text!r} is not a size: give a number with KB, MB, GB or TB, such as 40GB.', 'InvalidArgument',
                      details={'size': text})
    return int(Decimal(found[1]) * KB[f'size_{found[2]}b'])
