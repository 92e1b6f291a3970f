# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""URLs, verbs, statuses, releases, sessions, and what is refused before a method runs."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import xml.etree.ElementTree as xml

import pytest
import requests

from tests.simulator import MAX_BODY_BYTES, Simulator, schema
from tests.unit.simulator.wire_client import (
    SEARCH,
    SESSIONS,
    Client,
    filter_spec,
    quoted,
    ref_of,
    reference,
    retrieve,
    values,
)


@pytest.fixture
def vm(shared_sim):
    return ref_of(shared_sim, 'DC0_H0_VM0')


# -- URLs and releases ------------------------------------------------------------------------------------------------

def test_the_certificate_is_verified_by_its_own_authority(shared_sim):
    with requests.Session() as http:
        http.trust_env = False
        with pytest.raises(requests.exceptions.SSLError):
            http.get(f'{shared_sim.url}/sdk/vimServiceVersions.xml', timeout=120)
        url = f'https://localhost:{shared_sim.port}/sdk/vimServiceVersions.xml'
        assert http.get(url, verify=shared_sim.ca_cert, timeout=120).status_code == 200
    assert 'BEGIN CERTIFICATE' in ssl.DER_cert_to_PEM_cert(
        ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate((shared_sim.host, shared_sim.port))))


@pytest.mark.parametrize('release', ['8.0.3.0', '8.0.2.0', '8.0.1.0', '7.0.0.0'])
def test_older_releases_are_accepted(shared_sim, reader, release):
    assert Client(shared_sim, release).get('ServiceInstance/ServiceInstance/content').status == 200


def newer(value, release):
    """The members of a wire value that came after a release."""
    if isinstance(value, list):
        return {found for item in value for found in newer(item, release)}
    if not isinstance(value, dict):
        return set()
    actual = schema.find(value.get('_typeName', ''))
    known = schema.members(value['_typeName']) if actual and actual.kind == 'data' and not actual.array else {}
    return {name for name in value if name in known and known[name].since > schema.release_number(release)}.union(
        *(newer(content, release) for content in value.values()))


def test_an_answer_has_nothing_that_is_newer_than_its_release(reader, shared_sim, vm):
    spec = filter_spec({'VirtualMachine': ['config', 'capability', 'guest', 'summary', 'runtime']}, [vm])
    assert {'motherboardLayout', 'customizationInfo'} <= newer(retrieve(reader, spec).value, '7.0.0.0')
    for release in ('8.0.1.0', '8.0.0.0', '7.0.0.0'):
        older = Client(shared_sim, release).log_in()
        config = older.read(vm, 'config').value
        assert (newer(config, release), newer(retrieve(older, spec).value, release)) == (set(), set())
        assert schema.problems(config, schema.find('VirtualMachineConfigInfo')) == []
        older.close()


@pytest.mark.parametrize('release', ['9.0.0.0', '9.1.1.0', '8.0.3.1', '8.0.3', 'release', '8.0.99.0'])
def test_newer_and_unknown_releases_are_an_invalid_uri(shared_sim, release):
    answer = Client(shared_sim, release).get('ServiceInstance/ServiceInstance/content')
    assert (answer.status, answer.value) == (500, {'faultstring': 'Invalid URI format'})


@pytest.mark.parametrize('path', [
    'NoSuchType/x/name', 'VirtualMachine/vm-1', 'VirtualMachine/vm-1/', 'VirtualMachine//name',
    'VirtualMachine/vm-1/runtime/powerState',
    'VirtualMachineConfigInfo/x/y'])
def test_paths_that_are_none(reader, path):
    answer = reader.get(path)
    assert (answer.status, answer.value) == (500, {'faultstring': 'Invalid URI format'})


def test_version_document(reader):
    document = xml.fromstring(reader.request('GET', '/sdk/vimServiceVersions.xml').text)
    assert document.findtext('namespace/version') == '8.0.3.0'
    assert '8.0.1.0' in [one.text for one in document.findall('namespace/priorVersions/version')]


@pytest.mark.parametrize(('wanted', 'chosen'), [
    (['9.0.0.0', '8.0.3.0', '8.0.2.0'], '8.0.3.0'), (['8.0.1.0', '8.0.3.0'], '8.0.1.0'), (['99.0.0.0'], '')])
