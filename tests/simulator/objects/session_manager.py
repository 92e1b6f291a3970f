# Copyright (c) 2026, the vsphere.vm authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""SessionManager and the sessions that it keeps."""
from __future__ import annotations

import contextlib
import secrets
import time
import uuid

from ..fault import Fault, invalid_argument
from ..managed_object import ManagedObject

LOCALES = ('en', 'de', 'en_US', 'es', 'fr', 'it', 'ja', 'ko', 'zh_CN', 'zh_TW')
CLONE_TICKET_SECONDS = 60.0


class Session:
    """A login. ``token`` travels in the header, ``key`` is what everybody may see; ``owned`` are the filters, views and
    collectors that go with it."""

    def __init__(self, vcenter, user, call, locale):
        self.user, self.user_name = user, user.principal
        self.token, self.key = secrets.token_hex(20), str(uuid.uuid4())
        self.tokens = {self.token}
        self.login_time = self.last_active_time = vcenter.now()
        self.last_active = time.monotonic()
        self.locale, self.call_count = locale, 0
        self.address, self.user_agent = call.address, call.user_agent
        self.owned = {}
        self.calls_under_way = 0

    def wire(self):
        """The UserSession."""
        return {
            '_typeName': 'UserSession', 'key': self.key, 'userName': self.user_name,
            'fullName': self.user_name.rpartition('\\')[2], 'loginTime': self.login_time,
            'lastActiveTime': self.last_active_time, 'locale': self.locale, 'messageLocale': self.locale,
            'extensionSession': False, 'ipAddress': self.address, 'userAgent': self.user_agent,
            'callCount': self.call_count,
        }


class Sessions:
    """The live sessions by token and by key; one that was idle for settings.session_timeout seconds ends."""

    def __init__(self, vcenter):
        self._vcenter = vcenter
        self._by_token, self._by_key = {}, {}

    def open(self, user, call, locale):
        """A new Session."""
        session = Session(self._vcenter, user, call, locale)
        self._by_token[session.token] = self._by_key[session.key] = session
        return session

    def close(self, session):
        """End a session, with all that belongs to it."""
        self._by_key.pop(session.key, None)
        for token in session.tokens:
            self._by_token.pop(token, None)
        for obj in list(session.owned.values()):
            obj.destroy()

    def used(self, token):
        """The live session of a token, noted as active now; None when there is none."""
        session = self._by_token.get(token)
        if session is None or self._close_idle(session):
            return None
        session.last_active, session.last_active_time = time.monotonic(), self._vcenter.now()
        session.call_count += 1
        return session

    @contextlib.contextmanager
    def using(self, session):
        """A session (or None) is not idle while one of its calls is under way."""
        if session is None:
            yield
            return
        session.calls_under_way += 1
        try:
            yield
        finally:
            session.calls_under_way -= 1
            session.last_active = time.monotonic()

    def renew(self, session):
        """Give a session another token; the ones it had hold on."""
        session.token = secrets.token_hex(20)
        session.tokens.add(session.token)
        self._by_token[session.token] = session

    def live(self):
        """All sessions that are not idle for too long, oldest first."""
        return [session for session in list(self._by_key.values()) if not self._close_idle(session)]

    def find(self, key):
        """The live session with that key, or None."""
        session = self._by_key.get(key)
        return None if session is None or self._close_idle(session) else session

    def _close_idle(self, session):
        seconds = time.monotonic() - session.last_active
        idle = not session.calls_under_way and seconds > self._vcenter.settings.session_timeout
        if idle:
            self.close(session)
        return idle


class SessionManager(ManagedObject):
    """Login, Logout and what goes with them."""

    def __init__(self, vcenter, moid):
        super().__init__(vcenter, moid, defaultLocale='en', messageLocaleList=list(LOCALES),
                         supportedLocaleList=list(LOCALES))
        self._clone_tickets = {}

    def property_sessionList(self):
        """The UserSessions of all."""
        return [session.wire() for session in self.vcenter.sessions.live()]

    def session_property(self, name, session):
        """`currentSession`: the UserSession of the caller, None when nobody is logged in."""
        return None if session is None else session.wire()

    def Login(self, call, userName, password, locale='en'):
        """Open a session; raises InvalidLogin, also for a caller who is logged in already, and InvalidLocale."""
        if call.session is not None:
            raise Fault('InvalidLogin', faultMessage=[{
                '_typeName': 'LocalizableMessage', 'key': 'vim.fault.InvalidLoginWithReason',
                'message': 'vim.fault.InvalidLoginReasonRegisterFailed'}])
        self._check_locale(locale)
        try:
            user = self.vcenter.access.authenticate(userName, password)
        except Fault:
            self.vcenter.events.post('BadUsernameSessionEvent', user=userName, ipAddress=call.address)
            raise
        return self._open(call, user, locale)

    def Logout(self, call):
        """End the caller's session."""
        session = call.session
        self.vcenter.sessions.close(session)
        self.vcenter.events.post('UserLogoutSessionEvent', ipAddress=session.address, userAgent=session.user_agent,
                                 callCount=session.call_count, sessionId=session.key, loginTime=session.login_time)

    def SessionIsActive(self, call, sessionID, userName):
        """Whether the session with that key is live and belongs to that user."""
        session = self.vcenter.sessions.find(sessionID)
        user = self.vcenter.access.user(userName)
        return session is not None and session.user is user

    def TerminateSession(self, call, sessionId):
        """End the sessions with these keys, one after the other; raises InvalidArgument for the caller's own and
        NotFound for one that is not there, and leaves the rest alone then."""
        for key in sessionId:
            if key == call.session.key:
                raise invalid_argument('sessionId')
            session = self.vcenter.sessions.find(key)
            if session is None:
                raise Fault('NotFound')
            self.vcenter.sessions.close(session)

    def AcquireCloneTicket(self, call):
        """A ticket with which CloneSession opens another session of the same user, once, within a minute."""
        ticket = f'cst-VCT-{uuid.uuid4()}--tp-{secrets.token_hex(20)}'
        self._clone_tickets[ticket] = (call.session, time.monotonic() + CLONE_TICKET_SECONDS)
        return ticket

    def CloneSession(self, call, cloneTicket):
        """A new session for a ticket; raises InvalidLogin for one that is unknown, used or too old."""
        session, deadline = self._clone_tickets.pop(cloneTicket, (None, 0.0))
        if session is None or time.monotonic() > deadline or self.vcenter.sessions.find(session.key) is None:
            raise Fault('InvalidLogin')
        return self._open(call, session.user, session.locale)

    def SetLocale(self, call, locale):
        """Choose the language of the session."""
        self._check_locale(locale)
        call.session.locale = locale

    def UpdateServiceMessage(self, call, message):
        """Set the message of the day."""
        self.set('message', message)

    def AcquireGenericServiceTicket(self, call, spec):
        """A SessionManagerGenericServiceTicket for one request to another service of this server."""
        return {'_typeName': 'SessionManagerGenericServiceTicket', 'id': secrets.token_hex(20),
                'ticketType': spec['_typeName'].removesuffix('ServiceRequestSpec') + 'ServiceTicket'}

    def _open(self, call, user, locale):
        session = call.new_session = self.vcenter.sessions.open(user, call, locale)
        self.vcenter.events.post('UserLoginSessionEvent', user=session.user_name, ipAddress=session.address,
                                 userAgent=session.user_agent, locale=session.locale, sessionId=session.key)
        return session.wire()

    @staticmethod
    def _check_locale(locale):
        if locale.replace('-', '_') not in LOCALES:
            raise Fault('InvalidLocale')
