# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The inventory plugin vsphere.vm.vms: real ansible-inventory and ansible-playbook against the simulator."""

from __future__ import annotations

import json
import re
import subprocess
import textwrap
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from ansible_collections.vsphere.vm.plugins.inventory import vms as plugin

from tests.benchmark.inventories import PROPERTIES
from tests.simulator.objects.folder import Folder

from .places import set_of
from .playbook import CHECKOUT, connection

ONE_READ = ['hello', 'content', 'Login', 'RetrievePropertiesEx', 'Logout']
FILE = 'lab.vsphere_vms.yml'
# `python -m ansible`, with the most memory that it took, in KiB, in the file peak. getrusage would tell that of the process
# that started it, too, which has the simulator in it.
MEASURED = '''
import atexit, runpy

def note():
    with open('/proc/self/status') as status, open('peak', 'w') as peak:
        peak.write(next(line.split()[1] for line in status if line.startswith('VmHWM:')))

atexit.register(note)
runpy.run_module('ansible', run_name='__main__', alter_sys=True)
'''


@dataclass
class Run:
    """What one ansible-inventory did."""

    rc: int
    stdout: str
    stderr: str
    home: Path
    megabytes: float

    @property
    def hostvars(self):
        """The variables of every host, of --list."""
        return json.loads(self.stdout)['_meta']['hostvars']

    def group(self, name):
        """The hosts of a group, of --list."""
        return sorted(json.loads(self.stdout)[name]['hosts'])

    def assert_ok(self):
        """Asserts that nothing warned; returns the run."""
        assert self.rc == 0 and self.stderr == '', self.stderr
        return self

    def told(self):
        """What was told of a source that could not be read, on one line; it is no traceback."""
        assert 'Unable to parse' in self.stderr, self.stdout + self.stderr
        assert 'Traceback' not in self.stderr and 'File "' not in self.stderr, self.stderr
        return ' '.join(self.stderr.split())


@pytest.fixture
def ansible_inventory(ansible_core, simulator):
    """A function that runs ansible-inventory with an inventory file of these options and returns the Run."""
    def run(options='', *arguments, simulator=simulator, env=None, home=None):
        home = home or ansible_core.home()
        write(home, options, simulator)
        environment = ansible_core.environment(home, {**connection(simulator), **(env or {})})
        command = [str(ansible_core.python), '-c', MEASURED, 'inventory', '-i', str(home / FILE)]
        done = subprocess.run([*command, *(arguments or ['--list'])], cwd=home, env=environment, check=False, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True)
        peak = int((home / 'peak').read_text(encoding='utf-8')) / 1024
        made = Run(done.returncode, done.stdout, done.stderr, home, peak)
        assert simulator.password not in made.stdout + made.stderr
        assert simulator.sessions == []
        return made
    return run


def write(home, options, simulator):
    """Writes the inventory file: options are YAML text or a dict, over what reaches the simulator."""
    options = (yaml.safe_load(options) if isinstance(options, str) else options) or {}
    content = {'plugin': 'vsphere.vm.vms', 'ca_cert': str(simulator.ca_cert), **options}
    (home / FILE).write_text(yaml.safe_dump(content, sort_keys=False), encoding='utf-8')


def methods(simulator):
    """The methods called since they were last asked for."""
    called = [each['method'] for each in simulator.requests]
    simulator.requests.clear()
    return called


def vm_folder(simulator, *names):
    """Makes folders, one within the other, below the datacenter's folder of VMs; returns the last one."""
    def make():
        folder = simulator.vcenter.objects('Datacenter')[0].folder('vmFolder')
        for name in names:
            folder = Folder.create(simulator.vcenter, name, folder, ('Folder', 'VirtualMachine'))
        return folder
    return simulator.call(make)


def move(simulator, vm, folder):
    """Moves a VM to a folder."""
    def do():
        here = simulator.vcenter.resolve(vm.get('parent'))
        here.set('childEntity', [ref for ref in here.get('childEntity') if ref != vm.ref])
        folder.set('childEntity', [*folder.get('childEntity'), vm.ref])
        vm.set('parent', folder.ref)
    simulator.call(do)


