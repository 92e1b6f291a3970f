# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""OvfManager.CreateDescriptor: the OVF descriptor of a virtual machine. Source: DMTF DSP0243, version 1.1."""
from __future__ import annotations

import xml.etree.ElementTree as ET

from ..fault import Fault, invalid_argument
from ..managed_object import ManagedObject
from .ovf_import import Descriptor
from .ovf_names import CARDS, CONTROLLERS, CPU, DISK, MEMORY, NIC, OVF, RASD, VMW, VSSD
from .virtual_machine import disk_chain

DISK_FORMAT = 'http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized'
EXPORT_OPTIONS = ('extraconfig', 'mac', 'uuid', 'nodevicesubtypes')


class OvfManager(ManagedObject):
    """Describes virtual machines."""

    def property_ovfExportOption(self):
        """What CreateDescriptor's exportOption may hold."""
        return [{'_typeName': 'OvfOptionInfo', 'option': option, 'description': {
            '_typeName': 'LocalizableMessage', 'key': option, 'message': option}} for option in EXPORT_OPTIONS]

    def CreateDescriptor(self, call, obj, cdp):
        """The OvfCreateDescriptorResult for a virtual machine whose files are those of `cdp`, by the keys of a lease.

        Raises InvalidArgument for a device that it has not, and for an option that there is not; NotSupported for
        another entity.
        """
        vm = self.vcenter.resolve(obj)
        if vm.ref['type'] != 'VirtualMachine':
            raise Fault('NotSupported')
        call.require('VApp.Export', vm)
        options = cdp.get('exportOption') or []
        if not set(options) <= set(EXPORT_OPTIONS):
            raise invalid_argument('cdp.exportOption')
        files = {file['deviceId']: file for file in cdp.get('ovfFiles') or []}
        if not set(files) <= {file.key for file in vm.exported_files()}:
            raise invalid_argument('cdp.ovfFiles')
        _register()
        envelope = _envelope(vm, cdp.get('name') or vm.get('name'), files, options)
        text = ET.tostring(envelope, encoding='unicode', xml_declaration=True)
        return {'_typeName': 'OvfCreateDescriptorResult', 'ovfDescriptor': text,
                'includeImageFiles': bool(cdp.get('includeImageFiles'))}

    def CreateImportSpec(self, call, ovfDescriptor, resourcePool, datastore, cisp):
        """The OvfCreateImportSpecResult of a descriptor of one virtual machine: what ResourcePool.ImportVApp takes, and
        the files to send; its `error` has an OvfXmlFormat for what is no such descriptor."""
        self.vcenter.resolve(resourcePool)
        name = self.vcenter.resolve(datastore).get('name')
        networks = {each['name']: each['network'] for each in cisp.get('networkMapping', ())}
        try:
            descriptor = Descriptor(ovfDescriptor)
            spec = descriptor.config_spec(cisp['entityName'], name, networks, cisp.get('diskProvisioning', 'thin'))
            items = descriptor.file_items(cisp['entityName'])
        except (ValueError, KeyError, TypeError) as error:
            fault = Fault('OvfXmlFormat', lineNumber=0, description=str(error))
            return {'_typeName': 'OvfCreateImportSpecResult', 'error': [fault.wire()]}
        return {'_typeName': 'OvfCreateImportSpecResult', 'fileItem': items,
                'importSpec': {'_typeName': 'VirtualMachineImportSpec', 'configSpec': spec}}


def _register():
    for prefix, namespace in (('ovf', OVF), ('rasd', RASD), ('vssd', VSSD), ('vmw', VMW)):
        ET.register_namespace(prefix, namespace)


def _add(parent, tag, text=None, namespace=OVF, **attributes):
    named = {f'{{{OVF}}}{key}': str(value) for key, value in attributes.items()}
    child = ET.SubElement(parent, f'{{{namespace}}}{tag}', named)
    child.text = None if text is None else str(text)
    return child


