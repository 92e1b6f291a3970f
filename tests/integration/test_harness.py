# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The harness itself: what other tests take for granted of it."""

from __future__ import annotations

import pytest

PING = '''
- name: Ping
  ansible.builtin.ping:
'''


def test_every_host_has_a_result_on_both_paths(ansible_core, path):
    run = ansible_core.play(PING, hosts=3, path=path).assert_ok(changed=0)
    assert sorted(run.tasks['Ping']) == ['host0', 'host1', 'host2']
    assert run.result('Ping', 'host1')['ping'] == 'pong'
    assert run.leftovers() == []


def test_the_module_path_is_not_the_local_connection(ansible_core):
    show = [{'name': 'Show', 'ansible.builtin.debug': {'msg': '{{ ansible_connection }}'}}]
    assert ansible_core.play(show, path='controller').result('Show')['msg'] == 'local'
    assert ansible_core.play(show, path='module').result('Show')['msg'] == 'vsphere_test_remote'


def test_oldest_and_newest_are_what_they_are_called(ansible_core):
    run = ansible_core.play([{'name': 'Version', 'ansible.builtin.debug': {'var': 'ansible_version.full'}}])
    version = tuple(map(int, run.result('Version')['ansible_version.full'].split('.')[:2]))
    assert version == (2, 16) if ansible_core.name == 'oldest' else version >= (2, 19)


def test_failures_changes_and_plays_are_told(ansible_core):
    run = ansible_core.play('''
    - name: A play
      hosts: host0
      gather_facts: false
      tasks:
        - name: Change
          ansible.builtin.command: 'true'
        - name: Fail
          ansible.builtin.fail:
            msg: on purpose
    ''', hosts=2)
    assert run.failure()['msg'] == 'on purpose'
    assert run.changed == 1
    assert list(run.stats) == ['host0']
    with pytest.raises(AssertionError):
        run.assert_ok()


def test_a_warning_is_not_ok(ansible_core):
    run = ansible_core.play([{'name': 'Warn', 'hosts': 'nowhere'}, {'name': 'Go on', 'hosts': 'all'}])
    assert run.rc == 0
    with pytest.raises(AssertionError, match='WARNING'):
        run.assert_ok()


def test_leftovers_are_seen(ansible_core):
    run = ansible_core.play([{'name': 'Leave', 'ansible.builtin.shell': 'echo left > "$TMPDIR/behind"'}])
    assert run.leftovers() == ['tmp/behind']
