"""Fill an empty database with the demo world."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from core.time import now
from servicedesk.demo import ACCOUNTS, PASSWORD
from servicedesk.demo.play import play

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Two years of tickets of five customers, made through the services."""

    help = "Fill an empty database with the demo world."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the number of tickets."""
        parser.add_argument("--tickets", type=int, default=120, help="how many tickets to tell the lives of (default 120)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Play, then say who may log in."""
        if options["tickets"] < 0:
            raise CommandError("--tickets takes a number of 0 or more")
        if User.objects.exists():
            raise CommandError("the database is not empty; the demo world is made in an empty one only")
        play(options["tickets"], at=now(), tell=self.stdout.write)
        self.stdout.write(f"{options['tickets']} tickets told; log in with the password {PASSWORD} as")
        for role, email, name in ACCOUNTS:
            self.stdout.write(f"  {role:<12}{email:<28}{name}")
