# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From `vms` and `where` to virtual machines, with a scripted property collector."""

from __future__ import annotations

import pytest
from ansible_collections.vsphere.vm.plugins.module_utils import wire
from ansible_collections.vsphere.vm.plugins.module_utils.faults import Fault, Refusal
from ansible_collections.vsphere.vm.plugins.module_utils.inventory_tree import above, path_in
from ansible_collections.vsphere.vm.plugins.module_utils.lookup import Inventory
from ansible_collections.vsphere.vm.plugins.module_utils.selection import select

ROOT, DATACENTER, FOLDER = ('Folder', 'group-d1'), ('Datacenter', 'datacenter-2'), ('Folder', 'group-v3')
WEB = ('Folder', 'group-v9')
PLACES = {
    ROOT: {'name': 'Datacenters'}, DATACENTER: {'name': 'DC0', 'parent': wire.reference(*ROOT)},
    FOLDER: {'name': 'vm', 'parent': wire.reference(*DATACENTER)}, WEB: {'name': 'web', 'parent': wire.reference(*FOLDER)}}


def machine(name, number, parent=FOLDER, **more):
    return {'name': name, 'parent': wire.reference(*parent), 'config.uuid': f'42-{number}', 'config.instanceUuid': f'50-{number}',
            'runtime.powerState': 'poweredOn', 'config.template': False, **more}


class Client:
    """Answers retrievals from {key: {path: value or Fault}}; a walk finds all, an object list what it names."""

    def __init__(self, objects, over=False, owned=True):
        self.session = type('Session', (), {'owned': owned, 'token': 't', 'content': {}})()
        self.objects = objects
        self.over = over
        self.called = []

    def service(self, name):
        return wire.reference('Service', name)

    def is_logged_in(self):
        self.called.append('is_logged_in')
        return not self.over

    def renew(self, session):
        self.over = False

    def get(self, target, name):
        return [{'name': 'role', 'key': 7}]

    def call(self, target, method, repeatable=False, **parameters):
        self.called.append(method)
        if method == 'FindByInventoryPath':
            path = parameters['inventoryPath']
            return next((wire.reference(*key) for key in self.objects if path_in(self.objects, key) == path), None)
        if method == 'FindAllByUuid':
            member = 'config.instanceUuid' if parameters['instanceUuid'] else 'config.uuid'
            return [wire.reference(*key) for key, each in self.objects.items() if each.get(member) == parameters['uuid']]
        if self.over:
            return None
        (spec,) = parameters['specSet']
        paths = {each['type']: each['pathSet'] for each in spec['propSet']}
        started = [(each['obj']['type'], each['obj']['value']) for each in spec['objectSet']]
        keys = list(self.objects) if 'rootFolder' in spec['objectSet'][0]['obj']['value'] else started
        if keys == [WEB]:
            keys = [key for key in self.objects if WEB in above(self.objects, key)]
        return {'objects': [self.content(key, paths[key[0]]) for key in keys if key in self.objects and key[0] in paths]}

    def content(self, key, paths):
        found = [(path, self.objects[key][path]) for path in paths if path in self.objects[key]]
        return {'obj': wire.reference(*key), 'propSet': [{'name': path, 'val': value} for path, value in found if not isinstance(value, Fault)],
                'missingSet': [{'path': path, 'fault': {'_typeName': value.name}} for path, value in found if isinstance(value, Fault)]}


def selected(objects, vms=None, where=None, properties=('name',), **session):
    """Returns the moids found, [(target, name of the fault)] of what is missed, and the methods called."""
    client = Client({**PLACES, **{('VirtualMachine', f'vm-{number}'): each for number, each in objects.items()}}, **session)
    found, missed = select(Inventory(client), {'vms': vms, 'where': where}, list(properties))
    return [ref['value'] for ref, _properties, _names in found], [(target, fault.name) for target, fault in missed], client.called


MANY = {number: machine(f'app-{number}', number) for number in range(1, 9)}


def test_by_moid_is_one_request_whatever_their_number():
    found, missed, called = selected(MANY, [{'moid': f'vm-{number}'} for number in (3, 1, 3, 99, 98)])
    assert found == ['vm-3', 'vm-1'] and called == ['RetrievePropertiesEx']
    assert missed == [({'moid': 'vm-99'}, 'NotFound'), ({'moid': 'vm-98'}, 'NotFound')]


def test_few_are_looked_up_each():
    found, _missed, called = selected(MANY, [{'path': '/DC0/vm/app-2'}, {'uuid': '42-3'}, {'instance_uuid': '50-4'}])
    assert found == ['vm-2', 'vm-3', 'vm-4']
    assert called == ['FindByInventoryPath', 'FindAllByUuid', 'FindAllByUuid', 'RetrievePropertiesEx']


