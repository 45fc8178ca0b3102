"""The catalogue as people read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalogue.models import Group, Item

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from accounts.models import User


def items_offered(user: User) -> QuerySet[Item]:
    """Answer the items a person may ask for; managers see those that are not offered any more as well."""
    rows = Item.objects.filter(version__isnull=False).select_related("version")
    return rows if user.manages else rows.filter(is_offered=True)


def searched(rows: Iterable[Item], text: str) -> list[Item]:
    """Narrow items down to those that say every word, in either language; the catalogue is short enough to read whole."""
    words = text.lower().split()
    return [row for row in rows if all(word in _says(row) for word in words)]


def _says(row: Item) -> str:
    what = row.definition
    return " ".join([row.code, row.name, row.name_en, what.keywords, *what.description.values(), *what.who.values()]).lower()


def by_group(rows: Iterable[Item]) -> list[tuple[str, list[Item]]]:
    """Answer the items under the headings of the catalogue, in their order."""
    found: dict[str, list[Item]] = {group: [] for group in Group.values}
    for row in rows:
        found[row.group].append(row)
    return [(str(Group(group).label), items) for group, items in found.items() if items]
