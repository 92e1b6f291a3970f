# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.vcenter: the module that carries the action plugin's own name."""

from __future__ import annotations

TELL = '''
- name: Tell
  vsphere.vm.vcenter:
  check_mode: "{{ checked }}"
'''


def test_both_paths_tell_the_same(ansible_playbook, simulator, path):
    for checked in (False, True):
        run = ansible_playbook(TELL, path=path, extra_vars={'checked': checked}).assert_ok(changed=0)
        told = run.result('Tell')
        assert told['about']['apiType'] == 'VirtualCenter'
        assert told['about']['apiVersion'] == told['release'] == '8.0.3.0'
        assert told['user'].lower().endswith('administrator')
        assert told['time'].endswith('Z')


def test_an_old_vcenter_has_no_hello(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=1, release='8.0.1.0')
    run = ansible_playbook(TELL, simulator=simulator, extra_vars={'checked': False}).assert_ok()
    assert run.result('Tell')['release'] == '8.0.1.0'


def test_a_wrong_password_is_told(ansible_playbook, simulator):
    run = ansible_playbook(TELL, env={'VMWARE_PASSWORD': 'a-wrong-one'}, extra_vars={'checked': False})
    fault = run.failure('Tell')['fault']
    assert (fault['name'], fault['category'], fault['operation']) == ('InvalidLogin', 'auth', 'Login')
