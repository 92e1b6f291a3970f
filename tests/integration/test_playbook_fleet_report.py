# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The playbook fleet_report: its page and its data, whatever the virtual machines are called."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.tools import browser

from .roles import newest

PLAYBOOK = Path('vsphere.vm.fleet_report')
EVIL = '</script><script>document.title="stolen"</script>{{ 7 * 7 }}'
VISITOR = {'VMWARE_USER': 'visitor@vsphere.local', 'VMWARE_PASSWORD': 'visitors-secret'}
CELL = re.compile(r'<td[^>]*>(.*?)</td>', flags=re.DOTALL)


@pytest.fixture
def simulator(start_simulator):
    """Five machines: one with an evil name and a snapshot, one that is off, a template, one with old and one without Tools."""
    visitor = {'password': VISITOR['VMWARE_PASSWORD'], 'denied': [('System.Read', 'vm-2')]}
    simulator = start_simulator(vms=5, users={VISITOR['VMWARE_USER']: visitor})

    def prepare():
        first, off, template, old, without = simulator.vcenter.objects('VirtualMachine')
        first.set('name', EVIL)
        first.take_snapshot('x', '', memory=False, quiesced=False)
        off.become_powered_off(True)
        template.become_powered_off(True)
        template.edit_config(lambda config: config.update(template=True))
        old.tools_outdated, without.tools = True, 'absent'
        for machine in (first, off, template, old, without):
            machine.changed()
    simulator.call(prepare)
    return simulator


@pytest.fixture
def report(ansible_playbook, simulator):
    """A function that runs the playbook and returns the run and the page's path."""
    def make(*args, user=None, file=None, **variables):
        if file:
            variables['fleet_report_file'] = str(file)
        run = ansible_playbook(PLAYBOOK, env={'VMWARE_CA_CERT': str(simulator.ca_cert), **(user or {})}, args=list(args),
                               extra_vars=variables)
        return run.assert_ok(), file or run.home / 'fleet.html'
    return make


def test_page_and_data_tell_what_there_is(report, simulator):
    before = simulator.state()
    run, page = report()
    assert run.changed == 2
    assert simulator.state() == before
    text = page.read_text(encoding='utf-8')
    assert '<script>document' not in text and '&lt;/script&gt;&lt;script&gt;document' in text and '{{ 7 * 7 }}' in text
    assert dict(re.findall(r'<dt>(.*?)</dt><dd>(.*?)</dd>', text)) == {
        'Powered on': '3 of 4', 'Templates': '1', 'CPUs': '4', 'Memory': '4.0 GB', 'Disks': '50.0 GB',
        'With snapshots': '1'}
    table = text[text.index('id="machines"'):text.index('</table>')]
    rows = [[re.sub(r'<[^>]*>', '', cell).strip() for cell in CELL.findall(row)] for row in table.split('<tr>')[2:]]
    assert sorted((row[0], row[7].removesuffix('vmx-20')) for row in rows) == [
        ('powered off', "the guest's own"), ('powered on', 'not installed'), ('powered on', "the guest's own"),
        ('powered on', 'to be upgraded'), ('template', "the guest's own")]
    assert [row[6] for row in rows].count('1') == 1
    data = json.loads(page.with_suffix('.json').read_text(encoding='utf-8'))
    assert data['failed'] == [] and 'vCenter' in data['vcenter']
    machines = {each['moid']: each for each in data['virtual_machines']}
    assert sorted(machines) == ['vm-1', 'vm-2', 'vm-3', 'vm-4', 'vm-5']
    assert machines['vm-1']['name'] == EVIL and machines['vm-1']['snapshots'][0]['name'] == 'x'
    assert machines['vm-3']['template'] is True and machines['vm-2']['power_state'] == 'powered_off'


@newest
def test_check_mode_writes_nothing(report, simulator):
    before = simulator.state()
    _run, page = report('--check')
    assert not page.exists() and not page.with_suffix('.json').exists()
    assert simulator.state() == before


@newest
def test_a_part_and_one_that_cannot_be_read(report, simulator, tmp_path):
    _run, page = report(file=tmp_path / 'none.html', fleet_report_where={'name': 'none-*'})
    assert '<dt>Powered on</dt><dd>0 of 0</dd>' in page.read_text(encoding='utf-8')
    assert json.loads(page.with_suffix('.json').read_text(encoding='utf-8'))['virtual_machines'] == []
    _run, page = report(user=VISITOR)
    assert re.search(r'<h2>Not looked at</h2>\s*<ul>\s*<li>.*NoPermission', page.read_text(encoding='utf-8'))
    data = json.loads(page.with_suffix('.json').read_text(encoding='utf-8'))
    assert [each['vm']['moid'] for each in data['failed']] == ['vm-2']
    assert sorted(each['moid'] for each in data['virtual_machines']) == ['vm-1', 'vm-3', 'vm-4', 'vm-5']


@newest
def test_a_browser_shows_it(report, tmp_path):
    program = browser.find()
    if program is None:
        pytest.skip('There is no Chromium, and none could be installed: how a browser shows the report was not checked.')
    _run, page = report()
    shown = browser.dom(program, page)
    assert '<title>Virtual machines</title>' in shown, 'a name was run as a script'
    assert shown.count('<button type="button">') == 13, 'a heading does not sort'
    browser.screenshot(program, page, tmp_path / 'page.png')
    assert (tmp_path / 'page.png').stat().st_size > 10_000
