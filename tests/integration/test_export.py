# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.export: the package whole and as the hosts sent it, again, anew, and nothing left of one that fails."""

from __future__ import annotations

import hashlib
import re
import xml.etree.ElementTree as ET

import pytest

from tests.simulator.objects.http_nfc_lease import HttpNfcLease

from . import faulty, matrix

EXPORT = 'vsphere.vm.export'
HREF = '{http://schemas.dmtf.org/ovf/envelope/1}href'
FILES = ['DC0_H0_VM0-disk-0.vmdk', 'DC0_H0_VM0.mf', 'DC0_H0_VM0.nvram', 'DC0_H0_VM0.ovf']


@pytest.fixture
def simulator(start_simulator):
    simulator = start_simulator(vms=2)
    simulator.call(lambda: [vm.become_powered_off(True) for vm in simulator.vcenter.objects('VirtualMachine')])
    return simulator


def task(folder, name='Export', **options):
    return {'name': name, EXPORT: {'moid': 'vm-1', 'dest': str(folder), **options}}


def files_in(folder):
    return sorted(path.name for path in folder.rglob('*') if path.is_file())


def leases(simulator):
    """The states of all leases, and the methods that were called on them."""
    states = [lease.get('state') for lease in simulator.call(simulator.vcenter.objects, 'HttpNfcLease')]
    return states, [request['method'] for request in simulator.requests if request['type'] == 'HttpNfcLease']


def is_free(simulator, moid='vm-1'):
    """Whether nothing holds the machine any more."""
    vm = simulator.vm(moid)
    return simulator.call(lambda: vm.vcenter.check_idle(vm)) is None


def test_both_paths_do_the_same(ansible_playbook, simulator, tmp_path, path):
    result = ansible_playbook([task(tmp_path)], path=path).assert_ok(changed=1).result('Export')
    folder = tmp_path / 'DC0_H0_VM0'
    assert files_in(tmp_path) == FILES and sorted(each.name for each in tmp_path.iterdir()) == ['DC0_H0_VM0']
    sent = {file.name: file.content for file in simulator.call(simulator.vm('vm-1').exported_files)}
    assert (folder / FILES[0]).read_bytes() == sent['disk-0.vmdk']
    assert (folder / 'DC0_H0_VM0.nvram').read_bytes() == sent['DC0_H0_VM0.nvram']
    listed = dict(re.findall(r'^SHA256\((.+)\)= ([0-9a-f]{64})$', (folder / 'DC0_H0_VM0.mf').read_text(), re.MULTILINE))
    assert sorted(listed) == [name for name in FILES if not name.endswith('.mf')]
    assert all(hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest for name, digest in listed.items())
    envelope = ET.parse(folder / 'DC0_H0_VM0.ovf').getroot()
    assert sorted(each.get(HREF) for each in envelope.iter() if each.get(HREF)) == [FILES[0], FILES[2]]
    assert result['vm']['directory'] == str(folder) and result['vm']['exported'] is True
    assert result['diff']['before'] == {'directory': str(folder), 'exported': False} and result['operation'] == 'ExportVm'
    assert sorted(each['path'] for each in result['result']['files']) == [str(folder / name) for name in FILES]
    states, methods = leases(simulator)
    assert states == ['done'] and methods[-1] == 'HttpNfcLeaseComplete' and is_free(simulator)
    assert 'HttpNfcLeaseSetManifestChecksumType' in methods and 'HttpNfcLeaseGetManifest' in methods


def test_what_is_there_is_left_and_what_is_broken_comes_anew(ansible_playbook, simulator, tmp_path):
    folder, force = tmp_path / 'DC0_H0_VM0', {'force': True}
    run = ansible_playbook([
        *matrix.tasks(EXPORT, {}, moid='vm-1', dest=str(tmp_path)),
        {'name': 'Spoil', 'ansible.builtin.copy': {'content': 'x', 'dest': str(folder / FILES[0]), 'mode': '0600'}},
        {**task(tmp_path, 'Spoilt forecast'), 'check_mode': True}, task(tmp_path, 'Spoilt'),
        {'name': 'Remove', 'ansible.builtin.file': {'path': str(folder / FILES[2]), 'state': 'absent'}},
        task(tmp_path, 'Removed'), task(tmp_path, 'Whole'),
        {**task(tmp_path, 'Forced forecast', **force), 'check_mode': True}, task(tmp_path, 'Forced', **force)]).assert_ok()
    matrix.assert_declared(run, True)
    changed = {name: run.result(name)['changed'] for name in ('Spoilt forecast', 'Spoilt', 'Removed', 'Whole', 'Forced forecast', 'Forced')}
    assert changed == {**dict.fromkeys(changed, True), 'Whole': False}
    assert files_in(tmp_path) == FILES and leases(simulator)[0] == ['done'] * 4


