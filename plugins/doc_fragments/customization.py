# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations


class ModuleDocFragment:
    """Option group CUSTOMIZATION of module_utils/options.py."""

    DOCUMENTATION = r'''
options:
  customization_spec:
    description: Name of a customization specification that is saved in vCenter.
    type: str
    aliases: [existing_spec_name]
  customization:
    description: The settings of the guest, in place of O(customization_spec).
    type: dict
    suboptions:
      os:
        description: The kind of specification. Without it, V(windows) or V(linux), according to the guest.
        type: str
        choices: [linux, windows, cloud_init]
      hostname:
        description: Host name. Without it, the name of the virtual machine.
        type: str
      domain:
        description: DNS domain of a Linux guest.
        type: str
      dns_servers:
        description: DNS servers.
        type: list
        elements: str
      dns_suffix:
        description: DNS search domains.
        type: list
        elements: str
      timezone:
        description: Time zone, such as V(Europe/Berlin) for Linux, or its number for Windows.
        type: str
      hwclockUTC:
        description: Whether the hardware clock of a Linux guest is in UTC.
        type: bool
        aliases: [hwclock_utc]
      script_text:
        description: A script that runs in a Linux guest before and after the customization.
        type: str
      password:
        description: Password of the administrator of a Windows guest or, since vCenter 9.1, of root in a Linux guest.
        type: str
      fullname:
        description: Name of the owner of a Windows guest.
        type: str
      orgname:
        description: Organization of the owner of a Windows guest.
        type: str
      productid:
        description: Serial number of a Windows guest.
        type: str
      joindomain:
        description: Active Directory domain that a Windows guest joins.
        type: str
      joinworkgroup:
        description: Workgroup that a Windows guest joins, if it joins no domain; C(WORKGROUP) if unset.
        type: str
      domainadmin:
        description: User who is allowed to join O(customization.joindomain).
        type: str
      domainadminpassword:
        description: Password of O(customization.domainadmin).
        type: str
      domainou:
        description: Organizational unit in O(customization.joindomain), since vCenter 8.0 U2.
        type: str
        aliases: [domain_ou]
      autologon:
        description: Log the administrator on to a Windows guest.
        type: bool
        default: false
      autologoncount:
        description: How many times O(customization.autologon) logs on.
        type: int
        default: 1
      runonce:
        description: Commands that run in a Windows guest when a user first logs on.
        type: list
        elements: str
      cloud_init_metadata:
        description: Metadata for cloud-init, in YAML or JSON.
        type: str
      cloud_init_userdata:
        description: User data for cloud-init.
        type: str
  networks:
    description:
      - Addresses of the network adapters, in their order; an adapter without an entry gets its address by DHCP.
      - With O(customization_spec), they replace those of the specification.
    type: list
    elements: dict
    suboptions:
      type:
        description: How the adapter gets its address. Without it, V(static) if O(networks[].ip) is set.
        type: str
        choices: [dhcp, static]
      mac:
        description: MAC address of the adapter that this entry is for.
        type: str
      ip:
        description: IPv4 address.
        type: str
      netmask:
        description: Subnet mask.
        type: str
      gateway:
        description: Gateways.
        type: list
        elements: str
      dns_servers:
        description: DNS servers of this adapter.
        type: list
        elements: str
      domain:
        description: DNS domain of this adapter.
        type: str
'''
