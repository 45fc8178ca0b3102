"""Templates: written by managers as drafts, shown as the customer sees them, published for good."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import manager_required, provider_required
from core.errors import DomainError
from core.forms import carried_out
from core.pages import page
from core.time import now
from surveys import selectors, services
from surveys.forms import MEANS, AnswerForm, NewTemplateForm, QuestionForm, TemplateForm, VersionForm, choices_as_text
from surveys.models import SurveyQuestion, SurveyTemplate, SurveyVersion
from surveys.views.shared import form_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from accounts.access import PersonRequest


def _template(code: str) -> SurveyTemplate:
    return get_object_or_404(SurveyTemplate, code=code)


def _draft(code: str) -> SurveyVersion:
    draft = selectors.draft_of(_template(code))
    if draft is None:
        raise Http404(code)
    return draft


@require_safe
@provider_required
def templates(request: PersonRequest) -> HttpResponse:
    """Show the templates."""
    found = page(selectors.templates(), by="code", cursor=request.GET.get("cursor", ""))
    return render(request, "surveys/templates.html", {"page": found})


@require_http_methods(["GET", "POST"])
@manager_required
def new(request: PersonRequest) -> HttpResponse:
    """Begin a template."""
    form, made = NewTemplateForm(request.POST or None), []

    def make(**given: Any) -> None:
        made.append(services.make_template(actor=request.user, at=now(), **given))

    if carried_out(form, make):
        return redirect("surveys:edit", made[0].code)
    back = reverse("surveys:templates")
    return form_page(request, form, _("New template"), back=back, back_label=_("Templates"), button=_("Begin"))


@require_safe
@provider_required
def template(request: PersonRequest, code: str) -> HttpResponse:
    """Show a template: its questions, its versions, where it is used."""
    row = _template(code)
    asked = Prefetch("questions", SurveyQuestion.objects.order_by("position"))
    versions = row.versions.prefetch_related(asked).select_related("made_by").order_by("-number")
    given = {"template": row, "versions": versions, "current": selectors.published(row), "rules": row.rules.all()}
    return render(request, "surveys/template.html", given)


@require_http_methods(["GET", "POST"])
@manager_required
def facts(request: PersonRequest, code: str) -> HttpResponse:
    """Correct what a template is called, and its theme."""
    row = _template(code)
    form = TemplateForm(request.POST or None, instance=row)
    if carried_out(form, partial(services.save_template, row, actor=request.user, at=now())):
        messages.success(request, _("The template is saved."))
        return redirect("surveys:template", code)
    return form_page(request, form, str(row), back=row.get_absolute_url(), back_label=_("Template"), button=_("Save"))


@require_http_methods(["GET", "POST"])
@manager_required
def edit(request: PersonRequest, code: str) -> HttpResponse:
    """Show the draft to write in. Pressing the button of the template begins one; here the words at the top are saved."""
    row = _template(code)
    if request.method == "POST" and "begin" in request.POST:
        services.edit(row, actor=request.user, at=now())
        return redirect("surveys:edit", code)
    draft = selectors.draft_of(row)
    if draft is None:
        return redirect("surveys:template", code)
    top = {name: getattr(draft, name) for name in ("intro", "intro_en", "is_anonymous")}
    form = VersionForm(request.POST if request.method == "POST" else None, initial=top)
    if carried_out(form, partial(services.save_version, draft, actor=request.user)):
        messages.success(request, _("The draft is saved."))
        return redirect("surveys:edit", code)
    given = {"template": row, "draft": draft, "questions": selectors.questions_of(draft), "form": form, "adding": QuestionForm()}
    return render(request, "surveys/edit.html", given, status=422 if form.errors else 200)


@require_POST
@manager_required
def add(request: PersonRequest, code: str) -> HttpResponse:
    """Add a question to the draft."""
    draft, form = _draft(code), QuestionForm(request.POST)
    if carried_out(form, lambda **_fields: services.add_question(draft, form.question(), actor=request.user)):
        return redirect(reverse("surveys:edit", args=[code]) + "#questions")
    back = reverse("surveys:edit", args=[code])
    return form_page(request, form, _("New question"), back=back, back_label=_("Draft"), button=_("Add"))


@require_http_methods(["GET", "POST"])
@manager_required
def change(request: PersonRequest, pk: int) -> HttpResponse:
    """Change a question of the draft."""
    row = get_object_or_404(SurveyQuestion.objects.select_related("version__template"), pk=pk, version__published_at=None)
    initial = {name: getattr(row, name) for name in QuestionForm.base_fields} | {"choices": choices_as_text(row.choices)}
    form = QuestionForm(request.POST if request.method == "POST" else None, initial=initial)
    back = reverse("surveys:edit", args=[row.version.template.code])
    if carried_out(form, lambda **_fields: services.change_question(row, form.question(), actor=request.user)):
        return redirect(back + "#questions")
    return form_page(request, form, str(row), back=back, back_label=_("Draft"), button=_("Save"))


STEPS: dict[str, Callable[..., None]] = {
    "up": partial(services.move_question, up=True),
    "down": partial(services.move_question, up=False),
    "remove": services.remove_question,
}


@require_POST
@manager_required
def step(request: PersonRequest, pk: int, step: str) -> HttpResponse:
    """Move a question of the draft, or take it out."""
    if step not in STEPS:
        raise Http404(step)
    row = get_object_or_404(SurveyQuestion.objects.select_related("version__template"), pk=pk, version__published_at=None)
    STEPS[step](row, actor=request.user)
    return redirect(reverse("surveys:edit", args=[row.version.template.code]) + "#questions")


@require_POST
@manager_required
def publish(request: PersonRequest, code: str) -> HttpResponse:
    """Freeze the draft; from now on it is what is sent."""
    try:
        services.publish(_draft(code), actor=request.user, at=now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("surveys:edit", code)
    messages.success(request, _("The new version is published; it is what is sent from now on."))
    return redirect("surveys:template", code)


@require_safe
@provider_required
def preview(request: PersonRequest, code: str, number: int) -> HttpResponse:
    """Show a version as the customer sees it; nothing can be sent from here."""
    version = get_object_or_404(SurveyVersion.objects.select_related("template"), template__code=code, number=number)
    form = AnswerForm(questions=selectors.questions_of(version))
    return render(request, "surveys/preview.html", {"version": version, "form": form, "means": MEANS})
