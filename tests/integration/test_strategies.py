# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a play may say of how its tasks run: serial, strategy, throttle, async, delegation, retries, loops and more."""

from __future__ import annotations

OWN = 'vm-{{ inventory_hostname[4:] | int + 1 }}'


def count(simulator, *methods):
    called = [request['method'] for request in simulator.requests]
    return [called.count(method) for method in methods]


def play(*tasks, **more):
    return {'name': 'Test', 'hosts': 'all', 'gather_facts': False, 'tasks': list(tasks), **more}


def power(name='Power', moid=OWN, state='powered_off', **more):
    return {'name': name, 'vsphere.vm.power': {'moid': moid, 'state': state}, **more}


def overlap(simulator, kind, first):
    """How many of the first vCenter tasks of a kind ran at once, at most."""
    infos = simulator.call(lambda: [task.get('info') for task in simulator.vcenter.objects('Task')])
    infos = sorted((info for info in infos if info['descriptionId'] == kind), key=lambda info: info['queueTime'])[:first]
    assert len(infos) == first
    return max(sum(one['queueTime'] <= info['queueTime'] < one['completeTime'] for one in infos) for info in infos)


def test_free_hosts_share_the_session(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=4)
    run = ansible_playbook([play(power(), power('Again', state='powered_on'), strategy='free')], simulator=simulator,
                           hosts=4, forks=4).assert_ok(changed=8)
    assert {run.result('Again', f'host{number}')['vm']['moid'] for number in range(4)} == {f'vm-{number}' for number in range(1, 5)}
    assert count(simulator, 'Login', 'Logout', 'PowerOffVM_Task', 'PowerOnVM_Task') == [1, 1, 4, 4]


PLAYS = [
    play(power('Serial'), serial=2),
    play(power('One at a time', state='powered_on', throttle=1)),
    play({'name': 'Once', 'vsphere.vm.info': {'moid': 'vm-1', 'properties': []}, 'run_once': True, 'register': 'once'},
         {'name': 'Seen by all', 'ansible.builtin.assert': {'that': 'once.vm.moid == "vm-1"'}}),
    play({'name': 'Checked', 'vsphere.vm.power': {'moid': OWN, 'state': 'powered_off'}, 'check_mode': True},
         {'name': 'Loop', 'vsphere.vm.snapshot': {'moid': OWN, 'snapshot_name': '{{ item }}'}, 'loop': ['a', 'b'], 'register': 'made'},
         {'name': 'Until', 'vsphere.vm.snapshot_info': {'moid': OWN}, 'register': 'found', 'retries': 2, 'delay': 0,
          'until': 'found.attempts == 2'},
         {'name': 'In a handler', 'vsphere.vm.rename': {'moid': OWN, 'new_name': 'renamed-{{ inventory_hostname }}'},
          'notify': 'Power'}, handlers=[power()]),
]


def test_each_keyword_does_what_it_says_with_one_session(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=4, delay=0.1)
    # The first two tasks of a vCenter end when both are there, so that it is no matter how fast the workers are.
    simulator.vcenter.settings.task_seconds = 3600
    simulator.after('PowerOffVM_Task', lambda: setattr(simulator.vcenter.settings, 'task_seconds', 0.1), times=2)
    simulator.after('PowerOffVM_Task', simulator.let_tasks_end, times=2)
    run = ansible_playbook(PLAYS, simulator=simulator, hosts=4, forks=4).assert_ok()
    assert run.result('Once', 'host0')['vm']['moid'] == 'vm-1'
    assert run.result('Seen by all', 'host3')['msg'] == 'All assertions passed'
    assert run.result('Checked', 'host1')['changed']
    assert [each['changed'] for each in run.result('Loop', 'host2')['results']] == [True, True]
    assert run.result('Until', 'host3')['attempts'] == 2
    assert [each['name'] for each in run.result('Until', 'host3')['vm']['snapshots']] == ['a', 'b']
    assert run.result('Power', 'host0')['changed']
    assert {simulator.vm(f'vm-{number}').get('name') for number in range(1, 5)} == {f'renamed-host{number}' for number in range(4)}
    assert count(simulator, 'Login', 'Logout') == [1, 1]
    assert count(simulator, 'PowerOffVM_Task', 'PowerOnVM_Task', 'CreateSnapshot_Task', 'Rename_Task') == [8, 4, 8, 4]
    assert overlap(simulator, 'VirtualMachine.powerOff', 4) == 2
    assert overlap(simulator, 'VirtualMachine.powerOn', 4) == 1
    assert simulator.sessions == []


ASYNC = [play(
    power('Polled', **{'async': 60, 'poll': 1}),
    power('Begun', state='powered_on', register='begun', **{'async': 60, 'poll': 0}),
    {'name': 'Awaited', 'ansible.builtin.async_status': {'jid': '{{ begun.ansible_job_id }}'}, 'register': 'awaited',
     'until': 'awaited is finished', 'retries': 100, 'delay': 0.2},
    {'name': 'Fails', 'vsphere.vm.power': {'name': 'nothing', 'state': 'powered_on'}, 'ignore_errors': True, 'async': 60, 'poll': 1})]


def test_asynchronous_tasks_have_sessions_of_their_own_and_end_them(ansible_playbook, start_simulator):
    simulator = start_simulator(vms=1)
    process, home = ansible_playbook.start(ASYNC, simulator=simulator)
    # Not by ansible_playbook.finish: Ansible leaves the files of asynchronous tasks, its own ping's too.
    run = ansible_playbook.core.finish(process, home)
    assert run.rc == 0 and simulator.password not in run.output, run.output
    assert run.result('Polled')['vm']['power_state'] == 'powered_off'
    assert run.result('Awaited')['vm']['power_state'] == 'powered_on'
    assert run.result('Fails')['fault']['category'] == 'not_found'
    assert count(simulator, 'Login', 'Logout', 'PowerOffVM_Task', 'PowerOnVM_Task') == [3, 3, 1, 1]
    assert simulator.sessions == []


def test_delegated_tasks_and_environments(ansible_playbook, start_simulator):
    """Of hosts that are elsewhere: a delegated task runs in the controller, with the environment of its play and task."""
    simulator = start_simulator(vms=2, users={'other@vsphere.local': 'An0ther-one'})
    local = {'delegate_to': 'localhost'}
    other = {'VMWARE_USER': 'other@vsphere.local', 'VMWARE_PASSWORD': 'An0ther-one'}
    who = {'vsphere.vm.vcenter': {}}
    run = ansible_playbook([
        play(power('Delegated', **local), power('Shipped', state='powered_on'), {'name': 'Who', **who, **local}),
        play({'name': 'Who by play', **who, **local},
             {'name': 'Who by task', **who, **local, 'environment': {'VMWARE_USER': simulator.username, 'VMWARE_PASSWORD': simulator.password}},
             {'name': 'Who shipped', **who}, environment=other),
    ], simulator=simulator, hosts=2, path='module').assert_ok(changed=4)
    users = {name: run.result(name, 'host1')['user'] for name in ('Who', 'Who by play', 'Who by task', 'Who shipped')}
    own, others = 'VSPHERE.LOCAL\\administrator', 'VSPHERE.LOCAL\\other'
    assert users == {'Who': own, 'Who by play': others, 'Who by task': own, 'Who shipped': others}
    # One for each user of the delegated tasks, and one for each module that is shipped.
    assert count(simulator, 'Login', 'Logout') == [2 + 4, 2 + 4]
    assert simulator.sessions == []
