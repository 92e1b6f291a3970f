# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Make virtual environments: `python tests/tools/venv.py NAME...` -> `.build/venv/NAME` of tests/requirements/NAME.txt.

One that is there and was made of the same requirements is left as it is. Knows nothing of what they are for, except
which Pythons suit each. All it says goes to stderr.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
REQUIREMENTS = CHECKOUT / 'tests' / 'requirements'
VENVS = CHECKOUT / '.build' / 'venv'

# The Pythons an ansible-core controller supports, best first; an environment that is not named takes the default one.
PYTHONS = {
    'oldest': ('3.11', '3.12'),
    'newest': ('3.13', '3.12', '3.14'),
}


def requirements(path):
    """The text of a requirement file and of those it includes, which is what its environment is made of."""
    text = path.read_text(encoding='utf-8')
    included = re.findall(r'^-r (.+)$', text, flags=re.MULTILINE)
    return text + ''.join(requirements(path.parent / name.strip()) for name in included)


def version_of(python):
    """'3.12' for a Python that runs, None for one that does not (a pyenv shim of a version not selected, say)."""
    script = 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2])'
    try:
        answer = subprocess.run([python, '-c', script], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                                check=False)
    except OSError:
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None


def candidates(version):
    """Paths at which a Python of this version may be: on PATH, then in pyenv."""
    on_path = shutil.which(f'python{version}')
    if on_path:
        yield on_path
    pyenv = Path(os.environ.get('PYENV_ROOT') or Path.home() / '.pyenv')
    yield from sorted(map(str, pyenv.glob(f'versions/{version}.*/bin/python3')), reverse=True)


def python_for(name):
    """The Python to make the environment with: the best of PYTHONS that runs here, else the one running this."""
    for version in PYTHONS.get(name, ()):
        for python in (sys.executable, *candidates(version)):
            if version_of(python) == version:
                return python
    return sys.executable


def make(name):
    """Bring `.build/venv/<name>` to the state its requirements say; safe beside another process that does the same."""
    venv = VENVS / name
    asked = REQUIREMENTS / f'{name}.txt'
    python = python_for(name)
    wanted = hashlib.sha256('\n'.join([python, str(venv), requirements(asked)]).encode()).hexdigest()
    stamp = venv / 'made-of'
    VENVS.mkdir(parents=True, exist_ok=True)
    with open(VENVS / f'{name}.lock', 'w', encoding='utf-8') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.is_file() and stamp.read_text(encoding='utf-8') == wanted:
            return
        print(f'making .build/venv/{name} with Python {version_of(python)} ...', file=sys.stderr, flush=True)
        install = [str(venv / 'bin' / 'python'), '-m', 'pip', 'install', '-qq', '--disable-pip-version-check']
        for command in ([python, '-m', 'venv', '--clear', str(venv)],
                        [*install, '-r', str(asked)]):
            subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=sys.stderr)
        stamp.write_text(wanted, encoding='utf-8')


def main(names):
    for name in names:
        try:
            make(name)
        except subprocess.CalledProcessError as failure:
            return f'could not make .build/venv/{name}: {failure}'
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
