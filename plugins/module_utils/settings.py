# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The settings of a virtual machine that options declare: where each is in its configuration, and what differs.

Source: the API pages of VirtualMachineConfigSpec and VirtualMachineConfigInfo, whose members have the same names but
for a few.
"""

from __future__ import annotations

from . import wire
from .device import is_adapter, is_disk
from .faults import Refusal

# Groups of options: option -> (type, path in VirtualMachineConfigSpec[, choices]).
LEVELS = ['low', 'normal', 'high', 'custom']
GROUPS = {
    'hardware': {
        'num_cpus': ('int', 'numCPUs'),
        'num_cpu_cores_per_socket': ('int', 'numCoresPerSocket'),
        'memory_mb': ('int', 'memoryMB'),
        'hotadd_cpu': ('bool', 'cpuHotAddEnabled'),
        'hotremove_cpu': ('bool', 'cpuHotRemoveEnabled'),
        'hotadd_memory': ('bool', 'memoryHotAddEnabled'),
        'cpu_limit': ('int', 'cpuAllocation.limit'),
        'cpu_reservation': ('int', 'cpuAllocation.reservation'),
        'cpu_shares_level': ('str', 'cpuAllocation.shares.level', LEVELS),
        'cpu_shares': ('int', 'cpuAllocation.shares.shares'),
        'mem_limit': ('int', 'memoryAllocation.limit'),
        'mem_reservation': ('int', 'memoryAllocation.reservation'),
        'mem_shares_level': ('str', 'memoryAllocation.shares.level', LEVELS),
        'mem_shares': ('int', 'memoryAllocation.shares.shares'),
        'memory_reservation_lock': ('bool', 'memoryReservationLockedToMax'),
        'boot_firmware': ('str', 'firmware', ['bios', 'efi']),
        'max_connections': ('int', 'maxMksConnections'),
        'nested_virt': ('bool', 'nestedHVEnabled'),
        'vpmc_enabled': ('bool', 'vPMCEnabled'),
    },
    'boot_options': {
        'boot_delay': ('int', 'bootOptions.bootDelay'),
        'enter_bios_setup': ('bool', 'bootOptions.enterBIOSSetup'),
        'boot_retry_enabled': ('bool', 'bootOptions.bootRetryEnabled'),
        'boot_retry_delay': ('int', 'bootOptions.bootRetryDelay'),
        'secure_boot_enabled': ('bool', 'bootOptions.efiSecureBootEnabled'),
        'network_boot_protocol': ('str', 'bootOptions.networkBootProtocol', ['ipv4', 'ipv6']),
    },
    'flags': {
        'record_replay_enabled': ('bool', 'flags.recordReplayEnabled'),
        'enable_logging': ('bool', 'flags.enableLogging'),
        'disk_uuid_enabled': ('bool', 'flags.diskUuidEnabled'),
        'snapshot_disabled': ('bool', 'flags.snapshotDisabled'),
        'snapshot_locked': ('bool', 'flags.snapshotLocked'),
        'snapshot_power_off_behavior': ('str', 'flags.snapshotPowerOffBehavior', [
            'powerOff', 'revert', 'prompt', 'take']),
        'monitor_type': ('str', 'flags.monitorType', ['release', 'debug', 'stats']),
        'ht_sharing': ('str', 'flags.htSharing', ['any', 'none', 'internal']),
        'virtual_mmu_usage': ('str', 'flags.virtualMmuUsage', ['automatic', 'on', 'off']),
        'virtual_exec_usage': ('str', 'flags.virtualExecUsage', ['hvAuto', 'hvOn', 'hvOff']),
        'virt_based_security': ('bool', 'flags.vbsEnabled'),
        'iommu': ('bool', 'flags.vvtdEnabled'),
    },
}
PLAIN = {
    'annotation': ('str', 'annotation'),
    'guest_id': ('str', 'guestId'),
    'change_tracking': ('bool', 'changeTrackingEnabled'),
    'latency_sensitivity': ('str', 'latencySensitivity.level', ['low', 'normal', 'medium', 'high']),
}
TYPES = {'bootOptions': 'VirtualMachineBootOptions', 'flags': 'VirtualMachineFlagInfo',
         'cpuAllocation': 'ResourceAllocationInfo', 'memoryAllocation': 'ResourceAllocationInfo',
         'shares': 'SharesInfo', 'latencySensitivity': 'LatencySensitivity'}
# Members of the specification that are elsewhere in the configuration.
ELSEWHERE = {
    'numCPUs': 'hardware.numCPU', 'powerOpInfo': 'defaultPowerOps',
    **{member: f'hardware.{member}' for member in (
        'memoryMB', 'motherboardLayout', 'numCoresPerSocket', 'simultaneousThreads', 'virtualICH7MPresent',
        'virtualSMCPresent')}}
# What a reconfiguration is forecast from, whatever is declared.
ALWAYS = ('runtime.powerState', 'config.hardware.numCPU', 'config.hardware.numCoresPerSocket',
          'config.hardware.memoryMB', 'config.cpuHotAddEnabled', 'config.cpuHotRemoveEnabled',
          'config.memoryHotAddEnabled')
SHARES_OF = {'cpu_shares': 'cpu_shares_level', 'mem_shares': 'mem_shares_level'}


def option_spec(table):
    """Returns the argument spec of a table of options."""
    return {name: {'type': each[0], **({'choices': each[2]} if each[2:] else {})} for name, each in table.items()}


def place(member):
    """Returns the property path of a member of the specification."""
    head, dot, rest = member.partition('.')
    return f'config.{ELSEWHERE.get(head, head)}{dot}{rest}'


def declared(params):
    """Yields (group or None, option, path in the specification, value) of the settings that the options declare."""
    for group, table in ((None, PLAIN), *GROUPS.items()):
        values = params if group is None else params[group] or {}
        for option, each in table.items():
            level = values.get(SHARES_OF.get(option))
            if values.get(option) is not None and level in (None, 'custom'):
                yield group, option, each[1], values[option]


def paths(params):
    """Returns the property paths that are to be read for what the options declare."""
    found = [place(path).rpartition('.shares.')[0] or place(path) for _group, _option, path, _value in declared(params)]
    found += [place(member) for member in (params['spec'] or {}) if member not in ('changeVersion', 'deviceChange')]
    if params['advanced_settings']:
        found.append('config.extraConfig')
    if (params['boot_options'] or {}).get('boot_order') or 'deviceChange' in (params['spec'] or {}):
        found += ['config.bootOptions', 'config.hardware.device']
    return [*ALWAYS, *found]


def put(spec, path, value):
    """Sets the member at a dotted path of a data object, making the data objects on the way."""
    *way, last = path.split('.')
    for name in way:
        spec = spec.setdefault(name, wire.data(TYPES[name]))
    spec[last] = value


def complete_shares(vm, spec):
    """Gives a SharesInfo both its members: a number alone is a custom level, a level alone keeps the number."""
    for name in ('cpuAllocation', 'memoryAllocation'):
        shares = wire.at(spec, f'{name}.shares')
        if shares:
            shares.setdefault('level', 'custom')
            shares.setdefault('shares', vm[f'config.{name}.shares.shares'] or 0)


# -- advanced settings


def option_text(value):
    """Returns a value of an advanced setting as the server keeps it."""
    if isinstance(value, bool):
        return str(value).upper()
    return '' if value is None else str(value)


def advanced_now(vm, keys):
    """Returns {key: value} of advanced settings, empty where they are not set."""
    present = {each['key']: option_text(wire.unboxed(each.get('value'))) for each in vm['config.extraConfig'] or []}
    return {key: present.get(key, '') for key in keys}


def option_values(settings):
    """Returns the OptionValues of {key: text}."""
    return [wire.data('OptionValue', key=key, value=wire.boxed(text)) for key, text in settings.items()]


# -- the raw specification


def typed(wanted, present):
    """Returns a user's data with the types of what is there, where it names none."""
    if not isinstance(wanted, dict) or not isinstance(present, dict):
        return wanted
    kind = wanted.get(wire.TYPE) or present.get(wire.TYPE)
    return {**({wire.TYPE: kind} if kind else {}),
            **{name: typed(value, present.get(name)) for name, value in wanted.items()}}


