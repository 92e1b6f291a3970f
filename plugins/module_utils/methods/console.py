# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The console: tickets, connections, keyboard, screen, screenshots, and what the guest is told over OVF.

Source: the API pages of these methods, VirtualMachineTicketType, UsbScanCodeSpec and FileManager.
"""

from __future__ import annotations

from .. import wire
from .step import Methods, Step

INTERACT = 'VirtualMachine.Interact'
CONSOLE = f'{INTERACT}.ConsoleInteract'
# Ticket type -> the last part of the privilege for it.
TICKETS = {'device': 'DeviceConnection', 'dnd': 'DnD', 'guestControl': 'GuestControl', 'guestIntegrity': 'GuestControl',
           'mks': 'ConsoleInteract', 'webmks': 'ConsoleInteract', 'webRemoteDevice': 'DeviceConnection'}
MANAGE_FILES = 'Datastore.FileManagement'


def delete_datastore_file(manager, datastore, path, datacenter):
    """DeleteDatastoreFile_Task of the FileManager; `datastore` is the reference of the one that `path` names."""
    return Step(datastore, 'DeleteDatastoreFile_Task', MANAGE_FILES, {'name': path, 'datacenter': datacenter},
                target=manager)


class ConsoleMethods(Methods):
    """Needs runtime.powerState, and guest.toolsRunningStatus for the screen."""

    def acquire_ticket(self, kind):
        """AcquireTicket: returns a VirtualMachineTicket, good for one connection."""
        return self._step('AcquireTicket', f'{INTERACT}.{TICKETS[kind]}', ticketType=kind)

    def acquire_mks_ticket(self):
        """AcquireMksTicket: returns a VirtualMachineMksTicket, the form before vSphere 4.1."""
        return self._step('AcquireMksTicket', CONSOLE)

    def query_connections(self):
        """QueryConnections: returns a list of VirtualMachineConnection."""
        return self._step('QueryConnections', CONSOLE)

    def drop_connections(self, connections):
        """DropConnections, of these; returns whether all of them were dropped."""
        return self._step('DropConnections', CONSOLE, listOfConnections=connections,
                          forecasts=self._needs_power('powered_on'))

    def put_usb_scan_codes(self, events):
        """PutUsbScanCodes, of UsbScanCodeSpecKeyEvents; returns how many keys were typed."""
        return self._step('PutUsbScanCodes', f'{INTERACT}.PutUsbScanCodes', forecasts=self._needs_power('powered_on'),
                          spec=wire.data('UsbScanCodeSpec', keyEvents=events))

    def send_nmi(self):
        """SendNMI."""
        return self._step('SendNMI', f'{INTERACT}.GuestControl',
                          forecasts=self._needs_power('powered_on', fault='InvalidState'))

    def set_screen_resolution(self, width, height):
        """SetScreenResolution, in pixels."""
        return self._screen_step('SetScreenResolution', [(width, height)], width=width, height=height)

    def set_display_topology(self, displays):
        """SetDisplayTopology, of dicts with x, y, width and height in pixels."""
        sizes = [(display['width'], display['height']) for display in displays]
        return self._screen_step('SetDisplayTopology', sizes, displays=[
            wire.data('VirtualMachineDisplayTopology', **display) for display in displays])

    def create_screenshot(self):
        """CreateScreenshot_Task; its result is the datastore path of a PNG."""
        return self._step('CreateScreenshot_Task', f'{INTERACT}.CreateScreenshot',
                          forecasts=self._needs_power('powered_on'))

    def fetch_screenshot(self, datastore, work):
        """Returns the step that fetches what CreateScreenshot_Task has made: what `work(client)` does and returns."""
        return self._step('CreateScreenshot_Task', None).needs(datastore, 'Datastore.Browse', MANAGE_FILES).by(work)

    def extract_ovf_environment(self):
        """ExtractOvfEnvironment: returns an XML text, empty without vApp options."""
        return self._step('ExtractOvfEnvironment', 'VApp.ExtractOvfEnvironment')

    def _screen_step(self, method, sizes, **parameters):
        wrong = None if sizes and min(map(min, sizes)) > 0 else 'a screen is at least 1 pixel wide and 1 pixel high.'
        return self._step(method, CONSOLE, **parameters, forecasts={
            **self._needs_power('powered_on'), **self._needs_tools('given another screen'), 'InvalidArgument': wrong})
