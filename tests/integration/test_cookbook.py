# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The README's first playbook and the cookbook's recipes, run as they stand, and what has become of the machines."""

from __future__ import annotations

import pytest
import yaml

from tests.tools import documented
from tests.tools.collection import CHECKOUT

from . import places

COOKBOOK = CHECKOUT / 'docs' / 'docsite' / 'rst' / 'cookbook.rst'
RECIPES = [play for text in documented.in_rst(COOKBOOK.read_text(encoding='utf-8')) for play in yaml.safe_load(text)]
# What fails on purpose, so that the recipe can go on another way.
RESCUED = {'Change it while it runs'}


@pytest.fixture
def simulator(start_simulator):
    # A guest that is back at once is not seen to have been away.
    simulator = start_simulator(vms=4, hosts=2, guest_delay=0.2, pods=1)
    places.add_folder(simulator, 'web')
    places.add_datastore(simulator, 'LocalDS_1')
    return simulator


@pytest.fixture
def inventory(simulator, tmp_path):
    """An inventory file of the plugin, and the options that use it."""
    file = tmp_path / 'cookbook.vms.yml'
    file.write_text(yaml.safe_dump({
        'plugin': 'vsphere.vm.vms', 'ca_cert': str(simulator.ca_cert),
        'keyed_groups': [{'key': 'power_state', 'separator': ''}]}), encoding='utf-8')
    return ['-i', str(file)]


# A machine whose files are there without being in the inventory, as a copy by hand is.
COPIED = '''
- name: Copy
  vsphere.vm.clone: {name: DC0_H0_VM0, new_name: app-02}
- name: Forget the copy
  vsphere.vm.registration: {name: app-02, state: unregistered}
'''


def test_recipes(ansible_playbook, simulator, inventory, tmp_path):
    copied = [{'name': 'Copied by hand', 'hosts': 'localhost', 'gather_facts': False, 'tasks': yaml.safe_load(COPIED)}]
    run = ansible_playbook([*copied, *RECIPES], args=inventory,
                           extra_vars={'folder': str(tmp_path / 'kept'), 'datastore': 'LocalDS_1'})
    failed = {name for name, hosts in run.statuses.items() if 'failed' in hosts.values()}
    assert (run.rc, failed) == (0, RESCUED), run.output
    assert run.stats['localhost']['changed'] > 40

    vms = {vm.get('name'): vm for vm in simulator.call(simulator.vcenter.objects, 'VirtualMachine')}
    assert set(vms) == {'DC0_H0_VM0', 'DC0_H0_VM1-retired', 'DC0_C0_RP0_VM0', 'DC0_C0_RP0_VM1', 'golden-image', 'web-07',
                        'app-02'}
    hardware = vms['DC0_H0_VM0'].get('config.hardware')
    assert (hardware['numCPU'], hardware['memoryMB']) == (4, 8192)
    assert vms['golden-image'].get('config.template') is True
    assert sorted(path.suffix for path in (tmp_path / 'kept').rglob('*') if path.is_file()) == [
        '.mf', '.nvram', '.ovf', '.png', '.vmdk', '.vmdk']
    assert vms['DC0_C0_RP0_VM1'].get('config.files.vmPathName').startswith('[DC0_POD0_DS')
    # The rolling reboot took every host that the inventory gave it.
    assert set(run.tasks['Reboot the guest']) >= {'DC0_C0_RP0_VM0', 'DC0_C0_RP0_VM1'}


def test_first_playbook_of_the_readme(ansible_playbook, simulator, tmp_path):
    first, examples, *_rest = documented.in_markdown((CHECKOUT / 'README.md').read_text(encoding='utf-8'))
    old = yaml.safe_load(examples)[-1]
    play = yaml.safe_load(first)
    play[0]['tasks'].append(old)
    playbook = tmp_path / 'first.yml'
    playbook.write_text(yaml.safe_dump(play, sort_keys=False), encoding='utf-8')
    run = ansible_playbook(playbook, env={'VMWARE_CA_CERT': str(simulator.ca_cert)}).assert_ok(changed=0)
    assert run.result('Show what was found')['msg'] == 'VMware vCenter Server 8.0.3, 4 virtual machines'
    assert len(run.result(old['name'])['results']) == 4