def test_hello(shared_sim, wanted, chosen):
    answer = Client(shared_sim).request('POST', '/api/vcenter/system?action=hello', json={'api_releases': wanted})
    assert (answer.status, answer.value) == (200, {'api_release': chosen})


@pytest.mark.parametrize('body', [{'api_releases': []}, {'api_releases': ['x' * 65]}, {}, [], {'api_releases': [1]},
                                  {'api_releases': ['8.0.3.0'] * 129}])
def test_hello_refuses(shared_sim, body):
    answer = Client(shared_sim).request('POST', '/api/vcenter/system?action=hello', json=body)
    assert (answer.status, answer.value['error_type']) == (400, 'INVALID_ARGUMENT')


def test_hello_is_not_there_before_8_0_2():
    with Simulator(release='8.0.1.0') as sim:
        client = Client(sim)
        assert client.request('POST', '/api/vcenter/system?action=hello', json={'api_releases': ['x']}).status == 404
        assert client.get('ServiceInstance/ServiceInstance/content').value['about']['apiVersion'] == '8.0.1.0'
        client.close()


def test_base_types_resolve(reader, vm):
    for name in ('ManagedEntity', 'ExtensibleManagedObject', 'VirtualMachine'):
        found = reader.get(f'{name}/{vm["value"]}/availableField')
        assert (found.status, found.value) == (200, [])
    assert reader.get(f'ManagedEntity/{vm["value"]}/name').value == 'DC0_H0_VM0'
    assert reader.get(f'ManagedEntity/{vm["value"]}/runtime').fault == 'InvalidProperty'
    assert reader.get(f'HostSystem/{vm["value"]}/name').fault == 'ManagedObjectNotFound'


def test_unknown_objects_methods_and_properties(reader, vm):
    answer = reader.get('VirtualMachine/vm-999/name')
    assert answer.status == 500
    assert answer.value == {
        '_typeName': 'ManagedObjectNotFound', 'obj': reference('VirtualMachine', 'vm-999'),
        'faultstring': "The object 'vim.VirtualMachine:vm-999' has already been deleted or has not been completely "
                       'created'}
    assert reader.call(vm, 'NoSuchMethod').value['method'] == 'NoSuchMethod'
    assert reader.call(vm, 'NoSuchMethod').fault == 'MethodNotFound'
    assert reader.call(vm, 'name').fault == 'MethodNotFound'
    assert reader.read(vm, 'PowerOnVM_Task').fault == 'InvalidProperty'
    assert reader.read(vm, 'nothing').value['name'] == 'nothing'


def test_a_method_of_a_later_release_is_unknown(reader, start):
    assert reader.call(reference('VirtualMachine', 'vm-1'), 'RepairVmDiskChains_Task').fault == 'MethodNotFound'
    newer = start(release='9.1.1.0')
    assert newer.call(reference('VirtualMachine', 'vm-1'), 'RepairVmDiskChains_Task').fault == 'NotSupported'


def test_other_verbs_and_places(reader, vm):
    assert reader.request('DELETE', f'/sdk/vim25/8.0.3.0/VirtualMachine/{vm["value"]}/name').status == 405
    assert reader.request('GET', '/rest/anything').status == 404
    assert reader.request('GET', '/').status == 404


def test_keep_alive(shared_sim, reader):
    before = len(shared_sim.requests)
    answers = [reader.get('ServiceInstance/ServiceInstance/content') for _number in range(3)]
    assert all('close' not in answer.headers.get('Connection', '') for answer in answers)
    assert len(shared_sim.requests) == before + 3


def exchange(sim, *parts):
    """What a server answers on a connection of one's own: each part is sent when the one before was answered."""
    context = ssl.create_default_context(cafile=sim.ca_cert)
    answers = []
    with socket.create_connection((sim.host, sim.port), timeout=120) as plain, \
            context.wrap_socket(plain, server_hostname='localhost') as connection:
        for part in parts:
            connection.sendall(part)
            answers.append(connection.recv(65536))
    return answers


