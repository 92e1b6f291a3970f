#!/usr/bin/python
# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
module: display
short_description: Set the resolution or the displays of the guest's screen
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Gives the guest's screen a resolution, or lays out its displays, through VMware Tools.
  - A resolution, and a single display, are compared with the screen that the guest reports. The layout of
    several displays is not reported, so laying them out reports a change each time.
options:
  width:
    description: Width of the screen in pixels.
    type: int
  height:
    description: Height of the screen in pixels.
    type: int
  displays:
    description: The displays, in place of O(width) and O(height).
    type: list
    elements: dict
    suboptions:
      width:
        description: Width in pixels.
        type: int
        required: true
      height:
        description: Height in pixels.
        type: int
        required: true
      x:
        description: Position of its left edge.
        type: int
        default: 0
      y:
        description: Position of its upper edge.
        type: int
        default: 0
extends_documentation_fragment:
  - vsphere.vm.attributes
  - vsphere.vm.attributes.changes
  - vsphere.vm.connection
  - vsphere.vm.target
  - vsphere.vm.fleet
  - vsphere.vm.task
  - vsphere.vm.questions
seealso:
  - module: vsphere.vm.screenshot
  - module: vsphere.vm.keyboard
'''

EXAMPLES = r'''
- name: Set the resolution of a desktop
  vsphere.vm.display:
    name: desktop-07
    width: 1920
    height: 1080

- name: Lay out two displays side by side
  vsphere.vm.display:
    name: desktop-07
    displays:
      - {width: 1920, height: 1080}
      - {width: 1920, height: 1080, x: 1920}
'''

RETURN = r'''
vm:
  description: The virtual machine and the screen that its guest reports.
  returned: when the virtual machine was found
  type: dict
  sample: {moid: vm-41, name: desktop-07, screen: {width: 1920, height: 1080}}
operation:
  description: The API method that was called, or in check mode would be.
  returned: when something was to be done
  type: str
  sample: SetScreenResolution
fault:
  description:
    - Why the task failed, with name, category, retryable, hint, details, cause, operation, vm, task and http_status.
  returned: on failure
  type: dict
  sample: {name: ToolsUnavailable, category: state, retryable: false}
'''

from ..module_utils.decision import Action, Change
from ..module_utils.operation import Operation
from ..module_utils.options import Options


def display(vm, params):
    """Decides whether the screen is to become another one."""
    now = {'screen': {side: vm[f'guest.screen.{side}'] for side in ('width', 'height')}}
    displays = params['displays']
    if displays is None:
        step = vm.set_screen_resolution(params['width'], params['height'])
        return Change(now, {'screen': {side: params[side] for side in ('width', 'height')}}, step)
    step = vm.set_display_topology(displays)
    if len(displays) != 1:
        return Action({'displays': displays}, step, state=now)
    # The screen is what encloses the displays, from its upper left corner on.
    wanted = {side: displays[0][side] + displays[0][place] for side, place in (('width', 'x'), ('height', 'y'))}
    return Change(now, {'screen': wanted}, step)


SIDE = {'type': 'int', 'required': True}
OPERATION = Operation(
    display,
    Options({
        'width': {'type': 'int'}, 'height': {'type': 'int'},
        'displays': {'type': 'list', 'elements': 'dict', 'options': {
            'width': SIDE, 'height': SIDE, 'x': {'type': 'int', 'default': 0}, 'y': {'type': 'int', 'default': 0}}},
    }, required_together=[['width', 'height']], required_one_of=[['width', 'displays']],
        mutually_exclusive=[['width', 'displays']]),
    properties=['runtime.powerState', 'guest.toolsRunningStatus', 'guest.screen'])


def main():
    """Runs as a module; the action plugin runs OPERATION in the controller."""
    OPERATION.run_as_module()


if __name__ == '__main__':
    main()
