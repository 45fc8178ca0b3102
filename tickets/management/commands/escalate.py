"""Run one sweep of the escalation, now or as of another instant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from core.time import now
from tickets import services

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Climb the ladder of every clock that is due at an instant."""

    help = "Run one sweep of the escalation as of an instant (default: now)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the instant."""
        parser.add_argument("--at", help="ISO 8601, for example 2026-11-21T16:00:00+08:00; without an offset, local time")

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep until nothing is due, and say how many tickets were looked at."""
        given = options["at"]
        at = now()
        if given:
            try:
                parsed = parse_datetime(given)
            except ValueError:
                parsed = None
            if parsed is None:
                raise CommandError(f"“{given}” is not an instant; write for example 2026-11-21T16:00:00+08:00")
            at = (timezone.make_aware(parsed) if timezone.is_naive(parsed) else parsed).replace(microsecond=0)
        done = services.escalate_due(at)
        self.stdout.write(f"{done} tickets attended to as of {at.isoformat()}")
