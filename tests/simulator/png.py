# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The picture of a console: a PNG of one shade of gray. Source: the PNG specification, RFC 2083."""
from __future__ import annotations

import struct
import zlib

SIGNATURE = b'\x89PNG\r\n\x1a\n'


def png(width, height, shade):
    """An image of `width` x `height` pixels in a shade from 0 to 255."""
    rows = (b'\0' + bytes([shade]) * width) * height
    return SIGNATURE + b''.join((_chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, 8, 0, 0, 0, 0)),
                                 _chunk(b'IDAT', zlib.compress(rows)), _chunk(b'IEND', b'')))


def _chunk(kind, content):
    return struct.pack('>I', len(content)) + kind + content + struct.pack('>I', zlib.crc32(kind + content))
