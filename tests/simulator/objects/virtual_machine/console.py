# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The console: tickets, connections, keyboard, screen, and the OVF environment that the guest sees."""

from __future__ import annotations

import secrets
import uuid

from ...fault import Fault
from ...png import png
from ..service_instance import SINGLETONS

MKS_PORT = 902
MAX_PIXELS = 7680  # of a screen's side: what its picture takes must fit into memory
# Each ticket type with the privilege that AcquireTicket's documentation asks for it.
TICKET_PRIVILEGES = {
    'device': 'VirtualMachine.Interact.DeviceConnection', 'guestControl': 'VirtualMachine.Interact.GuestControl',
    'guestIntegrity': 'VirtualMachine.Interact.GuestControl', 'mks': 'VirtualMachine.Interact.ConsoleInteract',
    'webmks': 'VirtualMachine.Interact.ConsoleInteract', 'dnd': 'VirtualMachine.Interact.DnD',
    'webRemoteDevice': 'VirtualMachine.Interact.DeviceConnection',
}


class Console:
    """What a person at the console does.

    connections: the VirtualMachineConnection list that QueryConnections gives; a test may add to it.
    ovf_environment: the XML text that ExtractOvfEnvironment gives; a test may set it.
    """

    def AcquireTicket(self, call, ticketType):
        """A one-time VirtualMachineTicket. Raises InvalidArgument for an unknown type."""
        privilege = TICKET_PRIVILEGES.get(ticketType)
        if privilege is None:
            raise Fault('InvalidArgument', invalidProperty='ticketType')
        call.require(privilege, self)
        self.check('AcquireTicket')
        ticket = {**self._ticket('VirtualMachineTicket'), 'sslThumbprint': self._thumbprint()}
        if ticketType == 'webmks':
            ticket['url'] = f'wss://{ticket["host"]}:443/ticket/{ticket["ticket"]}'
        self.vcenter.events.post('VmAcquiredTicketEvent', self, ticketType=ticketType)
        return ticket

    def AcquireMksTicket(self, call):
        """A one-time VirtualMachineMksTicket, the form before vSphere 4.1."""
        self.check('AcquireMksTicket')
        self.vcenter.events.post('VmAcquiredMksTicketEvent', self)
        return {**self._ticket('VirtualMachineMksTicket'), 'sslThumbprint': self._thumbprint()}

    def QueryConnections(self, call):
        """The connections to the console."""
        self.check('QueryConnections')
        return list(self.connections)

    def DropConnections(self, call, listOfConnections=None):
        """Drop the given connections, all when none are given; true when every one of them was there."""
        self.check('DropConnections')
        doomed = self.connections if listOfConnections is None else listOfConnections
        found = all(connection in self.connections for connection in doomed)
        self.connections = [connection for connection in self.connections if connection not in doomed]
        self.changed()
        return found

    def CreateScreenshot_Task(self, call):
        """Save the screen as a PNG in the machine's folder; the task gives its datastore path."""
        self.check('CreateScreenshot_Task')
        return self.vcenter.start_task(self, call, self._screenshot)

    def SetScreenResolution(self, call, width, height):
        """Set the guest's screen to width x height pixels, through VMware Tools."""
        self._check_display('SetScreenResolution')
        for name, length in (('width', width), ('height', height)):
            if not 1 <= length <= MAX_PIXELS:
                raise Fault('InvalidArgument', invalidProperty=name)
        self.screen_size = (width, height)
        self.changed()

    def SetDisplayTopology(self, call, displays):
        """Span the given displays; the screen is what encloses them."""
        self._check_display('SetDisplayTopology')
        if not displays or any(display['width'] < 1 or display['height'] < 1 for display in displays):
            raise Fault('InvalidArgument', invalidProperty='displays')
        size = tuple(max(display[place] + display[length] for display in displays)
                     for place, length in (('x', 'width'), ('y', 'height')))
        if min(size) < 1 or max(size) > MAX_PIXELS:
            raise Fault('InvalidArgument', invalidProperty='displays')
        self.screen_size = size
        self.changed()

    def SendNMI(self, call):
        """Interrupt the guest. Nothing tells whether it noticed, but `interrupts` counts."""
        self.check('SendNMI')
        self.interrupts += 1

    def PutUsbScanCodes(self, call, spec):
        """Type on a USB keyboard; the number of keys typed. `typed` keeps the UsbScanCodeSpecKeyEvents."""
        self.check('PutUsbScanCodes')
        self.typed += spec['keyEvents']
        return len(spec['keyEvents'])

    def ExtractOvfEnvironment(self, call):
        """The OVF environment document of a running machine; empty without vApp configuration, as documented."""
        self.check('ExtractOvfEnvironment')
        return self.ovf_environment

    def _check_display(self, method):
        self.check(method)
        if not self.tools_running:
            raise Fault('ToolsUnavailable')

    def _ticket(self, type_name):
        host = self.vcenter.resolve(self.host)
        return {'_typeName': type_name, 'ticket': str(uuid.UUID(bytes=secrets.token_bytes(16))),
                'cfgFile': self.configuration['files']['vmPathName'], 'host': host.get('name'), 'port': MKS_PORT}

    def _thumbprint(self):
        """A SHA-1 thumbprint for the host: the same for each ticket."""
        digits = uuid.uuid5(uuid.NAMESPACE_DNS, self.host['value']).hex + '00000000'
        return ':'.join(digits[position:position + 2].upper() for position in range(0, 40, 2))

    def _screenshot(self):
        self.screenshot_count += 1
        path = f'{self.configuration["files"]["snapshotDirectory"]}{self._identity.folder}-{self.screenshot_count}.png'
        datastores = map(self.vcenter.resolve, self.get('datastore'))
        home = next(each for each in datastores if path.startswith(f'[{each.get("name")}]'))
        picture = png(*self.screen_size, self.screenshot_count % 256)
        self.vcenter.find(SINGLETONS['fileManager']).write(home, path, picture)
        return path
