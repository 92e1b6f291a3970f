# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What holds for every test."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings

# Tests of properties try the same examples in every run, and fail at once, with the example as it is.
# HYPOTHESIS_PROFILE=long searches on, with others each time, and makes them small.
settings.register_profile('suite', max_examples=60, stateful_step_count=15, derandomize=True, deadline=None,
                          database=None, phases=[Phase.explicit, Phase.generate],
                          suppress_health_check=[HealthCheck.too_slow])
settings.register_profile('long', settings.get_profile('suite'), max_examples=2000, stateful_step_count=40,
                          derandomize=False, print_blob=True, phases=list(Phase))
settings.load_profile(os.environ.get('HYPOTHESIS_PROFILE', 'suite'))

# Who starts the tests in the background of a script has them, and what they start, ignore signals that some are about.
for number, handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGTERM, signal.SIG_DFL)):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, handler)

SANITY = Path(__file__).resolve().parent / 'sanity'


def pytest_collection_modifyitems(items):
    """The longest first, so that the other workers get the short ones done meanwhile; the test of coverage last."""
    items.sort(key=lambda item: SANITY not in item.path.parents)
    # What looks at what all the others did comes after them.
    items.sort(key=lambda item: item.path.stem == 'test_coverage')
