# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The way to the vCenter: credentials, certificates, ports, releases and the ways in which servers differ."""

from __future__ import annotations

import datetime
import http.server
import socket
import ssl
import threading
from contextlib import contextmanager

import pytest
import trustme

TELL = '''
- name: Tell
  vsphere.vm.power:
    moid: vm-1
    state: powered_on
'''


def fault_of(ansible_playbook, **options):
    """The fault of the one task, whose failure is a sentence and no traceback."""
    run = ansible_playbook(TELL, **options)
    failed = run.failure('Tell')
    assert failed['msg'][-1] in '.?' and '\n' not in failed['msg'], failed['msg']
    assert 'Traceback' not in run.output
    return failed['fault']


@pytest.fixture
def free_port():
    """A port that nothing listens on."""
    with socket.socket() as listening:
        listening.bind(('127.0.0.1', 0))
        port = listening.getsockname()[1]
    return str(port)


def test_a_wrong_password(ansible_playbook, path):
    fault = fault_of(ansible_playbook, path=path, env={'VMWARE_PASSWORD': 'not-the-right-one'})
    assert (fault['name'], fault['category'], fault['operation']) == ('InvalidLogin', 'auth', 'Login')


def test_a_port_that_nobody_listens_on(ansible_playbook, path, free_port):
    fault = fault_of(ansible_playbook, path=path, env={'VMWARE_PORT': free_port})
    assert (fault['name'], fault['category'], fault['retryable']) == ('ConnectionRefused', 'transport', True)


def test_a_host_that_there_is_not(ansible_playbook):
    fault = fault_of(ansible_playbook, env={'VMWARE_HOST': 'vcenter.invalid'})
    assert (fault['name'], fault['category']) == ('HostUnknown', 'transport')


