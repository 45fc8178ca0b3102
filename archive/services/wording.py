"""An entry in plain words, for files: one line of a table, or a record for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from datetime import datetime

    from archive.engine import Entry


def moment(at: datetime) -> str:
    """Write an instant where the desk is."""
    return f"{timezone.localtime(at, timezone.get_default_timezone()):%Y-%m-%d %H:%M}"


def details(entry: Entry) -> str:
    """Answer everything an entry says below its title."""
    said = [entry.text, *(f"{label}: {value}" for label, value in entry.facts)]
    said += [f"{label}: {moment(at)}" for label, at in entry.moments]
    return "\n".join(filter(None, said))


def heads() -> list[str]:
    """Answer what the columns of a line are called."""
    return [_("When"), _("Kind"), _("What"), _("State"), _("Site"), _("Equipment"), _("Who"), _("Details"), _("Address")]


def line(entry: Entry) -> list[str]:
    """Answer an entry as a line of a table."""
    where = [entry.site, entry.equipment, entry.who]
    return [moment(entry.at), entry.label, entry.title, entry.state_label, *where, details(entry), address(entry)]


def address(entry: Entry) -> str:
    """Answer where the desk shows it."""
    return settings.PUBLIC_URL + entry.link if entry.link else ""


def record(entry: Entry) -> dict[str, Any]:
    """Answer an entry for programs."""
    return {
        "kind": entry.kind,
        "id": entry.pk,
        "at": entry.at.isoformat(),
        "label": entry.label,
        "title": entry.title,
        "state": entry.state_label,
        "site": entry.site,
        "equipment": entry.equipment,
        "who": entry.who,
        "text": entry.text,
        "facts": [{"label": label, "value": value} for label, value in entry.facts],
        "moments": [{"label": label, "at": at.isoformat()} for label, at in entry.moments],
        "address": address(entry),
    }
