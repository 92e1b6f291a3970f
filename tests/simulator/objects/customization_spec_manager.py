# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""CustomizationSpecManager: the guest customization specifications that a vCenter keeps, by their names."""
from __future__ import annotations

from ..fault import Fault
from ..managed_object import ManagedObject


class CustomizationSpecManager(ManagedObject):
    """The CustomizationSpecItems. Passwords in them are kept as they are given."""

    def __init__(self, vcenter, moid):
        super().__init__(vcenter, moid)
        self._items = {}

    def property_info(self):
        """The CustomizationSpecInfos."""
        return [item['info'] for item in self._items.values()]

    def DoesCustomizationSpecExist(self, call, name):
        """Whether there is one of that name."""
        return name in self._items

    def GetCustomizationSpec(self, call, name):
        """The CustomizationSpecItem of that name; raises NotFound."""
        if name not in self._items:
            raise Fault('NotFound')
        return self._items[name]

    def CreateCustomizationSpec(self, call, item):
        """Keep a new one; raises AlreadyExists."""
        self._check_free(item['info']['name'])
        self._keep(item, '0')

    def OverwriteCustomizationSpec(self, call, item):
        """Replace the one of that name; raises NotFound, and ConcurrentAccess when it has changed since it was read."""
        present = self.GetCustomizationSpec(call, item['info']['name'])
        version = present['info']['changeVersion']
        if item['info'].get('changeVersion') not in (None, version):
            raise Fault('ConcurrentAccess')
        self._keep(item, str(int(version) + 1))

    def DeleteCustomizationSpec(self, call, name):
        """Forget one; raises NotFound."""
        self.GetCustomizationSpec(call, name)
        del self._items[name]
        self.changed('info')

    def DuplicateCustomizationSpec(self, call, name, newName):
        """Keep a copy under another name; raises NotFound, AlreadyExists."""
        item = self.GetCustomizationSpec(call, name)
        self._check_free(newName)
        self._keep({**item, 'info': {**item['info'], 'name': newName}}, '0')

    def RenameCustomizationSpec(self, call, name, newName):
        """Give one another name; raises NotFound, AlreadyExists."""
        self.DuplicateCustomizationSpec(call, name, newName)
        self.DeleteCustomizationSpec(call, name)

    def _check_free(self, name):
        if name in self._items:
            raise Fault('AlreadyExists', name=name)

    def _keep(self, item, version):
        info = {**item['info'], 'changeVersion': version, 'lastUpdateTime': self.vcenter.now()}
        self._items[info['name']] = {**item, 'info': info}
        self.changed('info')
