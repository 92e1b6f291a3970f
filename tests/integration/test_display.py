# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.display: resolution, one display, several, and what stands against it."""

from __future__ import annotations

from . import faulty, matrix

DISPLAY = 'vsphere.vm.display'
PLAY = '''
- name: Resolution
  vsphere.vm.display:
    moid: vm-1
    width: 1920
    height: 1080
- name: Displays
  vsphere.vm.display:
    moid: vm-1
    displays:
      - {width: 1000, height: 700}
      - {width: 1000, height: 600, x: 1000, y: 100}
'''
TWO = [{'width': 800, 'height': 600}, {'width': 800, 'height': 600, 'x': 800}]


def screen(simulator, moid='vm-1'):
    held = simulator.call(simulator.vm(moid).get, 'guest.screen')
    return held['width'], held['height']


def test_both_paths_do_the_same(ansible_playbook, simulator, path):
    run = ansible_playbook(PLAY, path=path).assert_ok(changed=2)
    assert run.result('Resolution')['operation'] == 'SetScreenResolution'
    assert run.result('Resolution')['diff'] == {'before': {'screen': {'width': 1024, 'height': 768}},
                                                'after': {'screen': {'width': 1920, 'height': 1080}}}
    assert run.result('Displays')['operation'] == 'SetDisplayTopology' and screen(simulator) == (2000, 700)


def test_what_can_be_compared_is_declared(ansible_playbook, simulator):
    run = ansible_playbook([*matrix.tasks(
        DISPLAY, {'width': 1024, 'height': 768}, {'width': 800, 'height': 600}, {'displays': [{'width': 800, 'height': 600}]},
        {'displays': [{'width': 640, 'height': 480}]}, moid='vm-1'),
        {'name': 'Two', DISPLAY: {'moid': 'vm-1', 'displays': TWO}}, {'name': 'Two again', DISPLAY: {'moid': 'vm-1', 'displays': TWO}}])
    matrix.assert_declared(run.assert_ok(), False, True, False, True)
    assert run.result('Two')['changed'] and run.result('Two again')['changed'] and screen(simulator) == (1600, 600)


def test_check_mode_changes_nothing(ansible_playbook, simulator):
    before = simulator.state()
    ansible_playbook(PLAY, args=['--check']).assert_ok(changed=2)
    assert simulator.state() == before


def test_what_is_in_the_way_is_foretold_and_told(ansible_playbook, simulator):
    simulator.call(simulator.vm('vm-2').become_powered_off, True)
    simulator.call(setattr, simulator.vm('vm-1'), 'tools', 'stopped')
    wrong = {'InvalidPowerState': {'moid': 'vm-2', 'width': 1, 'height': 1}, 'ToolsUnavailable': {'moid': 'vm-1', 'displays': TWO}}
    run = ansible_playbook([{'name': f'{name} {check}', 'ignore_errors': True, 'check_mode': check, DISPLAY: options}
                            for name, options in wrong.items() for check in (True, False)])
    for name in wrong:
        for check in (True, False):
            fault = run.result(f'{name} {check}')['fault']
            assert (fault['name'], fault['category']) == (name, 'state')


def test_faults_of_both_methods(ansible_playbook, simulator):
    faults = ('InvalidState', 'ToolsUnavailable')
    tasks = faulty.order(simulator, DISPLAY, {'moid': 'vm-1', 'width': 1, 'height': 1}, 'SetScreenResolution', *faults)
    tasks += faulty.order(simulator, DISPLAY, {'moid': 'vm-1', 'displays': TWO}, 'SetDisplayTopology', *faults)
    wrong = {DISPLAY: {'moid': 'vm-1', 'width': 0, 'height': 600}}
    run = ansible_playbook([*tasks, {'name': 'Nonsense', 'ignore_errors': True, **wrong}])
    faulty.assert_told(run, 'SetScreenResolution', *faults)
    faulty.assert_told(run, 'SetDisplayTopology', *faults)
    assert run.result('Nonsense')['fault']['name'] == 'InvalidArgument'