@contextmanager
def serving(certificate=None, body=b'<html>welcome</html>', status=200, kind='text/html'):
    """A server with a certificate, or without TLS, that answers everything alike; gives its port."""
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = 'HTTP/1.1'

        def do_GET(self):
            self.rfile.read(int(self.headers.get('content-length') or 0))
            self.send_response(status)
            self.send_header('content-type', kind)
            self.send_header('content-length', str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *_arguments):
            pass

    class Quiet(http.server.ThreadingHTTPServer):
        def handle_error(self, request, client_address):
            pass

    server = Quiet(('127.0.0.1', 0), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    serving_thread = threading.Thread(target=server.serve_forever)
    serving_thread.start()
    try:
        yield str(server.server_port)
    finally:
        server.shutdown()
        serving_thread.join()
        server.server_close()


@pytest.fixture
def authority(tmp_path):
    """A certificate authority, and the file that says to trust it."""
    made = trustme.CA()
    path = tmp_path / 'ca.pem'
    made.cert_pem.write_to_path(str(path))
    return made, str(path)


@pytest.mark.parametrize('wrong', ['expired', 'of another host', 'of an unknown authority'])
def test_a_certificate_that_is_not_to_be_trusted(ansible_playbook, authority, wrong):
    made, trusted = authority
    past = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
    certificate = {
        'expired': lambda: made.issue_cert('127.0.0.1', not_before=past, not_after=past + datetime.timedelta(days=1)),
        'of another host': lambda: made.issue_cert('vcenter.example.com'),
        'of an unknown authority': lambda: trustme.CA().issue_cert('127.0.0.1')}[wrong]()
    with serving(certificate) as port:
        fault = fault_of(ansible_playbook, env={'VMWARE_PORT': port}, module_defaults={'ca_cert': trusted})
    assert (fault['name'], fault['category'], fault['retryable']) == ('CertificateNotTrusted', 'transport', False)
    assert {'expired': 'expired', 'of another host': 'match', 'of an unknown authority': 'unable to get'}[wrong] in fault['details']['reason']
    assert 'ca_cert' in fault['hint']


@pytest.mark.parametrize(('answer', 'name', 'category', 'said'), [
    ({}, 'NotVIJSON', 'transport', 'is it a vCenter?'),
    ({'status': 404}, 'NotVIJSON', 'unsupported', '8.0 U1'),
    ({'status': 503, 'body': b'no healthy upstream', 'kind': 'text/plain'}, 'ServiceUnavailable', 'transport', 'starting'),
    ({'status': 500, 'body': b'<Fault><faultcode>ClientFaultCode</faultcode></Fault>', 'kind': 'text/xml'}, 'NotVIJSON',
     'unsupported', 'standalone ESXi')])
def test_what_is_no_vcenter(ansible_playbook, authority, answer, name, category, said):
    made, trusted = authority
    with serving(made.issue_cert('127.0.0.1'), **answer) as port:
        fault = fault_of(ansible_playbook, env={'VMWARE_PORT': port}, module_defaults={'ca_cert': trusted})
    assert (fault['name'], fault['category']) == (name, category)
    assert said in fault['message']


def test_a_port_without_tls(ansible_playbook):
    with serving() as port:
        fault = fault_of(ansible_playbook, env={'VMWARE_PORT': port})
    assert (fault['name'], fault['category']) == ('TLSError', 'transport')


def test_certificates_are_verified_unless_that_is_switched_off(ansible_playbook, simulator):
    fault = fault_of(ansible_playbook, module_defaults={'ca_cert': None})
    assert fault['name'] == 'CertificateNotTrusted'
    ansible_playbook(TELL, module_defaults={'ca_cert': None, 'validate_certs': False}).assert_ok(changed=0)
    ansible_playbook(TELL, module_defaults={'ca_cert': None}, env={'VMWARE_VALIDATE_CERTS': 'no'}).assert_ok(changed=0)
    for variable in ('VMWARE_CA_CERT', 'REQUESTS_CA_BUNDLE'):
        ansible_playbook(TELL, module_defaults={'ca_cert': '{{ omit }}'},
                         env={variable: str(simulator.ca_cert)}).assert_ok(changed=0)


def test_a_ca_file_that_there_is_not(ansible_playbook):
    fault = fault_of(ansible_playbook, module_defaults={'ca_cert': '/nowhere/ca.pem'})
    assert (fault['category'], fault['details']) == ('invalid_argument', {'option': 'ca_cert'})


@pytest.mark.parametrize('missing', ['VMWARE_HOST', 'VMWARE_USER', 'VMWARE_PASSWORD'])
def test_what_is_missing_is_named(ansible_playbook, missing):
    fault = fault_of(ansible_playbook, env={missing: ''})
    option = {'VMWARE_HOST': 'hostname', 'VMWARE_USER': 'username', 'VMWARE_PASSWORD': 'password'}[missing]
    assert fault['details'] == {'option': option}
    assert missing in fault['message']


def test_the_environment_of_a_task_counts_on_both_paths(ansible_playbook, simulator, path):
    run = ansible_playbook('''
    - name: By its environment
      vsphere.vm.power:
        moid: vm-1
        state: powered_on
      environment:
        VMWARE_HOST: "{{ host }}"
        VMWARE_PASSWORD: "{{ secret }}"
    - name: By aliases
      vsphere.vm.power:
        hostname: "{{ host }}"
        user: "{{ user }}"
        pass: "{{ secret }}"
        moid: vm-1
        state: powered_on
    - name: Not beyond it
      vsphere.vm.power:
        moid: vm-1
        state: powered_on
      ignore_errors: true
    ''', path=path, env={'VMWARE_HOST': 'vcenter.invalid', 'VMWARE_PASSWORD': 'not-the-right-one'},
        extra_vars={'host': simulator.host, 'user': simulator.username, 'secret': simulator.password})
    assert run.rc == 0, run.output
    assert 'fault' not in run.result('By its environment') and 'fault' not in run.result('By aliases')
    assert run.result('Not beyond it')['fault']['name'] == 'HostUnknown'


def test_releases(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=1)
    ansible_playbook(TELL, simulator=simulator, module_defaults={'release': '8.0.1.0'}).assert_ok()
    assert any('/8.0.1.0/' in request['path'] for request in simulator.requests)
    fault = fault_of(ansible_playbook, simulator=simulator, module_defaults={'release': '9.1.0.0'})
    assert (fault['name'], fault['category']) == ('UnsupportedRelease', 'unsupported')
    assert 'Leave release out' in fault['hint']


def test_servers_of_other_kinds(ansible_playbook, start_simulator, path):
    old = start_simulator(vms=1, release='8.0.1.0')
    ansible_playbook(TELL, simulator=old, path=path).assert_ok(changed=0)
    called = [request['path'] for request in old.requests if request['path'].startswith('/sdk/')]
    assert called and all(each.startswith('/sdk/vim25/8.0.1.0/') for each in called)
    host = start_simulator(vms=1, variants={'esxi': True})
    fault = fault_of(ansible_playbook, simulator=host, path=path)
    assert (fault['name'], fault['category']) == ('NotVIJSON', 'unsupported')
    assert 'standalone ESXi' in fault['message'] and 'vCenter that manages' in fault['hint']


CHANGE = '''
- name: Off again
  vsphere.vm.power: {name: DC0_H0_VM0, state: powered_off}
- name: Snapshot
  vsphere.vm.snapshot: {name: DC0_H0_VM0, snapshot_name: a}
- name: Remove
  vsphere.vm.snapshot: {name: DC0_H0_VM0, state: absent, remove_all: true}
- name: Nothing left
  vsphere.vm.snapshot_info: {name: DC0_H0_VM0}
- name: Reset what is off
  vsphere.vm.power: {name: DC0_H0_VM0, state: restarted}
  ignore_errors: true
- name: Not there
  vsphere.vm.power: {path: DC0/vm/nothing, state: powered_on}
  ignore_errors: true
- name: Fails later
  vsphere.vm.power: {name: DC0_H0_VM0, state: powered_on}
  ignore_errors: true
'''


@pytest.mark.parametrize('variants', [
    {'unset': '204'}, {'unset': 'null'}, {'unset': 'empty'}, {'task_error': 'wrapped'}, {'task_error': 'flat'}, {'hello': False},
    {'session_header': 'every'}, {'session_header': 'renew'}], ids=lambda variants: '-'.join(map(str, *variants.items())))
def test_servers_differ_and_results_do_not(ansible_playbook, start_simulator, variants):
    simulator = start_simulator(vms=1, variants=variants)
    simulator.order('PowerOnVM_Task', 'FileFault', fields={'file': '[LocalDS_0] a.vmx'}, task=True)
    run = ansible_playbook(CHANGE, simulator=simulator)
    assert run.rc == 0, run.output
    assert [run.result(name)['changed'] for name in ('Off again', 'Snapshot', 'Remove')] == 3 * [True]
    assert run.result('Nothing left')['vm']['snapshots'] == []
    assert run.result('Reset what is off')['fault']['name'] == 'InvalidPowerState'
    assert run.result('Not there')['fault']['name'] == 'NotFound'
    later = run.result('Fails later')['fault']
    assert (later['name'], later['details']) == ('FileFault', {'file': '[LocalDS_0] a.vmx'})


def test_both_paths_give_the_same_results(ansible_playbook, start_simulator):
    results = []
    for path in ('controller', 'module'):
        simulator = start_simulator(vms=1)
        run = ansible_playbook('''
        - name: Change
          vsphere.vm.power: {name: DC0_H0_VM0, state: powered_off}
        - name: Again
          vsphere.vm.power: {name: DC0_H0_VM0, state: powered_off}
        - name: Foretold
          vsphere.vm.snapshot: {name: DC0_H0_VM0, snapshot_name: a}
          check_mode: true
        - name: Refused
          vsphere.vm.power: {name: DC0_H0_VM0, state: restarted}
          ignore_errors: true
        - name: Wrong option
          vsphere.vm.power: {name: DC0_H0_VM0, state: nonsense}
          ignore_errors: true
        - name: Unknown option
          vsphere.vm.power: {name: DC0_H0_VM0, state: powered_on, nonsense: 1}
          ignore_errors: true
        - name: Two targets
          vsphere.vm.power: {name: DC0_H0_VM0, moid: vm-1, state: powered_on}
          ignore_errors: true
        ''', simulator=simulator, path=path, args=['-vvv'])
        assert run.rc == 0, run.output
        results.append({name: bare(hosts['host0']) for name, hosts in run.tasks.items()})
    for name, result in results[0].items():
        assert result == results[1][name], name
    assert results[0]['Refused']['fault']['name'] == 'InvalidPowerState'
    assert ('invocation' in results[0]['Change']) is (ansible_playbook.core.name == 'oldest')


def bare(result):
    """A result without what differs from run to run, and without what Ansible itself adds on one path."""
    return {name: {key: part for key, part in value.items() if key not in ('queued', 'started', 'completed', 'ca_cert', 'port', 'password')}
            if isinstance(value, dict) else value
            for name, value in result.items() if name not in ('exception', 'warnings', 'deprecations', 'ansible_facts')
            and not name.startswith('_')} | ({'invocation': {
                name: value for name, value in result['invocation']['module_args'].items() if name not in ('ca_cert', 'port')}}
                if 'module_args' in result.get('invocation', {}) else {})
