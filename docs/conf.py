# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sphinx settings of `make docs`."""

from __future__ import annotations

project = 'vsphere.vm'
copyright = '2026, the vsphere.vm authors'
html_title = 'vsphere.vm'
html_theme = 'alabaster'
# Tables of options are wide.
html_theme_options = {'page_width': '95%', 'body_max_width': '80em'}
html_show_sphinx = False
extensions = ['sphinx_antsibull_ext']
# antsibull-docs refers to pages of ansible-core's own site.
suppress_warnings = ['ref.ref']
