# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Arithmetic on the wire form of time: RFC 3339 strings in UTC."""

from __future__ import annotations

from datetime import datetime


def seconds_between(start, end):
    """Whole seconds from one wire time to another."""
    return int((moment(end) - moment(start)).total_seconds())


def moment(text):
    """The datetime of a wire time, which a client may give in any time zone."""
    return datetime.fromisoformat(text.replace('Z', '+00:00'))
