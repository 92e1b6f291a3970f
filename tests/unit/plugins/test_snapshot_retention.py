# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Removing the snapshots that are older than some days, and keeping the others."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from tests.simulator import Simulator
from tests.unit.plugins.agreement import Agreement
from tests.unit.plugins.in_process import Tasks

OLD = {'moid': 'vm-1', 'state': 'absent', 'remove_all': True, 'retention_days': 7}


def days_ago(days):
    """The wire time of that many days ago."""
    return (datetime.now(timezone.utc) - timedelta(days=days)).isoformat().replace('+00:00', 'Z')


def age(simulator, **days):
    """Makes snapshots of the first virtual machine as many days old."""
    for snapshot in simulator.vm('vm-1').snapshots():
        snapshot.create_time = days_ago(days[snapshot.name])


def test_the_old_go_and_their_children_move_up():
    with Simulator(vms=1) as simulator, Tasks(simulator) as tasks:
        agreement = Agreement(simulator, tasks)
        for name in ('a', 'b', 'c'):
            assert agreement.run('snapshot', moid='vm-1', snapshot_name=name)['changed']
        assert not agreement.run('snapshot', **OLD)['changed']
        simulator.call(lambda: age(simulator, a=9, b=8, c=6))
        done = agreement.run('snapshot', **OLD)
        assert done['operation'] == 'RemoveAllSnapshots_Task'
        assert done['diff'] == {'before': {'snapshots': ['a', 'a/b', 'a/b/c']}, 'after': {'snapshots': ['c']}}
        assert agreement.run('snapshot', **{**OLD, 'retention_days': 5})['diff']['after'] == {'snapshots': []}


def test_a_server_that_would_remove_all_is_not_asked():
    with Simulator(vms=1, release='8.0.2.0') as simulator, Tasks(simulator) as tasks:
        assert tasks.run('snapshot', moid='vm-1', snapshot_name='a')['changed']
        failed = Agreement(simulator, tasks).run('snapshot', **OLD)
        assert failed['fault']['name'] == 'NotSupported' and '8.0.2.0' in failed['msg']
        assert len(simulator.call(simulator.vm('vm-1').snapshots)) == 1
