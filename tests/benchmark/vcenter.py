# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A simulated vCenter in a process of its own, so that it is not what is timed, and the requests that it has had."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from tests.integration.playbook import CHECKOUT, VENVS
from tests.simulator.objects.virtual_machine.template import derived_uuid

PYTHON = VENVS / 'simulator' / 'bin' / 'python'


class VCenter:
    """A simulator with so many virtual machines, each with a moid from vm-1 on. A context manager.

    `arguments` are more of its command line, such as '--delay', '1'.
    """

    def __init__(self, vms, *arguments):
        self.vms = vms
        self.arguments = arguments
        self.read = 0

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix='benchmark-')
        self.log = Path(self.folder.name) / 'requests'
        self.log.touch()
        command = [PYTHON, '-m', 'tests.simulator', '--vms', str(self.vms), '--request-log', self.log, *self.arguments]
        self.process = subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)
        ready = json.loads(self.process.stdout.readline())
        self.host, self.port = urlsplit(ready['url']).hostname, urlsplit(ready['url']).port
        self.username, self.password, self.ca_cert = ready['username'], ready['password'], ready['ca_cert']
        return self

    def __exit__(self, *_exception):
        self.process.terminate()
        self.process.communicate()
        self.folder.cleanup()

    def name(self, number):
        """The name of the virtual machine with the moid vm-<number>."""
        order, on_cluster = divmod(number - 1, 2)
        return f'DC0_C0_RP0_VM{order}' if on_cluster else f'DC0_H0_VM{order}'

    def targets(self, number):
        """The ways to name that virtual machine: {option: value}."""
        name = self.name(number)
        return {'moid': f'vm-{number}', 'path': f'DC0/vm/{name}', 'uuid': derived_uuid('42', f'0 {name}'),
                'instance_uuid': derived_uuid('50', f'0 {name}'), 'name': name}

    def requests(self):
        """The requests since this was asked before."""
        lines = self.log.read_text(encoding='utf-8').splitlines()
        fresh, self.read = lines[self.read:], len(lines)
        return [json.loads(line) for line in fresh]
