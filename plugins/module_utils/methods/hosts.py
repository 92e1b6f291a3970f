# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What stands against the host that a virtual machine is to run on: forecasts (see Step) that read in check mode.

Source: the API pages of PowerOnVM_Task, RevertToSnapshot_Task and HostRuntimeInfo.
"""

from __future__ import annotations

from .. import wire

DRS = 'configurationEx.drsConfig.enabled'
PATHS = {'HostSystem': ['name', 'parent', 'runtime.connectionState', 'runtime.inMaintenanceMode'],
         'ClusterComputeResource': [DRS], 'ComputeResource': ['name']}


def elsewhere(inventory, present, wanted):
    """Returns the forecast whether a wanted host (a reference, or None) is not beside the present one."""
    def told():
        home, there = (_state(inventory, host) for host in (present, wanted))
        apart = home.get('parent') and there.get('parent') and home['parent'] != there['parent']
        return f'{_name(there)} is not in the cluster of {_name(home)}, where the machine is.' if apart else None
    return told if wanted and present else None


def resting(inventory, present, wanted=None):
    """Returns the forecast whether the host (references) to run on, the wanted or the present one, runs nothing now.

    Where none is wanted, DRS finds another one in the cluster.
    """
    def told():
        host = _state(inventory, wanted or present)
        connection = host.get('runtime.connectionState', 'connected')
        if connection == 'connected' and not host.get('runtime.inMaintenanceMode'):
            return None
        if wanted is None and host.get('parent') and _state(inventory, host['parent']).get(DRS):
            return None
        return f'{_name(host)} is {"in maintenance mode" if connection == "connected" else connection}.'
    return told if wanted or present else None


def _state(inventory, ref):
    """Returns the PATHS of a host or compute resource; a fleet reads them once."""
    return inventory.once(_read, inventory, *wire.key_of(ref))


def _read(inventory, kind, moid):
    # Who may use a virtual machine need not be allowed to look at its host: then nothing is foretold.
    found = inventory.read([wire.reference(kind, moid)], PATHS[kind], unread=lambda *_told: None)
    return found[0][1] if found else {}


def _name(host):
    return wire.name(host.get('name', 'the host'))
