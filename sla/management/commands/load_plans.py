"""Load service plans and calendars from files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.time import now
from sla import loading

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """`manage.py load_plans [FILE …] [--check]`."""

    help = (
        "Load plans and calendars (without files: those that come with the product). Changed content makes a new version, valid from now."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take files, and whether only to check them."""
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
        parser.add_argument("--check", action="store_true", help="say what is wrong or would change, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load all files or, if one is wrong, none."""
        try:
            with transaction.atomic():
                done = loading.load(options["files"] or loading.shipped_files(), actor=None, at=now())
                transaction.set_rollback(options["check"])
        except DomainError as error:
            raise CommandError(str(error)) from None
        for loaded in done:
            self.stdout.write(self._line(loaded, only_checked=options["check"]))

    def _line(self, loaded: loading.Loaded, *, only_checked: bool) -> str:
        values = {"file": loaded.document, "code": loaded.subject.code, "number": loaded.version.number}
        if not loaded.is_new:
            return _("%(file)s: %(code)s is unchanged, version %(number)s holds") % values
        if only_checked:
            return _("%(file)s: %(code)s would become version %(number)s") % values
        return _("%(file)s: %(code)s is now version %(number)s") % values
