"""What the draft of a calendar would do to the tickets that run, and publishing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import manager_required
from core.errors import DomainError
from core.forms import refuse
from core.time import now
from sla.calendars import compared, content
from sla.models import CalendarChange, CalendarDraft
from sla.services import calendars as hours
from tickets.calendar_preview import preview

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from accounts.access import PersonRequest


class PublishForm(forms.Form):
    """From when the draft holds, and what becomes of what runs already."""

    valid_from = forms.DateTimeField(
        label=gettext_lazy("valid from"),
        required=False,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        help_text=gettext_lazy("Empty: at once."),
    )
    way = forms.ChoiceField(
        label=gettext_lazy("What becomes of running clocks"),
        choices=CalendarChange.Way.choices,
        widget=forms.RadioSelect,
        initial=CalendarChange.Way.CARRY,
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)


class InstantForm(forms.Form):
    """The instant to look at."""

    valid_from = PublishForm.base_fields["valid_from"]


@require_http_methods(["GET", "HEAD", "POST"])
@manager_required
@never_cache
def calendar_preview(request: PersonRequest, code: str) -> HttpResponse:
    """Show what would change from an instant on; sent, it publishes the draft."""
    at = now()
    rows = CalendarDraft.objects.select_related("calendar", "base", "begun_by", "changed_by")
    draft = rows.filter(calendar__code=code).first()
    if draft is None and request.method != "POST":
        messages.info(request, _("There is no draft of this calendar any more: it was published or thrown away."))
        return redirect("sla:calendar", code)
    draft = draft or get_object_or_404(rows, calendar__code=code)
    form = PublishForm(request.POST) if request.method == "POST" else None
    if form and form.is_valid() and _published(request, form, draft, at):
        return redirect("sla:calendar", code)
    asked = InstantForm(request.POST if form else request.GET)
    begins = (asked.cleaned_data["valid_from"] if asked.is_valid() else None) or at
    newest = draft.calendar.versions.order_by("-number").first()
    given: dict[str, Any] = {
        "calendar": draft.calendar,
        "draft": draft,
        "newest": newest,
        "outdated": newest is not None and draft.base_id != newest.pk,
        "asked": asked,
        "begins": max(begins, at),
        "form": form or PublishForm(initial={"revision": draft.revision, "valid_from": request.GET.get("valid_from", ""), "way": "carry"}),
        "differences": compared.between(content.normal(newest.data), draft.data) if newest else [],
        "preview": preview(draft.calendar, draft.data, request.user, at=max(begins, at), cursor=request.GET.get("cursor", "")),
    }
    return render(request, "tickets/calendars/preview.html", given, status=422 if form else 200)


def _published(request: PersonRequest, form: PublishForm, draft: CalendarDraft, at: datetime) -> bool:
    try:
        change = hours.publish(draft.calendar, **form.cleaned_data, actor=request.user, at=at)
    except DomainError as refusal:
        refuse(form, refusal)
        return False
    messages.success(request, _("Version %(number)s is published.") % {"number": change.version.number})
    return True
