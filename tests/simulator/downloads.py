# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is read with GET outside the API: files of datastores below /folder, which PUT writes too, and files of export
leases below /nfc.

Source: "URL Syntax for HTTP Access" and "Privilege Requirements for HTTP Access" of the Web Services SDK Programming
Guide, and the API page of HttpNfcLeaseDeviceUrl.
"""
from __future__ import annotations

import urllib.parse

from .fault import Fault
from .objects import datastore_contents as contents
from .objects.service_instance import SINGLETONS

SESSION_COOKIE = 'vmware_soap_session'
PRIVILEGES = ('Datastore.Browse', 'Datastore.FileManagement')


class Refused(Exception):
    """The HTTP status with which a download is refused."""

    def __init__(self, status):
        super().__init__(status)
        self.status = status


class Downloads:
    """Finds and keeps the bytes of a URL for a session. It knows no HTTP but the statuses."""

    def __init__(self, vcenter):
        self.vcenter = vcenter

    def folder(self, session, path, query):
        """The bytes of `path` on the datastore dsName of the datacenter dcPath; raises Refused."""
        manager, datacenter, datastore, place = self._place(session, path, query)
        content = manager.read(datacenter, contents.path_of(datastore, place))
        if content is None:
            raise Refused(404)
        return content

    def store(self, session, path, query, content):
        """Put bytes there, in a folder that is there; the HTTP status. Raises Refused."""
        manager, datacenter, datastore, place = self._place(session, path, query)
        present = contents.files(datastore)
        folders = contents.folders(datastore, present)
        name = contents.path_of(datastore, place)
        is_new = manager.read(datacenter, name) is None
        if place.rpartition('/')[0] not in folders:
            raise Refused(404)
        if place in folders or (is_new and place in present):  # figures only, of a virtual machine
            raise Refused(403)
        manager.write(datastore, name, content)
        return 201 if is_new else 200

    def nfc(self, ticket, name):
        """(the lease, the bytes) of a file of the export lease whose URLs hold the ticket; raises Refused.

        The ticket is all that it takes: hosts know no session of the vCenter.
        """
        for lease in self.vcenter.objects('HttpNfcLease'):
            if lease.ticket == ticket and lease.get('state') == 'ready' and name in lease.files and not lease.given_up:
                return lease, lease.content(name)
        raise Refused(404)

    def receive(self, ticket, name, size):
        """Take note of a file that was sent to an import lease, of so many bytes; raises Refused."""
        for lease in self.vcenter.objects('HttpNfcLease'):
            if lease.ticket == ticket and lease.get('state') == 'ready' and name in lease.files and lease.given_up:
                lease.received[name] = size
                return
        raise Refused(404)

    def _place(self, session, path, query):
        """(FileManager, Datacenter, Datastore, place) of a URL; raises Refused."""
        if session is None:
            raise Refused(401)
        wanted = dict(urllib.parse.parse_qsl(query))
        datacenter = self._datacenter(wanted.get('dcPath', ''))
        try:
            datastore, place = contents.find(self.vcenter, datacenter.get('datastore'),
                                             f'[{wanted.get("dsName")}] {path}')
        except Fault:
            raise Refused(404) from None
        if not all(self.vcenter.access.has(session.user, privilege, datastore) for privilege in PRIVILEGES):
            raise Refused(403)
        return self.vcenter.find(SINGLETONS['fileManager']), datacenter, datastore, place

    def _datacenter(self, path):
        """The Datacenter at an inventory path."""
        for datacenter in self.vcenter.objects('Datacenter'):
            names = [entity.get('name') for entity in datacenter.ancestors()][-2::-1]
            if '/'.join(names) == path.strip('/'):
                return datacenter
        raise Refused(404)
