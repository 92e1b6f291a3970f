# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What must be true of a checkout before it is released: `make release-check`, which runs tests/sanity as well.

Each check takes the checkout's path and returns its complaints, as a list.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from .collection import CHECKOUT

BIN = Path(sys.executable).parent
SEMANTIC = re.compile(r'\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?')
NOBODYS = ('example.com', 'example.net', 'example.org')


def galaxy(place):
    """What galaxy.yml says."""
    return yaml.safe_load((place / 'galaxy.yml').read_text(encoding='utf-8'))


def wrong_version(place):
    """The version is semantic, and what the changelog was last released for; no fragment waits for a release."""
    version = galaxy(place)['version']
    releases = yaml.safe_load((place / 'changelogs' / 'changelog.yaml').read_text(encoding='utf-8'))['releases']
    waiting = sorted(path.name for path in (place / 'changelogs' / 'fragments').glob('*.y*ml'))
    return [*([] if SEMANTIC.fullmatch(version) else [f'galaxy.yml: {version} is no semantic version']),
            *([] if version in releases else [f'changelogs/changelog.yaml: {version} is not released']),
            *(f'changelogs/fragments: {name} is in no release' for name in waiting)]


def outdated_changelog(place):
    """CHANGELOG.rst is what antsibull-changelog makes of changelogs."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder)
        shutil.copytree(place / 'changelogs', fresh / 'changelogs')
        shutil.copyfile(place / 'galaxy.yml', fresh / 'galaxy.yml')
        subprocess.run([BIN / 'antsibull-changelog', 'generate'], cwd=fresh, check=True, stdin=subprocess.DEVNULL)
        made = (fresh / 'CHANGELOG.rst').read_text(encoding='utf-8')
    if made == (place / 'CHANGELOG.rst').read_text(encoding='utf-8'):
        return []
    return ['CHANGELOG.rst is not what `antsibull-changelog generate` makes']


def uncommitted(place):
    """All that would be built is committed."""
    told = subprocess.run(['git', 'status', '--porcelain'], cwd=place, check=True, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL).stdout
    return [f'not committed: {line[3:]}' for line in told.splitlines()]


def addresses_of_nobody(place):
    """Who finds the collection on Galaxy can find its source."""
    host = urlsplit(galaxy(place)['repository']).hostname or ''
    return [f"galaxy.yml: repository is at {host}, which is nobody's"] if host.endswith(NOBODYS) else []


def main(arguments=None):
    parser = argparse.ArgumentParser(prog='make release-check', description=__doc__.partition(':')[0])
    parser.add_argument('--upload', action='store_true', help='ask for what a public Galaxy needs as well')
    checks = [wrong_version, outdated_changelog, uncommitted]
    if parser.parse_args(arguments).upload:
        checks.append(addresses_of_nobody)
    complaints = [complaint for check in checks for complaint in check(CHECKOUT)]
    print('\n'.join(complaints) or f'{galaxy(CHECKOUT)["version"]} is as a release should be')
    return bool(complaints)


if __name__ == '__main__':
    sys.exit(main())
