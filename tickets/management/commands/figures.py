"""Bring the daily figures of the dashboard up to date at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand

from core.queue import drain
from tickets import services

if TYPE_CHECKING:
    from argparse import ArgumentParser

ALL_AT_ONCE = 20_000
"""Tickets a batch: after a large import most days are touched by every batch, so few large ones are quicker."""


class Command(BaseCommand):
    """Do what the worker does by and by."""

    help = "Count the tickets that changed since the daily figures were counted; with --recount, count all of them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask whether everything is to be counted again."""
        parser.add_argument("--recount", action="store_true", help="count every ticket again, such as after TIME_ZONE was changed")

    def handle(self, *args: Any, **options: Any) -> None:
        """Count, and say how many tickets that were."""
        if options["recount"]:
            services.forget_counts()
        self.stdout.write(f"{drain(services.count_next_batch, limit=ALL_AT_ONCE)} tickets counted")
