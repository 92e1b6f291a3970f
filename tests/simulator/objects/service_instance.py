# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ServiceInstance: the way in, and what this server is."""
from __future__ import annotations

import uuid

from ..fault import Fault, invalid_argument
from ..managed_object import ManagedObject
from .virtual_machine.evc_mode import supported_modes

# ServiceContent's members and the singletons' ids, as a vCenter names them.
SINGLETONS = {
    'propertyCollector': 'propertyCollector', 'viewManager': 'ViewManager', 'setting': 'VpxSettings',
    'sessionManager': 'SessionManager', 'authorizationManager': 'AuthorizationManager',
    'virtualDiskManager': 'virtualDiskManager', 'userDirectory': 'UserDirectory',
    'eventManager': 'EventManager', 'taskManager': 'TaskManager', 'extensionManager': 'ExtensionManager',
    'customFieldsManager': 'CustomFieldsManager', 'licenseManager': 'LicenseManager', 'searchIndex': 'SearchIndex',
    'vStorageObjectManager': 'VStorageObjectManager', 'customizationSpecManager': 'CustomizationSpecManager',
    'fileManager': 'FileManager', 'ovfManager': 'OvfManager', 'storageResourceManager': 'StorageResourceManager',
}
VMOTION_KINDS = ('cpu', 'software')


class ServiceInstance(ManagedObject):
    """content, capability, serverClock."""

    def __init__(self, vcenter, moid, root_folder):
        super().__init__(vcenter, moid)
        self._root_folder = root_folder
        self._instance_uuid = str(uuid.uuid4())

    def property_content(self):
        """The ServiceContent."""
        return {
            '_typeName': 'ServiceContent', 'rootFolder': self._root_folder.ref, 'about': self._about(),
            **{member: self.vcenter.find(moid).ref for member, moid in SINGLETONS.items()},
        }

    def property_capability(self):
        """The Capability."""
        return {'_typeName': 'Capability', 'provisioningSupported': True, 'multiHostSupported': True,
                'userShellAccessSupported': False, 'networkBackupAndRestoreSupported': True,
                'ftDrsWithoutEvcSupported': True, 'hciWorkflowSupported': False, 'supportedEVCMode': supported_modes()}

    def property_serverClock(self):
        """The time of the server."""
        return self.vcenter.now()

    def RetrieveServiceContent(self, call):
        """The ServiceContent."""
        return self.property_content()

    def CurrentTime(self, call):
        """The time of the server."""
        return self.vcenter.now()

    def QueryVMotionCompatibility(self, call, vm, host, compatibility=VMOTION_KINDS):
        """A HostVMotionCompatibility for each host: in what the virtual machine could be moved there while it runs.

        The processors here are all alike; the software fits where the host is in use and has its datastores. Raises
        InvalidArgument for another kind of compatibility than cpu and software.
        """
        if set(compatibility) - set(VMOTION_KINDS):
            raise invalid_argument('compatibility')
        machine = self.vcenter.resolve(vm)
        found = []
        for reference in host:
            target = self.vcenter.resolve(reference)
            fits = {'cpu': target.in_use, 'software': target.in_use and all(
                datastore in target.get('datastore') for datastore in machine.get('datastore'))}
            found.append({'_typeName': 'HostVMotionCompatibility', 'host': target.ref,
                          'compatibility': [kind for kind in compatibility if fits[kind]]})
        return found

    def RetrieveProductComponents(self, call):
        """The ProductComponentInfos: no bundled components."""
        return []

    def _about(self):
        release = self.vcenter.settings.release
        version, build = '.'.join(release.split('.')[:3]), '24322831'
        return {
            '_typeName': 'AboutInfo', 'name': 'VMware vCenter Server',
            'fullName': f'VMware vCenter Server {version} build-{build} (simulated)', 'vendor': 'VMware, Inc.',
            'version': version, 'build': build, 'localeVersion': 'INTL', 'localeBuild': '000',
            'osType': 'linux-x64', 'productLineId': 'vpx', 'apiType': 'VirtualCenter', 'apiVersion': release,
            'instanceUuid': self._instance_uuid, 'licenseProductName': 'VMware VirtualCenter Server',
            'licenseProductVersion': f'{version[0]}.0',
        }


SESSION_TIMEOUT = 'config.vmacore.soap.sessionTimeout'


class OptionManager(ManagedObject):
    """The vCenter's advanced settings."""

    def property_supportedOption(self):
        """No descriptions of settings."""
        return []

    def property_setting(self):
        """The settings that this server really has: the idle time of sessions, in minutes, and its names."""
        minutes = max(1, round(self.vcenter.settings.session_timeout / 60))
        return [{'_typeName': 'OptionValue', 'key': SESSION_TIMEOUT, 'value': {'_typeName': 'int', '_value': minutes}},
                *({'_typeName': 'OptionValue', 'key': key, 'value': {'_typeName': 'string', '_value': 'localhost'}}
                  for key in ('VirtualCenter.FQDN', 'VirtualCenter.InstanceName'))]

    def QueryOptions(self, call, name=''):
        """The settings of that name, or below it when it ends with a dot; raises InvalidName when there is none."""
        found = [option for option in self.property_setting()
                 if option['key'] == name or not name or (name.endswith('.') and option['key'].startswith(name))]
        if not found:
            raise Fault('InvalidName', name=name)
        return found

    def UpdateOptions(self, call, changedValue):
        """Change settings; raises InvalidName for one that is not there or only tells what is so, InvalidArgument for
        a value of another type."""
        call.require('Global.Settings', self)
        for option in changedValue:
            if option['key'] != SESSION_TIMEOUT:
                raise Fault('InvalidName', name=option['key'])
            value = option.get('value') or {}
            if value.get('_typeName') not in ('int', 'long', 'short') or value['_value'] < 1:
                raise invalid_argument('changedValue')
        for option in changedValue:
            self.vcenter.settings.session_timeout = 60.0 * option['value']['_value']
        self.changed('setting')
