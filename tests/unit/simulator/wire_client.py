# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A VI JSON client that shows everything of an answer: for the tests of the simulated server itself."""

from __future__ import annotations

import threading
import urllib.parse

import requests

TIMEOUT = 120


class Answer:
    """status, headers, text, value (the decoded body, None for an empty one) and fault (its name, or None)."""

    def __init__(self, response):
        self.status, self.headers, self.text = response.status_code, response.headers, response.text
        is_json = response.content and response.headers.get('Content-Type', '').startswith('application/json')
        self.value = response.json() if is_json else None
        self.fault = self.value.get('_typeName') if self.status == 500 and isinstance(self.value, dict) else None


class Client:
    """A connection; log_in() opens a session."""

    def __init__(self, sim, release=None):
        self.sim, self.release = sim, release or sim.vcenter.settings.release
        self.http = requests.Session()
        # The environment may name another authority, which requests would prefer.
        self.http.trust_env = False
        self.http.verify = sim.ca_cert
        self.session = None

    def close(self):
        self.http.close()

    def log_in(self, username=None, password=None):
        """Open a session; returns self."""
        answer = self.post('SessionManager/SessionManager/Login', {
            'userName': username or self.sim.username, 'password': password or self.sim.password})
        assert answer.status == 200, answer.text
        self.session = answer.value
        self.http.headers['vmware-api-session-id'] = answer.headers['vmware-api-session-id']
        return self

    def url(self, path):
        return f'{self.sim.url}/sdk/vim25/{self.release}/{path}'

    def request(self, verb, path, **options):
        """Any request to an absolute path of the server."""
        return Answer(self.http.request(verb, self.sim.url + path, timeout=TIMEOUT, **options))

    def post(self, path, body=None):
        """POST with a JSON body, or without one."""
        return Answer(self.http.post(self.url(path), json=body, timeout=TIMEOUT))

    def get(self, path):
        return Answer(self.http.get(self.url(path), timeout=TIMEOUT))

    def call(self, reference, method, **arguments):
        """A method of an object."""
        return self.post(f'{reference["type"]}/{quoted(reference["value"])}/{method}', arguments)

    def read(self, reference, name):
        """A property of an object."""
        return self.get(f'{reference["type"]}/{quoted(reference["value"])}/{name}')

    def background(self, reference, method, **arguments):
        """The same as call, in a thread on a connection of its own; returns Background."""
        return Background(self, reference, method, arguments)

    @property
    def root(self):
        return self.get('ServiceInstance/ServiceInstance/content').value['rootFolder']


class Background:
    """A call under way; result() waits for its Answer."""

    def __init__(self, client, reference, method, arguments):
        self._client = Client(client.sim, client.release)
        self._client.http.headers.update(client.http.headers)
        self._result = None
        self._thread = threading.Thread(target=self._run, args=(reference, method, arguments), daemon=True)
        self._thread.start()

    def result(self):
        self._thread.join(TIMEOUT)
        assert not self._thread.is_alive(), 'no answer'
        return self._result

    def _run(self, reference, method, arguments):
        with self._client.http:
            self._result = self._client.call(reference, method, **arguments)


def quoted(moid):
    return urllib.parse.quote(moid, safe='')


COLLECTOR = {'type': 'PropertyCollector', 'value': 'propertyCollector'}
VIEWS = {'type': 'ViewManager', 'value': 'ViewManager'}
SEARCH = {'type': 'SearchIndex', 'value': 'SearchIndex'}
SESSIONS = {'type': 'SessionManager', 'value': 'SessionManager'}
TASKS = {'type': 'TaskManager', 'value': 'TaskManager'}
AUTHORIZATION = {'type': 'AuthorizationManager', 'value': 'AuthorizationManager'}


def reference(type_name, moid):
    return {'_typeName': 'ManagedObjectReference', 'type': type_name, 'value': moid}


def filter_spec(prop_set, object_set, **more):
    """A PropertyFilterSpec of {type: paths or True for all} and of ObjectSpecs (or references)."""
    objects = [one if one.get('_typeName') == 'ObjectSpec' else object_spec(one) for one in object_set]
    properties = [{'_typeName': 'PropertySpec', 'type': name,
                   **({'all': True} if paths is True else {'pathSet': paths})} for name, paths in prop_set.items()]
    return {'_typeName': 'PropertyFilterSpec', 'propSet': properties, 'objectSet': objects, **more}


def object_spec(obj, *select_set, skip=False):
    return {'_typeName': 'ObjectSpec', 'obj': obj, 'skip': skip, 'selectSet': list(select_set)}


def traversal(type_name, path, *select_set, name=None, skip=False):
    spec = {'_typeName': 'TraversalSpec', 'type': type_name, 'path': path, 'skip': skip,
            'selectSet': list(select_set)}
    return {**spec, 'name': name} if name else spec


def named(name):
    return {'_typeName': 'SelectionSpec', 'name': name}


def retrieve(client, *specs, collector=None, **options):
    """The Answer of RetrievePropertiesEx."""
    return client.call(collector or COLLECTOR, 'RetrievePropertiesEx', specSet=list(specs),
                       options={'_typeName': 'RetrieveOptions', **options})


def values(content):
    """{path: val} of an ObjectContent."""
    return {one['name']: one['val'] for one in content.get('propSet', ())}


def ref_of(sim, name):
    """The reference of the entity with that name, in the live inventory."""
    def find():
        return next(obj.ref for obj in sim.vcenter.objects() if hasattr(obj, 'ancestors') and obj.get('name') == name)

    return sim.call(find)
