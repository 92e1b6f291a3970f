# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""UserDirectory: who could be given a permission."""
from __future__ import annotations

from ..fault import Fault
from ..managed_object import ManagedObject


class UserDirectory(ManagedObject):
    """The users of this vCenter by their domains; there are no groups."""

    def property_domainList(self):
        """The domains, in upper case."""
        return sorted({domain for domain, _account in self._users()} - {''})

    def RetrieveUserGroups(self, call, searchStr, exactMatch, findUsers, findGroups, domain=None, belongsToGroup=None,
                           belongsToUser=None):
        """The UserSearchResults whose account holds, or with exactMatch is, `searchStr`, in any case of letters.

        Raises NotFound for a domain or a group that there is not.
        """
        if belongsToGroup or (domain and domain.upper() not in self.property_domainList()):
            raise Fault('NotFound')
        wanted = searchStr.lower()
        return [{'_typeName': 'UserSearchResult', 'principal': account, 'fullName': account, 'group': False}
                for of, account in self._users() if findUsers and not belongsToUser
                and (not domain or of == domain.upper())
                and (wanted == account.lower() if exactMatch else wanted in account.lower())]

    def _users(self):
        """[(domain, account)]."""
        pairs = [user.principal.rpartition('\\') for user in self.vcenter.access.users()]
        return [(domain, account) for domain, _backslash, account in pairs]
