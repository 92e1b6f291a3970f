#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: snapshot
short_description: Create, remove, rename and revert to snapshots of a virtual machine
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Declares that a snapshot exists, does not exist or has another name, and reverts a virtual machine to one.
  - A snapshot is identified by its name, by its path from the root of the tree, or by its id. If several snapshots have
    the name, the task fails and lists them.
options:
  state:
    description:
      - V(present) creates the snapshot if none has the name, and sets O(description) if it differs.
      - V(absent) removes it, or with O(remove_all) all snapshots.
      - V(reverted) goes back to it, or without O(snapshot_name) and O(snapshot_id) to the current one. What has
        happened since cannot be compared, so it always reports a change.
      - V(renamed) gives it O(new_snapshot_name) and O(new_description).
      - V(revert) and V(remove_all) are the spellings of other collections for V(reverted), and V(absent) with
        O(remove_all=true).
    type: str
    default: present
    choices: [present, absent, reverted, renamed, revert, remove_all]
  snapshot_name:
    description: Name of the snapshot, or its path in the tree, such as V(base/patched).
    type: str
  snapshot_id:
    description: Id of the snapshot in the tree, or its moid, as M(vsphere.vm.snapshot_info) returns it.
    type: str
  description:
    description: Description of the snapshot.
    type: str
  memory:
    description: Also save the memory of a running virtual machine, so that it is running after a revert.
    type: bool
    default: false
    aliases: [memory_dump]
  quiesce:
    description: Have VMware Tools quiesce the guest's file systems first.
    type: bool
    default: false
  quiesce_spec:
    description: How to quiesce the guest, in place of O(quiesce). The options for VSS make it a specification for
      Windows.
    type: dict
    suboptions:
      timeout:
        description: Minutes that the guest may take.
        type: int
      vss_backup_type:
        description: The VSS backup type, such as 1 for full or 5 for copy.
        type: int
      vss_backup_context:
        description: The VSS context.
        type: str
        choices: [ctx_auto, ctx_backup, ctx_file_share_backup]
      vss_bootable_system_state:
        description: Include the bootable system state.
        type: bool
      vss_partial_file_support:
        description: Allow partial files.
        type: bool
  remove_children:
    description: With O(state=absent), also remove the snapshots below it, instead of moving them up.
    type: bool
    default: false
  remove_all:
    description: With O(state=absent), remove all snapshots of the virtual machine.
    type: bool
    default: false
  retention_days:
    description: With O(remove_all), keep snapshots that are at most this many days old. The children of a removed
      snapshot move up. This needs vCenter 8.0 U3 or later.
    type: int
  consolidate:
    description: When removing, merge the disks as well. If not set, the server decides, and merges them.
    type: bool
  new_snapshot_name:
    description: The name that O(state=renamed) gives.
    type: str
  new_description:
    description: The description that O(state=renamed) gives.
    type: str
  suppress_power_on:
    description: With O(state=reverted), leave the virtual machine powered off even if it was running when the
      snapshot was taken.
    type: bool
  host:
    description: With O(state=reverted), the ESXi host to resume the virtual machine on, by name or moid.
    type: str
    aliases: [esxi_hostname]
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.changes
  - vsphere.vm.connection
  - vsphere.vm.target
  - vsphere.vm.fleet
  - vsphere.vm.task
  - vsphere.vm.questions
seealso:
  - module: vsphere.vm.snapshot_info
  - module: vsphere.vm.record
'''

EXAMPLES = r'''
- name: Keep the state before patching, with the memory
  vsphere.vm.snapshot:
    name: app-01
    snapshot_name: before-patch
    description: Before the patches of November
    memory: true

- name: Take an application-consistent snapshot of a Windows guest
  vsphere.vm.snapshot:
    name: db-01
    snapshot_name: nightly
    quiesce_spec:
      timeout: 15
      vss_backup_type: 5

- name: Go back to it
  vsphere.vm.snapshot:
    name: app-01
    state: reverted
    snapshot_name: before-patch

- name: Go back to the current snapshot, whatever its name, and stay powered off
  vsphere.vm.snapshot:
    name: app-01
    state: reverted
    suppress_power_on: true

- name: Give it another name
  vsphere.vm.snapshot:
    name: app-01
    state: renamed
    snapshot_name: before-patch
    new_snapshot_name: november

- name: Remove it and all below it
  vsphere.vm.snapshot:
    name: app-01
    state: absent
    snapshot_name: november
    remove_children: true

- name: Remove every snapshot
  vsphere.vm.snapshot:
    moid: vm-41
    state: absent
    remove_all: true

- name: Remove those that are older than a week
  vsphere.vm.snapshot:
    moid: vm-41
    state: absent
    remove_all: true
    retention_days: 7
'''

RETURN = r'''
vm:
  description: The virtual machine and the snapshot after the task, or all snapshots with O(remove_all).
  returned: when the virtual machine was found
  type: dict
  sample:
    moid: vm-41
    name: app-01
    snapshot: {id: 3, moid: snapshot-12, name: before-patch, path: base/before-patch, current: true}
