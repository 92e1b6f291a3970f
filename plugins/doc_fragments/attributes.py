# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations


class ModuleDocFragment:
    """What every module of the collection supports; CHANGES and READS say it of check and diff mode."""

    DOCUMENTATION = r'''
options: {}
requirements:
  - requests, for the Python that runs the module; the controller's own where the connection is local
notes:
  - Works with vCenter 8.0 U1 and later; a standalone ESXi host does not have this API.
  - Where the connection is local, the task runs inside Ansible's worker and all tasks of the run share one session,
    which is logged out at its end. Anywhere else the module is shipped to the host, logs in there and logs out when it
    is done. See R(Sessions, ansible_collections.vsphere.vm.docsite.sessions).
  - What a failure tells, and what to do about it, is under R(Faults, ansible_collections.vsphere.vm.docsite.faults).
attributes:
  action_group:
    description: Its connection options can be set once, in C(module_defaults) of the group.
    support: full
    membership:
      - vsphere.vm.vcenter
'''

    CHANGES = r'''
options: {}
attributes:
  check_mode:
    description: Can run in check mode and tell what it would do, failing where the real run would as far as reads can
      tell. See R(Check mode, ansible_collections.vsphere.vm.docsite.check_mode).
    support: full
  diff_mode:
    description: Tells what changed, or would in check mode, as C(before) and C(after).
    support: full
'''

    READS = r'''
options: {}
attributes:
  check_mode:
    description: Changes nothing, so it runs in check mode as it does without.
    support: full
  diff_mode:
    description: Changes nothing, so there is no difference to tell.
    support: N/A
'''
