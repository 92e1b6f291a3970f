# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Log-in, and the release that both sides agree on: what comes before the first call.

Knows no HTTP. Source: the guide "Web Services SDK Programming", chapter "Client Applications Using the JSON Protocol".
"""

from __future__ import annotations

from contextlib import suppress

from . import wire
from .faults import Failure, Fault, Refusal, TransportError
from .keeper import Session

# Newest first; the server takes the first that it knows. One without hello is asked for 8.0.1.0, which had none.
RELEASES = ('9.1.0.0', '9.0.0.0', '8.0.3.0', '8.0.2.0', '8.0.1.0')
FIRST_RELEASE = '8.0.1.0'
# Not those of a proxy whose vCenter is down, nor the 200 of what is no vCenter.
NO_HELLO = (400, 401, 403, 404, 405, 501)
SESSION_HEADER = 'vmware-api-session-id'
SERVICE_INSTANCE = wire.reference('ServiceInstance', 'ServiceInstance')


class LogIn:
    """Needs of the Client that it is a base of: options, keeper, where, answered, _send and _url."""

    def _log_in(self):
        """Returns the session that the options hand in, or a new one."""
        if not self.options.get('session_id'):
            return self._new_session()
        release, content = self._agreed()
        return Session(release, self.options['session_id'], content, owned=False)

    def new_session(self):
        """Logs in and returns the session, which is the caller's to end."""
        with self.keeper.locked():
            return self._new_session()

    def _new_session(self):
        if self.keeper.refused:
            raise self.keeper.refused
        release, content = self._agreed()
        for option in ('username', 'password'):
            if not self.options.get(option):
                variable = 'VMWARE_USER' if option == 'username' else 'VMWARE_PASSWORD'
                raise Refusal(f'{option} is not given: set it (or {variable} in the environment), or session_id.',
                              'InvalidArgument', category='auth', details={'option': option})
        self.answered.token = None
        credentials = {'userName': self.options['username'], 'password': self.options['password']}
        self.keeper.is_to_be_kept()
        try:
            user = self._send('POST', self._url(content['sessionManager'], 'Login', release), credentials, 'Login',
                              repeatable=True, token='')
        except Fault as fault:
            if fault.category in ('auth', 'permission'):
                self.keeper.refused = fault
            raise
        if not self.answered.token or not isinstance(user, dict):
            raise self._not_vcenter(f'took the log-in but sent no {SESSION_HEADER}')
        return Session(release, self.answered.token, content, key=user.get('key'), user=user.get('userName'))

    def _agreed(self):
        """Returns the release to speak, and the services of the vCenter in it by their names."""
        release = self.options.get('release') or self._negotiate()
        if release is not None:
            return release, self._content(release)
        try:
            return FIRST_RELEASE, self._content(FIRST_RELEASE)
        except Failure as failure:
            # One without hello that is not of the first release, which a vCenter would know, may know just its own.
            unknown = failure.is_unknown_call and (isinstance(failure, Fault) or failure.http_status == 404)
            for other in reversed(RELEASES) if unknown else ():
                with suppress(Failure):
                    return other, self._content(other)
            raise

    def _not_vcenter(self, told):
        return TransportError(f'{self.where} {told}; is it a vCenter?', 'NotVIJSON', retryable=False)

    def _negotiate(self):
        """Returns the newest release that both sides know, None if the server does not say."""
        try:
            answer = self._send('POST', f'https://{self.where}/api/vcenter/system?action=hello',
                                {'api_releases': list(RELEASES)}, 'hello', repeatable=True, token='')
        except Failure as error:
            if error.http_status in NO_HELLO or (isinstance(error, Fault) and error.http_status == 500):
                return None
            raise
        if not isinstance(answer, (dict, type(None))):
            raise self._not_vcenter('answers the hello with JSON of something else')
        release = (answer or {}).get('api_release')
        if not release:
            raise Refusal(f'{self.where} speaks none of the API releases {", ".join(RELEASES)}.', 'UnsupportedRelease')
        return release

    def _content(self, release):
        try:
            content = self._send('GET', self._url(SERVICE_INSTANCE, 'content', release), None, 'content',
                                 repeatable=True, token='')
        except Fault as fault:
            if self.options.get('release') and fault.is_unknown_call:
                raise Refusal(
                    f'{self.where} does not speak API release {release}, which the option release asks for.',
                    'UnsupportedRelease', cause=fault,
                    hint='Leave release out: the newest one that both sides know is then negotiated.') from None
            raise
        services = {name: value for name, value in (content if isinstance(content, dict) else {}).items()
                    if wire.is_reference(value)}
        if not {'sessionManager', 'propertyCollector', 'rootFolder'} <= services.keys():
            raise self._not_vcenter('has a service instance without the services of a vCenter')
        return services