def test_check_mode_changes_nothing(ansible_playbook, simulator, tmp_path):
    before = simulator.state()
    ansible_playbook([task(tmp_path / 'new')], args=['--check']).assert_ok(changed=1)
    assert simulator.state() == before and list(tmp_path.iterdir()) == []


def test_what_goes_into_the_package(ansible_playbook, simulator, tmp_path):
    def put_image(config):
        drive = next(each for each in config['hardware']['device'] if each['_typeName'] == 'VirtualCdrom')
        drive['backing'] = {'_typeName': 'VirtualCdromIsoBackingInfo', 'fileName': '[LocalDS_0] iso/a.iso'}
    simulator.call(simulator.vm('vm-1').edit_config, put_image)
    ansible_playbook([
        task(tmp_path / 'plain'), task(tmp_path / 'all', export_with_images=True, export_with_extraconfig=True, keep_mac=True,
                                       keep_uuid=True)]).assert_ok(changed=2)
    described = {name: (tmp_path / name / 'DC0_H0_VM0' / 'DC0_H0_VM0.ovf').read_text() for name in ('plain', 'all')}
    assert files_in(tmp_path / 'plain') == FILES
    assert files_in(tmp_path / 'all') == sorted([*FILES, 'DC0_H0_VM0-file-0.iso']) and 'file-0.iso' in described['all']
    for part in ('ExtraConfig', '00:50:56:'):
        assert part in described['all'] and part not in described['plain']


def test_a_fleet_has_a_package_each(ansible_playbook, simulator, tmp_path):
    run = ansible_playbook([{'name': 'Fleet', EXPORT: {'where': {}, 'dest': f'{tmp_path}/{{moid}}'}}]).assert_ok(changed=1)
    assert run.result('Fleet')['summary']['changed'] == 2 and leases(simulator)[0] == ['done', 'done']
    assert files_in(tmp_path / 'vm-1') == FILES and len(files_in(tmp_path / 'vm-2')) == len(FILES)


def test_urls_may_leave_the_host_to_the_client(ansible_playbook, start_simulator, tmp_path):
    simulator = start_simulator(vms=1, variants={'nfc_urls': 'star'})
    simulator.call(simulator.vm('vm-1').become_powered_off, True)
    ansible_playbook([task(tmp_path)], simulator=simulator).assert_ok(changed=1)
    assert files_in(tmp_path) == FILES


def test_the_session_stays_with_the_vcenter(ansible_playbook, simulator, tmp_path):
    """A host is another server: it has its ticket in the URL, and is told no session."""
    ansible_playbook([task(tmp_path)]).assert_ok(changed=1)
    downloads = [request for request in simulator.requests if request['method'] == 'nfc']
    assert len(downloads) == 2 and all(request['session'] is None for request in downloads)


def test_a_slow_transfer_keeps_its_lease(ansible_playbook, simulator, tmp_path):
    vm = simulator.vm('vm-1')
    for name, value in (('nfc_trouble', 'slow'), ('export_lease_seconds', 1), ('export_grains', 16)):
        simulator.call(setattr, vm, name, value)
    ansible_playbook([task(tmp_path)]).assert_ok(changed=1)
    states, methods = leases(simulator)
    assert states == ['done'] and methods.count('HttpNfcLeaseProgress') >= 2 and files_in(tmp_path) == FILES


def test_a_powered_on_machine_is_foretold_and_told(ansible_playbook, simulator, tmp_path):
    simulator.call(simulator.vm('vm-2').become_powered_on)
    (tmp_path / 'file').touch()
    wrong = {'InvalidPowerState': {'moid': 'vm-2'}, 'LocalFileError': {'dest': str(tmp_path / 'file' / 'below')}}
    run = ansible_playbook([{**task(tmp_path / 'new', f'{name} {check}', **options), 'check_mode': check, 'ignore_errors': True}
                            for name, options in wrong.items() for check in (True, False)])
    for name in wrong:
        for check in (True, False):
            assert run.result(f'{name} {check}')['fault']['name'] == name
    assert run.result('InvalidPowerState False')['fault']['category'] == 'state'


