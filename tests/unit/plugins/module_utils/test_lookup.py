# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The way from a name to an object, in an inventory of a few lines; integration tests hold it to a vCenter's edges."""

from __future__ import annotations

import pytest
from ansible_collections.vsphere.vm.plugins.module_utils import lookup, retrieval, wire
from ansible_collections.vsphere.vm.plugins.module_utils.faults import Failure, Fault, Refusal
from ansible_collections.vsphere.vm.plugins.module_utils.keeper import Session
from ansible_collections.vsphere.vm.plugins.module_utils.lookup import Inventory

ROOT = ('Folder', 'group-d1')
PATHS = ['name', 'runtime.powerState']
LONG = '4200aaaa-0000-0000-0000-000000000000'


def refs(*keys):
    return [wire.reference(*key) for key in keys]


class VCenter:
    """A client of a small vCenter: objects by (type, moid), each with its properties, `parent` by key among them.

    session_over  how reads answer an expired session: 'nothing', 'missing' or 'wrapped'; None while it lasts
    """

    def __init__(self):
        self.objects = {}
        self.called = []
        self.unreadable = {}
        self.paths = {}
        self.gone = set()
        self.later = []
        self.session_over = None
        self.comes_back = True
        self.renewed = 0
        self.session = Session('8.0.3.0', 'token', {})
        self.add(ROOT, None, 'Datacenters')
        self.add(('Datacenter', 'datacenter-1'), ROOT, 'DC0')
        self.add(('Datacenter', 'datacenter-2'), ROOT, 'DC1')
        self.add(('Folder', 'group-v3'), ('Datacenter', 'datacenter-1'), 'vm')
        self.add(('Folder', 'group-v4'), ('Folder', 'group-v3'), 'web')
        self.add(('Folder', 'group-v5'), ('Datacenter', 'datacenter-2'), 'vm')
        self.add(('Folder', 'group-h3'), ('Datacenter', 'datacenter-1'), 'host')
        self.add(('ClusterComputeResource', 'domain-c8'), ('Folder', 'group-h3'), 'C0')
        self.add(('HostSystem', 'host-21'), ('ClusterComputeResource', 'domain-c8'), 'esx-01.example')

    def add(self, key, parent, name, **properties):
        self.objects[key] = {'name': name, 'parent': parent and wire.reference(*parent), **properties}
        above = self.path(parent) if parent else None
        self.paths[f'{above}/{name}'.lstrip('/') if above is not None else ''] = key

    def path(self, key):
        return next(path for path, each in self.paths.items() if each == key)

    def vm(self, number, parent=('Folder', 'group-v4'), name=None, **properties):
        key = ('VirtualMachine', f'vm-{number}')
        self.add(key, parent, name or f'app-{number}', **{'config.instanceUuid': f'5000-{number}', **properties})
        return key

    # -- what Inventory asks of a client

    def service(self, name):
        return wire.reference(*ROOT) if name == 'rootFolder' else wire.reference(name[0].upper() + name[1:], name)

    def is_logged_in(self):
        return self.session_over is None

    def renew(self, stale):
        if stale is not self.session:
            return
        self.renewed += 1
        self.session = Session('8.0.3.0', f'token {self.renewed}', {})
        if self.comes_back:
            self.session_over = None

    def call(self, target, method, repeatable=False, wait=0, **parameters):
        self.called.append((method, parameters))
        return getattr(self, method)(**{name: value for name, value in parameters.items() if value is not None})

    def methods(self):
        return [method for method, _parameters in self.called]

    # -- the methods

    def FindByInventoryPath(self, inventoryPath):
        key = self.paths.get(inventoryPath)
        return wire.reference(*key) if key else None

    def FindAllByUuid(self, uuid, vmSearch, instanceUuid, datacenter=None):
        assert vmSearch is True
        member = 'config.instanceUuid' if instanceUuid else 'config.uuid'
        return refs(*(key for key, each in self.objects.items()
                      if each.get(member) == uuid and (not datacenter or self.is_below(key, datacenter))))

    def RetrievePropertiesEx(self, specSet, options):
        if self.session_over == 'nothing':
            return None
        found = [each for spec in specSet for each in self.selected(spec)]
        return self.page(found, options['maxObjects']) if found else None

    def ContinueRetrievePropertiesEx(self, token):
        found, size = self.later.pop()
        assert token == f'page {len(found)}'
        return self.page(found, size)

    def page(self, found, size):
        more = {}
        if found[size:]:
            self.later.append((found[size:], size))
            more = {'token': f'page {len(found[size:])}'}
        return wire.data('RetrieveResult', objects=found[:size], **more)

    def selected(self, spec):
        wanted = {each['type']: each['pathSet'] for each in spec['propSet']}
        for each in spec['objectSet']:
            start = (each['obj']['type'], each['obj']['value'])
            if start in self.gone:
                raise Fault('Gone.', 'ManagedObjectNotFound', details={'obj': {'type': start[0], 'value': start[1]}})
            keys = [start, *(key for key in self.objects if each.get('selectSet') and self.is_below(key, each['obj']))]
            if start[0] == 'VirtualMachine':
                keys += [(ref['type'], ref['value']) for step in each.get('selectSet') or ()
                         for ref in self.held(start, step['path'])]
            for key in keys:
                if key[0] in wanted and key in self.objects:
                    yield self.content(key, wanted[key[0]])

    def held(self, key, path):
        value = self.objects[key].get(path) or []
        return value if isinstance(value, list) else [value]

    def is_below(self, key, start):
        parent = self.objects[key]['parent']
        return bool(parent) and (parent == start or self.is_below((parent['type'], parent['value']), start))

    def content(self, key, paths):
        fault = {'_typeName': self.unreadable[key]} if key in self.unreadable else None
        if self.session_over:
            fault = {'_typeName': 'NotAuthenticated'}
            fault = {'_typeName': 'LocalizedMethodFault', 'fault': fault} if self.session_over == 'wrapped' else fault
        values = {} if fault else {path: self.objects[key][path] for path in paths if self.objects[key].get(path)}
        missing = [wire.data('MissingProperty', path=path, fault=fault) for path in paths] if fault else None
        known = [wire.data('DynamicProperty', name=path, val=wire.boxed(value)) for path, value in values.items()]
        return wire.data('ObjectContent', obj=wire.reference(*key), propSet=known, missingSet=missing)


