# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every YAML example that a reader may copy: of the documentation, the READMEs, the playbooks and the plugins."""

from __future__ import annotations

import ast
import re
import textwrap

import yaml

from . import references
from .collection import CHECKOUT

IN_MARKDOWN = re.compile(r'^```yaml\n(.*?)^```', re.MULTILINE | re.DOTALL)
IN_RST = re.compile(r'^\.\. code-block:: yaml\n\n((?:    .*\n|\n)+)', re.MULTILINE)


def in_markdown(text):
    """The examples in a Markdown page."""
    return IN_MARKDOWN.findall(text)


def in_rst(text):
    """The examples in a page of rst, without their indentation."""
    return [textwrap.dedent(example) for example in IN_RST.findall(text)]


def of_module(text):
    """The EXAMPLES of a plugin's source."""
    return [ast.literal_eval(node.value) for node in ast.parse(text).body
            if isinstance(node, ast.Assign) and getattr(node.targets[0], 'id', None) == 'EXAMPLES']


def examples():
    """Yields (file, example as text): what stands in the checkout, and what is made for the documentation's pages."""
    for paths, found_in in (
        (['README.md', *sorted(CHECKOUT.glob('roles/*/README.md'))], in_markdown),
        (sorted(CHECKOUT.glob('docs/docsite/rst/*.rst')), in_rst),
        (sorted(CHECKOUT.glob('plugins/modules/*.py')), of_module),
        (sorted(CHECKOUT.glob('playbooks/*.yml')), lambda text: [text]),
    ):
        for path in paths:
            text = (CHECKOUT / path).read_text(encoding='utf-8')
            yield from ((str((CHECKOUT / path).relative_to(CHECKOUT)), example) for example in found_in(text))
    for name, lines in references.REFERENCES.items():
        yield from ((f'docs/docsite/rst/{name}.rst', example) for example in in_rst('\n'.join(lines()) + '\n'))


def are_plays_or_tasks(content):
    """Whether an example is a playbook or a list of tasks, rather than an inventory or something else."""
    return isinstance(content, list) and all(isinstance(entry, dict) for entry in content)


def plays():
    """Yields (file, plays): playbooks as they are, lists of tasks as a play of their own."""
    for path, example in examples():
        content = yaml.safe_load(example)
        if are_plays_or_tasks(content):
            whole = any('hosts' in entry or 'import_playbook' in entry for entry in content)
            yield path, content if whole else [{'name': path, 'hosts': 'localhost', 'tasks': content}]
