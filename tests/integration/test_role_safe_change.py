# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The role safe_change: a change that goes well, and every way in which one can fail."""

from __future__ import annotations

import datetime
import re

from .roles import attempt, called, ended, newest, role, snapshots, tasks_file

VM, OTHER = 'DC0_H0_VM0', 'DC0_C0_RP0_VM0'
ANNOTATE = {'vsphere.vm.config': {'moid': 'vm-1', 'annotation': 'changed'}}
OFF, BOTH_OFF = ({'vsphere.vm.power': {'vms': [{'moid': moid} for moid in moids], 'state': 'powered_off'}}
                 for moids in (['vm-1'], ['vm-1', 'vm-2']))
FAIL = {'ansible.builtin.fail': {'msg': 'The package is broken.'}}
ALL_CHECKS = ['powered_on', 'tools_running', 'ip_address']


def change(*moids, **options):
    return role('safe_change', vms=[{'moid': moid} for moid in moids or ['vm-1']], **options)


def annotation(simulator):
    return simulator.call(simulator.vm(VM).get, 'config.annotation')


def power_states(simulator):
    return [simulator.call(simulator.vm(vm).get, 'runtime.powerState') for vm in (VM, OTHER)]


def test_a_change_goes_well_or_is_undone(ansible_playbook, simulator, tmp_path):
    good = tasks_file(tmp_path / 'good.yml', ANNOTATE)
    bad = tasks_file(tmp_path / 'bad.yml', BOTH_OFF, {'vsphere.vm.config': {'moid': 'vm-1', 'annotation': 'half'}}, FAIL)
    run = ended(ansible_playbook([
        change(tasks=good, checks=ALL_CHECKS), change(tasks=good, checks=ALL_CHECKS, memory=True),
        attempt('A change that fails', change('vm-1', 'vm-2', tasks=bad)),
        attempt('A check that fails', change(tasks=tasks_file(tmp_path / 'fine.yml', OFF), checks=['powered_on'])),
        attempt('Tasks that check', change(tasks=good, check_tasks=tasks_file(tmp_path / 'look.yml', FAIL), memory=True)),
    ]))
    assert run.result('A change that fails')['msg'] == (
        f'The change failed at "bad 3": The package is broken. Rolled back: {VM}, {OTHER}.')
    assert run.result('A check that fails')['msg'] == (
        f'The change failed at "See that they are powered on": Not powered on: {VM}. Rolled back: {VM}.')
    assert run.result('Tasks that check')['msg'] == (
        f'The change failed at "look 1": The package is broken. Rolled back: {VM}.')
    assert annotation(simulator) == 'changed', 'what was undone was the change before'
    assert power_states(simulator) == ['poweredOn', 'poweredOn']
    assert snapshots(simulator, VM) == snapshots(simulator, OTHER) == {}
    assert called(simulator, 'CreateSnapshot_Task') == called(simulator, 'RemoveSnapshot_Task') == 6
    assert called(simulator, 'RevertToSnapshot_Task') == 4


def test_a_revert_that_fails_is_told(ansible_playbook, simulator, tmp_path):
    bad = tasks_file(tmp_path / 'bad.yml', ANNOTATE, FAIL)
    simulator.order('RevertToSnapshot_Task', 'FileFault', fields={'file': '[LocalDS_0] a.vmsn'})
    run = ended(ansible_playbook([attempt('Failed', change('vm-1', 'vm-2', tasks=bad, memory=True))]))
    told = run.result('Failed')['msg']
    (kept,) = {**snapshots(simulator, VM), **snapshots(simulator, OTHER)}
    assert told.startswith('The change failed at "bad 2": The package is broken. Rolled back: ')
    assert re.search(fr'NOT rolled back: \S+; the snapshot {kept} is still there to go back to\. 1 of 2 .*\(FileFault\)', told)
    assert len(snapshots(simulator, VM)) + len(snapshots(simulator, OTHER)) == 1
    assert called(simulator, 'RevertToSnapshot_Task') == 2


@newest
def test_check_mode_changes_nothing(ansible_playbook, simulator, tmp_path):
    before = simulator.state()
    run = ended(ansible_playbook([
        change(tasks=tasks_file(tmp_path / 'good.yml', ANNOTATE), checks=ALL_CHECKS),
        attempt('Foretold', change(tasks=tasks_file(tmp_path / 'bad.yml', ANNOTATE, FAIL))),
    ], args=['--check']))
    assert run.result('Foretold')['msg'] == (
        f'The change failed at "bad 2": The package is broken. Not in check mode, {VM} would be rolled back.')
    assert re.match(fr'The snapshot safe_change \S+ of {VM} would be taken before the change \(.*/bad\.yml\), and be '
                    'removed after it;', run.result('vsphere.vm.safe_change : Say what check mode leaves out')['msg'])
    assert simulator.state() == before


