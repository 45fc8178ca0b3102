"""``manage.py load_catalogue``: the items that come with the product, or files of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalogue import services
from catalogue.services.definitions import SHIPPED
from core.errors import DomainError
from core.time import now


class Command(BaseCommand):
    """Make a new version of each item whose content has changed."""

    help = "Load items of the service catalogue from YAML files; without any, those of the product. What has not changed is left alone."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the files."""
        parser.add_argument("files", nargs="*", type=Path, help="YAML files; by default all in catalogue/items/")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        """Load one file after another; the first wrong one ends it with a sentence."""
        for path in files or sorted(SHIPPED.glob("*.yaml")):
            try:
                version, is_new = services.publish(path.read_text(encoding="utf-8"), actor=None, at=now())
            except (OSError, UnicodeDecodeError) as error:
                raise CommandError(f"{path}: cannot be read: {error}") from error
            except DomainError as refusal:
                raise CommandError(f"{path}: {refusal}") from refusal
            said = "new version" if is_new else "unchanged"
            self.stdout.write(f"{path.name}: {version.item.code} v{version.number}, {said}")
