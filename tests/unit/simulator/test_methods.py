# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every method that the simulator has is one of the schema, with its parameters."""

from __future__ import annotations

import inspect

from tests.simulator import schema


def test_methods_are_those_of_the_schema(shared_sim):
    wrong, seen = [], 0
    for kind in {type(obj) for obj in shared_sim.call(shared_sim.vcenter.objects)}:
        for name, method in schema.methods(kind.__name__).items():
            function = getattr(kind, name, None)
            if function is None:
                continue
            seen += 1
            params = list(inspect.signature(function).parameters.values())[2:]
            required = {each.name for each in params if each.default is each.empty and each.kind is not each.VAR_KEYWORD}
            if {each.name for each in params if each.kind is not each.VAR_KEYWORD} - set(method.params) or required - {
                    each for each, declared in method.params.items() if not declared.optional}:
                wrong.append(f'{kind.__name__}.{name}')
    assert wrong == [] and seen > 150
