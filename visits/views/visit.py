"""One visit: for who travels on a phone, what comes next; for the customer, what they may expect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import login_required
from core.errors import DomainError
from core.forms import refuse
from core.time import now
from visits import selectors, workflow
from visits.forms import STEP_FORMS
from visits.models import Purpose, Status, VisitEvent
from visits.services.papers import WHEN
from visits.views.shared import kept, visit_or_404

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpResponse

    from accounts.access import PersonRequest
    from documents.models import Document
    from visits.forms import Step, StepForm
    from visits.models import Visit

JOURNEY = ("depart", "check-in", "note", "photo", "check-out")
"""What is done on the way, in its order; all that is still to come stands on the page, so that it can be done without network."""
BEFORE = {Status.PLANNED: 0, Status.DEPARTED: 1, Status.ON_SITE: 2}
LIMIT_NOTICE = 422


@dataclass(frozen=True, slots=True)
class Doable:
    """A step with its form; ``is_next``: the one that is shown large, ``is_open``: it was refused and is shown again."""

    step: Step
    form: StepForm
    is_next: bool = False
    is_open: bool = False


@require_safe
@login_required
def visit(request: PersonRequest, pk: int) -> HttpResponse:
    """Show where a visit stands and what comes next."""
    return _page(request, visit_or_404(request, pk))


@require_http_methods(["POST"])
@login_required
def act(request: PersonRequest, pk: int, step: str) -> HttpResponse:
    """Take a step; a phone that sends what waited is answered in JSON, with the reason where it is refused."""
    found = visit_or_404(request, pk)
    if step not in STEP_FORMS:
        raise Http404
    form = STEP_FORMS[step].filled(request.POST, request.FILES)
    taken = _taken(request, found, STEP_FORMS[step], form)
    if "application/json" in request.headers.get("Accept", ""):
        return _told(form, taken=taken)
    if taken:
        messages.success(request, _("Recorded."))
        return redirect("visits:visit", pk)
    return _page(request, visit_or_404(request, pk), form)


def _taken(request: PersonRequest, found: Visit, step: Step, form: StepForm) -> bool:
    if not form.is_valid():
        return False
    try:
        step.take(found, form, actor=request.user, at=now())
    except DomainError as refusal:
        refuse(form, refusal)
        return False
    return True


def _told(form: StepForm, *, taken: bool) -> HttpResponse:
    if taken:
        return JsonResponse({"taken": True})
    errors = {name: [str(sentence) for sentence in sentences] for name, sentences in form.errors.items()}
    said = " ".join(sentence for sentences in errors.values() for sentence in sentences)
    return JsonResponse({"taken": False, "refused": said, "errors": errors}, status=LIMIT_NOTICE)


def _page(request: PersonRequest, shown: Visit, bound: StepForm | None = None) -> HttpResponse:
    status = LIMIT_NOTICE if bound is not None else 200
    proposed, answered = _plan(shown)
    given: dict[str, Any] = {
        "visit": shown,
        "crew": selectors.crew(shown),
        "proposed": proposed,
        "answered": answered,
        "papers": selectors.papers_of([shown]),
        "lines": [event for event in shown.events.all() if request.user.is_provider or event.type != VisitEvent.Type.TOLD],
        "at": now(),
    }
    if request.user.is_customer:
        given["answers"] = _answers(proposed, answered, bound) if shown.ticket_id and shown.is_open else []
        for doable in given["answers"]:
            del doable.form.fields["name"]  # who is logged in has said it themselves
        return render(request, "visits/portal.html", given, status=status)
    given |= _work(request, shown, given, bound)
    page = render(request, "visits/visit.html", given, status=status)
    travels = any(person.pk == request.user.pk for person in given["crew"])
    return kept(request, page) if travels and bound is None else page


def _plan(shown: Visit) -> tuple[VisitEvent | None, VisitEvent | None]:
    """Answer the newest plan of work and the word on it, from the record that is read already."""
    proposed = answered = None
    for event in shown.events.all():
        if event.type == VisitEvent.Type.PLAN_PROPOSED:
            proposed, answered = event, None
        elif event.type in selectors.PLAN_EVENTS:
            answered = event
    return proposed, answered


def _work(request: PersonRequest, shown: Visit, given: dict[str, Any], bound: StepForm | None) -> dict[str, Any]:
    """Answer what somebody of ours may do."""
    if not selectors.may_work_on(request.user, shown):
        return {"may_work": False}
    types = {event.type for event in shown.events.all()}
    answered = given["answered"]
    approved = answered is not None and answered.type == VisitEvent.Type.PLAN_APPROVED
    may_begin = shown.purpose == Purpose.INSPECTION or approved or VisitEvent.Type.PLAN_OVERRIDDEN in types
    names = _journey(shown)
    main = _main(shown, types)
    return {
        "may_work": True,
        "may_begin": may_begin,
        "journey": [_doable(name, bound, main) for name in names],
        "planning": [_doable(name, bound) for name in _planning(shown, may_begin=may_begin)],
        "answers": _answers(given["proposed"], answered, bound) if shown.is_open else [],
        "endings": [_doable(name, bound) for name in ("fail", "cancel") if shown.status in workflow.STEPS[name].sources],
        "owed": _owed(shown, given["papers"]),
    }


def _journey(shown: Visit) -> tuple[str, ...]:
    if shown.status not in BEFORE or (shown.status == Status.PLANNED and shown.lead_id is None):
        return ()
    return JOURNEY[BEFORE[Status(shown.status)] :]


def _main(shown: Visit, types: set[str]) -> str | None:
    """Answer the one step that comes next: on site, first what is done, then the way home."""
    if shown.status == Status.ON_SITE and VisitEvent.Type.WORKED not in types:
        return "note"
    return workflow.next_step(shown.status)


def _planning(shown: Visit, *, may_begin: bool) -> list[str]:
    if shown.purpose == Purpose.INSPECTION or not shown.is_open:
        return []
    return ["propose", *(["override"] if shown.status == Status.ON_SITE and not may_begin else [])]


def _answers(proposed: VisitEvent | None, answered: VisitEvent | None, bound: StepForm | None) -> list[Doable]:
    """Answer what may be said to a plan that waits for the customer's word."""
    if proposed is None or answered is not None:
        return []
    return [_doable(name, bound, proposal=proposed.seq) for name in ("approve", "reject")]


def _doable(name: str, bound: StepForm | None, main: str | None = None, **initial: Any) -> Doable:
    step = STEP_FORMS[name]
    again = bound is not None and bound.name == name
    form = bound if again and bound is not None else step.blank(**initial)
    return Doable(step, form, is_next=name == main, is_open=again)


def _owed(shown: Visit, papers: Iterable[Document]) -> list[str]:
    """Answer the kinds of paper that are to be issued now."""
    known = {paper.kind for paper in papers}
    return [kind for kind, status in WHEN.items() if shown.ticket_id and shown.status == status and kind not in known]