def test_a_client_that_waits_for_leave_to_send_its_body(shared_sim, reader):
    body = b'{"inventoryPath": "DC0"}'
    head = (f'POST /sdk/vim25/8.0.3.0/SearchIndex/SearchIndex/FindByInventoryPath HTTP/1.1\r\nHost: localhost\r\n'
            f'vmware-api-session-id: {reader.http.headers["vmware-api-session-id"]}\r\n'
            f'Expect: 100-continue\r\nContent-Length: {len(body)}\r\n\r\n')
    leave, answer = exchange(shared_sim, head.encode(), body)
    assert leave == b'HTTP/1.1 100 Continue\r\n\r\n'
    assert answer.startswith(b'HTTP/1.1 200 OK\r\n') and b'"Datacenter"' in answer


def test_a_client_of_http_1_0(shared_sim):
    (answer,) = exchange(shared_sim, b'GET /sdk/vim25/8.0.3.0/ServiceInstance/ServiceInstance/content HTTP/1.0\r\n\r\n')
    head, _gap, body = answer.partition(b'\r\n\r\n')
    assert head.startswith(b'HTTP/1.0 200 OK') and json.loads(body)['_typeName'] == 'ServiceContent'


def test_bodies_may_be_packed_and_must_be_what_they_say(reader):
    url, body = '/sdk/vim25/8.0.3.0/SearchIndex/SearchIndex/FindByInventoryPath', b'{"inventoryPath": "DC0"}'
    packed = {'Content-Encoding': 'gzip'}
    assert reader.request('POST', url, data=gzip.compress(body), headers=packed).value['type'] == 'Datacenter'
    assert reader.request('POST', url, data=body, headers=packed).status == 400
    assert reader.request('POST', url, data=iter([body[:9], body[9:]])).value['type'] == 'Datacenter'
    assert reader.request('POST', url, json={'inventoryPath': 'x' * 3_000_000}).status == 200
    assert reader.request('POST', url, data=b' ' * (MAX_BODY_BYTES + 1)).status == 413


def test_gzip_only_when_asked_for(reader, vm):
    url = f'/sdk/vim25/8.0.3.0/VirtualMachine/{vm["value"]}/config'
    packed, plain = (reader.request('GET', url, headers={'Accept-Encoding': one}) for one in ('gzip', 'identity'))
    assert packed.headers['Content-Encoding'] == 'gzip'
    assert 'Content-Encoding' not in plain.headers
    assert packed.value == plain.value


# -- bodies -----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize('body', ['{', '[]x', '"', "{'a': 1}", '{"name": NaN}', '[' * 100000])
def test_malformed_json_is_a_fault(reader, body):
    answer = reader.request('POST', '/sdk/vim25/8.0.3.0/SearchIndex/SearchIndex/FindChild', data=body)
    assert (answer.status, answer.fault) == (500, 'InvalidArgument')


@pytest.mark.parametrize('body', [[], 'x', 1])
def test_a_body_must_be_an_object(reader, body):
    assert reader.post('SearchIndex/SearchIndex/FindChild', body).fault == 'InvalidArgument'


@pytest.mark.parametrize('body', ['x', {'specSet': 5}, {'specSet': ['x']}, {'specSet': [
    {'_typeName': 'PropertyFilterSpec', 'propSet': ['x'], 'objectSet': []}]}])
def test_a_retrieval_that_is_none_is_refused_and_logged(reader, shared_sim, body):
    assert reader.post('PropertyCollector/propertyCollector/RetrievePropertiesEx', body).fault == 'InvalidArgument'
    entry = shared_sim.requests[-1]
    assert (entry['method'], entry['fault'], entry['read']) == ('RetrievePropertiesEx', 'InvalidArgument', None)


