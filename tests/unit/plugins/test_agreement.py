# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every module that changes something, on virtual machines in each state: check mode, the real run, and once more."""

from __future__ import annotations

import pytest

from tests.simulator import Simulator
from tests.simulator.objects.datastore import Datastore
from tests.simulator.objects.folder import Folder
from tests.unit.plugins.agreement import Agreement
from tests.unit.plugins.in_process import Tasks

# What check mode does not foretell, and why: each step that names it is held to meet it.
FILES = 'the files of a datastore are not read'
MASKS = 'which features a host has is not read'
GUESTS = 'which guests a host knows is not read'
SCHEMA = 'what a raw specification may hold, only the server knows'
DISKS = 'first class disks are not listed'
WAITING = 'check mode waits for nothing'


class Step:
    """A task: its module and options, and what is true of it.

    on      the states of the virtual machine that it is tried in; all of them unless told
    once    false for what is done each time it is asked
    untold  (name of the fault, why check mode does not know of it)
    """

    def __init__(self, module, on=None, once=True, untold=None, **options):
        self.module = module
        self.options = options
        self.on = on
        self.once = once
        self.untold = untold


def adapter(**options):
    """A step of network_adapter on VM Network."""
    return Step('network_adapter', network_name='VM Network', **options)


def disk(*disks, **more):
    """A step of disk."""
    return Step('disk', disk=list(disks), **more)


def vm(**options):
    """A step of vm on LocalDS_0 in the cluster, which no other virtual machine matters to."""
    return Step('vm', **{'datastore': 'LocalDS_0', 'cluster': 'DC0_C0', 'on': ('on',), **options})


def clone(**options):
    """A step of clone that the state of the source matters little to."""
    return Step('clone', **{'on': ('on', 'template'), **options})