def projected(present, wanted):
    """Returns what is there of the members that are wanted, as plain data."""
    if isinstance(wanted, dict) and isinstance(present, dict):
        return {name: projected(wire.unboxed(present.get(name)), value) for name, value in wanted.items()
                if name != wire.TYPE}
    return wire.plain(present)


# -- boot order

BOOTABLE = 'VirtualMachineBootOptionsBootable'
BOOT_KINDS = {'cdrom': f'{BOOTABLE}CdromDevice', 'disk': f'{BOOTABLE}DiskDevice',
              'ethernet': f'{BOOTABLE}EthernetDevice', 'floppy': f'{BOOTABLE}FloppyDevice'}


def boot_order_now(vm):
    """Returns the kinds of devices in the boot order, each once."""
    kinds = {name: kind for kind, name in BOOT_KINDS.items()}
    order = [kinds.get(wire.type_of(each)) for each in vm['config.bootOptions.bootOrder'] or []]
    return list(dict.fromkeys(order))


def bootable(vm, kinds):
    """Returns the boot order of all devices of these kinds. Raises Refusal for a kind that the VM has no device of."""
    devices = vm['config.hardware.device'] or []
    keys = {'disk': [each['key'] for each in devices if is_disk(each)],
            'ethernet': [each['key'] for each in devices if is_adapter(each)]}
    for kind in kinds:
        if kind in keys and not keys[kind]:
            raise Refusal(f'{vm.name} cannot boot from {kind}: it has none.', 'NotFound', details={'boot_order': kind})
    return [wire.data(BOOT_KINDS[kind], deviceKey=key) for kind in kinds for key in keys.get(kind, [None])]


