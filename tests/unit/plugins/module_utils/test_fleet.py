# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a fleet makes of its members' runs, with runs that are scripted."""

from __future__ import annotations

import pytest
from ansible_collections.vsphere.vm.plugins.module_utils import fleet, run, wire
from ansible_collections.vsphere.vm.plugins.module_utils.decision import Facts
from ansible_collections.vsphere.vm.plugins.module_utils.faults import Failure, Fault, Refusal
from ansible_collections.vsphere.vm.plugins.module_utils.fleet import Fleet
from ansible_collections.vsphere.vm.plugins.module_utils.needs import Read


class Operation:
    """Decides by a function of the VM's name."""

    related = ()
    targets_vm = True

    def __init__(self, decide):
        self.decide = lambda vm, params: Facts({'told': decide(vm.name)})

    def paths(self, params):
        return ['name']


@pytest.fixture
def fleet_of(monkeypatch):
    """A function that makes a Fleet of virtual machines by their names."""
    def made(decide, *names, missed=(), check_mode=False, progress=None, **params):
        found = [(wire.reference('VirtualMachine', f'vm-{number}'), {'name': name}, {}) for number, name in enumerate(names, 1)]
        monkeypatch.setattr(fleet, 'select', lambda *_arguments: (found, list(missed)))
        params = {'concurrency': 1, 'on_failure': 'continue', **params}
        return Fleet(Operation(decide), None, None, params, check_mode, progress)
    return made


def fail(name, *, of):
    def decide(vm):
        if vm == of:
            raise name if isinstance(name, Exception) else Fault('It fails.', name)
        return vm
    return decide


def attempted(result):
    return [each['vm']['name'] for each in result['results'] if each['attempted']]


def test_results_and_what_they_come_to(fleet_of):
    missing = ({'name': 'd', 'moid': None}, Refusal('There is none.', 'NotFound'))
    result = fleet_of(fail('FileLocked', of='b'), 'a', 'b', 'c', missed=[missing]).run()
    assert result['summary'] == {'total': 4, 'ok': 2, 'changed': 0, 'failed': 2, 'not_attempted': 0}
    assert result['results'][0]['vm'] == {'name': 'd'} and result['results'][1]['vm']['told'] == 'a'
    assert result['failed'] and result['fault']['name'] == 'NotFound'
    assert result['msg'] == '2 of 4 virtual machines failed; the first failure: There is none.'


def test_none_at_all_is_no_failure(fleet_of):
    result = fleet_of(str).run()
    assert (result['changed'], result['results'], result['summary']['total']) == (False, [], 0) and 'failed' not in result


def test_names_are_as_people_write_them(fleet_of):
    assert fleet_of(str, 'a%2fb').run()['results'][0]['vm']['name'] == 'a/b'


def test_stop_begins_no_more(fleet_of):
    result = fleet_of(fail('FileLocked', of='b'), 'a', 'b', 'c', on_failure='stop').run()
    assert attempted(result) == ['a', 'b'] and result['summary']['not_attempted'] == 1
    assert result['results'][2] == {'vm': {'moid': 'vm-3', 'name': 'c'}, 'changed': False, 'attempted': False}


@pytest.mark.parametrize('name', ['InvalidLogin', 'NotAuthenticated', *fleet.OUT_OF_REACH])
def test_what_all_would_meet_begins_no_more(fleet_of, name):
    assert attempted(fleet_of(fail(Failure('No.', name), of='a'), 'a', 'b', 'c').run()) == ['a']


@pytest.mark.parametrize('name', ['ConnectionLost', 'NoPermission'])
def test_what_is_of_one_goes_on(fleet_of, name):
    assert attempted(fleet_of(fail(Failure('No.', name), of='a'), 'a', 'b', 'c').run()) == ['a', 'b', 'c']


def test_what_nobody_thought_of_is_of_one_too(fleet_of):
    result = fleet_of(fail(KeyError('odd'), of='b'), 'a', 'b', 'c').run()
    failed = result['results'][1]
    assert failed['fault']['name'] == 'UnexpectedError' and failed['msg'] == "KeyError: 'odd'"
    assert 'in decide' in failed['fault']['details']['traceback']
    assert attempted(result) == ['a', 'b', 'c'] and result['summary']['ok'] == 2


def test_progress_is_told(fleet_of):
    states = []
    fleet_of(fail('FileLocked', of='b'), 'a', 'b', 'c', on_failure='stop', progress=states.append).run()
    last = states[-1]
    assert (last['total'], last['failed'], last['running']) == (3, 1, [])
    assert [each['name'] for each in last['done']] == ['a', 'b'] and [each['name'] for each in last['not_begun']] == ['c']


class Old(run.Run):
    """A run whose VM was read long ago."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.found_at -= 2 * run.FRESH


@pytest.mark.parametrize('there', [True, False])
def test_what_was_read_long_ago_is_read_again(fleet_of, there):
    class Inventory:
        def no_virtual_machine(self, target):
            return Refusal(f'No {target["moid"]}.', 'NotFound')

    found = wire.reference('VirtualMachine', 'vm-1'), {'name': 'old'}, {}
    one = Old(Operation(str), None, Inventory(), {}, False, found)
    flow = one.flow()
    need = next(flow)
    assert isinstance(need, Read) and need.objects == {('VirtualMachine', 'vm-1'): ['name']}
    with pytest.raises(StopIteration):
        flow.send({('VirtualMachine', 'vm-1'): {'name': 'new'}} if there else {})
    assert one.report.get('vm', {}).get('told') == ('new' if there else None)
    assert one.report.get('failed', False) is not there
