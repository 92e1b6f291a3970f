# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The playbook snapshot_report: its page, as a browser shows it, whatever the snapshots are called."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.tools import browser

from .roles import newest

PLAYBOOK = Path('vsphere.vm.snapshot_report')
VM, OTHER = 'DC0_H0_VM0', 'DC0_C0_RP0_VM0'
EVIL = '</script><script>document.title="stolen"</script><img src=x onerror=\'document.title="stolen"\'>{{ 7 * 7 }}'
# Runs after the page's own script: sorts each table by its age and tells the order, as text in the page.
SORT = '''
for (const name of ['machines', 'snapshots']) {
  const heads = [...document.querySelectorAll('#' + name + ' thead th')];
  const age = heads.find((head) => ['Age', 'Oldest'].includes(head.textContent));
  for (const way of ['ascending', 'descending']) {
    age.querySelector('button').click();
    const rows = [...document.querySelectorAll('#' + name + ' tbody tr')];
    const told = document.createElement('p');
    told.className = 'told';
    told.textContent = [name, way, age.getAttribute('aria-sort'),
      ...rows.map((row) => row.cells[age.cellIndex].textContent)].join('|');
    document.body.append(told);
  }
}
'''


@pytest.fixture
def trees(simulator):
    """Two machines with trees of snapshots; names and descriptions hold whatever they can."""
    def take(machine, name, created, parent=None):
        machine.current_snapshot = parent or machine.current_snapshot
        snapshot = machine.take_snapshot(name, EVIL[:60], memory=False, quiesced=False)
        snapshot.create_time = created or snapshot.create_time
        machine.changed()
        return snapshot
    first, other = simulator.vm(VM), simulator.vm(OTHER)
    base = simulator.call(take, first, 'base', '2025-01-01T00:00:00Z')
    simulator.call(take, first, 'patched', '2025-06-01T00:00:00Z')
    simulator.call(take, first, EVIL[:80], None, base)
    simulator.call(take, other, 'before "upgrade" & <b>more</b>', '2026-11-01T00:00:00Z')


@pytest.fixture
def report(ansible_playbook, simulator):
    """A function that runs the playbook and returns the run and the page's path."""
    def make(*args, file=None, **variables):
        if file:
            variables['snapshot_report_file'] = str(file)
        run = ansible_playbook(PLAYBOOK, env={'VMWARE_CA_CERT': str(simulator.ca_cert)}, args=list(args),
                               extra_vars=variables)
        return run.assert_ok(), file or run.home / 'snapshots.html'
    return make


@newest
def test_check_mode_writes_nothing_and_the_report_changes_nothing(report, simulator, trees):
    before = simulator.state()
    _run, page = report('--check')
    assert not page.exists()
    assert simulator.state() == before


def test_the_page_tells_what_there_is(report, simulator, trees):
    before = simulator.state()
    run, page = report(snapshot_hygiene_keep_vms=[OTHER])
    assert run.changed == 1
    assert simulator.state() == before
    text = page.read_text(encoding='utf-8')
    assert EVIL[:40] not in text and '&lt;/script&gt;&lt;script&gt;' in text
    assert '<b>more' not in text and 'before &#34;upgrade&#34; &amp; &lt;b&gt;more&lt;/b&gt;' in text
    assert re.findall(r'<dt>(.*?)</dt><dd>(\d+)</dd>', text) == [
        ('Virtual machines', '2'), ('With snapshots', '2'), ('Snapshots', '4'), ('Due to be removed', '2')]
    assert not re.search(r'(?:src|href)=', text.replace('src=x', '')), 'it needs something from outside'
    # base has two children, each in a list within its own.
    assert re.search(r'<strong>base</strong>.*?<ul>\s*<li><strong>patched</strong>', text, flags=re.DOTALL)


@newest
def test_a_browser_shows_and_sorts_it(report, trees, tmp_path):
    program = browser.find()
    if program is None:
        pytest.skip('There is no Chromium, and none could be installed: how a browser shows the report was not checked.')
    _run, page = report()
    text = page.read_text(encoding='utf-8')
    (nonce,) = set(re.findall(r'nonce="(\w+)"', text))
    page.write_text(text.replace('</body>', f'<script nonce="{nonce}">{SORT}</script></body>'), encoding='utf-8')
    shown = browser.dom(program, page)
    told = [each.replace('&nbsp;', ' ').split('|') for each in re.findall(r'<p class="told">(.*?)</p>', shown)]
    assert [each[:3] for each in told] == [[table, way, way] for table in ('machines', 'snapshots') for way in ('ascending', 'descending')]
    ages = [[float(age.rstrip(' d')) for age in each[3:]] for each in told]
    assert [len(each) for each in ages] == [2, 2, 4, 4]
    assert ages == [sorted(ages[0]), sorted(ages[0], reverse=True), sorted(ages[2]), sorted(ages[2], reverse=True)]
    assert '<title>Snapshots</title>' in shown, 'a name was run as a script'
    page.write_text(text.replace('</main>', '<script>document.title="stolen"</script></main>'), encoding='utf-8')
    assert '<title>Snapshots</title>' in browser.dom(program, page), 'the policy of the page lets other scripts run'
    browser.screenshot(program, page, tmp_path / 'page.png')
    assert (tmp_path / 'page.png').stat().st_size > 10_000


@newest
def test_without_machines(report, simulator, tmp_path):
    text = report(file=tmp_path / 'none.html', snapshot_report_where={'name': 'none-*'})[1].read_text(encoding='utf-8')
    assert '<dt>Virtual machines</dt><dd>0</dd>' in text and 'There are no snapshots.' in text
