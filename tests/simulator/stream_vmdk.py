# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The stream-optimized VMDK that an export sends, with a few grains of noise on a disk of any size.

Source: VMware's "Virtual Disk Format 5.0", chapter "Stream-Optimized Compressed Sparse Extents".
"""
from __future__ import annotations

import random
import struct
import zlib

SECTOR, GRAIN_SECTORS, ENTRIES, OVERHEAD = 512, 128, 512, 128
HEADER = struct.Struct('<4sIIQQQQIQQQB4sH')
GD_AT_END = 0xFFFFFFFFFFFFFFFF
FLAGS = 1 | 1 << 16 | 1 << 17  # valid newline test, compressed, with markers
GRAIN_TABLE, GRAIN_DIRECTORY, FOOTER = 1, 2, 3


def stream_vmdk(name, capacity, seed, grains):
    """The file of a disk of `capacity` bytes whose first `grains` grains of 64 KB hold noise; the same for a seed."""
    sectors = capacity // SECTOR
    noise = random.Random(seed)
    file = bytearray(_header(sectors, GD_AT_END) + _descriptor(name, sectors))
    file += bytes(OVERHEAD * SECTOR - len(file))
    table = []
    for number in range(grains):
        table.append(len(file) // SECTOR)
        packed = zlib.compress(noise.randbytes(GRAIN_SECTORS * SECTOR))
        file += _padded(struct.pack('<QI', number * GRAIN_SECTORS, len(packed)) + packed)
    file += _marker(ENTRIES * 4 // SECTOR, GRAIN_TABLE)
    tables = [len(file) // SECTOR]
    file += struct.pack(f'<{ENTRIES}I', *table, *[0] * (ENTRIES - len(table)))
    tables += [0] * (-(-sectors // (GRAIN_SECTORS * ENTRIES)) - 1)
    directory = _padded(struct.pack(f'<{len(tables)}I', *tables))
    file += _marker(len(directory) // SECTOR, GRAIN_DIRECTORY)
    at = len(file) // SECTOR
    file += directory + _marker(1, FOOTER) + _header(sectors, at) + bytes(SECTOR)
    return bytes(file)


def _header(sectors, directory_at):
    return _padded(HEADER.pack(b'KDMV', 3, FLAGS, sectors, GRAIN_SECTORS, 1, 20, ENTRIES, 0, directory_at, OVERHEAD, 0,
                               b'\n \r\n', 1))


def _descriptor(name, sectors):
    return (f'# Disk DescriptorFile\nversion=1\nCID=7b3a1d52\nparentCID=ffffffff\ncreateType="streamOptimized"\n\n'
            f'RDONLY {sectors} SPARSE "{name}"\n\nddb.adapterType = "lsilogic"\n').encode()


def _marker(sectors, kind):
    return _padded(struct.pack('<QII', sectors, 0, kind))


def _padded(content):
    return content + bytes(-len(content) % SECTOR)
