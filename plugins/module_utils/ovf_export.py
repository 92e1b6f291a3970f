# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An OVF package of a virtual machine on this machine: whether it is there whole, and how it is fetched.

Source: the API pages of HttpNfcLease, HttpNfcLeaseDeviceUrl, HttpNfcLeaseManifestEntry and OvfManager; DMTF DSP0243,
chapter 5.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
from contextlib import contextmanager, suppress
from urllib.parse import unquote, urlsplit

from . import wire
from .answers import as_fault
from .faults import Failure, Refusal, WaitTimeout
from .local_files import check_folder, local_errors, make_folder, named_after, plain_name

MANIFEST_LINE = re.compile(r'(SHA1|SHA256)\((.+)\)\s*=\s*([0-9a-fA-F]+)\s*')
PIECE = 1024 * 1024
# Our options, and what CreateDescriptor calls them.
EXPORT_OPTIONS = {'extra_config': 'extraconfig', 'keep_mac': 'mac', 'keep_uuid': 'uuid'}
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0  # seconds between two looks at a lease that is not ready yet
OVERHEAD = 64 * 1024 ** 2  # bytes of a disk's file that are not the disk, at least
SIGNS_OF_LIFE = 4  # how often within its timeout a lease is told that the transfer goes on


class Package:
    """The package of one VM: `folder` with name.ovf, name.mf and the files that these name."""

    def __init__(self, vm, params):
        self.vm = vm
        self.params = params
        self.stem = named_after(vm, '{name}')
        self.folder = os.path.join(os.path.abspath(named_after(vm, params['dest'])), self.stem)

    def is_whole(self):
        """Tells whether the manifest is there and every file that it names has the checksum that stands there."""
        with suppress(OSError, UnicodeDecodeError):
            with open(self._path(f'{self.stem}.mf'), encoding='utf-8') as manifest:
                lines = [MANIFEST_LINE.fullmatch(line) for line in manifest]
            if all(lines) and f'{self.stem}.ovf' in [line[2] for line in lines]:
                return all('/' not in name and digest_of(self._path(name), kind) == digest.lower()
                           for kind, name, digest in (line.groups() for line in lines))
        return False

    def export(self):
        """Returns the step that exports. Raises Refusal if the folder cannot be written into."""
        check_folder(self.folder)
        return self.vm.export(self.fetch)

    def fetch(self, client):
        """Exports: returns {files: [{path, size_bytes, sha256}], warnings: [text]}.

        The files come into a folder of their own first, so that nothing is left of an export that fails. Raises
        Failure; the lease is then aborted.
        """
        make_folder(self.folder)
        lease = client.call(self.vm.ref, 'ExportVm')
        with (aborted_on_failure(client, lease), local_errors(self.folder),
              tempfile.TemporaryDirectory(dir=self.folder, prefix='.export-') as part):
            info = self._ready(client, lease)
            transfer = Transfer(client, lease, info, part)
            for url in self._wanted(info):
                transfer.fetch(url, self._name(url))
            transfer.verify()
            warnings = self._describe(client, transfer)
            self._list(transfer)
            client.call(lease, 'HttpNfcLeaseComplete')
            self._publish(part, transfer)
        return {'files': [{'path': self._path(each.name), 'size_bytes': each.size, 'sha256': each.sha256}
                          for each in transfer.files], 'warnings': warnings}

    def _path(self, name):
        return os.path.join(self.folder, name)

    def _ready(self, client, lease):
        """Returns the HttpNfcLeaseInfo of a lease when it is ready."""
        deadline, pause = time.monotonic() + self.params['timeout'], FIRST_PAUSE
        while True:
            state = client.get(lease, 'state')
            if state == 'ready':
                return client.get(lease, 'info')
            if state != 'initializing':
                raise as_fault(client.get(lease, 'error') or {wire.TYPE: 'InvalidState'}, 'ExportVm')
            if time.monotonic() > deadline:
                raise WaitTimeout(f'The export lease has not become ready within {self.params["timeout"]} seconds.',
                                  operation='ExportVm')
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _wanted(self, info):
        """Yields the HttpNfcLeaseDeviceUrls of disks and nvram, and of the images in drives if they are asked for."""
        for url in info.get('deviceUrl') or []:
            if url.get('disk') or url['key'].endswith('/nvram') or self.params['images']:
                yield url

    def _name(self, url):
        name = plain_name(unquote(urlsplit(url['url']).path.rpartition('/')[2]))
        return name if name.startswith(self.stem) else f'{self.stem}-{name}'

    def _describe(self, client, transfer):
        """Writes the descriptor; returns the server's warnings."""
        options = [option for name, option in EXPORT_OPTIONS.items() if self.params[name]]
        result = client.call(client.service('ovfManager'), 'CreateDescriptor', obj=self.vm.ref, cdp=wire.data(
            'OvfCreateDescriptorParams', name=self.vm.name, ovfFiles=[each.described() for each in transfer.files],
            includeImageFiles=self.params['images'], exportOption=options or None))
        if result.get('error'):
            raise as_fault(result['error'][0], 'CreateDescriptor')
        transfer.write(f'{self.stem}.ovf', result['ovfDescriptor'].encode())
        return [as_fault(each).message for each in result.get('warning') or []]

    def _list(self, transfer):
        """Writes the manifest, which names every other file with its checksum."""
        lines = [f'SHA256({each.name})= {each.sha256}\n' for each in sorted(transfer.files, key=lambda each: each.name)]
        transfer.write(f'{self.stem}.mf', ''.join(lines).encode())

    def _publish(self, part, transfer):
        """Puts the files in their places; the manifest last, for without it there is no package."""
        with suppress(FileNotFoundError):
            os.unlink(self._path(f'{self.stem}.mf'))
        for each in transfer.files:
            # Unlike shutil.move this does not follow a link that lies there.
            os.replace(os.path.join(part, each.name), self._path(each.name))


