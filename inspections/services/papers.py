"""The two papers of an inspection: the request that is signed on arrival, the report that is signed at the end (P2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from documents import selectors as papers
from documents import services as documents
from documents.models import LANGUAGES
from documents.models import Kind as Paper
from inspections import selectors
from inspections.models import CarriedFinding, Inspection, InspectionResult, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from accounts.models import User
    from documents.models import Document

Sheet = dict[str, Any]
ENDINGS = {Paper.INSPECTION_REQUEST: "REQ", Paper.INSPECTION_REPORT: "RPT"}


def request(visit: Inspection, *, actor: User, at: datetime) -> Document:
    """Issue the request to inspect; the one that waits is answered again, one that was refused is followed by a new version."""
    return _issue(visit, Paper.INSPECTION_REQUEST, _request_sheet, actor=actor, at=at)


def report(visit: Inspection, *, actor: User | None, at: datetime) -> Document:
    """Issue the report with findings, trends and advice; the one that waits for its signature is answered again."""
    whole = selectors.with_results(Inspection.objects.all()).get(pk=visit.pk)
    return _issue(whole, Paper.INSPECTION_REPORT, _report_sheet, actor=actor, at=at)


def _issue(visit: Inspection, kind: Paper, sheet: Callable[[Inspection], Sheet], *, actor: User | None, at: datetime) -> Document:
    before = papers.documents_about(visit.about).filter(kind=kind).first()
    if before is not None and before.awaits_signature:
        return before
    sheets = {}
    for language in LANGUAGES:
        with override(language):
            sheets[language] = sheet(visit)
    return documents.issue(
        kind,
        about=visit.about,
        number=f"{visit.number}-{ENDINGS[kind]}",
        organization=visit.organization,
        site=visit.site,
        office=visit.office,
        sheets=sheets,
        actor=actor,
        at=at,
        awaits_signature=True,
        replaces=before,
        reason=_("Asked again: the inspection was planned anew.") if before else "",
        record={"of": visit.about, "count": visit.event_count, "head": visit.head_hash},
    )


def _facts(visit: Inspection) -> list[list[str]]:
    people = ", ".join(str(person) for person in (visit.engineer, *visit.helpers.all()))
    site = f"{visit.site} · {visit.site.address}" if visit.site.address else str(visit.site)
    return [
        [_("Customer"), visit.organization.name],
        [_("Site"), site],
        [_("Contract"), visit.plan.contract.number],
        [_("Checklist"), str(visit.plan.template)],
        [_("Period"), visit.period],
        [_("Engineer"), people],
    ]


def _request_sheet(visit: Inspection) -> Sheet:
    version = selectors.newest_version(visit.plan.template)
    parts: dict[str, int] = {}
    for item in version.items.order_by("position") if version else ():
        parts[item.place] = parts.get(item.place, 0) + 1
    rows = [[place[:1].upper() + place[1:], str(count)] for place, count in parts.items()]
    asked = _(
        "We ask for your consent to inspect the systems named below today. The inspection reads and tests; nothing is changed without "
        "your agreement. Please name somebody who accompanies our engineer, and tell us beforehand what must not be touched."
    )
    return {
        "title": _("Request to inspect on site"),
        "facts": [*_facts(visit), [_("Planned on"), visit.planned_on.isoformat()]],
        "blocks": [
            {"type": "text", "title": _("What we ask for"), "text": asked},
            {
                "type": "table",
                "title": _("What is looked at"),
                "heads": [_("Part of the check"), _("Items")],
                "numbers": [False, True],
                "rows": rows,
                "nothing": "",
            },
            {"type": "table", "title": _("Open findings of earlier inspections"), **_open_findings(visit)},
        ],
    }


def _open_findings(visit: Inspection) -> dict[str, Any]:
    found = selectors.with_places(selectors.open_at(visit.site_id))
    rows = [[str(row), str(row.equipment or _("the site as a whole")), str(row.severity), row.first_found.number] for row in found]
    heads = [_("Finding"), _("Equipment"), _("Severity"), _("First found at")]
    return {"heads": heads, "numbers": [False, False, True, False], "widths": [4, 3, 0, 3], "rows": rows, "nothing": _("None.")}


def _report_sheet(visit: Inspection) -> Sheet:
    begun, ended = (timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else "—" for at in (visit.started_at, visit.finished_at))
    facts = [*_facts(visit), [_("Begun"), begun], [_("Finished"), ended], [_("Admitted by"), visit.admitted_by_name]]
    blocks = [
        {"type": "text", "title": _("What was found"), "text": visit.summary},
        _findings_block(visit),
        *_part_blocks(visit),
        *_trend_blocks(visit),
        *_word_blocks(visit),
        *_photo_blocks(visit),
    ]
    return {"title": _("On-site inspection report"), "facts": facts, "blocks": blocks}


def _findings_block(visit: Inspection) -> dict[str, Any]:
    rows = [_finding_row(result.finding, result) for result in visit.results.all() if result.finding_id]
    told = {result.finding_id for result in visit.results.all()}
    rows += [_carried_row(row) for row in visit.carried.all() if row.finding_id not in told]
    heads = [_("Finding"), _("Equipment"), _("Severity"), _("What is wrong, what is advised"), _("Followed up")]
    return {
        "type": "table",
        "title": _("Findings"),
        "heads": heads,
        "numbers": [False] * 5,
        "widths": [4, 2, 0, 5, 3],
        "rows": rows,
        "nothing": _("Everything is in order."),
    }


def _finding_row(finding: Any, result: InspectionResult) -> list[str]:
    return [
        str(finding),
        str(finding.equipment or "—"),
        str(finding.severity),
        _again(finding),
        result.ticket.number if result.ticket else _follow_up(finding),
    ]


def _carried_row(row: CarriedFinding) -> list[str]:
    if row.verdict == CarriedFinding.Verdict.GONE:
        return [str(row.finding), str(row.finding.equipment or "—"), str(row.finding.severity), row.note or row.finding.advice, _("gone")]
    return [str(row.finding), str(row.finding.equipment or "—"), str(row.finding.severity), _again(row.finding), _follow_up(row.finding)]


def _again(finding: Any) -> str:
    """Say what is wrong; and, of what was found before, how often and that it is raised for it."""
    if not finding.is_raised:
        return str(finding.advice)
    words = _("Found %(times)s times since %(number)s; raised to severity %(severity)s.")
    said = words % {"times": finding.times_found, "number": finding.first_found.number, "severity": finding.severity}
    return f"{finding.advice}\n{said}".strip()


def _follow_up(finding: Any) -> str:
    return finding.ticket.number if finding.ticket else str(_("advice"))


def _part_blocks(visit: Inspection) -> list[dict[str, Any]]:
    parts: dict[str, list[list[str]]] = {}
    for result in visit.results.all():
        row = [str(result.position), str(result), result.get_outcome_display() if result.outcome else "—", result.shown, result.note]
        parts.setdefault(result.place, []).append(row)
    heads = [_("No."), _("Item"), _("Outcome"), _("Measured"), _("Note")]
    numbers = [True, False, False, False, False]
    return [
        {
            "type": "table",
            "title": place[:1].upper() + place[1:],
            "nothing": "",
            "heads": heads,
            "numbers": numbers,
            "widths": [0, 5, 2, 3, 4],
            "rows": rows,
        }
        for place, rows in parts.items()
    ]


def drawn(trend: selectors.Trend) -> dict[str, Any]:
    """Answer a trend as documents draw it."""
    low, high = (None if bound is None else float(bound) for bound in (trend.item.low, trend.item.high))
    points = [[point.day.isoformat(), float(point.value)] for point in trend.points]
    return {"label": str(trend.item), "unit": trend.item.unit, "points": points, "low": low, "high": high}


def _trend_blocks(visit: Inspection) -> list[dict[str, Any]]:
    found = [drawn(trend) for trend in selectors.trends(visit)]
    return [{"type": "trends", "title": _("Against earlier inspections"), "trends": found}] if found else []


def _word_blocks(visit: Inspection) -> list[dict[str, Any]]:
    words = [(_("Advice to the customer"), visit.advice), (_("Changes to the configuration"), visit.changes)]
    return [{"type": "text", "title": title, "text": text} for title, text in words if text]


def _photo_blocks(visit: Inspection) -> list[dict[str, Any]]:
    photos = [
        {"file": photo.file.name, "caption": f"{result.position}. {result}", "sha256": photo.sha256}
        for result in visit.results.all()
        for photo in result.photos.all()
    ]
    return [{"type": "photos", "title": _("Photos"), "photos": photos}] if photos else []


def measured_words(result: InspectionResult) -> str:
    """Say what was measured or chosen and, of a number outside of its limits, what they are."""
    if not result.shown:
        return ""
    said = _("Measured: %(value)s") % {"value": result.shown}
    return f"{said} ({_('limit')} {result.limits})" if result.limits and result.outcome == Outcome.FAILED else said
