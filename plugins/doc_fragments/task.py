# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations


class ModuleDocFragment:
    """Option group TASK of module_utils/options.py."""

    DOCUMENTATION = r'''
options:
  wait:
    description:
      - Wait until the operation has ended.
      - Otherwise the vCenter task of the last step is only started, and its moid is returned; M(vsphere.vm.task) waits
        for many at once.
    type: bool
    default: true
  timeout:
    description: The most seconds to wait. After that the task fails with C(fault.category) V(timeout), but the
      operation continues.
    type: int
    default: 3600
    aliases: [state_change_timeout]
  busy_timeout:
    description: Seconds to wait for another task that holds the virtual machine, before failing with C(fault.category)
      V(busy).
    type: int
    default: 0
'''
