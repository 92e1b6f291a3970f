# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations


class ModuleDocFragment:
    """What every module of the collection supports; CHANGES and READS say it of check and diff mode."""

    DOCUMENTATION = r'''
options: {}
requirements:
  - requests, in the Python that runs the module; with a local connection that is the controller's own
notes:
  - Works with vCenter 8.0 U1 and later; a standalone ESXi host does not have this API.
  - With a local connection, the task runs inside Ansible's worker, and all tasks of the run share one session, which is
    logged out at the end. With any other, the module is shipped to the host, where it logs in and out itself. See
    R(Sessions, ansible_collections.vsphere.vm.docsite.sessions).
  - R(Faults, ansible_collections.vsphere.vm.docsite.faults) says what a failure contains, and what to do about it.
attributes:
  action_group:
    description: The connection options can be set once, in C(module_defaults) for the group.
    support: full
    membership:
      - vsphere.vm.vcenter
'''

    CHANGES = r'''
options: {}
attributes:
  check_mode:
    description: Runs in check mode and says what it would do. It fails where the real run would, as far as reads can
      tell. See R(Check mode, ansible_collections.vsphere.vm.docsite.check_mode).
    support: full
  diff_mode:
    description: Returns what changed, or would in check mode, as C(before) and C(after).
    support: full
'''

    READS = r'''
options: {}
attributes:
  check_mode:
    description: Changes nothing, so it runs in check mode as it does without it.
    support: full
  diff_mode:
    description: Changes nothing, so there is no difference.
    support: N/A
'''
