# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""More places for virtual machines to be moved to than a simulator begins with."""

from __future__ import annotations

from tests.simulator.objects.datastore import Datastore
from tests.simulator.objects.folder import Folder
from tests.simulator.objects.network import VmwareDistributedVirtualSwitch


def add_datastore(simulator, name, *hosts):
    """A datastore that these hosts reach, all of them if none is named."""
    def add():
        datacenter = simulator.vcenter.objects('Datacenter')[0]
        reached = [host for host in simulator.vcenter.objects('HostSystem') if not hosts or host.get('name') in hosts]
        Datastore.create(simulator.vcenter, name, datacenter, reached)
    simulator.call(add)


def add_folder(simulator, name):
    """A folder of virtual machines."""
    def add():
        Folder.create(simulator.vcenter, name, simulator.vcenter.objects('Datacenter')[0].folder('vmFolder'),
                      ('Folder', 'VirtualMachine'))
    simulator.call(add)


def host(simulator, name):
    """The HostSystem object of that name."""
    return next(each for each in simulator.call(simulator.vcenter.objects, 'HostSystem') if each.get('name') == name)


def set_of(simulator, entity, path, value):
    """Sets a property of a live object."""
    simulator.call(entity.set, path, value)


def add_port_group(simulator, name):
    """A port group of a distributed switch that all hosts have."""
    def add():
        VmwareDistributedVirtualSwitch.create(simulator.vcenter, f'switch of {name}', simulator.vcenter.objects(
            'Datacenter')[0], simulator.vcenter.objects('HostSystem'), name)
    simulator.call(add)


def keep_specification(simulator, name, spec):
    """A guest customization specification that the vCenter keeps."""
    simulator.call(lambda: simulator.vcenter.find('CustomizationSpecManager').CreateCustomizationSpec(None, {
        '_typeName': 'CustomizationSpecItem', 'spec': spec, 'info': {
            '_typeName': 'CustomizationSpecInfo', 'name': name, 'description': '', 'type': 'Linux'}}))


LINUX = {
    '_typeName': 'CustomizationSpec', 'globalIPSettings': {'_typeName': 'CustomizationGlobalIPSettings'},
    'identity': {'_typeName': 'CustomizationLinuxPrep', 'domain': 'example.com', 'hostName': {
        '_typeName': 'CustomizationVirtualMachineName'}},
    'nicSettingMap': [{'_typeName': 'CustomizationAdapterMapping', 'adapter': {
        '_typeName': 'CustomizationIPSettings', 'ip': {'_typeName': 'CustomizationDhcpIpGenerator'}}}]}
