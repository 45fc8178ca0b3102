"""What the board is asked for, and the small form that gives a visit to somebody."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from accounts.models import Office, Role, Skill, Team, User
from core.forms import DayField
from visits.dispatch.board import Asked
from visits.services import Slot

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from visits.dispatch.fitting import Job
    from visits.engine import Choice

MINUTE = timedelta(minutes=1)
LONGEST = 14 * 24 * 60
WALL = "%Y-%m-%dT%H:%M"
EVERY = "all"


class BoardForm(forms.Form):
    """Which day or week, and whose; what makes no sense is left out."""

    day = DayField(label=_("Day"), required=False)
    span = forms.ChoiceField(label=_("Show"), required=False, choices=[("day", _("a day")), ("week", _("a week"))])
    office = forms.ChoiceField(label=_("Office"), required=False)
    team = forms.ChoiceField(label=_("Team"), required=False)
    skill = forms.ChoiceField(label=_("Skill"), required=False)

    def __init__(self, data: Any, *, user: User, at: datetime) -> None:
        self.today = timezone.localdate(at)
        usual = {"office": str(user.office_id or EVERY), "day": self.today.isoformat(), "span": "day"}
        super().__init__({**usual, **{name: value for name, value in data.items() if value}}, auto_id="board-%s")
        self._choose("office", (EVERY, _("all offices")), Office.objects.order_by("code"))
        self._choose("team", ("", _("all teams")), Team.objects.order_by("code"))
        self._choose("skill", ("", _("all skills")), Skill.objects.order_by("code"))
        self.is_valid()

    def _choose(self, name: str, every: tuple[str, Any], rows: Any) -> None:
        self.fields[name].choices = [every, *((str(row.pk), str(row)) for row in rows)]  # type: ignore[attr-defined]

    def _number(self, name: str) -> int | None:
        given = self.cleaned_data.get(name, "")
        return int(given) if given.isdecimal() else None

    @property
    def first_page(self) -> Asked:
        """Answer the same from the first engineer on."""
        return replace(self.asked, cursor="")

    @property
    def asked(self) -> Asked:
        """Answer what is wanted."""
        return Asked(
            day=self.cleaned_data.get("day") or self.today,
            is_week=self.cleaned_data.get("span") == "week",
            office=self._number("office"),
            team=self._number("team"),
            skill=self._number("skill"),
            cursor=str(self.data.get("cursor", "")),
        )


class WallInput(forms.DateTimeInput):
    """A time of the wall; what a script or an address gives with its zone is shown as that, too."""

    def __init__(self) -> None:
        super().__init__(format=WALL, attrs={"type": "datetime-local", "step": 900})

    def format_value(self, value: Any) -> str | None:
        """Answer what stands in the field."""
        with suppress(ValueError):
            at = parse_datetime(value) if isinstance(value, str) else value
            return super().format_value(timezone.localtime(at) if at is not None and timezone.is_aware(at) else value)
        return super().format_value(value)


class SlotForm(forms.Form):
    """Engineer, start, duration."""

    lead = forms.ModelChoiceField(User.objects.none(), label=_("Engineer"), required=False, empty_label=_("nobody yet"))
    starts_at = forms.DateTimeField(label=_("Start"), required=False, widget=WallInput())
    minutes = forms.IntegerField(
        label=_("Duration, minutes"), min_value=15, max_value=LONGEST, widget=forms.NumberInput(attrs={"step": 15, "inputmode": "numeric"})
    )
    reason = forms.CharField(label=_("Note"), required=False, max_length=300)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    agreed = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, job: Job, given: Any = None, choices: Sequence[Choice] = ()) -> None:
        initial = {**_as_planned(job, choices), **(_wished(given) if given else {})}
        super().__init__(data, auto_id="slot-%s", initial=initial)
        known = job.visit.lead_id if job.visit is not None else None
        people = User.objects.filter(Q(role=Role.ENGINEER) | Q(pk=known or 0), is_active=True)
        self.fields["lead"].queryset = people.select_related("office").order_by("office__code", "name", "pk")  # type: ignore[attr-defined]
        self.fields["lead"].label_from_instance = lambda person: f"{person} · {person.office}" if person.office else str(person)  # type: ignore[attr-defined]

    @property
    def slot(self) -> Slot:
        """Answer who is to go and when."""
        start: datetime | None = self.cleaned_data["starts_at"]
        return Slot(self.cleaned_data["lead"], start, start + self.cleaned_data["minutes"] * MINUTE if start else None)

    @property
    def codes(self) -> list[str]:
        """Answer what speaks against it and is to be done all the same."""
        return [code for code in self.cleaned_data["agreed"].split(",") if code]


def _as_planned(job: Job, choices: Sequence[Choice]) -> dict[str, Any]:
    """Answer how it is planned; what nobody has planned yet is proposed."""
    visit = job.visit
    facts: dict[str, Any] = {"minutes": int(job.length / MINUTE)}
    if visit is not None:
        facts |= {"lead": visit.lead_id, "starts_at": visit.starts_at, "seen": visit.sequence}
    if choices and not facts.get("lead") and not facts.get("starts_at"):
        facts |= {"lead": choices[0].person.pk, "starts_at": choices[0].start}
    return facts


def _wished(given: Any) -> dict[str, Any]:
    """Answer what an address proposes: somebody, a time, how long."""
    form = SlotWish(given)
    form.is_valid()
    return {name: value for name, value in form.cleaned_data.items() if value is not None}


class SlotWish(forms.Form):
    """The same in an address; what makes no sense is left out."""

    lead = forms.IntegerField(required=False, min_value=1, max_value=2**31)
    starts_at = forms.DateTimeField(required=False)
    minutes = forms.IntegerField(required=False, min_value=15, max_value=LONGEST)
