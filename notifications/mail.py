"""One message as an e-mail, and what the mail server's answers mean."""

from __future__ import annotations

import smtplib
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from notifications import selectors, threads
from notifications.attachments import enclosed_with
from notifications.offers import in_mail as offers_of
from notifications.rendering import fill, render

if TYPE_CHECKING:
    from django.core.mail.backends.base import BaseEmailBackend

    from notifications.models import Message

REFUSED_FOR_GOOD = 500
"""SMTP replies from here on are final; those below ask to try again."""


NOWHERE = ".invalid"
"""Addresses that never exist (RFC 2606): such a letter is written and the server called, and nothing is handed over."""


class ServerAwayError(Exception):
    """The mail server cannot be used now, by this message or any other."""


class NotYetError(Exception):
    """The server asks to try this message again later."""


class UndeliverableError(Exception):
    """This message will never be accepted."""


def letter(message: Message) -> EmailMultiAlternatives:
    """Answer the e-mail: plain text and HTML, in the recipient's language, with an id that outlives retries."""
    language = message.read_in
    told = selectors.told(message)
    # What tells of more than was written first leads to the inbox, where all of it stands.
    link = message.link if told is message.context else reverse("notifications:inbox")
    text = render(message.kind, told, language, settings.PUBLIC_URL)
    with override(language):
        offers = offers_of(message)
    values = {
        "offers": offers,
        "subject": text.subject,
        "body": text.body,
        "name": message.recipient.name if message.recipient else "",
        "link": f"{settings.PUBLIC_URL}{link}" if link else "",
        "language": language,
        "answers": threads.audience(message),
    }
    body = fill("messages/_mail.txt", values, language)
    mail = EmailMultiAlternatives(threads.subject(message) or text.subject, body, to=[message.to], headers=_headers(message))
    if settings.MAIL_ENVELOPE_FROM:
        mail.from_email = settings.MAIL_ENVELOPE_FROM  # where bounces go; the reader sees the header
        mail.extra_headers["From"] = settings.DEFAULT_FROM_EMAIL
    mail.attach_alternative(fill("messages/_mail.html", values, language, html=True), "text/html")
    for file in enclosed_with(message):
        mail.attach(*file)
    return mail


def _headers(message: Message) -> dict[str, str]:
    headers = {
        **threads.headers(message),
        "Auto-Submitted": "auto-generated",  # no absence notice comes back
        "X-Auto-Response-Suppress": "All",
    }
    if message.urgent:
        headers |= {"Importance": "high", "X-Priority": "1"}
    return headers


class Postman:
    """Carries letters over one connection to the mail server, opened when first needed."""

    def __init__(self) -> None:
        self._connection: BaseEmailBackend = get_connection()

    def carry(self, message: Message) -> None:
        """Send a message, or say by the kind of exception whether to try this one or all of them later."""
        if message.recipient and not message.recipient.is_active:
            raise UndeliverableError(_("The recipient's account has been switched off."))
        mail = letter(message)
        try:
            if mail.to[0].endswith(NOWHERE):
                self._connection.open()
            else:
                self._hand_over(mail)
        except smtplib.SMTPRecipientsRefused as error:
            raise _refusal(*next(iter(error.recipients.values()))) from error
        except smtplib.SMTPDataError as error:
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except OSError as error:  # the rest of what SMTP and sockets raise
            raise ServerAwayError(str(error)) from error

    def _hand_over(self, mail: EmailMultiAlternatives) -> None:
        """Send over the open connection; a server that takes only so many letters a connection is called again."""
        is_new = self._connection.open()
        try:
            self._connection.send_messages([mail])
        except (smtplib.SMTPServerDisconnected, smtplib.SMTPSenderRefused):
            if is_new:
                raise
            self.leave()
            self._connection.open()
            self._connection.send_messages([mail])

    def leave(self) -> None:
        """Close the connection, whatever state it is in."""
        try:
            self._connection.close()
        except OSError:
            # What was accepted was accepted; a connection that cannot say goodbye is closed all the same.
            return


def _refusal(code: int, reason: bytes | str) -> Exception:
    """Answer what the server said of this message, as final or not as it said so."""
    words = f"{code} {reason.decode(errors='replace') if isinstance(reason, bytes) else reason}"
    return UndeliverableError(words) if code >= REFUSED_FOR_GOOD else NotYetError(words)