@newest
def test_nothing_is_changed_without_a_way_back(ansible_playbook, simulator, tmp_path):
    good = tasks_file(tmp_path / 'good.yml', ANNOTATE)
    simulator.order('CreateSnapshot_Task', 'SnapshotDisabled', vm='vm-2')
    run = ended(ansible_playbook([
        attempt('One of two', change('vm-1', 'vm-2', tasks=good)), attempt('Nothing to do', change()),
        attempt('Two changes', change(tasks=good, role='vsphere.vm.safe_change')),
        attempt('No file', change(tasks='nowhere.yml')),
        attempt('No machine', change('vm-77', tasks=good)),
        role('safe_change', where={'name': 'none-*'}, tasks=good),
    ]))
    assert run.result('One of two')['msg'].startswith(
        'Nothing was changed: without a snapshot of each there is no way back. 1 of 2 virtual machines failed')
    assert run.result('Nothing to do')['msg'] == run.result('Two changes')['msg'] == (
        'Set one of safe_change_tasks and safe_change_role.')
    assert run.result('No file')['msg'].startswith('There is no file /') and 'nowhere.yml' in run.result('No file')['msg']
    assert 'vm-77' in run.result('No machine')['msg']
    assert run.statuses['vsphere.vm.safe_change : Say that there is nothing to change']['host0'] == 'ok'
    assert annotation(simulator) != 'changed'
    assert snapshots(simulator, VM) == {}


@newest
def test_the_snapshot_is_kept_for_some_days(ansible_playbook, simulator, tmp_path):
    good = tasks_file(tmp_path / 'good.yml', ANNOTATE)
    machine = simulator.vm(VM)
    ansible_playbook([change(tasks=good, keep_days=3, snapshot_name='mine/', description='As it was'),
                      change(tasks=good)]).assert_ok()
    ((name, description),) = snapshots(simulator, VM).items()
    assert name.startswith('mine/ 20')
    until = re.fullmatch(r'As it was\. Kept by safe_change until (\S+)\.', description)[1]
    days = datetime.datetime.fromisoformat(until) - datetime.datetime.now(datetime.timezone.utc)
    assert datetime.timedelta(days=2.9) < days < datetime.timedelta(days=3)

    def end():
        machine.snapshots()[0].description = 'As it was. Kept by safe_change until 2026-01-02T03:04:05Z.'
        machine.changed()
    simulator.call(end)
    expire = change()
    expire['ansible.builtin.include_role']['tasks_from'] = 'expire'
    ansible_playbook([expire, expire]).assert_ok(changed=1)
    assert snapshots(simulator, VM) == {}


HOSTS = '''
- name: Host by host
  hosts: all
  gather_facts: false
  serial: 1
  vars:
    moid: "vm-{{ inventory_hostname[-1] | int + 1 }}"
    safe_change_tasks: %s
    safe_change_check_timeout: 1
  handlers:
    - name: Restart
      ansible.builtin.command: "false"
      when: inventory_hostname == 'host1'
  roles:
    - role: vsphere.vm.safe_change
'''


@newest
def test_hosts_that_cannot_be_reached_and_handlers_that_fail(ansible_playbook, simulator, tmp_path):
    lost = {'ansible.builtin.set_fact': {'ansible_connection': 'vsphere_test_lost'}, 'when': "inventory_hostname == 'host0'"}
    tasks = tasks_file(
        tmp_path / 'change.yml', {'vsphere.vm.config': {'moid': '{{ moid }}', 'annotation': 'changed'}, 'delegate_to': 'localhost'},
        {'ansible.builtin.command': 'true', 'notify': 'Restart'}, lost, {'ansible.builtin.command': 'true'})
    run = ansible_playbook(HOSTS % tasks, hosts=2, path='module', args=['--limit', 'host0'])
    told = run.failure('vsphere.vm.safe_change : Fail, and say what was rolled back', 'host0')['msg']
    assert told.startswith('The change failed at "See that the host can be reached": timed out')
    assert told.endswith(f'Rolled back: {VM}.')
    run = ansible_playbook(HOSTS % tasks, hosts=2, path='module', args=['--limit', 'host1'])
    told = run.failure('vsphere.vm.safe_change : Fail, and say what was rolled back', 'host1')['msg']
    assert told.startswith('The change failed at "Restart": ') and told.endswith(f'non-zero return code. Rolled back: {OTHER}.')
    assert annotation(simulator) != 'changed'
    assert snapshots(simulator, VM) == snapshots(simulator, OTHER) == {}


@newest
def test_a_role_is_a_change_too_and_hides_what_is_hidden(ansible_playbook, simulator, tmp_path):
    hidden = tmp_path / 'roles' / 'hidden' / 'tasks' / 'main.yml'
    hidden.parent.mkdir(parents=True)
    tasks_file(hidden, {'ansible.builtin.fail': {'msg': 'The key is s3cret-k3y.'}, 'no_log': True})
    run = ended(ansible_playbook([attempt('Failed', change(role=str(hidden.parents[1])))]))
    assert run.result('Failed')['msg'] == (
        f'The change failed at "main 1": its output is hidden (no_log). Rolled back: {VM}.')
