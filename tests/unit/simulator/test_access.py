# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Privileges: what is denied is refused, is told by the AuthorizationManager, and cannot be read."""

from __future__ import annotations

import pytest

from tests.simulator import schema
from tests.unit.simulator.wire_client import AUTHORIZATION, SEARCH, Client, filter_spec, ref_of, retrieve, values

POWER_OFF, READ, VIEW = 'VirtualMachine.Interact.PowerOff', 'System.Read', 'System.View'


@pytest.fixture
def limited(start):
    """limited(denied...) -> a Client of a user who is denied that."""
    clients = []

    def log_in(*denied):
        admin = start(users={'limited@vsphere.local': {'password': 'x', 'denied': list(denied)}})
        clients.append(Client(admin.sim).log_in('limited@vsphere.local', 'x'))
        return clients[-1]

    yield log_in
    for client in clients:
        client.close()


def test_a_denied_method(limited):
    client = limited(POWER_OFF)
    vm = ref_of(client.sim, 'DC0_H0_VM0')
    answer = client.call(vm, 'PowerOffVM_Task')
    assert answer.value == {
        '_typeName': 'NoPermission', 'faultstring': 'Permission to perform this operation was denied.', 'object': vm,
        'privilegeId': POWER_OFF, 'missingPrivileges': [{
            '_typeName': 'NoPermissionEntityPrivileges', 'entity': vm, 'privilegeIds': [POWER_OFF]}]}
    assert client.call(vm, 'ResetVM_Task').status == 200


@pytest.mark.parametrize('place', ['DC0_H0_VM0', 'vm', 'DC0', 'group-d1'])
def test_what_is_denied_on_an_object_is_denied_below_it(limited, place):
    client = limited((POWER_OFF, place))
    assert client.call(ref_of(client.sim, 'DC0_H0_VM0'), 'PowerOffVM_Task').fault == 'NoPermission'
    other = client.call(ref_of(client.sim, 'DC0_C0_RP0_VM0'), 'PowerOffVM_Task')
    assert other.fault == (None if place == 'DC0_H0_VM0' else 'NoPermission')


def test_a_privilege_that_the_schema_leaves_open(limited):
    client = limited('VirtualMachine.Config.Rename', 'Folder.Rename')
    for name in ('DC0_H0_VM0', 'vm'):
        assert client.call(ref_of(client.sim, name), 'Rename_Task', newName='x').fault == 'NoPermission'


def test_what_cannot_be_read_is_missing(limited):
    client = limited((READ, 'DC0_H0_VM0'))
    hidden, shown = ref_of(client.sim, 'DC0_H0_VM0'), ref_of(client.sim, 'DC0_C0_RP0_VM0')
    answer = retrieve(client, filter_spec({'VirtualMachine': ['name', 'runtime.powerState']}, [hidden, shown]))
    first, second = answer.value['objects']
    assert set(values(first)) == {'name'}
    [missing] = first['missingSet']
    assert (missing['path'], missing['fault']['_typeName']) == ('runtime.powerState', 'NoPermission')
    assert missing['fault']['privilegeId'] == READ
    assert set(values(second)) == {'name', 'runtime.powerState'}
    assert schema.problems(answer.value, schema.find('RetrieveResult')) == []
    assert client.read(hidden, 'runtime').fault == 'NoPermission'
    assert client.read(hidden, 'name').value == 'DC0_H0_VM0'


def test_what_cannot_be_seen_is_not_found(limited):
    client = limited((VIEW, 'DC0_H0_VM0'))
    assert client.call(SEARCH, 'FindByInventoryPath', inventoryPath='DC0/vm/DC0_H0_VM0').text == ''
    assert client.call(SEARCH, 'FindByInventoryPath', inventoryPath='DC0/vm/DC0_C0_RP0_VM0').value is not None


def test_has_privilege_on_entity(limited):
    client = limited((POWER_OFF, 'DC0_H0_VM0'))
    vm, other = ref_of(client.sim, 'DC0_H0_VM0'), ref_of(client.sim, 'DC0_C0_RP0_VM0')
    ask = {'sessionId': client.session['key'], 'privId': [POWER_OFF, READ]}
    assert client.call(AUTHORIZATION, 'HasPrivilegeOnEntity', entity=vm, **ask).value == [False, True]
    answer = client.call(AUTHORIZATION, 'HasPrivilegeOnEntities', entity=[vm, other], **ask)
    assert [[one['isGranted'] for one in entry['privAvailability']] for entry in answer.value] == [
        [False, True], [True, True]]
    assert schema.problems(answer.value, schema.find('ArrayOfEntityPrivilege')) == []
    wrong = client.call(AUTHORIZATION, 'HasPrivilegeOnEntity', entity=vm, sessionId='no such key', privId=[READ])
    assert (wrong.fault, wrong.value['invalidProperty']) == ('InvalidArgument', 'sessionId')


def test_privileges_of_a_user_by_name(limited):
    client = limited((POWER_OFF, 'DC0_H0_VM0'))
    vm = ref_of(client.sim, 'DC0_H0_VM0')
    answer = client.call(AUTHORIZATION, 'HasUserPrivilegeOnEntities', entities=[vm], privId=[POWER_OFF],
                         userName='VSPHERE.LOCAL\\limited')
    assert answer.value[0]['privAvailability'][0]['isGranted'] is False
    [result] = client.call(AUTHORIZATION, 'FetchUserPrivilegeOnEntities', entities=[vm],
                           userName='limited@vsphere.local').value
    assert READ in result['privileges'] and POWER_OFF not in result['privileges']
    assert client.call(AUTHORIZATION, 'FetchUserPrivilegeOnEntities', entities=[vm],
                       userName='nobody').value['invalidProperty'] == 'userName'


def test_roles_privileges_and_permissions(reader):
    roles = {role['name']: role for role in reader.read(AUTHORIZATION, 'roleList').value}
    assert roles['Admin']['roleId'] == -1
    assert POWER_OFF in roles['Admin']['privilege']
    assert POWER_OFF in {one['privId'] for one in reader.read(AUTHORIZATION, 'privilegeList').value}
    vm = ref_of(reader.sim, 'DC0_H0_VM0')
    assert reader.call(AUTHORIZATION, 'RetrieveEntityPermissions', entity=vm, inherited=False).value == []
    inherited = reader.call(AUTHORIZATION, 'RetrieveEntityPermissions', entity=vm, inherited=True).value
    assert 'VSPHERE.LOCAL\\administrator' in {one['principal'] for one in inherited}
