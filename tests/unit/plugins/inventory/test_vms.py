# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the inventory plugin is made of, without a server: its options, the form of variables, places and tags."""

from __future__ import annotations

import pytest
import yaml
from ansible_collections.vsphere.vm.plugins.inventory import vms
from ansible_collections.vsphere.vm.plugins.module_utils import wire
from ansible_collections.vsphere.vm.plugins.module_utils.faults import Fault, Refusal, TransportError
from ansible_collections.vsphere.vm.plugins.module_utils.keeper import Session
from ansible_collections.vsphere.vm.plugins.module_utils.options import CONNECTION
from ansible_collections.vsphere.vm.plugins.plugin_utils.census import Surroundings
from ansible_collections.vsphere.vm.plugins.plugin_utils.inert import inert
from ansible_collections.vsphere.vm.plugins.plugin_utils.tags import BATCH, tags_of

OPTIONS = yaml.safe_load(vms.DOCUMENTATION)['options']


@pytest.mark.parametrize('name', list(CONNECTION.spec))
def test_the_environment_is_that_of_the_modules(name):
    _function, *variables = CONNECTION.spec[name].get('fallback', (None, []))
    assert [each['name'] for each in OPTIONS.get(name, {}).get('env', [])] == variables[0]


@pytest.mark.parametrize('name', vms.EXPRESSIONS)
def test_expressions_are_options(name):
    assert name in OPTIONS or name in ('compose', 'groups', 'keyed_groups')


def test_a_cache_knows_all_that_is_read():
    unread = {'plugin', 'with_nested_properties', 'hostnames', 'filters', *CONNECTION.spec}
    assert set(vms.READ_WITH) == (OPTIONS.keys() - unread) | {'hostname', 'port', 'username'}


@pytest.mark.parametrize(('name', 'is_ours'), [
    ('lab.vsphere_vms.yml', True), ('vms.yaml', True), ('lab.vsphere.yml', True), ('vms.json', False), ('hosts.yml', False)])
def test_files_are_told_by_their_names(tmp_path, name, is_ours):
    (tmp_path / name).touch()
    assert vms.InventoryModule().verify_file(str(tmp_path / name)) is is_ours
    assert vms.InventoryModule().verify_file(str(tmp_path / 'not-there.vms.yml')) is False


def test_texts_stay_what_they_are():
    read = {'a': ['{{ x }}', "#jinja2:variable_start_string:'['"], 'b': 'plain', 'c': 1, 'd': None, 'e': True}
    assert inert(read) == read


# -- places

def ref(kind, moid):
    return wire.reference(kind, moid)


@pytest.fixture
def surroundings():
    """A datacenter in a folder, a folder of VMs in it, a cluster with a host and a pool, a host alone."""
    made = Surroundings()
    for kind, moid, name, parent in (
            ('Folder', 'group-d1', 'Datacenters', None), ('Folder', 'group-d2', 'Europe', ref('Folder', 'group-d1')),
            ('Datacenter', 'dc-1', 'a%2fb', ref('Folder', 'group-d2')), ('Folder', 'group-v1', 'vm', ref('Datacenter', 'dc-1')),
            ('ClusterComputeResource', 'domain-c1', 'C', None), ('HostSystem', 'host-1', 'h', ref('ClusterComputeResource', 'domain-c1')),
            ('ComputeResource', 'domain-s1', 'S', None), ('HostSystem', 'host-2', 's', ref('ComputeResource', 'domain-s1')),
            ('ResourcePool', 'resgroup-1', 'Resources', ref('ClusterComputeResource', 'domain-c1'))):
        made.add(ref(kind, moid), {'name': name, **({'parent': parent} if parent else {})})
    return made


def test_a_vm_is_somewhere(surroundings):
    place = surroundings.of('x%25', ref('Folder', 'group-v1'), ref('HostSystem', 'host-1'), ref('ResourcePool', 'resgroup-1'))
    assert place == {'path': 'Europe/a%2fb/vm/x%25', 'folder': 'Europe/a%2fb/vm', 'datacenter': 'a/b', 'cluster': 'C',
                     'esxi_host': 'h', 'resource_pool': 'Resources'}


@pytest.mark.parametrize('places', [(None, None, None),
                                    (ref('Folder', 'hidden'), ref('HostSystem', 'hidden'), ref('ResourcePool', 'hidden'))])
def test_what_is_not_seen_is_none(surroundings, places):
    assert set(surroundings.of('x', *places).values()) == {None}


def test_a_host_alone_is_no_cluster(surroundings):
    assert surroundings.of('x', None, ref('HostSystem', 'host-2'), None)['cluster'] is None


# -- tags

class Server:
    """A client whose Automation API has the tag t of category c on vm-1, and knows one token."""

    def __init__(self, release='8.0.3.0', token=None, failure=None, **options):
        self.session = Session(release, 'shared', {})
        self.options = {'username': 'u', 'password': 'p', **options}
        self.where = 'vcenter:443'
        self.known, self.failure, self.asked = token, failure, []

    def automation(self, verb, path, body=None, token=None, credentials=None):
        self.asked.append((verb, path.partition('?')[0], credentials))
        if path == 'session':
            if verb == 'DELETE' and self.options.get('kept'):
                raise TransportError('lost', 'ConnectionLost')
            return 'own'
        if self.failure:
            raise self.failure
        if token != self.known:
            raise Fault('Authentication required.', 'NotAuthenticated', http_status=401)
        if path.startswith('cis/tagging/tag-association'):
            return [{'object_id': each, 'tag_ids': ['t', 'gone']} for each in body['object_ids'] if each['id'] == 'vm-1']
        if path.endswith('/gone'):
            raise Fault('', 'NotFound', http_status=404)
        return {'id': 't', 'name': path.rpartition('/')[2].upper(), 'category_id': 'c'}


def test_tags_by_the_session_of_vi_json():
    server = Server()
    assert tags_of(server, ['vm-1', 'vm-2']) == {'vm-1': {'C': ['T']}}
    assert [path for _verb, path, _credentials in server.asked] == [
        'cis/tagging/tag-association', 'cis/tagging/tag/gone', 'cis/tagging/tag/t', 'cis/tagging/category/c']


def test_tags_in_batches():
    server = Server()
    tags_of(server, [f'vm-{number}' for number in range(2, BATCH + 3)])
    assert len(server.asked) == 2


@pytest.mark.parametrize('kept', [False, True])
def test_an_older_vcenter_needs_a_session_for_it(kept):
    server = Server('8.0.2.0', token='own', kept=kept)
    assert tags_of(server, ['vm-1']) == {'vm-1': {'C': ['T']}}
    assert server.asked[0] == ('POST', 'session', ('u', 'p')) and server.asked[-1] == ('DELETE', 'session', None)


@pytest.mark.parametrize(('server', 'words'), [
    (Server('8.0.2.0', token='own', session_id='x'), 'does not accept the session'),
    (Server(failure=TransportError('', 'NotVIJSON', http_status=404)), 'has no tagging service'),
    (Server(failure=Fault('', 'OperationNotFound', http_status=404)), 'has no tagging service'),
])
def test_no_tags_to_be_had_is_told(server, words):
    with pytest.raises(Refusal, match=words):
        tags_of(server, ['vm-1'])


def test_an_own_session_ends_after_a_failure_too():
    server = Server('8.0.1.0', failure=TransportError('lost', 'ConnectionLost'))
    with pytest.raises(TransportError, match='lost'):
        tags_of(server, ['vm-1'])
    assert server.asked[-1] == ('DELETE', 'session', None)
