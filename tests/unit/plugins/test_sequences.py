# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Random sequences of tasks on one virtual machine: check mode, real runs and the server's own state agree on all of them."""

from __future__ import annotations

from contextlib import ExitStack

from ansible_collections.vsphere.vm.plugins.module_utils import wire
from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.simulator import Simulator
from tests.unit.plugins.agreement import Agreement
from tests.unit.plugins.in_process import Tasks

# A specification for Windows is refused for other guests, which only the guest's id, not what it is, tells beforehand.
UNTOLD = {('snapshot', 'NotSupported')}
NAMES = some.sampled_from(['a', 'b', 'a/b', '%2f'])
TEXTS = some.sampled_from([None, '', 'as it was'])
IDS = some.integers(1, 4).map(lambda number: {'snapshot_id': str(number)})
SNAPSHOTS = NAMES.map(lambda name: {'snapshot_name': name}) | IDS
QUIESCE = some.sampled_from([
    {}, {'quiesce': True}, {'quiesce_spec': {}}, {'quiesce_spec': {'timeout': 15}}, {'quiesce_spec': {'timeout': 3}},
    {'quiesce_spec': {'vss_backup_type': 1}}])
POWER = ['powered_on', 'powered_off', 'suspended', 'standby', 'restarted', 'terminated', 'powered-on', 'shutdown-guest',
         'powered-off']
REACHED = {'powered_on': 'poweredOn', 'powered-on': 'poweredOn', 'powered-off': 'poweredOff', 'powered_off': 'poweredOff', 'terminated': 'poweredOff',
           'shutdown-guest': 'poweredOff', 'suspended': 'suspended', 'restarted': 'poweredOn'}


def tree(snapshots, current, above=()):
    """The snapshots of the server as (path, whether it is the current one)."""
    found = []
    for each in snapshots:
        path = (*above, wire.name(each.name))
        found += [('/'.join(path), each is current), *tree(each.children, current, path)]
    return found


class Machine(RuleBasedStateMachine):
    """One virtual machine; each rule is a task."""

    def __init__(self):
        super().__init__()
        self.running = ExitStack()
        self.simulator = self.running.enter_context(Simulator(vms=1))
        self.tasks = self.running.enter_context(Tasks(self.simulator))
        self.agreement = Agreement(self.simulator, self.tasks, UNTOLD)
        self.vm = self.simulator.vm('DC0_H0_VM0')

    def teardown(self):
        """Ends the simulator."""
        self.running.close()

    def task(self, module, **options):
        """Runs a task; returns whether it went well."""
        return not self.agreement.run(module, moid=self.vm.moid, timeout=5, **options).get('failed')

    @initialize(power=some.sampled_from(['powered_on', 'powered_off', 'suspended']), enabled=some.booleans(),
                names=some.lists(NAMES, max_size=3))
    def begin(self, power, enabled, names):
        for name in names:
            self.task('snapshot', snapshot_name=name)
        assert self.task('power', state='powered_off')
        assert self.task('config', flags={'record_replay_enabled': enabled})
        if power != 'powered_off':
            assert self.task('power', state='powered_on') and self.task('power', state=power)

    @rule(state=some.sampled_from(POWER), method=some.sampled_from(['hard', 'guest', 'guest_then_hard']))
    def power(self, state, method):
        # A guest that reboots in no time has not been seen to do so.
        method = 'hard' if state == 'restarted' else method
        once = state != 'restarted'
        if self.task('power', once=once, state=state, method=method):
            assert self.vm.power_state == REACHED.get(state, self.vm.power_state)

    @rule(meant=SNAPSHOTS, description=TEXTS, memory=some.booleans(), quiesce=QUIESCE)
    def keep(self, meant, description, memory, quiesce):
        done = self.task('snapshot', **meant, description=description, memory=memory, **quiesce)
        if done and 'snapshot_name' in meant:
            name = wire.meant(meant['snapshot_name'])
            assert [path for path, _current in self.snapshots() if f'/{path}'.endswith(f'/{name}')]

    # By id: when children move up, the path of what is gone may become that of another.
    @rule(meant=IDS, children=some.booleans(), consolidate=some.sampled_from([None, True, False]))
    def remove(self, meant, children, consolidate):
        self.task('snapshot', state='absent', **meant, remove_children=children, consolidate=consolidate)

    @rule(consolidate=some.sampled_from([None, False]))
    def remove_all(self, consolidate):
        if self.task('snapshot', state='absent', remove_all=True, consolidate=consolidate):
            assert self.snapshots() == []

    @rule(meant=SNAPSHOTS | some.just({}), suppress=some.booleans())
    def revert(self, meant, suppress):
        self.task('snapshot', once=False, state='reverted', **meant, suppress_power_on=suppress)

    @rule(meant=SNAPSHOTS, name=NAMES, description=TEXTS)
    def rename_snapshot(self, meant, name, description):
        self.task('snapshot', state='renamed', **meant, new_snapshot_name=name, new_description=description)

    @rule(enable=some.booleans(), name=NAMES)
    def record(self, enable, name):
        if self.task('record', snapshot_name=name, enable=enable):
            assert self.vm.record_replay_state == 'recording'

    @rule()
    def end_record(self):
        if self.task('record', state='stopped'):
            assert self.vm.record_replay_state != 'recording'

    @rule(meant=SNAPSHOTS | some.just({}))
    def replay(self, meant):
        if self.task('replay', **meant):
            assert self.vm.record_replay_state == 'replaying'

    @rule()
    def end_replay(self):
        if self.task('replay', state='stopped'):
            assert self.vm.record_replay_state != 'replaying'

    @rule()
    def consolidate(self):
        if self.task('consolidation'):
            assert not self.vm.consolidation_needed

    @rule(name=NAMES)
    def rename(self, name):
        self.task('rename', new_name=name)

    @rule(state=some.sampled_from(['template', 'virtual_machine']))
    def template(self, state):
        if self.task('template', state=state):
            assert self.vm.is_template == (state == 'template')

    @rule(tools=some.sampled_from(['running', 'stopped', 'absent']))
    def tools(self, tools):
        self.simulator.call(setattr, self.vm, 'tools', tools)

    @rule(cpus=some.sampled_from([1, 2]))
    def cpus(self, cpus):
        self.task('config', hardware={'num_cpus': cpus})

    @rule(flag=some.sampled_from(['snapshot_locked', 'snapshot_disabled']), value=some.booleans())
    def flag(self, flag, value):
        self.task('config', flags={flag: value})

    def snapshots(self):
        """The snapshots that the server has."""
        return self.simulator.call(lambda: tree(self.vm.root_snapshots, self.vm.current_snapshot))

    @invariant()
    def what_modules_read_is_so(self):
        """The collection's reading of the virtual machine is the server's own."""
        told = self.tasks.run('snapshot_info', moid=self.vm.moid)['vm']
        assert [(each['path'], each['current']) for each in told['snapshots']] == self.snapshots()
        info = self.tasks.run('info', moid=self.vm.moid, properties=['runtime.powerState', 'runtime.recordReplayState'])
        assert info['vm']['runtime'] == {'powerState': self.vm.power_state, 'recordReplayState': self.vm.record_replay_state}


TestSequences = Machine.TestCase
TestSequences.settings = settings(max_examples=settings.default.max_examples // 4)