@pytest.fixture
def vcenter():
    return VCenter()


@pytest.fixture
def inventory(vcenter):
    return Inventory(vcenter)


def found(inventory, **target):
    """The moid of the VM that a target means."""
    result = inventory.virtual_machine(target, PATHS)
    return result and result[0]['value']


def refusal(call):
    with pytest.raises(Refusal) as caught:
        call()
    return caught.value


# -- reading


@pytest.mark.parametrize(('size', 'requests'), [(2, 3), (3, 2), (4, 2), (5, 1), (1000, 1)])
def test_pages_are_read_to_the_last(vcenter, inventory, monkeypatch, size, requests):
    monkeypatch.setattr(retrieval, 'PAGE', size)
    keys = [vcenter.vm(number) for number in range(5)]
    assert inventory.read(refs(*keys), ['name']) == [
        (ref, {'name': f'app-{number}'}) for number, ref in enumerate(refs(*keys))]
    assert vcenter.methods() == ['RetrievePropertiesEx', *['ContinueRetrievePropertiesEx'] * (requests - 1)]


def test_pages_that_end_with_their_session_are_read_once_more(vcenter, inventory, monkeypatch):
    monkeypatch.setattr(retrieval, 'PAGE', 2)
    keys = [vcenter.vm(number) for number in range(5)]
    over = [vcenter.session]

    def later_page(token, page=vcenter.ContinueRetrievePropertiesEx):
        while over:
            vcenter.renew(over.pop())  # as the client does
            raise Fault('A token of another session.', 'InvalidArgument')
        return page(token)
    monkeypatch.setattr(vcenter, 'ContinueRetrievePropertiesEx', later_page)
    assert [ref for ref, _properties in inventory.read(refs(*keys), ['name'])] == refs(*keys)
    assert vcenter.methods() == ['RetrievePropertiesEx', 'ContinueRetrievePropertiesEx'] * 2 + [
        'ContinueRetrievePropertiesEx']


