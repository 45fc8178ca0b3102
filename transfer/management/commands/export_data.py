"""Write everything of an organization to a file from the command line, by the same steps as on the pages."""

from __future__ import annotations

from pathlib import Path
from shutil import copyfileobj
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from core.errors import DomainError
from core.time import now
from customers.models import Organization
from transfer import services

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Ask for an export and wait for it."""

    help = "Write everything of an organization to a ZIP (docs/transfer.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the organization, who asks, and where the file goes."""
        parser.add_argument("organization", help="code of the organization")
        parser.add_argument("--by", required=True, help="e-mail address of who asks: the file holds what they may see")
        parser.add_argument("--to", type=Path, required=True)
        parser.add_argument("--language", default="zh-hans", choices=["zh-hans", "en"])

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, have it made, and copy it."""
        actor = User.objects.filter(email__iexact=options["by"], is_active=True).first()
        organization = Organization.objects.filter(code=options["organization"]).first()
        if actor is None or organization is None:
            raise CommandError("There is no such account, or no such organization.")
        try:
            row = services.ask(organization, language=options["language"], actor=actor, at=now())
            while row.is_live and services.make_next(now):
                row.refresh_from_db()
            row.refresh_from_db()
            services.fetched(row, actor=actor, at=now())
        except DomainError as refusal:
            raise CommandError(row.trouble if "row" in locals() and row.trouble else str(refusal)) from refusal
        with row.file.open("rb") as made, options["to"].open("wb") as kept:
            copyfileobj(made, kept)
        self.stdout.write(f"{options['to']}: {row.size} bytes, SHA-256 {row.sha256}, {sum(row.counts.values())} rows")
