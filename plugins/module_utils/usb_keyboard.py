# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Text and names of keys as the events of a USB keyboard with US layout.

Source: the USB HID Usage Tables, page 7 (Keyboard/Keypad), and the API page of UsbScanCodeSpecKeyEvent.
"""

from __future__ import annotations

import re

from . import wire
from .faults import Refusal

PAGE = 7  # of the usage tables; the API wants it below the usage, in the low 16 bits
FIRST_MODIFIER = 0xE0
MODIFIERS = ('leftControl', 'leftShift', 'leftAlt', 'leftGui', 'rightControl', 'rightShift', 'rightAlt', 'rightGui')
MODIFIER_NAMES = {
    **dict.fromkeys(('CTRL', 'CONTROL', 'LEFTCTRL', 'LEFTCONTROL'), 'leftControl'),
    **dict.fromkeys(('SHIFT', 'LEFTSHIFT'), 'leftShift'), **dict.fromkeys(('ALT', 'LEFTALT'), 'leftAlt'),
    **dict.fromkeys(('GUI', 'WIN', 'META', 'SUPER', 'CMD', 'LEFTGUI', 'LEFTWIN'), 'leftGui'),
    **dict.fromkeys(('RIGHTCTRL', 'RIGHTCONTROL'), 'rightControl'), 'RIGHTSHIFT': 'rightShift',
    **dict.fromkeys(('ALTGR', 'RIGHTALT'), 'rightAlt'), **dict.fromkeys(('RIGHTGUI', 'RIGHTWIN'), 'rightGui')}
# Usages of the keys that have a name, by what is first in a row of them.
NAMED = {
    **{name: 0x28 + number for number, name in enumerate(('ENTER', 'ESC', 'BACKSPACE', 'TAB', 'SPACE'))},
    **{f'F{number}': 0x39 + number for number in range(1, 13)},
    **{name: 0x46 + number for number, name in enumerate((
        'PRINTSCREEN', 'SCROLLLOCK', 'PAUSE', 'INSERT', 'HOME', 'PAGEUP', 'DELETE', 'END', 'PAGEDOWN', 'RIGHT', 'LEFT',
        'DOWN', 'UP', 'NUMLOCK'))},
    **{f'F{number}': 0x5B + number for number in range(13, 25)},
    'CAPSLOCK': 0x39, 'MENU': 0x65}
ALIASES = {'RETURN': 'ENTER', 'ESCAPE': 'ESC', 'DEL': 'DELETE', 'INS': 'INSERT', 'SYSRQ': 'PRINTSCREEN',
           'BREAK': 'PAUSE', 'PGUP': 'PAGEUP', 'PGDN': 'PAGEDOWN', 'APPLICATION': 'MENU',
           **{f'{way}ARROW': way for way in ('LEFT', 'RIGHT', 'UP', 'DOWN')},
           **{f'ARROW{way}': way for way in ('LEFT', 'RIGHT', 'UP', 'DOWN')}}
# The signs of the layout, and what they are with Shift, from the usages 4 and 0x2d on; 0x32 is no key of a US keyboard.
SIGNS = {
    **{sign: 4 + number for number, sign in enumerate('abcdefghijklmnopqrstuvwxyz1234567890\n')},
    '\t': 0x2B, ' ': 0x2C, **{sign: 0x2D + number for number, sign in enumerate('-=[]\\')},
    **{sign: 0x33 + number for number, sign in enumerate(";'`,./")}}
SHIFTED = {**{sign.upper(): sign for sign in 'abcdefghijklmnopqrstuvwxyz'},
           **dict(zip('!@#$%^&*()_+{}|:"~<>?', "1234567890-=[]\\;'`,./"))}


def typed(text):
    """Returns the UsbScanCodeSpecKeyEvents that type a text. Raises Refusal for what a US keyboard cannot type."""
    return [event(*of_sign(sign)) for sign in text.replace('\r\n', '\n')]


def pressed(keys):
    """Returns the UsbScanCodeSpecKeyEvent of a key or of several at once, such as F2, q or CTRL+ALT+DEL.

    Raises Refusal for a key that there is not.
    """
    parts = [part for part in re.split('[+_]', keys) if part] if len(keys) > 1 else []
    modifiers = []
    while parts and parts[0].upper() in MODIFIER_NAMES:
        modifiers.append(MODIFIER_NAMES[parts.pop(0).upper()])
    name = ''.join(parts) or (keys[-1:] if keys[-1:] in ('+', '_') or len(keys) == 1 else '')
    if not name and modifiers:
        # A modifier that is pressed alone, such as the Windows key, is a key.
        return event(FIRST_MODIFIER + MODIFIERS.index(modifiers.pop()), *modifiers)
    if len(name) == 1:
        # With modifiers a letter is a key, whatever its case; alone it is a sign, as in a text.
        return event(*of_sign(name.lower() if modifiers else name), *modifiers)
    name = ALIASES.get(name.upper(), name.upper())
    if name not in NAMED:
        raise Refusal(f'There is no key {keys!r}; keys are characters, {", ".join(sorted(NAMED))}, with modifiers '
                      'such as CTRL+ALT+DELETE.', 'InvalidArgument', details={'option': 'keys', 'key': keys})
    return event(NAMED[name], *modifiers)


def of_sign(sign):
    """Returns the usage of the key that has a sign, and the modifiers that it takes. Raises Refusal."""
    usage = SIGNS.get(SHIFTED.get(sign, sign))
    if usage is None:
        raise Refusal(f'A US keyboard cannot type {sign!r}.', 'InvalidArgument', details={'sign': sign})
    return (usage, 'leftShift') if sign in SHIFTED else (usage,)


def event(usage, *modifiers):
    """Returns the UsbScanCodeSpecKeyEvent of a key by its usage, pressed with modifiers."""
    held = wire.data('UsbScanCodeSpecModifierType', **dict.fromkeys(modifiers, True)) if modifiers else None
    return wire.data('UsbScanCodeSpecKeyEvent', usbHidCode=usage << 16 | PAGE, modifiers=held)
