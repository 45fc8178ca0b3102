"""Write the office calendar with the official Chinese holidays and make-up workdays."""

from __future__ import annotations

from argparse import ArgumentTypeError
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from core.errors import DomainError
from sla import chinese_year, loading
from sla.reading import calendar_of

if TYPE_CHECKING:
    from argparse import ArgumentParser


def years(text: str) -> range:
    """Read ``2026`` or ``2024-2027``."""
    first, _dash, last = text.partition("-")
    if not first.isdigit() or (last and not last.isdigit()):
        raise ArgumentTypeError(f"“{text}” is not a year; write 2026 or 2024-2027")
    found = range(int(first), int(last or first) + 1)
    if not found:
        raise ArgumentTypeError(f"“{text}” ends before it begins")
    if not set(found) <= set(range(2001, 2100)):
        raise ArgumentTypeError(f"“{text}” is outside of 2001-2099, the years whose holidays are known or can be estimated")
    return found


def _kept(path: Path) -> dict[str, Any]:
    document = loading.read_files([path])[0]
    return {**document.data, **calendar_of(document)[1]}


class Command(BaseCommand):
    """`manage.py cn_calendar --years 2024-2027 [--into FILE]`."""

    help = "Write the office calendar of these years; with --into, replace these years in the file and keep its others."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the years and the file."""
        parser.add_argument("--years", nargs="+", type=years, required=True, metavar="YEAR", help="2026, or 2024-2027")
        parser.add_argument("--into", type=Path, metavar="FILE", help="a calendar file to bring up to date; new if it is not there")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write to the file or to standard output; say which years are unconfirmed."""
        target: Path | None = options["into"]
        found = [chinese_year.year(number) for number in sorted({number for given in options["years"] for number in given})]
        try:
            kept = _kept(target) if target and target.exists() else chinese_year.PLAIN
        except DomainError as error:
            raise CommandError(str(error)) from None
        text = chinese_year.write(found, kept)
        if target:
            target.write_text(text, encoding="utf-8")
        else:
            self.stdout.write(text, ending="")
        for entry in found:
            if not entry.confirmed:
                self.stderr.write(f"{entry.number}: the State Council's notice is not known; make-up workdays are missing")
