# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What tasks, fleets and inventories cost: `make bench`. It measures; nothing fails."""

from __future__ import annotations

import argparse
import tempfile

from tests.integration.playbook import AnsibleCore

from . import fleets, inventories, tasks

PARTS = {'tasks': tasks.measure, 'fleets': fleets.measure, 'sizes': tasks.measure_sizes,
         'inventories': inventories.measure}


def main():
    parser = argparse.ArgumentParser(prog='make bench', description=__doc__)
    parser.add_argument('parts', nargs='*', metavar='PART', help=f'what to measure: {", ".join(PARTS)}')
    parser.add_argument('--core', default='newest', choices=['oldest', 'newest'], help='the ansible-core to measure')
    parser.add_argument('--repetitions', default=3, type=int, help='runs of each play, of which the median counts')
    arguments = parser.parse_args()
    if set(arguments.parts) - set(PARTS):
        parser.error(f'there are only the parts {", ".join(PARTS)}')
    with tempfile.TemporaryDirectory() as folder:
        for part in arguments.parts or PARTS:
            PARTS[part](AnsibleCore(arguments.core, folder), arguments.repetitions)


if __name__ == '__main__':
    main()