def test_pages_that_a_server_refuses_are_a_failure(vcenter, inventory, monkeypatch):
    def refused(token):
        raise Fault('What?', 'InvalidArgument')
    monkeypatch.setattr(retrieval, 'PAGE', 1)
    monkeypatch.setattr(vcenter, 'ContinueRetrievePropertiesEx', refused)
    with pytest.raises(Fault):
        inventory.read(refs(vcenter.vm(1), vcenter.vm(2)), ['name'])


@pytest.mark.parametrize('searches', [True, False])
def test_what_has_a_name_in_a_folder(vcenter, inventory, monkeypatch, searches):
    def find_child(entity, name):
        if not searches:
            raise Fault('What?', 'NotImplemented')
        return next((wire.reference(*key) for key, each in vcenter.objects.items()
                     if (each['parent'], each['name']) == (entity, name)), None)
    monkeypatch.setattr(vcenter, 'FindChild', find_child, raising=False)
    folder = ('Folder', 'group-v4')
    vcenter.objects[folder]['childEntity'] = refs(vcenter.vm(1), vcenter.vm(2, name='a%2fb'))
    for name, moid in (('app-1', 'vm-1'), ('a/b', 'vm-2'), ('a%2fb', 'vm-2'), ('app', None)):
        assert (inventory.child(wire.reference(*folder), name) or {}).get('value') == moid
    assert inventory.child(wire.reference('Folder', 'group-v5'), 'app-1') is None


def test_nothing_is_read_of_nothing(vcenter, inventory):
    assert inventory.read([], ['name']) == []
    assert vcenter.called == []


def test_what_is_related_comes_along_by_name(vcenter, inventory):
    vcenter.add(('Datastore', 'datastore-1'), ROOT, 'a%2fb')
    key = vcenter.vm(1, **{'runtime.host': wire.reference('HostSystem', 'host-21'),
                           'datastore': refs(('Datastore', 'datastore-1'))})
    related = ['runtime.host', 'datastore', 'network']
    ref, properties, names = inventory.virtual_machine({'moid': key[1]}, ['name'], related)
    assert (ref, properties) == (wire.reference(*key), {'name': 'app-1'})
    assert names == {'vm-1': 'app-1', 'host-21': 'esx-01.example', 'datastore-1': 'a/b'}
    assert len(vcenter.called) == 1


def test_a_property_that_may_not_be_read_is_a_fault(vcenter, inventory):
    vcenter.unreadable[vcenter.vm(1)] = 'NoPermission'
    with pytest.raises(Fault) as caught:
        found(inventory, moid='vm-1')
    assert (caught.value.name, caught.value.operation) == ('NoPermission', 'RetrievePropertiesEx')


def test_or_it_is_told_and_left_out(vcenter, inventory):
    keys = [vcenter.vm(1), vcenter.vm(2)]
    vcenter.unreadable[keys[0]] = 'NoPermission'
    told = []
    wanted = retrieval.property_filter(dict.fromkeys(keys, ('name',)))
    read = inventory.retrieve(wanted, unread=lambda ref, path, fault: told.append((ref['value'], path, fault.name)))
    assert list(read) == [(wire.reference(*keys[0]), {}), (wire.reference(*keys[1]), {'name': 'app-2'})]
    assert told == [('vm-1', 'name', 'NoPermission')]


def test_what_is_only_named_may_be_beyond_the_users_rights(vcenter, inventory):
    vcenter.unreadable[('HostSystem', 'host-21')] = 'NoPermission'
    vcenter.vm(1, **{'runtime.host': wire.reference('HostSystem', 'host-21')})
    _ref, _properties, names = inventory.virtual_machine({'moid': 'vm-1'}, ['name'], ['runtime.host'])
    assert names == {'vm-1': 'app-1'}


def test_what_is_asked_for_by_itself_may_not(vcenter, inventory):
    vcenter.unreadable[('HostSystem', 'host-21')] = 'NoPermission'
    with pytest.raises(Fault, match='NoPermission'):
        inventory.properties(wire.reference('HostSystem', 'host-21'), 'parent')


