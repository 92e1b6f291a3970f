# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations


class ModuleDocFragment:
    """Option group CONNECTION of module_utils/options.py."""

    DOCUMENTATION = r'''
options:
  hostname:
    description: Host name or address of the vCenter. From the environment variable E(VMWARE_HOST) if not set.
    type: str
  port:
    description: HTTPS port of the vCenter. From the environment variable E(VMWARE_PORT) if not set.
    type: int
    default: 443
  username:
    description: User to log in as, such as C(administrator@vsphere.local). From the environment variable E(VMWARE_USER)
      if not set.
    type: str
    aliases: [admin, user]
  password:
    description: Password of O(username). From the environment variable E(VMWARE_PASSWORD) if not set.
    type: str
    aliases: [pass, pwd]
  session_id:
    description:
      - A session to use instead of logging in, from M(vsphere.vm.session) or from C(POST /api/session) of vCenter 8.0
        U3 and later.
      - It is not renewed and not logged out.
    type: str
  validate_certs:
    description: Verify the certificate of the vCenter. From the environment variable E(VMWARE_VALIDATE_CERTS) if not
      set.
    type: bool
    default: true
  ca_cert:
    description:
      - A file with the CA certificates to trust instead of those of the Python library. From the environment variable
        E(VMWARE_CA_CERT) if not set.
      - The environment variables E(REQUESTS_CA_BUNDLE) and E(CURL_CA_BUNDLE) are used if neither is set.
    type: path
  proxy_host:
    description:
      - An HTTP proxy to reach the vCenter through. From the environment variable E(VMWARE_PROXY_HOST) if not set.
      - The environment variables E(HTTPS_PROXY) and E(NO_PROXY) are used if neither is set. E(HTTPS_PROXY) may contain
        the user and the password of the proxy, as in C(http://user:password@proxy.example.com:3128).
    type: str
  proxy_port:
    description: Port of O(proxy_host). From the environment variable E(VMWARE_PROXY_PORT) if not set, else 8080.
    type: int
  release:
    description: The API release to use, such as V(8.0.2.0), instead of the newest that both the vCenter and this
      collection know.
    type: str
  request_timeout:
    description: Seconds to wait for the answer to one request; the wait for a task is O(ignore:timeout).
    type: int
    default: 60
'''
