# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Role golden_template: a template built and put in the place of the older one, which a failure leaves as it was."""

from __future__ import annotations

import re

import yaml

from tests.simulator.objects.virtual_machine import VirtualMachine

from .places import LINUX, add_folder, keep_specification
from .roles import attempt, newest, role, told

ROLE = 'golden_template'
GOLD = {'name': 'gold', 'source': {'name': 'DC0_H0_VM0'}, 'folder': '/DC0/vm/images', 'check_interval': 1}
OLDEST, OLDER = 'gold-20200101-000000', 'gold-20210101-000000'
DATE = r'-\d{8}-\d{6}'
SNAPSHOT = [{'name': 'Take a snapshot', 'vsphere.vm.snapshot': {'moid': '{{ golden_template_vm.moid }}', 'snapshot_name': 'x'}},
            {'name': 'Seen', 'ansible.builtin.debug': {'msg': '{{ golden_template_vm.ip_address }}'}}]


def older(*names):
    """The task that makes templates as of earlier builds."""
    return {'name': 'Make older templates', 'vsphere.vm.clone': {
        'moid': 'vm-2', 'new_name': '{{ item }}', 'destination_folder': GOLD['folder'], 'is_template': True}, 'loop': list(names)}


def images(simulator):
    """{name: (moid, whether it is a template)} of what is in the folder."""
    def look():
        machines = [vm for vm in simulator.vcenter.objects('VirtualMachine')
                    if simulator.vcenter.resolve(vm.get('parent')).get('name') == 'images']
        return {vm.get('name'): (vm.moid, vm.get('config.template')) for vm in machines}
    return simulator.call(look)


def tasks_file(folder, tasks):
    path = folder / 'tasks.yml'
    path.write_text(yaml.safe_dump(tasks))
    return str(path)


def test_new_one_takes_the_place_of_the_older(ansible_playbook, simulator, tmp_path):
    add_folder(simulator, 'images')
    keep_specification(simulator, 'linux', LINUX)
    run = ansible_playbook([
        older('gold', OLDEST, OLDER, 'gold-other'),
        {'name': 'Was', 'vsphere.vm.info': {'path': 'DC0/vm/images/gold', 'properties': []}},
        role(ROLE, **GOLD, keep=2, customization_spec='linux', tasks=tasks_file(tmp_path, SNAPSHOT), hardware={'num_cpus': 4}),
        {'name': 'Is', 'vsphere.vm.info': {'moid': '{{ golden_template_result.moid }}', 'properties': []}},
    ]).assert_ok()
    (aside,) = (name for name in images(simulator) if name not in (OLDER, 'gold', 'gold-other'))
    assert re.fullmatch(f'gold{DATE}', aside)
    assert set(images(simulator)) == {'gold', 'gold-other', OLDER, aside}
    assert images(simulator)[aside] == (run.result('Was')['summary']['moid'], True)
    made = run.result('Is')['summary']
    assert images(simulator)['gold'] == (made['moid'], True)
    assert made['hardware']['version'] == 'vmx-21' and made['hardware']['cpus'] == 4
    assert made['snapshots'] == [] and made['power_state'] == 'powered_off'
    assert run.result('vsphere.vm.golden_template : Seen')['msg'].startswith('10.')
    assert run.statuses['vsphere.vm.golden_template : Wait until the guest is customized'] == {'host0': 'ok'}


def test_failure_leaves_the_older_one(ansible_playbook, simulator, tmp_path):
    add_folder(simulator, 'images')
    fail = tasks_file(tmp_path, [{'name': 'Install', 'ansible.builtin.fail': {'msg': 'No such package.'}}])
    run = ansible_playbook([
        older('gold'),
        attempt('removed', role(ROLE, **GOLD, tasks=fail)),
        attempt('kept', role(ROLE, **GOLD, tasks=fail, keep_failed=True)),
    ])
    assert run.rc == 0, run.output
    assert told(run, 'removed') == ('gold was not built, since "Install" failed: No such package. '
                                    'The older template is as it was. Nothing half-made is left.')
    kept = re.search(rf'What is half-made is kept as (gold-new{DATE})\.$', told(run, 'kept'))[1]
    assert set(images(simulator)) == {'gold', kept}
    assert images(simulator)['gold'][1] is True and images(simulator)[kept][1] is False
    assert simulator.call(simulator.vm(kept).get, 'runtime.powerState') == 'poweredOn'


