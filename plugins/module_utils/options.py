# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Option groups with their rules. Each has a doc fragment of its name; a test holds the two together.

Knows the argument spec and nothing else.
"""

from __future__ import annotations

from ansible.module_utils.basic import env_fallback

NAMED_BY = ['moid', 'name', 'uuid', 'instance_uuid', 'path']
RULES = ('mutually_exclusive', 'required_together', 'required_one_of', 'required_if')


def from_environment(*names):
    """Returns the fallback of an option to environment variables, the first that is set."""
    return (env_fallback, list(names))


def texts(*names):
    """Returns the spec of options that are texts, unset if not given."""
    return {name: {'type': 'str'} for name in names}


def flags(*names, **more):
    """Returns the spec of options that are off unless they are switched on."""
    return {name: {'type': 'bool', 'default': False, **more} for name in names}


class Options:
    """An argument spec together with its rules; groups add up."""

    def __init__(self, spec, required_by=None, **rules):
        self.spec = spec
        self.required_by = required_by or {}
        self.rules = {name: list(rules.get(name, ())) for name in RULES}

    def __add__(self, other):
        return Options({**self.spec, **other.spec}, {**self.required_by, **other.required_by},
                       **{name: self.rules[name] + other.rules[name] for name in RULES})

    def arguments(self):
        """Returns what AnsibleModule and ArgumentSpecValidator take, as a dict."""
        return {'argument_spec': self.spec, 'required_by': self.required_by, **self.rules}


# What a number may be at least and at most; more seconds than these no clock of the operating system takes.
LONGEST = 10 ** 9
BOUNDS = {'port': (1, 65535), 'proxy_port': (1, 65535), 'request_timeout': (1, LONGEST), 'timeout': (0, LONGEST),
          'busy_timeout': (0, LONGEST), 'guest_timeout': (0, LONGEST), 'concurrency': (1, LONGEST)}


def out_of_bounds(params):
    """Returns (option, sentence) of the first number that is out of BOUNDS, or None."""
    for option, (least, most) in BOUNDS.items():
        value = params.get(option)
        if value is not None and not least <= value <= most:
            return option, f'{option} is {value}; it takes {least} to {most}.'
    return None


def broken_text(value, option=None):
    """Returns (option, sentence) of the first option with a text that has no encoding, or None.

    JSON can spell half of a surrogate pair, which is no character: it cannot be sent.
    """
    if isinstance(value, dict):
        # A key that is broken belongs to the option that holds the dict.
        found = (broken_text(each, option or name) or broken_text(name, option or name) for name, each in value.items())
    elif isinstance(value, (list, tuple)):
        found = (broken_text(each, option) for each in value)
    else:
        broken = isinstance(value, str) and any('\ud800' <= character <= '\udfff' for character in value)
        return (option, f'{option} contains half of a surrogate pair, which is not a character.') if broken else None
    return next(filter(None, found), None)


CONNECTION = Options({
    'hostname': {'type': 'str', 'fallback': from_environment('VMWARE_HOST')},
    'port': {'type': 'int', 'default': 443, 'fallback': from_environment('VMWARE_PORT')},
    'username': {'type': 'str', 'aliases': ['admin', 'user'], 'fallback': from_environment('VMWARE_USER')},
    'password': {'type': 'str', 'aliases': ['pass', 'pwd'], 'no_log': True,
                 'fallback': from_environment('VMWARE_PASSWORD')},
    'session_id': {'type': 'str', 'no_log': True},
    'validate_certs': {'type': 'bool', 'default': True, 'fallback': from_environment('VMWARE_VALIDATE_CERTS')},
    'ca_cert': {'type': 'path', 'fallback': from_environment('VMWARE_CA_CERT')},
    'proxy_host': {'type': 'str', 'fallback': from_environment('VMWARE_PROXY_HOST')},
    'proxy_port': {'type': 'int', 'fallback': from_environment('VMWARE_PROXY_PORT')},
    'release': {'type': 'str'},
    'request_timeout': {'type': 'int', 'default': 60},
})

TARGET = Options({
    'moid': {'type': 'str', 'aliases': ['vm_moid']},
    'name': {'type': 'str', 'aliases': ['vm_name']},
    'uuid': {'type': 'str', 'aliases': ['vm_uuid']},
    'instance_uuid': {'type': 'str'},
    'path': {'type': 'str'},
    'use_instance_uuid': {'type': 'bool', 'default': False},
    'folder': {'type': 'str'},
    'datacenter': {'type': 'str', 'aliases': ['datacenter_name']},
}, required_by={'folder': ['name']}, required_one_of=[[*NAMED_BY, 'vms', 'where']],
    mutually_exclusive=[[*NAMED_BY, 'vms', 'where']])

FLEET = Options({
    'vms': {'type': 'list', 'elements': 'dict', 'options': {
        **texts('moid', 'name', 'uuid', 'instance_uuid', 'path', 'folder', 'datacenter'), **flags('use_instance_uuid'),
    }, 'required_one_of': [NAMED_BY], 'mutually_exclusive': [NAMED_BY]},
    'where': {'type': 'dict', 'options': {
        **texts('folder', 'datacenter', 'cluster', 'host', 'resource_pool', 'name'),
        'power_state': {'type': 'str', 'choices': ['powered_on', 'powered_off', 'suspended']},
        'template': {'type': 'bool'},
        'custom_attributes': {'type': 'dict'},
    }},
    'concurrency': {'type': 'int', 'default': 20},
    'on_failure': {'type': 'str', 'default': 'continue', 'choices': ['continue', 'stop']},
})

TASK = Options({
    'wait': {'type': 'bool', 'default': True},
    'timeout': {'type': 'int', 'default': 3600, 'aliases': ['state_change_timeout']},
    'busy_timeout': {'type': 'int', 'default': 0},
})

QUESTIONS = Options({
    'question_answers': {'type': 'list', 'elements': 'dict', 'default': [], 'aliases': ['answer'], 'options': {
        'question': {'type': 'str', 'required': True},
        'response': {'type': 'str', 'required': True},
    }},
})

PLACEMENT = Options({
    'host': {'type': 'str', 'aliases': ['esxi_hostname', 'esxi_host', 'destination_host']},
    'cluster': {'type': 'str', 'aliases': ['cluster_name', 'destination_cluster']},
    'resource_pool': {'type': 'str', 'aliases': ['destination_resourcepool']},
})

DESTINATION = Options({
    'new_name': {'type': 'str', 'required': True, 'aliases': ['clone_name']},
    'destination_folder': {'type': 'str', 'aliases': ['vm_folder']}, **texts('destination_datacenter'),
    'datastore': {'type': 'str', 'aliases': ['destination_datastore']},
})

# Members of an entry of `disks` in every module that puts disks on datastores of their own.
DISK_PLACE = {
    'disk': {'type': 'str', 'required': True, 'aliases': ['label']},
    'datastore': {'type': 'str', 'required': True},
}
DISKS = Options({
    'disks': {'type': 'list', 'elements': 'dict', 'default': [], 'options': {
        **DISK_PLACE, 'provisioning': {'type': 'str', 'choices': ['thin', 'thick']}}},
})

HARDWARE = Options({
    'hardware': {'type': 'dict', 'options': {
        **{name: {'type': 'int'} for name in ('num_cpus', 'num_cpu_cores_per_socket', 'memory_mb')},
        'boot_firmware': {'type': 'str', 'choices': ['bios', 'efi']},
    }},
    'annotation': {'type': 'str', 'aliases': ['notes']},
    'guest_id': {'type': 'str'},
    'config': {'type': 'dict'},
})

CUSTOMIZATION = Options({
    'customization_spec': {'type': 'str', 'aliases': ['existing_spec_name']},
    'customization': {'type': 'dict', 'options': {
        'os': {'type': 'str', 'choices': ['linux', 'windows', 'cloud_init']},
        **texts('hostname', 'domain', 'timezone', 'script_text', 'fullname', 'orgname', 'productid', 'joindomain',
                'joinworkgroup', 'domainadmin', 'cloud_init_metadata'),
        'domainou': {'type': 'str', 'aliases': ['domain_ou']},
        **{name: {'type': 'list', 'elements': 'str'} for name in ('dns_servers', 'dns_suffix', 'runonce')},
        **{name: {'type': 'str', 'no_log': True}
           for name in ('password', 'domainadminpassword', 'cloud_init_userdata')},
        'hwclockUTC': {'type': 'bool', 'aliases': ['hwclock_utc']},
        'autologon': {'type': 'bool', 'default': False},
        'autologoncount': {'type': 'int', 'default': 1},
    }},
    'networks': {'type': 'list', 'elements': 'dict', 'options': {
        'type': {'type': 'str', 'choices': ['dhcp', 'static']},
        **texts('mac', 'ip', 'netmask', 'domain'),
        **{name: {'type': 'list', 'elements': 'str'} for name in ('gateway', 'dns_servers')},
    }, 'required_together': [['ip', 'netmask']], 'required_if': [['type', 'static', ['ip']]]},
}, mutually_exclusive=[['customization_spec', 'customization']])
