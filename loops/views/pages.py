"""The list, one loop with its rounds and what comes next, and a new complaint."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.contrib import messages
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import login_required, provider_required
from core.errors import DomainError
from core.forms import carried_out, refuse
from core.pages import page
from core.time import now
from documents import selectors as documents
from loops import selectors, services, workflow
from loops.forms import STEP_FORMS, AnswerForm, DeskSaidForm, LoopFilter, PortalSaidForm
from loops.models import Stage
from loops.services import papers
from loops.services.names import OWN, STEPS
from tickets import selectors as tickets
from tickets import services as moves

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet
    from django.forms import Form
    from django.http import HttpResponse
    from django.utils.functional import Promise

    from accounts.access import PersonRequest
    from accounts.models import User
    from loops.forms import StepForm
    from loops.models import Loop, Opinion, Round

REFUSED = 422
MAIN = {
    workflow.SAID: ("ask",),
    workflow.ANSWERED: ("tell",),
    workflow.TOLD: ("agree", "disagree"),
    workflow.AGREED: ("carry-out",),
    workflow.CARRIED_OUT: ("request-close",),
    workflow.VERIFYING: ("satisfied", "not-satisfied"),
}
"""What comes next at each stage; at that of the departments it is theirs to answer."""


@dataclass(frozen=True, slots=True)
class Doable:
    """A step with its form; ``is_main``: it comes next, ``is_open``: it was refused and is shown again."""

    step: StepForm
    form: Form
    label: Promise
    is_main: bool
    is_open: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A department's opinion with its clock, and the form to answer with where this person may."""

    opinion: Opinion
    clock: dict[str, Any]
    form: Form | None


@require_safe
@login_required
@never_cache
def overview(request: PersonRequest) -> HttpResponse:
    """List what customers said, the newest first; what is open unless asked for more."""
    form = LoopFilter(request.GET, request.user)
    rows = narrowed(selectors.loops_for(request.user), form.cleaned_data if form.is_valid() else {}, request.user, now())
    found = page(selectors.listed(rows), descending=True, cursor=request.GET.get("cursor", ""))
    return render(request, "loops/list.html", {"page": found, "form": form, "at": now()})


def narrowed(rows: QuerySet[Loop], wanted: dict[str, Any], user: User, at: datetime) -> QuerySet[Loop]:
    """Keep what was asked for."""
    stage = wanted.get("stage") or ""
    if stage != "all":
        rows = rows.filter(stage=stage) if stage else rows.filter(stage__in=sorted(workflow.OPEN))
    if wanted.get("source"):
        rows = rows.filter(source=wanted["source"])
    if wanted.get("department"):
        rows = rows.filter(selectors.asked_of(wanted["department"]))
    if wanted.get("late"):
        rows = rows.filter(selectors.late(at))
    if wanted.get("mine"):
        rows = rows.filter(selectors.mine(user))
    if words := (wanted.get("find") or "").strip():
        rows = rows.filter(Q(ticket__number__icontains=words) | Q(ticket__subject__icontains=words))
    return rows


@require_http_methods(["GET", "POST"])
@login_required
def new(request: PersonRequest) -> HttpResponse:
    """Take down what a customer says: the customer in the portal, one of ours from a call."""
    kind = PortalSaidForm if request.user.is_customer else DeskSaidForm
    form = kind(request.POST or None, request.FILES or None, user=request.user)
    key = request.POST.get("key") or uuid4().hex
    if form.is_valid():
        try:
            loop = services.open_loop(form.draft(f"form:{request.user.pk}:{key[:40]}"), actor=request.user, at=now())
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("It is recorded as %(number)s.") % {"number": loop.ticket.number})
            return redirect(loop)
    return render(request, "loops/new.html", {"form": form, "key": key}, status=REFUSED if form.errors else 200)


@require_safe
@login_required
@never_cache
def loop(request: PersonRequest, number: str) -> HttpResponse:
    """Show how far round it is and what comes next."""
    return _page(request, _found(request, number))


@require_POST
@login_required
def act(request: PersonRequest, number: str, step: str) -> HttpResponse:
    """Take a step."""
    if step not in STEP_FORMS:
        raise Http404
    found = _found(request, number)
    services.check_side(step, request.user)
    form = STEP_FORMS[step].blank(request.user, request.POST)
    if carried_out(form, partial(STEP_FORMS[step].service, found, actor=request.user, at=now())):
        messages.success(request, _("Recorded."))
        return redirect(found)
    return _page(request, found, step, form)