# -- what there is

def test_a_host_has_what_playbooks_need(ansible_inventory, simulator):
    run = ansible_inventory().assert_ok()
    assert methods(simulator) == ONE_READ
    vm = simulator.vm('DC0_C0_RP0_VM0')
    found = run.hostvars['DC0_C0_RP0_VM0']
    assert sorted(run.hostvars) == ['DC0_C0_RP0_VM0', 'DC0_H0_VM0']
    assert {name: found[name] for name in ('moid', 'vm_name', 'power_state', 'template', 'instance_uuid', 'path', 'folder',
                                           'datacenter', 'cluster', 'esxi_host', 'resource_pool')} == {
        'moid': vm.moid, 'vm_name': 'DC0_C0_RP0_VM0', 'power_state': 'powered_on', 'template': False,
        'instance_uuid': vm.get('config.instanceUuid'), 'path': 'DC0/vm/DC0_C0_RP0_VM0', 'folder': 'DC0/vm',
        'datacenter': 'DC0', 'cluster': 'DC0_C0', 'esxi_host': 'DC0_C0_H0', 'resource_pool': 'DC0_C0_RP0'}
    assert found['config']['uuid'] == vm.get('config.uuid')
    assert found['guest']['ipAddress'] == vm.get('guest.ipAddress')
    assert run.hostvars['DC0_H0_VM0']['cluster'] is None
    assert 'name' not in found


def test_groups_and_variables_by_expression(ansible_inventory):
    run = ansible_inventory('''
    compose:
      ansible_host: guest.ipAddress
      on_cluster: cluster is not none
    groups:
      clustered: cluster is not none
    keyed_groups:
      - {key: cluster, prefix: cluster}
      - {key: power_state, separator: ''}
      - {key: config.guestId}
    leading_separator: false
    ''').assert_ok()
    assert run.hostvars['DC0_H0_VM0']['on_cluster'] is False
    assert run.hostvars['DC0_H0_VM0']['ansible_host'] == run.hostvars['DC0_H0_VM0']['guest']['ipAddress']
    assert run.group('clustered') == run.group('cluster_DC0_C0') == ['DC0_C0_RP0_VM0']
    assert run.group('powered_on') == run.group('ubuntu64Guest') == ['DC0_C0_RP0_VM0', 'DC0_H0_VM0']


def test_extra_vars_in_expressions(ansible_inventory):
    run = ansible_inventory('{use_extra_vars: true, compose: {rack: wanted}}', '--list', '-e', 'wanted=b7').assert_ok()
    assert {each['rack'] for each in run.hostvars.values()} == {'b7'}


def test_the_graph_of_folders(ansible_inventory, simulator):
    move(simulator, simulator.vm('DC0_H0_VM0'), vm_folder(simulator, 'web', 'prod-1'))
    run = ansible_inventory('{with_path: true, with_placement: false}', '--graph').assert_ok()
    assert methods(simulator) == ONE_READ
    lines = [line.strip('| ').removeprefix('--') for line in run.stdout.splitlines()]
    assert lines[2:8] == ['@DC0:', '@DC0_vm:', '@DC0_vm_web:', '@DC0_vm_web_prod_1:', 'DC0_H0_VM0', 'DC0_C0_RP0_VM0']
    prefixed = ansible_inventory('with_path: at').assert_ok()
    assert prefixed.group('at_DC0_vm_web_prod_1') == ['DC0_H0_VM0']


def test_flat_properties(ansible_inventory):
    run = ansible_inventory('''
    properties: [guest.ipAddress, config.hardware]
    with_nested_properties: false
    compose: {large: config.hardware.memoryMB > 1000}
    ''').assert_ok()
    found = run.hostvars['DC0_H0_VM0']
    assert found['guest_ipAddress'].startswith('10.') and 'guest' not in found
    assert found['config_hardware']['memoryMB'] == 1024 and found['large'] is True


