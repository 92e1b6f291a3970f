# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A task in check mode, then really, then once more: what the first says of the second, and whether it is enough once."""

from __future__ import annotations

import json

from ansible_collections.vsphere.vm.plugins.module_utils.faults import CATEGORIES


def check_failure(result):
    """Holds a failed result to what every failure tells."""
    fault = result['fault']
    assert result['msg'].strip() and fault['message'].strip() and fault['hint'].strip()
    assert fault['name'].isidentifier() and fault['category'] in CATEGORIES
    assert fault['name'] != 'UnexpectedError', fault
    assert result['msg'][-1] in '.?!"' and 'Traceback' not in result['msg'], result['msg']


def foretold(said, found):
    """Whether all that a forecast says is so; of what is yet to be made it says less than is then read."""
    if isinstance(said, dict) and isinstance(found, dict):
        return all(name in found and foretold(value, found[name]) for name, value in said.items())
    if isinstance(said, list) and isinstance(found, list):
        return len(said) == len(found) and all(map(foretold, said, found))
    return said == found


class Agreement:
    """Runs tasks against a Simulator as `tasks` (in_process.Tasks) does, each thrice.

    untold   {(module, fault name)} that a real run may fail with and check mode cannot know of
    """

    def __init__(self, simulator, tasks, untold=()):
        self.simulator = simulator
        self.tasks = tasks
        self.untold = untold

    def run(self, module, once=True, **options):
        """The result of the real run. `once` is false for what is done each time it is asked."""
        before = self.simulator.state()
        said = self.tasks.run(module, check_mode=True, **options)
        assert self.simulator.state() == before, 'check mode has changed something'
        done = self.tasks.run(module, **options)
        self.compare(module, said, done)
        if not done.get('failed'):
            assert done['changed'] or self.simulator.state() == before, 'changed in silence'
            if once:
                again = self.tasks.run(module, **options)
                assert not again.get('failed') and not again['changed'], ('not enough once', again)
        return done

    def compare(self, module, said, done):
        """Holds what check mode said against what was done."""
        json.dumps([said, done])
        for result in (said, done):
            if result.get('failed'):
                check_failure(result)
        name = done.get('fault', {}).get('name')
        if (module, name) in self.untold:
            return
        assert name == said.get('fault', {}).get('name'), (said, done)
        if name is None:
            assert said['changed'] == done['changed'], (said, done)
            assert said.get('operation') == done.get('operation')
        if 'diff' in done and name is None:
            assert said['diff']['before'] == done['diff']['before']
            assert foretold(said['diff']['after'], done['diff']['after']), (said['diff'], done['diff'])
