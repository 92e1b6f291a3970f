# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.keyboard: the key events that arrive, none in check mode, and what cannot be typed."""

from __future__ import annotations

from . import faulty

KEYBOARD = 'vsphere.vm.keyboard'
PLAY = '''
- name: Type
  vsphere.vm.keyboard:
    moid: vm-1
    text: "aZ1!\\n"
    keys: [F2, CTRL+ALT+DELETE]
'''


def arrived(simulator, moid='vm-1'):
    """(usage, modifiers) of what was typed, and that all of it was of the keyboard page."""
    events = simulator.vm(moid).typed
    assert all(event['usbHidCode'] & 0xFFFF == 7 for event in events)
    return [(event['usbHidCode'] >> 16, sorted(set(event.get('modifiers', {})) - {'_typeName'})) for event in events]


def test_both_paths_do_the_same(ansible_playbook, simulator, path):
    result = ansible_playbook(PLAY, path=path).assert_ok(changed=1).result('Type')
    assert (result['result'], result['operation']) == (7, 'PutUsbScanCodes')
    assert result['diff'] == {'before': {}, 'after': {'keys_typed': 7}}
    assert arrived(simulator) == [
        (0x04, []), (0x1D, ['leftShift']), (0x1E, []), (0x1E, ['leftShift']), (0x28, []), (0x3B, []),
        (0x4C, ['leftAlt', 'leftControl'])]


def test_it_types_each_time_but_not_in_check_mode(ansible_playbook, simulator):
    task = {KEYBOARD: {'moid': 'vm-1', 'keys_send': ['ENTER']}}
    run = ansible_playbook([{'name': 'Check', 'check_mode': True, **task}, {'name': 'Once', **task}, {'name': 'Twice', **task},
                            {'name': 'Text', KEYBOARD: {'moid': 'vm-2', 'string_send': 'Hello'}}]).assert_ok(changed=4)
    assert run.result('Check')['operation'] == 'PutUsbScanCodes' and 'result' not in run.result('Check')
    assert arrived(simulator) == [(0x28, []), (0x28, [])] and len(arrived(simulator, 'vm-2')) == 5


def test_check_mode_changes_nothing(ansible_playbook, simulator):
    before = simulator.state()
    ansible_playbook(PLAY, args=['--check']).assert_ok(changed=1)
    assert simulator.state() == before and arrived(simulator) == []


def test_what_cannot_be_typed_is_foretold_and_told(ansible_playbook, simulator):
    simulator.call(simulator.vm('vm-2').become_powered_off, True)
    wrong = {'Sign': {'moid': 'vm-1', 'text': 'für'}, 'Key': {'moid': 'vm-1', 'keys': ['ENTER', 'CTRL+NOWHERE']},
             'Off': {'moid': 'vm-2', 'text': 'a'}}
    tasks = [{'name': f'{name} {check}', 'check_mode': check, 'ignore_errors': True, KEYBOARD: options}
             for name, options in wrong.items() for check in (True, False)]
    run = ansible_playbook(faulty.order(
        simulator, KEYBOARD, {'moid': 'vm-1', 'text': 'a'}, 'PutUsbScanCodes', 'InvalidState') + tasks)
    for name in wrong:
        for check in (True, False):
            assert run.result(f'{name} {check}')['fault']['name'] == ('InvalidPowerState' if name == 'Off' else 'InvalidArgument')
    assert "'ü'" in run.result('Sign True')['msg'] and 'CTRL+NOWHERE' in run.result('Key True')['msg']
    faulty.assert_told(run, 'PutUsbScanCodes', 'InvalidState')
    assert arrived(simulator) == []


def test_nothing_to_type_is_refused(ansible_playbook):
    assert 'one of the following is required: text, keys' in ansible_playbook(
        [{'name': 'Nothing', KEYBOARD: {'moid': 'vm-1'}}]).failure()['msg']
