# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How far a fleet is: shown at -v while it runs, and told at the end of a run that was interrupted.

A worker that is interrupted has no time to speak, so it keeps a note in the run's private folder, written before
anything is begun; the parent, which ends last, finds the notes of tasks that have not come to their end. It marks the
run as ended before it reads them, and a worker looks for the mark after it wrote: what the note does not tell of is
never begun.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress

from . import run_folder
from .run_folder import files, is_ended, run_file

NOTE = '.fleet'
SHOWN_EVERY = 1.0  # seconds
BAR = 20  # characters


class Progress:
    """What a fleet calls with its state (Fleet.state) after each round. A context manager around the task."""

    def __init__(self, task, show):
        self.task = task
        self.show = show
        self.path = run_file(f'{os.getpid()}{NOTE}')
        self.began = self.shown = None

    def __enter__(self):
        return self

    def __exit__(self, kind, *_exc):
        if kind is None or issubclass(kind, Exception):
            with suppress(FileNotFoundError):  # there was no fleet, or the parent has told of it already
                os.unlink(self.path)
        elif is_ended():
            # The note is the parent's now, which waits for no exception: Ansible would print it as a failure of ours.
            os._exit(1)

    def __call__(self, state):
        with suppress(OSError):  # a full disk does not end a fleet, of which all results would be lost
            run_folder.write(self.path, {'task': self.task, 'state': state})
        if is_ended():
            raise KeyboardInterrupt
        now = time.monotonic()
        self.began = now if self.began is None else self.began
        if self.shown is None or now - self.shown >= SHOWN_EVERY:
            self.shown = now
            self.show(f'{line(self.task, state)}{left(state, now - self.began)}')


def line(task, state):
    """Returns the state in one line, with the virtual machine that takes longest."""
    done, running = len(state['done']), state['running']
    strip = ('=' * (BAR * done // max(state['total'], 1))).ljust(BAR)
    slowest = f', the slowest {running[0]["name"]} for {running[0]["seconds"]} s' if running else ''
    return (f'{task}: [{strip}] {done} of {state["total"]} done, {state["failed"]} failed, '
            f'{len(running)} running{slowest}, {len(state["not_begun"])} not begun')


def left(state, seconds):
    """Returns how much longer a fleet takes, by how far it is after so many seconds; nothing if that is not known."""
    done, to_do = len(state['done']), len(state['running']) + len(state['not_begun'])
    if not done or not to_do:
        return ''
    more = round(seconds * to_do / done)
    return f', about {more} s left' if more < 100 else f', about {round(more / 60)} min left'


def interrupted():
    """Yields a text for each fleet of this run that was interrupted: what is done, what runs on, what was not begun."""
    for path in files(NOTE):
        try:
            content = run_folder.read(path)
            os.unlink(path)
        except FileNotFoundError:  # this fleet has just come to its end
            continue
        state = content['state']
        running = [f'{each["name"]} ({each["task"] or each["moid"]})' for each in state['running']]
        yield '\n'.join((
            f'{line(content["task"], state)} when it was interrupted.',
            f'  done: {names(each["name"] for each in state["done"])}',
            f'  may run on in the vCenter: {names(running)}',
            f'  not begun: {names(each["name"] for each in state["not_begun"])}'))


def names(each):
    """Returns names as a text, or that there are none."""
    return ', '.join(each) or 'none'
