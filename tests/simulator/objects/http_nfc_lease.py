# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""HttpNfcLease: the hold on a virtual machine while it is exported or imported, with the URLs of its files."""
from __future__ import annotations

import hashlib
import uuid

from ..fault import Fault, invalid_argument
from ..managed_object import ManagedObject

CHECKSUM_TYPES = ('sha1', 'sha256')


class HttpNfcLease(ManagedObject):
    """Initializing, then ready until it is completed, aborted or not kept alive for `seconds`.

    vm: what is exported or imported. task: what ends with the lease. files: {name in the URL: ExportedFile}, filled
    in with what `list_files()` gives when it is ready. ticket: what the URLs hold. given_up: what is to be done when
    an import fails; None for an export. received: {name in the URL: bytes that came} of an import.
    """

    def __init__(self, vcenter, vm, task, seconds, fault, list_files, given_up=None):
        super().__init__(vcenter, f'session[{uuid.uuid4()}]{uuid.uuid4()}', state='initializing', initializeProgress=0,
                         transferProgress=0, mode='pushOrGet', capabilities={
                             '_typeName': 'HttpNfcLeaseCapabilities', 'pullModeSupported': False,
                             'corsSupported': True})
        self.vm, self.task, self.seconds, self._fault = vm, task, seconds, fault
        self.ticket, self.files, self._sent, self._checksums, self._timer = str(uuid.uuid4()), {}, {}, {}, None
        self._expired, self._list_files = False, list_files
        self.given_up, self.received = given_up, {}

    def start(self):
        """Become ready when a task's time is over; returns the lease."""
        self.vcenter.add(self)
        self.vcenter.later(self.vcenter.settings.task_seconds, self._prepare)
        return self

    def content(self, name):
        """The bytes of a file, which from then on stand in the manifest."""
        content = self.files[name].content
        self._sent[name] = content
        return content

    def HttpNfcLeaseGetManifest(self, call):
        """A HttpNfcLeaseManifestEntry for each file that was downloaded."""
        self._check_ready()
        return [self._entry(self.files[name], content) for name, content in self._sent.items()]

    def HttpNfcLeaseSetManifestChecksumType(self, call, deviceUrlsToChecksumTypes=()):
        """Which checksum the manifest is to have of which file, by the key of its URL."""
        self._check_ready()
        keys = {file.key for file in self.files.values()}
        for pair in deviceUrlsToChecksumTypes:
            if pair['key'] not in keys or pair['value'] not in CHECKSUM_TYPES:
                raise invalid_argument('deviceUrlsToChecksumTypes')
            self._checksums[pair['key']] = pair['value']

    def HttpNfcLeaseProgress(self, call, percent):
        """Note the progress, and live on. Raises Timedout when the lease has run out."""
        if self._expired:
            raise Fault('Timedout')
        self._check_ready()
        if not 0 <= percent <= 100:
            raise invalid_argument('percent')
        self.set('transferProgress', percent)
        self.task.advance(percent)
        self._keep_alive()

    def HttpNfcLeaseComplete(self, call):
        """The export is done; so is its task. The URLs go."""
        self._check_ready()
        self._end('done')
        self.task.resume()

    def HttpNfcLeaseAbort(self, call, fault=None):
        """The export is given up; its task fails with `fault`, RequestCanceled without one."""
        if self.get('state') not in ('initializing', 'ready'):
            raise Fault('InvalidState')
        self._fail(Fault(fault['_typeName']) if fault else Fault('RequestCanceled'))

    def removed(self):
        """Nothing runs out any more."""
        if self._timer is not None:
            self._timer.cancel()

    def _prepare(self):
        if self.get('state') != 'initializing':
            return
        if self._fault is not None:
            self._fail(self._fault)
            return
        files = self._list_files()
        self.files = {file.name: file for file in files}
        self.set('initializeProgress', 100)
        self.set('info', {
            '_typeName': 'HttpNfcLeaseInfo', 'lease': self.ref, 'entity': self.vm.ref, 'leaseTimeout': self.seconds,
            'totalDiskCapacityInKB': sum(file.capacity or 0 for file in files) // 1024,
            'deviceUrl': [self._device_url(file) for file in files]})
        self.set('state', 'ready')
        self._keep_alive()

    def _device_url(self, file):
        authority, thumbprint = self.vcenter.nfc_server()
        url = {'_typeName': 'HttpNfcLeaseDeviceUrl', 'key': file.key, 'importKey': file.key,
               'url': f'https://{authority}/nfc/{self.ticket}/{file.name}', 'sslThumbprint': thumbprint,
               'disk': file.capacity is not None, 'targetId': file.target}
        return url if file.capacity is not None else {**url, 'fileSize': len(file.content)}

    def _entry(self, file, content):
        entry = {'_typeName': 'HttpNfcLeaseManifestEntry', 'key': file.key, 'sha1': hashlib.sha1(content).hexdigest(),
                 'size': len(content), 'disk': file.capacity is not None}
        kind = self._checksums.get(file.key)
        if kind:
            entry.update(checksum=hashlib.new(kind, content).hexdigest(), checksumType=kind)
        if file.capacity is not None:
            entry.update(capacity=file.capacity, populatedSize=file.populated)
        return entry

    def _check_ready(self):
        if self.get('state') != 'ready':
            raise Fault('InvalidState')

    def _keep_alive(self):
        self.removed()
        self._timer = self.vcenter.later(self.seconds, self._run_out)

    def _run_out(self):
        self._expired = True
        self._fail(Fault('Timedout'))

    def _fail(self, fault):
        self.set('error', fault.wire())
        self._end('error')
        self.task.fail(fault)
        if self.given_up is not None:
            self.given_up()

    def _end(self, state):
        self.removed()
        self.set('state', state)
        self.vcenter.later(self.vcenter.settings.task_retention, lambda: self.vcenter.remove(self))