def test_a_machine_that_is_deleted_meanwhile_is_left_out(vcenter, inventory):
    keys = [vcenter.vm(number) for number in range(4)]
    vcenter.gone.update(keys[1:3])
    assert [ref['value'] for ref, _properties in inventory.read(refs(*keys), ['name'])] == ['vm-0', 'vm-3']
    vcenter.gone.update(keys)
    assert inventory.read(refs(*keys), ['name']) == []


def test_that_something_else_is_gone_is_a_fault(vcenter, inventory, monkeypatch):
    def lost(**parameters):
        raise Fault('Gone.', 'ManagedObjectNotFound', details={'obj': {'type': 'PropertyCollector', 'value': 'pc'}})

    monkeypatch.setattr(vcenter, 'RetrievePropertiesEx', lost)
    with pytest.raises(Fault, match='Gone'):
        inventory.read(refs(vcenter.vm(1)), ['name'])


def test_infos_of_tasks_come_in_the_order_of_the_tasks(vcenter, inventory):
    for number in (1, 2, 3):
        vcenter.objects['Task', f'task-{number}'] = {'parent': None, 'info': {'_typeName': 'TaskInfo', 'key': number}}
    assert [info['key'] for info in inventory.tasks(['task-3', 'task-1', 'task-2'])] == [3, 1, 2]
    assert len(vcenter.called) == 1


# -- a session that is over


@pytest.mark.parametrize('how', ['nothing', 'missing', 'wrapped'])
def test_a_session_that_is_over_is_renewed_and_the_machine_is_found(vcenter, inventory, how):
    vcenter.vm(1)
    for target in ({'moid': 'vm-1'}, {'name': 'app-1'}):
        vcenter.session_over = how
        assert found(inventory, **target) == 'vm-1'
    assert vcenter.renewed == 2


@pytest.mark.parametrize('how', ['nothing', 'missing'])
def test_it_is_renewed_no_more_than_once(vcenter, inventory, how):
    vcenter.vm(1)
    vcenter.session_over, vcenter.comes_back = how, False
    if how == 'nothing':
        assert found(inventory, moid='vm-1') is None
    else:
        with pytest.raises(Fault) as caught:
            found(inventory, moid='vm-1')
        assert caught.value.category == 'auth'
    assert vcenter.renewed == 1


@pytest.mark.parametrize('how', ['nothing', 'missing'])
def test_a_session_that_was_handed_in_is_not_renewed_and_nothing_is_not_believed_of_it(vcenter, inventory, how):
    vcenter.vm(1)
    vcenter.session_over, vcenter.session.owned = how, False
    with pytest.raises(Failure) as caught:
        found(inventory, moid='vm-1')
    assert caught.value.name == 'NotAuthenticated' and vcenter.renewed == 0


def test_a_session_that_lasts_is_not_renewed_where_nothing_is_found(vcenter, inventory):
    assert found(inventory, name='nobody') is None
    assert vcenter.renewed == 0


@pytest.mark.parametrize(('kind', 'moid'), [('HostSystem', 'host-21'), ('VirtualMachine', 'vm-1')])
def test_a_walk_finds_what_is_there_when_the_session_was_over(vcenter, inventory, kind, moid):
    """Else a fleet that `where` selects is one of nobody, and all is well."""
    vcenter.vm(1)
    vcenter.session_over = 'nothing'
    assert [ref['value'] for ref, _properties in inventory.walk(kind, None, ['name'])] == [moid]


# -- a virtual machine


def test_a_moid_needs_no_look_up(vcenter, inventory):
    vcenter.vm(1)
    assert found(inventory, moid='vm-1') == 'vm-1'
    assert vcenter.methods() == ['RetrievePropertiesEx']
    vcenter.gone.add(('VirtualMachine', 'vm-1'))
    assert found(inventory, moid='vm-1') is None


@pytest.mark.parametrize('path', ['DC0/vm/web/app-1', '/DC0/vm/web/app-1', 'DC0/vm/web/app-1/'])
def test_a_path_is_asked_of_the_search_index(vcenter, inventory, path):
    vcenter.vm(1)
    assert found(inventory, path=path) == 'vm-1'
    assert vcenter.methods() == ['FindByInventoryPath', 'RetrievePropertiesEx']


