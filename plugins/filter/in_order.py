# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What waits for others, behind them."""

from __future__ import annotations

DOCUMENTATION = r'''
name: in_order
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
short_description: Sort items behind those that they depend on
description:
  - Sorts a list of dicts so that each comes after all that it names in C(after). Otherwise the order is kept.
  - Fails if two items have the same name, if C(after) has an unknown name, or if items depend on one another.
positional: _input
options:
  _input:
    description: The items, each with C(name) and optionally C(after), a list of names.
    type: list
    elements: dict
    required: true
'''

EXAMPLES = r'''
- name: Tell what comes first
  ansible.builtin.debug:
    msg: "{{ tiers | vsphere.vm.in_order | map(attribute='name') | join(', ') }}"
  vars:
    tiers:
      - name: web
        after: [app]
      - name: app
        after: [database]
      - name: database
'''

RETURN = r'''
_value:
  description: The same items, in an order in which they can be worked on.
  type: list
  elements: dict
'''

from ansible.errors import AnsibleFilterError


def in_order(items):
    """Returns the items in an order in which each has all before it that it waits for. Raises AnsibleFilterError."""
    names = [item['name'] for item in items]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise AnsibleFilterError(f'Several are named {", ".join(twice)}.')
    for item in items:
        unknown = [name for name in item.get('after') or [] if name not in names]
        if unknown:
            raise AnsibleFilterError(f'{item["name"]} is to come after {", ".join(unknown)}, which is not there.')
    waiting, sorted_items = list(items), []
    while waiting:
        done = [item['name'] for item in sorted_items]
        ready = next((item for item in waiting if set(item.get('after') or []) <= set(done)), None)
        if ready is None:
            raise AnsibleFilterError(f'These wait for one another: {", ".join(circle(waiting))}.')
        waiting.remove(ready)
        sorted_items.append(ready)
    return sorted_items


def circle(waiting):
    """Returns the names of a circle among items of which each waits for another one, the first again last."""
    after = {item['name']: item['after'] for item in waiting}
    way = [waiting[0]['name']]
    while way[-1] not in way[:-1]:
        way.append(next(name for name in after[way[-1]] if name in after))
    return way[way.index(way[-1]):]


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self):
        """Returns it by its name."""
        return {'in_order': in_order}
