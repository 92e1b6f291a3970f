# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The role snapshot_hygiene: what is told, what is removed, what stays, and what cannot be removed."""

from __future__ import annotations

import csv
import json

import pytest

from .roles import attempt, called, ended, newest, role, snapshots

VM, OTHER = 'DC0_H0_VM0', 'DC0_C0_RP0_VM0'
BOTH = {'where': {}, 'min_age_days': 30}
TELL = {'name': 'Tell', 'ansible.builtin.debug': {'msg': {
    name: f'{{{{ snapshot_hygiene_{name} }}}}' for name in ('verdicts', 'due', 'removed')}}}


@pytest.fixture
def old_snapshots(simulator):
    """Snapshots old, =1+1 and "new" of the first machine, one below the other, and old and 7 {{ 7 * 7 }} of the other."""
    def take(machine, name, created):
        snapshot = machine.take_snapshot(name, '', memory=False, quiesced=False)
        snapshot.create_time = created or snapshot.create_time
        machine.changed()
    for vm, name, created in ((VM, 'old', '2025-01-01T00:00:00Z'), (VM, '=1+1', '2026-01-01T00:00:00Z'), (VM, 'the "new"', None),
                              (OTHER, 'old', '2025-06-01T00:00:00Z'), (OTHER, '7 {{ 7 * 7 }}', '2026-02-01T00:00:00Z')):
        simulator.call(take, simulator.vm(vm), name, created)


def paths(verdicts):
    return [(each['vm']['name'], each['path'].rpartition('/')[2]) for each in verdicts]


def test_what_is_due_is_removed_when_told_to(ansible_playbook, simulator, old_snapshots):
    before = simulator.state()
    run = ansible_playbook([role('snapshot_hygiene', **BOTH), TELL]).assert_ok(changed=0)
    assert simulator.state() == before
    told = run.result('Tell')['msg']
    assert paths(told['due']) == [(VM, 'old'), (OTHER, 'old'), (VM, '=1+1'), (OTHER, '7 {{ 7 * 7 }}')]
    assert [each['reason'] for each in told['verdicts']] == [*4 * [''], 'younger than 30 days']
    assert told['removed'] == []
    summed_up = run.result('vsphere.vm.snapshot_hygiene : Tell it')['msg']
    assert summed_up.startswith('5 snapshots, 4 of them due (')
    assert summed_up.endswith('), 4 of these would be removed with snapshot_hygiene_remove: true.')
    remove = {**BOTH, 'remove': True, 'keep_snapshots': ['=*'], 'limit': 2}
    # Two in the first run, one in the second, none in the third.
    run = ansible_playbook([role('snapshot_hygiene', **remove), TELL, *2 * [role('snapshot_hygiene', **remove)]])
    run.assert_ok(changed=2)
    assert paths(run.result('Tell')['msg']['removed']) == [(VM, 'old'), (OTHER, 'old')]
    assert list(snapshots(simulator, VM)) == ['=1+1', 'the "new"']
    assert snapshots(simulator, OTHER) == {}
    assert called(simulator, 'RemoveSnapshot_Task') == 3


def test_what_cannot_be_removed_is_told_and_the_rest_is_removed(ansible_playbook, simulator, old_snapshots):
    simulator.order('RemoveSnapshot_Task', 'FileFault', fields={'file': '[LocalDS_0] a.vmsn'})
    run = ended(ansible_playbook([attempt('Failed', role('snapshot_hygiene', **BOTH, remove=True)), TELL]))
    told = run.result('Failed')['msg']
    assert told.startswith('1 could not be done, and everything else was. ') and 'FileFault' in told
    assert len(run.result('Tell')['msg']['removed']) == 3
    assert len(snapshots(simulator, VM)) + len(snapshots(simulator, OTHER)) == 2


@newest
def test_check_mode_changes_nothing(ansible_playbook, simulator, old_snapshots, tmp_path):
    before = simulator.state()
    run = ansible_playbook([role('snapshot_hygiene', **BOTH, remove=True, report=str(tmp_path / 'new.json')), TELL], args=['--check'])
    assert run.assert_ok().result('Tell')['msg']['removed'] == []
    assert run.result('vsphere.vm.snapshot_hygiene : Remove snapshots')['changed'] is True
    assert simulator.state() == before
    assert not (tmp_path / 'new.json').exists()


@newest
def test_exceptions_and_reports(ansible_playbook, simulator, old_snapshots, tmp_path):
    table, data = tmp_path / 'a.csv', tmp_path / 'a.json'
    run = ended(ansible_playbook([
        {'name': 'Mark', 'vsphere.vm.custom_value': {'moid': 'vm-1', 'attributes': [{'name': 'Snapshots', 'value': 'keep them'}]}},
        role('snapshot_hygiene', **BOTH, report=str(table), keep_custom_values={'Snapshots': 'keep*'}),
        role('snapshot_hygiene', **BOTH, report=str(data), keep_vms=['*_RP0_*'], names=['o*'], min_size_bytes=1),
        role('snapshot_hygiene', vms=[{'moid': 'vm-2'}], min_age_days=0),
        attempt('Not there', role('snapshot_hygiene', vms=[{'moid': 'vm-77'}, {'moid': 'vm-2'}], min_age_days=0)), TELL,
    ]))
    with table.open(newline='', encoding='utf-8') as lines:
        rows = list(csv.DictReader(lines))
    assert [(row['vm'], row['snapshot'], row['due']) for row in rows] == [
        (VM, 'old', 'false'), (OTHER, 'old', 'true'), (VM, 'old/=1+1', 'false'), (OTHER, 'old/7 {{ 7 * 7 }}', 'true'),
        (VM, 'old/=1+1/the "new"', 'false')]
    assert rows[0]['reason'] == 'the custom attribute Snapshots is keep them'
    verdicts = json.loads(data.read_text(encoding='utf-8'))
    assert {each['reason'] for each in verdicts if each['vm']['name'] == OTHER} == {'the virtual machine is an exception'}
    assert paths(each for each in verdicts if each['due']) == [(VM, 'old')]
    assert 'vm-77' in run.result('Not there')['msg']
    assert paths(run.result('Tell')['msg']['due']) == [(OTHER, 'old'), (OTHER, '7 {{ 7 * 7 }}')]


@newest
def test_disks_are_consolidated_where_that_is_needed(ansible_playbook, simulator, old_snapshots):
    machine = simulator.vm(VM)

    def need():
        machine.consolidation_needed = True
        machine.storage_changed()
    simulator.call(need)
    ansible_playbook([role('snapshot_hygiene', vms=[{'moid': 'vm-2'}], min_age_days=30, remove=True)]).assert_ok()
    assert called(simulator, 'ConsolidateVMDisks_Task') == 0, 'of a machine that nothing was removed of'
    ansible_playbook([role('snapshot_hygiene', vms=[{'moid': 'vm-1'}], min_age_days=30, remove=True)]).assert_ok(changed=2)
    assert called(simulator, 'ConsolidateVMDisks_Task') == 1
    assert simulator.call(machine.get, 'runtime.consolidationNeeded') is False