def test_many_are_found_in_one_walk():
    targets = [{'path': '/DC0/vm/app-2'}, {'uuid': '42-3'}, {'instance_uuid': '50-4'}, {'name': 'app-5'}, {'name': 'app-5'},
               {'uuid': '50-6', 'use_instance_uuid': True}, {'moid': 'vm-7'}, {'name': 'app-9'}]
    found, missed, called = selected(MANY, targets)
    assert found == [f'vm-{number}' for number in (2, 3, 4, 5, 6, 7)] and called == 2 * ['RetrievePropertiesEx']
    assert missed == [({'name': 'app-9'}, 'NotFound')]


@pytest.mark.parametrize('named', [['app-1'], ['app-1', 'app-2', 'app-3', 'app-4']])
def test_a_target_that_is_empty_is_a_failure_of_its_own(named):
    targets = [{'name': ''}, *({'name': name} for name in named), {'name': None}]
    found, missed, _called = selected(MANY, targets)
    assert found == [f'vm-{name[-1]}' for name in named]
    assert missed == [({'name': ''}, 'InvalidArgument'), ({'name': None}, 'InvalidArgument')]


def test_a_place_narrows_the_walk_and_is_looked_up_once():
    objects = {**MANY, 11: machine('twin', 11, WEB), 12: machine('twin', 12)}
    place = {'folder': '/DC0/vm/web'}
    targets = [{'name': 'twin', **place}, {'name': 'app-1'}, {'name': 'app-2'}, {'name': 'app-3'}, {'name': 'app-4', **place}]
    found, missed, called = selected(objects, targets)
    assert found == ['vm-11', 'vm-1', 'vm-2', 'vm-3'] and [name for _target, name in missed] == ['NotFound']
    # What the walk did not find might be in a vApp; where the place is, is known by then.
    assert called.count('FindByInventoryPath') == 1


def test_a_name_with_a_slash():
    objects = {**MANY, 11: machine('a%2fb', 11)}
    assert selected(objects, [{'name': name} for name in ('a/b', 'app-1', 'app-2', 'app-3')])[0] == ['vm-11', 'vm-1', 'vm-2', 'vm-3']


def test_several_of_a_name_but_for_a_secondary_are_ambiguous():
    objects = {**MANY, 11: machine('ft', 11), 12: machine('ft', 12, **{'config.ftInfo.role': 2}), 13: machine('two', 13), 14: machine('two', 14)}
    found, missed, _called = selected(objects, [{'name': name} for name in ('ft', 'two', 'app-1', 'app-2')])
    assert found == ['vm-11', 'vm-1', 'vm-2'] and missed == [({'name': 'two'}, 'AmbiguousTarget')]


def test_what_cannot_be_read_of_one_is_its_own_failure():
    objects = {**MANY, 2: machine('app-2', 2, guest=Fault('No.', 'NoPermission')), 3: machine('app-3', 3, guest=Fault('.', 'ManagedObjectNotFound'))}
    for options in ({'where': {'name': 'app-[123]'}}, {'vms': [{'moid': f'vm-{number}'} for number in (1, 2, 3)]}):
        found, missed, _called = selected(objects, properties=('name', 'guest'), **options)
        assert found == ['vm-1']
        gone = [({'moid': 'vm-3'}, 'NotFound')] if 'vms' in options else []
        assert missed == [({'moid': 'vm-2', 'name': 'app-2'}, 'NoPermission'), *gone]


@pytest.mark.parametrize(('where', 'found'), [
    ({}, [1, 2, 3]), ({'name': 'app-?'}, [1]), ({'name': 'APP-1'}, []), ({'power_state': 'suspended'}, [2]),
    ({'template': True}, [3]), ({'template': False}, [1, 2]), ({'custom_attributes': {'role': 'web*'}}, [1]),
    ({'custom_attributes': {'role': '*'}}, [1, 2]), ({'custom_attributes': {'role': ''}}, [3]),
    ({'custom_attributes': {'none': '*'}}, []), ({'name': '*', 'power_state': 'powered_on', 'template': True}, [3])])
def test_where_takes_what_fits_all_of_it(where, found):
    value = [{'key': 7, 'value': 'web server'}]
    objects = {1: machine('app-1', 1, customValue=value), 2: machine('db', 2, customValue=[{'key': 7, 'value': 'db'}],
                                                                     **{'runtime.powerState': 'suspended'}),
               3: machine('form', 3, **{'config.template': True}), 4: machine('ft', 4, **{'config.ftInfo.role': 2})}
    assert selected(objects, where=where)[0] == [f'vm-{number}' for number in found]


def test_nothing_is_asked_twice_about_nothing():
    assert selected(MANY, []) == ([], [], ['is_logged_in'])
    assert selected(MANY, where={'name': 'none'}) == ([], [], ['RetrievePropertiesEx', 'is_logged_in'])


@pytest.mark.parametrize('options', [{'where': {}}, {'vms': [{'moid': 'vm-1'}]}])
def test_nothing_is_not_believed_of_a_session_that_is_over(options):
    found, missed, called = selected(MANY, over=True, **options)
    assert 'vm-1' in found and missed == [] and called.count('is_logged_in') == 1
    with pytest.raises(Refusal) as caught:
        selected(MANY, over=True, owned=False, **options)
    assert caught.value.name == 'NotAuthenticated'