GOLD = 'DC0_POD0'
RUNNING, OFF, STOPPED = ('on', 'snapshot', 'silent'), ('off', 'old'), ('off', 'old', 'suspended')
NOWHERE, FILE = '[nowhere] a/a.vmdk', '[SSD_1] a/a.vmdk'
AVX2 = {'key': 'cpuid.AVX2', 'value': 'Val:0'}
LEFT, RIGHT = {'width': 800, 'height': 600}, {'width': 800, 'height': 600, 'x': 800}
STEPS = [
    Step('config', annotation='x', hardware={'cpu_shares_level': 'high', 'mem_reservation': 512}, change_tracking=True),
    Step('config', hardware={'num_cpus': 2}), Step('config', hardware={'memory_mb': 4096}),
    Step('config', hardware={'memory_mb': 64}), Step('config', hardware={'num_cpus': 0}),
    Step('config', hardware={'num_cpus': 3, 'num_cpu_cores_per_socket': 2}),
    Step('config', hardware={'hotadd_cpu': True, 'boot_firmware': 'efi'}),
    Step('config', boot_options={'boot_order': ['ethernet', 'disk'], 'boot_delay': 2000}, latency_sensitivity='high'),
    Step('config', advanced_settings=[{'key': 'guestinfo.a', 'value': 1}]),
    Step('config', advanced_settings=[{'key': 'guestinfo.a', 'value': ''}]),
    Step('config', guest_id='none', on=OFF, untold=('InvalidArgument', GUESTS)), Step('config', guest_id='none', on=RUNNING),
    Step('config', spec={'powerOpInfo': {'powerOffType': 'soft'}}), Step('config', spec={'nothing': 1}),
    disk({'label': 'Hard disk 1', 'size_gb': 20}), disk({'unit_number': 1, 'size_gb': 1, 'type': 'thin'}),
    disk({'unit_number': 1, 'size_gb': 2, 'disk_mode': 'independent_persistent'}),
    disk({'controller_type': 'nvme', 'unit_number': 0, 'size_mb': 64}, {'controller_type': 'sata', 'unit_number': 4, 'size_mb': 64}),
    disk({'unit_number': 8, 'size_mb': 1, 'datastore_cluster': GOLD}), disk({'unit_number': 8, 'state': 'absent'}),
    disk({'controller_type': 'sata', 'unit_number': 9, 'size_tb': 99, 'datastore_cluster': GOLD}),
    disk({'filename': NOWHERE, 'size_gb': 1}), disk({'filename': 'a.vmdk', 'size_gb': 1}),
    disk({'filename': FILE}, on=('on', 'off'), untold=('FileNotFound', FILES)), disk({'filename': FILE, 'size_mb': 1}),
    disk({'unit_number': 6, 'size_mb': 1}, {'unit_number': 6, 'size_mb': 2}),
    disk({'unit_number': 1, 'state': 'absent'}, {'unit_number': 1, 'state': 'absent'}),
    disk({'unit_number': 1, 'state': 'absent'}), disk({'filename': FILE, 'state': 'absent', 'destroy': False}),
    adapter(label='Network adapter 1', connected=True, start_connected=False, wake_on_lan=False),
    adapter(label='Network adapter 2', device_type='e1000e'), adapter(label='Network adapter 2', device_type='vmxnet3'),
    adapter(mac_address='00:50:56:01:02:03'), adapter(mac_address='none'), adapter(label='Network adapter 9'),
    adapter(label='Network adapter 2', mac_address='00:50:56:01:02:09', on=('on', *OFF)),
    adapter(label='Network adapter 2', state='absent'),
    Step('network_adapter', label='Network adapter 1', network_name='nowhere'),
    Step('cdrom', iso_path='[LocalDS_0] iso/a.iso', connected=True), Step('cdrom', iso_path='[nowhere] iso/a.iso'),
    Step('cdrom', iso_path='a.iso'), Step('cdrom', iso_path='[] /usr/lib/vmware/isoimages/linux.iso'),
    Step('cdrom', type='host'), Step('cdrom', type='none'), Step('cdrom', type='client', start_connected=True),
    Step('cdrom', controller_type='ide', unit_number=1, type='client'), Step('cdrom', label='CD/DVD drive 2', state='absent'),
    Step('custom_value', attributes=[{'name': 'Owner', 'value': 'me'}]),
    Step('custom_value', attributes=[{'name': 'None', 'value': 'x'}], create=False),
    Step('custom_value', attributes=[{'name': 'Owner'}], state='absent'),
    Step('hardware_version', version='vmx-12'), Step('hardware_version', version='vmx-99'), Step('hardware_version'),
    Step('evc_mode', evc_mode='intel-haswell'), Step('evc_mode', evc_mode='none', on=OFF),
    Step('evc_mode', mask=[AVX2], complete_masks=False), Step('evc_mode', state='absent'),
    Step('evc_mode', mask=[{'key': 'none', 'value': 'Val:0'}], on=('off',), untold=('InvalidArgument', MASKS)),
    Step('first_class_disk', disk_id='fcd', datastore='LocalDS_0', unit_number=9),
    Step('first_class_disk', disk_id='fcd', state='detached'), Step('first_class_disk', disk_id='fcd', datastore='LocalDS_0'),
    Step('snapshot', snapshot_name='of the disk', on=('off',)), Step('first_class_disk', disk_id='fcd', state='absent', on=('off',)),
    Step('snapshot', state='absent', snapshot_name='of the disk', on=('off',)),
    Step('first_class_disk', disk_id='none', datastore='LocalDS_0', on=('on', 'off'), untold=('NotFound', DISKS)),
    Step('first_class_disk', disk_id='none', datastore='Far_1', on=('silent', 'old')), Step('first_class_disk', disk_id='fcd', state='absent'),
    Step('guest_customization', customization={'hostname': 'h'}, once=False),
    Step('guest_customization', customization={'os': 'windows'}, once=False),
    Step('guest_customization', customization_spec='none', once=False),
    Step('guest_customization', networks=[{'ip': '192.0.2.9', 'netmask': '255.255.255.0'}, {}], once=False),
    Step('tools', state='mounted'), Step('tools', state='unmounted'), Step('tools', state='upgraded'),
    Step('tools', state='upgraded', force=True, once=False), Step('tools', state='running', on=('on', *STOPPED)),
    Step('tools', state='running', on=('silent',), timeout=1, untold=('WaitTimeout', WAITING)),
    Step('question', response='none'), Step('question', question='moved', response='I Moved It'),
    Step('display', width=1024, height=768), Step('display', displays=[LEFT]), Step('display', displays=[RIGHT]),
    Step('display', displays=[LEFT, RIGHT], once=False), Step('display', displays=[]), Step('display', width=-1, height=0),
    Step('console_connections', state='dropped', user_name='ann'), Step('console_connections', state='dropped'),
    Step('disk_maintenance'), Step('disk_maintenance', unlink=False), Step('disk_maintenance', disks=['none']),
    Step('disk_maintenance', state='defragmented', once=False),
    Step('storage_info', refresh=True, unowned_files=True), Step('session', once=False),
    Step('clone', new_name='plain', hardware={'num_cpus': 4}), Step('clone', new_name='running', power_on=True),
    Step('clone', new_name='image', is_template=True, customization={'hostname': 'h'}),
    clone(new_name='wrong', is_template=True, power_on=True),
    Step('clone', new_name='linked', linked_clone=True, snapshot_name='base'), clone(new_name='web'),
    clone(new_name=''), clone(new_name='far', datastore='Far_1'), clone(new_name='few', hardware={'num_cpus': -1}),
    clone(new_name='far', cluster='DC0_C0', datastore='Far_2'),
    clone(new_name='apart', resource_pool='DC0_C0_RP0', host='DC0_H0'),
    Step('clone', new_name='there', cluster='DC0_C0', destination_folder='web', convert='thin'),
    clone(new_name='guest', guest_id='none', on=('on',), untold=('InvalidArgument', GUESTS)),
    clone(new_name='raw', config={'nothing': 1}, on=('on',), untold=('InvalidArgument', SCHEMA)),
    clone(new_name='spec', customization_spec='none'),
    clone(new_name='pooled', datastore_cluster=GOLD), clone(new_name='none', datastore_cluster='nowhere'),
    clone(new_name='split', datastore_cluster='group-p2', disks=[{'disk': 'Hard disk 1', 'datastore': 'SSD_1'}]),
    clone(new_name='split far', disks=[{'disk': 'Hard disk 1', 'datastore': 'Far_1'}], host='DC0_H0'),
    clone(new_name='split none', disks=[{'disk': 'none', 'datastore': 'SSD_1'}]),
    clone(new_name='split twice', disks=[{'disk': each, 'datastore': 'SSD_1'} for each in ('2000', 'Hard disk 1')]),
    Step('instant_clone', new_name='instant'), Step('instant_clone', new_name='far', datastore='Far_1'),
    Step('instant_clone', new_name='apart', host='DC0_C0_H0'), Step('instant_clone', new_name='web'),
    Step('migrate', destination_host='DC0_C0_H1', on=('on', *STOPPED)), Step('migrate', destination_datastore='SSD_1'),
    Step('migrate', destination_cluster='DC0_C0', on=('on', *STOPPED)), Step('migrate', destination_datastore='Far_1'),
    Step('migrate', destination_datastore='Far_2', on=('snapshot', 'silent')),
    Step('migrate', destination_host='DC0_H0', destination_resourcepool='DC0_C0_RP0'),
    Step('migrate', destination_cluster='DC0_C0', destination_resourcepool='resgroup-1'),
    Step('migrate', destination_host='DC0_C0_H0', power_state='powered_on'), Step('migrate', destination_folder='nowhere'),
    Step('migrate', destination_resourcepool='DC0_C0_RP0'), Step('migrate', destination_folder='/DC0/vm/web'),
    Step('migrate', disks=[{'disk': 'Hard disk 1', 'datastore': 'LocalDS_0', 'provisioning': 'thick'}]),
    Step('migrate', datastore_cluster=GOLD), Step('migrate', datastore_cluster='/DC0/datastore/DC0_POD1'),
    Step('migrate', datastore_cluster='nowhere'), Step('migrate', datastore_cluster='/DC0/datastore/nowhere'),
    Step('migrate', datastore_cluster=GOLD, disks=[{'disk': 'Hard disk 1', 'datastore': 'LocalDS_0'}]),
    Step('migrate', datastore_cluster=GOLD), Step('migrate', destination_datastore='SSD_1'),
    Step('rename', new_name='DC0_C0_RP0_VM0'), Step('rename', new_name='other'),
    *[Step('fault_tolerance', state=state, once=state != 'terminated') for state in (
        'disabled', 'created', 'terminated', 'disabled', 'enabled', 'made_primary', 'turned_off')],
    Step('fault_tolerance', state='created', host='DC0_H0'), Step('fault_tolerance', legacy=True),
    vm(name='new', disk=[{'size_gb': 1}], networks=[{'name': 'VM Network'}]), vm(name='new', state='absent'),
    vm(name='web', folder='/DC0/vm', on=('on', 'template')), vm(name='x' * 81), vm(name='far', datastore='Far_2'), vm(name='lost', datastore='nowhere'),
    vm(name='few', hardware={'num_cpus': -1}), vm(name='none', disk=[{'size_gb': 0}]), vm(name='idle', cluster=None),
    *[Step('vm', name='in a pod', cluster='DC0_C0', datastore_cluster=GOLD, disk=[{'size_gb': size}], on=('on',)) for size in (10 ** 5, 1)],
    vm(name='guest', guest_id='none', untold=('InvalidArgument', GUESTS)),
    vm(name='raw', config={'nothing': 1}, untold=('InvalidArgument', SCHEMA)),
    Step('registration', state='reloaded', once=False),
    Step('registration', state='reloaded_from_path', vmx_path='a.vmx'),
    Step('registration', state='reloaded_from_path', vmx_path='[nowhere] a/a.vmx'),
    Step('registration', state='reloaded_from_path', vmx_path='[SSD_1] a/a.vmx', on=STOPPED, untold=('FileNotFound', FILES)),
    Step('registration', vmx_path='[SSD_1] a/a.vmx'), Step('registration', state='unregistered'),
    Step('registration', name='back', vmx_path='[nowhere] a/a.vmx', cluster='DC0_C0', on=('on',)),
    Step('registration', name='back', vmx_path='[Far_2] a/a.vmx', cluster='DC0_C0', on=('on',)),
    Step('registration', name='back', vmx_path='[SSD_1] a/a.vmx', cluster='DC0_C0', on=('on',), untold=('NotFound', FILES)),
    Step('registration', name='running', state='deleted'), Step('registration', name='running', state='deleted', force=True),
    Step('registration', name='gone', state='reloaded'), Step('vm', state='absent', force=True),
]
# Standalone (vm-1) or in a cluster (vm-2), and in what state.
TARGETS = [('vm-1', 'on'), ('vm-2', 'on'), ('vm-1', 'off'), ('vm-2', 'suspended'), ('vm-1', 'silent'), ('vm-2', 'snapshot'),
           ('vm-1', 'old'), ('vm-2', 'template'), ('vm-1', 'asked')]


