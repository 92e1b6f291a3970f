# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Put pip into an empty virtual environment, for ansible-test.

ansible-test would download a script of this kind from its own host; this one needs nothing but the package index.
"""

from __future__ import annotations

import subprocess
import sys


def main(arguments):
    # What else ansible-test passes is meant for a script of its own: --no-setuptools and --no-wheel.
    wanted = [argument for argument in arguments if not argument.startswith('--no-')]
    # In processes of their own: ensurepip has its process forget pip's configuration, which says where the index is.
    subprocess.run([sys.executable, '-m', 'ensurepip'], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([sys.executable, '-m', 'pip', 'install', '-qq', *wanted], check=True)


if __name__ == '__main__':
    main(sys.argv[1:])