# -- all of it


class Reconfiguration:
    """What the options declare of a virtual machine that was read with paths(params).

    before, after: that by the names of the options, as it is and as it is to be.
    spec: the VirtualMachineConfigSpec of what differs.
    """

    def __init__(self, vm, params):
        self.vm = vm
        self.before, self.after = {}, {}
        self.spec = wire.data('VirtualMachineConfigSpec')
        for group, option, path, value in declared(params):
            unset = {str: '', bool: False}.get(type(value))
            now = vm[place(path)]
            self._note(group, option, unset if now is None else now, value, path)
        if (params['boot_options'] or {}).get('boot_order') is not None:
            self._boot_order(params['boot_options']['boot_order'])
        if params['advanced_settings']:
            self._advanced({each['key']: option_text(each['value']) for each in params['advanced_settings']})
        self._raw(wire.annotated(params['spec'] or {}))
        complete_shares(vm, self.spec)
        if set(self.spec) != {wire.TYPE} and 'changeVersion' in (params['spec'] or {}):
            self.spec['changeVersion'] = params['spec']['changeVersion']

    def _note(self, group, option, now, value, path, sent=None):
        before = self.before.setdefault(group, {}) if group else self.before
        after = self.after.setdefault(group, {}) if group else self.after
        before[option], after[option] = now, value
        if now != value:
            put(self.spec, path, value if sent is None else sent)

    def _boot_order(self, kinds):
        now = boot_order_now(self.vm)
        sent = bootable(self.vm, kinds) if now != kinds else None
        self._note('boot_options', 'boot_order', now, kinds, 'bootOptions.bootOrder', sent)

    def _advanced(self, settings):
        now = advanced_now(self.vm, settings)
        self.before['advanced_settings'], self.after['advanced_settings'] = now, settings
        differing = {key: text for key, text in settings.items() if now[key] != text}
        if differing:
            self.spec['extraConfig'] = option_values(differing)

    def _raw(self, members):
        """Compares the raw specification; changes of devices are orders, which nothing can be compared with."""
        raw = {name: value for name, value in members.items() if name not in (wire.TYPE, 'changeVersion')}
        if not raw:
            return
        here = {name: self.vm[place(name)] for name in raw}
        self.before['spec'] = {name: projected(here[name], value) for name, value in raw.items()}
        self.after['spec'] = wire.plain(raw)
        if 'extraConfig' in raw:
            wanted = {each['key']: option_text(wire.unboxed(each.get('value'))) for each in raw['extraConfig']}
            self.before['spec']['extraConfig'] = advanced_now(self.vm, wanted)
            self.after['spec']['extraConfig'] = wanted
        self.spec.update({name: typed(value, here[name]) for name, value in raw.items()
                          if self.before['spec'][name] != self.after['spec'][name]})
