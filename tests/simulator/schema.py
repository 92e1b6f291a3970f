# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The vSphere schema, read from pyVmomi: types by WSDL name, their members, properties, methods and privileges.

Everything is looked up once and kept, so that a request costs dictionary look-ups only. Nothing here knows JSON
requests (wire.py) or objects (vcenter.py).
"""
from __future__ import annotations

import datetime
import functools
import re
import typing

from pyVmomi import VmomiSupport

NAMESPACE = 'urn:vim25'
REFERENCE = 'ManagedObjectReference'

# Releases of the VI JSON API, from the official OpenAPI document's `release` parameter, newest first.
RELEASES = (
    '9.1.1.0', '9.1.0.0', '9.0.0.0', '8.0.3.1', '8.0.3.0', '8.0.2.0', '8.0.1.0', '8.0.0.2', '8.0.0.1', '8.0.0.0',
    '7.0.3.2', '7.0.3.1', '7.0.3.0', '7.0.2.1', '7.0.2.0', '7.0.1.1', '7.0.1.0', '7.0.0.2', '7.0.0.1', '7.0.0.0',
)

_PRIMITIVES = {
    type(None): 'void', bool: 'boolean', VmomiSupport.byte: 'byte', VmomiSupport.short: 'short', int: 'int',
    VmomiSupport.long: 'long', float: 'float', VmomiSupport.double: 'double', str: 'string',
    VmomiSupport.URI: 'anyURI', VmomiSupport.binary: 'base64Binary', datetime.datetime: 'dateTime',
    type: 'TypeName', VmomiSupport.ManagedMethod: 'MethodName', VmomiSupport.PropertyPath: 'PropertyPath',
}
PRIMITIVE_NAMES = frozenset(_PRIMITIVES.values()) - {'void'}
# WSDL declares these three as xsd:string, and a vCenter boxes them so (`disabledMethod` is an ArrayOfString).
_BOXED_AS_STRING = {'TypeName', 'MethodName', 'PropertyPath'}
# Members of pyVmomi's base classes that only SOAP or pyVmomi itself has.
_SOAP_ONLY = {'dynamicType', 'dynamicProperty'}


def release_number(release):
    """'8.0.3.0' -> (8, 0, 3, 0), for comparing."""
    return tuple(int(part) for part in release.split('.'))


class Type(typing.NamedTuple):
    """A declared type. ``kind`` is primitive, enum, data, reference, any or void; ``name`` the WSDL name of the
    element; ``array`` whether it is a list of that."""

    name: str
    kind: str
    array: bool = False

    @property
    def element(self):
        return self._replace(array=False)

    @property
    def boxed_name(self):
        """The `_typeName` of a value of this type in an `any` slot that needs a box, or None if it needs none."""
        return _boxed_name(self)

    def __str__(self):
        return self.name + ('[]' if self.array else '')


@functools.cache
def _boxed_name(declared):
    name = REFERENCE if declared.kind == 'reference' else declared.name
    if name in _BOXED_AS_STRING:
        name = 'string'
    if declared.array:
        return 'ArrayOf' + name[0].upper() + name[1:]
    return name if declared.kind in ('primitive', 'enum') else None


class Property(typing.NamedTuple):
    """A member of a data object, a property of a managed object or a parameter. ``since`` is a release number."""

    name: str
    type: Type
    optional: bool
    since: tuple
    privilege: str | None = None


class Method(typing.NamedTuple):
    """An operation. ``result`` is what the request answers, ``task_result`` what its task ends with."""

    name: str
    params: dict
    result: Type
    result_optional: bool
    task_result: Type
    is_task: bool
    faults: tuple
    privilege: str | None
    since: tuple
    description_id: str


def _since(version):
    identifier = VmomiSupport.versionIdMap.get(version, '')
    numbers = re.match(r'\d+(\.\d+)*', identifier)
    if numbers:
        return release_number(numbers.group())
    # pyVmomi gives a namespace version (vmodl.*) no number: it was always there. An unreleased one has a hash.
    return (99,) if identifier else (0,)


@functools.cache
def _type_of(python):
    if python in _PRIMITIVES:
        name = _PRIMITIVES[python]
        return Type(name, 'void' if name == 'void' else 'primitive')
    if python is object:
        return Type('anyType', 'any')
    if issubclass(python, list):
        return _type_of(python.Item)._replace(array=True)
    if issubclass(python, VmomiSupport.ManagedObject):
        return Type(VmomiSupport.GetWsdlName(python), 'reference')
    if issubclass(python, VmomiSupport.Enum):
        return Type(VmomiSupport.GetWsdlName(python), 'enum')
    return Type(VmomiSupport.GetWsdlName(python), 'data')


@functools.cache
def _python(name):
    """The pyVmomi class of a WSDL name; None if the schema has no such type."""
    try:
        return VmomiSupport.GetWsdlType(NAMESPACE, name)
    except KeyError:
        return None


@functools.cache
def find(name):
    """The Type with this WSDL name (`string`, `ArrayOfInt`, `VirtualMachineConfigSpec`, ...), or None."""
    if name in PRIMITIVE_NAMES:
        return Type(name, 'primitive')
    if name == 'binary':  # how govmomi spells a boxed byte string
        return Type('base64Binary', 'primitive')
    if name == REFERENCE:
        return Type('ManagedObject', 'reference')
    if name == 'anyType':
        return Type(name, 'any')
    if name.startswith('ArrayOf'):
        return _find_array(name[len('ArrayOf'):])
    python = _python(name)
    return None if python is None else _type_of(python)


def _find_array(item):
    element = find(item) or find(item[0].lower() + item[1:]) if item else None
    return None if element is None else element._replace(array=True)


@functools.cache
def is_a(name, base):
    """Whether the type ``name`` is ``base`` or derives from it (WSDL names; false for unknown ones)."""
    if name == base:
        return True
    derived, ancestor = _python(name), _python(base)
    return bool(derived and ancestor) and issubclass(derived, ancestor)


@functools.cache
def managed_bases(name):
    """WSDL names of a managed type and all its bases, itself first."""
    return tuple(VmomiSupport.GetWsdlName(base) for base in _python(name).__mro__
                 if issubclass(base, VmomiSupport.ManagedObject))


@functools.cache
def is_managed(name):
    """Whether ``name`` is a managed object type."""
    python = _python(name)
    return python is not None and isinstance(python, type) and issubclass(python, VmomiSupport.ManagedObject)


@functools.cache
def managed_types():
    """WSDL names of all managed object types of the vim25 namespace."""
    pythons = map(VmomiSupport.GetVmodlType, VmomiSupport.ListManagedTypes())
    return tuple(sorted({VmomiSupport.GetWsdlName(python) for python in pythons
                         if _python(VmomiSupport.GetWsdlName(python)) is python}))


@functools.cache
def members(name):
    """{member: Property} of a data object type, inherited ones included, in schema order."""
    python = _python(name)
    found = {}
    for info in python._GetPropertyList():
        if info.name in _SOAP_ONLY or (info.name == 'msg' and issubclass(python, Exception)):
            continue
        found[info.name] = _property(info)
    return found


@functools.cache
def has_member_below(base, member):
    """Whether some data object type that derives from ``base`` has that member."""
    pythons = map(VmomiSupport.GetVmodlType, VmomiSupport.ListDataTypes())
    ancestor = _python(base)
    return any(issubclass(python, ancestor) and member in members(VmomiSupport.GetWsdlName(python))
               for python in pythons if _python(VmomiSupport.GetWsdlName(python)) is python)


def described(name):
    """What TaskInfo.descriptionId calls a managed object type: its VMODL name, such as vm.Snapshot."""
    return _python(name).__name__.removeprefix('vim.')


@functools.cache
def properties(name):
    """{property: Property} of a managed object type, inherited ones included."""
    return {info.name: _property(info) for info in _python(name)._GetPropertyList()}


def _property(info):
    optional = bool(info.flags & VmomiSupport.F_OPTIONAL)
    return Property(info.name, _type_of(info.type), optional, _since(info.version), getattr(info, 'privId', None))


@functools.cache
def methods(name):
    """{WSDL method name: Method} of a managed object type, inherited ones included."""
    return {info.wsdlName: _method(info) for info in _python(name)._GetMethodList()}


def _method(info):
    owner = VmomiSupport.GetWsdlName(info.type)
    return Method(
        name=info.wsdlName,
        params={param.name: _property(param) for param in info.params},
        result=_type_of(info.result),
        result_optional=bool(info.resultFlags & VmomiSupport.F_OPTIONAL),
        task_result=_type_of(info.methodResult),
        is_task=info.isTask,
        faults=tuple(_type_of(VmomiSupport.GetVmodlType(fault)).name for fault in info.faults or ()),
        privilege=info.privId,
        since=_since(info.version),
        description_id=f'{owner}.{info.name[0].lower()}{info.name[1:]}',
    )


@functools.cache
def enum_values(name):
    """The values of an enum type."""
    return frozenset(str(value) for value in _python(name).values)


@functools.cache
def privileges():
    """Every privilege that some method or property of the schema asks for, sorted."""
    found = {'System.Anonymous', 'System.Read', 'System.View'}
    for name in managed_types():
        found.update(info.privilege for info in [*properties(name).values(), *methods(name).values()])
    found.discard(None)
    return tuple(sorted(found))


# -- conformity --------------------------------------------------------------------------------------------------

_INTEGER_BITS = {'byte': 8, 'short': 16, 'int': 32, 'long': 64}


def is_primitive_value(name, value):
    """Whether a JSON value may stand for the primitive type ``name``."""
    if name == 'boolean':
        return isinstance(value, bool)
    if name in _INTEGER_BITS:
        limit = 1 << (_INTEGER_BITS[name] - 1)
        return isinstance(value, int) and not isinstance(value, bool) and -limit <= value < limit
    if name in ('float', 'double'):
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if not isinstance(value, str):
        return False
    if name == 'dateTime':
        return _is_date_time(value)
    if name == 'base64Binary':
        return re.fullmatch(r'(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?', value) is not None
    return True


def _is_date_time(value):
    try:
        return datetime.datetime.fromisoformat(value).tzinfo is not None and 'T' in value
    except ValueError:
        return False


def problems(value, declared, path=''):
    """What is wrong with a value that the simulator serves for the ``declared`` type: a list of sentences.

    Unlike a request's, every data object and reference of an answer must carry `_typeName`.
    """
    if declared.array:
        return _array_problems(value, declared, path)
    if declared.kind == 'any':
        return _any_problems(value, path)
    if declared.kind == 'primitive':
        return [] if is_primitive_value(declared.name, value) else [f'{path}: {value!r} is not a {declared.name}']
    if declared.kind == 'enum':
        good = isinstance(value, str) and value in enum_values(declared.name)
        return [] if good else [f'{path}: {value!r} is not a {declared.name}']
    if not isinstance(value, dict) or not isinstance(value.get('_typeName'), str):
        return [f'{path}: {value!r} carries no _typeName']
    return _reference_problems(value, declared, path) if declared.kind == 'reference' \
        else _data_problems(value, declared, path)


def _array_problems(value, declared, path):
    if not isinstance(value, list):
        return [f'{path}: {value!r} is not an array of {declared.name}']
    return [problem for index, item in enumerate(value)
            for problem in problems(item, declared.element, f'{path}[{index}]')]


def _any_problems(value, path):
    if not isinstance(value, dict) or find(str(value.get('_typeName'))) is None:
        return [f'{path}: {value!r} stands unboxed or with an unknown _typeName in an any slot']
    actual = find(value['_typeName'])
    if actual.array or actual.kind in ('primitive', 'enum'):
        if set(value) != {'_typeName', '_value'}:
            return [f'{path}: a box of {actual} must have _typeName and _value only, not {sorted(value)}']
        return problems(value['_value'], actual, path)
    return problems(value, actual, path)


def _reference_problems(value, declared, path):
    if value['_typeName'] != REFERENCE or set(value) != {'_typeName', 'type', 'value'}:
        return [f'{path}: {value!r} is not a reference']
    if not is_managed(value['type']) or not is_a(value['type'], declared.name):
        return [f'{path}: {value["type"]} is not a {declared.name}']
    return [] if isinstance(value['value'], str) and value['value'] else [f'{path}: {value!r} names no object']


def _data_problems(value, declared, path):
    name = value['_typeName']
    actual = find(name)
    if actual is None or actual.kind != 'data' or not is_a(name, declared.name):
        return [f'{path}: {name} is not a {declared.name}']
    found = []
    known = members(name)
    is_fault = is_a(name, 'MethodFault')
    for member, content in value.items():
        if member == '_typeName' or (member == 'faultstring' and is_fault):
            continue
        if member not in known:
            found.append(f'{path}.{member}: {name} has no such member')
        else:
            found += problems(content, known[member].type, f'{path}.{member}')
    found += [f'{path}.{member}: required by {name}, absent' for member, info in known.items()
              if not info.optional and member not in value]
    return found