result:
  description: Reference of the snapshot that was created.
  returned: when one was created
  type: dict
  sample: {type: VirtualMachineSnapshot, value: snapshot-12}
operation:
  description: The API method that was called, or in check mode would be.
  returned: when something was to be done
  type: str
  sample: CreateSnapshot_Task
task:
  description: The vCenter task, with its moid, state, times and result.
  returned: when the method runs as a task
  type: dict
  sample: {moid: task-77, operation: CreateSnapshot_Task, state: success}
fault:
  description: Why the task failed, with name, category, retryable, hint, details, cause, operation, vm and task.
  returned: on failure
  type: dict
  sample: {name: AmbiguousSnapshot, category: invalid_argument, retryable: false}
'''

from ..module_utils import snapshot_tree as tree
from ..module_utils.decision import Action, Change
from ..module_utils.methods.snapshots import STATE as SNAPSHOT_STATE
from ..module_utils.operation import Operation
from ..module_utils.options import Options, flags, texts
from ..module_utils.placement import host_of


def snapshot(vm, params):
    """Decides what leads to the snapshots that the options declare."""
    named = (params['snapshot_name'], params['snapshot_id'])
    if params['remove_all'] or params['state'] == 'remove_all':
        return Change({'snapshots': tree.paths(vm)}, {'snapshots': tree.paths_left(vm, params['retention_days'])},
                      vm.remove_all_snapshots(params['consolidate'], params['retention_days']))
    if params['state'] in ('reverted', 'revert'):
        return reverted(vm, params, tree.existing_snapshot(vm, *named) if any(named) else None)
    found = tree.chosen_snapshot(vm, *named)
    if params['state'] == 'absent':
        step = found and vm.remove_snapshot(found['ref'], params['remove_children'], params['consolidate'])
        return Change({'snapshot': found and tree.snapshot_facts(found)}, {'snapshot': None}, step)
    new = params['new_snapshot_name'], params['new_description']
    if params['state'] == 'renamed' or new != (None, None):
        found = found or (new[0] and tree.chosen_snapshot(vm, new[0])) or tree.existing_snapshot(vm, *named)
        return described(vm, found, *new)
    found = found or (params['snapshot_id'] and tree.existing_snapshot(vm, *named))
    return described(vm, found, None, params['description']) if found else created(vm, params)


def created(vm, params):
    """Returns the change that creates the snapshot, by the method that can do what is asked."""
    plain = params['quiesce_spec'] is None
    create, quiesce = (vm.create_snapshot, 'quiesce') if plain else (vm.create_snapshot_ex, 'quiesce_spec')
    name, description = params['snapshot_name'], params['description']
    return Change({'snapshot': None}, {'snapshot': tree.new_facts(name, description)},
                  create(name, description, params['memory'], params[quiesce]))


def described(vm, found, name, description):
    """Returns the change that gives a snapshot a name and a description; None leaves either as it is."""
    facts = tree.snapshot_facts(found)
    after, new = tree.described_facts(facts, name, description)
    return Change({'snapshot': facts}, {'snapshot': after}, vm.rename_snapshot(found['ref'], **new))


def reverted(vm, params, found):
    """Returns the action that goes back to a snapshot, or to the current one."""
    where = host_of(vm.inventory, params), params['suppress_power_on']
    step = vm.revert_to_snapshot(found['ref'], *where) if found else vm.revert_to_current_snapshot(*where)
    found = found or next((each for each in vm.snapshots() if each['current']), None)
    return Action({'reverted': True}, step, state={
        'power_state': vm.power_state, 'snapshot': found and tree.snapshot_facts(found)})


STATES = ['present', 'absent', 'reverted', 'renamed', 'revert', 'remove_all']
OPERATION = Operation(
    snapshot,
    Options({
        'state': {'type': 'str', 'default': 'present', 'choices': STATES},
        **texts('snapshot_name', 'snapshot_id', 'description', 'new_snapshot_name', 'new_description'),
        **flags('quiesce', 'remove_children', 'remove_all'), 'host': {'type': 'str', 'aliases': ['esxi_hostname']},
        'quiesce_spec': {'type': 'dict', 'options': {'timeout': {'type': 'int'}, 'vss_backup_type': {'type': 'int'},
            'vss_backup_context': {'type': 'str', 'choices': ['ctx_auto', 'ctx_backup', 'ctx_file_share_backup']},
            **flags('vss_bootable_system_state', 'vss_partial_file_support', default=None)}},
        **flags('memory', aliases=['memory_dump']), **flags('consolidate', 'suppress_power_on', default=None),
        'retention_days': {'type': 'int'},
    }, mutually_exclusive=[['snapshot_name', 'snapshot_id']], required_if=[
        *(['state', state, ['snapshot_name', 'snapshot_id'], True] for state in ('present', 'renamed')),
        ['state', 'renamed', ['new_snapshot_name', 'new_description'], True]]),
    properties=['runtime.powerState', *SNAPSHOT_STATE])


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
