"""Items from text: what is new becomes a version, what is wrong is said with its line."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from django.db import transaction
from django.utils.translation import gettext as _

from catalogue.engine import Definition, DefinitionError
from catalogue.errors import BadDefinition, NotYours
from catalogue.models import Item, ItemVersion
from core.errors import Invalid
from core.record import check, save_by

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User

LONGEST = 40_000
SHIPPED = Path(__file__).resolve().parents[1] / "items"


class _Loader(yaml.SafeLoader):
    """Plain YAML whose days and times are words, without aliases."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            mark = self.get_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem=_("aliases (*name) are not read here; write it out"), problem_mark=mark)
        return super().compose_node(parent, index)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if tag != "tag:yaml.org,2002:timestamp"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(text: str) -> tuple[dict[str, Any], Definition]:
    """Answer what a text defines; raises BadDefinition with line and path."""
    if len(text) > LONGEST:
        raise BadDefinition(_("Write at most %(limit)s characters.") % {"limit": LONGEST}, field="text")
    try:
        data = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _bad(mark.line + 1 if mark else 1, _("this is not YAML: %(problem)s") % {"problem": error.problem}) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _bad(1, _("this is not YAML: %(problem)s") % {"problem": (str(error).splitlines() or [""])[0]}) from None
    try:
        return data, Definition.from_dict(data)
    except DefinitionError as error:
        sentence = _(error.text) % error.values
        raise _bad(_line(text, error.path), f"{error.where}: {sentence}" if error.path else sentence) from None


def _bad(line: int, sentence: str) -> BadDefinition:
    return BadDefinition(_("Line %(line)s: %(sentence)s") % {"line": line, "sentence": sentence}, field="text")


def _line(text: str, path: tuple[str | int, ...]) -> int:
    """Answer the line in which that part of the text stands, or the innermost part around it that there is."""
    node = yaml.compose(text, Loader=_Loader)
    line = node.start_mark.line + 1 if node else 1
    for step in path:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        elif isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in node.value if key.value == step), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
    return line


@transaction.atomic
def publish(text: str, *, actor: User | None, at: datetime, code: str = "", note: str = "") -> tuple[ItemVersion, bool]:
    """Make a version of an item from its text; answer it, and whether it is new. The same content makes none.

    ``code``: which item is meant, where it is known; its code never changes. Requests keep the version they were made with.
    """
    if actor is not None and not actor.manages:
        raise NotYours(_("What the catalogue offers is up to managers."))
    data, definition = read(text)
    if code and definition.code != code:
        raise Invalid(_("The code of an item never changes; this one is “%(code)s”.") % {"code": code}, field="text")
    item = Item.objects.select_for_update(of=("self",)).filter(code=definition.code).first() or Item(code=definition.code)
    checksum = sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    newest = item.versions.order_by("-number").first() if item.pk else None
    if newest is not None and newest.checksum == checksum:
        return newest, False
    item.name, item.name_en, item.group = definition.name["zh-hans"], definition.name["en"], definition.group
    check(item)
    save_by(item, actor, at=at)
    version = ItemVersion(
        item=item, number=newest.number + 1 if newest else 1, content=data, source=text, checksum=checksum, note=note.strip()[:300],
        published_at=at, published_by=actor,
    )  # fmt: skip
    version.save(force_insert=True)
    item.version = version
    save_by(item, actor, at=at)
    return version, True


@transaction.atomic
def offer(item: Item, *, is_offered: bool, position: int | None = None, actor: User, at: datetime) -> Item:
    """Offer an item, or not any more, and say where it stands in its group."""
    if not actor.manages:
        raise NotYours(_("What the catalogue offers is up to managers."))
    row = Item.objects.select_for_update(of=("self",)).get(pk=item.pk)
    row.is_offered = is_offered
    row.position = row.position if position is None else position
    save_by(row, actor, at=at)
    return row


def version_of(code: str, *, at: datetime) -> ItemVersion:
    """Answer the version of a shipped item that holds now; offered or not; where it was never loaded, it is loaded now."""
    item = Item.objects.filter(code=code).select_related("version__item").first()
    if item is not None and item.version is not None:
        return item.version
    return publish((SHIPPED / f"{code}.yaml").read_text(encoding="utf-8"), actor=None, at=at)[0]
