# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""AuthorizationManager: roles, privileges and who has them."""
from __future__ import annotations

from .. import schema
from ..fault import Fault
from ..managed_object import ManagedObject

ADMIN, READ_ONLY, VIEW, ANONYMOUS, NO_ACCESS = -1, -2, -3, -4, -5
ROLES = {
    ADMIN: ('Admin', 'Administrator', None),
    READ_ONLY: ('ReadOnly', 'Read-only', ('System.Anonymous', 'System.View', 'System.Read')),
    VIEW: ('View', 'View', ('System.Anonymous', 'System.View')),
    ANONYMOUS: ('Anonymous', 'Anonymous', ('System.Anonymous',)),
    NO_ACCESS: ('NoAccess', 'No access', ()),
}


class AuthorizationManager(ManagedObject):
    """Every user is an administrator but for what access.py denies them."""

    def property_roleList(self):
        """The roles that each vCenter has."""
        return [{
            '_typeName': 'AuthorizationRole', 'roleId': role, 'system': True, 'name': name,
            'info': {'_typeName': 'Description', 'label': label, 'summary': label},
            'privilege': list(schema.privileges() if privileges is None else privileges),
        } for role, (name, label, privileges) in ROLES.items()]

    def property_privilegeList(self):
        """Every privilege that a method or property of the schema asks for."""
        return [{'_typeName': 'AuthorizationPrivilege', 'privId': privilege, 'onParent': False,
                 'name': privilege.rpartition('.')[2], 'privGroupName': privilege.rpartition('.')[0]}
                for privilege in schema.privileges()]

    def property_description(self):
        """The AuthorizationDescription."""
        def described(keys):
            return [{'_typeName': 'ElementDescription', 'key': key, 'label': key, 'summary': key} for key in keys]

        groups = sorted({privilege.rpartition('.')[0] for privilege in schema.privileges()})
        return {'_typeName': 'AuthorizationDescription', 'privilege': described(schema.privileges()),
                'privilegeGroup': described(groups)}

    def HasPrivilegeOnEntity(self, call, entity, sessionId, privId=()):
        """For each privilege, whether the session with that key has it; raises InvalidArgument for no such session."""
        obj, user = self.vcenter.resolve(entity), self._user_of(call, sessionId)
        return [self.vcenter.access.has(user, privilege, obj) for privilege in privId]

    def HasPrivilegeOnEntities(self, call, entity, sessionId, privId=()):
        """The same for several entities: EntityPrivileges."""
        return self._entity_privileges(self._user_of(call, sessionId), entity, privId)

    def HasUserPrivilegeOnEntities(self, call, entities, userName, privId=()):
        """The same for a user by name; raises InvalidArgument for an unknown one."""
        return self._entity_privileges(self._user(userName), entities, privId)

    def FetchUserPrivilegeOnEntities(self, call, entities, userName):
        """All that a user may do on each entity: UserPrivilegeResults."""
        user, has = self._user(userName), self.vcenter.access.has
        return [{'_typeName': 'UserPrivilegeResult', 'entity': reference,
                 'privileges': [one for one in schema.privileges() if has(user, one, self.vcenter.resolve(reference))]}
                for reference in entities]

    def RetrieveEntityPermissions(self, call, entity, inherited):
        """The Permissions that count for an entity; they are defined on the root folder."""
        obj = self.vcenter.resolve(entity)
        return self._permissions() if inherited or obj.get('parent') is None else []

    def RetrieveAllPermissions(self, call):
        """All Permissions."""
        return self._permissions()

    def RetrieveRolePermissions(self, call, roleId):
        """The Permissions of a role; raises NotFound for an unknown one."""
        if roleId not in ROLES:
            raise Fault('NotFound')
        return [one for one in self._permissions() if one['roleId'] == roleId]

    def _permissions(self):
        root = self.vcenter.find('ServiceInstance').get('content.rootFolder')
        return [{'_typeName': 'Permission', 'entity': root, 'principal': user.principal, 'group': False,
                 'roleId': ADMIN, 'propagate': True} for user in self.vcenter.access.users()]

    def _entity_privileges(self, user, references, privileges):
        has = self.vcenter.access.has
        return [{'_typeName': 'EntityPrivilege', 'entity': reference, 'privAvailability': [
            {'_typeName': 'PrivilegeAvailability', 'privId': one,
             'isGranted': has(user, one, self.vcenter.resolve(reference))} for one in privileges]}
            for reference in references]

    def _user_of(self, call, key):
        session = call.session if call.session.key == key else self.vcenter.sessions.find(key)
        if session is None:
            raise Fault('InvalidArgument', invalidProperty='sessionId')
        return session.user

    def _user(self, name):
        user = self.vcenter.access.user(name)
        if user is None:
            raise Fault('InvalidArgument', invalidProperty='userName')
        return user
