# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Run playbooks/demo.yml against a simulated vCenter: `make demo`. Arguments are handed to ansible-playbook."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.simulator import Simulator

from .collection import BUILD, CHECKOUT, COLLECTIONS
from .venv import VENVS

PLAYBOOK = 'playbooks/demo.yml'
YOURS = f'''
That was a simulated vCenter. The same playbook against yours, which it then works on:

    export VMWARE_HOST=vcenter.example.com VMWARE_USER=operator@vsphere.local
    read -rs VMWARE_PASSWORD && export VMWARE_PASSWORD
    export VMWARE_CA_CERT=vcenter.pem           # unless the system trusts its certificate already
    export ANSIBLE_COLLECTIONS_PATH=.build/collections
    .build/venv/newest/bin/ansible-playbook {PLAYBOOK} -e demo_vm=NAME
'''


def play(simulator, arguments):
    """Run the playbook and return its exit code."""
    home = BUILD / 'demo'
    home.mkdir(parents=True, exist_ok=True)
    # In the place of one that the user may have.
    config = home / 'ansible.cfg'
    config.touch()
    environment = {
        **os.environ,
        'ANSIBLE_CONFIG': str(config),
        'ANSIBLE_HOME': str(home),
        'ANSIBLE_COLLECTIONS_PATH': str(COLLECTIONS),
        'VMWARE_HOST': simulator.host,
        'VMWARE_PORT': str(simulator.port),
        'VMWARE_USER': simulator.username,
        'VMWARE_PASSWORD': simulator.password,
        'VMWARE_CA_CERT': str(simulator.ca_cert),
    }
    command = [VENVS / 'newest' / 'bin' / 'python', '-m', 'ansible', 'playbook', '-i', 'localhost,', PLAYBOOK]
    return subprocess.run([*command, *arguments], cwd=CHECKOUT, env=environment, check=False).returncode


def main(arguments):
    with Simulator(vms=4, delay=0.3) as simulator:
        code = play(simulator, arguments)
        if code == 0:
            print('Once more what it declares, which is so by now:', flush=True)
            code = play(simulator, ['--tags', 'declared', *arguments])
    if code == 0:
        print(YOURS)
    return code


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