@pytest.mark.parametrize('path', ['DC0/vm/web', 'DC0/vm/nobody', 'DC0'])
def test_a_path_may_lead_elsewhere(vcenter, inventory, path):
    assert found(inventory, path=path) is None


@pytest.mark.parametrize(('target', 'moid', 'instance'), [
    ({'uuid': LONG}, 'vm-1', False), ({'instance_uuid': '5000-2'}, 'vm-2', True),
    ({'uuid': '5000-2', 'use_instance_uuid': True}, 'vm-2', True), ({'uuid': '5000-2'}, None, False),
    ({'uuid': LONG, 'datacenter': 'DC1'}, None, False), ({'uuid': LONG, 'datacenter': 'DC0'}, 'vm-1', False),
])
def test_a_uuid_is_asked_of_the_search_index(vcenter, inventory, target, moid, instance):
    vcenter.vm(1, **{'config.uuid': LONG})
    vcenter.vm(2)
    assert found(inventory, **target) == moid
    ((_method, asked),) = [each for each in vcenter.called if each[0] == 'FindAllByUuid']
    assert asked['instanceUuid'] is instance


@pytest.mark.parametrize('name', ['a/b', 'a%2fb', 'a%2Fb'])
def test_a_name_is_looked_up_in_one_read_however_it_is_written(vcenter, inventory, name):
    for number, each in enumerate(['a%2fb', 'a', 'b', 'A%2fB']):
        vcenter.vm(number, name=each)
    assert found(inventory, name=name) == 'vm-0'
    assert vcenter.methods() == ['RetrievePropertiesEx', 'RetrievePropertiesEx']


@pytest.mark.parametrize(('narrowed', 'moid'), [
    ({'datacenter': 'DC0'}, 'vm-1'), ({'datacenter': 'DC1'}, 'vm-2'), ({'folder': 'DC1/vm'}, 'vm-2'),
    ({'folder': '/DC0/vm/web/'}, 'vm-1'), ({'folder': 'web', 'datacenter': 'DC0'}, 'vm-1'),
    ({'folder': 'DC0/vm/web', 'datacenter': 'DC0'}, 'vm-1'), ({'datacenter': 'datacenter-2'}, 'vm-2'),
])
def test_a_folder_and_a_datacenter_narrow_a_name(vcenter, inventory, narrowed, moid):
    vcenter.vm(1, name='same')
    vcenter.vm(2, parent=('Folder', 'group-v5'), name='same')
    assert found(inventory, name='same', **narrowed) == moid


@pytest.mark.parametrize('target', [{'name': 'same'}, {'uuid': LONG}])
def test_a_target_that_means_several_is_refused_with_all_of_them(vcenter, inventory, target):
    vcenter.vm(1, name='same', **{'config.uuid': LONG})
    vcenter.vm(2, parent=('Folder', 'group-v5'), name='same', **{'config.uuid': LONG})
    told = refusal(lambda: found(inventory, **target))
    assert (told.name, told.category) == ('AmbiguousTarget', 'invalid_argument')
    assert told.details['candidates'] == [
        {'moid': 'vm-1', 'path': 'DC0/vm/web/same', 'instance_uuid': '5000-1'},
        {'moid': 'vm-2', 'path': 'DC1/vm/same', 'instance_uuid': '5000-2'}]
    for text in ('vm-1', 'vm-2', 'DC0/vm/web/same', 'DC1/vm/same', '5000-1', '5000-2'):
        assert text in told.message


def test_one_of_several_may_be_deleted_meanwhile(vcenter, inventory):
    vcenter.vm(1, name='same', **{'config.uuid': LONG})
    vcenter.gone.add(vcenter.vm(2, name='same', **{'config.uuid': LONG}))
    assert found(inventory, uuid=LONG) == 'vm-1'


def test_a_name_means_the_primary_and_not_its_secondary(vcenter, inventory):
    vcenter.vm(1, name='same', **{'config.ftInfo.role': 1})
    vcenter.vm(2, name='same', **{'config.ftInfo.role': 2})
    assert found(inventory, name='same') == 'vm-1'
    assert found(inventory, moid='vm-2') == 'vm-2'
    vcenter.vm(3, name='same')
    told = refusal(lambda: found(inventory, name='same'))
    assert [each['moid'] for each in told.details['candidates']] == ['vm-1', 'vm-3']


