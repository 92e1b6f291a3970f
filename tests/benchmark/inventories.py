# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The inventory plugin: time, requests and memory."""

from __future__ import annotations

import json
import statistics
import subprocess
import time

from tests.integration.playbook import connection

from .bench import heading, row
from .vcenter import VCenter

SIZES = (1000, 10_000)
PROPERTIES = (
    'config.hardware.numCPU', 'config.hardware.memoryMB', 'config.guestFullName', 'config.annotation',
    'guest.hostName', 'guest.ipAddress', 'guest.toolsRunningStatus', 'runtime.powerState', 'runtime.bootTime',
    'summary.storage.committed')
# `python -m ansible`, with the most memory that it took, in KiB, in the file peak.
SCRIPT = '''
import runpy
try:
    runpy.run_module('ansible', run_name='__main__', alter_sys=True)
finally:
    with open('/proc/self/status') as status, open('peak', 'w') as peak:
        peak.write(next(line.split()[1] for line in status if line.startswith('VmHWM:')))
'''


def measure(core, repetitions):
    """Prints what `ansible-inventory --list` costs with ten properties of each virtual machine, and without any."""
    heading(f'ansible-inventory --list, median of {repetitions}', 'seconds', 'requests', 'peak MB')
    for size in SIZES:
        with VCenter(size) as vcenter:
            for title, properties in (('ten properties', PROPERTIES), ('no properties', ())):
                seconds, peaks = [], []
                for _repetition in range(repetitions):
                    vcenter.requests()
                    taken, peak = listed(core, vcenter, properties)
                    seconds.append(taken)
                    peaks.append(peak)
                row(f'{size} VMs, {title}', statistics.median(seconds), len(vcenter.requests()),
                    statistics.median(peaks))


def listed(core, vcenter, properties):
    """Runs ansible-inventory; returns its seconds and its peak memory in MB."""
    home = core.home()
    source = home / 'bench.vsphere_vms.yml'
    options = {'plugin': 'vsphere.vm.vms', 'ca_cert': vcenter.ca_cert, 'properties': list(properties)}
    source.write_text(json.dumps(options), encoding='utf-8')
    began = time.monotonic()
    subprocess.run([str(core.python), '-c', SCRIPT, 'inventory', '-i', str(source), '--list', '--output', 'listed'],
                   cwd=home, env=core.environment(home, connection(vcenter)), stdin=subprocess.DEVNULL, check=True)
    return time.monotonic() - began, int((home / 'peak').read_text()) / 1024
