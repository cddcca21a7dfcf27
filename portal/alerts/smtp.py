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

    def __init__(self, url: str, sender: str) -> None:
        self._parts = urlsplit(url)
        self._sender = sender

    def send(self, letter: Letter) -> None:
        message = self._message(letter)
        try:
            with self._connected() as server:
                server.send_message(message)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            raise _class_of(error) from error
        except (smtplib.SMTPException, OSError) as error:
            raise NotReachable(type(error).__name__) from error

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
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT_SECONDS, context=context)
        else:
            server = smtplib.SMTP(host, port or 25, timeout=TIMEOUT_SECONDS)
        if self._parts.username:
            server.login(unquote(self._parts.username), unquote(self._parts.password or ""))
        return server

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = letter.to
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(real_now())
        message["Message-ID"] = f"<{letter.key}@{self._sender.partition('@')[2].rstrip('>')}>"
        message["Content-Language"] = letter.language
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        return message


def _class_of(error: smtplib.SMTPException) -> Exception:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
    else:
        codes = [int(getattr(error, "smtp_code", 450))]
    kind = NotAccepted if all(code >= 500 for code in codes) else NotReachable
    return kind(type(error).__name__)
