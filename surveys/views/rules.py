"""Who is asked by itself, and who was left out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import dispatcher_required, manager_required, provider_required
from core.forms import carried_out
from core.pages import page
from core.time import now
from surveys import selectors, services
from surveys.forms import RuleForm
from surveys.models import SurveyRule
from surveys.views.shared import form_page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.access import PersonRequest


@require_safe
@provider_required
def rules(request: PersonRequest) -> HttpResponse:
    """Show the rules."""
    return render(request, "surveys/rules.html", {"rules": selectors.rules()})


@require_http_methods(["GET", "POST"])
@manager_required
def rule(request: PersonRequest, pk: int) -> HttpResponse:
    """Change a rule."""
    row = get_object_or_404(SurveyRule.objects.select_related("template"), pk=pk)
    form = RuleForm(request.POST or None, instance=row)
    if carried_out(form, partial(services.save_rule, row, actor=request.user, at=now())):
        messages.success(request, _("The rule is saved."))
        return redirect("surveys:rules")
    back = reverse("surveys:rules")
    return form_page(request, form, row.get_cause_display(), back=back, back_label=_("Rules"), button=_("Save"))


@require_safe
@dispatcher_required
def left_out(request: PersonRequest) -> HttpResponse:
    """Show who was not asked, and why."""
    rows = selectors.left_out(request.user)
    if (wanted := request.GET.get("campaign", "")).isdecimal() and len(wanted) < 18:  # noqa: PLR2004 - what a database holds
        rows = rows.filter(campaign=int(wanted))
    return render(request, "surveys/left_out.html", {"page": page(rows, descending=True, cursor=request.GET.get("cursor", ""))})