def test_the_path_of_a_machine_in_a_vapp(vcenter, inventory):
    vcenter.add(('VirtualApp', 'resgroup-v9'), None, 'shop', parentFolder=wire.reference('Folder', 'group-v3'))
    key = vcenter.vm(1, parent=None, parentVApp=wire.reference('VirtualApp', 'resgroup-v9'))
    assert inventory.path_of(wire.reference(*key)).endswith('shop/app-1')


@pytest.mark.parametrize(('target', 'told'), [
    ({'name': 'a'}, "There is no virtual machine with name 'a'."),
    ({'moid': 'vm-9', 'name': None}, "There is no virtual machine with moid 'vm-9'."),
    ({'name': 'a', 'folder': 'web', 'datacenter': 'DC0'},
     "There is no virtual machine with name 'a' in folder 'web' of datacenter 'DC0'."),
    ({'uuid': 'u', 'datacenter': 'DC0'}, "There is no virtual machine with uuid 'u' in datacenter 'DC0'."),
])
def test_what_is_not_there_is_told_by_how_it_was_named(inventory, target, told):
    failure = inventory.no_virtual_machine(target)
    how = lookup.how_of(target)
    assert (failure.message, failure.name, failure.category) == (told, 'NotFound', 'not_found')
    assert failure.details == {how: target[how]}


@pytest.mark.parametrize(('name', 'hint'), [
    ('APP-01', 'it is like app-01.'), ('app-0', 'it is like app-0'), ('datenbank', 'may have been renamed')])
def test_a_name_that_is_nearly_right_is_told(vcenter, inventory, name, hint):
    vcenter.vm(1, name='app-01')
    vcenter.vm(2, name='app-02')
    target = {'name': name}
    assert inventory.virtual_machine(target, PATHS) is None
    assert hint in inventory.no_virtual_machine(target).hint
    for other in ({'moid': 'vm-9'}, {'name': 'another'}):
        assert 'app-01' not in inventory.no_virtual_machine(other).hint


@pytest.mark.parametrize(('target', 'told'), [
    ({'name': ''}, 'name is empty: name a virtual machine.'),
    ({'name': None, 'vms': None}, 'The option that names the virtual machine is null: name a virtual machine.')])
def test_a_target_that_is_empty_is_refused(vcenter, inventory, target, told):
    refused = refusal(lambda: inventory.virtual_machine(target, PATHS))
    assert (refused.message, refused.name) == (told, 'InvalidArgument')
    assert vcenter.called == []


# -- anything else


def test_what_a_name_means_is_asked_once_for_a_whole_fleet(vcenter, inventory):
    for search in (lambda: inventory.find('HostSystem', 'esx-01.example'), lambda: inventory.folder('DC0/vm/web'),
                   lambda: inventory.datacenter('DC1')):
        before = len(vcenter.called)
        first = search()
        asked = len(vcenter.called)
        assert search() == first and len(vcenter.called) == asked > before
    refused = [refusal(lambda: inventory.find('HostSystem', 'nobody')) for _again in range(2)]
    assert [each.name for each in refused] == 2 * ['NotFound'] and refused[0] is not refused[1]
    assert vcenter.called[asked:] == vcenter.called[-1:]


@pytest.mark.parametrize(('kind', 'moid'), [
    ('HostSystem', 'host-21'), ('Datacenter', 'datacenter-3'), ('Folder', 'group-v3'), ('Folder', 'group-d1'),
    ('ClusterComputeResource', 'domain-c8'), ('ResourcePool', 'resgroup-9'), ('Datastore', 'datastore-12'),
    ('Network', 'network-7'), ('Network', 'dvportgroup-8'), ('VirtualMachine', 'vm-41'),
])
def test_a_moid_of_anything_is_known_by_its_form(vcenter, inventory, kind, moid):
    assert inventory.find(kind, moid) == wire.reference(kind, moid)
    assert vcenter.called == []


