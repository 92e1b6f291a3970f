# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One task for many virtual machines: their runs side by side, a result for each, and what it came to.

Knows runs and how they are driven; knows no Ansible.
"""

from __future__ import annotations

import time
import traceback

from . import wire
from .convoy import Convoy
from .faults import Failure
from .run import Run
from .selection import select

STOP = 'stop'
# Failures that all the others would meet as well: nothing answers there. A log-in that is refused is another one; to
# try it for each of a thousand would lock the account.
OUT_OF_REACH = ('ConnectionRefused', 'ConnectTimeout', 'HostUnknown', 'HostUnreachable', 'CertificateNotTrusted')


class Fleet:
    """The runs of an operation on all virtual machines that `vms` or `where` mean."""

    def __init__(self, operation, client, inventory, params, check_mode, progress=None):
        self.operation = operation
        self.client = client
        self.inventory = inventory
        self.params = params
        self.check_mode = check_mode
        self.progress = progress or (lambda state: None)
        self.members = []
        self.failed = 0
        self.cut_off = False

    def run(self):
        """Runs the operation on each member; returns the result of the task. Raises Failure if none can be selected."""
        concurrency = self.params['concurrency']
        found, missed = select(self.inventory, self.params, self.operation.paths(self.params), self.operation.related)
        self.members = [Member(Run(self.operation, self.client, self.inventory, self.params, self.check_mode, each))
                        for each in found]
        missing = [self._missing(*each) for each in missed]
        self.failed = len(missing)
        runs = [self._flow(member) for member in self.members]
        # A forecast burdens nobody, so that one request asks for all of them.
        together = len(runs) if self.check_mode else concurrency
        Convoy(self.client, self.inventory, runs, together, self._go_on, self._look).drive()
        return self._result(missing)

    def _go_on(self):
        return not self.cut_off and not (self.failed and self.params['on_failure'] == STOP)

    @staticmethod
    def _missing(target, failure):
        """Returns the result for a target that means no virtual machine."""
        return {'vm': {option: value for option, value in target.items() if value}, 'changed': False, 'attempted': True,
                **failure.as_result()}

    def _flow(self, member):
        member.began = time.monotonic()
        report = member.run.report
        try:
            yield from member.run.flow()
        except Exception as error:  # what is odd about one virtual machine must not lose what came of the others
            failure = Failure(f'{type(error).__name__}: {error}', 'UnexpectedError', category='server', vm=member.vm,
                              details={'traceback': traceback.format_exc()})
            report.update(failure.as_result())
        member.ended = time.monotonic()
        if report.get('failed'):
            self.failed += 1
            self.cut_off |= report['fault']['category'] == 'auth' or report['fault']['name'] in OUT_OF_REACH

    def _look(self):
        self.progress(self.state())

    def state(self):
        """Returns how far the fleet is: who is done, who runs, the longest first, and who is not begun."""
        under_way = [each for each in self.members if each.began and not each.ended]
        return {
            'total': len(self.members), 'failed': self.failed,
            'done': [each.vm for each in self.members if each.ended],
            'running': [each.running() for each in sorted(under_way, key=lambda each: each.began)],
            'not_begun': [each.vm for each in self.members if not each.began],
        }

    def _result(self, missing):
        results = [*missing, *(each.result() for each in self.members)]
        counts = {
            'total': len(results), 'changed': sum(each['changed'] for each in results),
            'failed': sum(bool(each.get('failed')) for each in results),
            'not_attempted': sum(not each['attempted'] for each in results)}
        counts['ok'] = counts['total'] - counts['failed'] - counts['not_attempted']
        result = {'changed': counts['changed'] > 0, 'results': results, 'summary': counts, 'diff': [
            {**each['diff'], 'before_header': each['vm']['name'], 'after_header': each['vm']['name']}
            for each in results if each.get('diff') and each.get('vm')]}
        if counts['failed']:
            first = next(each for each in results if each.get('failed'))
            result.update(failed=True, fault=first['fault'], msg=(
                f'{counts["failed"]} of {counts["total"]} virtual machines failed; the first failure: {first["msg"]}'))
        return result


class Member:
    """One virtual machine of a fleet: `vm` is its {moid, name}."""

    def __init__(self, run):
        self.run = run
        ref, properties, _names = run.target
        self.vm = {'moid': ref['value'], 'name': wire.name(properties.get('name', ''))}
        self.began = self.ended = None

    def running(self):
        """Returns what runs: the VM, the moid of its task if it has one, and for how many seconds."""
        task = self.run.report.get('task') or {}
        return {**self.vm, 'task': task.get('moid'), 'seconds': round(time.monotonic() - self.began, 1)}

    def result(self):
        """Returns the result of this VM; `attempted` is false if the task ended before its turn came."""
        return {'vm': self.vm, **self.run.report, 'attempted': self.began is not None}
