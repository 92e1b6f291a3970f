# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Faults, delays, other answers and dropped connections to order."""

from __future__ import annotations

import time

import pytest
import requests

from tests.simulator import schema
from tests.unit.simulator.virtual_machine_client import wait_for
from tests.unit.simulator.wire_client import ref_of

POWER_OFF = 'PowerOffVM_Task'


@pytest.fixture
def vm(client):
    return ref_of(client.sim, 'DC0_H0_VM0')


def power(client, vm):
    return client.read(vm, 'runtime').value['powerState']


def test_a_fault_so_many_times(client, vm):
    client.sim.order(POWER_OFF, 'InvalidState', times=2)
    assert [client.call(vm, POWER_OFF).fault for _number in range(3)] == ['InvalidState', 'InvalidState', None]


def test_fields_and_text(client, vm):
    client.sim.order(POWER_OFF, 'InvalidPowerState', text='Not now.',
                     fields={'requestedState': 'poweredOff', 'existingState': 'suspended'})
    assert client.call(vm, POWER_OFF).value == {
        '_typeName': 'InvalidPowerState', 'faultstring': 'Not now.', 'requestedState': 'poweredOff',
        'existingState': 'suspended'}


@pytest.mark.parametrize('fault', ['TaskInProgress', 'DuplicateName', 'ManagedObjectNotFound', 'InvalidPowerState',
                                   'FileNotFound', 'NoPermission', 'HostIncompatibleForRecordReplay',
                                   'InsufficientCpuResourcesFault',
                                   'SystemError', 'InvalidDeviceSpec', 'MethodNotFound'])
def test_required_members_are_filled_in(client, vm, fault):
    client.sim.order(POWER_OFF, fault)
    answer = client.call(vm, POWER_OFF)
    assert answer.fault == fault
    assert schema.problems(answer.value, schema.find(fault)) == []


def test_for_one_machine_by_name_or_moid(client, vm):
    other = ref_of(client.sim, 'DC0_C0_RP0_VM0')
    client.sim.order(POWER_OFF, 'InvalidState', vm='DC0_H0_VM0')
    client.sim.order(POWER_OFF, 'InvalidState', vm=other['value'], times=1)
    assert client.call(vm, POWER_OFF).fault == 'InvalidState'
    assert client.call(other, POWER_OFF).fault == 'InvalidState'
    assert client.call(other, POWER_OFF).status == 200


def test_in_the_task(client, vm):
    client.sim.order(POWER_OFF, 'InvalidState', task=True)
    task = client.call(vm, POWER_OFF).value
    info = wait_for(lambda: client.read(task, 'info').value, lambda info: info['state'] == 'error')
    assert info['error']['_typeName'] == 'InvalidState'
    assert power(client, vm) == 'poweredOn'


def test_a_property(client, vm):
    client.sim.order('runtime', 'NoPermission')
    assert client.read(vm, 'runtime').fault == 'NoPermission'
    assert client.read(vm, 'runtime').status == 200


def test_another_answer(client, vm):
    client.sim.order(POWER_OFF, status=503, body='<html>no healthy upstream</html>', content_type='text/html')
    answer = client.call(vm, POWER_OFF)
    assert (answer.status, answer.text) == (503, '<html>no healthy upstream</html>')
    assert answer.headers['Content-Type'].startswith('text/html')


@pytest.mark.parametrize(('drop', 'state'), [('before', 'poweredOn'), ('after', 'poweredOff'), ('body', 'poweredOff')])
def test_a_dropped_connection(client, vm, drop, state):
    client.sim.order(POWER_OFF, drop=drop)
    with pytest.raises((requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        client.call(vm, POWER_OFF)
    assert client.sim.requests[-1]['status'] == 0
    wait_for(lambda: power(client, vm), lambda found: found == state)


def test_a_slow_answer(client, vm):
    client.sim.order(POWER_OFF, delay=0.2)
    begin = time.monotonic()
    assert client.call(vm, POWER_OFF).status == 200
    assert time.monotonic() - begin >= 0.2


def test_orders_can_be_taken_back(client, vm):
    client.sim.order(POWER_OFF, 'InvalidState', times=None)
    assert client.call(vm, POWER_OFF).fault == client.call(vm, POWER_OFF).fault == 'InvalidState'
    client.sim.clear_orders()
    assert client.call(vm, POWER_OFF).status == 200


@pytest.mark.parametrize(('method', 'options'), [
    ('NoSuchMethod', {'fault': 'InvalidState'}), (POWER_OFF, {'fault': 'NoSuchFault'}),
    (POWER_OFF, {'fault': 'Description'}), (POWER_OFF, {'drop': 'sometimes'})])
def test_orders_that_cannot_be(client, method, options):
    with pytest.raises(ValueError, match="'"):
        client.sim.order(method, **options)