class Transfer:
    """The files of one lease on their way into a folder. `files` has a File for each that is there."""

    def __init__(self, client, lease, info, folder):
        self.client = client
        self.lease = lease
        self.folder = folder
        self.files = []
        self.timeout = info.get('leaseTimeout') or 0
        self.total = max(1, (info.get('totalDiskCapacityInKB') or 0) * 1024)
        self.done, self.told = 0, time.monotonic()
        keys = [wire.data('KeyValue', key=each['key'], value='sha256') for each in info.get('deviceUrl') or []]
        client.call(lease, 'HttpNfcLeaseSetManifestChecksumType', deviceUrlsToChecksumTypes=keys)

    def fetch(self, url, name):
        """Downloads the file of an HttpNfcLeaseDeviceUrl."""
        if name in [each.name for each in self.files]:
            raise Refusal(f'The server gives two files the name {name!r}.', 'InvalidFileName', category='server')
        file = File(name, url['key'])
        with open(os.path.join(self.folder, name), 'wb') as written:
            def take(piece):
                written.write(piece)
                file.update(piece)
                self._go_on(len(piece))
            self.client.download(url['url'], take, fingerprint=url.get('sslThumbprint'), most=self._most(url),
                                 patience=self.timeout / 2 if self.timeout else None)
        self.files.append(file)

    def _most(self, url):
        """Returns how many bytes a file may have: a disk that no packing helps, a little more than it holds."""
        if url.get('disk') and self.total > 1:
            return self.total + self.total // 10 + OVERHEAD
        return url.get('fileSize') or float('inf')

    def write(self, name, content):
        """Writes a file that does not come from the lease."""
        file = File(name)
        file.update(content)
        with open(os.path.join(self.folder, name), 'wb') as written:
            written.write(content)
        self.files.append(file)

    def verify(self):
        """Compares the checksums with those of what the hosts have sent. Raises Refusal."""
        manifest = {each['key']: each for each in self.client.call(self.lease, 'HttpNfcLeaseGetManifest') or []}
        for file in self.files:
            file.entry = manifest.get(file.key)
            if file.entry is None:
                raise Refusal(f'The manifest of the lease lacks {file.name}, so it cannot be verified.',
                              'ManifestIncomplete', category='server', details={'file': file.name})
            if not file.is_as_sent():
                raise Refusal(f'{file.name} is not what the host has sent: its checksum differs.', 'ChecksumMismatch',
                              category='transport', details={'file': file.name})

    def _go_on(self, size):
        """Tells the lease, now and then, how far the transfer is: otherwise it would run out."""
        self.done += size
        if time.monotonic() - self.told >= self.timeout / SIGNS_OF_LIFE:
            self.told = time.monotonic()
            self.client.call(self.lease, 'HttpNfcLeaseProgress', repeatable=True,
                             percent=min(99, 100 * self.done // self.total))


class File:
    """A file of a package: its name, its key in the lease, size and checksums, and its entry in the manifest."""

    def __init__(self, name, key=None):
        self.name = name
        self.key = key
        self.size = 0
        self.entry = None
        # SHA-1 is what the oldest hosts have sent, and no protection.
        self._sha1, self._sha256 = hashlib.new('sha1', usedforsecurity=False), hashlib.sha256()

    def update(self, piece):
        """Notes a piece of the content."""
        self.size += len(piece)
        self._sha1.update(piece)
        self._sha256.update(piece)

    @property
    def sha256(self):
        """The checksum, in hexadecimal digits."""
        return self._sha256.hexdigest()

    def is_as_sent(self):
        """Tells whether the content is what the manifest tells of."""
        if self.entry.get('checksumType') == 'sha256' and self.entry.get('checksum'):
            return self.entry['checksum'].lower() == self.sha256
        return self.entry['sha1'].lower() == self._sha1.hexdigest()

    def described(self):
        """Returns the OvfFile for the descriptor."""
        return wire.data('OvfFile', deviceId=self.key, path=self.name, size=self.size,
                         capacity=self.entry.get('capacity'), populatedSize=self.entry.get('populatedSize'))


@contextmanager
def aborted_on_failure(client, lease):
    """Gives a lease up if something goes wrong, an interruption too; it would hold the VM until it runs out."""
    try:
        yield
    except BaseException:
        if not client.closed:
            with suppress(Failure):
                client.call(lease, 'HttpNfcLeaseAbort')
        raise


def digest_of(path, kind):
    """Returns the checksum of a file, SHA1 or SHA256, in hexadecimal digits."""
    digest = hashlib.new(kind.lower(), usedforsecurity=False)
    with open(path, 'rb') as file:
        for piece in iter(lambda: file.read(PIECE), b''):
            digest.update(piece)
    return digest.hexdigest()