def test_custom_attributes(ansible_inventory, simulator):
    def make():
        vm = next(each for each in simulator.vcenter.objects('VirtualMachine') if each.get('name') == 'DC0_H0_VM0')
        field = simulator.vcenter.custom_fields.AddCustomFieldDef(None, 'owner', 'VirtualMachine')
        vm.set('value', [{'_typeName': 'CustomFieldStringValue', 'key': field['key'], 'value': 'ops'}])
    simulator.call(make)
    run = ansible_inventory('''
    properties: [customValue]
    keyed_groups: [{key: custom_attributes.owner, prefix: owner}]
    ''').assert_ok()
    assert run.hostvars['DC0_H0_VM0']['custom_attributes'] == {'owner': 'ops'}
    assert run.hostvars['DC0_C0_RP0_VM0']['custom_attributes'] == {}
    assert run.group('owner_ops') == ['DC0_H0_VM0']


# -- which of them

@pytest.mark.parametrize(('options', 'hosts'), [
    ({'cluster': 'DC0_C0'}, ['DC0_C0_RP0_VM0']),
    ({'host': 'DC0_H0'}, ['DC0_H0_VM0']),
    ({'resource_pool': 'DC0_C0_RP0'}, ['DC0_C0_RP0_VM0']),
    ({'folder': '/DC0/vm/web'}, ['DC0_H0_VM0']),
    ({'folder': 'web', 'datacenter': 'DC0'}, ['DC0_H0_VM0']),
    ({'datacenter': 'DC0'}, ['DC0_C0_RP0_VM0', 'DC0_H0_VM0']),
    ({'folder': '/DC0/vm/web', 'cluster': 'DC0_C0'}, []),
    ({'name_pattern': '*_RP0_*'}, ['DC0_C0_RP0_VM0']),
    ({'power_state': 'powered_off'}, []),
    ({'template': True}, []),
    ({'filters': ["name is match('DC0_H')"]}, ['DC0_H0_VM0']),
    ({'filters': ['cluster', "runtime.powerState == 'poweredOn'"]}, ['DC0_C0_RP0_VM0']),
    ({'filters': ['guest.nothing.at.all']}, []),
    ({'properties': ['config.hardware'], 'filters': ['config.hardware.numCPU - config.hardware.numCPU']}, []),
])
def test_only_what_fits(ansible_inventory, simulator, options, hosts):
    move(simulator, simulator.vm('DC0_H0_VM0'), vm_folder(simulator, 'web'))
    assert sorted(ansible_inventory(options).assert_ok().hostvars) == hosts


def test_a_filter_that_cannot_be_told_is_told_if_strict(ansible_inventory):
    assert 'guest.nothing.at.all' in ansible_inventory('{filters: [guest.nothing.at.all], strict: true}').told()


# -- their names

def test_the_first_name_that_is_set(ansible_inventory, simulator):
    run = ansible_inventory('''
    hostnames: [guest.nothing.there, cluster, "datacenter ~ '-' ~ moid"]
    ''').assert_ok()
    assert sorted(run.hostvars) == [f'DC0-{simulator.vm("DC0_H0_VM0").moid}', 'DC0_C0']
    assert sorted(ansible_inventory('hostnames: [guest.nothing, cluster]').assert_ok().hostvars) == [
        'DC0_C0', 'DC0_H0_VM0']


def test_several_of_a_name_are_all_kept(ansible_inventory, simulator):
    machines = [simulator.vm(name) for name in ('DC0_H0_VM0', 'DC0_C0_RP0_VM0')]
    for vm in machines:
        set_of(simulator, vm, 'name', 'twin')
    run = ansible_inventory()
    assert sorted(run.hostvars) == sorted(f'twin_{vm.moid}' for vm in machines)
    assert 'twin' in run.stderr and '[WARNING]' in run.stderr


def test_names_of_every_kind(ansible_inventory, simulator):
    set_of(simulator, simulator.vm('DC0_H0_VM0'), 'name', 'Zürich%2fwest 100%25 雪')
    run = ansible_inventory().assert_ok()
    found = run.hostvars['Zürich/west 100% 雪']
    assert found['vm_name'] == 'Zürich/west 100% 雪'
    assert found['path'] == 'DC0/vm/Zürich%2fwest 100%25 雪'


