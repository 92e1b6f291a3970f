# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Namespaces and numbers of OVF descriptors. Source: DMTF DSP0243, version 1.1."""
from __future__ import annotations

CIM = 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM'
OVF, RASD = 'http://schemas.dmtf.org/ovf/envelope/1', f'{CIM}_ResourceAllocationSettingData'
VSSD = f'{CIM}_VirtualSystemSettingData'
VMW = 'http://www.vmware.com/schema/ovf'
CPU, MEMORY, SCSI, NIC, DISK, OTHER_STORAGE = 3, 4, 6, 10, 17, 20
# Type of a device -> its ResourceSubType, as the descriptors that VMware's products write have it.
CONTROLLERS = {
    'ParaVirtualSCSIController': (SCSI, 'VirtualSCSI'), 'VirtualLsiLogicController': (SCSI, 'lsilogic'),
    'VirtualLsiLogicSASController': (SCSI, 'lsilogicsas'), 'VirtualBusLogicController': (SCSI, 'buslogic'),
    'VirtualAHCIController': (OTHER_STORAGE, 'vmware.sata.ahci'),
    'VirtualNVMEController': (OTHER_STORAGE, 'vmware.nvme.controller')}
CARDS = {'VirtualVmxnet3': 'VmxNet3', 'VirtualE1000': 'E1000', 'VirtualE1000e': 'E1000e', 'VirtualPCNet32': 'PCNet32'}
