"""Prove that the levels of the stock are what their ledger comes to."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from parts import selectors
from parts.models import StockLevel


class Command(BaseCommand):
    """Compares; changes nothing."""

    help = "Prove that every stock level is what its ledger and its reservations come to; fails where one is not."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say which differ."""
        differing = selectors.differing()
        for level, told in differing:
            self.stderr.write(f"{level.depot.code} {level.part.code}: stored {tuple(level.balance)}, the ledger says {tuple(told)}")
        if differing:
            raise CommandError(f"{len(differing)} levels are not what their ledger comes to")
        self.stdout.write(f"{StockLevel.objects.count()} levels are what their ledger comes to")
