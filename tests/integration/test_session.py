# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.session: a log-in that is passed on by hand."""

from __future__ import annotations

STORY = '''
- name: Log in
  vsphere.vm.session:
  register: login
- name: Alive
  vsphere.vm.session:
    session_id: "{{ login.session.session_id }}"
- name: Work
  vsphere.vm.power:
    session_id: "{{ login.session.session_id }}"
    password: never-looked-at
    moid: vm-1
    state: powered_on
- name: Log out
  vsphere.vm.session:
    session_id: "{{ login.session.session_id }}"
    state: absent
- name: Log out again
  vsphere.vm.session:
    session_id: "{{ login.session.session_id }}"
    state: absent
- name: Too late
  vsphere.vm.power:
    session_id: "{{ login.session.session_id }}"
    moid: vm-1
    state: powered_on
  ignore_errors: true
'''


def count(simulator, method):
    return sum(request['method'] == method for request in simulator.requests)


def test_a_session_is_opened_used_and_ended(ansible_playbook, simulator, path):
    for args in ([], ['--check'])[:2 if path == 'controller' else 1]:
        before = count(simulator, 'Login')
        run = ansible_playbook(STORY, path=path, args=args)
        assert run.rc == 0, run.output
        login = run.result('Log in')
        assert login['changed'] and login['session']['release'] == '8.0.3.0'
        assert login['session']['user'].lower().endswith('administrator')
        assert run.result('Alive')['changed'] is False
        assert run.result('Alive')['session']['key'] == login['session']['key']
        assert run.result('Log out')['changed'] and run.result('Log out')['session'] is None
        assert run.result('Log out again')['changed'] is False
        fault = run.result('Too late')['fault']
        assert (fault['name'], fault['category']) == ('NotAuthenticated', 'auth')
        assert count(simulator, 'Login') == before + 1, 'a session that was handed in is not renewed'
        assert len(simulator.sessions) == 0


def test_a_session_outlives_the_run(ansible_playbook, simulator):
    run = ansible_playbook('''
    - name: Log in
      vsphere.vm.session:
    ''').assert_ok(changed=1)
    assert len(simulator.sessions) == 1
    assert run.result('Log in')['session']['session_id']


def test_which_session_to_end_is_needed(ansible_playbook):
    run = ansible_playbook('''
    - name: Log out
      vsphere.vm.session:
        state: absent
    ''')
    assert 'session_id' in run.failure('Log out')['msg']


def test_a_wrong_password(ansible_playbook):
    run = ansible_playbook('''
    - name: Log in
      vsphere.vm.session:
        user: administrator@vsphere.local
        pass: not-the-right-one
    ''')
    assert run.failure('Log in')['fault']['name'] == 'InvalidLogin'
    assert 'not-the-right-one' not in run.output
