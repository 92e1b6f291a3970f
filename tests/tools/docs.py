# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Build the documentation as HTML in .build/docs/html: `make docs`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from . import references
from .collection import BUILD, CHECKOUT, copy_for_documentation

BIN = Path(sys.executable).parent
DOCS = BUILD / 'docs'


def copy(collections):
    """A copy of the collection below `collections`, with what its pages have generated, and its path."""
    place = copy_for_documentation(collections)
    references.fill(place)
    return place


def build(docs):
    """Fill `docs` with rst and html. Raises CalledProcessError for what the tools find wrong."""
    shutil.rmtree(docs, ignore_errors=True)
    source = docs / 'rst'
    source.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        copy(Path(folder))
        environment = {**os.environ, 'ANSIBLE_COLLECTIONS_PATH': folder, 'ANSIBLE_HOME': folder,
                       'PATH': os.pathsep.join([str(BIN), os.environ['PATH']])}
        for command in (
            [BIN / 'antsibull-docs', 'collection', '--use-current', '--squash-hierarchy', '--fail-on-error',
             '--dest-dir', source, 'vsphere.vm'],
            [BIN / 'sphinx-build', '-q', '-W', '-c', CHECKOUT / 'docs', source, docs / 'html'],
        ):
            subprocess.run(command, check=True, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr)


if __name__ == '__main__':
    build(DOCS)
    print(DOCS.relative_to(CHECKOUT) / 'html' / 'index.html')
