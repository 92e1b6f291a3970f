# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Steps of a module, each foretold in check mode, taken, and taken again: what every module has to bear."""

from __future__ import annotations


def tasks(module, *steps, **common):
    """Return the tasks of a playbook for steps that are dicts of the module's options, with `common` ones beside them."""
    made = []
    for number, step in enumerate(steps):
        options = {module: {**common, **step}}
        made += [{'name': f'{number} forecast', 'check_mode': True, **options}, {'name': f'{number} real', **options},
                 {'name': f'{number} again', **options}]
    return made


def assert_declared(run, *changes):
    """Each step changed as `changes` says, as was foretold, and changed nothing when taken again."""
    for number, changed in enumerate(changes):
        forecast, real, again = (run.result(f'{number} {what}') for what in ('forecast', 'real', 'again'))
        assert real['changed'] is changed, (number, real)
        assert forecast['changed'] is changed, (number, forecast)
        assert again['changed'] is False, (number, again)
        if changed:
            assert forecast['operation'] == real['operation']
            assert forecast['diff']['before'] == real['diff']['before']
            assert real['diff']['before'] != real['diff']['after']
