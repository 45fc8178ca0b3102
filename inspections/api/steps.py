"""The steps of an inspection for programs: whose each is, what it takes, and which service it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import Http404

from core.api_fields import Input
from inspections import selectors, services
from inspections.serializers import steps as inputs

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from accounts.models import User
    from inspections.models import Inspection, InspectionResult


@dataclass(frozen=True, slots=True)
class Step:
    """A step; ``whose``: of the crew, of a dispatcher, or of the customer too; ``rows``: the field with what is sent row by row."""

    take: Callable[..., Any]
    accepts: type[Input]
    summary: str
    more: str
    whose: str = "crew"
    rows: str = ""


class InspectionConsentInput(Input):
    """Nothing has to be said."""


def _start(visit: Inspection, *, actor: User, at: datetime, admitted_by: str) -> Inspection:
    if visit.admitted_by_name:
        return services.begin(visit, actor=actor, at=at)
    return services.start(visit, actor=actor, at=at, admitted_by=admitted_by)


def _results(visit: Inspection, *, actor: User, at: datetime, results: list[dict[str, Any]]) -> None:
    by_place = {row.position: row for row in visit.results.all()}
    by_code = {row.code: row for row in by_place.values() if row.code}
    answers = [_answer(row, by_place.get(row.get("position", 0)) or by_code.get(row.get("code", ""))) for row in results]
    services.record_results(visit, answers, actor=actor, at=at)


def _answer(row: dict[str, Any], item: InspectionResult | None) -> services.Answer:
    """Answer what was said of an item; one that the checklist does not have is refused by the service."""
    given = {name: value for name, value in row.items() if name not in {"position", "code"}}
    position = item.position if item else row.get("position", 0)
    return services.Answer(**{**given, "position": position, "severity": row["severity"] or (item.severity if item else 1)})


def _verdicts(visit: Inspection, *, actor: User, at: datetime, verdicts: list[dict[str, Any]]) -> None:
    services.record_verdicts(visit, [services.Verdict(**row) for row in verdicts], actor=actor, at=at)


def _drop(visit: Inspection, *, actor: User, at: datetime, photo: int) -> None:
    row = selectors.photos_for(actor).select_related("result__inspection").filter(result__inspection=visit, pk=photo).first()
    if row is None:
        raise Http404
    services.drop_photo(row, actor=actor, at=at)


STEPS: dict[str, Step] = {
    "ask-consent": Step(
        services.ask_consent,
        InspectionConsentInput,
        "Hand over the request to inspect",
        "Issue the request to inspect; it waits among the papers for the customer's signature.",
    ),
    "start": Step(
        _start,
        inputs.InspectionStartInput,
        "Begin on site",
        "Open the checklist: with who of the customer agreed, whose name is put under the request; or with nothing, once it is signed.",
    ),
    "results": Step(
        _results,
        inputs.InspectionResultsInput,
        "Say what was found at some items",
        "Note what was found; it may be changed until the inspection is finished. All rows are taken or none.",
        rows="results",
    ),
    "verdicts": Step(
        _verdicts,
        inputs.InspectionVerdictsInput,
        "Say which earlier findings are still there",
        "Note what has become of the findings carried forward. All rows are taken or none.",
        rows="verdicts",
    ),
    "drop-photo": Step(
        _drop, inputs.InspectionDropPhotoInput, "Take a picture away again", "Take a picture away while the inspection is under way."
    ),
    "finish": Step(
        services.finish,
        inputs.InspectionFinishInput,
        "Sum up and end the inspection",
        "Findings stay with the site, as faults or as advice; the report is issued and waits for the customer's signature.",
    ),
    "sign": Step(
        services.sign,
        inputs.InspectionSignInput,
        "Sign the report with a typed name",
        "Put the customer's name under the report that was read.",
        whose="customer",
    ),
    "decline": Step(
        services.decline,
        inputs.InspectionDeclineInput,
        "Say that the report is not signed, and why",
        "Note that the customer does not sign; the report stands all the same.",
        whose="customer",
    ),
    "reschedule": Step(
        services.reschedule,
        inputs.InspectionRescheduleInput,
        "Plan it anew",
        "Move it to another day or person, or make up for one that did not take place; everybody concerned is told.",
    ),
    "cancel": Step(
        services.cancel,
        inputs.InspectionCancelInput,
        "Call it off",
        "Call it off with the reason; the customer and the engineer are told.",
        whose="dispatcher",
    ),
}
