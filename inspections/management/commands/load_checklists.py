"""``manage.py load_checklists``: the checklists that come with the product, or files of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import DomainError
from core.time import now
from inspections import services
from inspections.errors import ChecklistProblem

SHIPPED = Path(__file__).resolve().parents[2] / "checklists"


class Command(BaseCommand):
    """Make a new version of each checklist whose content has changed."""

    help = "Load checklists from YAML files; without any, those of the product. What has not changed is left alone."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the files."""
        parser.add_argument("files", nargs="*", type=Path, help="YAML files; by default all in inspections/checklists/")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        """Load one file after another; the first wrong one ends it with a sentence."""
        for path in files or sorted(SHIPPED.glob("*.yaml")):
            version, is_new = self._load(path)
            said = "new version" if is_new else "unchanged"
            self.stdout.write(f"{path.name}: {version.template.code} v{version.number}, {said}")

    def _load(self, path: Path) -> tuple[Any, bool]:
        try:
            text = path.read_text(encoding="utf-8")
            return services.load_checklist(yaml.safe_load(text), actor=None, at=now())
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise CommandError(f"{path}: cannot be read: {error}") from error
        except ChecklistProblem as problem:
            raise CommandError(f"{path}, line {_line(text, problem.path)}: {problem}") from problem
        except DomainError as refusal:
            raise CommandError(f"{path}: {refusal}") from refusal


def _line(text: str, path: tuple[str | int, ...]) -> int:
    """Answer the line in which that part of a YAML file stands, or the innermost part around it that there is."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    line = node.start_mark.line + 1 if node else 1
    for step in path:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        elif isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == step), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
    return line