def test_what_looks_like_a_template_is_none(ansible_core, ansible_inventory, simulator):
    evil = "{{ lookup('ansible.builtin.pipe', 'touch evil') }}"
    shaped = f"#jinja2:variable_start_string:'[[', variable_end_string:']]'\n[[{evil[2:-2]}]]"
    vm = simulator.vm('DC0_H0_VM0')
    set_of(simulator, vm, 'name', evil)
    simulator.call(vm.configuration.update, {'annotation': shaped})
    run = ansible_inventory('''
    properties: [config.annotation]
    compose: {note: config.annotation, called: vm_name}
    keyed_groups: [{key: vm_name}]
    ''', '--graph', '--vars')
    assert run.rc == 0 and run.stdout.count('touch evil') > 3 and 'jinja2' in run.stdout
    played = ansible_core.play([{'name': 'All', 'hosts': 'all:!host0', 'connection': 'local', 'gather_facts': False, 'tasks': [
        {'name': 'Tell', 'ansible.builtin.debug': {'msg': '{{ note }} {{ called }} {{ config.annotation }}'}}]}],
        args=('-i', str(run.home / FILE)), env=connection(simulator))
    assert played.rc == 0 and 'touch evil' in played.output
    assert not [*run.home.rglob('evil'), *played.home.rglob('evil')]


# -- the cache

def test_a_cache_asks_once(ansible_inventory, ansible_core, simulator):
    home = ansible_core.home()
    options = {'cache': True, 'cache_plugin': 'ansible.builtin.jsonfile', 'cache_connection': str(home / 'cache')}
    first = ansible_inventory(options, home=home)
    assert methods(simulator) == ONE_READ
    assert ansible_inventory({**options, 'compose': {'more': 'moid'}}, home=home).hostvars.keys() == first.hostvars.keys()
    assert methods(simulator) == []
    assert list(ansible_inventory({**options, 'cluster': 'DC0_C0'}, home=home).hostvars) == ['DC0_C0_RP0_VM0']
    assert methods(simulator) == [*ONE_READ[:-1], 'RetrievePropertiesEx', 'Logout']  # the cluster first
    write(home, options, simulator)
    ansible_core.play([{'name': 'Ping', 'ansible.builtin.ping': {}}], env=connection(simulator),
                      args=('-i', str(home / FILE), '--flush-cache', '--limit', 'host0')).assert_ok()
    assert methods(simulator) == ONE_READ
    assert ansible_inventory(options, home=home).hostvars == first.hostvars
    kept = [path.read_text(encoding='utf-8') for path in (home / 'cache').iterdir()]
    assert kept and not any(simulator.password in text for text in kept)


def test_without_a_cache_every_run_asks(ansible_inventory, simulator):
    ansible_inventory()
    ansible_inventory()
    assert methods(simulator) == ONE_READ * 2


# -- credentials

def test_credentials_by_lookup_extra_var_and_vault(ansible_core, ansible_inventory, simulator):
    none = {'VMWARE_HOST': '', 'VMWARE_USER': '', 'VMWARE_PASSWORD': '', 'MY_PASSWORD': simulator.password}
    options = {'hostname': '{{ where }}', 'port': '{{ 0 + my_port | int }}', 'username': simulator.username,
               'password': "{{ lookup('ansible.builtin.env', 'MY_PASSWORD') }}"}
    extra = ('--list', '-e', json.dumps({'where': simulator.host, 'my_port': simulator.port}))
    assert len(ansible_inventory(options, *extra, env={**none, 'VMWARE_PORT': '1'}).assert_ok().hostvars) == 2
    home = ansible_core.home()
    (home / 'vault').write_text('open sesame\n', encoding='utf-8')
    vaulted = ansible_core.ansible('vault', 'encrypt_string', '--vault-password-file', home / 'vault', simulator.password,
                                   '--name', 'password')
    file = home / 'x.vms.yaml'
    file.write_text(f'plugin: vsphere.vm.vms\n{vaulted}', encoding='utf-8')
    listed = json.loads(ansible_core.ansible('inventory', '-i', file, '--list', '--vault-password-file', home / 'vault',
                                             env={**connection(simulator), 'VMWARE_PASSWORD': 'wrong',
                                                  'VMWARE_CA_CERT': str(simulator.ca_cert)}))
    assert len(listed['_meta']['hostvars']) == 2