# What goes wrong -> the fault and its category
TROUBLE = {
    'corrupted': ({'nfc_trouble': 'corrupted'}, 'ChecksumMismatch', 'transport'),
    'broken': ({'nfc_trouble': 'broken'}, 'ConnectionLost', 'transport'),
    'hidden': ({'export_name': '.profile'}, 'InvalidFileName', 'server'),
    'outside': ({'export_name': '..%5C..%2Fetc%2Fpasswd'}, 'InvalidFileName', 'server'),
    'expired': ({'export_lease_seconds': 1, 'nfc_trouble': 'slow', 'export_grains': 16}, 'Timedout', 'timeout'),
}


@pytest.mark.parametrize('trouble', TROUBLE)
def test_nothing_is_left_of_an_export_that_fails(ansible_playbook, simulator, tmp_path, trouble):
    knobs, name, category = TROUBLE[trouble]
    for knob, value in knobs.items():
        simulator.call(setattr, simulator.vm('vm-1'), knob, value)
    if trouble == 'expired':
        # The answer to the first sign of life takes longer than the lease lives.
        simulator.order('HttpNfcLeaseProgress', delay=1.5)
    run = ansible_playbook([task(tmp_path)], args=['-vvv'])
    fault = run.failure()['fault']
    assert (fault['name'], fault['category']) == (name, category)
    (lease,) = simulator.call(simulator.vcenter.objects, 'HttpNfcLease')
    assert lease.ticket not in run.output
    assert files_in(tmp_path) == [] and list((tmp_path / 'DC0_H0_VM0').iterdir()) == []
    states, methods = leases(simulator)
    assert states == ['error'] and methods[-1] == 'HttpNfcLeaseAbort' and is_free(simulator)


def test_a_host_with_another_certificate_is_not_trusted(ansible_playbook, simulator, tmp_path):
    address, _thumbprint = simulator.vcenter.address
    simulator.call(setattr, simulator.vcenter, 'address', (address, ':'.join(['AB'] * 20)))
    fault = ansible_playbook([task(tmp_path)]).failure()['fault']
    assert (fault['name'], fault['retryable']) == ('CertificateNotTrusted', False)
    assert leases(simulator)[0] == ['error'] and is_free(simulator)


def test_faults(ansible_playbook, simulator, tmp_path):
    options, answer = {'moid': 'vm-1', 'dest': str(tmp_path)}, ('InvalidPowerState', 'TaskInProgress', 'InvalidState', 'FileFault')
    tasks = faulty.order(simulator, EXPORT, options, 'ExportVm', *answer)
    lease = {'HttpNfcLeaseSetManifestChecksumType': 'InvalidState', 'HttpNfcLeaseGetManifest': 'Timedout',
             'CreateDescriptor': 'VmConfigFault', 'HttpNfcLeaseComplete': 'Timedout'}
    for method, fault in lease.items():
        tasks += faulty.order(simulator, EXPORT, options, method, fault)
    run = ansible_playbook(tasks)
    faulty.assert_told(run, 'ExportVm', *answer)
    for method, fault in lease.items():
        faulty.assert_told(run, method, fault)
    assert leases(simulator)[0] == ['error'] * 4 and files_in(tmp_path) == [] and is_free(simulator)


def test_a_lease_that_does_not_become_ready(ansible_playbook, simulator, tmp_path):
    simulator.order('ExportVm', 'FileLocked', task=True)
    run = ansible_playbook([{**task(tmp_path, 'Locked'), 'ignore_errors': True}, task(tmp_path, 'Free')])
    fault = run.result('Locked')['fault']
    assert (fault['name'], fault['category'], fault['operation']) == ('FileLocked', 'busy', 'ExportVm')
    assert run.result('Free')['changed'] and files_in(tmp_path) == FILES


def test_a_file_of_more_than_was_announced_is_not_taken(ansible_playbook, simulator, tmp_path, monkeypatch):
    real = HttpNfcLease._device_url
    monkeypatch.setattr(HttpNfcLease, '_device_url', lambda lease, file: {**real(lease, file), 'fileSize': 3})
    run = ansible_playbook([task(tmp_path, 'Export')])
    fault = run.failure('Export')['fault']
    assert (fault['name'], fault['category'], fault['retryable']) == ('AnswerTooLarge', 'transport', False)
    assert '3 bytes' in run.result('Export')['msg'] and files_in(tmp_path) == [] and is_free(simulator)