@pytest.mark.parametrize(('arguments', 'property_name', 'text'), [
    ({}, 'entity', 'Required parameter entity is missing'),
    ({'entity': None, 'name': 'x'}, 'entity', 'Required parameter entity is missing'),
    ({'entity': 'x', 'name': 'x'}, 'entity', 'is not a ManagedEntity'),
    ({'entity': {'type': 'Folder', 'value': 'group-d1'}, 'name': 1}, 'name', 'is not a string'),
    ({'entity': {'type': 'Folder', 'value': 'group-d1'}, 'name': 'x', 'more': 1}, 'more', 'Unknown argument.'),
    ({'entity': {'type': 'Task', 'value': 'task-1'}, 'name': 'x'}, 'entity', 'is not a ManagedEntity'),
    ({'entity': {'type': 'Nothing', 'value': 'x'}, 'name': 'x'}, 'entity', 'is not a ManagedEntity'),
    ({'entity': {'type': 'Folder'}, 'name': 'x'}, 'entity', 'Missing MoRef field: value'),
    ({'entity': {'type': 'Folder', 'value': 'x', 'name': 1}, 'name': 'x'}, 'entity', 'Invalid MoRef field: name'),
])
def test_arguments_are_checked(reader, arguments, property_name, text):
    answer = reader.call(SEARCH, 'FindChild', **arguments)
    assert answer.fault == 'InvalidArgument'
    assert answer.value['invalidProperty'] == property_name
    assert text in answer.value['faultstring']


def test_a_nested_object_without_its_type_is_taken_for_a_reference(reader, vm):
    spec = filter_spec({'VirtualMachine': ['name']}, [vm])
    del spec['propSet'][0]['_typeName']
    answer = retrieve(reader, spec)
    assert answer.fault == 'InvalidArgument'
    assert answer.value['faultstring'] == 'Invalid MoRef field: pathSet'
    assert answer.value['invalidProperty'] == 'specSet[0].propSet[0]'


@pytest.mark.parametrize(('spec', 'property_name'), [
    ({'_typeName': 'VirtualMachineConfigSpec', 'numCpu': 2}, 'spec.numCpu'),
    ({'_typeName': 'VirtualMachineConfigSpec', 'numCPUs': '2'}, 'spec.numCPUs'),
    ({'_typeName': 'VirtualMachineConfigSpec', 'memoryMB': 1.5}, 'spec.memoryMB'),
    ({'_typeName': 'VirtualMachineConfigSpec', 'flags': {}}, 'spec.flags'),
    ({'_typeName': 'VirtualMachineConfigSpec', 'flags': {'_typeName': 'Description'}}, 'spec.flags'),
    ({'_typeName': 'VirtualMachineConfigSpec', 'flags': {'_typeName': 'Nothing'}}, 'spec.flags'),
    ({'_typeName': 'VirtualMachineConfigSpec', 'extraConfig': {}}, 'spec.extraConfig'),
    ({'_typeName': 'VirtualMachineConfigSpec', 'extraConfig': [
        {'_typeName': 'OptionValue', 'key': 'a', 'value': 'unboxed'}]}, 'spec.extraConfig[0].value'),
    ({'_typeName': 'VirtualMachineConfigSpec', 'extraConfig': [
        {'_typeName': 'OptionValue', 'key': 'a', 'value': {'_typeName': 'string', '_value': 1}}]},
     'spec.extraConfig[0].value'),
    ({'_typeName': 'VirtualMachineConfigSpec', 'extraConfig': [
        {'_typeName': 'OptionValue', 'key': 'a', 'value': {'_typeName': 'string'}}]}, 'spec.extraConfig[0].value'),
    ({'_typeName': 'VirtualMachineConfigSpec', 'deviceChange': [
        {'_typeName': 'VirtualDeviceConfigSpec', 'operation': 'replace', 'device': {
            '_typeName': 'VirtualE1000', 'key': 4000}}]}, 'spec.deviceChange[0].operation'),
    ({'_typeName': 'VirtualMachineConfigSpec', 'deviceChange': [
        {'_typeName': 'VirtualDeviceConfigSpec', 'operation': 'add'}]}, 'spec.deviceChange[0].device'),
])
def test_data_objects_are_checked_to_the_bottom(reader, vm, spec, property_name):
    answer = reader.call(vm, 'ReconfigVM_Task', spec=spec)
    assert (answer.fault, answer.value['invalidProperty']) == ('InvalidArgument', property_name)


@pytest.mark.parametrize('body', [None, {}, {'_typeName': 'CurrentTimeRequestType'}])
def test_a_method_without_parameters_takes_any_empty_body(reader, body):
    assert reader.post('ServiceInstance/ServiceInstance/CurrentTime', body).value.endswith('Z')


