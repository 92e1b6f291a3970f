# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r'''
name: vms
short_description: Hosts from the virtual machines of a vCenter
version_added: 0.1.0
author: The vsphere.vm authors (@vsphere-vm)
description:
  - Makes a host of every virtual machine that matches the options, with one paged read, whatever their number.
  - The name of the file ends in C(vms) or C(vsphere), and in C(.yml) or C(.yaml), such as
    C(production.vsphere_vms.yml).
  - Every option may be a template with lookups and extra vars, or a vaulted value, except those that are expressions on
    the virtual machines themselves.
  - Every host has the variables C(moid), C(vm_name), C(instance_uuid), C(power_state) (V(powered_on), V(powered_off) or
    V(suspended)) and C(template), which the modules of this collection can use directly, and those of O(properties),
    O(with_placement) and O(gather_tags).
requirements:
  - requests, in the Python that runs Ansible
extends_documentation_fragment:
  - vsphere.vm.connection
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
notes:
  - Works with vCenter 8.0 U1 and later; a standalone ESXi host does not have this API.
  - The cache keeps what was read, so expressions can change without a new read. A change to an option that determines
    what is read makes a new read. No credential is cached.
options:
  plugin:
    description: Name of this plugin.
    type: str
    required: true
    choices: [vsphere.vm.vms]
  hostname:
    env:
      - name: VMWARE_HOST
  port:
    env:
      - name: VMWARE_PORT
  username:
    env:
      - name: VMWARE_USER
  password:
    env:
      - name: VMWARE_PASSWORD
  validate_certs:
    env:
      - name: VMWARE_VALIDATE_CERTS
  ca_cert:
    env:
      - name: VMWARE_CA_CERT
  proxy_host:
    env:
      - name: VMWARE_PROXY_HOST
  proxy_port:
    env:
      - name: VMWARE_PROXY_PORT
  properties:
    description:
      - Paths of the properties to read from each virtual machine, such as V(guest.ipAddress),
        V(config.hardware.memoryMB) or, with everything in it, V(config).
      - A property that is unset, or that the user may not read, makes no variable.
      - V(customValue) also makes the variable C(custom_attributes), with the values by the names of the attributes.
      - V(name) can be used only in expressions, because Ansible reserves this name; the variable is C(vm_name).
    type: list
    elements: str
    default:
      - name
      - config.uuid
      - config.guestId
      - config.guestFullName
      - guest.hostName
      - guest.ipAddress
      - guest.guestState
      - guest.toolsRunningStatus
      - runtime.connectionState
      - runtime.powerState
  with_nested_properties:
    description:
      - Make a variable of the first member of each of O(properties), with the others nested in it, such as
        C(guest.ipAddress).
      - Otherwise each path is a variable of its own, with an underscore for each character that a name of a variable
        cannot have, such as C(guest_ipAddress). Expressions see the nested ones in any case.
    type: bool
    default: true
  hostnames:
    description:
      - Expressions for the name of the host; the first one with a value is used. If none has one, the name of the
        virtual machine is used.
      - If several hosts would have the same name, the moid is appended for each, as in V(app-01_vm-41), and a warning
        lists them.
    type: list
    elements: str
    default: [name]
  folder:
    description:
      - Path of the folder that the virtual machines are in, at any depth, such as V(/DC0/vm/web).
      - With O(datacenter) the path may begin below the datacenter's folder of virtual machines, such as V(web).
    type: str
  datacenter:
    description: Datacenter that they are in, by name or path.
    type: str
  cluster:
    description: Cluster that they run in, by name or moid.
    type: str
  host:
    description: ESXi host that they are on, by name or moid.
    type: str
  resource_pool:
    description: Resource pool that they are in, at any depth, by name or moid.
    type: str
  name_pattern:
    description: A pattern of their names, such as V(web-*).
    type: str
  power_state:
    description: Their power state.
    type: str
    choices: [powered_on, powered_off, suspended]
  template:
    description: Whether they are templates; both if it is not set.
    type: bool
  filters:
    description:
      - Conditions that must all be true for a virtual machine.
      - One that cannot be evaluated, for example because a property is unset, counts as false, or fails with O(strict).
    type: list
    elements: str
    default: []
  with_placement:
    description:
      - Make the variables C(path) (of the virtual machine, as O(vsphere.vm.power#module:path) takes it), C(folder),
        C(datacenter), C(cluster), C(esxi_host) and C(resource_pool). They need no other read.
      - A place that a virtual machine does not have is null; in a vApp, C(path) and C(folder) are null too.
    type: bool
    default: true
  with_path:
    description:
      - Make a group of each folder on the path of a virtual machine, each within the one above, such as C(DC0),
        C(DC0_vm) and C(DC0_vm_web).
      - V(true), or a prefix for the names of these groups. Implies O(with_placement).
    type: raw
    default: false
  gather_tags:
    description:
      - Make the variables C(tags_by_category), names of vSphere tags by the names of their categories, and C(vm_tags),
        all the names.
      - Needs a request for each thousand virtual machines, each tag and each category, and fails if the vCenter has no
        tagging service.
    type: bool
    default: false
seealso:
  - module: vsphere.vm.info
'''

EXAMPLES = r'''
# The vCenter and its credentials from the environment: VMWARE_HOST, VMWARE_USER, VMWARE_PASSWORD
- plugin: vsphere.vm.vms

# Running virtual machines of a folder, reached by the address that their guests report
- plugin: vsphere.vm.vms
  hostname: vcenter.example.com
  username: inventory@vsphere.local
  password: "{{ lookup('ansible.builtin.env', 'VCENTER_PASSWORD') }}"
  datacenter: DC0
  folder: web
  power_state: powered_on
  template: false
  compose:
    ansible_host: guest.ipAddress

# Groups by cluster, by power state and by the kind of guest, and one for each folder
- plugin: vsphere.vm.vms
  with_path: true
  keyed_groups:
    - key: cluster
      prefix: cluster
    - key: power_state
      separator: ""
    - key: config.guestId
      prefix: guest
  groups:
    without_tools: guest.toolsRunningStatus != 'guestToolsRunning'

# Names with the datacenter in them, and only what has more than 1 GB, kept for an hour
- plugin: vsphere.vm.vms
  properties:
    - config.hardware.memoryMB
    - config.hardware.numCPU
    - customValue
  hostnames:
    - custom_attributes.fqdn
    - name ~ '.' ~ datacenter | lower
  filters:
    - config.hardware.memoryMB > 1024
    - name is not match('test-')
  cache: true
  cache_plugin: ansible.builtin.jsonfile
  cache_connection: ~/.cache/ansible-inventory
  cache_timeout: 3600

# Groups by vSphere tags
- plugin: vsphere.vm.vms
  gather_tags: true
  keyed_groups:
    - key: tags_by_category.environment
      prefix: env
    - key: vm_tags
      prefix: tag
'''

import hashlib
import json
import re
from contextlib import suppress

from ansible.errors import AnsibleError, AnsibleParserError, AnsibleUndefinedVariable
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable

from ..module_utils import termination, wire
from ..module_utils.client import Client
from ..module_utils.faults import Failure
from ..module_utils.options import CONNECTION
from ..plugin_utils.census import Census
from ..plugin_utils.inert import inert
from ..plugin_utils.plain import plain

ENDINGS = tuple(f'{name}.{kind}' for name in ('vms', 'vsphere') for kind in ('yml', 'yaml'))
# Options that are templates of a virtual machine, not of this file.
EXPRESSIONS = ('compose', 'groups', 'keyed_groups', 'hostnames', 'filters')
WHERE = ('folder', 'datacenter', 'cluster', 'host', 'resource_pool', 'power_state', 'template')
# What a cache has to have been read with to be an answer; who is asked belongs to it, how the way there is does not.
READ_WITH = ('hostname', 'port', 'username', *WHERE, 'name_pattern', 'properties', 'with_placement', 'with_path',
             'gather_tags')
NO_VARIABLE = re.compile(r'\W')  # what the name of a variable cannot have
TOLD = 5  # names that a warning has room for


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """Hosts from the virtual machines of a vCenter."""

    NAME = 'vsphere.vm.vms'

    def verify_file(self, path):
        """Tells whether a file is for this plugin, by its name."""
        return super().verify_file(path) and path.endswith(ENDINGS)

    def parse(self, inventory, loader, path, cache=True):
        """Fills the inventory as the file says. Raises AnsibleParserError."""
        super().parse(inventory, loader, path, cache)
        self._read_config_data(path)
        try:
            records = self._records(path, cache)
        except Failure as failure:
            raise AnsibleParserError(self._told(failure)) from None
        self._populate(records)

    def set_options(self, task_keys=None, var_options=None, direct=None):
        """As in Ansible, with the templates in the file filled in."""
        filled = {name: self._filled(name, value) for name, value in (direct or {}).items()}
        super().set_options(task_keys=task_keys, var_options=var_options, direct=filled)

    def _filled(self, name, value):
        if name in EXPRESSIONS or not self.templar.is_template(value):
            return value
        self.templar.available_variables = self._vars or {}
        try:
            return self.templar.template(value)
        except AnsibleError as error:
            raise AnsibleParserError(f'{name}: {error}') from None

    # -- reading

    def _records(self, path, cache):
        """Returns the records of the virtual machines, from the cache if they may and can be."""
        if not self.get_option('cache'):
            return self._read()
        asked = json.dumps([plain(self.get_option(name)) for name in READ_WITH]).encode()
        key = f'{self.get_cache_key(path)}_{hashlib.sha256(asked).hexdigest()[:12]}'
        if cache:
            with suppress(KeyError):
                return self._cache[key]['records']
        records = self._read()
        self._cache[key] = {'records': records}
        return records

    def _read(self):
        options = plain({name: self.get_option(name) for name in (*CONNECTION.spec, *READ_WITH)})
        where = {**{name: options[name] for name in WHERE}, 'name': options['name_pattern']}
        placement = options['with_placement'] or self._path_prefix() is not None
        with termination.in_order(), Client(options) as client:
            census = Census(client, where, options['properties'], placement, options['gather_tags'])
            records = census.read()
        for (missing, fault), count in sorted(census.unread.items()):
            self.display.warning(f'{missing} of {count} virtual machines cannot be read: {fault}.')
        return records

    @staticmethod
    def _told(failure):
        if failure.name == 'InvalidProperty':
            return f'properties: {failure.details.get("name")} is not a property of a virtual machine.'
        return f'{failure.message} {failure.hint}'

    # -- hosts and groups

    def _populate(self, records):
        names = {}
        for record in records:
            variables = self._variables(record)
            if self._fits(variables):
                names.setdefault(self._hostname(variables), []).append(record)
        for name, same in names.items():
            for record in same:
                self._add(name if len(same) == 1 else f'{name}_{record["facts"]["moid"]}', record)
        shared = [name for name, same in names.items() if len(same) > 1]
        if shared:
            more = ' and others' if shared[TOLD:] else ''
            self.display.warning('Several virtual machines would be the same host, so each has its moid behind the '
                                 f'name: {", ".join(shared[:TOLD])}{more}.')

    @staticmethod
    def _variables(record):
        """Returns what expressions see of a virtual machine: its facts and, nested, its properties."""
        facts = record['facts']
        return inert({**wire.nested(record['properties']), 'name': facts['vm_name'], **facts})

    def _fits(self, variables):
        for condition in self.get_option('filters'):
            try:
                if not self._holds(condition, variables):
                    return False
            except AnsibleError as error:
                if self.get_option('strict'):
                    raise AnsibleParserError(f'filters: {condition}: {error}') from None
                return False
        return True

    def _holds(self, condition, variables):
        if hasattr(self.templar, 'evaluate_expression'):
            return bool(self._compose(condition, variables))
        # Before ansible-core 2.19 the value of an expression may be its text, which is true whatever it says.
        return self._compose(f'true if ({condition}) else false', variables)

    def _hostname(self, variables):
        """Returns what the first of `hostnames` with a value says; else the name, else the moid."""
        for expression in self.get_option('hostnames'):
            try:
                # Ten thousand templates take their time, and most names are no more than a variable.
                plainly = expression in variables and not self.get_option('use_extra_vars')
                found = variables[expression] if plainly else self._compose(expression, variables)
            except AnsibleUndefinedVariable:
                continue
            except AnsibleError as error:
                raise AnsibleParserError(f'hostnames: {expression}: {error}') from None
            if found:
                return str(found)
        return str(variables['vm_name'] or variables['moid'])

    def _add(self, host, record):
        self.inventory.add_host(host)
        variables = self._variables(record)
        for name, value in self._host_variables(record, variables).items():
            self.inventory.set_variable(host, name, value)
        strict = self.get_option('strict')
        self._set_composite_vars(self.get_option('compose'), variables, host, strict=strict)
        self._add_host_to_composed_groups(self.get_option('groups'), variables, host, strict=strict)
        self._add_host_to_keyed_groups(self.get_option('keyed_groups'), variables, host, strict=strict)
        self._add_to_folders(host, record['facts'].get('folder'))

    def _host_variables(self, record, variables):
        if not self.get_option('with_nested_properties'):
            properties = {NO_VARIABLE.sub('_', path): value for path, value in record['properties'].items()}
            variables = inert({**properties, **record['facts']})
        return {name: value for name, value in variables.items() if name != 'name'}

    def _path_prefix(self):
        """Returns what the names of groups of folders begin with, an empty text for nothing; None if there are none."""
        wanted = self.get_option('with_path')
        try:
            return '' if boolean(wanted) else None
        except TypeError:
            return str(wanted)

    def _add_to_folders(self, host, folder):
        prefix = self._path_prefix()
        if prefix is None or not folder:
            return
        above, inside = None, [prefix] if prefix else []
        for name in folder.split('/'):
            inside.append(name)
            group = self.inventory.add_group(self._sanitize_group_name('_'.join(inside)))
            if above:
                self.inventory.add_child(above, group)
            above = group
        self.inventory.add_host(host, above)
