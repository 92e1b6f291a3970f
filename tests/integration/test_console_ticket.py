# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.console_ticket: a ticket of every type, in check mode too, hidden by no_log, and what refuses it."""

from __future__ import annotations

from . import faulty

TICKET = 'vsphere.vm.console_ticket'
TYPES = ('device', 'dnd', 'guestControl', 'guestIntegrity', 'legacy_mks', 'mks', 'webRemoteDevice', 'webmks')
PLAY = '''
- name: Ticket
  vsphere.vm.console_ticket:
    moid: vm-1
'''


def test_both_paths_do_the_same(ansible_playbook, path):
    result = ansible_playbook(PLAY, path=path).assert_ok(changed=0).result('Ticket')
    ticket = result['ticket']
    assert ticket['url'] == f'wss://{ticket["host"]}:443/ticket/{ticket["ticket"]}' and len(ticket['ticket']) == 36
    assert ticket['cfgFile'] == '[LocalDS_0] DC0_H0_VM0/DC0_H0_VM0.vmx' and ticket['sslThumbprint'] and ticket['port']


def test_every_type_in_check_mode_too(ansible_playbook, simulator):
    before = simulator.state()
    run = ansible_playbook([{'name': kind, TICKET: {'moid': 'vm-1', 'ticket_type': kind}} for kind in TYPES],
                           args=['--check']).assert_ok(changed=0)
    tickets = [run.result(kind)['ticket']['ticket'] for kind in TYPES]
    assert len(set(tickets)) == len(TYPES) and simulator.state() == before
    asked = [request['method'] for request in simulator.requests if (request['method'] or '').startswith('Acquire')]
    assert asked.count('AcquireTicket') == 7 and asked.count('AcquireMksTicket') == 1


def test_no_log_hides_it(ansible_playbook):
    run = ansible_playbook('''
    - name: Ticket
      vsphere.vm.console_ticket: {moid: vm-1}
      register: console
      no_log: true
    - name: Use
      ansible.builtin.assert: {that: console.ticket.url is match('wss://')}
    ''', args=['-vvv']).assert_ok()
    assert 'wss://' not in run.output.replace("match('wss://')", '')


def test_what_refuses_it(ansible_playbook, start_simulator):
    users = {'visitor@vsphere.local': {'password': 'visitors-secret', 'denied': ['VirtualMachine.Interact.DnD']}}
    simulator = start_simulator(vms=2, users=users)
    simulator.call(simulator.vm('vm-2').become_powered_off, True)
    wrong = {'InvalidState': {'moid': 'vm-2'}, 'InvalidPowerState': {'moid': 'vm-2', 'ticket_type': 'legacy_mks'},
             'NoPermission': {'moid': 'vm-1', 'ticket_type': 'dnd'}}
    visitor = {'username': 'visitor@vsphere.local', 'password': 'visitors-secret'}
    tasks = faulty.order(simulator, TICKET, {'moid': 'vm-1'}, 'AcquireTicket', 'InvalidState')
    tasks += faulty.order(simulator, TICKET, {'moid': 'vm-1', 'ticket_type': 'legacy_mks'}, 'AcquireMksTicket', 'InvalidState')
    tasks += [{'name': name, 'ignore_errors': True, TICKET: {**options, **visitor}} for name, options in wrong.items()]
    run = ansible_playbook(tasks, simulator=simulator)
    for name in wrong:
        fault = run.result(name)['fault']
        assert (fault['name'], fault['category']) == (name, 'permission' if name == 'NoPermission' else 'state')
    assert run.result('NoPermission')['fault']['details']['privilegeId'] == 'VirtualMachine.Interact.DnD'
    faulty.assert_told(run, 'AcquireTicket', 'InvalidState')
    faulty.assert_told(run, 'AcquireMksTicket', 'InvalidState')