def places(simulator):
    """Datastores that every host reaches, and that only one or two do; no Storage DRS in a pod; a folder; HA, which fault tolerance needs."""
    vcenter = simulator.vcenter
    datacenter, hosts = vcenter.objects('Datacenter')[0], vcenter.objects('HostSystem')
    Datastore.create(vcenter, 'SSD_1', datacenter, hosts)
    Datastore.create(vcenter, 'Far_1', datacenter, hosts[1:])
    Datastore.create(vcenter, 'Far_2', datacenter, hosts[:1])
    vcenter.objects('StoragePod')[1].configure({'enabled': False})
    Folder.create(vcenter, 'web', datacenter.folder('vmFolder'), ('Folder', 'VirtualMachine'))
    vcenter.objects('ClusterComputeResource')[0].configure({'dasConfig': {'enabled': True}})


def prepare(vm, state):
    """Brings a running virtual machine into the state of that name, with old Tools and two users at its console."""
    vm.tools_outdated = True
    vm.connections = [{'_typeName': 'VirtualMachineMksConnection', 'label': 'mks', 'client': '192.0.2.1', 'userName': user}
                      for user in ('ann', 'bob')]
    if state in ('off', 'old', 'template', 'asked'):
        vm.become_powered_off(True)
    changes = {
        'suspended': vm.become_suspended, 'silent': lambda: setattr(vm, 'tools', 'stopped'),
        'old': lambda: vm.edit_config(lambda config: config.update(version='vmx-10')),
        'snapshot': lambda: vm.take_snapshot('base', '', False, False),
        'asked': lambda: setattr(vm, 'ask_on_power_on', True)}
    changes.get(state, lambda: None)()