@pytest.mark.parametrize(('kind', 'name', 'moid'), [
    ('HostSystem', 'esx-01.example', 'host-21'), ('ClusterComputeResource', 'C0', 'domain-c8'),
    ('Datacenter', 'DC1', 'datacenter-2'), ('Folder', 'web', 'group-v4')])
def test_anything_is_found_by_name(inventory, kind, name, moid):
    assert inventory.find(kind, name) == wire.reference(kind, moid)


def test_a_name_of_anything_may_mean_none_or_several(vcenter, inventory):
    told = refusal(lambda: inventory.find('HostSystem', 'esx'))
    assert (told.message, told.name) == ("There is no host named 'esx'.", 'NotFound')
    assert 'it is like esx-01.example.' in refusal(lambda: inventory.find('HostSystem', 'ESX-1.example')).hint
    for number in (1, 2):
        vcenter.add(('Datastore', f'datastore-{number}'), ('Datacenter', f'datacenter-{number}'), 'nfs')
    told = refusal(lambda: inventory.find('Datastore', 'nfs'))
    assert (told.name, told.category) == ('AmbiguousName', 'invalid_argument')
    assert told.details['candidates'] == ['datastore-1', 'datastore-2']
    assert told.message == "2 datastores are named 'nfs': datastore-1, datastore-2. Give the moid."
    assert inventory.find('Datastore', 'nfs', 'DC1')['value'] == 'datastore-2'


@pytest.mark.parametrize(('path', 'datacenter', 'moid'), [
    ('DC0/vm/web', None, 'group-v4'), ('/DC0/vm/web/', None, 'group-v4'), ('web', 'DC0', 'group-v4'),
    ('/web', '/DC0/', 'group-v4'), ('vm/web', 'DC0', 'group-v4'), ('/vm', 'DC0', 'group-v3'), ('DC0/vm/web', 'DC0', 'group-v4'), ('DC0', None, 'datacenter-1')])
def test_a_folder_is_found_by_its_path(inventory, path, datacenter, moid):
    assert inventory.folder(path, datacenter)['value'] == moid


@pytest.mark.parametrize(('path', 'datacenter'), [('nowhere', None), ('web', 'DC1'), ('DC0/vm/web/app-1', None)])
def test_a_folder_that_is_none_is_told_with_its_datacenter(vcenter, inventory, path, datacenter):
    vcenter.vm(1)
    told = refusal(lambda: inventory.folder(path, datacenter))
    assert (told.name, told.details) == ('NotFound', {'type': 'Folder', 'path': path})
    assert repr(path) in told.message and (datacenter is None or repr(datacenter) in told.message)


def test_of_several_of_a_name_the_one_in_the_own_datacenter_is_meant(vcenter, inventory):
    for number in (1, 2):
        key = ('Folder', f'group-s{number}')
        vcenter.add(key, ('Datacenter', f'datacenter-{number}'), 'datastore')
        vcenter.add(('Datastore', f'datastore-{number}'), key, 'datastore1')
    here, there = vcenter.vm(1), vcenter.vm(2, parent=('Folder', 'group-v5'))
    assert refusal(lambda: inventory.find('Datastore', 'datastore1')).name == 'AmbiguousName'
    assert inventory.find('Datastore', 'datastore1', near=wire.reference(*here))['value'] == 'datastore-1'
    assert inventory.find('Datastore', 'datastore1', near=wire.reference(*there))['value'] == 'datastore-2'
    asked = len(vcenter.called)
    beside = vcenter.vm(3, parent=('Folder', 'group-v5'))
    assert inventory.find('Datastore', 'datastore1', near=wire.reference(*beside))['value'] == 'datastore-2'
    assert vcenter.methods()[asked:] == ['RetrievePropertiesEx']


def test_of_several_of_a_name_in_the_own_datacenter_none_is_meant(vcenter, inventory):
    for number in (1, 2):
        vcenter.add(('Datastore', f'datastore-{number}'), ('Datacenter', 'datacenter-1'), 'datastore1')
    near = wire.reference(*vcenter.vm(1))
    assert refusal(lambda: inventory.find('Datastore', 'datastore1', near=near)).name == 'AmbiguousName'
    assert refusal(lambda: inventory.find('Datastore', 'other', near=near)).name == 'NotFound'
