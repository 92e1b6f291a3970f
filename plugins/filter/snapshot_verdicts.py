# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which snapshots have been kept for too long."""

from __future__ import annotations

DOCUMENTATION = r'''
name: snapshot_verdicts
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
short_description: Decide which snapshots are due to be removed, and why the others stay
description:
  - Judges every snapshot of virtual machines. It is due if its age, its size and its name all meet the conditions,
    unless an exception keeps it. The oldest come first.
  - Patterns are those of a shell, such as V(before-*), and are case sensitive.
positional: _input
options:
  _input:
    description: The virtual machines, as C(results) of M(vsphere.vm.snapshot_info) has them.
    type: list
    elements: dict
    required: true
  min_age_days:
    description: The least age in days of a snapshot that is due.
    type: float
    default: 0
  min_size_bytes:
    description: The least size in bytes of a snapshot that is due. One of unknown size is not due if this is more than
      0.
    type: int
    default: 0
  names:
    description: Patterns, of which one must match the name of a snapshot that is due.
    type: list
    elements: str
    default: ['*']
  keep_snapshots:
    description: Patterns of the names of snapshots that stay.
    type: list
    elements: str
    default: []
  keep_vms:
    description: Patterns of the names, or moids, of virtual machines whose snapshots stay.
    type: list
    elements: str
    default: []
  keep_recordings:
    description: Whether snapshots that can be replayed stay.
    type: bool
    default: true
  keep_custom_values:
    description:
      - Patterns by names of custom attributes. The snapshots of a virtual machine that has such a value stay.
      - An attribute that is not set matches only the empty pattern.
    type: dict
    default: {}
  information:
    description:
      - The C(results) of M(vsphere.vm.info) with C(customValue) and C(availableField), for O(keep_custom_values).
    type: list
    elements: dict
    default: []
'''

EXAMPLES = r'''
- name: Look at all snapshots
  vsphere.vm.snapshot_info:
    where: {}
  register: all

- name: Show those that are a month old
  ansible.builtin.debug:
    msg: "{{ all.results | vsphere.vm.snapshot_verdicts(min_age_days=30) | selectattr('due') | map(attribute='path') }}"
'''

RETURN = r'''
_value:
  description: The snapshots with C(due), and in C(reason) why they stay; empty for those that are due.
  type: list
  elements: dict
  sample:
    - vm: {moid: vm-41, name: app-01}
      id: 3
      moid: snapshot-12
      name: before-patch
      path: base/before-patch
      description: Before the patches
      created: "2026-11-24T08:00:00.000000Z"
      age_days: 0.4
      size_bytes: 16777216
      power_state: powered_on
      current: true
      due: false
      reason: younger than 7 days
'''

from fnmatch import fnmatchcase

from ..module_utils.selection import has_value

TOLD = ('id', 'moid', 'name', 'path', 'description', 'created', 'age_days', 'size_bytes', 'power_state', 'current')


def fits(name, patterns):
    """Returns whether a name fits one of the patterns."""
    return any(fnmatchcase(name, str(pattern)) for pattern in patterns)


def custom_values(vm):
    """Returns the values of a virtual machine's custom attributes, by the attributes' names."""
    names = {field['key']: field['name'] for field in vm.get('availableField') or []}
    return {names.get(each['key']): each['value'] for each in vm.get('customValue') or []}


def why_kept(vm, values, keep_vms, keep_custom_values):
    """Returns why all snapshots of a virtual machine stay, an empty text if they need not."""
    if fits(vm['name'], keep_vms) or vm['moid'] in keep_vms:
        return 'the virtual machine is an exception'
    found = [name for name, pattern in keep_custom_values.items() if has_value(values.get(name), str(pattern))]
    return f'the custom attribute {found[0]} is {values.get(found[0], "")}' if found else ''


def snapshot_verdicts(results, min_age_days=0, min_size_bytes=0, names=('*',), keep_snapshots=(), keep_vms=(),
                      keep_recordings=True, keep_custom_values=None, information=()):
    """Returns a verdict for each snapshot, as RETURN tells; what could not be looked at is left out."""
    values = {each['vm']['moid']: custom_values(each['vm']) for each in information if 'moid' in each['vm']}

    def why_it_stays(snapshot):
        size = snapshot['size_bytes'] or 0
        return next((reason for holds, reason in (
            (snapshot['age_days'] < float(min_age_days), f'younger than {min_age_days} days'),
            (size < int(min_size_bytes), f'smaller than {min_size_bytes} bytes'),
            (not fits(snapshot['name'], names), 'named otherwise'),
            (fits(snapshot['name'], keep_snapshots), 'the snapshot is an exception'),
            (keep_recordings and snapshot['replay_supported'], 'it is a recording'),
        ) if holds), '')

    verdicts = []
    for result in results:
        vm = {member: result['vm'].get(member) for member in ('moid', 'name')}
        for snapshot in result['vm'].get('snapshots') or []:
            reason = why_kept(vm, values.get(vm['moid'], {}), keep_vms, keep_custom_values or {})
            reason = reason or why_it_stays(snapshot)
            verdicts.append({'vm': vm, **{member: snapshot[member] for member in TOLD},
                             'due': not reason, 'reason': reason})
    return sorted(verdicts, key=lambda each: -each['age_days'])


class FilterModule:
    """The filter snapshot_verdicts."""

    def filters(self):
        """Returns the filters of this file by their names."""
        return {'snapshot_verdicts': snapshot_verdicts}
