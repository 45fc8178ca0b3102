"""Take mail that a mail server hands over by SMTP or LMTP."""

from __future__ import annotations

import logging
import signal
from email.utils import parseaddr
from threading import Event
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import close_old_connections

from core.errors import DomainError
from core.time import now
from mailroom import services
from mailroom.models import ADDRESS, IncomingMail, Mailbox

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, Envelope, Session
    from django.core.management.base import CommandParser

logger = logging.getLogger(__name__)
MOST_RECIPIENTS = 50


class Receiver:
    """Answers a mail server: 250 once a mail is kept, 451 for later, 5xx for never. Nothing is ever sent on."""

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802 - the library's name
        """Take what is for one of our domains."""
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        if address.rpartition("@")[2].lower() not in await sync_to_async(domains)():
            return "550 5.7.1 Not one of ours"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library's name
        """Keep the mail before saying so."""
        raw = envelope.original_content or b""
        signed_first = sorted(envelope.rcpt_tos, key=lambda each: "+" not in each)
        return await sync_to_async(keep)(raw, envelope.mail_from or "", " ".join(signed_first)[:ADDRESS])


def domains() -> set[str]:
    """Answer the domains that mail is taken for."""
    close_old_connections()
    ours = [settings.MAIL_REPLY_ADDRESS, parseaddr(settings.DEFAULT_FROM_EMAIL)[1], settings.MAIL_ENVELOPE_FROM]
    return {address.rpartition("@")[2].lower() for address in [*ours, *Mailbox.objects.values_list("address", flat=True)]} - {""}


def keep(raw: bytes, envelope_from: str, envelope_to: str) -> str:
    """Keep a mail; answer what the other server is told."""
    close_old_connections()
    try:
        services.receive(raw, way=IncomingMail.Way.SMTP, at=now(), envelope_from=envelope_from, envelope_to=envelope_to)
    except DomainError as refusal:
        return f"{552 if refusal.status == 413 else 554} {refusal.stable_code}"  # noqa: PLR2004 - HTTP's "too large"
    except Exception:
        logger.exception("A mail could not be kept")
        return "451 4.3.0 Try again later"
    return "250 2.0.0 Kept"


class _LmtpController(Controller):
    def factory(self) -> LMTP:
        """Speak LMTP (RFC 2033)."""
        return LMTP(self.handler, **self.SMTP_kwargs)


class Command(BaseCommand):
    """Listen until it is stopped."""

    help = "Take mail by SMTP or LMTP from a mail server in front of it; listens on one address and sends nothing on."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address to listen on."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8025)
        parser.add_argument("--lmtp", action="store_true", help="speak LMTP (RFC 2033)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Listen."""
        made = _LmtpController if options["lmtp"] else Controller
        controller = made(Receiver(), hostname=options["host"], port=options["port"], data_size_limit=settings.MAIL_MAX_BYTES, ident="mail")
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_given: stop.set())
        controller.start()
        self.stdout.write(f"Taking mail at {options['host']}:{options['port']}")
        try:
            stop.wait()
        finally:
            controller.stop()
