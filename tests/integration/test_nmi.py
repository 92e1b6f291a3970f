# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.nmi: sent each time, not in check mode, and not to a machine that is off."""

from __future__ import annotations

from . import faulty

NMI = 'vsphere.vm.nmi'
PLAY = '''
- name: Forecast
  vsphere.vm.nmi: {moid: vm-1}
  check_mode: true
- name: Interrupt
  vsphere.vm.nmi:
    moid: vm-1
- name: Again
  vsphere.vm.nmi: {moid: vm-1}
'''


def test_both_paths_do_the_same(ansible_playbook, simulator, path):
    run = ansible_playbook(PLAY, path=path).assert_ok(changed=3)
    for name in ('Forecast', 'Interrupt'):
        assert run.result(name)['operation'] == 'SendNMI'
        assert run.result(name)['diff'] == {'before': {}, 'after': {'nmi': 'sent'}}
    assert simulator.vm('vm-1').interrupts == 2


def test_check_mode_changes_nothing(ansible_playbook, simulator):
    before = simulator.state()
    ansible_playbook(PLAY, args=['--check']).assert_ok(changed=3)
    assert simulator.state() == before and simulator.vm('vm-1').interrupts == 0


def test_faults(ansible_playbook, simulator):
    simulator.call(simulator.vm('vm-2').become_powered_off, True)
    off = [{'name': f'Off {check}', 'ignore_errors': True, 'check_mode': check, NMI: {'moid': 'vm-2'}} for check in (True, False)]
    run = ansible_playbook(faulty.order(simulator, NMI, {'moid': 'vm-1'}, 'SendNMI', 'InvalidState') + off)
    for check in (True, False):
        fault = run.result(f'Off {check}')['fault']
        assert (fault['name'], fault['category']) == ('InvalidState', 'state')
    faulty.assert_told(run, 'SendNMI', 'InvalidState')
