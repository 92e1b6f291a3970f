# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A headless Chromium, for tests of the pages that the collection makes."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile

from .collection import BUILD

NAMES = ('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable')
OPTIONS = ('--headless', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
           '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage', '--hide-scrollbars',
           '--virtual-time-budget=2000')
# Where no mirror answers, or another apt-get runs on, this must come to an end.
APT = ('apt-get', '-q', '-y', '-o', 'Acquire::http::Timeout=30', '-o', 'Acquire::Retries=1', '-o',
       'DPkg::Lock::Timeout=60')
INSTALL = (('update',), ('install', '--no-install-recommends', 'chromium'))
INSTALL_SECONDS, PAGE_SECONDS = 240, 120


def works(program):
    """Whether it is a browser that starts; on Ubuntu, chromium is a program that only asks for a snap."""
    try:
        return subprocess.run([program, '--version'], stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=PAGE_SECONDS, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def installed():
    """Returns the path of a browser: the one that the variable CHROMIUM names, or the first of NAMES. None if there is
    none."""
    named = os.environ.get('CHROMIUM')
    found = [shutil.which(name) for name in ([named] if named else NAMES)]
    return next((program for program in found if program and works(program)), None)


def find():
    """Returns the path of a browser, which is installed where root can do that with apt-get; None if there is none."""
    BUILD.mkdir(exist_ok=True)
    with open(BUILD / 'browser.lock', 'w', encoding='utf-8') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        program = installed()
        if program or os.environ.get('CHROMIUM') or os.geteuid() != 0 or not shutil.which('apt-get'):
            return program
        environment = {**os.environ, 'DEBIAN_FRONTEND': 'noninteractive'}
        for command in INSTALL:
            try:
                # Without an index that is new, there may still be one that will do.
                subprocess.run([*APT, *command], env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                               timeout=INSTALL_SECONDS, check=False)
            except subprocess.TimeoutExpired:
                return None
        return installed()


def run(program, page, *options):
    """Opens a file and returns what the browser prints. Raises CalledProcessError, and TimeoutExpired."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        # The sandbox refuses to start for root.
        sandbox = ['--no-sandbox'] if os.geteuid() == 0 else []
        return subprocess.run(
            [program, *OPTIONS, *sandbox, f'--user-data-dir={profile}', *options, page.resolve().as_uri()],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PAGE_SECONDS, check=True).stdout


def dom(program, page):
    """Returns the page as HTML, after its scripts have run."""
    return run(program, page, '--dump-dom')


def screenshot(program, page, picture, width=1280, height=900):
    """Writes what the page looks like to `picture`, a path that ends in .png; sizes in pixels."""
    run(program, page, f'--screenshot={picture.resolve()}', f'--window-size={width},{height}')
