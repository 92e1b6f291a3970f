# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs plays against one vCenter, timed, with the requests that each made."""

from __future__ import annotations

import statistics

from tests.integration.playbook import connection


class Bench:
    """`core` is an AnsibleCore, `vcenter` a VCenter, `repetitions` how many runs a median is of."""

    def __init__(self, core, vcenter, repetitions):
        self.core = core
        self.vcenter = vcenter
        self.repetitions = repetitions

    def run(self, tasks, **options):
        """Runs tasks; returns the PlaybookRun and the requests that it made."""
        self.vcenter.requests()
        run = self.core.play(tasks, env=connection(self.vcenter), timeout=1800,
                             module_defaults={'ca_cert': self.vcenter.ca_cert}, **options).assert_ok()
        return run, self.vcenter.requests()

    def seconds(self, *plays, **options):
        """Returns the median seconds of each list of tasks, run in turn, and the requests of the first's last run."""
        taken, requests = [[] for _play in plays], []
        for _repetition in range(self.repetitions):
            for number, tasks in enumerate(plays):
                run, made = self.run(tasks, **options)
                taken[number].append(run.seconds)
                requests = requests if number else made
        return [statistics.median(each) for each in taken], requests

    def requests_a_task(self, tasks):
        """Returns the requests of each task of a list, but for the first, beyond those that a run makes once."""
        few, many = len(self.run(tasks[:1])[1]), len(self.run(tasks[1:])[1])
        return (many - few) / (len(tasks) - 2)


def count(requests, method):
    """Returns how many requests called a method."""
    return sum(request['method'] == method for request in requests)


def heading(title, *columns):
    """Prints the heading of a table."""
    print('\n' + f'{title:44}' + ''.join(f'{column:>12}' for column in columns), flush=True)


def row(title, *values):
    """Prints a row: whole numbers as they are, others with two decimals."""
    texts = [f'{value:12}' if isinstance(value, int) else f'{value:12.2f}' for value in values]
    print(f'{title:44}' + ''.join(texts), flush=True)
