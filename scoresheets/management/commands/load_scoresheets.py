"""Load the sheets of assessment that come with the product."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from core.time import now
from scoresheets import services


class Command(BaseCommand):
    """Changed content becomes a version; the same content again changes nothing."""

    help = "Load the sheets of assessment that come with the product."

    def handle(self, **_given: Any) -> None:
        """Load them and say which version holds."""
        for version in services.load_shipped(at=now()):
            self.stdout.write(f"{version.sheet.code}: v{version.number}")
