# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Texts of the vCenter that look like templates, so that Ansible does not take them for any.

Whoever may name a VM or write its annotation must not run a lookup in the controller.
"""

from __future__ import annotations

try:
    # From ansible-core 2.19 on a text is no template unless it is trusted. What can be none is trusted, too: otherwise
    # ansible-inventory --list wraps every text as unsafe.
    from ansible.template import trust_as_template as harmless
except ImportError:
    from ansible.utils.unsafe_proxy import wrap_var as inert_text

    def harmless(text):
        """Returns the text."""
        return text
else:
    def inert_text(text):
        """Returns the text."""
        return text

# What a text must hold to be a template: braces, or a first line that gives braces another shape.
SIGNS = ('{', '#jinja2:')


def inert(value):
    """Returns plain data whose texts are never templated."""
    if isinstance(value, dict):
        return {name: inert(member) for name, member in value.items()}
    if isinstance(value, list):
        return [inert(each) for each in value]
    if not isinstance(value, str):
        return value
    return inert_text(value) if any(sign in value for sign in SIGNS) else harmless(value)
