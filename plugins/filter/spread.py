# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Virtual machines, dealt out to hosts."""

from __future__ import annotations

DOCUMENTATION = r'''
name: spread
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
short_description: Spread virtual machines evenly over hosts
description:
  - Powered on virtual machines go first, the largest memory first, each to the host whose powered on virtual machines
    have the least memory by then. All others go to the host with the fewest virtual machines.
positional: _input, hosts
options:
  _input:
    description: The virtual machines, as the C(summary) of M(vsphere.vm.info) has them.
    type: list
    elements: dict
    required: true
  hosts:
    description: The virtual machines that are there already, as lists of such summaries by the names of the hosts.
    type: dict
    required: true
'''

EXAMPLES = r'''
- name: Tell who would go where
  ansible.builtin.debug:
    msg: "{{ leaving | vsphere.vm.spread({'esx-02': [], 'esx-03': staying}) }}"
  vars:
    leaving:
      - {name: app-01, power_state: powered_on, hardware: {memory_mb: 4096}}
      - {name: app-02, power_state: powered_off, hardware: {memory_mb: 4096}}
    staying:
      - {name: db-01, power_state: powered_on, hardware: {memory_mb: 16384}}
'''

RETURN = r'''
_value:
  description: A dict with C(host) and C(vms) for each host that gets any, in the order of O(hosts).
  type: list
  elements: dict
  sample:
    - host: esx-02
      vms: [{name: app-01, power_state: powered_on, hardware: {memory_mb: 4096}}]
'''

from ansible.errors import AnsibleFilterError


def spread(machines, hosts):
    """Returns [{'host': name, 'vms': [summary, ...]}]. Raises AnsibleFilterError if there is no host for them."""
    if machines and not hosts:
        raise AnsibleFilterError(f'There is no host to move {len(machines)} virtual machines to.')
    memory = {host: sum(map(memory_of, there)) for host, there in hosts.items()}
    count = {host: len(there) for host, there in hosts.items()}
    dealt = {host: [] for host in hosts}
    for machine in sorted(machines, key=lambda each: (not is_on(each), -memory_of(each), each['name'])):
        loads = (memory, count) if is_on(machine) else (count,)
        host = min(hosts, key=lambda each, loads=loads: [load[each] for load in loads])
        dealt[host].append(machine)
        memory[host] += memory_of(machine)
        count[host] += 1
    return [{'host': host, 'vms': moving} for host, moving in dealt.items() if moving]


def is_on(machine):
    """Tells whether a virtual machine runs."""
    return machine['power_state'] == 'powered_on'


def memory_of(machine):
    """Returns the MB of memory that a virtual machine takes, none unless it runs."""
    return machine['hardware']['memory_mb'] or 0 if is_on(machine) else 0


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self):
        """Returns it by its name."""
        return {'spread': spread}
