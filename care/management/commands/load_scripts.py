"""``manage.py load_scripts``: the scripts of calls that come with the product, or files of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError, CommandParser

from care import services
from care.services.scripts import SHIPPED
from core.errors import DomainError
from core.time import now


class Command(BaseCommand):
    """Make a new version of each script whose content has changed."""

    help = "Load scripts of calls from YAML files; without any, those of the product. What has not changed is left alone."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the files."""
        parser.add_argument("files", nargs="*", type=Path, help="YAML files; by default all in care/scripts/")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        """Load one file after another; the first wrong one ends it with a sentence."""
        for path in files or sorted(SHIPPED.glob("*.yaml")):
            try:
                version, is_new = services.load_script(yaml.safe_load(path.read_text(encoding="utf-8")), actor=None, at=now())
            except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
                raise CommandError(f"{path}: cannot be read: {error}") from error
            except DomainError as refusal:
                raise CommandError(f"{path}: {refusal}") from refusal
            self.stdout.write(f"{path.name}: {version.script.code} v{version.number}, {'new version' if is_new else 'unchanged'}")
