"""Audit: settle every ticket's log again and compare with what is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from core.time import now
from tickets import services

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Name every stored clock that differs from its settled one; change nothing."""

    help = "Compare stored clocks with settled ones; exits with 1 and names them if any differ."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for what is to be done by name, so that nobody expects a rewrite."""
        parser.add_argument("--check", action="store_true", required=True, help="report differences, rewrite nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each difference."""
        found = 0
        for number, difference in services.audit(now()):
            found += 1
            self.stdout.write(f"{number}: {difference}")
        if found:
            raise CommandError(f"{found} differences between stored and settled clocks")
        self.stdout.write("every stored clock is as settled")
