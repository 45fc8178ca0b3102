"""A single care call, a call about a ticket, the scripts and the quotas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import manager_required, provider_required
from care import selectors, services
from care.errors import ScriptProblem
from care.forms import NewCallForm, QuotaForm, ScriptForm
from care.models import Quota, Script, ScriptVersion
from care.services.scripts import script_for
from core.forms import carried_out
from core.time import now
from customers import selectors as customers
from tickets import selectors as tickets

if TYPE_CHECKING:
    from django.forms import BaseForm
    from django.http import HttpResponse

    from accounts.access import PersonRequest


def _shown(request: PersonRequest, template: str, form: BaseForm, **given: Any) -> HttpResponse:
    return render(request, template, {"form": form, **given}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@provider_required
def new(request: PersonRequest, site: int) -> HttpResponse:
    """Arrange a care call to a site."""
    place = get_object_or_404(customers.sites_for(request.user).select_related("organization", "region__office"), pk=site)
    form = NewCallForm(request.POST if request.method == "POST" else None, user=request.user)
    made = []

    def arrange(**fields: Any) -> None:
        made.append(services.arrange(services.NewCall(site=place, **fields), actor=request.user, at=now()))

    if carried_out(form, arrange):
        messages.success(request, _("The call stands on the list."))
        return redirect("care:call", made[0].pk)
    return _shown(request, "care/new.html", form, site=place)


@require_http_methods(["GET", "POST"])
@provider_required
def of_ticket(request: PersonRequest, number: str) -> HttpResponse:
    """Lead to the call-back about a ticket; where there is none yet, one press enters it."""
    ticket = get_object_or_404(tickets.tickets_for(request.user).select_related("organization", "site", "assignee"), number=number)
    if request.method == "POST":
        return redirect("care:call", services.call_about(ticket, actor=request.user, at=now()).pk)
    if waiting := selectors.open_about(ticket):
        return redirect("care:call", waiting.pk)
    return render(request, "care/of_ticket.html", {"ticket": ticket, "calls": selectors.of_ticket(request.user, ticket)})


@require_safe
@provider_required
def scripts(request: PersonRequest) -> HttpResponse:
    """List the scripts with their questions."""
    rows = Script.objects.order_by("kind", "code")
    newest = {row.script_id: row for row in ScriptVersion.objects.filter(script__in=rows).order_by("number")}
    return render(request, "care/scripts.html", {"rows": [(row, newest.get(row.pk)) for row in rows]})


@require_http_methods(["GET", "POST"])
@manager_required
def script(request: PersonRequest, code: str) -> HttpResponse:
    """Write the next version of a script, or (under a code of its own) a new one."""
    found = Script.objects.filter(code=code).first()
    known = found.versions.order_by("-number").first() if found else script_for("callback", now())
    form = ScriptForm(request.POST if request.method == "POST" else None, initial={"text": _as_text(known, code)})

    def load(text: str) -> None:
        services.load_script(_read(text), actor=request.user, at=now())

    if carried_out(form, load):
        messages.success(request, _("The script holds for calls that are planned from now on."))
        return redirect("care:scripts")
    return _shown(request, "care/script.html", form, script=found, version=known if found else None)


def _read(text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ScriptProblem(_("This is not YAML: %(problem)s") % {"problem": str(error)[:200]}, field="text") from error


def _as_text(version: ScriptVersion | None, code: str) -> str:
    if version is None:
        return ""
    row = version.script
    facts = {"code": code, "kind": row.kind, "name": row.name, "name_en": row.name_en}
    data = {**facts, "greeting": version.greeting, "greeting_en": version.greeting_en, "questions": version.questions}
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=120)


@require_http_methods(["GET", "POST"])
@manager_required
def quotas(request: PersonRequest) -> HttpResponse:
    """Show and set how many faults are called back beside what is promised."""
    form = QuotaForm(request.POST if request.method == "POST" else None)
    if carried_out(form, lambda **fields: services.set_quota(actor=request.user, at=now(), **fields)):
        messages.success(request, _("The quota holds for what is solved from now on."))
        return redirect("care:quotas")
    rows = Quota.objects.select_related("plan", "contract__organization").order_by("contract", "plan__code")
    return _shown(request, "care/quotas.html", form, rows=rows)
