# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A VI JSON client for the tests of the simulated virtual machines: requests over TLS, nothing of the collection."""

from __future__ import annotations

import time

import requests

ON, OFF, SUSPENDED = 'poweredOn', 'poweredOff', 'suspended'


class FaultAnswer(Exception):
    """A fault, of a request or of a task: its name and the whole wire object."""

    def __init__(self, wire):
        super().__init__(f'{wire["_typeName"]}: {wire.get("faultstring")}')
        self.name, self.wire = wire['_typeName'], wire


class Client:
    """One logged-in session, closed at the end of its `with`."""

    def __init__(self, sim, username=None, password=None, release='8.0.3.0'):
        self.sim, self.root = sim, f'{sim.url}/sdk/vim25/{release}'
        self.http = requests.Session()
        # REQUESTS_CA_BUNDLE would go before the session's own certificate.
        self.http.trust_env, self.http.verify = False, sim.ca_cert
        credentials = {'userName': username or sim.username, 'password': password or sim.password}
        answer = self.http.post(f'{self.root}/SessionManager/SessionManager/Login', timeout=120, json=credentials)
        self.http.headers['vmware-api-session-id'] = answer.headers['vmware-api-session-id']

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.http.close()

    def vm(self, name='DC0_H0_VM0'):
        """The remote virtual machine of that name."""
        return Remote(self, self.sim.vm(name).ref)


class Remote:
    """A managed object, by its reference."""

    def __init__(self, client, ref):
        self.client, self.ref = client, ref
        self.url = f'{client.root}/{ref["type"]}/{ref["value"]}'

    @property
    def object(self):
        """The live object in the simulator."""
        return self.client.sim.vcenter.find(self.ref['value'])

    def get(self, path):
        """A property, or a member of one by a dotted path; None when unset."""
        name, _dot, rest = path.partition('.')
        value = _value(self.client.http.get(f'{self.url}/{name}', timeout=120))
        for member in rest.split('.') if rest else ():
            value = value.get(member) if value else None
        return value

    def call(self, method, **params):
        """The result of a method; raises FaultAnswer."""
        return _value(self.client.http.post(f'{self.url}/{method}', json=params, timeout=120))

    def run(self, method, **params):
        """The result of a method's task when that has ended; raises FaultAnswer for a fault of either."""
        return self.finish(self.call(method, **params))

    def finish(self, reference):
        """The result of a task."""
        task = Remote(self.client, reference)
        info = wait_for(lambda: task.get('info'), lambda info: info['state'] in ('success', 'error'))
        if info['state'] == 'error':
            raise FaultAnswer(info['error'])
        return info.get('result')

    def fault(self, method, **params):
        """The FaultAnswer that a method or its task must end with."""
        try:
            answer = self.call(method, **params)
            if isinstance(answer, dict) and answer.get('type') == 'Task':
                answer = self.finish(answer)
        except FaultAnswer as fault:
            return fault
        raise AssertionError(f'{method} gave {answer!r}, not a fault')

    def set(self, **attributes):
        """Set attributes of the live object, in the server's thread."""
        def assign():
            for name, value in attributes.items():
                setattr(self.object, name, value)

        self.client.sim.call(assign)

    def other(self, reference):
        """Another remote object."""
        return Remote(self.client, reference)

    def reconfigure(self, **members):
        """Run ReconfigVM_Task with these members of the spec."""
        return self.run('ReconfigVM_Task', spec={'_typeName': 'VirtualMachineConfigSpec', **members})

    def enter(self, state):
        """Bring a powered-on virtual machine into a state that has a name here."""
        STATES[state](self)
        return self


def wait_for(read, enough, seconds=60):
    """What read() gives as soon as enough() holds for it."""
    end = time.monotonic() + seconds
    while not enough(value := read()):
        assert time.monotonic() < end, f'still {value!r}'
        time.sleep(0.01)
    return value


def snapshot(vm, name='first', memory=False, quiesce=False, **more):
    """A new snapshot as a Remote."""
    return vm.other(vm.run('CreateSnapshot_Task', name=name, memory=memory, quiesce=quiesce, **more))


def allow_record_replay(vm):
    """Set the flag that recording needs."""
    vm.reconfigure(flags={'_typeName': 'VirtualMachineFlagInfo', 'recordReplayEnabled': True})


def record(vm, name='recording'):
    """Start a recording; its snapshot as a Remote."""
    if not vm.get('config.flags.recordReplayEnabled'):
        allow_record_replay(vm)
    return vm.other(vm.run('StartRecording_Task', name=name))


def _replay(vm):
    recording = record(vm)
    vm.run('StopRecording_Task')
    vm.run('StartReplaying_Task', replaySnapshot=recording.ref)


def _template(vm):
    vm.run('PowerOffVM_Task')
    vm.call('MarkAsTemplate')


STATES = {
    'on': lambda vm: None,
    'off': lambda vm: vm.run('PowerOffVM_Task'),
    'suspended': lambda vm: vm.run('SuspendVM_Task'),
    'snapshotted': lambda vm: (snapshot(vm, memory=True), snapshot(vm, 'second')),
    'recording': record,
    'replaying': _replay,
    'template': _template,
}


def _value(answer):
    if answer.status_code == 500:
        raise FaultAnswer(answer.json())
    assert answer.status_code in (200, 204), (answer.status_code, answer.text)
    return answer.json() if answer.content else None
