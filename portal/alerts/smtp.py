"""Letters by SMTP (RFC 5321), ``smtp://`` or ``smtps://`` with user and password where the server wants them."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from portal.alerts.ports import Letter, NotAccepted, NotReachable
from portal.unit import real_now

TIMEOUT_SECONDS = 10


class Smtp:
    """One mail server. ``url`` is PORTAL_MAIL_URL, ``sender`` PORTAL_MAIL_FROM."""

    def __init__(self, url: str, sender: str, seconds: float = TIMEOUT_SECONDS) -> None:
        self._parts = urlsplit(url)
        self._sender = sender
        self._seconds = seconds

    def send(self, letter: Letter) -> None:
        try:
            message = self._message(letter)
        except ValueError as error:
            raise NotAccepted("not an address") from error
        if "@" not in letter.to:  # to nobody: some versions of the library would send it all the same
            raise NotAccepted("not an address")
        try:
            with self._connected() as server:
                self._hand_over(server, message)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            raise _class_of(error) from error
        except (smtplib.SMTPException, OSError) as error:
            raise NotReachable(type(error).__name__) from error

    @staticmethod
    def _hand_over(server: smtplib.SMTP, message: EmailMessage) -> None:
        try:
            server.send_message(message)
        except (smtplib.SMTPNotSupportedError, UnicodeError) as error:  # the server takes no such address (RFC 6531)
            raise NotAccepted(type(error).__name__) from error

    def check(self) -> str:
        try:
            with self._connected() as server:
                server.noop()
        except (smtplib.SMTPException, OSError) as error:
            raise NotReachable(type(error).__name__) from error
        return f"mail goes through {self._parts.hostname}"

    def _connected(self) -> smtplib.SMTP:
        host, port = self._parts.hostname or "", self._parts.port
        if self._parts.scheme == "smtps":
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=self._seconds, context=context)
        else:
            server = smtplib.SMTP(host, port or 25, timeout=self._seconds)
        if self._parts.username:
            self._log_in(server, unquote(self._parts.username), unquote(self._parts.password or ""))
        return server

    @staticmethod
    def _log_in(server: smtplib.SMTP, user: str, password: str) -> None:
        try:
            server.login(user, password)
        except smtplib.SMTPException:
            server.close()
            raise

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = letter.to
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(real_now())
        message["Message-ID"] = f"<{letter.key}@{self._sender.partition('@')[2].rstrip('>')}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        message["Content-Language"] = letter.language  # setting the content forgets every Content- header
        return message


def _class_of(error: smtplib.SMTPException) -> Exception:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
    else:
        codes = [int(getattr(error, "smtp_code", 450))]
    kind = NotAccepted if all(code >= 500 for code in codes) else NotReachable
    return kind(type(error).__name__)
