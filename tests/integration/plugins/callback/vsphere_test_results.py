# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes each task's result on each host, and the recap, to the file VSPHERE_TEST_RESULTS: one JSON object a line."""

from __future__ import annotations

import json
import os

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = '''
name: vsphere_test_results
type: notification
short_description: results as JSON lines
description: Writes results to the file that VSPHERE_TEST_RESULTS names.
requirements:
  - enabled by the test harness
'''


class CallbackModule(CallbackBase):
    """Runs beside the stdout callback, so that tests see the data and what a person sees."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = 'notification'
    CALLBACK_NAME = 'vsphere_test_results'
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.path = os.environ['VSPHERE_TEST_RESULTS']

    def _write(self, **line):
        with open(self.path, 'a', encoding='utf-8') as results:
            results.write(json.dumps(line, default=str) + '\n')

    def _task_ended(self, status, result):
        # ansible-core 2.19 gave these attributes public names and warns of the private ones; 2.16 has only those.
        public = hasattr(result, 'task')
        task, host, data = ((result.task, result.host, result.result) if public else
                            (result._task, result._host, result._result))
        self._write(task=task.get_name(), host=host.get_name(), status=status, result=data)

    def v2_runner_on_ok(self, result):
        self._task_ended('ok', result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._task_ended('failed', result)

    def v2_runner_on_skipped(self, result):
        self._task_ended('skipped', result)

    def v2_runner_on_unreachable(self, result):
        self._task_ended('unreachable', result)

    def v2_playbook_on_stats(self, stats):
        self._write(stats={host: stats.summarize(host) for host in stats.processed})
