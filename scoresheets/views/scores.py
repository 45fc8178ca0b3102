"""Scores: the list, one with its evidence, disputes, and the signature of both sides."""

from __future__ import annotations

from functools import partial, wraps
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import login_required, manager_required
from core import exports
from core.forms import carried_out
from core.pages import page
from core.time import now
from documents import selectors as papers
from scoresheets import paper, selectors, services
from scoresheets.forms import AnswerForm, DisputeForm, FilterForm, IssueForm
from scoresheets.models import Dispute, Line, Score, State

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from accounts.access import PersonRequest

    View = Callable[..., HttpResponseBase]


def _readers_only(view: View) -> View:
    """Let in who reads scores: staff and customers' supervisors."""

    @wraps(view)
    @login_required
    def guarded(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not selectors.may_read(request.user):
            raise PermissionDenied(_("Score sheets are for your organization's supervisors. Ask one of them."))
        return view(request, *args, **kwargs)

    return guarded


def _find(request: PersonRequest, pk: int) -> Score:
    return get_object_or_404(selectors.scores_for(request.user), pk=pk)


def _wanted(request: PersonRequest, form: FilterForm) -> QuerySet[Score]:
    rows, wanted = selectors.listed(selectors.scores_for(request.user)), form.cleaned_data if form.is_valid() else {}
    if wanted.get("show") == "disputed":
        rows = selectors.disputed(rows)
    elif wanted.get("show"):
        rows = rows.filter(state=wanted["show"])
    if wanted.get("period"):
        rows = rows.filter(period=wanted["period"].strip())
    if words := (wanted.get("find") or "").strip():
        named = Q(organization__name__icontains=words) | Q(organization__short_name__icontains=words)
        rows = rows.filter(named | Q(contract__number__icontains=words))
    return rows


@require_safe
@_readers_only
def overview(request: PersonRequest) -> HttpResponseBase:
    """List the scores, the newest period first."""
    form = FilterForm(request.GET)
    rows = page(_wanted(request, form), by="first", descending=True, cursor=request.GET.get("cursor", ""))
    return render(request, "scoresheets/list.html", {"page": rows, "form": form})


@require_safe
@_readers_only
@never_cache
def score(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Show a score, each line with its evidence and its disputes."""
    return _page(request, _find(request, pk), IssueForm(initial={"name": request.user.name}))


def _page(request: PersonRequest, row: Score, form: IssueForm) -> HttpResponse:
    lines = selectors.lines_of(row)
    given = {
        "score": row,
        "lines": lines,
        "form": form,
        "is_disputed": any(dispute.answered_at is None for line in lines for dispute in line.disputes.all()),
        "papers": papers.documents_about(row.about).prefetch_related("files") if row.document_id else [],
        "may_dispute": row.is_movable and selectors.may_dispute(request.user),
        "is_signed": row.state == State.SIGNED,
    }
    return render(request, "scoresheets/score.html", given, status=422 if form.errors else 200)


@require_POST
@manager_required
def issue(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Sign for the provider, and have the customer sign."""
    row, form = _find(request, pk), IssueForm(request.POST)
    if carried_out(form, partial(services.issue, row, actor=request.user, at=now())):
        messages.success(request, _("Signed for us. The customer is asked to sign."))
        return redirect(row)
    return _page(request, row, form)


@require_safe
@_readers_only
@never_cache
def workbook(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Send the score as a workbook in the language of the page."""
    row = _find(request, pk)
    return exports.as_xlsx(f"score-{row.pk}-{row.period}", paper.workbook(row))


@require_http_methods(["GET", "POST"])
@_readers_only
def dispute(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Say that a line is wrong."""
    line = get_object_or_404(Line.objects.select_related("score__contract", "score__sheet"), pk=pk)
    row = _find(request, line.score_id)
    if not selectors.may_dispute(request.user):
        raise PermissionDenied(_("A line is disputed by the customer's supervisor, or by our dispatchers and managers."))
    form = DisputeForm(request.POST or None)
    if carried_out(form, partial(services.dispute, line, actor=request.user, at=now())):
        messages.success(request, _("The line is disputed; a manager decides."))
        return redirect(row)
    given = {"score": row, "line": line, "form": form, "title": _("Dispute this line"), "button": _("Dispute it")}
    return render(request, "scoresheets/decide.html", given, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@manager_required
def answer(request: PersonRequest, pk: int) -> HttpResponseBase:
    """Decide a dispute."""
    disputed = get_object_or_404(Dispute.objects.select_related("line__score__contract", "line__score__sheet", "raised_by"), pk=pk)
    row, line = _find(request, disputed.line.score_id), disputed.line
    form = AnswerForm(request.POST or None, initial={"points": line.own})
    if carried_out(form, partial(services.answer, disputed, actor=request.user, at=now())):
        messages.success(request, _("Decided; the score follows."))
        return redirect(row)
    given = {"score": row, "line": line, "dispute": disputed, "form": form, "title": _("Decide the dispute"), "button": _("Decide")}
    return render(request, "scoresheets/decide.html", given, status=422 if form.errors else 200)
