# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The documentation builds, without a warning."""

from __future__ import annotations

from tests.tools import docs


def test_every_module_has_its_page(tmp_path):
    docs.build(tmp_path / 'docs')
    modules = [path.stem for path in (docs.CHECKOUT / 'plugins' / 'modules').glob('*.py')]
    pages = {path.name for path in (tmp_path / 'docs' / 'html').glob('*_module.html')}
    assert pages == {f'{name}_module.html' for name in modules}
    index = (tmp_path / 'docs' / 'html' / 'index.html').read_text(encoding='utf-8')
    for page in (docs.CHECKOUT / 'docs' / 'docsite' / 'rst').glob('*.rst'):
        assert f'docsite/{page.stem}.html' in index
    # What is generated has come through.
    faults = (tmp_path / 'docs' / 'html' / 'docsite' / 'faults.html').read_text(encoding='utf-8')
    assert 'id="taskinprogress"' in faults and 'href="../task_module.html' in faults
    operations = (tmp_path / 'docs' / 'html' / 'docsite' / 'operations.html').read_text(encoding='utf-8')
    assert operations.count('_module.html#examples') == 68
    assert 'id="examples"' in (tmp_path / 'docs' / 'html' / 'power_module.html').read_text(encoding='utf-8')