@newest
def test_what_is_left_is_told(ansible_playbook, simulator, monkeypatch):
    """The name is changed back, a guest that is not customized counts as failed, and so on to the worst case."""
    add_folder(simulator, 'images')
    monkeypatch.setattr(VirtualMachine, 'apply_customization', lambda self: setattr(self, 'customization_status', 'FAILED'))
    renamed = ('put aside', False), ('new', True), ('back', False), ('put aside', False), ('new', True), ('back', True)
    for _what, fails in renamed:
        simulator.order('Rename_Task', (fails and 'DuplicateName') or None, task=True)
    for fails in (False, False, True):
        simulator.order('Destroy_Task', (fails and 'NoPermission') or None)
    run = ansible_playbook([
        older('gold'),
        {'name': 'Was', 'vsphere.vm.info': {'path': 'DC0/vm/images/gold', 'properties': []}},
        attempt('not customized', role(ROLE, **GOLD, customization={'hostname': 'gold'})),
        attempt('not renamed', role(ROLE, **GOLD)),
        {'name': 'Is', 'vsphere.vm.info': {'path': 'DC0/vm/images/gold', 'properties': []}},
        attempt('worst', role(ROLE, **GOLD)),
    ])
    assert told(run, 'not customized').startswith('gold was not built, since "Wait until the guest is customized" failed: ')
    assert told(run, 'not renamed').startswith('gold was not built, since "Give the new template its name" failed: ')
    assert told(run, 'not renamed').endswith('The older template is as it was. Nothing half-made is left.')
    moid = run.result('Was')['summary']['moid']
    assert run.result('Is')['summary']['moid'] == moid
    assert f'The older template, {moid}, could not be given its name back: ' in told(run, 'worst')
    assert re.search(rf'The half-made gold-new{DATE} could not be removed: ', told(run, 'worst'))
    assert sorted(re.sub(DATE, '', name) for name in images(simulator)) == ['gold', 'gold-new']


@newest
def test_check_mode_changes_nothing(ansible_playbook, simulator):
    add_folder(simulator, 'images')
    ansible_playbook([older('gold', OLDEST)])
    before = simulator.state()
    run = ansible_playbook([role(ROLE, **GOLD)], args=['--check']).assert_ok(changed=3)
    assert run.result('vsphere.vm.golden_template : Clone the source')['operation'] == 'CloneVM_Task'
    assert run.result('vsphere.vm.golden_template : Put the older template aside')['changed']
    deleted = run.result('vsphere.vm.golden_template : Delete templates that are too old to be kept')
    assert [each['vm']['name'] for each in deleted['results']] == [OLDEST]
    assert simulator.state() == before


@newest
def test_what_cannot_be_is_refused(ansible_playbook, simulator):
    add_folder(simulator, 'images')
    before = simulator.state()
    run = ansible_playbook([
        attempt('machine', role(ROLE, **{**GOLD, 'name': 'DC0_C0_RP0_VM0', 'folder': 'DC0/vm'})),
        attempt('folder', role(ROLE, **{**GOLD, 'folder': '/DC0/vm/nowhere'})),
        attempt('length', role(ROLE, **{**GOLD, 'name': 61 * 'x'})),
        attempt('specification', role(ROLE, **GOLD, customization_spec='unknown')),
    ])
    assert run.rc == 0, run.output
    assert told(run, 'machine') == 'DC0_C0_RP0_VM0 in DC0/vm is a virtual machine and no template.'
    assert told(run, 'folder') == 'There is no folder /DC0/vm/nowhere.'
    assert 'longer than the 60 characters' in told(run, 'length')
    assert 'unknown' in told(run, 'specification')
    assert told(run, 'specification').endswith('There was no older template. Nothing half-made is left.')
    assert simulator.state() == before
