"""Bring in a file of another system from the command line, by the same steps as on the pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from core.errors import DomainError
from core.time import now
from transfer import selectors, services, words
from transfer.engine import mapping as mappings
from transfer.models import DataImport

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Try a file and, unless it is only to be tried, bring it in."""

    help = "Bring in tickets and customers from a file of another system (docs/transfer.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the file, its source, its mapping and who is responsible."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", required=True, help="the other system, by a name that stays")
        parser.add_argument("--by", required=True, help="e-mail address of the manager who imports")
        parser.add_argument("--preset", default="", choices=["", *services.PRESETS])
        parser.add_argument("--mapping", type=Path, help="a YAML or JSON")
        parser.add_argument("--encoding", default="")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, list every problem")

    def handle(self, *args: Any, **options: Any) -> None:
        """Upload, try, and bring in."""
        actor = User.objects.filter(email__iexact=options["by"], is_active=True).first()
        if actor is None:
            raise CommandError(f"There is no account {options['by']}.")
        try:
            mapping = mappings.parsed(options["mapping"].read_text()) if options["mapping"] else None
            with options["file"].open("rb") as stream:
                given = {"preset_name": options["preset"], "mapping": mapping, "encoding": options["encoding"]}
                row = services.upload(File(stream, options["file"].name), source=options["source"], actor=actor, at=now(), **given)  # type: ignore[arg-type]
            row = self._work(services.check(row, actor=actor, at=now()))
            for problem in selectors.problems_of(row).iterator(500):
                self.stderr.write(f"{problem.table}:{problem.line} {problem.field} {words.sentence(problem)}")
            if not options["dry_run"]:
                row = self._work(services.run(row, actor=actor, at=now()))
        except (DomainError, OSError) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{row.source} #{row.pk}: {row.state}, {row.done} rows, {row.refused} refused, {row.counts}")

    def _work(self, row: DataImport) -> DataImport:
        """Go on until it is at its end; a worker may do some of it."""
        while row.is_live:
            services.work_next(now)
            row.refresh_from_db()
        if row.state == DataImport.State.FAILED:
            raise CommandError(row.trouble)
        return row
