"""What the papers of a visit say, in the language that is active."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core.duration import spell
from visits import selectors
from visits.models import Result, Visit, VisitEvent

if TYPE_CHECKING:
    from datetime import datetime

Sheet = dict[str, Any]


def request(visit: Visit, *, at: datetime) -> Sheet:
    """Ask for work on site: what is wrong, what is to be done and what may go wrong (技术服务申请报告)."""
    facts = [*_about(visit), [_("Arrived"), _moment(visit.arrived_at)]]
    blocks = [
        _words(_("Why work on site is needed"), visit.reason),
        *_plan(visit),
        _words(
            _("Request"),
            _("We ask for this work to be carried out at our site, know its risks and have secured our data as far as needed."),
        ),
    ]
    return {"title": _("Request for technical service on site"), "facts": facts, "blocks": blocks}


def confirmation(visit: Visit, *, at: datetime) -> Sheet:
    """Say what was done on site, when, with what, and what it came to (服务确认单)."""
    facts = [
        *_about(visit),
        [_("Departed"), _moment(visit.departed_at)],
        [_("Arrived"), _moment(visit.arrived_at)],
        [_("Left"), _moment(visit.left_at)],
        [_("On site for"), _span(visit)],
        [_("Result"), str(Result(visit.result).label) if visit.result else "—"],
    ]
    blocks = [
        _words(_("What was done"), visit.work),
        _words(_("Parts used"), visit.parts or _("none")),
        _notes(visit),
        *_photos(visit),
        _words(_("Confirmation"), _("We confirm that the service described above was rendered at our site at the times named.")),
    ]
    return {"title": _("Service confirmation"), "facts": facts, "blocks": blocks}


def _about(visit: Visit) -> list[list[str]]:
    ticket = visit.ticket
    found = [[_("Visit no."), visit.number]]
    if ticket is not None:
        found += [[_("Ticket"), f"{ticket.number} {ticket.subject}"]]
        if ticket.equipment is not None:
            found += [[_("Equipment"), str(ticket.equipment)]]
    found += [
        [_("Customer"), str(visit.organization)],
        [_("Site"), " · ".join(filter(None, (visit.site.name, visit.site.address)))],
        [_("Engineers"), ", ".join(str(person) for person in selectors.crew(visit)) or "—"],
    ]
    return found


def _plan(visit: Visit) -> list[Sheet]:
    proposed, answered = selectors.plan_of_work(visit)
    if proposed is None:
        return []
    found = [_words(_("Plan of work"), proposed.text)]
    if proposed.facts.get("risk"):
        found.append(_words(_("What may go wrong"), proposed.facts["risk"]))
    if answered is not None and answered.type == VisitEvent.Type.PLAN_APPROVED:
        found.append(_words(_("Plan approved by"), f"{answered.facts.get('name', '')} · {_moment(answered.at)}"))
    return found


def _notes(visit: Visit) -> Sheet:
    notes = visit.events.filter(type=VisitEvent.Type.WORKED).select_related("actor").order_by("seq")
    rows = [[_moment(note.at), str(note.actor or "—"), note.text] for note in notes]
    heads = [_("When"), _("Who"), _("What")]
    return {
        "type": "table", "title": _("Notes taken on site"), "heads": heads, "numbers": [False] * 3, "rows": rows, "nothing": _("none"),
    }  # fmt: skip


def _photos(visit: Visit) -> list[Sheet]:
    rows = visit.photos.order_by("id")
    found = [{"file": each.file.name, "caption": each.caption or _moment(each.taken_at), "sha256": each.sha256} for each in rows]
    return [{"type": "photos", "title": _("Photos"), "photos": found}] if found else []


def _words(title: str, text: str) -> Sheet:
    return {"type": "text", "title": title, "text": text}


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at, timezone.get_default_timezone()):%Y-%m-%d %H:%M}" if at is not None else "—"


def _span(visit: Visit) -> str:
    if visit.arrived_at is None or visit.left_at is None:
        return "—"
    return spell(visit.left_at - visit.arrived_at)
