# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What holds for every test."""

from __future__ import annotations

from pathlib import Path

SANITY = Path(__file__).resolve().parent / 'sanity'


def pytest_collection_modifyitems(items):
    """The longest first, so that the other workers get the short ones done meanwhile; the test of coverage last."""
    items.sort(key=lambda item: SANITY not in item.path.parents)
    # What looks at what all the others did comes after them.
    items.sort(key=lambda item: item.path.stem == 'test_coverage')
