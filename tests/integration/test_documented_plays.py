# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ansible-playbook takes every example of the documentation, the READMEs, the playbooks and the modules."""

from __future__ import annotations

import subprocess

import yaml

from tests.tools import documented
from tests.tools.rules import tasks_in

# Tasks of other collections, as they were before a move, need what is not installed here.
OURS = ('ansible.', 'vsphere.vm.')


def is_ours(plays):
    """Whether all modules in these plays are Ansible's own or this collection's."""
    return all(key.startswith(OURS) for task in tasks_in(plays) for key in task if '.' in key)


def syntax_check(ansible_core, path):
    home = ansible_core.home()
    return subprocess.run([str(ansible_core.python), '-m', 'ansible', 'playbook', '--syntax-check', '-i', 'localhost,',
                           str(path)], cwd=home, env=ansible_core.environment(home, {}), stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False)


def test_all_are_taken(ansible_core, tmp_path):
    plays = [play for _path, content in documented.plays() if is_ours(content) for play in content]
    assert len(plays) > 100
    playbook = tmp_path / 'documented.yml'
    playbook.write_text(yaml.safe_dump(plays, sort_keys=False), encoding='utf-8')
    done = syntax_check(ansible_core, playbook)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_wrong_one_is_not_taken(ansible_core, tmp_path):
    playbook = tmp_path / 'wrong.yml'
    playbook.write_text(yaml.safe_dump([{'hosts': 'localhost', 'tasks': [{'vsphere.vm.power': {}, 'whenn': True}]}]),
                        encoding='utf-8')
    assert syntax_check(ansible_core, playbook).returncode != 0


def test_examples_of_other_collections_are_told_apart():
    assert is_ours([{'hosts': 'all', 'tasks': [{'name': 'One', 'ansible.builtin.debug': {}, 'vsphere.vm.info': {}}]}])
    assert not is_ours([{'hosts': 'all', 'tasks': [{'block': [{'community.vmware.vmware_guest': {}}]}]}])
