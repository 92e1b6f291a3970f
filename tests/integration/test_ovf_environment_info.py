# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.ovf_environment_info: the document, its properties, none, and what refuses it."""

from __future__ import annotations

from . import faulty

INFO = 'vsphere.vm.ovf_environment_info'
PLAY = '''
- name: Tell
  vsphere.vm.ovf_environment_info:
    moid: vm-1
'''
ENVIRONMENT = (
    '<?xml version="1.0" encoding="UTF-8"?><Environment xmlns="http://schemas.dmtf.org/ovf/environment/1" '
    'xmlns:oe="http://schemas.dmtf.org/ovf/environment/1" oe:id=""><PropertySection><Property oe:key="hostname" '
    'oe:value="appliance-01"/><Property oe:key="dns" oe:value=""/></PropertySection></Environment>')


def test_both_paths_do_the_same_in_check_mode_too(ansible_playbook, simulator, path):
    vm = simulator.vm('vm-1')
    simulator.call(setattr, vm, 'ovf_environment', ENVIRONMENT)
    for args in ((), ('--check',)):
        result = ansible_playbook(PLAY, path=path, args=args).assert_ok(changed=0).result('Tell')
        assert result['ovf_environment'] == ENVIRONMENT and result['properties'] == {'hostname': 'appliance-01', 'dns': ''}


def test_there_may_be_none(ansible_playbook, simulator):
    simulator.call(setattr, simulator.vm('vm-2'), 'ovf_environment', '<cut off')
    run = ansible_playbook(PLAY + PLAY.replace('vm-1', 'vm-2').replace('Tell', 'Broken')).assert_ok(changed=0)
    assert (run.result('Tell')['ovf_environment'], run.result('Tell')['properties']) == ('', {})
    assert (run.result('Broken')['ovf_environment'], run.result('Broken')['properties']) == ('<cut off', {})


def test_what_refuses_it(ansible_playbook, simulator):
    simulator.call(simulator.vm('vm-2').become_powered_off, True)
    run = ansible_playbook([*faulty.order(simulator, INFO, {'moid': 'vm-1'}, 'ExtractOvfEnvironment', 'InvalidState'),
                            {'name': 'Off', 'ignore_errors': True, INFO: {'moid': 'vm-2'}}])
    fault = run.result('Off')['fault']
    assert (fault['name'], fault['category'], fault['operation']) == ('InvalidState', 'state', 'ExtractOvfEnvironment')
    faulty.assert_told(run, 'ExtractOvfEnvironment', 'InvalidState')