def test_a_session_that_is_handed_in_stays(ansible_core, simulator):
    with_session = {**connection(simulator), 'VMWARE_USER': '', 'VMWARE_PASSWORD': ''}
    run = ansible_core.play([{'name': 'Log in', 'vsphere.vm.session': {'ca_cert': str(simulator.ca_cert)}}],
                            env=connection(simulator))
    session = run.result('Log in')['session']['session_id']
    home = ansible_core.home()
    write(home, {'session_id': session}, simulator)
    assert 'DC0_H0_VM0' in ansible_core.ansible('inventory', '-i', home / FILE, '--graph', env=with_session)
    assert len(simulator.sessions) == 1
    simulator.expire_sessions()


# -- failures

@pytest.mark.parametrize(('options', 'env', 'words'), [
    ({}, {'VMWARE_PASSWORD': 'a-wrong-one'}, ['incorrect user name or password', 'Check the user name']),
    ({}, {'VMWARE_HOST': ''}, ['hostname is not given', 'VMWARE_HOST']),
    ({}, {'VMWARE_PORT': '1'}, ['refuses the connection']),
    ({'ca_cert': '/no/such.pem'}, {}, ['there is no file /no/such.pem']),
    ({'ca_cert': None}, {}, ['certificate', 'is not trusted']),
    ({'folder': 'nowhere', 'datacenter': 'DC0'}, {}, ["There is no folder 'nowhere' in datacenter 'DC0'"]),
    ({'cluster': 'nowhere'}, {}, ["There is no cluster named 'nowhere'"]),
    ({'properties': ['config.colour']}, {}, ['properties: config.colour is not a property of a virtual machine']),
    ({'power_state': 'burning'}, {}, ['power_state', 'burning']),
    ({'password': '{{ nothing_like_that }}'}, {}, ['password', 'nothing_like_that']),
    ({'session_id': 'long-gone'}, {}, ['not authenticated']),
])
def test_a_failure_is_a_sentence(ansible_inventory, options, env, words):
    told = ansible_inventory(options, env=env).told()
    assert [word for word in words if word not in told] == []


def test_nothing_secret_at_the_highest_verbosity(ansible_inventory, simulator):
    assert ansible_inventory('', '--list', '-vvvv').rc == 0
    simulator.order('RetrievePropertiesEx', 'SystemError', fields={'reason': 'x'})
    run = ansible_inventory({'password': simulator.password}, '--list', '-vvvv')
    assert 'Unable to parse' in run.stderr


def test_what_may_not_be_read_is_left_out(ansible_inventory, start_simulator):
    simulator = start_simulator(vms=2, users={'guest@vsphere.local': {
        'password': 'guest-password', 'denied': [('System.Read', 'DC0_H0_VM0')]}})
    run = ansible_inventory('', simulator=simulator, env={'VMWARE_USER': 'guest@vsphere.local',
                                                          'VMWARE_PASSWORD': 'guest-password'})
    assert sorted(run.hostvars) == ['DC0_C0_RP0_VM0', 'DC0_H0_VM0']
    assert 'config' in run.hostvars['DC0_C0_RP0_VM0'] and 'config' not in run.hostvars['DC0_H0_VM0']
    assert 'config.uuid of 1 virtual machines cannot be read: NoPermission' in ' '.join(run.stderr.split())


# -- tags

TAGGED = '''
gather_tags: true
keyed_groups: [{key: tags_by_category.environment, prefix: env}, {key: vm_tags, prefix: tag}]
'''