def first_class_disk(simulator, tasks):
    """Makes a first class disk; returns its id."""
    datastore = simulator.call(lambda: simulator.vcenter.objects('Datastore')[0].ref)
    made = tasks.run('method', object_type='VcenterVStorageObjectManager', object_moid='VStorageObjectManager',
                     method='CreateDisk_Task', arguments={'spec': {
                         '_typeName': 'VslmCreateSpec', 'name': 'data', 'capacityInMB': 64, 'backingSpec': {
                             '_typeName': 'VslmCreateSpecDiskFileBackingSpec', 'datastore': datastore}}})
    return made['result']['config']['id']['id']


@pytest.mark.parametrize(('target', 'state'), TARGETS)
def test_check_mode_and_the_real_run_agree(target, state):
    with Simulator(vms=4, hosts=2, pods=2) as simulator, Tasks(simulator) as tasks:
        simulator.call(places, simulator)
        simulator.call(prepare, simulator.vm(target), state)
        disk_id = first_class_disk(simulator, tasks)
        if state == 'template':
            assert not tasks.run('template', moid=target, state='template').get('failed')
        if state == 'asked':
            assert tasks.run('power', moid=target, state='powered_on')['fault']['name'] == 'QuestionPending'
        for step in STEPS:
            if step.on is None or state in step.on:
                agree(simulator, tasks, step, target, disk_id)


def agree(simulator, tasks, step, target, disk_id):
    """Takes a step thrice, as Agreement does."""
    untold = step.untold and step.untold[0]
    agreement = Agreement(simulator, tasks, {(step.module, untold)} if untold else ())
    options = {'moid': target, **step.options}
    if 'name' in options or step.module == 'session':
        del options['moid']
    if options.get('disk_id') == 'fcd':
        options['disk_id'] = disk_id
    done = agreement.run(step.module, step.once, **options)
    if untold:
        assert done['fault']['name'] == untold, (step.options, done)