@require_POST
@provider_required
def answer(request: PersonRequest, number: str, pk: int) -> HttpResponse:
    """Give a department's opinion."""
    found = _found(request, number)
    opinion = get_object_or_404(selectors.opinions_for(request.user).select_related("round__loop"), pk=pk, round__loop=found)
    form = AnswerForm(request.POST, prefix=f"answer-{pk}")
    if carried_out(form, partial(services.answer, opinion, actor=request.user, at=now())):
        messages.success(request, _("The opinion is recorded."))
        return redirect(found)
    return _page(request, found, f"answer-{pk}", form)


def _found(request: PersonRequest, number: str) -> Loop:
    return get_object_or_404(selectors.detailed(selectors.loops_for(request.user)), ticket__number=number)


def _page(request: PersonRequest, shown: Loop, bound: str = "", form: Form | None = None) -> HttpResponse:
    user, at = request.user, now()
    rounds = list(shown.all_rounds.all())
    this = rounds[-1]
    given: dict[str, Any] = {
        "loop": shown,
        "ticket": shown.ticket,
        "this": this,
        "rounds": rounds[::-1],
        "doables": _doables(shown, this, user, bound, form),
        "clocks": [clock for clock in tickets.clock_views(shown.ticket, at) if clock.is_strictest and clock.state != "void"],
        "papers": _papers(shown, user),
        "at": at,
    }
    if user.is_provider:
        given["asked"] = _asked(shown, this, user, bound, form)
        given["is_barred"] = moves.is_barred(shown.ticket, user)
        given["had_a_hand"] = shown.stage == workflow.VERIFYING and user.pk in selectors.handlers(this)
    template = "loops/portal.html" if user.is_customer else "loops/loop.html"
    return render(request, template, given, status=REFUSED if form is not None else 200)


def _doables(shown: Loop, this: Round, user: User, bound: str, form: Form | None) -> list[Doable]:
    names = _names(shown, this, user)
    main, labels = _main(shown, this), OWN if user.is_customer else STEPS
    made = [(name, form if name == bound and form is not None else STEP_FORMS[name].blank(user, loop=shown)) for name in names]
    return [Doable(STEP_FORMS[name], each, labels[name], is_main=name in main, is_open=name == bound) for name, each in made]


def _main(shown: Loop, this: Round) -> tuple[str, ...]:
    if shown.stage == workflow.SAID and this.number > 1 and not this.why_again:
        return ("look-into",)
    return MAIN.get(shown.stage, ())


def _names(shown: Loop, this: Round, user: User) -> list[str]:
    """Answer the steps this person may take now, what comes next first."""
    if user.is_customer:
        may = workflow.allowed(shown.stage, "customer") if selectors.speaks(shown, user) else []
    elif moves.is_barred(shown.ticket, user):
        may = []
    else:
        may = [name for name in workflow.allowed(shown.stage, "provider") if name != "answer"]
        if this.number == 1 or this.why_again:
            may = [name for name in may if name != "look-into"]
        else:
            may = [name for name in may if name not in ("ask", "tell")]
        if user.pk in selectors.handlers(this):
            may = [name for name in may if name not in ("satisfied", "not-satisfied")]
        if user.dispatches and not shown.is_closed:
            may.append("concern")
    main = _main(shown, this)
    return sorted(may, key=lambda name: name not in main)


def _asked(shown: Loop, this: Round, user: User, bound: str, form: Form | None) -> list[Asked]:
    """Answer this round's opinions; those this person may give come with a form."""
    barred, at = moves.is_barred(shown.ticket, user), now()
    found = []
    for opinion in this.opinions.all():
        name = f"answer-{opinion.pk}"
        may = opinion.answered_at is None and shown.stage == Stage.ASKED and not barred and selectors.may_answer(opinion, user)
        blank = (form if bound == name else AnswerForm(prefix=name)) if may else None
        found.append(Asked(opinion, selectors.clock_of(opinion, at), blank))
    return found


def _papers(shown: Loop, user: User) -> list[Any]:
    about = (papers.about(shown), f"ticket/{shown.ticket_id}") if user.is_provider else (f"ticket/{shown.ticket_id}",)
    return list(documents.documents_about(*about).filter(kind__in=["complaint_tracking", "complaint_result"]))
