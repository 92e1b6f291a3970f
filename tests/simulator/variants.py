# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How servers differ (reference/vijson.md, sections 1, 3.10 and 4): a client must take each of these."""
from __future__ import annotations

import dataclasses

CHOICES = {
    'unset': ('empty', '204', 'null'),
    'task_error': ('flat', 'wrapped'),
    'session_header': ('login', 'every', 'renew'),
    'nfc_urls': ('host', 'star'),
}


@dataclasses.dataclass
class Variants:
    """unset: how an unset property or result is answered. task_error: TaskInfo.error flat or in a
    LocalizedMethodFault. hello: whether the release hello exists (from 8.0.2.0 on). session_header: the session
    token is sent by Login only, with every answer, or renewed with every answer (the old one holds too). esxi: answer
    every VI JSON request as a standalone ESXi host does, with a SOAP fault in XML. gzip: compress for clients that ask.
    tagging: whether the Automation API has its tagging service. nfc_urls: export leases name another host in their
    URLs, with its thumbprint, or * for the server itself.
    """

    unset: str = 'empty'
    task_error: str = 'flat'
    hello: bool = True
    session_header: str = 'login'
    esxi: bool = False
    gzip: bool = True
    tagging: bool = True
    nfc_urls: str = 'host'

    def __post_init__(self):
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise ValueError(f'{name}: {getattr(self, name)!r} is none of {", ".join(choices)}')