def _envelope(vm, name, files, options):
    envelope = ET.Element(f'{{{OVF}}}Envelope')
    references = _add(envelope, 'References')
    for number, file in enumerate(files.values(), 1):
        _add(references, 'File', id=f'file{number}', href=file['path'], size=file['size'])
    numbers = {key: number for number, key in enumerate(files, 1)}
    _disk_section(envelope, vm, files, numbers)
    networks = _add(envelope, 'NetworkSection')
    _add(networks, 'Info', 'The list of logical networks')
    for network in sorted({_network(adapter) for adapter in vm.network_adapters}):
        _add(networks, 'Network', name=network)
    system = _add(envelope, 'VirtualSystem', id=name)
    _add(system, 'Info', 'A virtual machine')
    _add(system, 'Name', name)
    _hardware(system, vm, name, numbers, options)
    return envelope


def _disk_section(envelope, vm, files, numbers):
    section = _add(envelope, 'DiskSection')
    _add(section, 'Info', 'Virtual disk information')
    for disk in vm.disks:
        key = vm.export_key(disk)
        if key in files:
            _add(section, 'Disk', capacity=disk['capacityInBytes'], capacityAllocationUnits='byte', format=DISK_FORMAT,
                 diskId=f'vmdisk{numbers[key]}', fileRef=f'file{numbers[key]}',
                 populatedSize=files[key].get('populatedSize', 0))


def _hardware(system, vm, name, numbers, options):
    config, section = vm.configuration, _add(system, 'VirtualHardwareSection')
    _add(section, 'Info', 'Virtual hardware requirements')
    described = _add(section, 'System')
    _add(described, 'ElementName', 'Virtual Hardware Family', VSSD)
    _add(described, 'InstanceID', 0, VSSD)
    _add(described, 'VirtualSystemIdentifier', name, VSSD)
    _add(described, 'VirtualSystemType', config['version'], VSSD)
    items = [('CPU', CPU, {'VirtualQuantity': config['hardware']['numCPU']}),
             ('Memory', MEMORY, {'VirtualQuantity': config['hardware']['memoryMB'], 'AllocationUnits': 'byte * 2^20'})]
    controllers = {}
    for each in config['hardware']['device']:
        if each['_typeName'] in CONTROLLERS:
            kind, subtype = CONTROLLERS[each['_typeName']]
            items.append((each['deviceInfo']['label'], kind, {'Address': each['busNumber'],
                                                              'ResourceSubType': subtype}))
            controllers[each['key']] = len(items)
    items += [(each['deviceInfo']['label'], DISK, {
        'HostResource': f'ovf:/disk/vmdisk{numbers[vm.export_key(each)]}', 'AddressOnParent': each['unitNumber'],
        'Parent': controllers.get(each['controllerKey'])})
        for each in vm.disks if disk_chain.is_file_disk(each) and vm.export_key(each) in numbers]
    items += [(each['deviceInfo']['label'], NIC, {
        'Connection': _network(each), 'ResourceSubType': CARDS.get(each['_typeName']),
        'Address': each['macAddress'] if 'mac' in options else None}) for each in vm.network_adapters]
    left_out = ('ResourceSubType',) if 'nodevicesubtypes' in options else ()
    for number, (label, kind, members) in enumerate(items, 1):
        item = _add(section, 'Item')
        for member, value in sorted({'ElementName': label, 'InstanceID': number, 'ResourceType': kind,
                                     **members}.items()):
            if value is not None and member not in left_out:
                _add(item, member, value, RASD)
    for option in config['extraConfig'] if 'extraconfig' in options else ():
        ET.SubElement(section, f'{{{VMW}}}ExtraConfig', {f'{{{VMW}}}key': option['key'],
                                                         f'{{{VMW}}}value': str(option['value']['_value'])})


def _network(adapter):
    return adapter['backing'].get('deviceName') or 'VM Network'