def test_tags(ansible_inventory, simulator):
    vm = simulator.vm('DC0_H0_VM0')
    for category, name in (('environment', 'prod'), ('role', 'web'), ('role', 'api')):
        simulator.tagging.attach(simulator.tagging.add(category, name), vm.moid)
    run = ansible_inventory(TAGGED).assert_ok()
    assert methods(simulator) == [*ONE_READ[:-1], 'list-attached-tags-on-objects', *['tag'] * 3, *['category'] * 2, 'Logout']
    assert run.hostvars['DC0_H0_VM0']['tags_by_category'] == {'environment': ['prod'], 'role': ['api', 'web']}
    assert run.hostvars['DC0_C0_RP0_VM0']['vm_tags'] == []
    assert run.group('env_prod') == run.group('tag_api') == ['DC0_H0_VM0']


def test_tags_where_there_are_none_to_be_had(ansible_inventory, start_simulator):
    simulator = start_simulator(vms=2, variants={'tagging': False})
    assert 'has no tagging service' in ansible_inventory(TAGGED, simulator=simulator).told()
    assert len(ansible_inventory(simulator=simulator).assert_ok().hostvars) == 2


# -- used

def test_a_play_by_moid(ansible_playbook, ansible_core, simulator):
    home = ansible_core.home()
    write(home, 'keyed_groups: [{key: power_state, separator: ""}]', simulator)
    run = ansible_playbook([{
        'name': 'Off', 'hosts': 'powered_on', 'connection': 'local', 'gather_facts': False,
        'vars': {'ansible_python_interpreter': str(ansible_core.python)}, 'tasks': [
            {'name': 'Off', 'vsphere.vm.power': {'moid': '{{ moid }}', 'state': 'powered_off'}},
            {'name': 'By path', 'vsphere.vm.power': {'path': '{{ path }}', 'state': 'powered_off'}}]}],
        args=('-i', str(home / FILE)), module_defaults={'ca_cert': str(simulator.ca_cert)}).assert_ok(changed=2)
    assert sorted(run.tasks['Off']) == ['DC0_C0_RP0_VM0', 'DC0_H0_VM0']
    assert {vm.get('runtime.powerState') for vm in map(simulator.vm, run.tasks['Off'])} == {'poweredOff'}


@pytest.mark.parametrize('options', yaml.safe_load(plugin.EXAMPLES), ids=lambda options: '-'.join(list(options)[-2:]))
def test_examples_run(ansible_inventory, ansible_core, simulator, options):
    move(simulator, simulator.vm('DC0_H0_VM0'), vm_folder(simulator, 'web'))
    simulator.tagging.attach(simulator.tagging.add('environment', 'prod'), simulator.vm('DC0_H0_VM0').moid)
    reached = {'hostname': simulator.host, 'username': simulator.username} if 'hostname' in options else {}
    run = ansible_inventory({**options, **reached}, env={'VCENTER_PASSWORD': simulator.password}).assert_ok()
    assert run.hostvars or 'filters' in options


def test_the_readme_shows_what_comes(ansible_inventory, start_simulator):
    text = (CHECKOUT / 'README.md').read_text(encoding='utf-8').partition('## Inventory')[2].partition('\n## ')[0]
    options, graph = textwrap.dedent('\n'.join(re.findall('^(?: {4}.*|)$', text, flags=re.MULTILINE))).split('$ ansible-inventory')
    run = ansible_inventory(options, '--graph', simulator=start_simulator(vms=4)).assert_ok()
    assert run.stdout.strip() == graph.partition('\n')[2].strip()


@pytest.mark.parametrize('ansible_core', ['newest'], indirect=True)
def test_ten_thousand(ansible_inventory, start_simulator):
    simulator = start_simulator(vms=10000)
    run = ansible_inventory({'keyed_groups': [{'key': 'cluster', 'prefix': 'cluster'}], 'properties': list(PROPERTIES)},
                            '--list', '--output', 'found.json', simulator=simulator)
    found = json.loads((run.home / 'found.json').read_text(encoding='utf-8'))
    assert len(found['_meta']['hostvars']) == 10000 and len(found['cluster_DC0_C0']['hosts']) == 5000
    assert len(PROPERTIES) == 10 and found['_meta']['hostvars']['DC0_H0_VM7']['config']['hardware'].keys() == {'numCPU', 'memoryMB'}
    assert len(methods(simulator)) <= 20
    assert run.megabytes < 300
