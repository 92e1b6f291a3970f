# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a task costs, beside Ansible's own ping and in requests to vCenter: `make bench`. It measures; nothing fails."""

from __future__ import annotations

import argparse
import statistics
import tempfile

from tests.integration.playbook import AnsibleCore, connection
from tests.simulator import Simulator

VMS = 40
TASKS = 5
FORKS = 5
# Requests a task are the difference between a run of one task and a run of so many more, so that log-in does not count.
MORE = 10
TASK_SECONDS = 0.5


def unchanged(**target):
    return {'vsphere.vm.power': {**target, 'state': 'powered_on'}}


class Bench:
    """Runs plays against one simulator and looks at its request log."""

    def __init__(self, core, simulator):
        self.core = core
        self.simulator = simulator
        names = [f'DC0_{pool}_VM{number}' for number in range(VMS // 2) for pool in ('H0', 'C0_RP0')]
        self.vms = [simulator.vm(name) for name in names]
        self.moids = [vm.moid for vm in self.vms]

    def run(self, tasks, **options):
        """Run tasks; return the PlaybookRun and the requests that it made."""
        before = len(self.simulator.requests)
        run = self.core.play(tasks, env=connection(self.simulator), extra_vars={'moids': self.moids},
                             module_defaults={'ca_cert': str(self.simulator.ca_cert)}, **options).assert_ok()
        return run, self.simulator.requests[before:]

    def seconds(self, ours, theirs, repetitions, **options):
        """Median seconds of each of two lists of tasks, run in turn, and the requests of the first one's last run."""
        taken = {'ours': [], 'theirs': []}
        for _repetition in range(repetitions):
            run, requests = self.run(ours, **options)
            taken['ours'].append(run.seconds)
            taken['theirs'].append(self.run(theirs, **options)[0].seconds)
        return statistics.median(taken['ours']), statistics.median(taken['theirs']), requests

    def requests_a_task(self, tasks):
        """Requests that each task of the list makes, but for the first, beyond those that a run makes once."""
        few, many = len(self.run(tasks[:1])[1]), len(self.run(tasks[1:])[1])
        return (many - few) / (len(tasks) - 2)


def count(requests, method):
    return sum(request['method'] == method for request in requests)


def compare(bench, repetitions):
    """Print the wall time beside ansible.builtin.ping."""
    hosts = "{{ moids[groups['all'].index(inventory_hostname)] }}"
    loop = list(range(VMS))
    cases = (
        (f'{VMS} hosts x {TASKS} tasks, forks {FORKS}', [unchanged(moid=hosts)] * TASKS,
         [{'ansible.builtin.ping': None}] * TASKS, {'hosts': VMS, 'forks': FORKS}),
        (f'a loop of {VMS}', [{**unchanged(moid='{{ moids[item] }}'), 'loop': loop}],
         [{'ansible.builtin.ping': None, 'loop': loop}], {}),
    )
    print(f'{"seconds, median of " + str(repetitions):36}{"power":>8}{"ping":>8}{"ratio":>8}{"requests":>10}'
          f'{"logins":>8}{"logouts":>9}')
    for title, ours, theirs, options in cases:
        power, ping, requests = bench.seconds(ours, theirs, repetitions, **options)
        print(f'{title:36}{power:8.2f}{ping:8.2f}{power / ping:8.2f}{len(requests):10}{count(requests, "Login"):8}'
              f'{count(requests, "Logout"):9}', flush=True)


def cost(bench):
    """Print requests a task."""
    vm = bench.vms[0]
    name, uuid, instance_uuid = bench.simulator.call(
        lambda: [vm.get(path) for path in ('name', 'config.uuid', 'config.instanceUuid')])
    targets = {'moid': vm.moid, 'path': f'DC0/vm/{name}', 'uuid': uuid, 'instance_uuid': instance_uuid, 'name': name}
    print(f'\n{"requests a task":36}')
    for kind, value in targets.items():
        each = bench.requests_a_task([unchanged(**{kind: value})] * (MORE + 2))
        print(f'{"nothing to change, by " + kind:36}{each:8.1f}', flush=True)
    states = ['powered_off', 'powered_on'] * (MORE // 2 + 1)
    power = [{'vsphere.vm.power': {'moid': vm.moid, 'state': state}} for state in states]
    snapshots = [{'vsphere.vm.snapshot': {'moid': vm.moid, 'snapshot_name': f'bench {number}', 'state': 'present'}}
                 for number in range(MORE + 2)]
    for title, tasks in (('a power change', power), ('a snapshot', snapshots)):
        print(f'{title + ", by moid":36}{bench.requests_a_task(tasks):8.1f}', flush=True)


def main():
    parser = argparse.ArgumentParser(prog='make bench', description=__doc__)
    parser.add_argument('--core', default='newest', choices=['oldest', 'newest'], help='the ansible-core to measure')
    parser.add_argument('--repetitions', default=3, type=int, help='runs of each play, of which the median counts')
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Simulator(vms=VMS, delay=TASK_SECONDS) as simulator:
        bench = Bench(AnsibleCore(arguments.core, folder), simulator)
        compare(bench, arguments.repetitions)
        cost(bench)


if __name__ == '__main__':
    main()
