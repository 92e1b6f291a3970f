# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The keys of a US keyboard: usages as the USB HID Usage Tables number them, modifiers, names, and what there is not."""

from __future__ import annotations

import string

import pytest
from ansible_collections.vsphere.vm.plugins.module_utils.faults import Refusal
from ansible_collections.vsphere.vm.plugins.module_utils.usb_keyboard import pressed, typed

from tests.simulator import schema


def plain(event):
    """(usage, modifiers) of an event, whose page must be that of keyboards."""
    assert event['usbHidCode'] & 0xFFFF == 7
    assert schema.problems(event, schema.find('UsbScanCodeSpecKeyEvent')) == []
    return event['usbHidCode'] >> 16, {name for name in event.get('modifiers', {}) if name != '_typeName'}


@pytest.mark.parametrize(('sign', 'usage', 'shifted'), [
    ('a', 0x04, False), ('z', 0x1D, False), ('A', 0x04, True), ('1', 0x1E, False), ('0', 0x27, False), ('!', 0x1E, True),
    (')', 0x27, True), ('\n', 0x28, False), ('\t', 0x2B, False), (' ', 0x2C, False), ('-', 0x2D, False), ('_', 0x2D, True),
    ('=', 0x2E, False), ('+', 0x2E, True), ('[', 0x2F, False), ('}', 0x30, True), ('\\', 0x31, False), ('|', 0x31, True),
    (';', 0x33, False), (':', 0x33, True), ("'", 0x34, False), ('"', 0x34, True), ('`', 0x35, False), ('~', 0x35, True),
    (',', 0x36, False), ('<', 0x36, True), ('.', 0x37, False), ('>', 0x37, True), ('/', 0x38, False), ('?', 0x38, True)])
def test_a_sign_is_a_key_with_or_without_shift(sign, usage, shifted):
    assert [plain(event) for event in typed(sign)] == [(usage, {'leftShift'} if shifted else set())]


def test_every_sign_of_ascii_can_be_typed_and_each_otherwise():
    signs = string.ascii_letters + string.digits + string.punctuation + ' \t\n'
    keys = [plain(event) for event in typed(signs)]
    assert len({(usage, *modifiers) for usage, modifiers in keys}) == len(signs)


def test_ends_of_lines_are_one_key():
    assert [usage for usage, _held in map(plain, typed('a\r\nb\n'))] == [0x04, 0x28, 0x05, 0x28]


@pytest.mark.parametrize(('keys', 'usage', 'modifiers'), [
    ('ENTER', 0x28, ''), ('return', 0x28, ''), ('Esc', 0x29, ''), ('BACKSPACE', 0x2A, ''), ('TAB', 0x2B, ''), ('SPACE', 0x2C, ''),
    ('CAPSLOCK', 0x39, ''), ('F1', 0x3A, ''), ('F12', 0x45, ''), ('F13', 0x68, ''), ('F24', 0x73, ''), ('SYSRQ', 0x46, ''),
    ('PAUSE', 0x48, ''), ('INSERT', 0x49, ''), ('HOME', 0x4A, ''), ('PAGE_UP', 0x4B, ''), ('DEL', 0x4C, ''), ('END', 0x4D, ''),
    ('PGDN', 0x4E, ''), ('RIGHTARROW', 0x4F, ''), ('LEFT', 0x50, ''), ('ARROW_DOWN', 0x51, ''), ('UP', 0x52, ''), ('MENU', 0x65, ''),
    ('q', 0x14, ''), ('Q', 0x14, 'leftShift'), ('+', 0x2E, 'leftShift'), ('_', 0x2D, 'leftShift'),
    ('CTRL+ALT+DELETE', 0x4C, 'leftControl leftAlt'), ('CTRL_ALT_DEL', 0x4C, 'leftControl leftAlt'), ('ALT+F4', 0x3D, 'leftAlt'),
    ('CTRL+C', 0x06, 'leftControl'), ('CTRL_C', 0x06, 'leftControl'), ('CTRL++', 0x2E, 'leftControl leftShift'),
    ('ALTGR+q', 0x14, 'rightAlt'), ('RIGHTCTRL+RIGHTSHIFT+RIGHTWIN+a', 0x04, 'rightControl rightShift rightGui'),
    ('WIN', 0xE3, ''), ('CTRL+SHIFT', 0xE1, 'leftControl'), ('RIGHTALT', 0xE6, ''), ('shift+1', 0x1E, 'leftShift')])
def test_keys_by_name_and_with_modifiers(keys, usage, modifiers):
    assert plain(pressed(keys)) == (usage, set(modifiers.split()))


@pytest.mark.parametrize('keys', ['', 'NOWHERE', 'CTRL+NOWHERE', 'F25', 'ü'])
def test_a_key_that_there_is_not(keys):
    with pytest.raises(Refusal) as caught:
        pressed(keys)
    assert caught.value.name == 'InvalidArgument' and caught.value.category == 'invalid_argument'


def test_a_sign_that_the_layout_has_not():
    with pytest.raises(Refusal, match='ü'):
        typed('für')
