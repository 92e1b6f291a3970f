# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is read with GET outside the API: files of datastores below /folder, files of export leases below /nfc.

Source: "URL Syntax for HTTP Access" and "Privilege Requirements for HTTP Access" of the Web Services SDK Programming
Guide, and the API page of HttpNfcLeaseDeviceUrl.
"""
from __future__ import annotations

import urllib.parse

from .fault import Fault
from .objects.service_instance import SINGLETONS

SESSION_COOKIE = 'vmware_soap_session'
PRIVILEGES = ('Datastore.Browse', 'Datastore.FileManagement')


class Refused(Exception):
    """The HTTP status with which a download is refused."""

    def __init__(self, status):
        super().__init__(status)
        self.status = status


class Downloads:
    """Finds the bytes of a URL for a session. It knows no HTTP but the statuses."""

    def __init__(self, vcenter):
        self.vcenter = vcenter

    def folder(self, session, path, query):
        """The bytes of `path` on the datastore dsName of the datacenter dcPath; raises Refused."""
        if session is None:
            raise Refused(401)
        wanted = dict(urllib.parse.parse_qsl(query))
        datacenter = self._datacenter(wanted.get('dcPath', ''))
        manager = self.vcenter.find(SINGLETONS['fileManager'])
        name = f'[{wanted.get("dsName")}] {path}'
        try:
            datastore = manager.datastore(datacenter, name)
        except Fault:
            raise Refused(404) from None
        if not all(self.vcenter.access.has(session.user, privilege, datastore) for privilege in PRIVILEGES):
            raise Refused(403)
        content = manager.read(datacenter, name)
        if content is None:
            raise Refused(404)
        return content

    def nfc(self, ticket, name):
        """(the lease, the bytes) of a file of the export lease whose URLs hold the ticket; raises Refused.

        The ticket is all that it takes: hosts know no session of the vCenter.
        """
        for lease in self.vcenter.objects('HttpNfcLease'):
            if lease.ticket == ticket and lease.get('state') == 'ready' and name in lease.files:
                return lease, lease.content(name)
        raise Refused(404)

    def _datacenter(self, path):
        """The Datacenter at an inventory path."""
        for datacenter in self.vcenter.objects('Datacenter'):
            names = [entity.get('name') for entity in datacenter.ancestors()][-2::-1]
            if '/'.join(names) == path.strip('/'):
                return datacenter
        raise Refused(404)
