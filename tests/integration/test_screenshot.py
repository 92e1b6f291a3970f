# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""vsphere.vm.screenshot: the PNG fetched and removed from the datastore, kept, named, for a fleet, and what goes wrong."""

from __future__ import annotations

import stat

import pytest

from . import faulty

SCREENSHOT = 'vsphere.vm.screenshot'
SIGNATURE = b'\x89PNG\r\n\x1a\n'


def task(folder, name='Take', **options):
    return {'name': name, SCREENSHOT: {'moid': 'vm-1', 'dest': str(folder), **options}}


def files_left(simulator):
    """What is on the datastores."""
    return simulator.state()['FileManager:FileManager']['files']


def files_in(folder):
    return sorted(path.name for path in folder.rglob('*') if path.is_file())


def test_both_paths_do_the_same(ansible_playbook, simulator, tmp_path, path):
    file = tmp_path / 'console.png'
    result = ansible_playbook([task(file)], path=path).assert_ok(changed=1).result('Take')
    content = file.read_bytes()
    assert content.startswith(SIGNATURE) and content.endswith(b'IEND\xaeB`\x82') and not stat.S_IMODE(file.stat().st_mode) & 0o111
    assert result['result'] == {'file': str(file), 'size_bytes': len(content), 'datastore_path': None}
    assert result['diff'] == {'before': {}, 'after': {'file': str(file)}}
    assert files_left(simulator) == {} and files_in(tmp_path) == ['console.png']
    methods = [request['method'] for request in simulator.requests]
    assert methods.index('CreateScreenshot_Task') < methods.index('folder') < methods.index('DeleteDatastoreFile_Task')


def test_where_the_file_goes(ansible_playbook, simulator, tmp_path):
    run = ansible_playbook([
        task(tmp_path, 'Folder'), task(f'{tmp_path}/new/', 'New folder'), task(tmp_path / '{moid}-{name}.png', 'Named'),
        {'name': 'Alias', SCREENSHOT: {'moid': 'vm-1', 'local_path': f'{tmp_path}/kept.png', 'keep': True}},
        task(tmp_path / 'kept.png', 'Replaced')]).assert_ok(changed=5)
    assert files_in(tmp_path) == ['DC0_H0_VM0.png', 'DC0_H0_VM0.png', 'kept.png', 'vm-1-DC0_H0_VM0.png']
    assert (tmp_path / 'new' / 'DC0_H0_VM0.png').read_bytes().startswith(SIGNATURE)
    (kept,) = files_left(simulator)
    assert kept.endswith(run.result('Alias')['result']['datastore_path'])
    assert run.result('Alias')['operation'] == 'CreateScreenshot_Task'


def test_a_fleet_has_a_file_each(ansible_playbook, simulator, tmp_path):
    fleet = {'where': {}, 'dest': f'{tmp_path}/'}
    run = ansible_playbook([{'name': 'One for all', 'ignore_errors': True, SCREENSHOT: {**fleet, 'dest': f'{tmp_path}/one.png'}},
                            {'name': 'Fleet', SCREENSHOT: fleet}])
    assert files_in(tmp_path) == ['DC0_C0_RP0_VM0.png', 'DC0_H0_VM0.png'] and files_left(simulator) == {}
    assert run.result('Fleet')['summary']['changed'] == 2
    assert [each['fault']['name'] for each in run.result('One for all')['results']] == ['InvalidArgument'] * 2


def test_check_mode_changes_nothing(ansible_playbook, simulator, tmp_path):
    before = simulator.state()
    result = ansible_playbook([task(tmp_path / 'a.png')], args=['--check']).assert_ok(changed=1).result('Take')
    assert result['operation'] == 'DeleteDatastoreFile_Task' and 'result' not in result
    assert simulator.state() == before and files_in(tmp_path) == []


def test_what_is_in_the_way_is_foretold_and_told(ansible_playbook, start_simulator, tmp_path):
    users = {'visitor@vsphere.local': {'password': 'visitors-secret', 'denied': ['Datastore.FileManagement']}}
    simulator = start_simulator(vms=2, users=users)
    simulator.call(simulator.vm('vm-2').become_powered_off, True)
    (tmp_path / 'file').touch()
    visitor = {'username': 'visitor@vsphere.local', 'password': 'visitors-secret'}
    wrong = {'InvalidPowerState': ({'moid': 'vm-2'}, 'state'), 'NoPermission': (visitor, 'permission'),
             'LocalFileError': ({'dest': f'{tmp_path}/file/a.png'}, 'invalid_argument')}
    run = ansible_playbook([{'ignore_errors': True, 'check_mode': check, **task(tmp_path / 'a.png', f'{name} {check}', **options)}
                            for name, (options, _category) in wrong.items() for check in (True, False)], simulator=simulator)
    for name, (_options, category) in wrong.items():
        for check in (True, False):
            fault = run.result(f'{name} {check}')['fault']
            assert (fault['name'], fault['category']) == (name, category)
    assert files_in(tmp_path) == ['file']


@pytest.mark.parametrize('content', [b'<html>log in</html>', None])
def test_what_comes_is_no_picture(ansible_playbook, simulator, tmp_path, content):
    """A file that is something else, or gone when it is fetched: nothing is left, here and there."""
    manager = simulator.vcenter.find('FileManager')
    write = manager.write
    simulator.call(setattr, manager, 'write', lambda datastore, path, _png: content and write(datastore, path, content))
    (tmp_path / 'old.png').write_bytes(b'old')
    fault = ansible_playbook([task(tmp_path / 'old.png')]).failure()['fault']
    assert (fault['name'], fault['category']) == (('NotAPicture', 'server') if content else ('FileNotFound', 'not_found'))
    assert files_in(tmp_path) == ['old.png'] and (tmp_path / 'old.png').read_bytes() == b'old' and files_left(simulator) == {}


def test_faults(ansible_playbook, simulator, tmp_path):
    options, answer = {'moid': 'vm-1', 'dest': str(tmp_path / 'a.png')}, ('TaskInProgress', 'InvalidState')
    tasks = faulty.order(simulator, SCREENSHOT, options, 'CreateScreenshot_Task', *answer, in_task=('FileFault',))
    tasks += faulty.order(simulator, SCREENSHOT, options, 'DeleteDatastoreFile_Task', 'InvalidDatastore', in_task=('FileLocked',))
    run = ansible_playbook(tasks)
    faulty.assert_told(run, 'CreateScreenshot_Task', *answer, 'FileFault')
    faulty.assert_told(run, 'DeleteDatastoreFile_Task', 'InvalidDatastore', 'FileLocked')
    assert files_in(tmp_path) == ['a.png']


def test_a_session_that_ends_meanwhile_is_renewed(ansible_playbook, simulator, tmp_path):
    manager = simulator.vcenter.find('FileManager')
    write = manager.write

    def expire(*written):
        write(*written)
        for session in simulator.vcenter.sessions.live():
            simulator.vcenter.sessions.close(session)
    simulator.call(setattr, manager, 'write', expire)
    ansible_playbook([task(tmp_path / 'a.png')]).assert_ok(changed=1)
    assert (tmp_path / 'a.png').read_bytes().startswith(SIGNATURE)
