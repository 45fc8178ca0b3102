"""Take one mail from a mail server's pipe."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError

from core.errors import DomainError
from core.time import now
from mailroom import services
from mailroom.models import IncomingMail

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

REFUSED, LATER = os.EX_DATAERR, os.EX_TEMPFAIL
"""What a mail server reads of them (sysexits.h): send it back; try it again."""


class Command(BaseCommand):
    """Read a mail from the standard input and keep it; exit 0 once it is kept."""

    help = "Take a mail from standard input (a pipe of Postfix, Exim, fetchmail, procmail) and keep it; it is read by the workers."
    requires_system_checks: list[str] = []  # a pipe is opened for every mail

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the envelope, which the mail itself does not hold."""
        parser.add_argument("--from", dest="envelope_from", default="", help="the envelope's sender (Postfix: ${sender})")
        parser.add_argument("--to", dest="envelope_to", default="", help="the envelope's recipient (Postfix: ${original_recipient})")

    def handle(self, *args: Any, **options: Any) -> None:
        """Keep it, or say by the exit status what the mail server is to do."""
        raw = sys.stdin.buffer.read(settings.MAIL_MAX_BYTES + 1)
        envelope = {name: options[name] for name in ("envelope_from", "envelope_to")}
        try:
            row, is_new = services.receive(raw, way=IncomingMail.Way.PIPE, at=now(), **envelope)
        except DomainError as refusal:
            self.stderr.write(str(refusal))
            sys.exit(REFUSED)
        except (DatabaseError, OSError) as error:
            self.stderr.write(f"Try again later: {error}")
            sys.exit(LATER)
        self.stdout.write(f"{row.pk} {'kept' if is_new else 'known'}")
