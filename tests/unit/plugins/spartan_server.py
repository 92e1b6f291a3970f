# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A small VI JSON server that has nothing of tests/simulator: one virtual machine, and just what it takes to work on it.

It answers in the shapes of the payloads in tests/unit/payloads. `lacks` names methods and property paths that it does
not have; `says` is what it answers to those methods; `terse` leaves out what a reader may do without;
`release` is the only one that it speaks.
"""

from __future__ import annotations

import copy
import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

MOVED = '2026-01-05T08:01:00Z'
# What a server says to a method that it does not have: status and body.
NOT_THERE = {
    'fault': (500, {'_typeName': 'MethodNotFound', 'faultstring': 'no such method'}),
    'not implemented': (500, {'_typeName': 'NotImplemented', 'faultstring': 'not yet'}),
    'no uri': (500, {'faultstring': 'Invalid URI format'}),
    'not found': (404, {'detail': 'Not Found'}),
    'page': (404, b'<html>no</html>'),
}
# What a terse server leaves out of its data objects, though a vCenter would not.
LEFT_OUT = ('key', 'cancelled', 'cancelable', 'eventChainId', 'reason', 'description', 'quiesced', 'id', 'queueTime')
SWITCHES = {'PowerOnVM_Task': ('powerState', 'poweredOff', 'poweredOn'),
            'PowerOffVM_Task': ('powerState', 'poweredOn', 'poweredOff'),
            'StartReplaying_Task': ('recordReplayState', 'inactive', 'replaying'),
            'StopReplaying_Task': ('recordReplayState', 'replaying', 'inactive'),
            'StopRecording_Task': ('recordReplayState', 'recording', 'inactive')}


def ref(kind, moid):
    return {'_typeName': 'ManagedObjectReference', 'type': kind, 'value': moid}


class Refused(Exception):
    """A fault; its body is the argument."""


def fault(kind, /, **members):
    return Refused({'_typeName': kind, 'faultstring': f'{kind} it is', **members})


class SpartanServer(ThreadingHTTPServer):
    """Serves until it is stopped. `asked` has the methods and properties that were asked for."""

    daemon_threads = True

    def __init__(self, context: ssl.SSLContext, lacks=(), says='fault', terse=False, release=None):
        super().__init__(('127.0.0.1', 0), Handler)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.release = release
        self.lacks, self.says, self.terse, self.asked = set(lacks), NOT_THERE[says], terse, []
        self.objects = {
            'ServiceInstance': {'content': {
                '_typeName': 'ServiceContent', 'about': {'_typeName': 'AboutInfo', 'name': 'spartan',
                                                         'apiVersion': '8.0.2.0', 'apiType': 'VirtualCenter'},
                'rootFolder': ref('Folder', 'group-d1'), 'sessionManager': ref('SessionManager', 'SessionManager'),
                'propertyCollector': ref('PropertyCollector', 'pc'),
                **({} if 'searchIndex' in lacks else {'searchIndex': ref('SearchIndex', 'SearchIndex')})}},
            'SessionManager': {'currentSession': {'_typeName': 'UserSession', 'key': '52', 'userName': 'me'}},
            'group-d1': {'type': 'Folder', 'name': 'Datacenters', 'childEntity': [ref('Datacenter', 'datacenter-2')]},
            'datacenter-2': {'type': 'Datacenter', 'name': 'DC', 'vmFolder': ref('Folder', 'group-v3'),
                             'parent': ref('Folder', 'group-d1')},
            'group-v3': {'type': 'Folder', 'name': 'vm', 'childEntity': [ref('VirtualMachine', 'vm-7')],
                         'parent': ref('Datacenter', 'datacenter-2')},
            'host-9': {'type': 'HostSystem', 'name': 'esx'},
            'vm-7': {
                'type': 'VirtualMachine', 'name': 'app', 'parent': ref('Folder', 'group-v3'),
                'capability': {'_typeName': 'VirtualMachineCapability', 'recordReplaySupported': True},
                'config': {'_typeName': 'VirtualMachineConfigInfo', 'name': 'app', 'uuid': '4203-b', 'template': False,
                           'instanceUuid': '5003-i', 'flags': {'_typeName': 'VirtualMachineFlagInfo',
                                                               'recordReplayEnabled': True}},
                'runtime': {'_typeName': 'VirtualMachineRuntimeInfo', 'powerState': 'poweredOff',
                            'recordReplayState': 'inactive', 'connectionState': 'connected',
                            'host': ref('HostSystem', 'host-9')}}}
        threading.Thread(target=self.serve_forever, kwargs={'poll_interval': 0.01}, daemon=True).start()

    def handle_error(self, request, client_address):
        """Says nothing of connections that break."""

    def stop(self):
        """Ends the server."""
        self.shutdown()
        self.server_close()

    # -- what it does

    def answer(self, verb, kind, moid, name, asked):
        """The value of a property or method; raises Refused."""
        self.asked.append(name)
        if verb == 'GET':
            if name in self.lacks:
                raise fault('InvalidProperty', name=name)
            return self._of(moid).get(name)
        if moid == 'vm-7' and name.endswith('_Task'):
            return self._task(name, self._change(name, asked))
        if moid.startswith('snapshot-'):
            return self._task(name, self._remove(moid) if name == 'RemoveSnapshot_Task' else None)
        return getattr(self, f'do_{name}')(**asked)

    def do_Login(self, userName, password):
        if (userName, password) != ('me', 'secret'):
            raise fault('InvalidLogin')
        return self.objects['SessionManager']['currentSession']

    def do_Logout(self):
        return None

    def do_FindByInventoryPath(self, inventoryPath):
        return {'DC': ref('Datacenter', 'datacenter-2'), 'DC/vm': ref('Folder', 'group-v3'),
                'DC/vm/app': ref('VirtualMachine', 'vm-7')}.get(inventoryPath)

    def do_FindByUuid(self, uuid, vmSearch, instanceUuid):
        config = self.objects['vm-7']['config']
        return ref('VirtualMachine', 'vm-7') if uuid == config['instanceUuid' if instanceUuid else 'uuid'] else None

    def do_RetrievePropertiesEx(self, specSet, options):
        found = []
        for spec in specSet:
            for wanted in spec['objectSet']:
                named = {}
                self._name(wanted.get('selectSet') or [], named)
                reached = self._reach(wanted['obj'], [] if not named else wanted['selectSet'], named, set())
                found += [each for one in reached for each in self._content(one, spec['propSet'])]
        return {'_typeName': 'RetrieveResult', 'objects': found} if found else None

    # -- how

    def _of(self, moid):
        if moid not in self.objects:
            raise fault('ManagedObjectNotFound', obj=ref('VirtualMachine', moid))
        return self.objects[moid]

    def _name(self, selections, named):
        for each in selections:
            if 'path' in each:
                named[each.get('name') or each['path']] = each
            self._name(each.get('selectSet') or [], named)

    def _reach(self, start, selections, named, seen):
        if start['value'] in seen:
            return
        seen.add(start['value'])
        yield start
        for each in selections:
            step = each if 'path' in each else named[each['name']]
            if step['type'] == start['type']:
                value = self._at(start['value'], step['path'])
                for one in value if isinstance(value, list) else [value] if value else []:
                    yield from self._reach(one, step.get('selectSet') or [], named, seen)

    def _at(self, moid, path):
        value = self._of(moid)
        for part in path.split('.'):
            value = (value or {}).get(part)
        return value

    def _content(self, reached, wanted):
        known = self._of(reached['value'])
        for spec in wanted:
            if spec['type'] == reached['type'] == known.get('type', reached['type']):
                for path in spec['pathSet']:
                    if path in self.lacks:
                        raise fault('InvalidProperty', name=path)
                read = [(path, self._at(reached['value'], path)) for path in spec['pathSet']]
                yield {'_typeName': 'ObjectContent', 'obj': reached, 'propSet': [
                    {'_typeName': 'DynamicProperty', 'name': path, 'val': boxed(value)}
                    for path, value in read if value is not None]}

    def _change(self, name, asked):
        vm = self.objects['vm-7']
        if name in SWITCHES:
            member, old, new = SWITCHES[name]
            if vm['runtime'][member] != old:
                return fault('InvalidState').args[0]
            vm['runtime'][member] = new
        elif name in ('CreateSnapshot_Task', 'StartRecording_Task'):
            return self._snapshot(vm, name, asked)
        elif name == 'RemoveAllSnapshots_Task':
            vm.pop('snapshot', None)
        else:
            raise Refused(self.says[1])
        return None

    def _snapshot(self, vm, name, asked):
        made = ref('VirtualMachineSnapshot', f'snapshot-{len(self.asked)}')
        self.objects[made['value']] = {'type': 'VirtualMachineSnapshot'}
        vm['snapshot'] = {'_typeName': 'VirtualMachineSnapshotInfo', 'currentSnapshot': made, 'rootSnapshotList': [{
            '_typeName': 'VirtualMachineSnapshotTree', 'snapshot': made, 'vm': ref('VirtualMachine', 'vm-7'), 'id': 1,
            'name': asked['name'], 'description': asked.get('description', ''), 'createTime': MOVED,
            'state': vm['runtime']['powerState'], 'quiesced': False,
            **({'replaySupported': True} if name == 'StartRecording_Task' else {})}]}
        if name == 'StartRecording_Task':
            vm['runtime']['recordReplayState'] = 'recording'
        return made

    def _remove(self, moid):
        del self.objects[moid]
        del self.objects['vm-7']['snapshot']

    def _task(self, name, outcome):
        moid = f'task-{len(self.asked)}'
        error = outcome if outcome and 'faultstring' in outcome else None
        self.objects[moid] = {'type': 'Task', 'info': {
            '_typeName': 'TaskInfo', 'key': moid, 'task': ref('Task', moid), 'descriptionId': name,
            'state': 'error' if error else 'success', 'cancelled': False, 'cancelable': False, 'queueTime': MOVED,
            'reason': {'_typeName': 'TaskReasonUser', 'userName': 'me'}, 'eventChainId': 1,
            **({'error': error} if error else {'result': outcome} if outcome else {})}}
        return ref('Task', moid)


def boxed(value):
    """A value as it stands in an `any` slot."""
    if isinstance(value, list):
        return {'_typeName': 'ArrayOfAnyType', '_value': value}
    if isinstance(value, dict):
        return value
    return {'_typeName': {str: 'string', bool: 'boolean', int: 'int'}[type(value)], '_value': value}


def bare(value):
    """A value without the `_typeName` of references and data objects; faults, and what is in a box, keep theirs."""
    if isinstance(value, list):
        return [bare(each) for each in value]
    if not isinstance(value, dict):
        return value
    kept = 'faultstring' in value or '_value' in value
    return {name: bare(member) for name, member in value.items()
            if (kept or name != '_typeName') and name not in LEFT_OUT}


class Handler(BaseHTTPRequestHandler):
    """From a request to an answer."""

    protocol_version = 'HTTP/1.1'
    disable_nagle_algorithm = True

    def _answer(self):
        body = self.rfile.read(int(self.headers.get('content-length') or 0))
        asked = {name: value for name, value in (json.loads(body) if body else {}).items() if name != '_typeName'}
        server, headers = self.server, {}
        parts = [unquote(part) for part in self.path.split('/')[1:]]
        if parts[:2] == ['sdk', 'vim25'] and len(parts) == 6 and server.release in (None, parts[2]):
            kind, moid, name = parts[3:]
            known = self.command == 'GET' or moid == 'vm-7' or moid.startswith('snapshot-') \
                or hasattr(server, f'do_{name}')
            if (name in server.lacks and self.command == 'POST') or not known:
                server.asked.append(name)
                return self._send(*server.says)
            if name == 'Login':
                headers['Vmware-Api-Session-Id'] = 'token'
            elif name != 'content' and self.headers.get('vmware-api-session-id') != 'token':
                return self._send(*(500, {'_typeName': 'NotAuthenticated', 'faultstring': 'who?'}))
            try:
                return self._send(200, server.answer(self.command, kind, moid, name, asked), headers)
            except Refused as refused:
                return self._send(500, *refused.args)
        return self._send(404, {'error_type': 'NOT_FOUND', 'messages': []})

    do_GET = do_POST = _answer

    def _send(self, status, value, headers=None):
        value = bare(copy.deepcopy(value)) if self.server.terse else value
        content = b'' if value is None else value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        for name, each in {'Content-Type': 'application/json;charset=UTF-8', 'Content-Length': str(len(content)),
                           **(headers or {})}.items():
            self.send_header(name, each)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format, *args):  # noqa: A002  as http.server has it
        """Says nothing."""