def test_references_may_be_tagged_or_not(reader):
    for entity in ({'type': 'Folder', 'value': 'group-d1'}, reference('Folder', 'group-d1')):
        assert reader.call(SEARCH, 'FindChild', entity=entity, name='DC0').value['type'] == 'Datacenter'


# -- answers ----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(('unset', 'status', 'text'), [('empty', 200, ''), ('204', 204, ''), ('null', 200, 'null')])
def test_unset_values(start, unset, status, text):
    client = start(variants={'unset': unset})
    for answer in (client.read(client.root, 'parent'),
                   client.call(SEARCH, 'FindByInventoryPath', inventoryPath='no/such')):
        assert (answer.status, answer.text) == (status, text)


def test_void_is_204_without_a_body(client):
    answer = client.call(SESSIONS, 'SetLocale', locale='de')
    assert (answer.status, answer.text) == (204, '')


def test_an_esxi_host_answers_in_xml():
    with Simulator(variants={'esxi': True}) as sim:
        client = Client(sim)
        answer = client.post('ServiceInstance/ServiceInstance/RetrieveServiceContent')
        assert (answer.status, answer.value) == (500, None)
        assert xml.fromstring(answer.text).tag.endswith('Envelope')
        assert client.request('POST', '/api/vcenter/system?action=hello', json={'api_releases': ['x']}).status == 404
        client.close()


def test_variants_must_exist():
    with pytest.raises(ValueError, match='unset'):
        Simulator(variants={'unset': 'sometimes'})
    with pytest.raises(TypeError):
        Simulator(variants={'colour': 'red'})
    with pytest.raises(ValueError, match='release'):
        Simulator(release='8.0.3')


# -- request log ------------------------------------------------------------------------------------------------------

def test_request_log(start, tmp_path):
    path = tmp_path / 'requests.jsonl'
    client = start(request_log=path)
    client.get('VirtualMachine/vm-999/name')
    client.read(client.root, 'name')
    entries = client.sim.requests
    assert [(one['verb'], one['method'], one['status'], one['fault']) for one in entries] == [
        ('POST', 'Login', 200, None), ('GET', 'name', 500, 'ManagedObjectNotFound'), ('GET', 'content', 200, None),
        ('GET', 'name', 200, None)]
    assert {one['session'] for one in entries} == {client.session['key']}
    assert (entries[-1]['type'], entries[-1]['moid']) == ('Folder', 'group-d1')
    assert entries[-1]['path'] == '/sdk/vim25/8.0.3.0/Folder/group-d1/name'
    text = path.read_text()
    assert [json.loads(line) for line in text.splitlines()] == entries
    assert client.http.headers['vmware-api-session-id'] not in text
    assert client.sim.password not in text


def test_start_and_stop_twice():
    sim = Simulator()
    for _number in range(2):
        with sim:
            client = Client(sim).log_in()
            assert client.read(client.root, 'name').value == 'Datacenters'
            client.close()
    sim.stop()


def test_a_port_that_is_taken_is_an_error(shared_sim):
    with pytest.raises(OSError, match='address'):
        Simulator(listen=(shared_sim.host, shared_sim.port)).start()


def test_values_of_the_inventory(reader, vm):
    found = values(retrieve(reader, filter_spec({'VirtualMachine': ['name', 'runtime.host', 'config.name']}, [vm]))
                   .value['objects'][0])
    assert found['name'] == found['config.name'] == {'_typeName': 'string', '_value': 'DC0_H0_VM0'}
    assert found['runtime.host']['type'] == 'HostSystem'


def test_percent_encoded_ids(reader):
    view = reader.call({'type': 'ViewManager', 'value': 'ViewManager'}, 'CreateContainerView', container=reader.root,
                       recursive=True).value
    assert '[' in view['value']
    assert reader.get(f'ContainerView/{quoted(view["value"])}/recursive').value is True
    assert reader.post(f'View/{quoted(view["value"])}/DestroyView').status == 204
    assert reader.get(f'ContainerView/{quoted(view["value"])}/recursive').fault == 'ManagedObjectNotFound'
